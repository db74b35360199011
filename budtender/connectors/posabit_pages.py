"""The pages of POSaBIT's lists, and the windows of time that they are read by."""

from __future__ import annotations

from datetime import datetime, timedelta

from budtender.connectors.backwards import MOST_PAGES, Page
from budtender.connectors.posabit_wire import SYSTEM, listed, row
from budtender.connectors.rows import Row
from budtender.connectors.sentences import not_understood
from budtender.errors import ProtocolError

#: Filters are strict on both sides, clocks differ and changes are committed late: so each window begins this much
#: before the last one ended.
OVERLAP = timedelta(minutes=10)
FIRST_WIDTH = timedelta(days=7)
WIDEST = timedelta(days=365)
NARROWEST = timedelta(days=1)


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
