"""Sales and refunds as the till has them, with their lines; written by sync alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, tzinfo
from decimal import Decimal
from hashlib import blake2b
from typing import Any

import msgspec

from budtender.cache.database import Connection
from budtender.cache.rows import dump, from_e4, to_e4, to_ms
from budtender.model import Ticket, TicketLine, TicketState, Value

_COLUMNS = (
    "credential, id, location_id, day, at, state, refund, refund_of, customer_id, net_cents, total_cents, "
    "discount_cents, tax_cents, loyalty_cents, units_e4, lines, digest, body, due, place"
)
_UPSERT = f"""
INSERT INTO ticket ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (credential, id) DO UPDATE SET
    location_id = excluded.location_id, day = excluded.day, at = excluded.at, state = excluded.state,
    refund = excluded.refund, refund_of = excluded.refund_of, customer_id = excluded.customer_id,
    net_cents = excluded.net_cents, total_cents = excluded.total_cents, discount_cents = excluded.discount_cents,
    tax_cents = excluded.tax_cents, loyalty_cents = excluded.loyalty_cents, units_e4 = excluded.units_e4,
    lines = excluded.lines, digest = excluded.digest, body = excluded.body, version = version + 1,
    place = coalesce(place, iif(location_id <> excluded.location_id, location_id, NULL)),
    buyer = coalesce(buyer, iif(sent > 0, customer_id, NULL)),
    due = excluded.due OR (sent > 0 OR buyer IS NOT NULL) AND (
        excluded.state = 'voided' OR excluded.state = 'unknown' AND coalesce(excluded.body ->> 'refunded_cents', 0) > 0
        OR excluded.state = 'completed' AND excluded.customer_id IS NULL
    )
"""  # noqa: S608  (the columns are ours)

#: A sale that AIQ has through a key that is connected no more is given back by the one that came after it.
_TOLD_BY_A_FORMER_KEY = """
UPDATE ticket SET buyer = coalesce(theirs.buyer, theirs.customer_id),
    due = ticket.due OR ticket.state = 'voided' OR ticket.state = 'completed' AND ticket.customer_id IS NULL
FROM meta JOIN ticket AS theirs ON theirs.credential = substr(meta.key, 8)
WHERE ticket.credential = ? AND ticket.id = ? AND ticket.sent = 0 AND ticket.buyer IS NULL
    AND meta.key GLOB 'former:*' AND theirs.id = ticket.id AND theirs.location_id = ticket.location_id
    AND meta.value ->> 'system' = (SELECT system FROM connection WHERE name = ticket.credential)
    AND theirs.state = 'completed' AND coalesce(theirs.buyer, theirs.customer_id) IS NOT NULL AND theirs.sent > 0
