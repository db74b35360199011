"""Till → mirror: one resource at a time, each page and its cursor in one transaction, taken up where it was left."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, tzinfo
from functools import partial
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from budtender.cache import books, copying, snapshots, stock, tickets, till
from budtender.cache.copying import Copying
from budtender.cache.database import Connection
from budtender.connectors import Pos
from budtender.errors import Failure, NotConnected
from budtender.events import Change
from budtender.log import get_logger
from budtender.model import (
    REACHES_BACK,
    Batch,
    Can,
    Cursor,
    Customer,
    DiscountGroup,
    Employee,
    Package,
    PosDiscount,
    PosPoints,
    Product,
    Resource,
    Ticket,
    TicketState,
    Value,
)
from budtender.model.zones import zone_of
from budtender.settings import HISTORY_DAYS, SYNC_PERSONAS
from budtender.sync import returns, schedule, scope
from budtender.sync.progress import Progress, time_left
from budtender.sync.refused import RefusedRows
from budtender.sync.wiring import Wiring

log = get_logger(__name__)
T = TypeVar("T")
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


class Place(Value, frozen=True, kw_only=True):
    """Where a credential's tickets were made, unless they say otherwise, and the zones of the places they may name."""

    location_id: str
    zones: Mapping[str, str]
    #: By which name AIQ is told of locations whose id another vendor's location has as well.
    other_vendors: Mapping[str, str]

    def zone(self, location_id: str | None) -> tzinfo | None:
        """The time zone of a location, as far as the till told it."""
        name = self.zones.get(location_id or self.location_id)
        with contextlib.suppress(ZoneInfoNotFoundError, ValueError):
            return ZoneInfo(name) if name else None
        return None


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
        finished, snapshot = await _Copy(wiring, credential, resource, state).run(leave, told)
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


