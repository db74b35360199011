"""Where requests may go: encrypted hosts, this machine, and nothing that an answer talks us into."""

from __future__ import annotations

import ipaddress
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

from budtender.connectors.sentences import connecting, display_name
from budtender.errors import Misconfigured

_LONGEST_URL = 2048
_PORTS = {"https": 443, "http": 80}


def checked_base(system: str, base_url: str) -> str:
    """`base_url` without a trailing slash; Misconfigured unless it is HTTPS or on this machine."""
    parts = _split(base_url) if _is_plain(base_url) else None
    if parts is None or parts.query or not (parts.scheme == "https" or _is_loopback(parts.hostname or "")):
        raise Misconfigured(
            f"The address of {display_name(system)} is not a secure web address.",
            f"Give an address that begins with https://: {connecting(system)} --base-url URL",
            system=system,
            code="address_shape",
        )
    return base_url.rstrip("/")


def target(system: str, base_url: str, path: str) -> str:
    """The URL of `path` on the host of `base_url`; `path` may be an absolute URL that `allowed_url` lets through.

    Misconfigured for anything else: nothing is sent.
    """
    if path.startswith("/") and not path.startswith("//") and _is_plain(path):
        return base_url + path
    if allowed_url(base_url, path):
        there = urlsplit(path)
        here = urlsplit(base_url)
        # The host is taken from our own setting even so, lest another parser reads the URL differently.
        return urlunsplit((here.scheme, here.netloc, there.path, there.query, ""))
    raise Misconfigured(
        f"{display_name(system)} was to be asked at an address that is not its own, so nothing was sent.",
        "Check the address with budtender doctor, and tell support if it is right.",
        system=system,
        code="foreign_address",
    )


def allowed_url(base_url: str, url: str) -> bool:
    """Whether `url`, which a remote system sent, may be called with that system's key.

    It must have the scheme, host and port of `base_url`, a path under `/api/` without `..`, no user, no fragment,
    and be at most 2,048 characters long.
    """
    here, there = _split(base_url), _split(url)
    if here is None or there is None or not _is_plain(url):
        return False
    return _origin(here) == _origin(there) and there.path.startswith("/api/")


def _split(url: str) -> SplitResult | None:
    """The parts of an absolute web address that has no user and no fragment."""
    if len(url) > _LONGEST_URL:
        return None
    try:
        parts = urlsplit(url)
        port_is_sound = parts.port is None or parts.port > 0
    except ValueError:
        return None
    sound = parts.scheme in _PORTS and parts.hostname and port_is_sound
    return parts if sound and "@" not in parts.netloc and "#" not in url else None


def _is_plain(url: str) -> bool:
    """Whether every parser reads the same path here: printable ASCII, no backslash, no way up, no fragment."""
    if len(url) > _LONGEST_URL or not url.isascii() or not url.isprintable():
        return False
    if any(sign in url for sign in ' \\#"<>^`{|}'):
        return False
    path = unquote(unquote(url.partition("?")[0]))
    return not any(part in ("..", ".") for part in path.replace("\\", "/").split("/"))


def _origin(parts: SplitResult) -> tuple[str, str, int]:
    return parts.scheme, parts.hostname or "", parts.port or _PORTS[parts.scheme]


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
