"""What is pulled from one venue of POSaBIT, page by page, so that it can be broken off and taken up at any page."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import msgspec

from budtender.connectors import posabit_routes as routes
from budtender.connectors.backwards import Page, Step, walk
from budtender.connectors.http import BATCH, Http, Priority
from budtender.connectors.posabit_pages import OVERLAP, Windows, read_page
from budtender.connectors.posabit_routes import Routes
from budtender.connectors.posabit_sales import read_ticket
from budtender.connectors.posabit_stock import read_menu, read_package, read_product
from budtender.connectors.posabit_wire import SYSTEM, read_customer, read_discount, row
from budtender.connectors.rows import not_garbled, read_each
from budtender.errors import Misconfigured, ProtocolError
from budtender.model import REACHES_BACK, Batch, Cursor, Product, Resource

#: POSaBIT was founded in 2015; nothing there is older.
BEGINNING = datetime(2015, 1, 1, tzinfo=UTC)
#: Rows asked for at once: what public clients were given for customers and for stock, and the documented default.
PAGE = 250
STOCK_PAGE = 100
COUPON_PAGE = 1_000
#: A cursor's mark begins so while a list is read that has no window of time.
_WHOLE = "whole "
_MOMENT = timedelta(seconds=1)
#: Further outside a window than times can be off that come without their zone.
_FAR = timedelta(days=2)


class _Reading(msgspec.Struct, frozen=True):
    """One list to be read whole. `start` is None for everything there is, else the time the window begins at.

    Of everything, rows that changed last before `origin` are passed over.
    """

    resource: Resource
    what: routes.List
    read: Callable[[object], Any]
    end: datetime
    start: datetime | None = None
    size: int = PAGE
    params: Mapping[str, Any] = {}
    origin: datetime = BEGINNING

    def is_wanted(self, found: Any) -> bool:
        """Whether a row is new enough, which one without a time of change always is."""
        return self.origin == BEGINNING or found.modified is None or found.modified >= self.origin

    def is_within(self, found: Any) -> bool:
        """Whether a row can have come from the window that was asked for."""
        if self.start is None or found.modified is None:
            return True
        return bool(self.start - _FAR <= found.modified <= self.end + _FAR)

    def asked(self) -> Mapping[str, Any]:
        """The query names beside the page's."""
        if self.start is None:
            return {**self.params, "q[s]": "id asc"}
        window = {
            "q[updated_at_gt]": iso(self.start - OVERLAP),
            # What is changed while the window is read may stay in it or leave it, but not enter it in the middle.
            "q[updated_at_lt]": iso(self.end + _MOMENT),
        }
        return {**self.params, **window, "q[s]": "id asc"}

    def cursor(self, step: Step) -> Cursor | None:
        """What is true once a step is stored; None where its pages cannot be counted."""
        if step.left is None:
            return None
        if step.left == 0:
            return self.done
        begun, mark = (self.origin, f"{_WHOLE}{step.mark}") if self.start is None else (self.start, step.mark)
        return Cursor(at=begun, until=self.end, page=step.left, mark=mark)

    @property
    def done(self) -> Cursor:
        """What is true once all of it is stored."""
        return Cursor(at=self.end)