class _Copy:
    """One resource on its way: while a batch is being stored the next one is fetched, and no more than that."""

    def __init__(self, wiring: Wiring, credential: str, resource: Resource, state: Copying) -> None:
        self._wiring = wiring
        self._credential = credential
        self._resource = resource
        self._state = state
        self._source = _source(wiring, credential)
        self._began = wiring.clock.mono()
        self._rows = state.rows
        self._first_rows = state.rows
        self._snapshot = False
        #: Where this run starts, and where the whole of it did.
        self._start: datetime | None = None
        self._origin: datetime | None = None
        self._horizon: datetime | None = None
        self._refused = RefusedRows(wiring.folder, credential, resource.value)
        self._stored: asyncio.Future[None] | None = None

    async def run(self, leave: Callable[[], bool], told: Callable[[Batch], None]) -> tuple[bool, bool]:
        """Whether it came to its end, and whether it was a list of all there is."""
        cursor, place, since = self._wiring.db.read(self._begin)
        try:
            async with contextlib.aclosing(self._source.pull(self._resource, cursor)) as batches:  # type: ignore[type-var]
                async for batch in batches:
                    await self._settled()
                    self._snapshot |= batch.snapshot
                    keep = partial(self._keep, batch=batch, place=place, since=since)
                    self._stored = asyncio.ensure_future(self._wiring.db.write(keep))
                    self._tell(batch)
                    await self._refuse(batch)
                    told(batch)
                    if leave():
                        return False, self._snapshot
                    await self._give_way(leave)
        finally:
            await self._settled()
        return True, self._snapshot

    def _begin(self, connection: Connection) -> tuple[Cursor | None, Place, datetime | None]:
        settings = self._wiring.settings
        cursor = till.cursor(connection, self._credential, self._resource)
        self._origin = None if cursor is None else cursor.at
        if self._resource in _DATED and (cursor is None or self._state.good is None):
            days, archives = settings.get(HISTORY_DAYS), scope.mirrors_archives(settings, self._source)
            self._origin = scope.reach(self._wiring.clock.now(), days, archives=archives)
        if cursor is None and self._origin is not None:
            cursor = Cursor(at=self._origin, mark=REACHES_BACK)
        self._start = None if cursor is None else cursor.at
        if scope.mirrors_archives(settings, self._source):
            added = next(c.added for c in books.ever_connected(connection) if c.name == self._credential)
            self._horizon = scope.horizon(settings, added)
        return cursor, _place(connection, self._credential), changes_since(self._wiring, connection)

    async def _refuse(self, batch: Batch) -> None:
        """Write refused rows down for a person; a disk that cannot keep them stops nothing."""
        if batch.unread:
            try:
                await asyncio.to_thread(self._refused.add, batch.unread, self._wiring.clock.now())
            except OSError:
                log.warning("refused rows not written", resource=self._resource.value, rows=len(batch.unread))

    async def _give_way(self, leave: Callable[[], bool]) -> None:
        """Fetch nothing while somebody types at the counter; a key that is held down stops nobody for good."""
        ends = time.monotonic() + PATIENCE
        while (wait := self._wiring.board.gives_way_for()) and time.monotonic() < ends and not leave():  # noqa: ASYNC110  (a key on another thread)
            await asyncio.sleep(wait)

    async def _settled(self) -> None:
        stored, self._stored = self._stored, None
        if stored is not None:
            await stored

    def _keep(self, connection: Connection, *, batch: Batch, place: Place, since: datetime | None) -> None:
        self._put(connection, batch, place, since)
        if batch.cursor is not None:
            till.set_cursor(connection, self._credential, self._resource, batch.cursor)
        copying.advance(
            connection,
            self._credential,
            self._resource,
            rows=len(batch.rows),
            total=batch.total,
            unreadable=batch.unreadable,
        )

    def _put(self, connection: Connection, batch: Batch, place: Place, since: datetime | None) -> None:
        number, name = self._state.number, self._credential
        if batch.resource is Resource.CUSTOMERS:
            archive = partial(scope.from_archive, horizon=self._horizon) if self._horizon else None
            till.put_customers(connection, name, _of(batch, Customer), since=since, archive=archive)
        elif batch.resource in (Resource.SALES, Resource.REFUNDS):
            self._put_tickets(connection, _of(batch, Ticket), place)
        elif batch.resource is Resource.PRODUCTS:
            stock.put_products(connection, name, _of(batch, Product), number)
        elif batch.resource is Resource.INVENTORY:
            stock.put_packages(connection, name, _of(batch, Package), number)
        elif batch.resource is Resource.DISCOUNTS:
            snapshots.put_discounts(connection, name, _of(batch, PosDiscount), number)
        else:
            rows = [row for row in batch.rows if isinstance(row, DiscountGroup | PosPoints | Employee)]
            snapshots.put_listed(connection, name, batch.resource, rows, number)

    def _put_tickets(self, connection: Connection, sales: Sequence[Ticket], place: Place) -> None:
        put = partial(
            tickets.put,
            connection,
            self._credential,
            location_id=place.location_id,
            zone=place.zone,
            other_vendors=place.other_vendors,
        )
        now = self._wiring.clock.now()
        put([kept for sale in sales for kept in self._as_kept(connection, sale, now)])
        if Can.RETURNS_ON_SALE not in self._source.can:
            return
        put([refund for sale in sales for refund in self._refunds(connection, sale, now)])

    def _refunds(self, connection: Connection, sale: Ticket, now: datetime) -> list[Ticket]:
        """What is to be kept of the refunds that a sale's marks tell: a sale that counts nothing gives nothing back."""
        marked = bool(sale.refunded_cents) or any(line.returned for line in sale.lines)
        counts = sale.state is TicketState.COMPLETED
        if not marked and counts:
            return []
        before = tickets.refunds_of(connection, self._credential, sale.id)
        told = returns.standing(before, sale)
        made = returns.refund_of(sale, tickets.booked(before), now) if marked and counts else None
        return told if made is None else [*told, made]

    def _as_kept(self, connection: Connection, sale: Ticket, now: datetime) -> list[Ticket]:
        """A document as it is to be kept, and the sale it was before, where that is somebody else's by now."""
        if sale.state is TicketState.VOIDED:
            return [returns.with_amounts(tickets.find(connection, self._credential, sale.id), sale)]
        if not sale.refund:
            return [sale]
        before = tickets.find(connection, self._credential, sale.id)
        kept = returns.turned(before, sale, now)
        if before is None or kept is sale:
            return [sale]
        return [msgspec.structs.replace(before, customer_id=sale.customer_id), kept]

    def _tell(self, batch: Batch) -> None:
        self._rows += len(batch.rows)
        elapsed = self._wiring.clock.mono() - self._began
        whole = self._share(batch, 0, self._origin)
        # What comes behind the newest change, such as rows without a time, tells nothing of its length.
        ends = whole >= 1 and not batch.total
        progress = Progress(
            credential=self._credential,
            resource=self._resource,
            rows=self._rows,
            total=batch.total,
            left=None if ends else time_left(self._share(batch, self._first_rows, self._start), elapsed),
            share=whole if whole > 0 and not ends else None,
            elapsed=elapsed,
        )
        self._wiring.board.tell(progress)

    def _share(self, batch: Batch, rows: int, since: datetime | None) -> float:
        """Which share of what comes behind so many rows, or that time, is done by now; 0 when nothing tells."""
        if batch.total and batch.total > rows:
            return min(1.0, (self._rows - rows) / (batch.total - rows))
        if batch.cursor is None or since is None:
            return 0.0
        whole = (self._wiring.clock.now() - since).total_seconds()
        return max(0.0, min(1.0, (batch.cursor.at - since).total_seconds() / whole)) if whole > 0 else 0.0


def changes_since(wiring: Wiring, connection: Connection) -> datetime | None:
    """From when on a customer's changes go on to AIQ; None while they do not. New customers always do."""
    if not wiring.settings.get(SYNC_PERSONAS):
        return None
    return books.setting_changed(connection, SYNC_PERSONAS.key)


def _of(batch: Batch, kind: type[T]) -> list[T]:
    return [row for row in batch.rows if isinstance(row, kind)]


def _place(connection: Connection, credential: str) -> Place:
    account = next((c.account for c in books.ever_connected(connection) if c.name == credential), "")
    known = till.locations(connection)
    zones = {
        place.id: zone for name, place in known if name == credential and (zone := place.zone or zone_of(place.state))
    }
    return Place(location_id=account or credential, zones=zones, other_vendors=_taken(connection, credential))


def _taken(connection: Connection, credential: str) -> Mapping[str, str]:
    """The locations whose ids AIQ knows of a vendor that was connected before this one; with a name of their own.

    Tills number locations and tickets alike, and AIQ tells sales apart by their ids alone (core integration article).
    """
    ever = sorted(books.ever_connected(connection), key=lambda c: (c.added, c.name))
    mine = next((c.system for c in ever if c.name == credential), None)
    before = [c for c in itertools.takewhile(lambda c: c.system != mine, ever) if c.system != "aiq"]
    names = {c.name for c in before}
    ids = {c.account or c.name for c in before}
    ids |= {place.id for name, place in till.locations(connection) if name in names}
    return {place: f"{mine}-{place}" for place in ids}
