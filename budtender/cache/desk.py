"""Where each person was at this register; one row a person, so that a restart finds it again."""

from __future__ import annotations

from datetime import datetime

from budtender.cache.database import Connection
from budtender.cache.rows import from_ms, to_ms
from budtender.model import Value


class Noted(Value, frozen=True, kw_only=True):
    """A shopper who was looked up, or nobody once that person was done with them; `place` is the page, as JSON."""

    phone: str | None
    persona_id: int | None
    at: datetime
    mono: float
    place: str | None = None


def note(connection: Connection, staff: str, noted: Noted, *, old: datetime) -> None:
    """Replace what one person has before them; what anybody had typed before `old` is kept no longer."""
    connection.execute("UPDATE desk SET place = NULL WHERE at < ? AND place IS NOT NULL", (to_ms(old),))
    connection.execute(
        """INSERT INTO desk (staff, phone, persona_id, at, mono, place) VALUES (?, ?, ?, ?, ?, ?)
           ON CONFLICT (staff) DO UPDATE SET phone = excluded.phone, persona_id = excluded.persona_id,
               at = excluded.at, mono = excluded.mono, place = excluded.place""",
        (staff, noted.phone, noted.persona_id, to_ms(noted.at), noted.mono, noted.place),
    )


def noted(connection: Connection, staff: str) -> Noted | None:
    """What one person has before them."""
    row = connection.execute("SELECT * FROM desk WHERE staff = ?", (staff,)).fetchone()
    if row is None:
        return None
    return Noted(
        phone=row["phone"],
        persona_id=row["persona_id"],
        at=from_ms(row["at"]),
        mono=row["mono"],
        place=row["place"],
    )
