"""What is worked out of the copies beside the round trips: who is who, and what the settings ask to be done."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from functools import partial

from budtender.cache import books
from budtender.cache.database import Connection
from budtender.sync import again, links, matching, points_import, reaching, signups
from budtender.sync.wiring import Wiring

Leave = Callable[[], bool]
#: What looks through everybody who bought, or has points, is not done with every round trip.
HOURLY: Mapping[str, Callable[[Wiring, Leave], Awaitable[int]]] = {
    "reaching": reaching.reach_due,
    "points import": points_import.import_due,
    "refused rows": again.refused_due,
}
HOUR = timedelta(hours=1)


async def chores_due(wiring: Wiring, leave: Leave = lambda: False) -> None:
    """Everything of the kind that is due. What it saves is sent with the next round trip."""
    await matching.trace_due(wiring, leave)
    await signups.profiles_due(wiring, leave)
    for name, work in HOURLY.items():
        if not leave() and _is_due(wiring, name):
            await work(wiring, leave)
            await wiring.db.write(partial(_note, name=name, at=wiring.clock.now()))
    await links.check_due(wiring, leave)


def _is_due(wiring: Wiring, name: str) -> bool:
    said = wiring.db.read(lambda c: books.fact(c, f"chore:{name}"))
    return said is None or not wiring.clock.within(HOUR, datetime.fromisoformat(said))


def _note(connection: Connection, *, name: str, at: datetime) -> None:
    books.set_fact(connection, f"chore:{name}", at.isoformat(timespec="seconds"))
