"""A REST list of one's own, window by window, so that it can be broken off and taken up at any page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

from budtender.connectors.backwards import Step
from budtender.connectors.custom_chunks import Chunk, Found
from budtender.connectors.custom_mapping import Entity, Source
from budtender.connectors.custom_rest import Rest
from budtender.connectors.http import Http
from budtender.model import Cursor

#: Changes are committed late and clocks differ: so much before a cursor is read again.
OVERLAP = timedelta(minutes=10)
#: Where rows do not say when they changed, so much is read again: a sale may be given back or edited that much later.
UNDATED = timedelta(days=14)
_MOMENT = timedelta(seconds=1)


async def chunks(
    rest: Rest, http: Http, source: Source, entity: Entity, since: Cursor | None, *, sales: bool
) -> AsyncIterator[Chunk]:
    """The rows of a list since a cursor; a list without windows comes whole every time."""
    if not entity.is_windowed:
        end = await _till_time(rest, http, entity)
        async for chunk in _window(rest, entity, end, end, since, snapshot=True):
            yield chunk
        return
    begun = datetime.combine(source.since, datetime.min.time(), UTC)
    if since is not None and since.page and since.until is not None:
        async for chunk in _window(rest, entity, since.at, since.until, since, snapshot=False):
            yield chunk
        since = Cursor(at=since.until)
    end = await _till_time(rest, http, entity)
    again = UNDATED if sales and not entity.fields.get("modified") else OVERLAP
    start = begun if since is None else max(begun, min(since.at, end) - again)
    while start < end:
        until = min(start + timedelta(days=source.window_days), end)
        async for chunk in _window(rest, entity, start, until, None, snapshot=False):
            yield chunk
        start = until


async def _till_time(rest: Rest, http: Http, entity: Entity) -> datetime:
    """The present time by the till's clock; a register's that runs ahead would skip what is still to come."""
    if not http.clock_offset:
        now = datetime.now(UTC)
        async for _ in rest.steps(entity, now - _MOMENT, now):
            break
    return datetime.now(UTC) + timedelta(seconds=http.clock_offset)


async def _window(
    rest: Rest, entity: Entity, start: datetime, end: datetime, since: Cursor | None, *, snapshot: bool
) -> AsyncIterator[Chunk]:
    """One window read whole; its last chunk carries the cursor of its end."""
    page, mark = (since.page, since.mark) if since is not None else (0, "")
    done = Cursor(at=end)
    cursor: Cursor | None = None
    # A till tells its time to the second; what happened within the last one is asked for all the same.
    async for step in rest.steps(entity, start, end + _MOMENT, page, mark):
        cursor = _cursor(step, start, done)
        yield Chunk(_found(step), cursor, step.total, snapshot)
    if cursor != done:
        yield Chunk([], done, None, snapshot)


def _cursor(step: Step, start: datetime, done: Cursor) -> Cursor | None:
    if step.left is None:
        return None
    if step.left == 0:
        return done
    return Cursor(at=start, until=done.at, page=step.left, mark=step.mark)


def _found(step: Step) -> list[Found]:
    place = f"page {step.left + 1}" if step.left is not None else "a page"
    return [
        Found(f"{place}, row {number}", row) for number, row in enumerate(step.rows, start=1) if isinstance(row, dict)
    ]
