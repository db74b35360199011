"""Dutchie's products, stock, discounts, groups, staff and points as they come from the simulated till."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import pytest_asyncio

from budtender.connectors import dutchie_pull
from budtender.connectors.answer import Deadlines
from budtender.connectors.dutchie import Dutchie
from budtender.connectors.dutchie_goods import read_package, read_product, unit_of
from budtender.connectors.dutchie_pull import SWEEP_EVERY
from budtender.errors import Misconfigured, ProtocolError, RateLimited
from budtender.model import Batch, Cursor, DiscountGroup, Employee, Package, PosPoints, Product, Resource
from budtender.simulator import Simulation
from budtender.simulator.dutchie_habits import Habits
from tests.connectors.page_server import Asked, Page, PageServer

STORE = 31


@pytest.fixture
def shop() -> Iterator[Simulation]:
    with Simulation(shoppers=40, seed=2, limits=False) as simulation:
        yield simulation


@pytest_asyncio.fixture
async def mine(shop: Simulation) -> AsyncIterator[Dutchie]:
    connector = Dutchie.connect(shop.url, shop.dutchie_key)
    yield connector
    await connector.aclose()


async def pull(till: Dutchie, resource: Resource, since: Cursor | None = None) -> tuple[list[Any], Batch]:
    """All rows of a pull and its last batch."""
    batches = [batch async for batch in till.pull(resource, since)]
    return [row for batch in batches for row in batch.rows], batches[-1]


async def test_products_are_all_there_are(mine: Dutchie, shop: Simulation) -> None:
    rows, last = await pull(mine, Resource.PRODUCTS)
    found = {row.id: row for row in rows if isinstance(row, Product)}
    assert found.keys() == {str(number) for number in shop.shop.goods.products}
    assert not last.snapshot
    for number, product in shop.shop.goods.products.items():
        told = found[str(number)]
        assert (told.name, told.sku, told.category, told.parent_category) == (
            product.name,
            product.sku,
            product.category,
            product.parent,
        )
        assert (told.price_cents, told.medical_price_cents, told.cost_cents) == (
            product.price_cents,
            product.medical_cents,
            product.cost_cents,
        )
        assert (told.active, told.coupon, told.thc) == (product.active, product.coupon, product.thc)
        assert len(told.images) == (2 if product.image else 0)


async def test_an_edit_that_shows_an_hour_late_is_not_lost(mine: Dutchie, shop: Simulation) -> None:
    shop.dutchie.habits = Habits(product_delay=3_600)
    _, last = await pull(mine, Resource.PRODUCTS)
    shop.shop.edit_product(3005, price_cents=4_321)
    prices: list[int | None] = []
    for _ in range(5):
        shop.clock.advance(900)
        rows, last = await pull(mine, Resource.PRODUCTS, last.cursor)
        prices += [row.price_cents for row in rows if row.id == "3005"]
    assert 4_321 in prices


async def test_once_a_day_all_products_come(paged_till: Dutchie, till_pages: PageServer) -> None:
    _, last = await pull(paged_till, Resource.PRODUCTS)
    assert last.cursor is not None
    await pull(paged_till, Resource.PRODUCTS, last.cursor)
    old = Cursor(at=last.cursor.at, mark=f"{datetime.now(UTC) - SWEEP_EVERY:%Y-%m-%dT%H:%M:%SZ}/")
    await pull(paged_till, Resource.PRODUCTS, old)
    asked = [request.query for request in till_pages.requests("GET /reporting/products")]
    assert [list(query) for query in asked] == [[], ["fromLastModifiedDateUTC"], []]
    start = datetime.fromisoformat(asked[1]["fromLastModifiedDateUTC"])
    assert abs(last.cursor.at - timedelta(hours=2) - start) < timedelta(seconds=2)


async def test_a_key_that_may_not_report_gets_the_menu(shop: Simulation) -> None:
    shop.dutchie.roles = frozenset({"Inventory", "Customer"})
    till = Dutchie.connect(shop.url, shop.dutchie_key)
    rows, _ = await pull(till, Resource.PRODUCTS)
    assert {row.online for row in rows} == {True}
    shop.dutchie.roles = frozenset({"Customer"})
    with pytest.raises(Misconfigured):
        await pull(till, Resource.PRODUCTS)
    await till.aclose()


async def test_stock_is_what_lies_on_the_shelf(mine: Dutchie, shop: Simulation) -> None:
    goods = shop.shop.goods
    expected = {str(p.id): p for p in goods.stock(STORE) if goods.products[p.product_id].online}
    rows, last = await pull(mine, Resource.INVENTORY)
    found = {row.id: row for row in rows if isinstance(row, Package)}
    assert found.keys() == expected.keys()
    assert (last.snapshot, last.total) == (True, len(expected))
    for number, package in expected.items():
        told = found[number]
        assert (told.quantity, told.product_id, told.tag) == (
            package.quantity,
            str(package.product_id),
            package.label,
        )
        assert told.sellable == (0 if package.on_hold else package.quantity)
        assert [room.quantity for room in told.rooms] == [package.quantity]
        assert told.unit in ("g", "each")
    sold_out = next(iter(expected))
    shop.shop.set_stock(int(sold_out), Decimal(0))
    rows, _ = await pull(mine, Resource.INVENTORY)
    assert {row.id for row in rows} == expected.keys() - {sold_out}


async def test_an_empty_menu_is_not_taken_for_empty_shelves(mine: Dutchie, shop: Simulation) -> None:
    shop.dutchie.habits = Habits(no_inventory=True)
    rows, last = await pull(mine, Resource.INVENTORY)
    assert {row.id for row in rows} == {str(package.id) for package in shop.shop.goods.stock(STORE)}
    assert all(row.cost_cents is not None for row in rows)
    assert last.snapshot
    shop.dutchie.roles = frozenset({"Inventory"})
    rows, last = await pull(mine, Resource.INVENTORY)
    assert (rows, last.snapshot, last.total) == ([], True, 0)


async def test_what_is_set_aside_for_orders_is_asked_for(paged_till: Dutchie, till_pages: PageServer) -> None:
    def stock(asked: Asked) -> Any:
        held = 2.0 if asked.query.get("includeAllocated") == "true" else None
        return [{"inventoryId": 1, "productId": 2, "quantityAvailable": 5.0, "allocatedQuantity": held}]

    till_pages.answers("GET /reporting/inventory", stock)
    (package,), _ = await pull(paged_till, Resource.INVENTORY)
    assert (package.quantity, package.sellable) == (5, 3)


@pytest.mark.parametrize("resource", [Resource.PRODUCTS, Resource.INVENTORY, Resource.POINTS])
async def test_a_list_in_one_piece_may_take_as_long_as_clients_have_waited_for_it(
    mine: Dutchie, shop: Simulation, monkeypatch: pytest.MonkeyPatch, resource: Resource
) -> None:
    """Two minutes without a byte are on record; a window of sales is narrowed long before that."""
    assert dutchie_pull.LISTS.read > 120
    await mine.whoami()
    shop.latency_ms = 200
    monkeypatch.setattr(dutchie_pull, "BATCH", Deadlines(connect=3, read=0.05, total=0.15))
    rows, _ = await pull(mine, resource)
    assert rows


async def test_groups_have_numbers_and_names(mine: Dutchie) -> None:
    rows, last = await pull(mine, Resource.GROUPS)
    assert sorted(rows, key=lambda group: group.id) == [
        DiscountGroup(id="1", name="Veterans"),
        DiscountGroup(id="2", name="Seniors"),
        DiscountGroup(id="3", name="Staff"),
    ]
    assert last.snapshot
    discounts, _ = await pull(mine, Resource.DISCOUNTS)
    staff = next(row for row in discounts if row.name == "Staff")
    assert (staff.group_ids, staff.percent_off, staff.needs_approval) == (("3",), Decimal(30), True)
    ten = next(row for row in discounts if row.name == "Ten dollars off")
    assert (ten.cents_off, ten.method, ten.automatic, ten.single_item) == (1_000, "By Alpine IQ", False, False)


async def test_staff_of_the_whole_company(mine: Dutchie, shop: Simulation) -> None:
    rows, last = await pull(mine, Resource.EMPLOYEES)
    assert last.snapshot
    assert {row.id: (row.name, row.active) for row in rows if isinstance(row, Employee)} == {
        str(one.id): (one.name, one.active) for one in shop.shop.employees
    }


async def test_points_keep_their_fractions(mine: Dutchie) -> None:
    rows, last = await pull(mine, Resource.POINTS)
    assert last.snapshot
    assert any(row.points != int(row.points) for row in rows if isinstance(row, PosPoints))


async def test_points_are_asked_for_once(paged_till: Dutchie, till_pages: PageServer) -> None:
    """One call a minute is all that is allowed, so that a failed one is not repeated."""
    till_pages.play("GET /reporting/loyalty-snapshot", Page(429, {"Message": "only 1 per minute allowed"}))
    with pytest.raises(RateLimited):
        await pull(paged_till, Resource.POINTS)
    assert len(till_pages.requests("GET /reporting/loyalty-snapshot")) == 1


@pytest.mark.parametrize(
    ("word", "unit"),
    [
        ("Quantity", "each"),
        ("EA", "each"),
        ("units", "each"),
        ("Gram", "g"),
        ("g", "g"),
        ("mg", "mg"),
        ("Fathom", "Fathom"),
        (None, None),
    ],
)
def test_units_have_one_spelling(word: str | None, unit: str | None) -> None:
    assert unit_of(word) == unit


@pytest.mark.parametrize("status", ["Quarantine", "On Hold", "TestFailed", "InTesting"])
def test_nothing_of_a_held_package_is_sold(status: str) -> None:
    row = {"inventoryId": 1, "productId": 2, "quantityAvailable": 5}
    assert read_package(row | {"packageStatus": status}).sellable == 0
    assert read_package(row | {"labTestStatus": status}).sellable == 0
    assert read_package(row | {"packageStatus": "Active", "allocatedQuantity": 2}).sellable == 3


def test_what_a_row_lacks_is_none_and_what_it_needs_is_named() -> None:
    product = read_product({"productId": 5})
    assert (product.name, product.active, product.price_cents) == ("Product 5", True, None)
    assert read_product({"productId": 5, "internalName": "Inner", "price": "free"}).name == "Inner"
    for needed in ("inventoryId", "productId", "quantityAvailable"):
        row = {"inventoryId": 1, "productId": 2, "quantityAvailable": 5, needed: None}
        with pytest.raises(ProtocolError) as missing:
            read_package(row)
        assert missing.value.facts["key"] == needed


@pytest.mark.requirement("X-13")
@pytest.mark.parametrize(("unit", "kept"), [(1, True), (2, True), (3, True), (4, False), (5, False), (6, False)])
def test_a_lab_figure_is_kept_as_it_stands_in_whatever_unit(unit: int, kept: bool) -> None:
    """Which unit a menu wants of it is blank in AIQ's own article, so nothing is made into another."""
    labs = [{"labTest": "THC", "value": Decimal("21.37"), "labResultUnitId": unit}]
    package = read_package({"inventoryId": 1, "productId": 2, "quantityAvailable": 5, "labResults": labs})
    assert package.thc == (Decimal("21.37") if kept else None)


