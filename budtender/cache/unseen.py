"""Refused while nobody looked: what was saved at the counter, sent later by itself, and not taken by the far side.

A shopper may have left with a discount for it, or wait for what was promised. So it is told until somebody has said
that they have seen it.
"""

from __future__ import annotations

from budtender.cache.database import Connection
from budtender.cache.outbox import intent_of
from budtender.model import Intent, Kind

#: What somebody at the counter was told is saved; the rest the program began by itself.
_PROMISED = frozenset({Kind.REDEEM, Kind.SIGN_UP, Kind.CUSTOMER, Kind.OPT_OUT, Kind.TILL_CONTACT, Kind.CONTACT})


def mark(connection: Connection, intent: Intent) -> None:
    """It was just refused, and nobody was there to be told."""
    if intent.kind in _PROMISED or intent.undoes is not None:
        connection.execute("UPDATE intent SET unseen = 1 WHERE id = ? AND state = 'refused'", (intent.id,))


def listing(connection: Connection, limit: int = 200) -> list[Intent]:
    """All of it, oldest first."""
    rows = connection.execute("SELECT * FROM intent WHERE unseen = 1 ORDER BY seq DESC LIMIT ?", (limit,))
    return [intent_of(row) for row in rows][::-1]


def first(connection: Connection) -> Intent | None:
    """The oldest of it."""
    row = connection.execute("SELECT * FROM intent WHERE unseen = 1 ORDER BY seq LIMIT 1").fetchone()
    return intent_of(row) if row else None


def count(connection: Connection) -> int:
    """How many there are."""
    return int(connection.execute("SELECT count(*) AS n FROM intent WHERE unseen = 1").fetchone()["n"])


def of_phone(connection: Connection, phone: str) -> tuple[Intent, ...]:
    """What of it belongs to this number, oldest first."""
    rows = connection.execute("SELECT * FROM intent WHERE phone = ? AND unseen = 1 ORDER BY seq", (phone,))
    return tuple(intent_of(row) for row in rows)


def take_note(connection: Connection, intent_id: str) -> bool:
    """Somebody has seen it; False when somebody had before."""
    return connection.execute("UPDATE intent SET unseen = 0 WHERE id = ? AND unseen = 1", (intent_id,)).rowcount == 1
