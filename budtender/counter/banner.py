"""What stands above every page: what cannot be reached, what waits here, and whether a balance is old."""

from __future__ import annotations

from datetime import timedelta

from budtender.cache.owed import Owed, owed
from budtender.health import Cause, Outage, Standing
from budtender.model import Value
from budtender.register import Register

__all__ = ["Banners", "Cause", "Outage", "Owed", "Standing", "read"]

#: A shopper who said stop and whom AIQ does not know of for so long is told in red.
STOP_LATE = timedelta(hours=24)


class Banners(Value, frozen=True, kw_only=True):
    """All that a banner may say. `due_in` is when to read again if nothing rings before, in seconds."""

    outage: Outage | None
    systems: tuple[Standing, ...]
    owed: Owed
    #: Somebody's stop has waited for more than a day.
    stop_late: bool
    due_in: float | None


def read(register: Register) -> Banners:
    """How things stand now; point reads only. Read again on `Change.HEALTH` and `Change.OUTBOX`."""
    open_now = register.db.read(owed)
    stop = open_now.oldest_stop
    late = stop is not None and register.clock.now() - stop > STOP_LATE
    return Banners(
        outage=register.health.outage(),
        systems=register.health.standings(),
        owed=open_now,
        stop_late=late,
        due_in=register.health.due_in(),
    )
