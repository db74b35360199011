"""What is pulled from Dutchie, and in which steps: windows by last change, one list after the other, a nightly sweep.

Windows find every change, but not a row without a time of change, nor a change that does not move that time (it is
not public whether joining a discount group does). Customers are therefore walked through by pages as well, once at
first for those without a time, and then once a day for all.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import Any, TypeVar

from budtender.connectors import dutchie_calls as calls
from budtender.connectors.answer import BATCH, Answer, Deadlines
from budtender.connectors.bulk import instant, list_in, plain
from budtender.connectors.dutchie_batches import Found
from budtender.connectors.dutchie_goods import read_package, read_product
from budtender.connectors.dutchie_lists import POINTS, points_of, read_discounts, read_employee, read_groups
from budtender.connectors.dutchie_records import CUSTOMERS, GLANCES, CustomerRow, customer_of
from budtender.connectors.dutchie_tickets import TRANSACTIONS, ticket_of
from budtender.connectors.dutchie_walk import walk
from budtender.connectors.dutchie_windows import (
    OF_CUSTOMERS,
    OF_SALES,
    OVERLAP,
    PRODUCT_OVERLAP,
    Shape,
    Windows,
)
from budtender.connectors.dutchie_wire import SYSTEM, read_customer
from budtender.connectors.http import Http, Priority
from budtender.connectors.rows import not_garbled, read_each
from budtender.errors import Misconfigured, ProtocolError, Refused, Unreachable
from budtender.model import Batch, Cursor, Resource, Ticket, Unread, Value

#: Nothing in Dutchie, formerly LeafLogix, is older.
BEGINNING = datetime(2010, 1, 1, tzinfo=UTC)
SWEEP_EVERY = timedelta(days=1)
#: A pull that took longer than this goes on to the present once more, and so on, a few times.
LATE = timedelta(seconds=30)
CHASES = 3
#: A list that comes in one piece, such as a catalogue of ten thousand products; it cannot be asked for by halves, and
#: clients in use wait two minutes for the first byte of one. Two minutes more are for the pause of a used-up minute.
LARGEST_LIST = 64 * 1024 * 1024
LISTS = Deadlines(connect=3, read=150, total=270)
R = TypeVar("R")
_NUMBER, _MODIFIED = attrgetter("customer_id"), attrgetter("last_modified")


class Puller:
    """Pulls for one key. What a cursor's mark means is known here alone: when the last sweep was, and from when on
    the pull reaches back."""

    def __init__(self, http: Http) -> None:
        self._http = http

    def now(self) -> datetime:
        """The present time by Dutchie's clock, as far as it told it."""
        return datetime.now(UTC) + timedelta(seconds=self._http.clock_offset)

    async def _end(self) -> datetime:
        """The fixed end of a pull, by Dutchie's clock.

        A register's clock that runs ahead would put the cursor into the future, past changes still to come.
        """
        if not self._http.clock_offset:
            await self._http.read("GET", calls.WHOAMI, priority=Priority.BACKGROUND)
        return self.now()

    # ── customers and sales, by windows ───────────────────────────────────────────────────────────────────

    async def customers(self, since: Cursor | None) -> AsyncIterator[Batch]:
        """Customers that changed since a cursor, archived, merged and anonymous ones included, and once a day all that
        are somebody."""
        mark = Mark.of(since)
        end = await self._end()
        reached = end
        async for batch in self._windowed(Resource.CUSTOMERS, since, end, OF_CUSTOMERS, self._customers_between, mark):
            reached = batch.cursor.at if batch.cursor is not None else reached
            yield batch
        if mark.swept is None or end - mark.swept >= SWEEP_EVERY:
            first = mark.swept is None
            swept = Mark(swept=end, horizon=mark.horizon).text
            async for found in self._sweep(mark.horizon, undated=first):
                yield found.batch(Resource.CUSTOMERS, Cursor(at=reached, mark=mark.text))
            yield Batch(resource=Resource.CUSTOMERS, rows=(), cursor=Cursor(at=reached, mark=swept))

    async def sales(self, since: Cursor | None) -> AsyncIterator[Batch]:
        """Sales, returns and voids that are new or changed since a cursor."""
        end = await self._end()
        async for batch in self._windowed(Resource.SALES, since, end, OF_SALES, self._sales_between, Mark.of(since)):
            yield batch

    async def _windowed(
        self,
        resource: Resource,
        since: Cursor | None,
        end: datetime,
        shape: Shape,
        read: Callable[[datetime, datetime], Any],
        mark: Mark,
    ) -> AsyncIterator[Batch]:
        """Window by window; while one is being stored the next one is fetched."""
        start = BEGINNING if since is None else max(BEGINNING, min(since.at, end) - OVERLAP)
        windows = Windows(start, end, shape, CHASES)
        ahead = _Ahead(read)
        try:
            while (window := windows.present()) is not None:
                try:
                    found: Found = await ahead.take(window)
                except (Refused, Unreachable, ProtocolError) as error:
                    if not _too_much(error) or not windows.narrowed():
                        raise
                    continue
                windows.completed(found.came)
                windows.chase(self.now(), LATE)
                ahead.start(windows.present())
                begun = Cursor(at=window[0], until=window[1], mark=mark.text)
                done = Cursor(at=window[1], mark=mark.text)
                for part in found.parts():
                    yield part.batch(resource, done if part.came else begun)
        finally:
            await ahead.drop()

    async def _customers_between(self, start: datetime, end: datetime) -> Found:
        params = {**calls.changed_between(calls.CHANGED, start, end), **calls.WITH_ANONYMOUS}
        answer = await self._report(calls.CUSTOMERS, params)
        found = await answer.in_pieces(_customers_in)
        not_garbled(len(found.rows), found.unreadable, system=SYSTEM, what="customers")
        return found

    async def _sales_between(self, start: datetime, end: datetime) -> Found:
        params = {**calls.changed_between(calls.CHANGED_SALES, start, end), **calls.WHOLE_SALES}
        answer = await self._report(calls.TRANSACTIONS, params)
        tickets, unread, bad = await answer.in_pieces(_tickets_in)
        not_garbled(len(tickets), bad, system=SYSTEM, what="transactions")
        rows = tuple(ticket for ticket in tickets if isinstance(ticket, Ticket))
        return Found(rows=rows, unread=unread, unreadable=bad, came=len(tickets) + bad)

    async def _sweep(self, horizon: datetime, *, undated: bool) -> AsyncIterator[Found]:
        """Customers page by page: those without a time of change, and unless `undated` all since the horizon."""

        def take(answer: Answer) -> tuple[Found, int, int]:
            ids: list[int] = []
            if undated and (dated := _all_dated(answer)) is not None:
                return Found(rows=()), len(dated), hash((tuple(dated), 0, ()))

            def wanted(row: CustomerRow) -> bool:
                ids.append(row.customer_id)
                modified = instant(row.last_modified) if row.last_modified else None
                return modified is None or (not undated and modified >= horizon)

            found = _customers_in(answer, wanted)
            mark = hash((tuple(ids), found.unreadable, tuple(customer.id for customer in found.rows)))
            return found, len(ids) + len(found.rows) + found.unreadable, mark

        async for found in walk(self._report, calls.WITHOUT_ANONYMOUS, take):
            for part in found.parts():
                yield part

    # ── lists ─────────────────────────────────────────────────────────────────────────────────────────────

    async def products(self, since: Cursor | None) -> AsyncIterator[Batch]:
        """Products that changed since a cursor, inactive ones included, and once a day all of them."""
        mark = Mark.of(since)
        end = await self._end()
        whole = since is None or mark.swept is None or end - mark.swept >= SWEEP_EVERY
        params = {}
        if since is not None and not whole:
            params = {calls.CHANGED[0]: calls.iso(min(since.at, end) - PRODUCT_OVERLAP)}
        answer = await self._reporting_or(calls.ALL_PRODUCTS, calls.PRODUCTS, params)
        found = _read(answer, read_product)
        swept = end if whole else mark.swept
        cursor = Cursor(at=end, mark=Mark(swept=swept, horizon=BEGINNING).text)
        for part in found.parts():
            yield part.batch(Resource.PRODUCTS, cursor if part.came else since)

    async def inventory(self) -> AsyncIterator[Batch]:
        """All there is in stock at the key's location; what is sold out is absent.

        For a good key the plain list can be empty, when no product is open to it or its rooms are not shared; then
        the list for reporting is asked.
        """
        end = await self._end()
        found = _read(await self._list(calls.INVENTORY, calls.WHOLE_STOCK), read_package)
        if not found.rows:
            try:
                answer = await self._list(calls.ALL_INVENTORY, calls.ALL_STOCK)
                found = _read(answer, read_package)
            except Misconfigured as error:
                if error.facts.get("status") != 403:
                    raise
        for batch in found.snapshot(Resource.INVENTORY, end):
            yield batch

    async def discounts(self) -> AsyncIterator[Batch]:
        """All discounts, inactive and deleted ones included."""
        end = self.now()
        modern = await self._values(calls.DISCOUNTS, {"includeInactive": "true"})
        reporting = await self._values(calls.ALL_DISCOUNTS, {"includeDeleted": "true"})
        found, bad = read_discounts(modern, reporting)
        for batch in Found(rows=tuple(found), unreadable=bad).snapshot(Resource.DISCOUNTS, end):
            yield batch

    async def groups(self) -> AsyncIterator[Batch]:
        """All discount groups that a discount is kept for."""
        end = self.now()
        found, bad = read_groups(await self._values(calls.ALL_DISCOUNTS, {"includeDeleted": "true"}))
        for batch in Found(rows=tuple(found), unreadable=bad).snapshot(Resource.GROUPS, end):
            yield batch

    async def employees(self) -> AsyncIterator[Batch]:
        """All staff of the organization."""
        end = self.now()
        found = _read(await self._list(calls.EMPLOYEES, {}), read_employee)
        for batch in found.snapshot(Resource.EMPLOYEES, end):
            yield batch

    async def points(self) -> AsyncIterator[Batch]:
        """All standings in Dutchie's own program, as they were at night; asked for once, never again at once."""
        end = self.now()
        answer = await self._list(calls.LOYALTY, {}, again=False)
        rows, unread, bad = POINTS.read(answer, points_of)
        found = Found(rows=tuple(rows), unread=unread, unreadable=bad)
        for batch in found.snapshot(Resource.POINTS, end):
            yield batch

    # ── answers ───────────────────────────────────────────────────────────────────────────────────────────

    async def _values(self, path: str, params: Mapping[str, Any]) -> list[Any]:
        answer = await self._list(path, params)
        return [plain(bytes(raw), SYSTEM) for raw in list_in(answer.body, SYSTEM)]

    async def _reporting_or(self, path: str, other: str, params: Mapping[str, Any]) -> Answer:
        """The list for reporting, which hides nothing; the other one for a key that may not report."""
        try:
            return await self._list(path, params)
        except Misconfigured as error:
            if error.facts.get("status") != 403:
                raise
        return await self._list(other, params)

    async def _report(self, path: str, params: Mapping[str, Any]) -> Answer:
        return await self._http.read("GET", path, params=params, priority=Priority.BACKGROUND, deadlines=BATCH)

    async def _list(self, path: str, params: Mapping[str, Any], *, again: bool = True) -> Answer:
        return await self._http.read(
            "GET",
            path,
            params=params,
            priority=Priority.BACKGROUND,
            deadlines=LISTS,
            again=again,
            largest=LARGEST_LIST,
        )


