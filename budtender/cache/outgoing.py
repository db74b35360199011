"""What AIQ is owed of what tills say: customers and tickets that are due, and what became of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from budtender.cache import tickets
from budtender.cache.database import Connection, Row
from budtender.cache.rows import dump, from_ms, to_ms
from budtender.model import Customer, Product, Ticket, Value

#: What AIQ never had is not given back to it.
OWED = "(state = 'completed' OR sent > 0 OR buyer IS NOT NULL)"


class DueCustomer(Value, frozen=True, kw_only=True):
    """A customer as AIQ is to be told of; `sent` is the version that AIQ has, 0 for none."""

    credential: str
    customer: Customer
    version: int
    sent: int


class DueTicket(Value, frozen=True, kw_only=True):
    """A ticket as AIQ is to be told of, with where it was made.

    `place` is what its id at AIQ begins with. `buyer` is the customer under whom AIQ has it, or may have: an answer may
    have been lost. `given_back` says that it is nobody's by now.
    """

    seq: int
    credential: str
    location_id: str
    place: str
    ticket: Ticket
    version: int
    sent: int
    buyer: str | None = None
    given_back: bool = False


class Waiting(Value, frozen=True, kw_only=True):
    """How many rows of one kind wait to be sent, and since when the oldest has been there, where that is known."""

    count: int
    oldest: datetime | None = None


def due_customers(connection: Connection, after: tuple[str, str], most: int) -> list[DueCustomer]:
    """Customers who are due, by credential and id, from the one behind `after` on."""
    rows = connection.execute(
        """SELECT credential, body, version, sent FROM customer INDEXED BY customer_due
           WHERE due = 1 AND (credential, id) > (?, ?) ORDER BY credential, id LIMIT ?""",
        (*after, most),
    )
    return [_customer(row) for row in rows]


def unsent_customers(connection: Connection, wanted: Iterable[tuple[str, str]]) -> list[DueCustomer]:
    """Of these customers those whom AIQ was never told of."""
    rows = [
        connection.execute(
            "SELECT credential, body, version, sent FROM customer WHERE credential = ? AND id = ? AND sent = 0",
            key,
        ).fetchone()
        for key in dict.fromkeys(wanted)
    ]
    return [_customer(row) for row in rows if row is not None]


def _customer(row: Row) -> DueCustomer:
    return DueCustomer(
        credential=row["credential"],
        customer=msgspec.json.decode(row["body"], type=Customer),
        version=row["version"],
        sent=row["sent"],
    )


def told_elsewhere(connection: Connection, rows: Sequence[DueCustomer]) -> list[DueCustomer]:
    """Of these customers those whom AIQ has exactly so through another key of the same vendor.

    Locations of one company share their customers, and each key lists them all.
    """
    others = connection.execute(
        """SELECT one.name AS mine, other.name AS theirs FROM connection AS one
           JOIN connection AS other ON other.system = one.system AND other.name <> one.name"""
    )
    beside: dict[str, list[str]] = {}
    for row in others:
        beside.setdefault(row["mine"], []).append(row["theirs"])
    return [row for row in rows if _has(connection, beside.get(row.credential, []), row.customer)]


def _has(connection: Connection, credentials: Sequence[str], customer: Customer) -> bool:
    body = dump(customer)
    return any(
        connection.execute(
            "SELECT 1 FROM customer WHERE credential = ? AND id = ? AND body = ? AND sent = version",
            (credential, customer.id, body),
        ).fetchone()
        for credential in credentials
    )


def strangers(connection: Connection, buyers: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Of these (credential, customer) those who are, or were merged into, somebody whom the till's list of customers
    never named, with that one's id."""
    return {
        key: other
        for key, other in survivors(connection, buyers).items()
        if not connection.execute("SELECT 1 FROM customer WHERE credential = ? AND id = ?", (key[0], other)).fetchone()
    }


