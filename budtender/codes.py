"""What limits the guessing of texted codes: how many may be sent and tried, how long one lives, and the lock behind.

Waits and locks go by the monotonic clock, which nobody can set.
"""

from __future__ import annotations

import hashlib
import math
from datetime import timedelta

from budtender.cache import visits
from budtender.cache.database import Connection
from budtender.cache.visits import CodeState
from budtender.errors import CodeRefused, InputError, Locked
from budtender.pins.ladder import in_words
from budtender.settings import (
    CODE_LIFE,
    CODE_LOCK,
    CODE_RESEND,
    CODE_SENDS,
    CODE_TRIES,
    CODE_WINDOW,
)
from budtender.sync.wiring import Wiring

SHORTEST_CODE, LONGEST_CODE = 4, 8


def refuse_locked(wiring: Wiring, connection: Connection, phone: str, state: CodeState) -> None:
    """Raise Locked while a lock of this phone lasts; one that is over is taken off."""
    if state.locked_at is None:
        return
    lock = timedelta(minutes=wiring.settings.get(CODE_LOCK))
    left = lock.total_seconds() - wiring.clock.since(state.locked_mono)
    if left <= 0:
        visits.unlock(connection, phone)
        return
    raise locked(wiring, left)


def locked(wiring: Wiring, left: float) -> Locked:
    """Too many tries on one phone, which stays locked for so many seconds more."""
    settings, until = wiring.settings, wiring.clock.now() + timedelta(seconds=left)
    return Locked(
        f"Too many tries. Locked until {until.astimezone():%H:%M} on this register.",
        "A manager can open the wallet with a PIN (--pin).",
        until=until,
        code="code_locked",
        tries=settings.get(CODE_TRIES),
        minutes=settings.get(CODE_LOCK),
        wait_seconds=math.ceil(left),
    )


def refuse_too_soon(wiring: Wiring, state: CodeState) -> int:
    """How many codes may still be sent after this one; Locked while the pause or the limit lasts."""
    clock, settings = wiring.clock, wiring.settings
    window = settings.get(CODE_WINDOW) * 60
    recent = [mono for _at, mono in state.sent if clock.since(mono) < window]
    allowed = settings.get(CODE_SENDS)
    resend = settings.get(CODE_RESEND) - clock.since(recent[0]) if recent else 0.0
    limit = window - clock.since(recent[allowed - 1]) if len(recent) >= allowed else 0.0
    wait = max(resend, limit)
    if wait > 0:
        until = clock.now() + timedelta(seconds=wait)
        sentence = f"New code in {in_words(wait)}."
        if limit >= resend:
            sentence = f"{len(recent)} codes were sent. Another one can be sent at {until.astimezone():%H:%M}."
        raise Locked(
            sentence,
            "Wait, or use a manager's PIN (--pin).",
            until=until,
            code="resend_limit" if limit >= resend else "resend_wait",
            sends=len(recent),
            wait_seconds=math.ceil(wait),
        )
    return allowed - len(recent) - 1


def refuse_unsent(wiring: Wiring, state: CodeState) -> None:
    """Raise CodeRefused when no code was sent, or the last one has expired."""
    life = wiring.settings.get(CODE_LIFE) * 60
    if not state.sent:
        raise CodeRefused(
            "No code was sent to this shopper.", "Send one first: budtender code PHONE", code="code_not_sent"
        )
    if wiring.clock.since(state.sent[0][1]) > life:
        raise CodeRefused(
            "This code has expired.",
            "Send a new code: budtender code PHONE",
            code="code_expired",
            minutes=wiring.settings.get(CODE_LIFE),
        )


def read_code(typed: str) -> str:
    """The digits of a code, spaces and dashes aside. Raises InputError for what cannot be one."""
    code = "".join(typed.split()).replace("-", "")
    if not (code.isascii() and code.isdigit()) or not SHORTEST_CODE <= len(code) <= LONGEST_CODE:
        raise InputError(
            "The code has 4 digits.",
            "Type the digits from the shopper's text message.",
            field="code",
            code="code_shape",
            digits=SHORTEST_CODE,
        )
    return code


def digest(wiring: Wiring, phone: str, code: str) -> str:
    """Enough to recognise a code that is given twice; the code itself is never kept."""
    return hashlib.sha256(f"{wiring.installation}:{phone}:{code}".encode()).hexdigest()[:24]
