"""What tills sell and have in stock, as their snapshots and changes say; and what AIQ is to be told of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

import msgspec

from budtender.cache import books
from budtender.cache.database import Connection
from budtender.cache.rows import dump, to_e4, to_ms
from budtender.model import Package, Product, Value


class Stock(Value, frozen=True, kw_only=True):
    """One product of all tills: what it is, and every lot of it."""

    product_id: str
    version: int
    products: tuple[Product, ...]
    packages: tuple[tuple[Package, Decimal], ...]


def put_products(connection: Connection, credential: str, products: Iterable[Product], number: int) -> None:
    """Keep what the till says of these products; AIQ is told of those that changed."""
    rows = {product.id: (credential, product.id, product.sku, dump(product), number) for product in products}
    known = _bodies(connection, "product", credential, list(rows))
    _due(connection, [row[1] for row in rows.values() if known.get(row[1]) != row[3]])
    connection.executemany(
        """INSERT INTO product VALUES (?, ?, ?, ?, ?) ON CONFLICT (credential, id) DO UPDATE SET
               sku = excluded.sku, body = excluded.body, pass = excluded.pass""",
        rows.values(),
    )


def put_packages(connection: Connection, credential: str, packages: Iterable[Package], number: int) -> None:
    """Keep what the till says of these lots; AIQ is told of the products whose stock changed."""
    rows = {package.id: _package_row(credential, package, number) for package in packages}
    known = _bodies(connection, "package", credential, list(rows))
    _due(connection, [row[2] for row in rows.values() if known.get(row[1]) != row[4]])
    connection.executemany(
        """INSERT INTO package VALUES (?, ?, ?, ?, ?, ?, NULL) ON CONFLICT (credential, id) DO UPDATE SET
               product_id = excluded.product_id, quantity_e4 = excluded.quantity_e4, body = excluded.body,
               pass = excluded.pass, gone_at = NULL""",
        rows.values(),
    )


def _package_row(credential: str, package: Package, number: int) -> tuple[str, str, str, int, str, int]:
    sellable = package.quantity if package.sellable is None else package.sellable
    return credential, package.id, package.product_id, to_e4(sellable), dump(package), number


def _bodies(connection: Connection, table: str, credential: str, ids: Sequence[str]) -> dict[str, str]:
    gone = "AND gone_at IS NULL" if table == "package" else ""
    rows = connection.execute(
        f"""SELECT id, body FROM {table}
            WHERE credential = ? AND id IN (SELECT value FROM json_each(?)) {gone}""",  # noqa: S608  (ours)
        (credential, dump(ids)),
    )
    return {row["id"]: row["body"] for row in rows}


def empty_packages(connection: Connection, credential: str, number: int, at: datetime) -> None:
    """Lots that the snapshot of this number did not list are sold out."""
    where = "credential = ? AND pass <> ? AND gone_at IS NULL"
    gone = connection.execute(f"SELECT DISTINCT product_id FROM package WHERE {where}", (credential, number))  # noqa: S608
    _due(connection, [row["product_id"] for row in gone.fetchall()])
    connection.execute(
        f"UPDATE package SET quantity_e4 = 0, gone_at = ? WHERE {where}",  # noqa: S608  (ours)
        (to_ms(at), credential, number),
    )


def forget_gone(connection: Connection, before: datetime) -> None:
    """Lots that were sold out long ago are not needed any more."""
    connection.execute("DELETE FROM package WHERE gone_at < ?", (to_ms(before),))


def _due(connection: Connection, product_ids: Iterable[str]) -> None:
    connection.executemany(
        "INSERT INTO stock_due (product_id) VALUES (?) ON CONFLICT (product_id) DO UPDATE SET version = version + 1",
        [(product_id,) for product_id in dict.fromkeys(product_ids)],
    )


def due(connection: Connection, after: str, most: int) -> list[Stock]:
    """Products whose stock AIQ is to be told of, by their ids, from the one behind `after` on."""
    waiting = connection.execute(
        "SELECT product_id, version FROM stock_due WHERE product_id > ? ORDER BY product_id LIMIT ?", (after, most)
    ).fetchall()
    places = _places(connection)
    return [_stock(connection, row["product_id"], row["version"], places) for row in waiting]


def _places(connection: Connection) -> dict[str, tuple[str, str]]:
    """The system and location of each key whose stock counts, the first that was connected first.

    That of a key which is connected no more counts until another one reaches its location.
    """
    places: dict[str, tuple[str, str]] = {}
    living = books.connections(connection)
    for one in living:
        places[one.name] = (one.system, one.account or one.name)
    reached = set(places.values())
    for one in books.formers(connection):
        place = (one.system, one.account or one.name)
        if place not in reached:
            places[one.name] = place
    return places


def _stock(connection: Connection, product_id: str, version: int, places: Mapping[str, tuple[str, str]]) -> Stock:
    products = connection.execute("SELECT body FROM product WHERE id = ? ORDER BY credential", (product_id,))
    return Stock(
        product_id=product_id,
        version=version,
        products=tuple(msgspec.json.decode(row["body"], type=Product) for row in products),
        packages=tuple(_lots(connection, product_id, places)),
    )


def _lots(
    connection: Connection, product_id: str, places: Mapping[str, tuple[str, str]]
) -> Iterator[tuple[Package, Decimal]]:
    """Every lot once: a location may have two keys (medical, recreational) that list the same ones."""
    rows = connection.execute(
        "SELECT credential, body, quantity_e4 FROM package WHERE product_id = ? ORDER BY credential, id", (product_id,)
    ).fetchall()
    order = list(places)
    seen: set[tuple[str, str, str]] = set()
    for row in sorted((row for row in rows if row["credential"] in places), key=lambda r: order.index(r["credential"])):
        package = msgspec.json.decode(row["body"], type=Package)
        system, place = places[row["credential"]]
        lot = (system, package.location_id or place, package.id)
        if lot not in seen:
            seen.add(lot)
            yield package, Decimal(row["quantity_e4"]) / 10_000


def told(connection: Connection, stocks: Iterable[Stock]) -> None:
    """AIQ has been told of these, as they were; what changed since stays due."""
    connection.executemany(
        "DELETE FROM stock_due WHERE product_id = ? AND version = ?",
        [(stock.product_id, stock.version) for stock in stocks],
    )
