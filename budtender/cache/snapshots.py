"""Lists that a till always sends whole: what is no longer among them is gone, unless the list cannot be believed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import msgspec

from budtender.cache import copying, stock
from budtender.cache.copying import HELD_TWICE, SMALL, Copying
from budtender.cache.database import Connection
from budtender.cache.rows import dump
from budtender.model import DiscountGroup, Employee, PosDiscount, PosPoints, Resource

#: A lot that is sold out is kept so long, in case the till lists it again.
GONE_KEPT = timedelta(days=30)
_TABLES = {
    Resource.DISCOUNTS: "pos_discount",
    Resource.GROUPS: "discount_group",
    Resource.POINTS: "pos_points",
    Resource.EMPLOYEES: "employee",
    Resource.INVENTORY: "package",
}


def put_discounts(connection: Connection, credential: str, discounts: Iterable[PosDiscount], number: int) -> None:
    """Keep what the till says of these discounts."""
    connection.executemany(
        """INSERT INTO pos_discount (credential, id, aiq_id, body, pass) VALUES (?, ?, ?, ?, ?)
           ON CONFLICT (credential, id) DO UPDATE SET
               aiq_id = excluded.aiq_id, body = excluded.body, pass = excluded.pass""",
        [(credential, d.id, d.aiq_id, dump(d), number) for d in discounts],
    )


def discounts(connection: Connection, credential: str) -> list[PosDiscount]:
    """What is known of one till's discounts."""
    rows = connection.execute("SELECT body FROM pos_discount WHERE credential = ? ORDER BY id", (credential,))
    return [msgspec.json.decode(row["body"], type=PosDiscount) for row in rows]


def put_listed(
    connection: Connection,
    credential: str,
    resource: Resource,
    rows: Sequence[DiscountGroup | PosPoints | Employee],
    number: int,
) -> None:
    """Keep rows of one of the small lists."""
    connection.executemany(
        f"""INSERT INTO {_TABLES[resource]} VALUES (?, ?, ?, ?)
            ON CONFLICT (credential, id) DO UPDATE SET body = excluded.body, pass = excluded.pass""",  # noqa: S608
        [(credential, r.customer_id if isinstance(r, PosPoints) else r.id, dump(r), number) for r in rows],
    )


def close(connection: Connection, state: Copying, resource: Resource, at: datetime) -> bool:
    """A whole list has come: what it lacks is gone. False when it is held back because too much is missing.

    An empty or halved answer is more often a fault than the truth. It is read again; a short list is believed the
    second time, a long one when a person says so.
    """
    table = _TABLES.get(resource)
    if table is None:
        return True
    there = " AND gone_at IS NULL" if resource is Resource.INVENTORY else ""
    row = connection.execute(
        f"""SELECT count(*) FILTER (WHERE pass = ?) AS seen, count(*) FILTER (WHERE pass <> ?) AS missing
            FROM {table} WHERE credential = ?{there}""",  # noqa: S608  (ours)
        (state.number, state.number, state.credential),
    ).fetchone()
    if not _believable(state, row["seen"], row["missing"]):
        copying.hold(connection, state.credential, resource)
        return False
    copying.believe(connection, state.credential, resource)
    if resource is Resource.INVENTORY:
        stock.empty_packages(connection, state.credential, state.number, at)
        stock.forget_gone(connection, at - GONE_KEPT)
    else:
        connection.execute(
            f"DELETE FROM {table} WHERE credential = ? AND pass <> ?",  # noqa: S608  (ours)
            (state.credential, state.number),
        )
    return True


def _believable(state: Copying, seen: int, missing: int) -> bool:
    if missing == 0 or state.accepted or (seen > 0 and seen >= missing):
        return True
    return seen + missing <= SMALL and state.held + 1 >= HELD_TWICE
