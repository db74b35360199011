"""What AIQ is told of the stock: every lot of every location once, whichever keys list it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from budtender.cache import books, schema, stock
from budtender.cache.books import Connected
from budtender.cache.database import Connection, Database
from budtender.model import Package, Product
from tests.writing import write_now

AT = datetime(2026, 3, 4, 17, 22, tzinfo=UTC)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    db = Database(tmp_path / "register.db", os.urandom(32))
    db.prepare(schema.migrate)
    yield db
    db.close()


def key(name: str, account: str, days: int, system: str = "dutchie") -> Connected:
    at = AT + timedelta(days=days)
    return Connected(name=name, system=system, base_url="", account=account, market="", added=at, added_by="Dana")


def lots(*quantities: int) -> list[Package]:
    return [Package(id=str(n), product_id="9", sku="G9", quantity=Decimal(q)) for n, q in enumerate(quantities)]


def in_all(connection: Connection) -> Decimal:
    (found,) = stock.due(connection, "", 10)
    return sum((quantity for _, quantity in found.packages), Decimal(0))


def test_two_keys_of_one_location_have_one_stock_and_two_locations_two(db: Database) -> None:
    def work(c: Connection) -> list[Decimal]:
        for one in (key("Harbor", "50", 0), key("Harbor med", "50", 1), key("Elm", "51", 2), key("Own", "50", 3, "x")):
            books.connect(c, one)
        stock.put_products(c, "Harbor", [Product(id="9", sku="G9", name="Gummy")], 1)
        found = []
        for name, quantities in (("Harbor med", (5, 5, 1)), ("Harbor", (5, 4)), ("Elm", (2, 0)), ("Own", (7,))):
            stock.put_packages(c, name, lots(*quantities), 1)
            found.append(in_all(c))
        return found

    # Of two keys the one that was connected first says how much of a lot is left.
    assert write_now(db, work) == [11, 10, 12, 19]


def test_the_stock_of_a_key_that_was_replaced_counts_no_more(db: Database) -> None:
    def work(c: Connection) -> list[Decimal]:
        former = key("Harbor", "50", 0)
        books.connect(c, former)
        stock.put_packages(c, "Harbor", lots(5, 5), 1)
        books.disconnect(c, former)
        found = [in_all(c)]
        books.connect(c, key("Harbor Street", "50", 1))
        stock.put_packages(c, "Harbor Street", lots(0, 3), 1)
        return [*found, in_all(c)]

    assert write_now(db, work) == [10, 3]
