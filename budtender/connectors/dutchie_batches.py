"""The rows of one of Dutchie's answers on their way to the cache, in parts that can be stored in a moment each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from budtender.model import Batch, Cursor, Resource, Unread, Value

#: How many rows are handed over at once: they are stored in a moment, and then whoever types goes first.
PART = 4_000


class Found(Value, frozen=True, kw_only=True):
    """What one answer held."""

    rows: tuple[Any, ...]
    unread: tuple[Unread, ...] = ()
    unreadable: int = 0
    #: How many rows came, wanted or not.
    came: int = 0

    def parts(self) -> Iterator[Found]:
        """The rows in parts; only the last one says that rows came."""
        for start in range(0, max(1, len(self.rows)), PART):
            last = start + PART >= len(self.rows)
            yield Found(
                rows=self.rows[start : start + PART],
                unread=self.unread if last else (),
                unreadable=self.unreadable if last else 0,
                came=1 if last else 0,
            )

    def batch(
        self, resource: Resource, cursor: Cursor | None, *, snapshot: bool = False, total: int | None = None
    ) -> Batch:
        """The rows, with the cursor that is true once they are stored."""
        return Batch(
            resource=resource,
            rows=self.rows,
            cursor=cursor,
            snapshot=snapshot,
            total=total,
            unreadable=self.unreadable,
            unread=self.unread,
        )

    def snapshot(self, resource: Resource, end: datetime) -> Iterator[Batch]:
        """A list of all there is; the engine judges whether an empty or halved one is believed."""
        for part in self.parts():
            yield part.batch(resource, Cursor(at=end), snapshot=True, total=len(self.rows))
