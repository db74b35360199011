"""How the copying of each resource goes: where it stands, when it is due, and what came of it, in words."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from budtender.cache.database import Connection, Row
from budtender.cache.rows import maybe_ms, to_ms
from budtender.model import Value

#: A snapshot of fewer rows is too small to be judged by its size.
SMALL = 10
#: Snapshots in a row that have to be too small before a person is asked.
HELD_TWICE = 2


class Copying(Value, frozen=True, kw_only=True):
    """The copying of one resource of one credential."""

    credential: str
    resource: str
    number: int = 0
    begun: datetime | None = None
    rows: int = 0
    total: int | None = None
    unreadable: int = 0
    good: datetime | None = None
    tried: datetime | None = None
    next: datetime | None = None
    failures: int = 0
    error: str = ""
    hint: str = ""
    held: int = 0
    accepted: bool = False


def find(connection: Connection, credential: str, resource: str) -> Copying:
    """How it stands; a resource that was never copied stands at nothing."""
    row = connection.execute(
        "SELECT * FROM copying WHERE credential = ? AND resource = ?", (credential, resource)
    ).fetchone()
    return _copying(row) if row else Copying(credential=credential, resource=resource)


def all_of(connection: Connection) -> list[Copying]:
    """Everything that was ever copied."""
    return [_copying(row) for row in connection.execute("SELECT * FROM copying ORDER BY credential, resource")]


def broken_off(connection: Connection) -> list[Copying]:
    """Whatever failed at its last try, and waits for its next one."""
    return [state for state in all_of(connection) if state.failures and state.error]


def begin(connection: Connection, credential: str, resource: str, at: datetime) -> Copying:
    """One begins, or goes on where it was broken off: then it keeps its number and its count."""
    connection.execute(
        """INSERT INTO copying (credential, resource, pass, begun_at, tried_at) VALUES (?1, ?2, 1, ?3, ?3)
           ON CONFLICT (credential, resource) DO UPDATE SET
               pass = iif(begun_at IS NULL, pass + 1, pass),
               rows = iif(begun_at IS NULL, 0, rows),
               total = iif(begun_at IS NULL, NULL, total),
               unreadable = iif(begun_at IS NULL, 0, unreadable),
               begun_at = coalesce(begun_at, ?3), tried_at = ?3""",
        (credential, resource, to_ms(at)),
    )
    return find(connection, credential, resource)


def advance(
    connection: Connection, credential: str, resource: str, *, rows: int, total: int | None = None, unreadable: int = 0
) -> None:
    """So many rows more are stored."""
    connection.execute(
        """UPDATE copying SET rows = rows + ?, unreadable = unreadable + ?, total = coalesce(?, total)
           WHERE credential = ? AND resource = ?""",
        (rows, unreadable, total, credential, resource),
    )


def finish(connection: Connection, credential: str, resource: str, *, at: datetime, next_at: datetime) -> None:
    """It came to its end."""
    connection.execute(
        """UPDATE copying SET begun_at = NULL, good_at = ?, next_at = ?, failures = 0, error = '', hint = ''
           WHERE credential = ? AND resource = ?""",
        (to_ms(at), to_ms(next_at), credential, resource),
    )


def fail(
    connection: Connection, credential: str, resource: str, *, error: str, hint: str, at: datetime, next_at: datetime
) -> None:
    """It was broken off; what is stored stays, and the next one goes on from there."""
    connection.execute(
        """INSERT INTO copying (credential, resource, tried_at, next_at, failures, error, hint)
           VALUES (?1, ?2, ?3, ?4, 1, ?5, ?6)
           ON CONFLICT (credential, resource) DO UPDATE SET
               failures = failures + 1, error = ?5, hint = ?6, tried_at = ?3, next_at = ?4""",
        (credential, resource, to_ms(at), to_ms(next_at), error, hint),
    )


def wait_until(connection: Connection, credential: str, resource: str, at: datetime) -> None:
    """What is under way goes on at this time."""
    connection.execute(
        "UPDATE copying SET next_at = ? WHERE credential = ? AND resource = ?", (to_ms(at), credential, resource)
    )


def drop_pass(connection: Connection, credential: str, resource: str) -> None:
    """What was under way is begun anew the next time."""
    connection.execute(
        "UPDATE copying SET begun_at = NULL WHERE credential = ? AND resource = ?", (credential, resource)
    )


def expedite(connection: Connection, credential: str) -> None:
    """What failed with a credential is tried again now, as after its key was mended."""
    connection.execute("UPDATE copying SET next_at = NULL WHERE credential = ? AND failures > 0", (credential,))


def hold(connection: Connection, credential: str, resource: str) -> None:
    """A snapshot was too small to be believed."""
    connection.execute(
        "UPDATE copying SET held = held + 1 WHERE credential = ? AND resource = ?", (credential, resource)
    )


def accept(connection: Connection, credential: str, resource: str) -> bool:
    """A person says that the next snapshot is to be believed however small; False when none is held."""
    done = connection.execute(
        """UPDATE copying SET accepted = 1, next_at = NULL
           WHERE credential = ? AND resource = ? AND held > 0""",
        (credential, resource),
    )
    return done.rowcount > 0


def believe(connection: Connection, credential: str, resource: str) -> None:
    """A snapshot was believed: nothing is held, and the word of a person is used up."""
    connection.execute(
        "UPDATE copying SET held = 0, accepted = 0 WHERE credential = ? AND resource = ?", (credential, resource)
    )


def _copying(row: Row) -> Copying:
    values: dict[str, Any] = {
        "credential": row["credential"],
        "resource": row["resource"],
        "number": row["pass"],
        "begun": maybe_ms(row["begun_at"]),
        "good": maybe_ms(row["good_at"]),
        "tried": maybe_ms(row["tried_at"]),
        "next": maybe_ms(row["next_at"]),
        "accepted": bool(row["accepted"]),
    }
    same = ("rows", "total", "unreadable", "failures", "error", "hint", "held")
    return Copying(**values, **{name: row[name] for name in same})