class Mark(Value, frozen=True, kw_only=True):
    """What a cursor remembers beside its time: when all was last walked through, and how far back the pull goes."""

    swept: datetime | None
    horizon: datetime

    @classmethod
    def of(cls, cursor: Cursor | None) -> Mark:
        """The mark of a cursor; without one the pull reaches back to where it starts now."""
        if cursor is None:
            return cls(swept=None, horizon=BEGINNING)
        swept, _, horizon = cursor.mark.partition("/")
        return cls(swept=instant(swept), horizon=instant(horizon) or cursor.at)

    @property
    def text(self) -> str:
        """How a cursor keeps it."""
        return f"{calls.iso(self.swept) if self.swept else ''}/{calls.iso(self.horizon)}"


class _Ahead:
    """The answer to the next window, asked for while the last one is being stored."""

    def __init__(self, read: Callable[[datetime, datetime], Any]) -> None:
        self._read = read
        self._window: tuple[datetime, datetime] | None = None
        self._task: asyncio.Task[Found] | None = None

    def start(self, window: tuple[datetime, datetime] | None) -> None:
        """Ask for a window."""
        if window is not None:
            self._window, self._task = window, asyncio.ensure_future(self._read(*window))

    async def take(self, window: tuple[datetime, datetime]) -> Found:
        """The answer to a window; what it fails with is raised here."""
        task, self._task = self._task, None
        if task is not None and self._window == window:
            return await task
        found: Found = await self._read(*window)
        return found

    async def drop(self) -> None:
        """Forget what was asked for."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)


def _customers_in(answer: Answer, wanted: Callable[[CustomerRow], bool] | None = None) -> Found:
    rows, unread, bad = CUSTOMERS.read(answer, customer_of, read_customer, wanted, answer.aside)
    return Found(rows=tuple(rows), unread=unread, unreadable=bad, came=len(rows) + bad)


def _tickets_in(answer: Answer) -> tuple[list[Ticket | None], tuple[Unread, ...], int]:
    return TRANSACTIONS.read(answer, ticket_of, aside=answer.aside)


def _all_dated(answer: Answer) -> list[int] | None:
    """The numbers of a page of customers who all have a time of change; None when there is more to it."""
    glances = GLANCES.alike(answer)
    if glances is None or not all(map(_MODIFIED, glances)):
        return None
    return list(map(_NUMBER, glances))


def _read(answer: Answer, read: Callable[[object], R]) -> Found:
    values = [plain(bytes(raw), SYSTEM) for raw in list_in(answer.body, SYSTEM)]
    rows, bad = read_each(values, read)
    not_garbled(len(rows), bad, system=SYSTEM, what="list")
    return Found(rows=tuple(rows), unreadable=bad, came=len(values))


def _too_much(error: Refused | Unreachable | ProtocolError) -> bool:
    """Whether half the window may succeed: it was refused as a range, too large, or took too long to answer.

    503 says that Dutchie has switched the list off, whatever the window.
    """
    if isinstance(error, Refused):
        return error.status in (400, 413)
    if isinstance(error, Unreachable):
        return error.sent and error.facts.get("status") != 503
    return bool(error.facts.get("too_large"))


Pulls = Mapping[Resource, Callable[[Cursor | None], AsyncIterator[Batch]]]


def pulls(puller: Puller) -> Pulls:
    """What can be pulled, by resource."""
    return {
        Resource.CUSTOMERS: puller.customers,
        Resource.SALES: puller.sales,
        Resource.PRODUCTS: puller.products,
        Resource.INVENTORY: lambda _since: puller.inventory(),
        Resource.DISCOUNTS: lambda _since: puller.discounts(),
        Resource.GROUPS: lambda _since: puller.groups(),
        Resource.EMPLOYEES: lambda _since: puller.employees(),
        Resource.POINTS: lambda _since: puller.points(),
    }
