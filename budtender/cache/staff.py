"""The people of this register, what proves their PINs, and how many wrong PINs were tried."""

from __future__ import annotations

import unicodedata
from datetime import datetime

from budtender.cache import books
from budtender.cache.database import Connection, Row
from budtender.cache.rows import from_ms, maybe_ms, to_ms
from budtender.model import Role, Value

_MASTER = "master_pin_verifier"


class Person(Value, frozen=True, kw_only=True):
    """Somebody on the staff. What proves their PIN is not part of it, so that it is never shown by accident."""

    id: int
    name: str
    role: Role
    has_pin: bool
    active: bool
    added: datetime
    signed_in: datetime | None = None


class Failures(Value, frozen=True, kw_only=True):
    """PINs tried since the last right one, and the monotonic reading of the latest."""

    count: int = 0
    mono: float = 0.0


# ── people ────────────────────────────────────────────────────────────────────────────────────────────────


def people(connection: Connection) -> list[Person]:
    """Everybody who was ever added, in that order; nobody is deleted, because the audit log names them."""
    return [_person(row) for row in connection.execute("SELECT * FROM staff ORDER BY id")]


def find_person(connection: Connection, name: str) -> Person | None:
    """The person of this name, in upper or lower case; SQLite itself folds only the letters A to Z."""
    wanted = folded(name)
    return next((person for person in people(connection) if folded(person.name) == wanted), None)


def folded(name: str) -> str:
    """A name as it is compared: without case, and with single spaces."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def is_own(approver: str, first_name: str, last_name: str) -> bool:
    """Whether a shopper is the approver; the staff list knows people by name alone."""
    name = f"{first_name} {last_name}".strip()
    return bool(name) and folded(name) == folded(approver)


def add_person(connection: Connection, name: str, role: Role, *, at: datetime) -> int:
    """Add a person without a PIN and return their id."""
    row = connection.execute(
        "INSERT INTO staff (name, role, added_at) VALUES (?, ?, ?) RETURNING id", (name, role, to_ms(at))
    ).fetchone()
    return int(row["id"])


def next_id(connection: Connection) -> int:
    """The id that the next person gets."""
    return int(connection.execute("SELECT coalesce(max(id), 0) + 1 AS id FROM staff").fetchone()["id"])


def _person(row: Row) -> Person:
    return Person(
        id=row["id"],
        name=row["name"],
        role=Role(row["role"]),
        has_pin=row["verifier"] is not None,
        active=bool(row["active"]),
        added=from_ms(row["added_at"]),
        signed_in=maybe_ms(row["signed_in_at"]),
    )


def set_active(connection: Connection, staff_id: int, active: bool) -> None:
    """Let a person work here or not. Whoever does not has no PIN, so that another may have the same."""
    connection.execute("UPDATE staff SET active = ? WHERE id = ?", (int(active), staff_id))
    if not active:
        connection.execute("UPDATE staff SET verifier = NULL WHERE id = ?", (staff_id,))


def note_signed_in(connection: Connection, staff_id: int, *, at: datetime) -> None:
    """A person signed in at this register."""
    connection.execute("UPDATE staff SET signed_in_at = ? WHERE id = ?", (to_ms(at), staff_id))


def person(connection: Connection, staff_id: int) -> Person | None:
    """One person by their number."""
    row = connection.execute("SELECT * FROM staff WHERE id = ?", (staff_id,)).fetchone()
    return _person(row) if row else None


# ── what proves a PIN ─────────────────────────────────────────────────────────────────────────────────────


def verifiers(connection: Connection) -> dict[int, str]:
    """The verifiers of everybody who has a PIN, by staff id."""
    rows = connection.execute("SELECT id, verifier FROM staff WHERE verifier IS NOT NULL ORDER BY id")
    return {row["id"]: row["verifier"] for row in rows}


def set_verifier(connection: Connection, staff_id: int, verifier: str) -> bool:
    """Replace the verifier of one person; False when there is no such person."""
    return connection.execute("UPDATE staff SET verifier = ? WHERE id = ?", (verifier, staff_id)).rowcount == 1


def find_master_verifier(connection: Connection) -> str | None:
    """The verifier of the master PIN."""
    return books.fact(connection, _MASTER)


def set_master_verifier(connection: Connection, verifier: str) -> None:
    """Replace the verifier of the master PIN."""
    books.set_fact(connection, _MASTER, verifier)


# ── wrong PINs ────────────────────────────────────────────────────────────────────────────────────────────


def failures(connection: Connection, subject: str) -> Failures:
    """How often a PIN was tried on this subject since the last right one."""
    row = connection.execute("SELECT count, last_mono FROM pin_failure WHERE subject = ?", (subject,)).fetchone()
    return Failures(count=row["count"], mono=row["last_mono"]) if row else Failures()


def set_failures(connection: Connection, subject: str, tried: Failures, *, at: datetime) -> None:
    """Keep the count of one subject."""
    connection.execute(
        """INSERT INTO pin_failure VALUES (?, ?, ?, ?)
           ON CONFLICT (subject) DO UPDATE SET count = excluded.count, last_mono = excluded.last_mono,
               last_at = excluded.last_at""",
        (subject, tried.count, tried.mono, to_ms(at)),
    )


def forget_failures(connection: Connection, subject: str) -> None:
    """Start again at none."""
    connection.execute("DELETE FROM pin_failure WHERE subject = ?", (subject,))
