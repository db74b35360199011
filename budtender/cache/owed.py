"""What this register owes remote systems, in numbers."""

from __future__ import annotations

from datetime import datetime

from budtender.cache.database import Connection
from budtender.cache.outbox import OPEN
from budtender.cache.rows import maybe_ms
from budtender.model import Value


class Owed(Value, frozen=True, kw_only=True):
    """What this register still owes, and since when; `checked` are lost answers that the program looks after."""

    waiting: int
    checked: int
    needs_person: int
    oldest: datetime | None
    oldest_stop: datetime | None


def owed(connection: Connection) -> Owed:
    """The open intents in numbers."""
    row = connection.execute(
        f"""SELECT coalesce(sum(state IN ('waiting', 'sending')), 0) AS waiting,
               coalesce(sum(state = 'unknown' AND needs_person = 0), 0) AS checked,
               coalesce(sum(needs_person), 0) AS needs_person, min(created_at) AS oldest,
               min(CASE WHEN kind = 'opt_out' THEN created_at END) AS oldest_stop
           FROM intent WHERE {OPEN}"""  # noqa: S608
    ).fetchone()
    return Owed(
        waiting=row["waiting"],
        checked=row["checked"],
        needs_person=row["needs_person"],
        oldest=maybe_ms(row["oldest"]),
        oldest_stop=maybe_ms(row["oldest_stop"]),
    )