"""
#: The name and system of each key that is connected no more.
_FORMER_KEYS = "SELECT substr(meta.key, 8), value ->> 'system' FROM meta WHERE meta.key GLOB 'former:*'"
NOWHERE: Mapping[str, str] = {}
#: What the id of a line begins with that is money given back and no goods.
MONEY = "money-"


class Booked(Value, frozen=True, kw_only=True):
    """What the refunds that were made of one sale come to: quantities by line, cents with and without what is no
    net sale, and how many there are."""

    lines: Mapping[str, Decimal]
    cents: int
    count: int
    net_cents: int = 0


def put(
    connection: Connection,
    credential: str,
    tickets: Iterable[Ticket],
    *,
    location_id: str,
    zone: Callable[[str | None], tzinfo | None] = lambda _location_id: None,
    other_vendors: Mapping[str, str] = NOWHERE,
) -> int:
    """Keep what the till says of these tickets; returns how many are new or say something else than before.

    `location_id` is the credential's, for tickets that name none of their own; `zone` tells a location's time zone.
    `other_vendors` says by which name to tell AIQ of locations whose own id another vendor's location has as well. By
    which AIQ was to be told of a ticket first, it is told for ever, wherever the till says later that it was made.
    """
    latest = {ticket.id: ticket for ticket in tickets}
    known = _digests(connection, credential, list(latest))
    rows, lines = [], []
    for ticket in latest.values():
        digest = _digest(ticket)
        if known.get(ticket.id) == digest:
            continue
        row = _row(credential, ticket, digest, location_id, zone(ticket.location_id))
        named = other_vendors.get(row[2])
        rows.append((*row, named and _place(connection, row, named)))
        lines += [
            (credential, ticket.id, place, line.product_id, to_e4(line.quantity), dump(line))
            for place, line in enumerate(ticket.lines)
        ]
    changed = [(credential, row[1]) for row in rows if row[1] in known]
    connection.executemany("DELETE FROM ticket_line WHERE credential = ? AND ticket_id = ?", changed)
    connection.executemany(_UPSERT, rows)
    connection.executemany("INSERT INTO ticket_line VALUES (?, ?, ?, ?, ?, ?)", lines)
    if connection.execute("SELECT 1 FROM meta WHERE key GLOB 'former:*'").fetchone():
        connection.executemany(_TOLD_BY_A_FORMER_KEY, [(credential, row[1]) for row in rows])
    return len(rows)


def _place(connection: Connection, row: tuple[Any, ...], named: str) -> str | None:
    """What a ticket's id at AIQ begins with: as another key of the vendor, maybe a former one, had it told, else so."""
    told = connection.execute(
        f"""WITH key (name, system) AS (
                SELECT name, system FROM connection
                UNION ALL {_FORMER_KEYS}
            )
            SELECT place FROM key AS mine JOIN key ON key.system = mine.system AND key.name <> mine.name
            JOIN ticket ON ticket.credential = key.name AND ticket.id = ?2 AND ticket.location_id = ?3
            WHERE mine.name = ?1 LIMIT 1""",  # noqa: S608  (ours)
        row[:3],
    ).fetchone()
    return named if told is None else told["place"]


def _digest(ticket: Ticket) -> bytes:
    return blake2b(msgspec.json.encode(ticket), digest_size=8).digest()


def _digests(connection: Connection, credential: str, ids: Sequence[str]) -> dict[str, bytes]:
    rows = connection.execute(
        "SELECT id, digest FROM ticket WHERE credential = ? AND id IN (SELECT value FROM json_each(?))",
        (credential, dump(ids)),
    )
    return {row["id"]: row["digest"] for row in rows}


def _row(credential: str, ticket: Ticket, digest: bytes, location_id: str, zone: tzinfo | None) -> tuple[Any, ...]:
    day = ticket.day or ticket.at.astimezone(zone or UTC).date()
    goods = (line for line in ticket.lines if not (line.coupon or line.id.startswith(MONEY)))
    units = sum((line.quantity for line in goods), Decimal(0))
    told = ticket.state is TicketState.COMPLETED and ticket.customer_id is not None
    return (
        credential,
        ticket.id,
        ticket.location_id or location_id,
        day.isoformat(),
        to_ms(ticket.at),
        ticket.state.value,
        int(ticket.refund),
        ticket.refund_of,
        ticket.customer_id,
        ticket.net_cents,
        ticket.total_cents,
        ticket.discount_cents,
        ticket.tax_cents,
        ticket.loyalty_cents,
        to_e4(units),
        len(ticket.lines),
        digest,
        dump(msgspec.structs.replace(ticket, lines=())),
        int(told),
    )


def find(connection: Connection, credential: str, ticket_id: str) -> Ticket | None:
    """One ticket with its lines."""
    row = connection.execute(
        "SELECT body FROM ticket WHERE credential = ? AND id = ?", (credential, ticket_id)
    ).fetchone()
    return whole(connection, credential, row["body"]) if row else None


def whole(connection: Connection, credential: str, body: str) -> Ticket:
    """A ticket from its row and its lines."""
    ticket = msgspec.json.decode(body, type=Ticket)
    rows = connection.execute(
        "SELECT body FROM ticket_line WHERE credential = ? AND ticket_id = ? ORDER BY place", (credential, ticket.id)
    )
    lines = tuple(msgspec.json.decode(row["body"], type=TicketLine) for row in rows)
    return msgspec.structs.replace(ticket, lines=lines)


