"""The till's own points into AIQ: as of the end of a day, one time only (AIQ's POSaBIT card, points imported on).

An adjustment is no upsert, so each customer is noted beside the intent that gives the points. Another register knows
nothing of that: the date is set on one register only.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from functools import partial
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from budtender.cache import audit, books, copying, namesakes, once, outbox, personas, till
from budtender.cache.database import Connection
from budtender.cache.personas import Known
from budtender.cache.rows import to_ms
from budtender.events import Change
from budtender.model import Can, Customer, Intent, Kind, Resource
from budtender.model.zones import zone_of
from budtender.settings import MATCH_BY_NAME, POINTS_IMPORTED_ON
from budtender.sync import matching
from budtender.sync.wiring import Wiring

#: Between two of them: each takes several calls until AIQ's balance is known to contain it.
PACE = timedelta(seconds=15)
#: So many an hour; more would be due at once, and keep everything else waiting.
MOST = 200
#: Rows read or kept in one go.
AT_ONCE = 500


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

    A till's points are believed once its customers were copied after the day was over, and taken down then for all:
    what is earned while one after the other is imported does not count. Who is not in AIQ yet is looked at again.
    """
    day = wiring.settings.get(POINTS_IMPORTED_ON)
    if day is None:
        return 0
    saved = 0
    for credential, source in wiring.tills.items():
        if leave() or Can.CUSTOMER_POINTS not in source.can or not _may(wiring, credential, day):
            continue
        await _open(wiring, credential, day)
        room = wiring.db.read(partial(once.room, kind=Kind.ADJUST, most=MOST))
        look = partial(_wanted, credential=credential, by_name=wiring.settings.get(MATCH_BY_NAME), most=room)
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
        is_over = copied.good is not None and copied.good >= ends(day, _zone(c, credential))
        return is_over and before in (None, day.isoformat())

    return wiring.db.read(work)


def _zone(connection: Connection, credential: str) -> tzinfo:
    """Where the till's location is, as far as that is known; a day is over there when it is over in AIQ's store."""
    for name, place in till.locations(connection):
        zone = place.zone or zone_of(place.state)
        if name == credential and zone is not None:
            with contextlib.suppress(ZoneInfoNotFoundError, ValueError):
                return ZoneInfo(zone)
    return UTC


def _fact(credential: str) -> str:
    return f"points imported:{credential}"


async def _open(wiring: Wiring, credential: str, day: date) -> None:
    """Take down once what everybody has, without what is known to have been earned since the day."""
    fact = f"points opened:{credential}"
    if wiring.db.read(partial(books.fact, key=fact)) is not None:
        return
    look = partial(_had, credential=credential, day=day)
    had = await asyncio.to_thread(wiring.db.read, look)
    for start in range(0, len(had), AT_ONCE):
        part = had[start : start + AT_ONCE]
        await wiring.db.write(partial(once.open_with, credential=credential, points=part))
    await wiring.db.write(partial(books.set_fact, key=fact, value=day.isoformat()))


def _had(connection: Connection, *, credential: str, day: date) -> list[tuple[str, Decimal]]:
    over = ends(day, _zone(connection, credential))
    found = []
    for customer_id, points, created in once.balances(connection, credential):
        if created is not None and datetime.fromisoformat(created) >= over:
            continue  # all of it was earned after the day
        had = imported(points, once.earned_after(connection, credential, customer_id, day))
        if had:
            found.append((customer_id, had))
    return found


def _wanted(
    connection: Connection, *, credential: str, by_name: bool, most: int
) -> list[tuple[Customer, Known, Decimal]]:
    """Whose points are imported next. What they spent since the day is not given back."""
    found: list[tuple[Customer, Known, Decimal]] = []
    after = ""
    while len(found) < most and (rows := once.opened(connection, credential, after, AT_ONCE)):
        after = rows[-1][0].id
        for customer, had in rows:
            # Where the till's own program was switched off since, it tells of none any more.
            points = had if customer.points is None else min(had, customer.points)
            if customer.anonymous or customer.merged_into is not None or not points or len(found) == most:
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
        listing = namesakes.listing(connection, credential, customer)
        if any(once.is_done(connection, once.IMPORTED, f"{other}:{customer.id}") for other in listing):
            # One record of the vendor's that another key lists as well: its points are there already.
            once.done(connection, once.IMPORTED, who, at)
            continue
        intent = Intent(
            kind=Kind.ADJUST,
            persona_id=known.id,
            phone=known.phone,
            points=points,
            balance=personas.balance(connection, known.id).mirror,
            body={"note": f"points imported as of {day.isoformat()}"},
            staff=once.BY_SETTING,
            created=at,
            moved_mono=wiring.clock.mono(),
            not_before=at + saved * PACE,
        )
        outbox.record(connection, intent)
        once.done(connection, once.IMPORTED, who, at, intent.id)
        facts = {"intent": intent.id, "persona": known.id, "points": points}
        audit.append(connection, at=to_ms(at), kind="points imported", staff=once.BY_SETTING, facts=facts)
        saved += 1
    return saved
