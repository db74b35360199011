"""Rows on their way from a source of one's own: in chunks, lines gathered to their documents, read in a thread."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Generator, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec

from budtender.connectors.custom_mapping import Entity, Source
from budtender.connectors.custom_record import Record, RowRefused, shown
from budtender.model import Cursor, Unread

#: Rows handed over at once.
CHUNK = 500
#: Lines of one document; more means that rows of different documents carry one id.
MOST_LINES = 2_000


class Found(msgspec.Struct, frozen=True):
    """One row of a source with its lines, and where it stood."""

    where: str
    values: Mapping[str, Any]
    lines: list[Mapping[str, Any]] = []


class Chunk(msgspec.Struct, frozen=True):
    """Some rows, and the cursor that is true once they are stored."""

    rows: list[Found]
    cursor: Cursor | None = None
    total: int | None = None
    snapshot: bool = False
    refused: tuple[Unread, ...] = ()


def gathered(rows: Iterable[tuple[str, Mapping[str, Any]]], entity: Entity, source: Source) -> Iterator[Found]:
    """Rows as documents: those of one id that stand together are its lines."""
    if not entity.lines:
        for where, values in rows:
            yield Found(where, values)
        return
    present: Found | None = None
    key: str | None = None
    for where, values in rows:
        try:
            own = Record(values, entity.fields, source).ident("id")
        except RowRefused:
            own = None
        if present is not None and own is not None and own == key and len(present.lines) < MOST_LINES:
            present.lines.append(values)
            continue
        if present is not None:
            yield present
        present, key = Found(where, values, [values]), own
    if present is not None:
        yield present


class Together:
    """Notices a document whose id came before in a source: its lines would replace the earlier ones."""

    def __init__(self, entity: Entity, source: Source) -> None:
        self._entity = entity
        self._source = source
        self._seen: set[int] = set()

    def refused(self, found: Found) -> list[Unread]:
        """Its lines as refused rows; none when its id is new, or when it has no lines to lose."""
        if not self._entity.lines:
            return []
        try:
            key = hash(Record(found.values, self._entity.fields, self._source).ident("id"))
        except RowRefused:
            return []
        if key not in self._seen:
            self._seen.add(key)
            return []
        reason = f"the lines of one {self._entity.fields['id']} do not stand together"
        return [Unread(where=found.where, reason=reason, values=tuple(shown(values))) for values in found.lines]


async def in_thread(make: Callable[[], Generator[Chunk, None, None]]) -> AsyncIterator[Chunk]:
    """What a blocking generator yields; all of it runs on one thread, as some databases want."""
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(1, "custom source") as thread:
        chunks = make()
        try:
            while True:
                chunk = await loop.run_in_executor(thread, next, chunks, None)
                if chunk is None:
                    return
                yield chunk
        finally:
            await asyncio.shield(loop.run_in_executor(thread, chunks.close))
