"""Personas and their rewards: what AIQ last said of each shopper, and the view that adds what is pending."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

from budtender.cache.database import Connection
from budtender.cache.rows import dump, from_e4, maybe_e4, maybe_ms, ms_or_none, to_e4, to_ms
from budtender.model import Persona, Reward, Value, Wallet

#: What `known` takes, in its order; a statement that feeds it asks for these first.
COLUMNS = """id, contact_id, phone, home_phone, first_name, last_name, email, src_id, platform, favorite_store_id,
    member, points_e4, points_at, points_hidden, inserted_at, opted_in_at, opted_out_at, asked_at, wallet_at,
    pending_since, gone_at, merged_into"""
_SELECT = f"SELECT {COLUMNS} FROM persona"  # noqa: S608  (words of ours)


class Known(Value, frozen=True, kw_only=True):
    """A persona as this register knows it, with the age of what it knows."""

    id: int
    persona: Persona | None
    phone: str | None
    first_name: str
    last_name: str
    member: bool | None
    hidden: bool
    asked: datetime | None
    points_at: datetime | None
    wallet_at: datetime | None
    pending_since: datetime | None
    gone: datetime | None
    merged_into: int | None
    opted_out: datetime | None
    store_id: int | None


class Balance(Value, frozen=True, kw_only=True):
    """Mirror minus pending: what a budtender sees.

    `shown` counts every pending intent; `spendable` leaves out points whose return AIQ has not confirmed.
    """

    mirror: Decimal | None
    shown: Decimal | None
    spendable: Decimal | None
    hidden: bool
    pending: int
    as_of: datetime | None


def find_by_phone(connection: Connection, phone: str) -> tuple[list[Known], list[Known]]:
    """Living personas with this mobile phone, and those with it as home phone only."""
    mobile = connection.execute(f"{_SELECT} WHERE phone = ? AND gone_at IS NULL ORDER BY id", (phone,))
    first = [known(row) for row in mobile]
    home = connection.execute(
        f"{_SELECT} WHERE home_phone = ? AND gone_at IS NULL AND coalesce(phone, '') <> home_phone ORDER BY id",
        (phone,),
    )
    return first, [known(row) for row in home]


def gone_with_phone(connection: Connection, phone: str) -> Known | None:
    """The newest persona that AIQ once listed under this phone and no longer does."""
    row = connection.execute(
        f"{_SELECT} WHERE phone = ? AND gone_at IS NOT NULL ORDER BY gone_at DESC LIMIT 1",
        (phone,),
    ).fetchone()
    return known(row) if row else None


def get(connection: Connection, persona_id: int) -> Known:
    """One persona by this register's own id."""
    row = connection.execute(f"{_SELECT} WHERE id = ?", (persona_id,)).fetchone()
    if row is None:
        raise LookupError(f"no persona {persona_id}")
    return known(row)


def find_by_contact(connection: Connection, contact_id: str) -> Known | None:
    """One persona by AIQ's contact id, which is compared without regard to case."""
    row = connection.execute(f"{_SELECT} WHERE contact_id = ?", (contact_id,)).fetchone()
    return known(row) if row else None


def upsert(connection: Connection, persona: Persona, at: datetime) -> int:
    """Keep what AIQ said of one persona and return this register's id for it.

    The balance is not taken from here: a search row's balance has no place in the order of answers, so only
    `apply_wallet` writes one, except for a persona that has none yet and owes nothing.
    """
    values = {
        "contact_id": persona.contact_id,
        "phone": persona.phone,
        "home_phone": persona.home_phone,
        "first_name": persona.first_name,
        "last_name": persona.last_name,
        "email": persona.email,
        "src_id": persona.src_id,
        "platform": persona.platform,
        "favorite_store_id": persona.favorite_store_id,
        "member": None if persona.member is None else int(persona.member),
        "points_e4": None if persona.points is None else to_e4(persona.points),
        "inserted_at": ms_or_none(persona.inserted),
        "opted_in_at": ms_or_none(persona.opted_in),
        "opted_out_at": ms_or_none(persona.opted_out),
        "at": to_ms(at),
    }
    return int(connection.execute(_UPSERT, values).fetchone()["id"])


_UPSERT = """
INSERT INTO persona (contact_id, phone, home_phone, first_name, last_name, email, src_id, platform,
    favorite_store_id, member, points_e4, points_at, inserted_at, opted_in_at, opted_out_at, asked_at)
VALUES (:contact_id, :phone, :home_phone, :first_name, :last_name, :email, :src_id, :platform,
    :favorite_store_id, :member, :points_e4, iif(:points_e4 IS NULL, NULL, :at), :inserted_at, :opted_in_at,
    :opted_out_at, :at)
ON CONFLICT (contact_id) DO UPDATE SET
    phone = excluded.phone, home_phone = excluded.home_phone,
    first_name = excluded.first_name, last_name = excluded.last_name, email = excluded.email,
    src_id = excluded.src_id, platform = excluded.platform, favorite_store_id = excluded.favorite_store_id,
    member = coalesce(excluded.member, member), inserted_at = excluded.inserted_at,
    opted_in_at = excluded.opted_in_at, opted_out_at = excluded.opted_out_at, asked_at = excluded.asked_at,
    pending_since = NULL, gone_at = NULL, merged_into = NULL
RETURNING id
"""


