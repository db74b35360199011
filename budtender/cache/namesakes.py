"""By which id AIQ knows a till's customer: the till's own, unless somebody else's customer has it already.

AIQ finds a persona by the till's primary key alone (core integration article), and two tills of one account may number
their customers alike: the second would take over the first one's persona, points and sales.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from budtender.cache.database import Connection
from budtender.cache.names import folded
from budtender.cache.outgoing import DueCustomer
from budtender.model import Customer

#: Whose the till's id is at AIQ: the first whom AIQ was told of, else whose till was connected first. The cross join
#: keeps SQLite from going through every customer there is for the few tills that may have this one.
_OWNER = """
SELECT customer.credential, customer.body, connection.system FROM connection
CROSS JOIN customer ON customer.credential = connection.name AND customer.id = ?1
WHERE NOT EXISTS (SELECT 1 FROM pos_user WHERE pos_user.credential = connection.name AND pos_user.id = ?1)
ORDER BY customer.sent > 0 DESC, connection.added_at, connection.name LIMIT 1
"""


def pos_user(connection: Connection, credential: str, customer_id: str) -> str:
    """The id by which AIQ knows, or will know, a customer."""
    row = connection.execute(
        "SELECT pos_user FROM pos_user WHERE credential = ? AND id = ?", (credential, customer_id)
    ).fetchone()
    return customer_id if row is None else str(row["pos_user"])


def keep_apart(connection: Connection, rows: Iterable[DueCustomer]) -> None:
    """Give those of these an id of their own whose till's id is another person's at AIQ; for ever, once they have it.

    Whom AIQ has been told of keeps the id that it was told.
    """
    for row in rows:
        if row.sent or _is_free(connection, row):
            continue
        connection.execute(
            "INSERT OR IGNORE INTO pos_user VALUES (?, ?, ?)",
            (row.credential, row.customer.id, f"{row.credential}-{row.customer.id}"),
        )


def listing(connection: Connection, credential: str, customer: Customer) -> list[str]:
    """The other keys of the same vendor that list this very customer."""
    rows = connection.execute(
        """SELECT customer.credential, customer.body FROM connection AS mine
           JOIN connection AS other ON other.system = mine.system AND other.name <> mine.name
           JOIN customer ON customer.credential = other.name AND customer.id = ?2
           WHERE mine.name = ?1""",
        (credential, customer.id),
    )
    found = [(row["credential"], msgspec.json.decode(row["body"], type=Customer)) for row in rows]
    return [name for name, other in found if _said(customer) & _said(other)]


def _is_free(connection: Connection, row: DueCustomer) -> bool:
    owner = connection.execute(_OWNER, (row.customer.id,)).fetchone()
    if owner is None or owner["credential"] == row.credential:
        return True
    system = connection.execute("SELECT system FROM connection WHERE name = ?", (row.credential,)).fetchone()
    other = msgspec.json.decode(owner["body"], type=Customer)
    return not _is_another(row.customer, other, alike=system is not None and system["system"] == owner["system"])


def _is_another(customer: Customer, other: Customer, *, alike: bool) -> bool:
    """Whether a record with the same id is somebody else: nothing in it is the same, and both say something.

    Keys of one vendor (`alike`) mostly list the same people, so a record there that says nothing is no other person.
    """
    one, two = _said(customer), _said(other)
    return not one & two if one and two else not alike


def _said(customer: Customer) -> set[str]:
    """What tells a person apart, as far as the record says it."""
    name = folded(f"{customer.first_name} {customer.last_name}").strip()
    email = (customer.email or "").strip().casefold()
    return {word for word in (*customer.phones, email, name) if word}
