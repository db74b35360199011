"""The remote systems: whether they answer and permit what is needed, how their clocks go, what may still be called."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from budtender.cache import books, calls, till
from budtender.cache.books import Connected
from budtender.connectors import CONNECTORS
from budtender.connectors.limiter import AIQ_WINDOWS, Window
from budtender.connectors.sentences import display_name
from budtender.doctor.check import Check, failed
from budtender.errors import Failure, NotConnected
from budtender.model import Permission
from budtender.register import Register
from budtender.sync import plan, position

#: Further apart than this and the times on records and consents mislead.
LARGEST_SKEW = timedelta(minutes=2)
#: Below this share of an hour's calls the counter will soon wait.
LEAST_ROOM = 0.1
_SET_CLOCK = "Set this computer's clock, best by switching automatic time on."


async def connections(register: Register) -> list[Check]:
    """Each system that is connected, and AIQ where it is not yet."""
    connected = register.db.read(books.connections)
    checks = [await _connection(register, one) for one in connected]
    if all(one.system != "aiq" for one in connected):
        hint = "Connect it with: budtender connect aiq --uid UID"
        checks.insert(0, Check(name="aiq", ok=False, detail="AIQ is not connected yet.", hint=hint))
    return checks


async def _connection(register: Register, connected: Connected) -> Check:
    """Whether the system answers, takes the key and permits what the counter needs."""
    name = connected.system if connected.system == connected.name else f"{connected.system} {connected.name}"
    try:
        if connected.system == "aiq":
            stores = await register.aiq.prove()
            listed = f"{len(stores)} store{'' if len(stores) == 1 else 's'}"
            detail = f"account {connected.account} at {connected.base_url}: the key is accepted, {listed}"
            return Check(name=name, ok=True, detail=detail)
        permissions = await register.till(connected.name).check()
    except Failure as failure:
        if failure.code == "till_frozen":
            return Check(name=name, ok=True, detail=failure.title)
        return failed(name, failure)
    return _permitted(name, connected, permissions)


def _permitted(name: str, connected: Connected, permissions: list[Permission]) -> Check:
    missing = [permission for permission in permissions if not permission.granted]
    where = f"{connected.base_url}: the key is accepted, {len(permissions) - len(missing)} of {len(permissions)}"
    may = ", ".join(permission.name for permission in permissions if permission.granted)
    if not missing:
        return Check(name=name, ok=True, detail=f"{where} permissions; it may use: {may}")
    lacking = ", ".join(permission.name for permission in missing)
    hint = " ".join(dict.fromkeys(permission.hint for permission in missing if permission.hint))
    detail = f"{where} permissions; not {lacking}; it may use: {may or 'nothing'}"
    return Check(name=name, ok=False, detail=detail, hint=hint)


async def clocks(register: Register) -> list[Check]:
    """How far this computer's clock is from AIQ's, when an answer told it, and which till's is far from both."""
    try:
        offset = register.aiq.http.clock_offset
    except NotConnected:
        offset = 0.0  # which the check of the connection tells
    checks = [_apart("clock", offset, "AIQ's", _SET_CLOCK)] if offset else _by_what_was_read(register)
    for name, pos in register.tills.items():
        whose = display_name(pos.name)
        agrees = bool(offset) and checks[0].ok
        hint = f"This computer agrees with AIQ: tell {whose}'s support that its clock is off." if agrees else _SET_CLOCK
        check = _apart(f"clock of {name}", pos.clock_offset, f"{whose}'s", hint)
        checks += [] if check.ok else [check]
    return checks


def _by_what_was_read(register: Register) -> list[Check]:
    """Where AIQ does not tell its clock, what it has listed may tell that this computer's was set."""
    now = register.clock.now()
    cursors = [register.db.read(partial(till.cursor, credential="aiq", resource=one)) for one in plan.BY_POSITION]
    faults = [fault for one in cursors if (fault := position.clock_fault(one, now, told=False)) is not None]
    return [Check(name="clock", ok=False, detail=what, hint=hint) for what, hint in faults[:1]]


def _apart(name: str, offset: float, whose: str, hint: str) -> Check:
    ok = abs(offset) <= LARGEST_SKEW.total_seconds()
    detail = f"{abs(offset):.0f} s {'behind' if offset > 0 else 'ahead of'} {whose}"
    return Check(name=name, ok=ok, detail=detail, hint="" if ok else hint)


async def calls_left(register: Register) -> list[Check]:
    """What each credential may still be used for, by this register's own count."""
    now = register.clock.wall()
    checks = []
    for connected in register.db.read(books.connections):
        account = connected.account if connected.system == "aiq" else connected.name
        windows = AIQ_WINDOWS if connected.system == "aiq" else CONNECTORS[connected.system].windows
        credential = register.counted_as(connected)
        made = register.db.read(partial(calls.times, credential=credential, since=now - 3600))
        held = register.db.read(partial(calls.held_until, credential=credential)) - now
        left = [_left(window, made, now) for window in windows]
        text = ", ".join(f"{n} of {w.calls} in {w.seconds:g} s" for n, w in zip(left, windows, strict=True))
        tight = left[-1] < windows[-1].calls * LEAST_ROOM
        pause = f"; {connected.system} asked for a pause of {held:.0f} s" if held > 0 else ""
        hint = "Wait; if it stays so, too many programs use this key." if tight or held > 0 else ""
        checks.append(
            Check(name=f"calls {connected.system}:{account}", ok=not hint, detail=f"left: {text}{pause}", hint=hint)
        )
    return checks


def _left(window: Window, made: list[float], now: float) -> int:
    return max(0, window.calls - sum(1 for at in made if at > now - window.seconds))