def add_pending(connection: Connection, persona: Persona, at: datetime) -> int:
    """A shopper who was signed up and whom AIQ has accepted but does not list yet."""
    row = connection.execute(
        """INSERT INTO persona (contact_id, phone, first_name, last_name, email, member, pending_since)
           VALUES (?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT (contact_id) DO UPDATE SET phone = coalesce(phone, excluded.phone), gone_at = NULL,
               merged_into = NULL
           RETURNING id""",
        (
            persona.contact_id or None,
            persona.phone,
            persona.first_name,
            persona.last_name,
            persona.email,
            None if persona.member is None else int(persona.member),
            to_ms(at),
        ),
    ).fetchone()
    return int(row["id"])


def adopt_pending(connection: Connection, phone: str, contact_id: str) -> None:
    """AIQ lists a shopper that was signed up here: the local row becomes that persona."""
    connection.execute(
        """UPDATE persona SET contact_id = ? WHERE id = (
               SELECT id FROM persona WHERE phone = ? AND contact_id IS NULL AND pending_since IS NOT NULL LIMIT 1)
           AND NOT EXISTS (SELECT 1 FROM persona WHERE contact_id = ?)""",
        (contact_id, phone, contact_id),
    )


def learn(connection: Connection, persona: Persona) -> None:
    """AIQ answered a write with this persona's contact id, and has not been asked for them yet.

    Where they are known already only the till's id is new, if AIQ has not told one.
    """
    connection.execute(
        """INSERT INTO persona (contact_id, phone, first_name, last_name, email, src_id, platform)
           VALUES (?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT (contact_id) DO UPDATE SET src_id = coalesce(src_id, excluded.src_id),
               platform = coalesce(platform, excluded.platform)""",
        (
            persona.contact_id,
            persona.phone,
            persona.first_name,
            persona.last_name,
            persona.email,
            persona.src_id,
            persona.platform,
        ),
    )


def pending_phones(connection: Connection, now: datetime) -> list[str]:
    """The numbers of shoppers who were signed up here, whom AIQ does not list yet, and who are due to be asked for.

    AIQ may take a day, and its calls are few: each shopper is asked for ever more seldom.
    """
    rows = connection.execute(
        """SELECT DISTINCT phone FROM persona WHERE pending_since IS NOT NULL AND gone_at IS NULL
           AND phone IS NOT NULL AND (asked_at IS NULL OR :now - asked_at >= (asked_at - pending_since) / 2)""",
        {"now": to_ms(now)},
    )
    return [row["phone"] for row in rows]


def note_asked(connection: Connection, phone: str, at: datetime) -> None:
    """AIQ was asked for a shopper that it does not list yet."""
    connection.execute(
        "UPDATE persona SET asked_at = ? WHERE phone = ? AND pending_since IS NOT NULL", (to_ms(at), phone)
    )


def mark_gone(connection: Connection, persona_id: int, at: datetime, merged_into: int | None = None) -> None:
    """AIQ no longer lists this persona."""
    connection.execute(
        "UPDATE persona SET gone_at = ?, merged_into = ? WHERE id = ?", (to_ms(at), merged_into, persona_id)
    )


def change_contact(
    connection: Connection, persona_id: int, *, phone: str | None = None, email: str | None = None
) -> None:
    """AIQ has taken a new phone or e-mail address for this persona; None is what did not change."""
    connection.execute(
        "UPDATE persona SET phone = coalesce(?, phone), email = coalesce(?, email) WHERE id = ?",
        (phone, email, persona_id),
    )


def set_member(connection: Connection, persona_id: int, member: bool) -> None:
    """AIQ has said whether this persona is enrolled in loyalty."""
    connection.execute("UPDATE persona SET member = ? WHERE id = ?", (int(member), persona_id))


def apply_points(connection: Connection, persona_id: int, wallet: Wallet, began: datetime) -> None:
    """Replace the balance by a reading that began at `began`; whether it may is the caller's to judge."""
    points = None if wallet.points is None else to_e4(wallet.points)
    connection.execute(
        "UPDATE persona SET points_e4 = ?, points_hidden = ?, points_at = ? WHERE id = ?",
        (points, int(wallet.hidden), to_ms(began), persona_id),
    )


