"""How a list whose rows shift is read whole all the same: from its last page to its first.

A row that changes while a window of time is read leaves the window, and everything behind it moves up by one place.
Read forwards, the first row of the next page would slip onto the page just read and be missed; read backwards, it
comes twice.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import msgspec

from budtender.connectors.sentences import not_understood

#: No list is longer; one that says so, or that does not say and goes on, is given up.
MOST_PAGES = 20_000


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


async def walk(
    read: Reader,
    size: int,
    start: int = 0,
    mark: str = "",
    *,
    system: str = "",
    grows_in_front: Callable[[list[object]], bool] = lambda _rows: False,
) -> AsyncIterator[Step]:
    """The rows of a list, the last page first; goes on at page `start` where the pages are still counted as `mark`.

    `grows_in_front` tells of the first page's rows whether new ones come before them: then everything moves down by
    one place, and it is read forwards, where a row comes twice instead of being missed.
    """
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
    if first.pages is None or _is_capped(first) or grows_in_front(first.rows):
        async for step in _forwards(read, size, first, system):
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


async def _forwards(read: Reader, size: int, first: Page, system: str) -> AsyncIterator[Step]:
    """Pages until one brings nothing new; nothing can be taken up in the middle here."""
    seen: set[int] = set()
    page, number = first, 1
    while True:
        # Whole rows: which part of one tells it apart is for its reader to know, and what only looks like an id may be
        # that of the buyer, who was on an earlier page with another sale.
        keys = {hash(str(value)) for value in page.rows}
        if keys <= seen and not (page.rows and page.pages and number <= page.pages):
            return
        if number > MOST_PAGES:
            raise not_understood(system, "a list has no end")
        seen |= keys
        yield Step(page.rows, None, page.total, page.mark)
        number += 1
        page = await read(number, size)
