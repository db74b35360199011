"""An AIQ account whose pages are odd in one way each: smaller than asked for, repeated, empty, with a false total."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.connectors.page_server import Asked

PEOPLE = 1_300
#: The newest has the highest number.
NEWEST = 1_700_000_000


def pages_of(oddity: str) -> Callable[[Asked], Any]:
    """What answers a request for a page of PEOPLE personas."""
    repeated: set[int] = set()

    def answer(asked: Asked) -> Any:
        start, limit = int(asked.query["start"]), int(asked.query["limit"])
        if oddity == "small pages":
            limit = min(limit, 100)
        if oddity == "a page twice" and start and start not in repeated:
            repeated.add(start)
            start -= limit
        if oddity == "an empty page" and start and start not in repeated:
            repeated.add(start)
            limit = 0
        newest_first = asked.query.get("dir") == "desc"
        numbers = range(PEOPLE)[start : start + limit]
        rows = [_person(PEOPLE - 1 - n if newest_first else n) for n in numbers]
        total = {"total of the page": len(rows), "total of nothing": PEOPLE if rows else 0}.get(oddity, PEOPLE)
        return {"data": {"results": rows or None, "start": start, "size": len(rows), "total": total}}

    return answer


def _person(number: int) -> dict[str, object]:
    return {"contactID": f"c-{number}", "mobilePhone": f"720555{number:04}", "inserted": NEWEST - PEOPLE + number}


ODDITIES = ("small pages", "a page twice", "an empty page", "total of the page", "total of nothing")