def anonymous(connection: Connection, buyers: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Of these (credential, customer) those who stand for nobody."""
    return {
        key
        for key, other in survivors(connection, buyers).items()
        if connection.execute(
            "SELECT 1 FROM customer WHERE credential = ? AND id = ? AND body ->> 'anonymous'", (key[0], other)
        ).fetchone()
    }


def not_to_be_told(connection: Connection, rows: Iterable[DueTicket]) -> None:
    """These are nobody's, so there is nothing to tell AIQ."""
    rows = list(rows)
    connection.executemany("UPDATE ticket SET due = 0 WHERE seq = ?", [(row.seq,) for row in rows])
    clear(connection, "sale", [(row.credential, row.ticket.id) for row in rows])


def tell(connection: Connection, rows: Iterable[DueTicket]) -> None:
    """These are about to be sent: should the answer be lost, AIQ may have them under this customer's name."""
    moved = [(row.ticket.customer_id, row.seq) for row in rows if row.buyer != row.ticket.customer_id]
    connection.executemany("UPDATE ticket SET buyer = ? WHERE seq = ?", moved)


def survivor(connection: Connection, credential: str, customer_id: str) -> str:
    """Whom a customer was merged into, as far as the till told; the customer where it was not."""
    seen = {customer_id}
    while True:
        row = connection.execute(
            "SELECT body ->> 'merged_into' AS other FROM customer WHERE credential = ? AND id = ?",
            (credential, customer_id),
        ).fetchone()
        if row is None or row["other"] is None or row["other"] in seen:
            return customer_id
        customer_id = row["other"]
        seen.add(customer_id)


def survivors(connection: Connection, buyers: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Whom each of these (credential, customer) is by now."""
    return {key: survivor(connection, *key) for key in dict.fromkeys(buyers)}


def customers_sent(connection: Connection, sent: Sequence[DueCustomer]) -> None:
    """AIQ has these, as they were when they were read; who changed since stays due."""
    connection.executemany(
        "UPDATE customer SET sent = ?1, due = version > ?1 WHERE credential = ?2 AND id = ?3",
        [(row.version, row.credential, row.customer.id) for row in sent],
    )
    clear(connection, "persona", [(row.credential, row.customer.id) for row in sent])


def due_tickets(connection: Connection, after: tuple[int, int], most: int, before: int) -> list[DueTicket]:
    """Tickets that are due, the oldest sale first, from the one behind `after` (time, number) to those at `before`."""
    rows = connection.execute(
        """SELECT seq, credential, location_id, coalesce(place, location_id) AS place, body, version, sent,
               coalesce(buyer, iif(sent > 0, customer_id, NULL)) AS buyer FROM ticket
           WHERE due = 1 AND (at, seq) > (?, ?) AND at < ? ORDER BY at, seq LIMIT ?""",
        (*after, before, most),
    ).fetchall()
    return [
        DueTicket(
            seq=row["seq"],
            credential=row["credential"],
            location_id=row["location_id"],
            place=row["place"],
            ticket=tickets.whole(connection, row["credential"], row["body"]),
            version=row["version"],
            sent=row["sent"],
            buyer=row["buyer"],
        )
        for row in rows
    ]


def told_by_first_key(connection: Connection, rows: Iterable[DueTicket]) -> list[DueTicket]:
    """Of these those that AIQ has, or gets, exactly so through the key of the same location that was connected first.

    A location may have two keys (medical, recreational) that list the same tickets. Told through both, each would be
    sent twice and belong to the store of whichever came last.
    """
    return [row for row in rows if connection.execute(_TOLD_BY_FIRST_KEY, (row.seq,)).fetchone()]


_TOLD_BY_FIRST_KEY = """
SELECT 1 FROM ticket AS mine
JOIN connection AS me ON me.name = mine.credential
JOIN connection AS first ON first.system = me.system AND (first.added_at, first.name) < (me.added_at, me.name)
JOIN ticket AS other ON other.credential = first.name AND other.id = mine.id
WHERE mine.seq = ? AND other.location_id = mine.location_id AND other.digest = mine.digest
    AND (other.due = 1 OR other.sent = other.version)
"""


def tickets_sent(connection: Connection, sent: Sequence[DueTicket]) -> None:
    """AIQ has these, as they were when they were read; what changed since stays due."""
    connection.executemany(
        "UPDATE ticket SET sent = ?1, due = due AND version > ?1 WHERE seq = ?2",
        [(row.version, row.seq) for row in sent],
    )
    clear(connection, "sale", [(row.credential, row.ticket.id) for row in sent])


def products_of(connection: Connection, lines: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Product]:
    """What is sold, by credential and product id, for lines that name it by its id alone."""
    found = {}
    for key in dict.fromkeys(lines):
        row = connection.execute("SELECT body FROM product WHERE credential = ? AND id = ?", key).fetchone()
        if row is not None:
            found[key] = msgspec.json.decode(row["body"], type=Product)
    return found


def refuse(connection: Connection, kind: str, credential: str, row_id: str, reason: str, at: datetime) -> None:
    """AIQ will not take this row as it is: it is not sent again until the till changes it, or somebody tries again."""
    connection.execute(
        """INSERT INTO unsent VALUES (?, ?, ?, ?, ?)
           ON CONFLICT (kind, credential, id) DO UPDATE SET reason = excluded.reason, at = excluded.at""",
        (kind, credential, row_id, reason, to_ms(at)),
    )
    table = {"persona": "customer", "sale": "ticket"}.get(kind)
    if table is not None:
        connection.execute(
            f"UPDATE {table} SET due = 0 WHERE credential = ? AND id = ?",  # noqa: S608  (ours)
            (credential, row_id),
        )


def is_held(connection: Connection, reason: str) -> bool:
    """Whether anything is kept back for this reason."""
    return connection.execute("SELECT 1 FROM unsent WHERE reason = ? LIMIT 1", (reason,)).fetchone() is not None


def release(connection: Connection, reason: str) -> None:
    """Who and what was kept back for this reason is due again."""
    for kind, rows in (("persona", "customer SET due = 1 WHERE true"), ("sale", f"ticket SET due = 1 WHERE {OWED}")):
        connection.execute(
            f"""UPDATE {rows} AND (credential, id) IN (
                SELECT credential, id FROM unsent WHERE kind = ? AND reason = ?)""",  # noqa: S608  (ours)
            (kind, reason),
        )
    connection.execute("DELETE FROM unsent WHERE reason = ?", (reason,))


def release_sales(connection: Connection, buyers: Iterable[tuple[str, str]], reason: str) -> None:
    """The sales of these customers that were kept back for this reason are due: AIQ knows who bought now.

    Those of whoever was merged into them as well, looked for only where they were kept back themselves.
    """
    for credential, customer_id in buyers:
        held = connection.execute(
            "SELECT 1 FROM unsent WHERE kind = 'persona' AND credential = ? AND id = ? AND reason = ?",
            (credential, customer_id, reason),
        ).fetchone()
        connection.execute(
            f"""WITH RECURSIVE who (id) AS (
                SELECT ?2 UNION SELECT customer.id FROM customer, who
                WHERE ?4 AND customer.credential = ?1 AND customer.body ->> 'merged_into' = who.id)
            UPDATE ticket SET due = 1 WHERE credential = ?1 AND customer_id IN who AND {OWED} AND EXISTS (
                SELECT 1 FROM unsent WHERE kind = 'sale' AND credential = ?1 AND id = ticket.id AND reason = ?3)
            """,  # noqa: S608  (ours)
            (credential, customer_id, reason, held is not None),
        )


def clear(connection: Connection, kind: str, keys: Sequence[tuple[str, str]]) -> None:
    """Nothing keeps these back any more."""
    connection.executemany(
        "DELETE FROM unsent WHERE kind = ? AND credential = ? AND id = ?", [(kind, *key) for key in keys]
    )


def waiting(connection: Connection) -> dict[str, dict[str, Waiting]]:
    """By credential, how many customers and sales wait; stock waits for all tills together, under the empty name."""
    found: dict[str, dict[str, Waiting]] = {}
    for row in connection.execute("SELECT credential, count(*) AS n FROM customer WHERE due = 1 GROUP BY credential"):
        found.setdefault(row["credential"], {})["personas"] = Waiting(count=row["n"])
    for row in connection.execute(
        "SELECT credential, count(*) AS n, min(at) AS oldest FROM ticket WHERE due = 1 GROUP BY credential"
    ):
        found.setdefault(row["credential"], {})["sales"] = Waiting(count=row["n"], oldest=from_ms(row["oldest"]))
    stock = connection.execute("SELECT count(*) AS n FROM stock_due").fetchone()["n"]
    found.setdefault("", {})["inventory"] = Waiting(count=stock)
    return found


def refused(connection: Connection, credential: str) -> dict[str, int]:
    """How many rows of each kind AIQ would not take."""
    rows = connection.execute(
        "SELECT kind, count(*) AS n FROM unsent WHERE credential = ? GROUP BY kind", (credential,)
    )
    return {row["kind"]: row["n"] for row in rows}


def reasons(connection: Connection, credential: str, most: int) -> list[tuple[str, str, int]]:
    """Why rows of a credential are kept back: kind, reason and how many, the commonest first."""
    rows = connection.execute(
        """SELECT kind, reason, count(*) AS n FROM unsent WHERE credential = ?
           GROUP BY kind, reason ORDER BY n DESC, kind, reason LIMIT ?""",
        (credential, most),
    )
    return [(row["kind"], row["reason"], row["n"]) for row in rows]