class Pull:
    """The pulls of one venue; `menu_feed` is the key of its menu, where it has one."""

    def __init__(self, http: Http, ways: Routes, menu_feed: str = "") -> None:
        self._http = http
        self._routes = ways
        self._menu_feed = menu_feed
        self._asked_for_points = False

    def now(self) -> datetime:
        """The present time by POSaBIT's clock, as far as it told it."""
        return datetime.now(UTC) + timedelta(seconds=self._http.clock_offset)

    async def _till_time(self) -> datetime:
        """The present time by POSaBIT's clock; a register's that runs ahead would skip what is still to come."""
        if not self._http.clock_offset:
            await self._routes.read(routes.INFO, priority=Priority.BACKGROUND)
        return self.now()

    # ── customers, sales, stock ───────────────────────────────────────────────────────────────────────────

    async def customers(self, since: Cursor | None) -> AsyncIterator[Batch]:
        """At first every customer, those without a time of change included, then what changed."""
        if not self._asked_for_points:
            await self._prefer_points()
            self._asked_for_points = True
        async for batch in self._all_or_changed(Resource.CUSTOMERS, routes.CUSTOMERS, read_customer, since, PAGE):
            yield batch

    async def sales(self, since: Cursor | None) -> AsyncIterator[Batch]:
        """Sales by the time of their last change; one that is edited or given back comes again under its id."""
        async for batch in self._changed(Resource.SALES, routes.SALES, read_ticket, since, PAGE):
            yield batch

    async def stock(self, since: Cursor | None) -> AsyncIterator[Batch]:
        """At first the lots in stock, then those that changed, sold-out ones included."""
        stocked = {"q[quantity_on_hand_gt]": 0}
        async for batch in self._all_or_changed(
            Resource.INVENTORY, routes.INVENTORY, read_package, since, STOCK_PAGE, stocked
        ):
            yield batch

    async def products(self, since: Cursor | None) -> AsyncIterator[Batch]:
        """The products of the lots in stock, then of those that changed, completed from the menu."""
        menu = await self.menu() if self._menu_feed else {}
        stocked = {"q[quantity_on_hand_gt]": 0}
        async for batch in self._all_or_changed(
            Resource.PRODUCTS,
            routes.INVENTORY,
            lambda value: read_product(value, menu),
            since,
            STOCK_PAGE,
            stocked,
        ):
            yield batch

    async def _all_or_changed(
        self,
        resource: Resource,
        what: routes.List,
        read: Callable[[object], Any],
        since: Cursor | None,
        size: int,
        params: Mapping[str, Any] | None = None,
    ) -> AsyncIterator[Batch]:
        if since is not None and since.mark != REACHES_BACK and not since.mark.startswith(_WHOLE):
            async for batch in self._changed(resource, what, read, since, size):
                yield batch
            return
        # What changes while everything is read comes with the next pull, which begins where this one began.
        end = since.until if since is not None and since.until is not None else await self._till_time()
        origin = BEGINNING if since is None else since.at
        reading = _Reading(resource, what, read, end, size=size, params=params or {}, origin=origin)
        async for batch in self._list(reading, None if since is None or not since.page else since):
            yield batch

    async def _changed(
        self, resource: Resource, what: routes.List, read: Callable[[object], Any], since: Cursor | None, size: int
    ) -> AsyncIterator[Batch]:
        """What was changed since a cursor, window by window; first the rest of a window that was broken off."""
        if since is not None and since.page and since.until is not None:
            rest = _Reading(resource, what, read, since.until, since.at, size)
            async for batch in self._list(rest, since):
                yield batch
            since = rest.done
        end = await self._till_time()
        windows = Windows(BEGINNING if since is None else min(since.at, end - _MOMENT), end)
        while (until := windows.present()) is not None:
            rows, heeded = 0, True
            reading = _Reading(resource, what, read, until, windows.start, size)
            async for batch in self._list(reading, None):
                rows += len(batch.rows)
                heeded = heeded and all(map(reading.is_within, batch.rows))
                yield batch
            if not heeded or not self._routes.heeds_windows(what):
                # It gave all there is, whatever was asked for, as the oldest version does; others may, because such
                # servers pass over a filter that they do not know.
                yield Batch(resource=resource, rows=(), cursor=Cursor(at=end))
                return
            windows.completed(until, rows)

    async def _list(self, reading: _Reading, since: Cursor | None) -> AsyncIterator[Batch]:
        """One list read whole, from the page that a cursor names; the last batch carries the cursor of its end."""

        async def page(number: int, per_page: int) -> Page:
            asked = {**reading.asked(), "page": number, "per_page": per_page}
            return await self._page(reading.what, asked, per_page)

        start, mark = (since.page, since.mark.removeprefix(_WHOLE)) if since is not None else (0, "")
        snapshot, cursor = False, None
        # Only within a window can nothing come in.
        grows = _grows_in_front if reading.start is None else lambda _rows: False
        async for step in walk(page, reading.size, start, mark, system=SYSTEM, grows_in_front=grows):
            found, bad = read_each(step.rows, reading.read)
            not_garbled(len(found), bad, system=SYSTEM, what=reading.what.name)
            cursor = reading.cursor(step)
            # v2 leaves out what is gone when it is asked to; the others tell it row by row, and only what changed is
            # read the next time.
            snapshot = reading.resource is Resource.INVENTORY and reading.start is None and step.mark.startswith("v2")
            yield Batch(
                resource=reading.resource,
                rows=tuple({known.id: known for known in found if reading.is_wanted(known)}.values()),
                cursor=cursor,
                snapshot=snapshot,
                total=step.total,
                unreadable=bad,
            )
        if cursor != reading.done:
            yield Batch(resource=reading.resource, rows=(), cursor=reading.done, snapshot=snapshot)

    async def _page(self, what: routes.List, asked: Mapping[str, Any], per_page: int) -> Page:
        route, answer = await self._routes.read(what, asked, priority=Priority.BACKGROUND, deadlines=BATCH)
        return read_page(answer.json(), what.name, route.version, per_page)

    async def _prefer_points(self) -> None:
        """Read customers where they come with their points: v2 is known for that (a public client), v3 is not."""
        first = await self._page(routes.CUSTOMERS, {"page": 1, "per_page": PAGE, "q[s]": "id asc"}, PAGE)
        older = routes.List(routes.CUSTOMERS.name, routes.ENHANCED, routes.CUSTOMERS.routes[1:2])
        if not first.mark.startswith("v3") or not first.rows or _have_points(first.rows):
            return
        try:
            second = await self._page(older, {"page": 1, "per_page": PAGE, "q[s]": "id asc"}, PAGE)
            better = _have_points(second.rows)
        except (Misconfigured, ProtocolError):
            better = False
        self._routes.prefer(routes.CUSTOMERS, "v2" if better else "v3")

    # ── menu and promotions ───────────────────────────────────────────────────────────────────────────────

    async def menu(self) -> dict[str, Product]:
        """The products of the venue's menu by product id, with strengths, pictures and texts."""
        what = routes.menu(quote(self._menu_feed, safe=""))
        try:
            _, answer = await self._routes.read(what, priority=Priority.BACKGROUND, deadlines=BATCH)
        except Misconfigured as error:
            if error.facts.get("status") != 404:
                raise
            raise Misconfigured(
                "POSaBIT knows no menu feed with the key that was given for it.",
                "Copy the key of the menu feed again: budtender connect posabit --store NAME --details KEY",
                system=SYSTEM,
                status=404,
                code="details_refused",
                field="details",
            ) from error
        return read_menu(answer.json())

    async def prove_menu(self) -> None:
        """Misconfigured when the menu feed that was told is not there; one that may not be read is another matter."""
        try:
            if self._menu_feed:
                await self.menu()
        except Misconfigured as error:
            if error.facts.get("status") != 403:
                raise

    async def discounts(self) -> AsyncIterator[Batch]:
        """All promotions, which are joined to rewards by their names."""
        now = await self._till_time()

        async def page(number: int, per_page: int) -> Page:
            return await self._page(routes.COUPONS, {"page": number, "per_page": per_page}, per_page)

        values = [value async for step in walk(page, COUPON_PAGE, system=SYSTEM) for value in step.rows]
        found, bad = read_each(values, read_discount)
        rows = tuple({discount.id: discount for discount in found}.values())
        yield Batch(resource=Resource.DISCOUNTS, rows=rows, cursor=Cursor(at=now), snapshot=True, unreadable=bad)


def _grows_in_front(rows: list[object]) -> bool:
    """Whether the order that was asked for is not heeded, and what is new or changed comes first."""
    found = [row(value, next(iter(value), "")).loose for value in rows if isinstance(value, dict)]
    ids, changes = ([r.integer("id") for r in found], [r.instant("updated_at") for r in found])
    return _falls([one for one in ids if one is not None]) or _falls([one for one in changes if one is not None])


def _falls(values: Sequence[int] | Sequence[datetime]) -> bool:
    return bool(values) and values[0] != values[-1] and list(values) == sorted(values, reverse=True)


def _have_points(rows: list[object]) -> bool:
    return any(isinstance(value, dict) and row(value, "customer").value("points") is not None for value in rows)


def iso(when: datetime) -> str:
    """A time as POSaBIT takes it: UTC with milliseconds."""
    return f"{when.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{when.microsecond // 1000:03}Z"
