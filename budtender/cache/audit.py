"""The audit log: append-only, each row carrying the hash of the one before, so that an edit shows.

It names staff, never shoppers: a shopper is the row id of a persona or the last four digits of a phone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import msgspec

from budtender.cache.database import Connection, Row
from budtender.cache.rows import dump

FIRST = "0" * 64
_TEXTS = ("kind", "staff", "facts", "previous", "hash")


def append(connection: Connection, *, at: int, kind: str, staff: str, facts: Mapping[str, Any]) -> int:
    """Add one row in the caller's transaction and return its number. `at` is epoch milliseconds."""
    last = connection.execute("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1").fetchone()
    seq = last["seq"] + 1 if last else 1
    previous = last["hash"] if last else FIRST
    text = dump(facts)
    connection.execute(
        "INSERT INTO audit (seq, at, kind, staff, facts, previous, hash) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (seq, at, kind, staff, text, previous, _hash(seq, at, kind, staff, text, previous)),
    )
    return seq


def _hash(*fields: int | str) -> str:
    return hashlib.sha256(msgspec.json.encode(fields)).hexdigest()


def first_break(connection: Connection) -> int | None:
    """The number of the first row that was changed, removed or put in between; None when the chain is whole."""
    previous, expected = FIRST, 1
    # Read as bytes: an edit may have left something that is no text any more.
    columns = ", ".join(f"CAST({name} AS BLOB) AS {name}" for name in _TEXTS)
    for row in connection.execute(f"SELECT seq, at, {columns} FROM audit ORDER BY seq"):  # noqa: S608
        try:
            kind, staff, facts, before, own = (row[name].decode() for name in _TEXTS)
        except UnicodeDecodeError:
            return expected
        if before != previous or own != _hash(row["seq"], row["at"], kind, staff, facts, previous):
            return expected
        previous, expected = own, expected + 1
    return None


def latest(connection: Connection, limit: int = 100) -> list[Row]:
    """The newest rows first."""
    return connection.execute("SELECT * FROM audit ORDER BY seq DESC LIMIT ?", (limit,)).fetchall()
