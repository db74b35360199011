"""How much is mirrored of each credential, counted."""

from __future__ import annotations

from collections.abc import Mapping

from budtender.cache.database import Connection

#: What is counted of a till, in the words of `budtender status`.
_OF_A_TILL: Mapping[str, str] = {
    "customers": "SELECT count(*) AS n FROM customer WHERE credential = ?",
    "from_archive": "SELECT count(*) AS n FROM customer WHERE credential = ? AND archive = 1",
    "sales": "SELECT count(*) AS n FROM ticket WHERE credential = ?",
    "sale_lines": "SELECT count(*) AS n FROM ticket_line WHERE credential = ?",
    "products": "SELECT count(*) AS n FROM product WHERE credential = ?",
    "packages": "SELECT count(*) AS n FROM package WHERE credential = ? AND gone_at IS NULL",
    "discounts": "SELECT count(*) AS n FROM pos_discount WHERE credential = ?",
    "discount_groups": "SELECT count(*) AS n FROM discount_group WHERE credential = ?",
    "employees": "SELECT count(*) AS n FROM employee WHERE credential = ?",
}
_OF_AIQ: Mapping[str, str] = {
    "personas": "SELECT count(*) AS n FROM persona WHERE gone_at IS NULL",
    "stores": "SELECT count(*) AS n FROM store",
    "discounts": "SELECT count(*) AS n FROM catalogue",
    "movements": "SELECT count(*) AS n FROM movement",
}


def of_till(connection: Connection, credential: str) -> dict[str, int]:
    """The counts of one till credential."""
    return {word: int(connection.execute(sql, (credential,)).fetchone()["n"]) for word, sql in _OF_A_TILL.items()}


def of_aiq(connection: Connection) -> dict[str, int]:
    """The counts of the AIQ account."""
    return {word: int(connection.execute(sql).fetchone()["n"]) for word, sql in _OF_AIQ.items()}
