"""Walking through Dutchie's customers by pages, whichever of its two papers about pages holds.

The OpenAPI file counts pages from 0, with up to 10,000 rows; the guide counts from 1, with up to 100. Only an empty
page is documented as the end. A server that takes page 0 for page 1 gives the first page twice; one that ignores the
number gives the same page for ever.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

import msgspec

from budtender.connectors import dutchie_calls as calls
from budtender.connectors.answer import Answer
from budtender.connectors.bulk import list_in
from budtender.connectors.dutchie_records import wire_name
from budtender.connectors.dutchie_wire import SYSTEM
from budtender.errors import ProtocolError, Refused

#: From large, for few requests, down to what both papers allow.
SIZES = (5_000, 1_000, 100)
#: More pages than any organisation has customers for.
MOST_PAGES = 20_000

Ask = Callable[[str, Mapping[str, Any]], Awaitable[Answer]]


class _Known(msgspec.Struct, rename=wire_name):
    customer_id: int | None = None


_IDS = msgspec.json.Decoder(list[_Known])


async def walk(ask: Ask, params: Mapping[str, str]) -> AsyncIterator[Answer]:
    """Every page of customers; some rows come twice, and none is left out while nobody changes anything.

    Of the pages only a mark of 64 bits each is kept, so that a million customers cost no memory.
    """
    seen: set[int] = set()
    sizes = iter(SIZES)
    page, size = 0, next(sizes)
    while page < MOST_PAGES:
        try:
            answer = await ask(calls.CUSTOMER_PAGES, {calls.PAGE_NUMBER: page, calls.PAGE_SIZE: size, **params})
        except (Refused, ProtocolError) as error:
            smaller = _smaller(error, page, sizes)
            if smaller is None:
                if page > 0 or not _is_bad_request(error):
                    raise
                # Refused with every size: the first page may be number 1.
                page = 1
                continue
            # Where a page begins depends on the paper, so all is walked through again.
            page, size = 0, smaller
            seen.clear()
            continue
        ids = _ids(answer)
        if not ids:
            return
        mark = hash(ids)
        if mark in seen and page > 1:
            return
        if mark not in seen:
            seen.add(mark)
            yield answer
        page += 1


def _smaller(error: Refused | ProtocolError, page: int, sizes: Any) -> int | None:
    """The next smaller size, where the answer was too large or the size was refused at the start."""
    too_large = isinstance(error, ProtocolError) and bool(error.facts.get("too_large"))
    if too_large or (page == 0 and _is_bad_request(error)):
        size: int | None = next(sizes, None)
        return size
    return None


def _is_bad_request(error: Refused | ProtocolError) -> bool:
    return isinstance(error, Refused) and error.status == 400


def _ids(answer: Answer) -> tuple[Any, ...]:
    """What tells a page from another: its ids, or the rows themselves where they have none."""
    try:
        return tuple(known.customer_id for known in _IDS.decode(answer.body))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return tuple(hash(bytes(raw)) for raw in list_in(answer.body, SYSTEM))
