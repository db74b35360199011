"""Which AIQ store each till credential's sales belong to, and what was found of rewards' twins in tills."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from budtender.cache.database import Connection
from budtender.cache.rows import dump, from_ms, maybe_ms, to_ms
from budtender.model import Value

#: So many of a till's customers are looked for among AIQ's personas: one of them is proof enough.
LOOKED_AT = 1_000


def put(connection: Connection, credential: str, store_id: int, *, at: datetime, by: str) -> None:
    """From now on this credential stands for this store, its past included; no other credential is touched."""
    connection.execute(
        """INSERT INTO mapping VALUES (?, ?, ?, ?) ON CONFLICT (credential) DO UPDATE SET
               store_id = excluded.store_id, at = excluded.at, by = excluded.by""",
        (credential, store_id, to_ms(at), by),
    )


def stores(connection: Connection) -> dict[str, int]:
    """The store of each credential that was mapped here."""
    rows = connection.execute("SELECT credential, store_id FROM mapping")
    return {row["credential"]: row["store_id"] for row in rows}


def first_sale(connection: Connection, credential: str) -> datetime | None:
    """When the first sale that came through a credential was made."""
    row = connection.execute("SELECT min(at) AS at FROM ticket WHERE credential = ?", (credential,)).fetchone()
    return maybe_ms(row["at"])


def is_source(connection: Connection, word: str) -> bool:
    """Whether AIQ names this source for any living persona, without regard to case."""
    row = connection.execute(
        "SELECT 1 FROM persona WHERE platform = ? COLLATE NOCASE AND gone_at IS NULL LIMIT 1", (word,)
    ).fetchone()
    return row is not None


def is_listed(connection: Connection, credential: str) -> bool:
    """Whether AIQ lists a living persona under the id by which it was told of a customer of this till."""
    row = connection.execute(
        """SELECT 1 FROM (SELECT id FROM customer WHERE credential = ? AND sent > 0 LIMIT ?) AS told
           CROSS JOIN persona ON persona.src_id = told.id AND persona.gone_at IS NULL LIMIT 1""",
        (credential, LOOKED_AT),
    ).fetchone()
    return row is not None


def last_bought(connection: Connection, phone: str) -> str | None:
    """The credential through which somebody with this phone bought last."""
    row = connection.execute(
        """SELECT ticket.credential FROM customer JOIN ticket
               ON ticket.credential = customer.credential AND ticket.customer_id = customer.id
           WHERE customer.phone = ? AND ticket.state = 'completed' AND NOT ticket.refund
           ORDER BY ticket.at DESC LIMIT 1""",
        (phone,),
    ).fetchone()
    return row["credential"] if row else None


# ── links ─────────────────────────────────────────────────────────────────────────────────────────────────


class Checked(Value, frozen=True, kw_only=True):
    """What was found of one reward's twin in one till, and when."""

    credential: str
    reward_id: str
    state: str
    facts: Mapping[str, Any]
    at: datetime


def put_links(
    connection: Connection, credential: str, rows: Iterable[tuple[str, str, Mapping[str, Any]]], at: datetime
) -> None:
    """Replace what was found in one till: reward, state and facts of each."""
    connection.execute("DELETE FROM link_check WHERE credential = ?", (credential,))
    connection.executemany(
        "INSERT INTO link_check VALUES (?, ?, ?, ?, ?)",
        [(credential, reward_id, state, dump(facts), to_ms(at)) for reward_id, state, facts in rows],
    )


def links(connection: Connection) -> list[Checked]:
    """Everything that was found, by credential and reward."""
    rows = connection.execute("SELECT * FROM link_check ORDER BY credential, reward_id")
    return [
        Checked(
            credential=row["credential"],
            reward_id=row["reward_id"],
            state=row["state"],
            facts=msgspec.json.decode(row["facts"]),
            at=from_ms(row["at"]),
        )
        for row in rows
    ]
