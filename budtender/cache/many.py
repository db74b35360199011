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

#: Rows in one statement: more make it no faster, and its text longer.
AT_ONCE = 250


def insert(connection: Connection, into: str, then: str, rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows `into` a table with its columns, such as `customer (id, body)`, with `then` for those there already.

    All rows are of the same length. Text comes from the rooms of this package alone, never from outside.
    """
    source = iter(rows)
    while taken := list(islice(source, AT_ONCE)):
        width = len(taken[0])
        if len(taken) == AT_ONCE:
            connection.execute(_statement(into, then, width, AT_ONCE), list(chain.from_iterable(taken)))
        else:
            connection.executemany(_statement(into, then, width, 1), taken)


@cache
def _statement(into: str, then: str, width: int, rows: int) -> str:
    one = f"({', '.join('?' * width)})"
    return f"INSERT INTO {into} VALUES {', '.join([one] * rows)} {then}"  # noqa: S608  (our own words)
