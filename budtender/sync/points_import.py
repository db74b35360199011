"""The till's own points into AIQ: as of the end of a day, one time only (AIQ's POSaBIT card, points imported on).

An adjustment is no upsert, so each customer is noted beside the intent that gives the points. Another register knows
nothing of that: the date is set on one register only.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from functools import partial

from budtender.cache import audit, books, copying, once, outbox, personas
from budtender.cache.database import Connection
from budtender.cache.personas import Known
from budtender.cache.rows import to_ms
from budtender.events import Change
from budtender.model import Can, Customer, Intent, Kind, Resource, State
from budtender.settings import MATCH_BY_NAME, POINTS_IMPORTED_ON
from budtender.sync import matching
from budtender.sync.wiring import Wiring

#: Between two of them: each takes several calls until AIQ's balance is known to contain it.
PACE = timedelta(seconds=15)
#: So many an hour; more would be due at once, and keep everything else waiting.
MOST = 200
BY = "a setting"


def ends(day: date, zone: tzinfo = UTC) -> datetime:
    """When a day is over in a store's zone."""
    return datetime.combine(day + timedelta(days=1), time(), zone)


def accrual_start(day: date) -> date:
    """The points accrual start date to set in AIQ: the day after, so that no point counts twice and none is lost."""
    return day + timedelta(days=1)


def imported(balance: Decimal, earned_after: Decimal) -> Decimal:
    """What of a till's balance is imported: without what was earned after the day; never less than nothing."""
    return max(balance - max(earned_after, Decimal(0)), Decimal(0))


async def import_due(wiring: Wiring, leave: Callable[[], bool] = lambda: False) -> int:
    """Save an intent for every customer whose points are to be imported by now; returns how many.

    A till's points are believed once its customers were copied after the day was over. Who is not in AIQ yet is
    looked at again.
    """
    day = wiring.settings.get(POINTS_IMPORTED_ON)
    if day is None:
        return 0
    saved = 0
    for credential, source in wiring.tills.items():
        if leave() or Can.CUSTOMER_POINTS not in source.can or not _may(wiring, credential, day):
            continue
        room = wiring.db.read(partial(once.room, kind=Kind.ADJUST, staff=BY, most=MOST))
        look = partial(_wanted, credential=credential, day=day, by_name=wiring.settings.get(MATCH_BY_NAME), most=room)
        # Looking through everybody is done beside the one writer.
        wanted = await asyncio.to_thread(wiring.db.read, look)
        saved += await wiring.db.write(partial(_record, wiring=wiring, credential=credential, wanted=wanted, day=day))
    if saved:
        wiring.events.ring(Change.OUTBOX)
    return saved


def _may(wiring: Wiring, credential: str, day: date) -> bool:
    """Whether the day is over and copied, and no other day was imported from this till before."""

    def work(c: Connection) -> bool:
        copied = copying.find(c, credential, Resource.CUSTOMERS)
        before = books.fact(c, _fact(credential))
        return copied.good is not None and copied.good >= ends(day) and before in (None, day.isoformat())

    return wiring.db.read(work)


def _fact(credential: str) -> str:
    return f"points imported:{credential}"


def _wanted(
    connection: Connection, *, credential: str, day: date, by_name: bool, most: int
) -> list[tuple[Customer, Known, Decimal]]:
    """Whose points are imported next. What they spent since the day is not given back, what they earned is left out."""
    found: list[tuple[Customer, Known, Decimal]] = []
    for customer in once.with_points(connection, credential):
        if len(found) == most:
            break
        points = imported(customer.points or Decimal(0), once.earned_after(connection, credential, customer.id, day))
        if customer.anonymous or customer.merged_into is not None or not points:
            continue
        match = matching.persona_of(connection, customer, by_name=by_name)
        if match is not None and match.persona.persona is not None:
            found.append((customer, match.persona, points))
    return found


def _record(
    connection: Connection,
    *,
    wiring: Wiring,
    credential: str,
    wanted: Sequence[tuple[Customer, Known, Decimal]],
    day: date,
) -> int:
    at, saved = wiring.clock.now(), 0
    books.set_fact(connection, _fact(credential), day.isoformat())
    for customer, known, points in wanted:
        who = f"{credential}:{customer.id}"
        if once.is_done(connection, once.IMPORTED, who):
            continue
        intent = Intent(
            id=uuid.uuid4().hex,
            kind=Kind.ADJUST,
            state=State.WAITING,
            system="aiq",
            persona_id=known.id,
            phone=known.phone,
            points=points,
            balance=personas.balance(connection, known.id).mirror,
            body={"note": f"points imported as of {day.isoformat()}"},
            staff=BY,
            created=at,
            moved_mono=wiring.clock.mono(),
            not_before=at + saved * PACE,
        )
        outbox.record(connection, intent)
        once.done(connection, once.IMPORTED, who, at, intent.id)
        facts = {"intent": intent.id, "persona": known.id, "points": points}
        audit.append(connection, at=to_ms(at), kind="points imported", staff=BY, facts=facts)
        saved += 1
    return saved
