"""Codes that were texted, tries and locks, and the visits that a right code or PIN opens; all survive a restart."""

from __future__ import annotations

from datetime import datetime, timedelta

from budtender.cache.database import Connection, Row
from budtender.cache.rows import from_ms, to_ms
from budtender.model import Value

#: A wallet is read at most this long before its visit is recorded.
READING = timedelta(seconds=30)


class CodeState(Value, frozen=True, kw_only=True):
    """What this register knows of the codes of one phone: the sends still remembered, tries, lock."""

    sent: tuple[tuple[datetime, float], ...] = ()
    tries: int = 0
    locked_at: datetime | None = None
    locked_mono: float = 0.0


class Send(Value, frozen=True, kw_only=True):
    """One text with a code; `answered` says whether AIQ took the request, or it may only have."""

    phone: str
    at: datetime
    mono: float
    answered: bool


class Visit(Value, frozen=True, kw_only=True):
    """One shopper, verified once, whose one wallet is open."""

    id: str
    persona_id: int
    phone: str
    method: str
    staff: str
    opened: datetime
    opened_mono: float
    approver: str | None = None
    reason: str | None = None
    code_digest: str | None = None
    closed: datetime | None = None
    #: When its time was started again last, by both clocks.
    kept: datetime | None = None
    kept_mono: float | None = None

    @property
    def begun(self) -> datetime:
        """Since when its time runs."""
        return self.opened if self.kept is None else self.kept

    @property
    def begun_mono(self) -> float:
        """The same on the monotonic clock."""
        return self.opened_mono if self.kept_mono is None else self.kept_mono


def code_state(connection: Connection, phone: str) -> CodeState:
    """Sends newest first, in the order they were made: a clock set back must not make an old one the newest."""
    sends = connection.execute("SELECT at, mono FROM code_sent WHERE phone = ? ORDER BY rowid DESC LIMIT 20", (phone,))
    row = connection.execute("SELECT * FROM code_try WHERE phone = ?", (phone,)).fetchone()
    locked = row["locked_at"] if row else None
    return CodeState(
        sent=tuple((from_ms(send["at"]), send["mono"]) for send in sends),
        tries=row["tries"] if row else 0,
        locked_at=None if locked is None else from_ms(locked),
        locked_mono=(row["locked_mono"] or 0.0) if row else 0.0,
    )


def note_send(connection: Connection, phone: str, *, at: datetime, mono: float, staff: str) -> None:
    """Count a text before it is asked for, so that a lost answer cannot make room for another."""
    connection.execute(
        "INSERT INTO code_sent (phone, at, mono, staff, answered) VALUES (?, ?, ?, ?, 0)",
        (phone, to_ms(at), mono, staff),
    )
    connection.execute(
        "INSERT INTO code_try (phone, tries) VALUES (?, 0) ON CONFLICT (phone) DO NOTHING",
        (phone,),
    )


def allow_tries(connection: Connection, phone: str) -> None:
    """A new code is on its way: it may be tried as often as any."""
    connection.execute("UPDATE code_try SET tries = 0 WHERE phone = ?", (phone,))


def texted(connection: Connection, staff: str, since: datetime) -> bool:
    """Whether somebody has asked for a text since a moment, answered or not."""
    sql = "SELECT 1 FROM code_sent WHERE staff = ? AND at >= ?"
    return connection.execute(sql, (staff, to_ms(since))).fetchone() is not None


def answer_send(connection: Connection, phone: str, at: datetime) -> None:
    """AIQ took the request for this text."""
    connection.execute("UPDATE code_sent SET answered = 1 WHERE phone = ? AND at = ?", (phone, to_ms(at)))


def take_back_send(connection: Connection, phone: str, at: datetime) -> None:
    """The text was certainly not asked for: it does not count."""
    connection.execute("DELETE FROM code_sent WHERE phone = ? AND at = ?", (phone, to_ms(at)))


def count_try(connection: Connection, phone: str) -> int:
    """Count a try before it is checked and return how many there were since the last code."""
    row = connection.execute(
        """INSERT INTO code_try (phone, tries) VALUES (?, 1)
           ON CONFLICT (phone) DO UPDATE SET tries = tries + 1 RETURNING tries""",
        (phone,),
    ).fetchone()
    return int(row["tries"])


def take_back_try(connection: Connection, phone: str) -> None:
    """The code was certainly not checked: the try does not count."""
    connection.execute("UPDATE code_try SET tries = max(tries - 1, 0) WHERE phone = ?", (phone,))


def lock(connection: Connection, phone: str, *, at: datetime, mono: float) -> None:
    """Too many tries: nothing for this phone on this register until the lock is over."""
    connection.execute(
        "UPDATE code_try SET locked_at = ?, locked_mono = ?, tries = 0 WHERE phone = ?",
        (to_ms(at), mono, phone),
    )


def unlock(connection: Connection, phone: str) -> None:
    """The lock is over, or the right code was given."""
    connection.execute("UPDATE code_try SET locked_at = NULL, locked_mono = NULL, tries = 0 WHERE phone = ?", (phone,))