def forget_points(connection: Connection, persona_id: int) -> None:
    """The balance is not known any more."""
    connection.execute("UPDATE persona SET points_e4 = NULL, points_at = NULL WHERE id = ?", (persona_id,))


def apply_rewards(connection: Connection, persona_id: int, wallet: Wallet, began: datetime) -> None:
    """Replace the rewards by those of a wallet that was just read.

    Points or rewards prove a member. An empty wallet proves nothing: whoever is not enrolled has one as well.
    """
    connection.execute("DELETE FROM reward WHERE persona_id = ?", (persona_id,))
    connection.executemany(
        "INSERT OR REPLACE INTO reward (persona_id, id, position, body) VALUES (?, ?, ?, ?)",
        [(persona_id, reward.id, n, dump(reward)) for n, reward in enumerate(wallet.rewards)],
    )
    connection.execute(
        """UPDATE persona SET wallet_at = ?, points_hidden = ?, unread_rewards = ?,
           member = CASE WHEN ? THEN 1 ELSE member END WHERE id = ?""",
        (
            to_ms(began),
            int(wallet.hidden),
            wallet.unreadable,
            bool(wallet.rewards or wallet.points or wallet.unreadable),
            persona_id,
        ),
    )


def drop_reward(connection: Connection, persona_id: int, reward_id: str) -> None:
    """AIQ took a reward that can be used once."""
    connection.execute("DELETE FROM reward WHERE persona_id = ? AND id = ?", (persona_id, reward_id))


def rewards(connection: Connection, persona_id: int) -> list[Reward]:
    """The rewards of the wallet that was last read, in AIQ's order."""
    rows = connection.execute("SELECT body FROM reward WHERE persona_id = ? ORDER BY position", (persona_id,))
    return [msgspec.json.decode(row["body"], type=Reward) for row in rows]


def unread_rewards(connection: Connection, persona_id: int) -> int:
    """How many rewards of that wallet could not be read, and are not among them."""
    row = connection.execute("SELECT unread_rewards FROM persona WHERE id = ?", (persona_id,)).fetchone()
    return int(row["unread_rewards"]) if row else 0


def balance(connection: Connection, persona_id: int) -> Balance:
    """What the shopper has, pending intents taken into account."""
    row = connection.execute("SELECT * FROM wallet WHERE persona_id = ?", (persona_id,)).fetchone()
    if row is None:
        raise LookupError(f"no persona {persona_id}")
    mirror, held = row["mirror_e4"], row["held_e4"]
    told = mirror is not None and not row["points_hidden"]
    return Balance(
        mirror=maybe_e4(mirror),
        shown=from_e4(mirror + held + row["returning_e4"]) if told else None,
        spendable=from_e4(mirror + held + row["returned_e4"]) if told else None,
        hidden=bool(row["points_hidden"]),
        pending=row["pending"],
        as_of=maybe_ms(row["points_at"]),
    )


def settled_balance(known: Known, points: Decimal | None) -> Balance:
    """The same where nothing is pending, from what is known of the shopper and the points in their row."""
    shown = None if known.hidden else points
    return Balance(mirror=points, shown=shown, spendable=shown, hidden=known.hidden, pending=0, as_of=known.points_at)


def known(row: Sequence[Any]) -> Known:
    """The COLUMNS that a row begins with as a value.

    By position: a row looks each name up among all of its columns, and a shopper would take twice as long to find.
    """
    (
        own_id, contact_id, phone, home_phone, first, last, email, src_id, platform, store_id,
        member, points, points_at, hidden, inserted, opted_in, opted_out, asked, wallet_at,
        pending_since, gone, merged_into, *_,
    ) = row  # fmt: skip
    is_member, left = _flag(member), maybe_ms(opted_out)
    persona = contact_id and Persona(
        contact_id=contact_id,
        phone=phone,
        home_phone=home_phone,
        first_name=first,
        last_name=last,
        email=email,
        src_id=src_id,
        platform=platform,
        favorite_store_id=store_id,
        points=maybe_e4(points),
        member=is_member,
        inserted=maybe_ms(inserted),
        opted_in=maybe_ms(opted_in),
        opted_out=left,
    )
    return Known(
        id=own_id,
        persona=persona or None,
        phone=phone,
        first_name=first,
        last_name=last,
        member=is_member,
        hidden=bool(hidden),
        asked=maybe_ms(asked),
        points_at=maybe_ms(points_at),
        wallet_at=maybe_ms(wallet_at),
        pending_since=maybe_ms(pending_since),
        gone=maybe_ms(gone),
        merged_into=merged_into,
        opted_out=left,
        store_id=store_id,
    )


def _flag(value: Any) -> bool | None:
    return None if value is None else bool(value)
