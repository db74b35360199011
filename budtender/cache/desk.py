"""Whom each person looked up last at this register; one row a person, so that a restart finds it again."""

from __future__ import annotations

from datetime import datetime

from budtender.cache.database import Connection
from budtender.cache.rows import from_ms, to_ms
from budtender.model import Value


class Noted(Value, frozen=True, kw_only=True):
    """A shopper who was looked up, or nobody once that person was done with them."""

    phone: str | None
    persona_id: int | None
    at: datetime
    mono: float


def note(connection: Connection, staff: str, noted: Noted) -> None:
    """Replace what one person has before them."""
    connection.execute(
        """INSERT INTO desk VALUES (?, ?, ?, ?, ?) ON CONFLICT (staff) DO UPDATE SET
               phone = excluded.phone, persona_id = excluded.persona_id, at = excluded.at, mono = excluded.mono""",
        (staff, noted.phone, noted.persona_id, to_ms(noted.at), noted.mono),
    )


def noted(connection: Connection, staff: str) -> Noted | None:
    """What one person has before them."""
    row = connection.execute("SELECT * FROM desk WHERE staff = ?", (staff,)).fetchone()
    if row is None:
        return None
    return Noted(phone=row["phone"], persona_id=row["persona_id"], at=from_ms(row["at"]), mono=row["mono"])
