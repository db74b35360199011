"""Walking through Dutchie's customers by pages, whichever of its two papers about pages holds.

The OpenAPI file counts pages from 0, with up to 10,000 rows; the guide counts from 1, with up to 100. Only an empty
page is documented as the end. Of servers that count from 1, one takes page 0 for page 1 and gives the first page twice,
one refuses it, one has nothing there; a server that ignores the number gives the same page for ever.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from typing import Any, TypeVar

from budtender.connectors import dutchie_calls as calls
from budtender.connectors.answer import Answer
from budtender.errors import ProtocolError, Refused

#: From large, for few requests, down to what both papers allow.
SIZES = (5_000, 1_000, 100)
#: More pages than any organization has customers for.
MOST_PAGES = 20_000

Ask = Callable[[str, Mapping[str, Any]], Awaitable[Answer]]
T = TypeVar("T")
#: Reads a page, on a thread of its own: what is in it, how many rows, and a mark that pages of the same rows share.
Take = Callable[[Answer], tuple[T, int, int]]


async def walk(ask: Ask, params: Mapping[str, str], take: Take[T]) -> AsyncIterator[T]:
    """What `take` makes of every page of customers; some rows come twice, and none is left out while nobody changes
    anything.

    Of the pages only their marks are kept, so that a million customers cost no memory. While one is being stored the
    next one is fetched.
    """
    seen: set[int] = set()
    sizes = iter(SIZES)
    page, size = 0, next(sizes)
    ahead: asyncio.Task[Answer] | None = None

    def fetch(number: int) -> asyncio.Task[Answer]:
        sent = {calls.PAGE_NUMBER: number, calls.PAGE_SIZE: size, **params}
        return asyncio.ensure_future(ask(calls.CUSTOMER_PAGES, sent))

    try:
        while page < MOST_PAGES:
            asked, ahead = ahead or fetch(page), None
            try:
                answer = await asked
            except (Refused, ProtocolError) as error:
                page, size = _instead(error, page, size, sizes)
                seen.clear()
                continue
            found, rows, mark = await answer.in_pieces(take)
            if not rows and page == 0:
                # Where pages count from 1, there may be nothing before the first.
                page = 1
                continue
            if not rows or (mark in seen and page > 1):
                return
            page += 1
            ahead = fetch(page)
            if mark not in seen:
                seen.add(mark)
                yield found
    finally:
        if ahead is not None:
            ahead.cancel()
            await asyncio.gather(ahead, return_exceptions=True)


def _instead(error: Refused | ProtocolError, page: int, size: int, sizes: Iterator[int]) -> tuple[int, int]:
    """The page and size to go on with; raises `error` where nothing else can be tried.

    Where a page begins depends on the paper, so with another size all is walked through again.
    """
    refused = page <= 1 and isinstance(error, Refused) and error.status == 400
    too_large = isinstance(error, ProtocolError) and bool(error.facts.get("too_large"))
    if refused or too_large:
        smaller = next(sizes, None)
        if smaller is not None:
            return 0, smaller
        if refused and page == 0:
            # Refused with every size: the first page may be number 1.
            return 1, size
    raise error
