"""No round trip goes through all the rows of a table that grows with the shoppers or with what they buy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from budtender.cache.database import Connection
from budtender.simulator import Simulation
from tests.sync.selling import Selling

#: Tables of a row for every shopper, customer, sale, lot or movement of points.
LARGE = {"persona", "customer", "ticket", "package", "product", "movement", "consent", "audit"}
#: What may: it ends at the first rows, reads an index alone, or is counted once a night.
ALLOWED = (
    r"FROM audit ORDER BY seq DESC LIMIT 1",
    r"count\(\*\) AS n FROM (movement|persona)",
    r"SELECT id, phone FROM persona WHERE gone_at IS NULL",
    r"SELECT contact_id FROM persona WHERE gone_at IS NULL",
    r"DELETE FROM package WHERE gone_at",
    r"INDEXED BY customer_untraced",
    # The foreign keys that would be looked at if the id of a persona changed.
    r"INSERT INTO persona .* ON CONFLICT",
)


@pytest.fixture
def world() -> Iterator[Simulation]:
    with Simulation(shoppers=20, stores=2, crowd=30, sales=60, days=5, limits=False, seed=9) as running:
        yield running


def scanning(connection: Any, asked: set[str]) -> list[tuple[str, str]]:
    """The statements that go through the whole of a large table, each with the step that does."""
    found = []
    for sql in sorted(asked):
        statement = " ".join(sql.split())
        if not re.match("(?i)select|insert|update|delete|with|replace", statement):
            continue
        for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall():
            step = row[3].split()
            if step[0] == "SCAN" and step[1] in LARGE and not any(re.search(one, statement) for one in ALLOWED):
                found.append((row[3], statement))
    return found


@pytest.mark.parametrize("system", ["dutchie", "posabit", "flourish"])
async def test_no_round_trip_goes_through_all_of_a_large_table(tmp_path: Path, world: Simulation, system: str) -> None:
    counter = Selling(tmp_path / "home", world)
    await counter.open()
    await counter.connect_stores(system)
    db, asked = counter.register.db, set[str]()
    db.read(lambda c: c.set_trace_callback(asked.add))  # type: ignore[attr-defined]
    await db.write(lambda c: c.set_trace_callback(asked.add))  # type: ignore[attr-defined]
    await counter.sync()
    await counter.sync(86_400)
    db.read(lambda c: c.set_trace_callback(None))  # type: ignore[attr-defined]
    await db.write(lambda c: c.set_trace_callback(None))  # type: ignore[attr-defined]

    def explained(connection: Connection) -> list[tuple[str, str]]:
        return scanning(connection, asked)

    found = await db.write(explained)
    assert len(asked) > 100
    assert found == []
    await counter.register.close()
