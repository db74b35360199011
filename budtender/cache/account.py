"""The AIQ account as a whole: pages of personas, what moved points, and its rewards; written by sync alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from budtender.cache import personas
from budtender.cache.database import Connection
from budtender.cache.rows import dump, ms_or_none, to_e4, to_ms
from budtender.model import AdjustmentRow, Persona, RedemptionRow, Reward

#: Whether an intent of ours moves, or moved lately, the balance of the persona at hand.
_TOUCHED = """EXISTS (SELECT 1 FROM intent AS i WHERE i.persona_id = persona.id AND i.points_e4 <> 0
    AND i.state <> 'refused' AND (i.absorbed_at IS NULL OR i.absorbed_at > ?16))"""
_PAGE = f"""
INSERT INTO persona (contact_id, phone, home_phone, first_name, last_name, email, src_id, platform,
    favorite_store_id, member, points_e4, points_at, inserted_at, opted_in_at, opted_out_at, asked_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, iif(?11 IS NULL, NULL, ?15), ?12, ?13, ?14, ?15)
ON CONFLICT (contact_id) DO UPDATE SET
    points_e4 = iif(excluded.points_e4 IS NULL OR points_hidden OR points_at >= ?15 OR {_TOUCHED},
        points_e4, excluded.points_e4),
    points_at = iif(excluded.points_e4 IS NULL OR points_hidden OR points_at >= ?15 OR {_TOUCHED}, points_at, ?15),
    phone = excluded.phone, home_phone = excluded.home_phone,
    first_name = excluded.first_name, last_name = excluded.last_name, email = excluded.email,
    src_id = excluded.src_id, platform = excluded.platform, favorite_store_id = excluded.favorite_store_id,
    member = coalesce(excluded.member, member), inserted_at = excluded.inserted_at,
    opted_in_at = excluded.opted_in_at, opted_out_at = excluded.opted_out_at, asked_at = excluded.asked_at,
    pending_since = NULL, gone_at = NULL, merged_into = NULL
"""  # noqa: S608  (ours)


def put_page(connection: Connection, people: Sequence[Persona], began: datetime, lately: datetime) -> None:
    """Keep a page of personas that was asked for at `began`.

    A balance is replaced only where nothing of this register is on the way, or was after `lately` by AIQ's clock, and
    nothing newer is known.
    """
    waiting = {row["phone"] for row in connection.execute("SELECT phone FROM persona WHERE contact_id IS NULL")}
    for persona in people:
        if persona.phone in waiting and persona.phone is not None:
            personas.adopt_pending(connection, persona.phone, persona.contact_id)
    at, recent = to_ms(began), to_ms(lately)
    connection.executemany(
        _PAGE,
        [
            (
                p.contact_id,
                p.phone,
                p.home_phone,
                p.first_name,
                p.last_name,
                p.email,
                p.src_id,
                p.platform,
                p.favorite_store_id,
                None if p.member is None else int(p.member),
                None if p.points is None else to_e4(p.points),
                ms_or_none(p.inserted),
                ms_or_none(p.opted_in),
                ms_or_none(p.opted_out),
                at,
                recent,
            )
            for p in people
        ],
    )


def living(connection: Connection) -> int:
    """How many personas AIQ is believed to list."""
    row = connection.execute("SELECT count(*) AS n FROM persona WHERE gone_at IS NULL AND contact_id IS NOT NULL")
    return int(row.fetchone()["n"])


def unlisted(connection: Connection, before: datetime, most: int) -> list[tuple[int, str | None]]:
    """Living personas that AIQ was last heard of before a moment, with their phones."""
    rows = connection.execute(
        """SELECT id, phone FROM persona WHERE gone_at IS NULL AND contact_id IS NOT NULL
           AND (asked_at IS NULL OR asked_at < ?) LIMIT ?""",
        (to_ms(before), most),
    )
    return [(row["id"], row["phone"]) for row in rows]


def looked_for(connection: Connection, persona_id: int, at: datetime) -> None:
    """AIQ was asked for this persona by itself."""
    connection.execute("UPDATE persona SET asked_at = ? WHERE id = ?", (to_ms(at), persona_id))


def put_movements(
    connection: Connection, kind: str, rows: Sequence[RedemptionRow | AdjustmentRow], own: Iterable[str], at: datetime
) -> int:
    """Keep what moved points, and note whose balance is to be read again; returns how many rows are new.

    `own` are rows that this register brought about: their balances are followed by the intents.
    """
    known = {
        row["ref"]
        for row in connection.execute(
            "SELECT ref FROM movement WHERE ref IN (SELECT value FROM json_each(?))", (dump([r.ref for r in rows]),)
        )
    }
    fresh = [row for row in rows if row.ref not in known]
    connection.executemany(
        "INSERT OR REPLACE INTO movement VALUES (?, ?, ?, ?, ?, ?, ?, ?)", [_movement(kind, row) for row in fresh]
    )
    mine = frozenset(own)
    moved = [(to_ms(at), row.contact_id) for row in fresh if row.contact_id and row.ref not in mine]
    connection.executemany(
        """INSERT INTO reread (persona_id, since)
           SELECT id, ? FROM persona WHERE contact_id = ? AND points_e4 IS NOT NULL
           ON CONFLICT (persona_id) DO NOTHING""",
        moved,
    )
    return len(fresh)


def _movement(kind: str, row: RedemptionRow | AdjustmentRow) -> tuple[object, ...]:
    points = None if row.points is None else to_e4(row.points)
    if isinstance(row, RedemptionRow):
        return row.ref, kind, row.contact_id, row.reward_id, row.reward_name, points, "", ms_or_none(row.at)
    return row.ref, kind, row.contact_id, None, None, points, row.note or "", ms_or_none(row.at)


def to_reread(connection: Connection, most: int) -> list[int]:
    """Shoppers whose balance moved elsewhere, the longest known first."""
    rows = connection.execute("SELECT persona_id FROM reread ORDER BY since LIMIT ?", (most,))
    return [row["persona_id"] for row in rows]


def reread_done(connection: Connection, persona_id: int) -> None:
    """The balance of this shopper was read."""
    connection.execute("DELETE FROM reread WHERE persona_id = ?", (persona_id,))


def put_catalogue(connection: Connection, rewards: Sequence[Reward]) -> None:
    """Replace the rewards of the account."""
    connection.execute("DELETE FROM catalogue")
    connection.executemany("INSERT OR REPLACE INTO catalogue VALUES (?, ?)", [(r.id, dump(r)) for r in rewards])


def catalogue(connection: Connection) -> list[Reward]:
    """The rewards of the account."""
    return [msgspec.json.decode(row["body"], type=Reward) for row in connection.execute("SELECT body FROM catalogue")]
