"""Reading the lists of Flourish: one page, a whole list, or all that falls into windows of time."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import msgspec

from budtender.connectors.flourish_pages import MOST_ROWS, PAGE, Slipping, Walk, Windows
from budtender.connectors.flourish_wire import SYSTEM, Page, is_facility, key_by, page, read_facility, row
from budtender.connectors.http import BATCH, TILL, Http, Priority
from budtender.connectors.rows import not_garbled, read_each
from budtender.connectors.sentences import not_understood
from budtender.errors import Misconfigured, ProtocolError, Refused, Unreachable
from budtender.model import REACHES_BACK, Batch, Cursor, Customer, Location, Product, Resource, Ticket

#: Nothing in Flourish is older; imports from other systems carry older dates of birth, not of change.
BEGINNING = datetime(2010, 1, 1, tzinfo=UTC)
#: Whether the ends of a range belong to it is not documented, and the far side's clock is known to a second only:
#: neighbors share this much at either end.
SHARED = timedelta(seconds=2)

#: What the mark of a cursor begins with while a first pull is under way, and while undated rows are read.
_FIRST, _UNDATED = REACHES_BACK, "undated"


class Listing(NamedTuple):
    """A list that is read by windows of time: where it is, how its rows are told apart and read."""

    resource: Resource
    path: str
    #: The name of the time that windows go by, as the rows have it; the filters add `_start` and `_end`.
    time: str
    key: Callable[[object], str]
    read: Callable[[object], Customer | Ticket | Product]
    overlap: timedelta
    params: Mapping[str, Any] = {}
    #: What narrows the list to rows that ought to have a time, for finding those that have none.
    ripe: Mapping[str, Any] = {}
    facility: str = ""
    #: Is shown the rows of the first page that has any before they are read.
    prepare: Callable[[Sequence[object]], Awaitable[None]] | None = None


class Lists:
    """The lists of a company; raises what `Http` raises."""

    def __init__(self, http: Http, priority: Priority) -> None:
        self._http = http
        self._priority = priority

    async def page(self, path: str, params: Mapping[str, Any], facility: str = "") -> Page:
        """One page as it is asked for."""
        deadlines = BATCH if self._priority is Priority.BACKGROUND else TILL
        answer = await self._http.read(
            "GET", path, params=params, headers=headers(facility), priority=self._priority, deadlines=deadlines
        )
        return page(answer)

    async def now(self) -> datetime:
        """The present time by the far side's clock, which is asked for when it has not told yet.

        A register's clock that runs ahead would put a cursor into the future, past changes still to come.
        """
        if not self._http.clock_offset:
            await self.page("/v1/facilities", {"limit": 1})
        return datetime.now(UTC) + timedelta(seconds=self._http.clock_offset)

    async def pages(
        self, path: str, params: Mapping[str, Any], key: Callable[[object], str], walk: Walk, facility: str = ""
    ) -> AsyncIterator[tuple[Sequence[object], int | None]]:
        """The new rows of page after page, with how many the list has in all; `walk` tells how far it has come."""
        while not walk.done:
            rows, total = await self.page(path, {**params, "limit": PAGE, "offset": walk.offset}, facility)
            try:
                fresh = walk.take([key(value) for value in rows], total)
            except Slipping as error:
                raise not_understood(
                    SYSTEM, "the rows of a list change place faster than they can be read", slipping=True
                ) from error
            yield rows[fresh:], total

    async def all(
        self, path: str, params: Mapping[str, Any], key: Callable[[object], str] | None = None
    ) -> list[object]:
        """Every row of a list that is not long."""
        found: list[object] = []
        async for rows, _ in self.pages(path, params, key or key_by("id"), Walk()):
            found += rows
        return found

    async def facilities(self) -> list[tuple[Location, bool]]:
        """Every facility of the company, each with whether it may sell over a counter."""
        found, _ = read_each(await self.all("/v1/facilities", {}), read_facility)
        return found

    # ── by windows of time ────────────────────────────────────────────────────────────────────────────────

    async def changed(
        self, listing: Listing, since: Cursor | None, until: datetime | None = None
    ) -> AsyncIterator[Batch]:
        """What falls after a cursor, oldest first, and last an empty batch; without a cursor undated rows as well.

        `until` is where it ends, now where it is not said.
        """
        now = until or await self.now()
        phase, _, last = ("", "", "") if since is None else since.mark.partition(" ")
        first = since is None or phase == _FIRST
        total = await self._total(listing, {}) if since is None else None
        prepare = _Once(listing.prepare)
        if since is None or phase != _UNDATED:
            async for batch in self._windows(listing, _begin(listing, since, now), _walk(since, last), prepare, first):
                yield _with_total(batch, total)
        else:
            now = since.at
        if first or phase == _UNDATED:
            walk = _walk(since, last) if phase == _UNDATED else Walk()
            async for batch in self._undated(listing, now, walk, prepare):
                yield _with_total(batch, total)
        yield Batch(resource=listing.resource, rows=(), cursor=Cursor(at=now), total=total)

    async def _windows(
        self, listing: Listing, windows: Windows, walk: Walk, prepare: _Once, first: bool
    ) -> AsyncIterator[Batch]:
        while (window := windows.present()) is not None:
            params = {**listing.params, **_between(listing, *window)}
            rows = 0
            try:
                async for values, total in self.pages(listing.path, params, listing.key, walk, listing.facility):
                    rows = max(rows, total or 0)
                    if walk.begun and rows > MOST_ROWS and windows.narrowed(rows):
                        break
                    await prepare(values)
                    batch = _batch(listing, values, _cursor(window, walk, first, windows.ends_with(window)))
                    not_garbled(len(batch.rows), batch.unreadable, system=SYSTEM, what=listing.path)
                    yield batch
                else:
                    windows.completed(rows)
            except (Refused, Unreachable, ProtocolError) as error:
                if not _too_much(error) or not windows.narrowed(rows):
                    raise
            walk = Walk()

    async def _undated(self, listing: Listing, now: datetime, walk: Walk, prepare: _Once) -> AsyncIterator[Batch]:
        """The rows that no window shows, when there are any: those without a time."""
        everything = _between(listing, BEGINNING, now + timedelta(days=1))
        ripe, dated = await self._total(listing, {}), await self._total(listing, everything)
        if ripe is not None and dated is not None and ripe <= dated:
            return
        params = {**listing.params, **listing.ripe}
        async for values, _ in self.pages(listing.path, params, listing.key, walk, listing.facility):
            undated = [value for value in values if not _has_time(listing, value)]
            await prepare(undated)
            cursor = Cursor(at=now, until=now, page=walk.offset, mark=f"{_UNDATED} {walk.last}")
            yield _batch(listing, undated, cursor)

    async def _total(self, listing: Listing, params: Mapping[str, Any]) -> int | None:
        asked = {**listing.params, **listing.ripe, **params, "limit": 1}
        return (await self.page(listing.path, asked, listing.facility)).total


class _Once:
    """Shows the first rows there are to whoever wants to see them, once."""

    def __init__(self, show: Callable[[Sequence[object]], Awaitable[None]] | None) -> None:
        self._show = show

    async def __call__(self, values: Sequence[object]) -> None:
        if values and self._show is not None:
            show, self._show = self._show, None
            await show(values)


def headers(facility: str) -> Mapping[str, str]:
    """What says which facility is meant, nothing for the whole company; Misconfigured for what cannot be one."""
    if facility and not is_facility(facility):
        raise Misconfigured(
            "That is not the id of a facility.",
            "Choose one of the listed facilities.",
            system=SYSTEM,
            code="location_shape",
        )
    return {"FacilityID": facility} if facility else {}


def _begin(listing: Listing, since: Cursor | None, now: datetime) -> Windows:
    if since is None:
        return Windows(BEGINNING, now)
    if since.until is not None:
        return Windows(since.at, max(now, since.until), since.until)
    return Windows(min(since.at, now) - listing.overlap, now)


def _walk(since: Cursor | None, last: str) -> Walk:
    return Walk() if since is None or since.until is None else Walk(since.page, last)


def _cursor(window: tuple[datetime, datetime], walk: Walk, first: bool, last: bool) -> Cursor:
    """The end of a window that has been read, else the place in it; a first pull goes on with the undated rows."""
    if not walk.done:
        mark = f"{_FIRST if first else ''} {walk.last}"
        return Cursor(at=window[0], until=window[1], page=walk.offset, mark=mark)
    if first and last:
        return Cursor(at=window[1], until=window[1], mark=_UNDATED)
    return Cursor(at=window[1], mark=_FIRST if first else "")


def _between(listing: Listing, start: datetime, end: datetime) -> Mapping[str, str]:
    return {f"{listing.time}_start": _iso(start - SHARED), f"{listing.time}_end": _iso(end + SHARED)}


def _iso(when: datetime) -> str:
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _has_time(listing: Listing, value: object) -> bool:
    return isinstance(value, dict) and row(value, "row").loose.instant(listing.time) is not None


def _batch(listing: Listing, values: Sequence[object], cursor: Cursor) -> Batch:
    found, bad = read_each(values, listing.read)
    return Batch(resource=listing.resource, rows=tuple(found), cursor=cursor, unreadable=bad)


def _with_total(batch: Batch, total: int | None) -> Batch:
    return batch if total is None else msgspec.structs.replace(batch, total=total)


def _too_much(error: Refused | Unreachable | ProtocolError) -> bool:
    """Whether half the window may succeed: it was refused as a range, too large, too slow, or did not stand still."""
    if isinstance(error, Refused):
        return error.status in (400, 413, 422)
    if isinstance(error, Unreachable):
        return error.sent
    return bool(error.facts.get("too_large") or error.facts.get("slipping"))
