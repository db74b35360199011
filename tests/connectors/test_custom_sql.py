"""A till of one's own whose database is read by queries."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from budtender.connectors.custom import Custom
from budtender.connectors.custom_mapping import EXAMPLES
from budtender.errors import Misconfigured, Unreachable
from budtender.model import Cursor, Package, Resource, Ticket
from tests.connectors.test_posabit_pull import pulled, rows_of

SQL = (EXAMPLES / "sql.toml").read_text(encoding="utf-8")
START = datetime(2026, 1, 1, 12)  # noqa: DTZ001  (as the database has it: the store's own time)
TABLES = """
CREATE TABLE customer
    (id INTEGER, mobile TEXT, first_name TEXT, last_name TEXT, email TEXT, born TEXT, updated_at TEXT);
CREATE TABLE sale
    (id INTEGER, sold_at TEXT, updated_at TEXT, customer_id INTEGER, total INTEGER, tax INTEGER, status TEXT);
CREATE TABLE sale_line (sale_id INTEGER, sku TEXT, name TEXT, quantity REAL, unit_price INTEGER, discount INTEGER);
CREATE TABLE stock (sku TEXT, name TEXT, on_hand REAL, price INTEGER, cost INTEGER);
"""


class Shop:
    """A till's database, and what is sold there."""

    def __init__(self, folder: Path) -> None:
        self.address = f"sqlite:///{folder / 'till.db'}"
        self.engine = sqlalchemy.create_engine(self.address)
        self.now = START
        for statement in TABLES.strip().split(";\n"):
            self.do(statement)

    def do(self, statement: str, **values: object) -> None:
        with self.engine.begin() as connection:
            connection.execute(sqlalchemy.text(statement), values)

    def sell(self, number: int, status: str = "paid", lines: int = 2) -> None:
        self.now += timedelta(seconds=7)
        at = self.now.isoformat(" ", "seconds")
        self.do(
            "INSERT INTO sale VALUES (:id, :at, :at, 1, :total, :tax, :status)",
            id=number, at=at, total=lines * 1100, tax=lines * 100, status=status,
        )  # fmt: skip
        for line in range(lines):
            self.do("INSERT INTO sale_line VALUES (:id, :sku, 'Item', 1.0, 1000, 0)", id=number, sku=f"S{line}")

    def till(self, **changes: str) -> Custom:
        text = SQL.replace("postgresql+psycopg://budtender:{key}@10.0.0.5/till", self.address)
        text = text.replace('times = "native"', 'times = "iso"')
        for old, new in changes.items():
            text = text.replace(old, new)
        return Custom.connect("", "secret", details=text)

    def close(self) -> None:
        self.engine.dispose()


