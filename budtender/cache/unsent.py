"""The rows that AIQ did not take, one by one, and their next try."""

from __future__ import annotations

from datetime import datetime

from budtender.cache.database import Connection
from budtender.cache.outgoing import OWED, clear
from budtender.cache.rows import from_ms, to_ms
from budtender.model import Value


class RefusedRow(Value, frozen=True, kw_only=True):
    """A row that AIQ did not take, or is not to have: which, why, and when it was tried last."""

    kind: str
    credential: str
    id: str
    reason: str
    at: datetime


def listing(connection: Connection, most: int) -> list[RefusedRow]:
    """The rows that AIQ did not take, or is not to have, those that were tried last first."""
    rows = connection.execute("SELECT * FROM unsent ORDER BY at DESC, kind, credential, id LIMIT ?", (most,))
    return [
        RefusedRow(
            kind=row["kind"], credential=row["credential"], id=row["id"], reason=row["reason"], at=from_ms(row["at"])
        )
        for row in rows
    ]


def try_again(connection: Connection, but: str, most: int, between: tuple[datetime, datetime] | None = None) -> int:
    """Rows that AIQ did not take are due once more, those first that were tried longest ago; returns how many.

    Those that are kept back for the reason `but` stay so, and those that were tried `between` two moments, lately. What
    is not owed any more is forgotten.
    """
    first, last = (to_ms(at) for at in between) if between else (0, -1)
    rows = connection.execute(
        """SELECT kind, credential, id FROM unsent WHERE reason <> ? AND at NOT BETWEEN ? AND ?
           ORDER BY at LIMIT ?""",
        (but, first, last, most),
    ).fetchall()
    tried = 0
    for row in rows:
        key = (row["credential"], row["id"])
        if row["kind"] == "persona":
            cursor = connection.execute("UPDATE customer SET due = 1 WHERE credential = ? AND id = ?", key)
        elif row["kind"] == "sale":
            cursor = connection.execute(
                f"UPDATE ticket SET due = 1 WHERE credential = ? AND id = ? AND {OWED}",  # noqa: S608  (ours)
                key,
            )
        else:
            cursor = connection.execute(
                """INSERT INTO stock_due (product_id) VALUES (?)
                   ON CONFLICT (product_id) DO UPDATE SET version = version + 1""",
                key[1:],
            )
        tried += cursor.rowcount
        if not cursor.rowcount:
            clear(connection, row["kind"], [key])
    return tried


def reasons(connection: Connection) -> list[tuple[str, str, int]]:
    """Why rows of all keys are kept back: kind, reason and how many, the commonest first."""
    rows = connection.execute(
        "SELECT kind, reason, count(*) AS n FROM unsent GROUP BY kind, reason ORDER BY n DESC, kind, reason"
    )
    return [(row["kind"], row["reason"], row["n"]) for row in rows]