def test_a_lab_row_without_a_value_says_nothing() -> None:
    labs = [
        {"labTest": "THC", "value": None, "labResultUnitId": 2},
        {"labTest": "CBD", "value": Decimal("1.5"), "labResultUnitId": 2},
        {"labTest": None, "value": 4},
    ]
    package = read_package({"inventoryId": 1, "productId": 2, "quantityAvailable": 5, "labResults": labs})
    assert (package.thc, package.cbd) == (None, Decimal("1.5"))


@pytest.mark.parametrize(
    "odd",
    [
        {"category": 5, "brandName": 3, "description": ["a"], "strainType": 1, "thcContentUnit": 2},
        {"imageUrls": {}, "tags": {}, "isCannabis": "yes", "isMedicalOnly": 0},
        {"price": "12.50", "createdDate": "0001-01-01T00:00:00"},
    ],
)
def test_what_has_no_weight_does_not_cost_a_product(odd: dict[str, Any]) -> None:
    product = read_product({"productId": 5, "productName": "Haze", "price": Decimal("12.5")} | odd)
    assert (product.id, product.name, product.price_cents, product.created) == ("5", "Haze", 1_250, None)


@pytest.mark.parametrize(
    "odd",
    [
        {"quantityAvailable": "5", "productName": 9, "brandName": 1, "quantityUnits": 2},
        {"labResults": {}, "roomQuantities": {}, "medicalOnly": 0},
        {"roomQuantities": [None, {"roomId": 1, "quantityAvailable": "x"}], "category": 4},
    ],
)
def test_what_has_no_weight_does_not_cost_a_package(odd: dict[str, Any]) -> None:
    package = read_package({"inventoryId": 1, "productId": 2, "quantityAvailable": 5} | odd)
    assert (package.id, package.quantity, package.sellable) == ("1", Decimal(5), Decimal(5))
    assert not package.rooms


@pytest.mark.parametrize("odd", [{"quantityAvailable": "some"}, {"packageStatus": 3}, {"labTestStatus": ["failed"]}])
def test_a_package_whose_stock_or_state_cannot_be_read_is_none(odd: dict[str, Any]) -> None:
    with pytest.raises(ProtocolError):
        read_package({"inventoryId": 1, "productId": 2, "quantityAvailable": 5} | odd)
