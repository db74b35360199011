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
from budtender.model import Value
from budtender.pins.ladder import in_words
from budtender.settings import (
    CODE_LENGTH,
    CODE_LIFE,
    CODE_LOCK,
    CODE_RESEND,
    CODE_SENDS,
    CODE_TRIES,
    CODE_WINDOW,
)
from budtender.sync.wiring import Wiring

SHORTEST_CODE, LONGEST_CODE = 4, 8


class Sends(Value, frozen=True, kw_only=True):
    """Codes sent in the window that counts, how many more may be, and the seconds until the next one.

    `at_limit` says that the number of them is what is waited for, and not the pause between two.
    """

    made: int
    left: int
    wait: float
    at_limit: bool


def refuse_locked(wiring: Wiring, connection: Connection, phone: str, state: CodeState) -> None:
    """Raise Locked while a lock of this phone lasts; one that is over is taken off."""
    if state.locked_at is None:
        return
    left = lock_left(wiring, state)
    if not left:
        visits.unlock(connection, phone)
        return
    raise locked(wiring, left)


def lock_left(wiring: Wiring, state: CodeState) -> float:
    """Seconds that a lock still lasts; zero when there is none."""
    if state.locked_at is None:
        return 0.0
    return max(0.0, wiring.settings.get(CODE_LOCK) * 60 - wiring.clock.since(state.locked_mono))


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
    now = sends(wiring, state)
    if now.wait:
        until = wiring.clock.now() + timedelta(seconds=now.wait)
        sentence = f"New code in {in_words(now.wait)}."
        if now.at_limit:
            sentence = f"{now.made} codes were sent. Another one can be sent at {until.astimezone():%H:%M}."
        raise Locked(
            sentence,
            "Wait, or use a manager's PIN (--pin).",
            until=until,
            code="resend_limit" if now.at_limit else "resend_wait",
            sends=now.made,
            wait_seconds=math.ceil(now.wait),
        )
    return now.left - 1


def sends(wiring: Wiring, state: CodeState) -> Sends:
    """How many codes were sent to a phone lately, and when another may be."""
    clock, settings = wiring.clock, wiring.settings
    window, allowed = settings.get(CODE_WINDOW) * 60, settings.get(CODE_SENDS)
    recent = [mono for _at, mono in state.sent if clock.since(mono) < window]
    resend = settings.get(CODE_RESEND) - clock.since(recent[0]) if recent else 0.0
    limit = window - clock.since(recent[allowed - 1]) if len(recent) >= allowed else 0.0
    return Sends(
        made=len(recent),
        left=max(0, allowed - len(recent)),
        wait=max(0.0, resend, limit),
        at_limit=limit >= resend,
    )


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


def read_code(wiring: Wiring, typed: str) -> str:
    """The digits of a code, spaces and dashes aside. Raises InputError for what cannot be one."""
    code = "".join(typed.split()).replace("-", "")
    # Whatever AIQ may send is passed on: the setting says what is usual, and AIQ alone knows.
    if not (code.isascii() and code.isdigit()) or not SHORTEST_CODE <= len(code) <= LONGEST_CODE:
        length = wiring.settings.get(CODE_LENGTH)
        raise InputError(
            f"The code has {length} digits.",
            "Type the digits from the shopper's text message.",
            field="code",
            code="code_shape",
            digits=length,
        )
    return code


def digest(wiring: Wiring, phone: str, code: str) -> str:
    """Enough to recognize a code that is given twice; the code itself is never kept."""
    return hashlib.sha256(f"{wiring.installation}:{phone}:{code}".encode()).hexdigest()[:24]
