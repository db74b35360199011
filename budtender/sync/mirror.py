"""Till → mirror: one resource at a time, each page and its cursor in one transaction, taken up where it was left."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import NamedTuple, Self

from budtender.cache import books, copying, snapshots, till
from budtender.cache.copying import Copying
from budtender.cache.database import Connection, Database
from budtender.connectors import Pos
from budtender.errors import Failure, NotConnected
from budtender.events import Change
from budtender.log import get_logger
from budtender.model import REACHES_BACK, Batch, Can, Cursor, Resource
from budtender.settings import HISTORY_DAYS, SYNC_PERSONAS
from budtender.sync import schedule, scope
from budtender.sync.keeping import Keeping, place_of
from budtender.sync.pace import Pace
from budtender.sync.refused import RefusedRows
from budtender.sync.wiring import Wiring

log = get_logger(__name__)
#: Seconds after which a batch is fetched even though somebody types.
PATIENCE = 5.0
#: What reaches back only so far when it is copied for the first time.
_DATED = frozenset({Resource.CUSTOMERS, Resource.SALES})
#: What a list is of, where the resource's own word says it badly.
_LISTS = {Resource.INVENTORY: "stock", Resource.POINTS: "points", Resource.GROUPS: "discount groups"}
_HELD = (
    "The till's list of {resource} is far shorter than before, so the earlier one is kept.",
    "If that is right, accept it with: budtender accept {credential} {resource}",
)


async def copy_resource(
    wiring: Wiring,
    credential: str,
    resource: Resource,
    leave: Callable[[], bool] = lambda: False,
    told: Callable[[Batch], None] = lambda _: None,
) -> bool:
    """Bring one resource of a till up to date; False when `leave` ended it before. `told` hears of each batch.

    Nothing is lost then, or when the process dies: the next one goes on behind the last batch that was stored. What
    the till fails with is noted with the next try, and raised.
    """
    now = wiring.clock.now()
    archives = resource in _DATED and scope.mirrors_archives(wiring.settings, _source(wiring, credential))

    def begin(c: Connection) -> Copying:
        if archives:
            scope.reopen(c, credential, resource, now)
        return copying.begin(c, credential, resource, now)

    state = await wiring.db.write(begin)
    rests, failed = True, False
    try:
        finished, snapshot = await _read(wiring, state, resource, leave, told)
        rests = not finished
    except Failure as failure:
        failed = True
        await note_failure(wiring, credential, resource, failure)
        raise
    finally:
        wiring.board.end(credential, resource, rests=rests, failed=failed)
    if finished:
        await _finish(wiring, state, resource, snapshot=snapshot)
    wiring.events.ring(Change.MIRROR)
    return finished


async def note_failure(wiring: Wiring, credential: str, resource: str, failure: Failure) -> None:
    """Keep what went wrong in words, with when to try again."""
    at = wiring.clock.now()

    def work(c: Connection) -> None:
        failures = copying.find(c, credential, resource).failures
        later = schedule.next_bad(failure, failures, at)
        copying.fail(c, credential, resource, error=failure.title, hint=failure.hint, at=at, next_at=later)

    await wiring.db.write(work)


def _source(wiring: Wiring, credential: str) -> Pos:
    """The till; NotConnected when it was disconnected or frozen meanwhile."""
    source = wiring.tills.get(credential)
    if source is None:
        raise NotConnected(f"No till is connected as “{credential}”.", code="till_not_connected", name=credential)
    return source


async def accept(wiring: Wiring, credential: str, resource: Resource) -> bool:
    """A person says that a list that was held back is right: the next one is believed. False when none is held."""
    return await wiring.db.write(lambda c: copying.accept(c, credential, resource))


async def copy_locations(wiring: Wiring, credential: str) -> None:
    """Learn which locations a credential reaches, and in which time zone they are."""
    places = await _source(wiring, credential).locations()
    at = wiring.clock.now()

    def work(c: Connection) -> None:
        copying.begin(c, credential, schedule.LOCATIONS, at)
        till.put_locations(c, credential, places)
        copying.advance(c, credential, schedule.LOCATIONS, rows=len(places))
        later = schedule.next_good(schedule.LOCATIONS_EVERY, at)
        copying.finish(c, credential, schedule.LOCATIONS, at=at, next_at=later)

    await wiring.db.write(work)


async def _finish(wiring: Wiring, state: Copying, resource: Resource, *, snapshot: bool) -> None:
    at = wiring.clock.now()
    later = schedule.next_good(schedule.TILL[resource], at)

    def work(c: Connection) -> None:
        now = copying.find(c, state.credential, resource)
        if snapshot:
            # The next list is a new one.
            till.drop_cursor(c, state.credential, resource)
        if snapshot and not snapshots.close(c, now, resource, at):
            words = {"credential": f'"{state.credential}"', "resource": f'"{resource}"'}
            copying.drop_pass(c, state.credential, resource)
            copying.fail(
                c,
                state.credential,
                resource,
                error=_HELD[0].format(resource=_LISTS.get(resource, resource.value)),
                hint=_HELD[1].format(**words),
                at=at,
                next_at=later,
            )
            log.warning("snapshot held back", resource=resource.value)
            return
        copying.finish(c, state.credential, resource, at=at, next_at=later)

    await wiring.db.write(work)


class _Run(NamedTuple):
    """What one run begins with."""

    #: Where the till is read from; None for a list that is read whole.
    cursor: Cursor | None
    keeping: Keeping
    pace: Pace


def _begin_run(wiring: Wiring, source: Pos, state: Copying, resource: Resource, connection: Connection) -> _Run:
    """Where this run takes up the reading, how it keeps the rows, and from where its pace is counted."""
    name, settings = state.credential, wiring.settings
    archives = scope.mirrors_archives(settings, source)
    cursor = till.cursor(connection, name, resource)
    origin = None if cursor is None else cursor.at
    if resource in _DATED and (cursor is None or state.good is None):
        origin = scope.reach(wiring.clock.now(), settings.get(HISTORY_DAYS), archives=archives)
    if cursor is None and origin is not None:
        cursor = Cursor(at=origin, mark=REACHES_BACK)
    horizon = None
    if archives:
        horizon = scope.horizon(settings, next(c.added for c in books.ever_connected(connection) if c.name == name))
    keeping = Keeping(
        credential=name,
        number=state.number,
        place=place_of(connection, name),
        returns_on_sale=Can.RETURNS_ON_SALE in source.can,
        since=changes_since(wiring, connection),
        horizon=horizon,
        now=wiring.clock.now,
    )
    start = None if cursor is None else cursor.at
    return _Run(cursor, keeping, Pace(name, resource, wiring.clock, rows=state.rows, start=start, origin=origin))


async def _read(
    wiring: Wiring, state: Copying, resource: Resource, leave: Callable[[], bool], told: Callable[[Batch], None]
) -> tuple[bool, bool]:
    """Read until the end or until `leave`: whether it came to its end, and whether it was a list of all there is.

    While a batch is being stored the next one is fetched, and no more than that.
    """
    source = _source(wiring, state.credential)
    run = wiring.db.read(partial(_begin_run, wiring, source, state, resource))
    refused = RefusedRows(wiring.folder, state.credential, resource.value)
    snapshot = False
    async with (
        _Storing(wiring.db) as storing,
        contextlib.aclosing(source.pull(resource, run.cursor)) as batches,  # type: ignore[type-var]
    ):
        async for batch in batches:
            await storing.next(partial(_keep, keeping=run.keeping, resource=resource, batch=batch))
            snapshot |= batch.snapshot
            wiring.board.tell(run.pace.after(batch))
            await _write_down(refused, resource, batch, wiring.clock.now())
            told(batch)
            if leave():
                return False, snapshot
            await _give_way(wiring, leave)
    return True, snapshot


class _Storing:
    """One batch on its way into the mirror; that it failed is raised with the next one, or at the end."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._going: asyncio.Future[None] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._settled()

    async def next(self, work: Callable[[Connection], None]) -> None:
        """Begin to store the next one as soon as the one before it is stored."""
        await self._settled()
        self._going = asyncio.ensure_future(self._db.write(work))

    async def _settled(self) -> None:
        going, self._going = self._going, None
        if going is not None:
            await going


