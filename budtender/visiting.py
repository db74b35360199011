"""How long an open visit lasts: by both clocks, because the monotonic one begins anew with the machine and the other
can be set back."""

from __future__ import annotations

from datetime import timedelta

from budtender.cache.visits import Visit
from budtender.settings import PIN_VISIT, VISIT
from budtender.sync.wiring import Wiring


def length(register: Wiring, visit: Visit) -> timedelta:
    """How long a visit lasts that nobody keeps open."""
    return timedelta(minutes=register.settings.get(PIN_VISIT if visit.method == "pin" else VISIT))


def seconds_left(register: Wiring, visit: Visit) -> float:
    """Seconds until the wallet closes; zero when it has."""
    if visit.closed is not None:
        return 0.0
    wall = (register.clock.now() - visit.begun).total_seconds()
    passed = max(wall, register.clock.since(visit.begun_mono))
    return max(0.0, length(register, visit).total_seconds() - passed)
