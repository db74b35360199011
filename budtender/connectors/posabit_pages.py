"""How a list of POSaBIT is read whole although its rows shift meanwhile: from its last page to its first.

A row that changes while a window of time is read leaves the window, and everything behind it moves up by one place.
Read forwards, the first row of the next page would slip onto the page just read and be missed; read backwards, it
comes twice. Rows are asked for by their ids in order where a version takes an order.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta

import msgspec

from budtender.connectors.posabit_wire import SYSTEM, listed, row
from budtender.connectors.rows import Row
from budtender.connectors.sentences import not_understood
from budtender.errors import ProtocolError

#: No list is longer; one that says so, or that does not say and goes on, is given up.
MOST_PAGES = 20_000
#: Filters are strict on both sides, clocks differ and changes are committed late: so each window begins this much
#: before the last one ended.
OVERLAP = timedelta(minutes=10)
FIRST_WIDTH = timedelta(days=7)
WIDEST = timedelta(days=365)
NARROWEST = timedelta(days=1)


class Page(msgspec.Struct, frozen=True):
    """One page: its rows, how many pages and rows there are by its word, and how the pages were counted."""

    rows: list[object]
    pages: int | None
    total: int | None
    mark: str


class Step(msgspec.Struct, frozen=True):
    """Rows of a list, and how many pages before them are still to be read; None where that cannot be told."""

    rows: list[object]
    left: int | None
    total: int | None
    mark: str


Reader = Callable[[int, int], Awaitable[Page]]


def read_page(body: object, key: str, version: str, size: int) -> Page:
    """A page of a list answer; what it says of itself counts, not what was asked for."""
    rows = listed(body, key)
    if not isinstance(body, dict):
        return Page(rows, None, None, f"{version} {size}")
    r = row(body, "page")
    pages, total, own_size = (_count(r, name) for name in ("total_pages", "total_records", "per_page"))
    if pages is not None and pages > MOST_PAGES:
        raise not_understood(SYSTEM, "a list has more pages than can be", key="total_pages")
    return Page(rows, pages, total, f"{version} {own_size or size}")


def _count(r: Row, name: str) -> int | None:
    try:
        count = r.integer(name)
    except ProtocolError:
        return None
    return count if count is not None and count >= 0 else None


async def walk(read: Reader, size: int, start: int = 0, mark: str = "") -> AsyncIterator[Step]:
    """The rows of a list, the last page first; goes on at page `start` where the pages are still counted as `mark`."""
    if start:
        page = await read(start, size)
        if page.mark == mark:
            yield Step(page.rows, start - 1, page.total, page.mark)
            async for step in _backwards(read, size, start - 1):
                yield step
            return
    first = await read(1, size)
    if _is_capped(first):
        # More rows were announced than the pages can hold: the size was cut without a word.
        size = len(first.rows)
        first = await read(1, size)
    if first.pages is None or _is_capped(first):
        async for step in _forwards(read, size, first):
            yield step
    elif first.pages <= 1:
        yield Step(first.rows, 0, first.total, first.mark)
    else:
        async for step in _backwards(read, size, first.pages):
            yield step


def _is_capped(page: Page) -> bool:
    return bool(page.pages and page.total and page.rows) and len(page.rows) * (page.pages or 0) < (page.total or 0)


async def _backwards(read: Reader, size: int, start: int) -> AsyncIterator[Step]:
    for number in range(start, 0, -1):
        page = await read(number, size)
        yield Step(page.rows, number - 1, page.total, page.mark)


async def _forwards(read: Reader, size: int, first: Page) -> AsyncIterator[Step]:
    """Pages until one brings nothing new; nothing can be taken up in the middle here."""
    seen: set[str] = set()
    page, number = first, 1
    while True:
        keys = {_key(value) for value in page.rows}
        if keys <= seen:
            return
        if number > MOST_PAGES:
            raise not_understood(SYSTEM, "a list has no end")
        seen |= keys
        yield Step(page.rows, None, page.total, page.mark)
        number += 1
        page = await read(number, size)


def _key(value: object) -> str:
    if isinstance(value, dict):
        inner = next((part for part in value.values() if isinstance(part, dict) and "id" in part), value)
        return str(inner.get("id", value))
    return str(value)


class Windows:
    """Windows of time that touch, the wider the fewer rows they bring."""

    def __init__(self, start: datetime, end: datetime) -> None:
        self.start = min(start, end)
        self._end = end
        self._width = FIRST_WIDTH

    def present(self) -> datetime | None:
        """The end of the window to be read now, None when all have been."""
        return None if self.start >= self._end else min(self.start + self._width, self._end)

    def completed(self, end: datetime, rows: int) -> None:
        """The window up to `end` has been read and brought so many rows."""
        self.start = end
        if rows <= 500:
            self._width = min(self._width * 2, WIDEST)
        elif rows > 10_000:
            self._width = max(self._width / 2, NARROWEST)
