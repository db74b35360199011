"""The till's side of the mirror: customers, POS discounts, AIQ stores and where the next pull starts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from itertools import groupby

import msgspec

from budtender.cache import many
from budtender.cache.database import Connection
from budtender.cache.rows import dump
from budtender.model import Cursor, Customer, Location, Resource, Store

_CUSTOMER = "customer (credential, id, phone, body, due, archive)"
_CUSTOMER_AGAIN = """ON CONFLICT (credential, id) DO UPDATE SET
    phone = excluded.phone, body = excluded.body, version = version + 1,
    due = due OR {due} OR sent > 0 AND body ->> 'discount_groups' IS NOT excluded.body ->> 'discount_groups',
    archive = archive AND excluded.archive
WHERE body <> excluded.body"""


def put_customers(
    connection: Connection,
    credential: str,
    customers: Iterable[Customer],
    *,
    since: datetime | None = None,
    archive: Callable[[Customer], bool] | None = None,
) -> None:
    """Keep what the till said of these customers, merged and archived ones included.

    AIQ is to be told of those that are new, of what changed from `since` on, and of who joined or left a discount group
    whenever that was: audiences are built on those.
    `archive` says who comes from the till's archive alone; somebody known before does not.
    """
    customers = list(customers)
    merged = _newly_merged(connection, credential, customers)

    def is_news(c: Customer) -> bool:
        return since is not None and (c.modified is None or c.modified >= since)

    # In their order: who comes twice is the one that comes last.
    for news, run in [(False, customers)] if since is None else groupby(customers, is_news):
        # One by one: a list of them all would be looked through for garbage again and again.
        rows = (
            # Numbers: a bool takes the binding's long way.
            (
                credential,
                c.id,
                c.phones[0] if c.phones else None,
                dump(c),
                0 if c.anonymous else 1,
                1 if archive is not None and archive(c) else 0,
            )
            for c in run
        )
        many.insert(connection, _CUSTOMER, _CUSTOMER_AGAIN.format(due=int(news)), rows)
    # Their sales are the survivor's now; AIQ has them under the profile that is no more.
    connection.executemany(
        "UPDATE ticket SET due = 1 WHERE credential = ? AND customer_id = ? AND sent > 0 AND state = 'completed'",
        merged,
    )


def _newly_merged(connection: Connection, credential: str, customers: Iterable[Customer]) -> list[tuple[str, str]]:
    found = []
    for merged in (customer for customer in customers if customer.merged_into is not None):
        row = connection.execute(
            "SELECT body ->> 'merged_into' AS other FROM customer WHERE credential = ? AND id = ?",
            (credential, merged.id),
        ).fetchone()
        if row is not None and row["other"] != merged.merged_into:
            found.append((credential, merged.id))
    return found


def customers_with_phone(connection: Connection, phone: str) -> list[tuple[str, Customer]]:
    """Living customers with this phone, each with the credential that it came through."""
    rows = connection.execute("SELECT credential, body FROM customer WHERE phone = ?", (phone,))
    found = [(row["credential"], msgspec.json.decode(row["body"], type=Customer)) for row in rows]
    return [(credential, c) for credential, c in found if c.merged_into is None and not c.anonymous]


def is_customer(connection: Connection, customer_id: str) -> bool:
    """Whether any connected till has a customer of this id."""
    row = connection.execute(  # by each key, for there is no index of ids alone
        """SELECT 1 FROM connection CROSS JOIN customer
           WHERE customer.credential = connection.name AND customer.id = ? LIMIT 1""",
        (customer_id,),
    ).fetchone()
    return row is not None


def put_locations(connection: Connection, credential: str, locations: Iterable[Location]) -> None:
    """Keep which locations a credential reaches."""
    connection.execute("DELETE FROM location WHERE credential = ?", (credential,))
    connection.executemany(
        "INSERT OR REPLACE INTO location VALUES (?, ?, ?)", [(credential, place.id, dump(place)) for place in locations]
    )


def locations(connection: Connection) -> list[tuple[str, Location]]:
    """Every location that is known, each with the credential that reaches it."""
    rows = connection.execute("SELECT credential, body FROM location ORDER BY credential, id")
    return [(row["credential"], msgspec.json.decode(row["body"], type=Location)) for row in rows]


def put_stores(connection: Connection, stores: Sequence[Store]) -> None:
    """Replace the retail locations of the AIQ account."""
    connection.execute("DELETE FROM store")
    connection.executemany("INSERT OR REPLACE INTO store VALUES (?, ?)", [(s.id, dump(s)) for s in stores])


def stores(connection: Connection) -> list[Store]:
    """The retail locations of the AIQ account."""
    rows = connection.execute("SELECT body FROM store ORDER BY id")
    return [msgspec.json.decode(row["body"], type=Store) for row in rows]


def cursor(connection: Connection, credential: str, resource: Resource | str) -> Cursor | None:
    """Where the next pull of this resource starts."""
    row = connection.execute(
        "SELECT body FROM cursor WHERE credential = ? AND resource = ?", (credential, str(resource))
    ).fetchone()
    return msgspec.json.decode(row["body"], type=Cursor) if row else None


def set_cursor(connection: Connection, credential: str, resource: Resource | str, value: Cursor) -> None:
    """Move the start of the next pull; in the same transaction as the rows it stands for."""
    connection.execute(
        "INSERT INTO cursor VALUES (?, ?, ?) ON CONFLICT (credential, resource) DO UPDATE SET body = excluded.body",
        (credential, str(resource), dump(value)),
    )


def drop_cursors(connection: Connection, credential: str) -> None:
    """Everything of a credential is read from the beginning the next time."""
    connection.execute("DELETE FROM cursor WHERE credential = ?", (credential,))
    connection.execute("UPDATE copying SET begun_at = NULL, next_at = NULL WHERE credential = ?", (credential,))


def drop_cursor(connection: Connection, credential: str, resource: Resource | str) -> None:
    """The next pull starts from the beginning."""
    connection.execute("DELETE FROM cursor WHERE credential = ? AND resource = ?", (credential, str(resource)))