def use_code(connection: Connection, phone: str, digest: str, at: datetime) -> bool:
    """Remember that this code was given; False when it was given for this phone before."""
    cursor = connection.execute(
        "INSERT INTO code_used VALUES (?, ?, ?) ON CONFLICT DO NOTHING", (phone, digest, to_ms(at))
    )
    return cursor.rowcount == 1


def forget_used(connection: Connection, phone: str) -> None:
    """A new code is on its way, and by chance it may have the digits of an old one."""
    connection.execute("DELETE FROM code_used WHERE phone = ?", (phone,))


def code_was_used(connection: Connection, phone: str, digest: str) -> bool:
    """Whether this code has been given for this phone since the last one was sent."""
    sql = "SELECT 1 FROM code_used WHERE phone = ? AND digest = ?"
    return connection.execute(sql, (phone, digest)).fetchone() is not None


def open_visit(connection: Connection, visit: Visit) -> None:
    """Open a visit, and close any other of the same phone."""
    connection.execute(
        "UPDATE visit SET closed_at = ? WHERE phone = ? AND closed_at IS NULL",
        (to_ms(visit.opened), visit.phone),
    )
    connection.execute(
        """INSERT INTO visit (id, persona_id, phone, method, staff, approver, reason, code_digest, opened_at,
               opened_mono) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        (
            visit.id,
            visit.persona_id,
            visit.phone,
            visit.method,
            visit.staff,
            visit.approver,
            visit.reason,
            visit.code_digest,
            to_ms(visit.opened),
            visit.opened_mono,
        ),
    )


def find(connection: Connection, visit_id: str) -> Visit | None:
    """A visit, open or closed."""
    row = connection.execute("SELECT * FROM visit WHERE id = ?", (visit_id,)).fetchone()
    return _visit(row) if row else None


def last_visit(connection: Connection, phone: str) -> Visit | None:
    """The newest visit of this phone, open or closed."""
    row = connection.execute("SELECT * FROM visit WHERE phone = ? ORDER BY rowid DESC LIMIT 1", (phone,)).fetchone()
    return _visit(row) if row else None


def last_open(connection: Connection, staff: str) -> Visit | None:
    """The newest visit that one person opened and that nothing has closed."""
    row = connection.execute(
        "SELECT * FROM visit WHERE staff = ? AND closed_at IS NULL ORDER BY opened_at DESC LIMIT 1", (staff,)
    ).fetchone()
    return _visit(row) if row else None


def last_send(connection: Connection, staff: str) -> Send | None:
    """The last code that one person had sent."""
    row = connection.execute(
        "SELECT phone, at, mono, answered FROM code_sent WHERE staff = ? ORDER BY at DESC LIMIT 1", (staff,)
    ).fetchone()
    if row is None:
        return None
    return Send(phone=row["phone"], at=from_ms(row["at"]), mono=row["mono"], answered=bool(row["answered"]))


def read_in(visit: Visit, wallet_at: datetime | None) -> bool:
    """Whether a wallet that was read at `wallet_at` was read for this visit."""
    return wallet_at is not None and wallet_at >= visit.opened - READING


def close_visit(connection: Connection, visit_id: str, at: datetime) -> None:
    """End a visit; what it opened is shut."""
    connection.execute("UPDATE visit SET closed_at = ? WHERE id = ? AND closed_at IS NULL", (to_ms(at), visit_id))


def open_of_others(connection: Connection, staff: str) -> bool:
    """Whether a visit is open that somebody else has opened."""
    sql = "SELECT 1 FROM visit WHERE staff <> ? AND closed_at IS NULL LIMIT 1"
    return connection.execute(sql, (staff,)).fetchone() is not None


def close_of_others(connection: Connection, staff: str, at: datetime) -> None:
    """End what others have opened: whoever takes the register over did not see their shopper prove who they are."""
    connection.execute("UPDATE visit SET closed_at = ? WHERE staff <> ? AND closed_at IS NULL", (to_ms(at), staff))


def keep_open(connection: Connection, visit_id: str, at: datetime, mono: float) -> None:
    """Start the time of an open visit again."""
    sql = "UPDATE visit SET kept_at = ?, kept_mono = ? WHERE id = ? AND closed_at IS NULL"
    connection.execute(sql, (to_ms(at), mono, visit_id))


def _visit(row: Row) -> Visit:
    return Visit(
        id=row["id"],
        persona_id=row["persona_id"],
        phone=row["phone"],
        method=row["method"],
        staff=row["staff"],
        opened=from_ms(row["opened_at"]),
        opened_mono=row["opened_mono"],
        approver=row["approver"],
        reason=row["reason"],
        code_digest=row["code_digest"],
        closed=None if row["closed_at"] is None else from_ms(row["closed_at"]),
        kept=None if row["kept_at"] is None else from_ms(row["kept_at"]),
        kept_mono=row["kept_mono"],
    )
