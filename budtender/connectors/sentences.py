"""What a person at the counter reads when a remote system fails: one sentence and the next step.

No sentence holds an address, a key or anything a remote system wrote.
"""

from __future__ import annotations

import math
from enum import StrEnum
from typing import Any

from budtender.errors import Misconfigured, NotFound, ProtocolError, RateLimited, Refused, Unreachable

_NAMES = {"aiq": "AIQ", "dutchie": "Dutchie", "posabit": "POSaBIT", "flourish": "Flourish", "custom": "Custom POS"}


class Reason(StrEnum):
    """Why a system is unreachable; `reason` in the facts of Unreachable."""

    CONNECTION = "no connection"
    SECURE = "secure connection failed"
    SILENCE = "no answer in time"
    LOST = "connection lost"
    PORTAL = "sign-in page"
    SERVER = "trouble on the other side"


_TITLES = {
    Reason.CONNECTION: "{name} cannot be reached.",
    Reason.SECURE: "The secure connection to {name} failed.",
    Reason.SILENCE: "{name} did not answer in time.",
    Reason.LOST: "The connection to {name} was lost before the whole answer came.",
    Reason.PORTAL: "A sign-in page answered instead of {name}: there is no internet.",
    Reason.SERVER: "{name} has trouble of its own.",
}

_HINTS = {
    Reason.SECURE: "Check this computer's date and time, and whether a filter or sign-in page stands between.",
    Reason.PORTAL: "Sign in to this network in a web browser, or use another network.",
}
_NOT_SENT = "Check the internet connection; nothing was sent."
_NOT_READ = "Try again in a moment."
_UNKNOWN = "It may have been carried out all the same: wait until this has been checked."


def display_name(system: str) -> str:
    """The name of a remote system as people say it."""
    return _NAMES.get(system) or system.title() or "The other system"


def unreachable(system: str, reason: Reason, *, sent: bool, is_write: bool, **facts: Any) -> Unreachable:
    """No answer of the system itself came."""
    hint = _HINTS.get(reason) or (_UNKNOWN if sent and is_write else _NOT_READ if sent else _NOT_SENT)
    title = _TITLES[reason].format(name=display_name(system))
    told = {"code": reason.name.lower(), "reason": reason.value, "write": is_write, **facts}
    return Unreachable(title, hint, system=system, sent=sent, **told)


def resting(system: str, reason: Reason, wait: float) -> Unreachable:
    """The system failed for `reason` so often that it is left alone for `wait` seconds; nothing was sent."""
    return Unreachable(
        _TITLES[reason].format(name=display_name(system)),
        f"Nothing was sent; the next try is possible in {seconds(wait)}.",
        system=system,
        sent=False,
        code="resting",
        reason=reason.value,
        retry_after=wait,
        wait_seconds=math.ceil(wait),
    )


def asked_to_wait(system: str, wait: float, **facts: Any) -> RateLimited:
    """The far side wants a pause."""
    return RateLimited(
        f"{display_name(system)} asks for a pause.",
        f"Try again in {seconds(wait)}; nothing was carried out.",
        system=system,
        retry_after=wait,
        **{"code": "asked_to_wait", "wait_seconds": math.ceil(wait), **facts},
    )


def too_busy(system: str, wait: float) -> RateLimited:
    """Our own limit for the credential is used up; nothing was sent."""
    return RateLimited(
        f"{display_name(system)} is being asked too much at once.",
        f"Try again in {seconds(wait)}; nothing was sent.",
        system=system,
        retry_after=wait,
        code="too_busy",
        wait_seconds=math.ceil(wait),
        ours=True,
    )


def not_understood(system: str, why: str, **facts: Any) -> ProtocolError:
    """An answer came and makes no sense."""
    return ProtocolError(
        f"{display_name(system)} sent an answer that cannot be read.",
        "Try again in a few minutes, and tell support if it stays.",
        system=system,
        why=why,
        **{"code": "not_understood", **facts},
    )


def refused(system: str, status: int, **facts: Any) -> Refused:
    """A final no."""
    return Refused(
        f"{display_name(system)} refused the request.",
        "Check what was entered; the same again will be refused again.",
        system=system,
        status=status,
        **{"code": "refused", **facts},
    )


def not_found(system: str, **facts: Any) -> NotFound:
    """The object is not there."""
    return NotFound(
        f"{display_name(system)} does not know what was asked for.",
        "Look it up again.",
        system=system,
        **{"code": "not_found", **facts},
    )


def connecting(system: str) -> str:
    """The command that gives a system another key or address."""
    more = {"aiq": "--uid UID", "custom": "--store NAME --mapping FILE"}
    return f"budtender connect {system} {more.get(system, '--store NAME')}"


def misconfigured(system: str, status: int, **facts: Any) -> Misconfigured:
    """The key, the account or the route is wrong."""
    name = display_name(system)
    if status in (404, 405):
        code, title = "no_route", f"{name} does not offer this at the set address."
        hint = f"Check the address: {connecting(system)} --base-url URL"
    elif status == 403:
        code, title = "not_permitted", f"{name} does not allow this key to do that."
        hint = f"A manager checks what {name} permits this key, or gives another one: {connecting(system)}"
    else:
        return key_refused(system, status, **facts)
    return Misconfigured(title, hint, system=system, status=status, **{"code": code, **facts})


def key_refused(system: str, status: int, **facts: Any) -> Misconfigured:
    """The key is none of the system's, or not of this account."""
    return Misconfigured(
        f"{display_name(system)} does not accept the key.",
        f"A manager gives a valid key: {connecting(system)}",
        system=system,
        status=status,
        **{"code": "key_refused", **facts},
    )


def not_offered(system: str, what: str) -> Misconfigured:
    """A till has no such thing, or its description does not tell where it is; nothing was sent."""
    hint = "Describe where it is, and connect again." if system == "custom" else "Its own pages may show it."
    return Misconfigured(
        f"{display_name(system)} does not give out {what}.", hint, system=system, code="not_offered", what=what
    )


def seconds(wait: float) -> str:
    """A wait in words: whole seconds below two minutes, whole minutes above, never less than it is."""
    whole = max(1, math.ceil(wait))
    if whole < 120:
        return f"{whole} second{'s' if whole > 1 else ''}"
    return f"{math.ceil(whole / 60)} minutes"
