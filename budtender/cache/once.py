"""What is done to a shopper one time only, and who it is to be done to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

import msgspec

from budtender.cache.database import Connection
from budtender.cache.outbox import OPEN
from budtender.cache.personas import COLUMNS, Known, known
from budtender.cache.rows import dump, from_e4, to_e4, to_ms
from budtender.model import Customer, Kind

#: Who acts, in intents and the audit log, where a setting does.
BY_SETTING = "a setting"
#: Words of the table: enrolled, asked by text, sales told again, points imported, profile made in the till.
ENROLLED, ASKED, TOLD_AGAIN, IMPORTED, PROFILE = "enrolled", "asked", "told again", "imported", "profile"
#: AIQ was told that a sale counts no more; by the sale's id there.
VOIDED = "voided"


def is_done(connection: Connection, what: str, who: str) -> bool:
    """Whether this was done to them before."""
    return connection.execute("SELECT 1 FROM once WHERE what = ? AND who = ?", (what, who)).fetchone() is not None


def done(connection: Connection, what: str, who: str, at: datetime, intent: str | None = None) -> None:
    """Note that it is done, beside the intent that does it, in the caller's transaction."""
    connection.execute("INSERT OR IGNORE INTO once VALUES (?, ?, ?, ?)", (what, who, intent, to_ms(at)))


def among(connection: Connection, what: str, who: Iterable[str]) -> set[str]:
    """Those of these to whom this was done."""
    rows = connection.execute(
        "SELECT who FROM once WHERE what = ? AND who IN (SELECT value FROM json_each(?))", (what, dump(list(who)))
    )
    return {row["who"] for row in rows}


def undone(connection: Connection, what: str, who: str) -> None:
    """Note that it is no longer so."""
    connection.execute("DELETE FROM once WHERE what = ? AND who = ?", (what, who))


def room(connection: Connection, kind: Kind, most: int) -> int:
    """How many more of a kind a setting may save at once, beside those that still wait; the rest has its turn later."""
    row = connection.execute(
        f"SELECT count(*) AS n FROM intent WHERE state = 'waiting' AND {OPEN} AND kind = ? AND staff = ?",  # noqa: S608
        (kind.value, BY_SETTING),
    ).fetchone()
    return max(0, most - int(row["n"]))


def buyers(connection: Connection, first: date) -> Iterable[tuple[str, Customer]]:
    """Customers with a finished sale on or after a day of their store, each under the profile that was not merged."""
    keys = connection.execute(
        """SELECT DISTINCT credential, customer_id FROM ticket
           WHERE day >= ? AND state = 'completed' AND NOT refund AND customer_id IS NOT NULL""",
        (first.isoformat(),),
    ).fetchall()
    found: dict[tuple[str, str], Customer] = {}
    for row in keys:
        seen: set[str] = set()
        customer = _customer(connection, row["credential"], row["customer_id"])
        while customer is not None and customer.merged_into is not None and customer.id not in seen:
            seen.add(customer.id)
            customer = _customer(connection, row["credential"], customer.merged_into)
        if customer is not None:
            found[row["credential"], customer.id] = customer
    return [(credential, customer) for (credential, _), customer in found.items()]


def _customer(connection: Connection, credential: str, customer_id: str) -> Customer | None:
    row = connection.execute(
        "SELECT body FROM customer WHERE credential = ? AND id = ?", (credential, customer_id)
    ).fetchone()
    return msgspec.json.decode(row["body"], type=Customer) if row else None


def to_tell_again(connection: Connection, before: datetime) -> list[tuple[str, str, str]]:
    """Who was enrolled before a moment and whose sales AIQ does not count yet: phone, credential and customer."""
    rows = connection.execute(
        """SELECT once.who, intent.body ->> 'credential' AS credential, intent.body ->> 'customer_id' AS customer_id
           FROM once JOIN intent ON intent.id = once.intent
           WHERE once.what = ? AND intent.state = 'done' AND intent.answered_at <= ?
             AND NOT EXISTS (SELECT 1 FROM once AS told WHERE told.what = ? AND told.who = once.who)""",
        (ENROLLED, to_ms(before), TOLD_AGAIN),
    )
    return [(row["who"], row["credential"], row["customer_id"]) for row in rows]


