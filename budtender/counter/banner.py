"""What stands above every page: what cannot be reached, what waits here, and whether a balance is old."""

from __future__ import annotations

from datetime import timedelta

from budtender.cache import personas, unseen
from budtender.cache.owed import Owed, owed
from budtender.health import Cause, Outage, Standing
from budtender.model import Intent, Value
from budtender.names import short_name
from budtender.register import Register

__all__ = ["Banners", "Cause", "Outage", "Owed", "Standing", "read"]

#: A shopper who said stop and whom AIQ does not know of for so long is told in red.
STOP_LATE = timedelta(hours=24)


class Banners(Value, frozen=True, kw_only=True):
    """All that a banner may say. `due_in` is when to read again if nothing rings before, in seconds."""

    outage: Outage | None
    systems: tuple[Standing, ...]
    owed: Owed
    #: The oldest that was refused while nobody looked, with its shopper's name, and how many there are.
    late: Intent | None = None
    late_name: str = ""
    late_count: int = 0
    #: Somebody's stop has waited for more than a day.
    stop_late: bool
    due_in: float | None


def read(register: Register) -> Banners:
    """How things stand now; point reads only. Read again on `Change.HEALTH` and `Change.OUTBOX`."""
    open_now = register.db.read(owed)
    refused = register.db.read(unseen.first)
    stop = open_now.oldest_stop
    late = stop is not None and register.clock.now() - stop > STOP_LATE
    return Banners(
        outage=register.health.outage(),
        systems=register.health.standings(),
        owed=open_now,
        late=refused,
        late_name="" if refused is None else _name(register, refused),
        late_count=0 if refused is None else register.db.read(unseen.count),
        stop_late=late,
        due_in=register.health.due_in(),
    )


def _name(register: Register, intent: Intent) -> str:
    """First name and initial of the shopper, as far as the register knows them."""
    persona_id, person = intent.persona_id, intent.body.get("person")
    if persona_id is not None:
        known = register.db.read(lambda c: personas.get(c, persona_id))
        return short_name(known.first_name, known.last_name)
    if isinstance(person, dict):
        return short_name(str(person.get("first_name", "")), str(person.get("last_name", "")))
    return ""
