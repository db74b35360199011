"""Many rows in few statements.

`executemany` hands the interpreter over to other threads and back once a row, and beside a thread that decodes the
next rows each of those handovers waits; a statement of a hundred rows does it once.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from budtender.cache.database import Connection

#: Rows in one statement: more make it no faster, and its text longer.
AT_ONCE = 100


def insert(connection: Connection, into: str, then: str, rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows `into` a table with its columns, such as `customer (id, body)`, with `then` for those there already.

    All rows are of the same length. Text comes from the rooms of this package alone, never from outside.
    """
    whole = len(rows) - len(rows) % AT_ONCE
    for start in range(0, whole, AT_ONCE):
        values = [value for row in rows[start : start + AT_ONCE] for value in row]
        connection.execute(_statement(into, then, len(rows[0]), AT_ONCE), values)
    if whole < len(rows):
        connection.executemany(_statement(into, then, len(rows[0]), 1), rows[whole:])


@cache
def _statement(into: str, then: str, width: int, rows: int) -> str:
    one = f"({', '.join('?' * width)})"
    return f"INSERT INTO {into} VALUES {', '.join([one] * rows)} {then}"  # noqa: S608  (our own words)