def tell_again(connection: Connection, phone: str, credential: str, customer_id: str, first: date) -> None:
    """Sales of a shopper from a day on are due again: AIQ counts points only once their buyer is a member.

    Every key lists the shopper for itself, so it is their sales at all stores, told apart by the phone.
    """
    listed = connection.execute("SELECT credential, id FROM customer WHERE phone = ?", (phone,))
    keys = {(credential, customer_id), *((row["credential"], row["id"]) for row in listed)}
    connection.executemany(
        """UPDATE ticket SET due = 1 WHERE credential = ? AND customer_id = ? AND day >= ? AND state = 'completed'""",
        [(*key, first.isoformat()) for key in keys],
    )


# ── sign-ups ──────────────────────────────────────────────────────────────────────────────────────────────


def signed_up_since(connection: Connection, since: datetime, most: int) -> list[Known]:
    """Living personas that AIQ has had since a moment and for whom no profile was made in a till."""
    rows = connection.execute(
        f"""SELECT {COLUMNS} FROM persona WHERE inserted_at >= ? AND gone_at IS NULL AND contact_id IS NOT NULL
            AND first_name <> '' AND last_name <> '' AND (phone IS NOT NULL OR email IS NOT NULL)
            AND NOT EXISTS (SELECT 1 FROM once WHERE what = ? AND who = lower(contact_id))
            ORDER BY inserted_at LIMIT ?""",  # noqa: S608  (ours)
        (to_ms(since), PROFILE, most),
    )
    return [known(row) for row in rows]


# ── the till's own points ─────────────────────────────────────────────────────────────────────────────────


def balances(connection: Connection, credential: str) -> list[tuple[str, Decimal, str | None]]:
    """The till's own points of everybody who has some, with when their profile was made."""
    rows = connection.execute(
        """SELECT id, CAST(body ->> 'points' AS TEXT) AS points, body ->> 'created' AS created FROM customer
           WHERE credential = ? AND CAST(body ->> 'points' AS REAL) > 0""",
        (credential,),
    )
    return [(row["id"], Decimal(row["points"]), row["created"]) for row in rows]


def open_with(connection: Connection, credential: str, points: Iterable[tuple[str, Decimal]]) -> None:
    """Keep these as what customers had; what was kept before stays."""
    connection.executemany(
        "INSERT OR IGNORE INTO opening VALUES (?, ?, ?)", [(credential, who, to_e4(had)) for who, had in points]
    )


def opened(connection: Connection, credential: str, after: str, most: int) -> list[tuple[Customer, Decimal]]:
    """Customers of whom no points were imported, with what they had, by id from the one behind `after` on."""
    rows = connection.execute(
        """SELECT body, points_e4 FROM opening
           JOIN customer ON customer.credential = opening.credential AND customer.id = opening.id
           WHERE opening.credential = ?1 AND opening.id > ?2 AND NOT EXISTS (
               SELECT 1 FROM once WHERE what = ?3 AND who = opening.credential || ':' || opening.id)
           ORDER BY opening.id LIMIT ?4""",
        (credential, after, IMPORTED, most),
    )
    return [(msgspec.json.decode(row["body"], type=Customer), from_e4(row["points_e4"])) for row in rows]


def earned_after(connection: Connection, credential: str, customer_id: str, last: date) -> Decimal:
    """The till's own points of a customer's sales after a day."""
    rows = connection.execute(
        """SELECT body ->> 'points_earned' AS earned FROM ticket
           WHERE credential = ? AND customer_id = ? AND day > ? AND state = 'completed'""",
        (credential, customer_id, last.isoformat()),
    )
    return sum((Decimal(str(row["earned"])) for row in rows if row["earned"] is not None), Decimal(0))
