"""What an error below the protocol tells: whether this machine has no network, or a secure connection failed."""

from __future__ import annotations

import errno
import socket
import ssl
from collections.abc import Iterator

_NO_WAY = frozenset({errno.ENETUNREACH, errno.ENETDOWN, errno.EHOSTUNREACH})


def has_no_network(error: BaseException) -> bool:
    """Whether it failed on this machine or its network already: no interface, no route, no name server."""
    return any(
        isinstance(part, socket.gaierror) or (isinstance(part, OSError) and part.errno in _NO_WAY)
        for part in _parts(error)
    )


def is_about_tls(error: BaseException) -> bool:
    """Whether the secure connection failed."""
    return any(isinstance(part, ssl.SSLError) for part in _parts(error))


def _parts(error: BaseException) -> Iterator[BaseException]:
    """An error, what caused it, and what was gathered in it: several addresses may have been tried."""
    parts, met = [error], set[int]()
    while parts:
        part = parts.pop()
        if id(part) in met:
            continue
        met.add(id(part))
        yield part
        cause = part.__cause__ or part.__context__
        parts += [cause] if cause is not None else []
        parts += part.exceptions if isinstance(part, BaseExceptionGroup) else []