def _keep(connection: Connection, *, keeping: Keeping, resource: Resource, batch: Batch) -> None:
    """The rows of one batch, where it ends, and how many there are by now: all of it or nothing."""
    keeping.put(connection, batch)
    if batch.cursor is not None:
        till.set_cursor(connection, keeping.credential, resource, batch.cursor)
    copying.advance(
        connection,
        keeping.credential,
        resource,
        rows=len(batch.rows),
        total=batch.total,
        unreadable=batch.unreadable,
    )


async def _write_down(refused: RefusedRows, resource: Resource, batch: Batch, now: datetime) -> None:
    """Keep refused rows in a file for a person; a disk that cannot keep them stops nothing."""
    if batch.unread:
        try:
            await asyncio.to_thread(refused.add, batch.unread, now)
        except OSError:
            log.warning("refused rows not written", resource=resource.value, rows=len(batch.unread))


async def _give_way(wiring: Wiring, leave: Callable[[], bool]) -> None:
    """Fetch nothing while somebody types at the counter; a key that is held down stops nobody for good."""
    ends = time.monotonic() + PATIENCE
    while (wait := wiring.board.gives_way_for()) and time.monotonic() < ends and not leave():  # noqa: ASYNC110  (a key on another thread)
        await asyncio.sleep(wait)


def changes_since(wiring: Wiring, connection: Connection) -> datetime | None:
    """From when on a customer's changes go on to AIQ; None while they do not. New customers always do."""
    if not wiring.settings.get(SYNC_PERSONAS):
        return None
    return books.setting_changed(connection, SYNC_PERSONAS.key)
