"""Many rows in few statements.

`executemany` hands the interpreter over to other threads and back once a row, and beside a thread that decodes the
next rows each of those handovers waits; a statement of hundreds of rows does it once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import chain, islice
from typing import Any

from budtender.cache.database import Connection

#: How many rows a statement has: first as many of the largest as there are, then what is left in smaller ones.
SIZES = (200, 40, 8, 1)


def insert(connection: Connection, into: str, then: str, rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows `into` a table with its columns, such as `customer (id, body)`, with `then` for those there already.

    All rows are of the same length. Text comes from the rooms of this package alone, never from outside.
    """
    source = iter(rows)
    while taken := list(islice(source, SIZES[0])):
        width, start = len(taken[0]), 0
        for size in SIZES:
            while start + size <= len(taken):
                values = list(chain.from_iterable(taken[start : start + size]))
                connection.execute(_statement(into, then, width, size), values)
                start += size


@cache
def _statement(into: str, then: str, width: int, rows: int) -> str:
    one = f"({', '.join('?' * width)})"
    return f"INSERT INTO {into} VALUES {', '.join([one] * rows)} {then}"  # noqa: S608  (our own words)