def refunds_of(connection: Connection, credential: str, sale_id: str) -> list[Ticket]:
    """The refunds of a sale by now, with their lines."""
    rows = connection.execute(
        "SELECT body FROM ticket WHERE credential = ? AND refund_of = ?", (credential, sale_id)
    ).fetchall()
    return [whole(connection, credential, row["body"]) for row in rows]


def booked(refunds: Sequence[Ticket]) -> Booked:
    """What the refunds of a sale come to."""
    lines: dict[str, Decimal] = {}
    for refund in refunds:
        for line in refund.lines:
            lines[line.id] = lines.get(line.id, Decimal(0)) - line.quantity
    return Booked(
        lines=lines,
        cents=-sum(refund.total_cents for refund in refunds),
        count=len(refunds),
        net_cents=-sum(refund.net_cents for refund in refunds),
    )


class DayTotals(Value, frozen=True, kw_only=True):
    """What the tickets of one location and day come to; voided, open and unknown ones count nothing.

    Vendors number their locations alike, so only the vendor (`system`) and the location together name one.
    """

    location_id: str
    day: str
    system: str = ""
    sales: int = 0
    net_cents: int = 0
    returns: int = 0
    returns_cents: int = 0
    voids: int = 0
    voids_cents: int = 0
    units: Decimal = Decimal(0)
    loyalty_cents: int = 0
    tax_cents: int = 0
    discount_cents: int = 0
    uncertain: int = 0


def totals(connection: Connection, first: str, last: str) -> list[DayTotals]:
    """The totals of each location and day between two days, both included.

    A location may have two credentials (medical, recreational) that list the same tickets: each counts once, as one
    that is still connected has it. Net
    sales, units and loyalty are after returns; `returns_cents` is their share, positive. `uncertain` are tickets
    whose state the papers do not name.
    """
    rows = connection.execute(_TOTALS, (first, last))
    return [
        DayTotals(
            location_id=row["location_id"],
            day=row["day"],
            system=row["system"],
            sales=row["sales"],
            net_cents=row["net_cents"],
            returns=row["returns"],
            returns_cents=row["returns_cents"],
            voids=row["voids"],
            voids_cents=row["voids_cents"],
            units=from_e4(row["units_e4"]),
            loyalty_cents=row["loyalty_cents"],
            tax_cents=row["tax_cents"],
            discount_cents=row["discount_cents"],
            uncertain=row["uncertain"],
        )
        for row in rows
    ]


_TOTALS = f"""
WITH former (name, system) AS ({_FORMER_KEYS}), key (name, system, living) AS (
    SELECT name, system, 1 FROM connection
    UNION ALL SELECT name, system, 0 FROM former
), once AS (
    SELECT ticket.*, coalesce(key.system, '') AS system,
        max(version + iif(coalesce(key.living, 0), 1000000, 0))
    FROM ticket LEFT JOIN key ON key.name = ticket.credential
    WHERE day BETWEEN ? AND ? GROUP BY coalesce(key.system, ''), location_id, id
)
SELECT system, location_id, day,
    count(*) FILTER (WHERE counts AND NOT refund) AS sales,
    coalesce(sum(net_cents) FILTER (WHERE counts), 0) AS net_cents,
    count(*) FILTER (WHERE counts AND refund) AS returns,
    coalesce(-sum(net_cents) FILTER (WHERE counts AND refund), 0) AS returns_cents,
    count(*) FILTER (WHERE state = 'voided') AS voids,
    coalesce(sum(net_cents) FILTER (WHERE state = 'voided'), 0) AS voids_cents,
    coalesce(sum(units_e4) FILTER (WHERE counts), 0) AS units_e4,
    coalesce(sum(loyalty_cents) FILTER (WHERE counts), 0) AS loyalty_cents,
    coalesce(sum(tax_cents) FILTER (WHERE counts), 0) AS tax_cents,
    coalesce(sum(discount_cents) FILTER (WHERE counts), 0) AS discount_cents,
    count(*) FILTER (WHERE state = 'unknown') AS uncertain
FROM (SELECT *, state = 'completed' AS counts FROM once)
GROUP BY system, location_id, day ORDER BY location_id, day, system
"""  # noqa: S608  (ours)