@pytest.mark.requirement("A-008")
async def test_tables_are_read_by_queries(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    shop.do("INSERT INTO customer VALUES (1, '3035550188', 'Nia', 'Okafor', NULL, '1990-04-18', '2026-01-01 12:00:00')")
    shop.do("INSERT INTO stock VALUES ('A', 'Amber', 3.5, 3000, 1250)")
    shop.sell(1)
    shop.sell(2, "refund", lines=1)
    shop.sell(3, "void")
    till = shop.till()
    (nia,) = rows_of(await pulled(till, Resource.CUSTOMERS)).values()
    assert (nia.phones, str(nia.birth_date)) == (("+13035550188",), "1990-04-18")
    assert nia.modified == datetime(2026, 1, 1, 19, tzinfo=UTC)
    tickets = rows_of(await pulled(till, Resource.SALES))
    assert {key: (row.net_cents, row.refund, str(row.state), len(row.lines)) for key, row in tickets.items()} == {
        "1": (2000, False, "completed", 2),
        "2": (-1000, True, "completed", 1),
        "3": (2000, False, "voided", 2),
    }
    batches = await pulled(till, Resource.INVENTORY)
    (lot,) = rows_of(batches).values()
    assert isinstance(lot, Package)
    assert (lot.quantity, lot.cost_cents) == (Decimal("3.5"), 1250)
    assert all(batch.snapshot for batch in batches)
    shop.close()


async def test_the_next_query_begins_where_the_last_change_was(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    shop.sell(1)
    first = await pulled(shop.till(), Resource.SALES)
    assert first[-1].cursor is not None
    # The cursor is the last change and not this machine's time, which may be another than the database's.
    assert first[-1].cursor.at == shop.now.replace(tzinfo=UTC) + timedelta(hours=7)
    shop.now += timedelta(hours=3)
    shop.sell(2)
    then = await pulled(shop.till(), Resource.SALES, first[-1].cursor)
    assert set(rows_of(then)) >= {"2"}
    assert set(rows_of(await pulled(shop.till(), Resource.SALES, then[-1].cursor))) == {"2"}
    shop.close()


@given(sales=st.integers(1, 1_300), at=st.lists(st.integers(0, 2), max_size=3))
@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
def test_an_import_that_was_broken_off_goes_on_and_ends_whole(
    tmp_path_factory: pytest.TempPathFactory, sales: int, at: list[int]
) -> None:
    shop = Shop(tmp_path_factory.mktemp("sql"))
    with shop.engine.begin() as connection:
        for number in range(sales):
            when = (START + timedelta(seconds=number * 7)).isoformat(" ", "seconds")
            connection.execute(
                sqlalchemy.text("INSERT INTO sale VALUES (:id, :at, :at, 1, 1100, 100, 'paid')"),
                {"id": number, "at": when},
            )
            connection.execute(
                sqlalchemy.text("INSERT INTO sale_line VALUES (:id, 'S', 'I', 1, 1000, 0)"), {"id": number}
            )

    async def work() -> dict[str, Ticket]:
        known: dict[str, Ticket] = {}
        cursor: Cursor | None = None
        for length in [*at, 10_000]:
            count = 0
            async for batch in shop.till().pull(Resource.SALES, cursor):
                known |= rows_of([batch])
                cursor = batch.cursor or cursor
                count += 1
                if count > length:
                    break
        return known

    known = asyncio.run(work())
    assert set(known) == {str(number) for number in range(sales)}
    assert sum(ticket.net_cents for ticket in known.values()) == sales * 1000
    shop.close()


async def test_rows_out_of_order_move_no_cursor_in_the_middle(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    for number in range(700):
        shop.now = START + timedelta(seconds=(number * 37) % 700)
        at = shop.now.isoformat(" ", "seconds")
        shop.do("INSERT INTO customer VALUES (:id, NULL, 'A', 'B', NULL, NULL, :at)", id=number, at=at)
    unordered = shop.till(**{" ORDER BY updated_at, id": " ORDER BY id"})
    batches = await pulled(unordered, Resource.CUSTOMERS)
    assert [batch.cursor is not None for batch in batches] == [False, True]
    assert len(rows_of(batches)) == 700
    shop.close()


async def test_lines_that_do_not_stand_together_are_refused_and_replace_none(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    shop.sell(1)
    shop.sell(2)
    apart = shop.till(**{"ORDER BY s.updated_at, s.id": "ORDER BY l.sku, s.id"})
    batches = await pulled(apart, Resource.SALES)
    assert [len(ticket.lines) for ticket in rows_of(batches).values()] == [1, 1]
    told = [row.reason for batch in batches for row in batch.unread]
    assert told == ["the lines of one id do not stand together"] * 2
    assert sum(batch.unreadable for batch in batches) == 2
    shop.close()


async def test_sales_that_do_not_tell_their_change_are_read_again_for_two_weeks(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    shop.now = datetime.now() - timedelta(days=13)  # noqa: DTZ005  (as the database has it)
    shop.sell(1)
    undated = {"updated_at >= :from AND s.updated_at < :to": "sold_at >= :from AND s.sold_at < :to"}
    till = shop.till(**undated, **{'status = "status"\nmodified = "updated_at"': 'status = "status"'})
    first = await pulled(till, Resource.SALES)
    shop.do("UPDATE sale SET status = 'void' WHERE id = 1")
    (sale,) = rows_of(await pulled(till, Resource.SALES, first[-1].cursor)).values()
    assert sale.state == "voided"
    shop.close()


async def test_a_change_that_is_still_to_come_hides_none_of_today(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    now = datetime.now(UTC).astimezone(ZoneInfo("America/Denver")).replace(tzinfo=None)
    shop.now = now + timedelta(hours=20)
    shop.sell(1)
    first = await pulled(shop.till(), Resource.SALES)
    shop.now = now + timedelta(minutes=1)
    shop.sell(2)
    assert set(rows_of(await pulled(shop.till(), Resource.SALES, first[-1].cursor))) == {"1", "2"}
    shop.close()


@pytest.mark.parametrize(
    ("changes", "error", "says"),
    [
        ({"FROM stock": "FROM nothing"}, Misconfigured, "refuses a query"),
        ({"FROM stock": "FROM stock WHERE sku = :store"}, Misconfigured, "refuses a query"),
        ({"FROM stock": "FROM stock; SELECT 1"}, Misconfigured, "refuses a query"),
        ({"SELECT sku, name": "WITH a AS (SELECT 1) DELETE FROM stock --"}, Misconfigured, "refuses a query"),
        ({"sqlite:///": "nosuch:///"}, Misconfigured, "address"),
        ({"/till.db": "/no/such/folder/till.db"}, Unreachable, "cannot be reached"),
        ({"sqlite:///": "postgresql+psycopg://u:{key}@127.0.0.1:1/"}, Misconfigured, "driver"),
    ],
)
async def test_a_database_that_fails_is_a_sentence_without_its_key(
    tmp_path: Path, changes: dict[str, str], error: type[Misconfigured], says: str
) -> None:
    shop = Shop(tmp_path)
    with pytest.raises(error, match=says) as told:
        await pulled(shop.till(**changes), Resource.INVENTORY)
    assert "secret" not in f"{told.value} {told.value.facts}"
    shop.close()


@pytest.mark.parametrize("columns", ["", " RETURNING sku, name, on_hand, price, cost"])
async def test_a_query_that_would_change_the_database_changes_nothing(tmp_path: Path, columns: str) -> None:
    shop = Shop(tmp_path)
    shop.do("INSERT INTO stock VALUES ('S1', 'Gum', 5, 1000, 400)")
    delete = f"WITH a AS (SELECT 1) DELETE FROM stock{columns}"
    till = shop.till(**{"SELECT sku, name, on_hand, price, cost FROM stock": delete})
    with pytest.raises(Misconfigured, match="refuses a query"):
        await pulled(till, Resource.INVENTORY)
    assert len(rows_of(await pulled(shop.till(), Resource.INVENTORY))) == 1
    shop.close()


async def test_what_may_be_read_is_told_query_by_query(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    till = shop.till(**{"FROM stock": "FROM nothing"})
    assert [place.name for place in await till.locations()] == ["the store"]
    assert [(known.name, known.granted) for known in await till.check()] == [
        ("read shoppers", True),
        ("read transactions", True),
        ("read inventory", False),
    ]
    shop.close()


async def test_without_the_extra_it_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = Shop(tmp_path)
    till = shop.till()
    monkeypatch.setitem(sys.modules, "sqlalchemy", None)
    with pytest.raises(Misconfigured) as told:
        await pulled(till, Resource.INVENTORY)
    assert "budtender[sql]" in told.value.hint
    shop.close()
