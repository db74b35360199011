"""Who is who: digests of what people are recognized by, records that may be one person, and merges followed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from budtender.cache import personas
from budtender.cache.database import Connection
from budtender.cache.personas import COLUMNS, Known, known
from budtender.cache.rows import from_ms, to_ms
from budtender.model import Customer, Value

#: A customer of a till: credential and the till's own id.
Key = tuple[str, str]


class Suspect(Value, frozen=True, kw_only=True):
    """Two records of tills that may be one person, why, and since when that is seen."""

    one: Key
    other: Key
    why: str
    since: datetime


def untraced(connection: Connection, most: int) -> list[tuple[str, Customer, int]]:
    """Customers that came or changed since their traits were kept, with their version."""
    rows = connection.execute(
        """SELECT credential, body, version FROM customer INDEXED BY customer_untraced
           WHERE traced < version LIMIT ?""",
        (most,),
    )
    return [(row["credential"], _customer(row["body"]), row["version"]) for row in rows]


def add_traits(connection: Connection, rows: Iterable[tuple[int, str, str]]) -> None:
    """Keep what customers are recognized by. What they were recognized by before stays: it is a hint, no proof."""
    connection.executemany("INSERT OR IGNORE INTO trait VALUES (?, ?, ?)", rows)


def traced(connection: Connection, rows: Iterable[tuple[int, str, str]]) -> None:
    """These versions of customers are worked out; who changed since is not."""
    connection.executemany("UPDATE customer SET traced = ? WHERE credential = ? AND id = ?", rows)


def is_suspected(connection: Connection, key: Key) -> bool:
    """Whether one customer is in any pair."""
    return bool(_of(connection, key))


def sharing(connection: Connection, traits: Iterable[int], most: int) -> dict[Key, Customer]:
    """Customers who were ever seen with one of these traits, so many for each."""
    found: dict[Key, Customer] = {}
    for trait in traits:
        rows = connection.execute(
            """SELECT customer.credential, customer.id, body FROM trait
               JOIN customer ON customer.credential = trait.credential AND customer.id = trait.id
               WHERE trait.key = ? LIMIT ?""",
            (trait, most),
        )
        found.update({(row["credential"], row["id"]): _customer(row["body"]) for row in rows})
    return found


def customer(connection: Connection, key: Key) -> Customer | None:
    """One customer as the till told them last."""
    row = connection.execute("SELECT body FROM customer WHERE credential = ? AND id = ?", key).fetchone()
    return _customer(row["body"]) if row else None


def _customer(body: str) -> Customer:
    return msgspec.json.decode(body, type=Customer)


def suspect(connection: Connection, key: Key, others: Iterable[tuple[Key, str]], at: datetime) -> None:
    """Replace what one customer is suspected to be a double of; a pair that stays keeps its time."""
    pairs = {(min(key, other), max(key, other)): why for other, why in others}
    known_since = {(s.one, s.other): s.since for s in _of(connection, key)}
    connection.execute(
        "DELETE FROM suspect WHERE (credential, id) = (?, ?) OR (other_credential, other_id) = (?, ?)", (*key, *key)
    )
    connection.executemany(
        "INSERT INTO suspect VALUES (?, ?, ?, ?, ?, ?)",
        [(*one, *other, why, to_ms(known_since.get((one, other), at))) for (one, other), why in pairs.items()],
    )


def suspects(connection: Connection, most: int) -> list[Suspect]:
    """Pairs that may be one person, the oldest first."""
    rows = connection.execute("SELECT * FROM suspect ORDER BY since, credential, id LIMIT ?", (most,))
    return [_suspect(row) for row in rows]


def _of(connection: Connection, key: Key) -> list[Suspect]:
    rows = connection.execute(
        "SELECT * FROM suspect WHERE (credential, id) = (?, ?) OR (other_credential, other_id) = (?, ?)", (*key, *key)
    )
    return [_suspect(row) for row in rows]


def _suspect(row: Sequence[object]) -> Suspect:
    credential, own, other_credential, other, why, since = row
    return Suspect(
        one=(str(credential), str(own)),
        other=(str(other_credential), str(other)),
        why=str(why),
        since=from_ms(int(str(since))),
    )


# ── personas ──────────────────────────────────────────────────────────────────────────────────────────────


def with_email(connection: Connection, email: str) -> list[Known]:
    """Living personas with this e-mail address, without regard to case."""
    rows = connection.execute(
        f"SELECT {COLUMNS} FROM persona WHERE email = ? COLLATE NOCASE AND gone_at IS NULL ORDER BY id",  # noqa: S608
        (email,),
    )
    return [known(row) for row in rows]


def living(connection: Connection, persona_id: int) -> Known | None:
    """The persona, or whom it was merged into, through any number of merges; None when AIQ lists nobody for it."""
    seen: set[int] = set()
    here = personas.get(connection, persona_id)
    while here.gone is not None and here.merged_into is not None and here.id not in seen:
        seen.add(here.id)
        here = personas.get(connection, here.merged_into)
    return here if here.gone is None else None
