"""What is pulled from Flourish: windows, pages that shift, pulls that are broken off, refunds."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from budtender.connectors.flourish import Flourish
from budtender.connectors.flourish_lists import BEGINNING, SHARED
from budtender.connectors.flourish_pages import MOST_ROWS
from budtender.connectors.flourish_pull import ORDER_OVERLAP, OVERLAP
from budtender.errors import NotFound, ProtocolError, Refused
from budtender.model import Cursor, Customer, Package, PosDiscount, Product, Resource
from budtender.simulator import Simulation, upkeep
from tests.connectors.flourish_lists import CUSTOMERS, ORDERS, ids, listed, pulled
from tests.connectors.page_server import Asked, Page, PageServer


def _known(simulation: Simulation) -> set[str]:
    return {str(known.customer_id) for known in simulation.world.customers if not known.is_anonymous}


# ── windows ───────────────────────────────────────────────────────────────────────────────────────────────


async def test_everything_comes_once_with_the_undated(flourish_shop: tuple[Simulation, Flourish]) -> None:
    simulation, connector = flourish_shop
    assert any(known.last_modified is None for known in simulation.world.customers)
    batches = await pulled(connector, Resource.CUSTOMERS)
    assert sorted(ids(batches)) == sorted(_known(simulation))
    assert {batch.total for batch in batches} == {len(_known(simulation))}
    assert batches[-1].rows == ()


async def test_a_pull_goes_on_where_the_last_one_ended(paged_flourish: Flourish, flourish_pages: PageServer) -> None:
    since = datetime.now(UTC) - timedelta(hours=2)
    for resource, route, name, overlap in (
        (Resource.CUSTOMERS, CUSTOMERS, "last_updated_timestamp", OVERLAP),
        (Resource.SALES, ORDERS, "completed_timestamp", ORDER_OVERLAP),
    ):
        batches = await pulled(paged_flourish, resource, Cursor(at=since))
        (asked,) = flourish_pages.requests(route)
        start = datetime.fromisoformat(asked.query[f"{name}_start"])
        end = datetime.fromisoformat(asked.query[f"{name}_end"])
        assert timedelta(0) <= since - overlap - SHARED - start <= timedelta(seconds=1)
        assert abs(end - datetime.now(UTC)) < timedelta(seconds=5)
        cursor = batches[-1].cursor
        assert cursor is not None
        assert (cursor.mark, cursor.until, cursor.page) == ("", None, 0)
        assert abs(cursor.at - datetime.now(UTC)) < timedelta(seconds=5)


async def test_the_time_is_flourishs_own(paged_flourish: Flourish, flourish_pages: PageServer) -> None:
    flourish_pages.clock_ahead = -3_600.0
    batches = await pulled(paged_flourish, Resource.CUSTOMERS, Cursor(at=datetime.now(UTC) - timedelta(hours=2)))
    cursor = batches[-1].cursor
    assert cursor is not None
    assert abs(cursor.at - (datetime.now(UTC) - timedelta(hours=1))) < timedelta(seconds=10)


async def test_a_window_with_too_many_rows_is_narrowed_before_it_is_read(
    paged_flourish: Flourish, flourish_pages: PageServer
) -> None:
    row = {"id": "1", "first_name": "A"}
    flourish_pages.play(CUSTOMERS, listed(row, total=100 * MOST_ROWS), listed(row))
    await pulled(paged_flourish, Resource.CUSTOMERS, Cursor(at=datetime.now(UTC) - timedelta(days=100)))
    asked = [query.query for query in flourish_pages.requests(CUSTOMERS)]
    ends = [datetime.fromisoformat(query["last_updated_timestamp_end"]) for query in asked]
    starts = [datetime.fromisoformat(query["last_updated_timestamp_start"]) for query in asked]
    assert starts[0] == starts[1]
    assert (ends[1] - starts[1]) / (ends[0] - starts[0]) == pytest.approx(0.01, rel=0.01)
    for end, start in zip(ends[1:], starts[2:], strict=False):
        assert timedelta(0) <= end - start <= 2 * SHARED + timedelta(seconds=1)


@pytest.mark.parametrize("page", [Page(400), Page(413), Page(body={"message": "range too long", "status": 400})])
async def test_a_window_that_is_refused_is_halved(
    paged_flourish: Flourish, flourish_pages: PageServer, page: Page
) -> None:
    flourish_pages.play(CUSTOMERS, page, page, listed())
    await pulled(paged_flourish, Resource.CUSTOMERS, Cursor(at=datetime.now(UTC) - timedelta(days=8)))
    asked = [query.query for query in flourish_pages.requests(CUSTOMERS)]
    ends = [datetime.fromisoformat(query["last_updated_timestamp_end"]) for query in asked]
    starts = [datetime.fromisoformat(query["last_updated_timestamp_start"]) for query in asked]
    assert (ends[2] - starts[2]) / (ends[0] - starts[0]) == pytest.approx(0.25, rel=0.01)


async def test_a_total_that_the_next_page_contradicts_is_not_believed(
    paged_flourish: Flourish, flourish_pages: PageServer
) -> None:
    known = [{"id": str(number), "last_updated_timestamp": "2026-03-01T10:00:00Z"} for number in range(130)]

    def page(asked: Asked) -> object:
        offset, limit = int(asked.query.get("offset", 0)), int(asked.query["limit"])
        start, end = (asked.query.get(f"last_updated_timestamp_{part}", "") for part in ("start", "end"))
        rows = [one for one in known if start <= one["last_updated_timestamp"] and (not end or end > "2026-03-01")]
        part = rows[offset : offset + limit]
        following = f"{flourish_pages.url}/v1/customers?offset={offset + limit}" if offset + limit < len(rows) else ""
        meta = {"total": len(part), "offset": offset, "limit": limit, "count": len(part), "next": following}
        return {"message": "ok", "status": 200, "data": part, "meta": meta}

    flourish_pages.answers(CUSTOMERS, page)
    assert set(ids(await pulled(paged_flourish, Resource.CUSTOMERS))) == {one["id"] for one in known}


async def test_a_failing_window_moves_no_cursor(paged_flourish: Flourish, flourish_pages: PageServer) -> None:
    flourish_pages.play(CUSTOMERS, listed({"id": "1"}, total=100 * MOST_ROWS), listed({"id": "1"}), Page(404))
    since = datetime.now(UTC) - timedelta(days=100)
    pull = paged_flourish.pull(Resource.CUSTOMERS, Cursor(at=since))
    batch = await anext(pull)
    with pytest.raises(NotFound):
        await anext(pull)
    assert batch.cursor is not None
    assert batch.cursor.at < since + timedelta(days=2)


@pytest.mark.parametrize(
    ("resource", "path"),
    [(Resource.CUSTOMERS, CUSTOMERS), (Resource.SALES, ORDERS), (Resource.PRODUCTS, "GET /v1/items")],
)
async def test_a_page_of_which_nothing_can_be_read_moves_no_cursor(
    paged_flourish: Flourish, flourish_pages: PageServer, resource: Resource, path: str
) -> None:
    flourish_pages.play(path, listed(*({"number": number} for number in range(10))))
    with pytest.raises(ProtocolError):
        await pulled(paged_flourish, resource, Cursor(at=datetime.now(UTC) - timedelta(hours=2)))


# ── pages that shift ──────────────────────────────────────────────────────────────────────────────────────


async def test_rows_that_change_while_they_are_read_are_not_missed(flourish_shop: tuple[Simulation, Flourish]) -> None:
    """A changed row leaves its window and all behind it move up; the row itself comes with the next pull."""
    simulation, connector = flourish_shop
    seen: set[str] = set()
    cursor = None
    changed = itertools.cycle(sorted(int(number) for number in _known(simulation)))
    async for batch in connector.pull(Resource.CUSTOMERS, None):
        seen |= {row.id for row in batch.rows if isinstance(row, Customer)}
        cursor = batch.cursor
        for _ in range(7):
            upkeep.edit(simulation.world, next(changed), notes="changed while it was read")
    assert cursor is not None
    seen |= set(ids(await pulled(connector, Resource.CUSTOMERS, cursor)))
    assert seen == _known(simulation)


@pytest.mark.parametrize(
    "resource", [Resource.CUSTOMERS, Resource.SALES, Resource.REFUNDS, Resource.PRODUCTS, Resource.INVENTORY]
)
async def test_a_pull_that_is_broken_off_after_every_batch_ends_like_one_that_is_not(
    flourish_shop: tuple[Simulation, Flourish], resource: Resource
) -> None:
    _, connector = flourish_shop
    whole = await pulled(connector, resource)
    cursor: Cursor | None = None
    seen: list[str] = []
    for _ in range(10 * len(whole) + 10):
        async for batch in connector.pull(resource, cursor):
            seen += ids([batch])
            if batch.cursor is not None:
                cursor = batch.cursor
                break
        # Behind a night stands the number of the following one.
        if cursor is not None and cursor.mark in ("", "1") and cursor.until is None:
            break
    assert set(seen) == set(ids(whole))
    assert len(seen) <= len(set(seen)) + 5


async def test_a_list_that_never_stands_still_is_an_expected_failure(
    paged_flourish: Flourish, flourish_pages: PageServer
) -> None:
    pages = [listed(*({"id": f"{page}-{row}"} for row in range(50)), total=MOST_ROWS) for page in range(400)]
    flourish_pages.play(CUSTOMERS, *pages)
    with pytest.raises(ProtocolError):
        await pulled(paged_flourish, Resource.CUSTOMERS, Cursor(at=datetime.now(UTC)))
    flourish_pages.play(
        "GET /v1/inventory/summary", listed(*({"item_id": str(row), "qty": 1} for row in range(50)), total=99)
    )
    with pytest.raises(ProtocolError):
        await pulled(paged_flourish, Resource.INVENTORY)


# ── products, stock, discounts ────────────────────────────────────────────────────────────────────────────


async def test_brands_are_asked_for_where_items_do_not_tell(flourish_shop: tuple[Simulation, Flourish]) -> None:
    simulation, connector = flourish_shop
    products = [row for batch in await pulled(connector, Resource.PRODUCTS) for row in batch.rows]
    goods = simulation.shop.goods.products
    assert {row.id: row.brand for row in products if isinstance(row, Product)} == {
        str(number): product.brand for number, product in goods.items() if not product.coupon
    }
    simulation.calls.clear()
    await pulled(connector, Resource.PRODUCTS)
    assert not [call for call in simulation.calls if call.path.endswith("/brands")]


async def test_brands_are_not_asked_for_where_items_tell(paged_flourish: Flourish, flourish_pages: PageServer) -> None:
    flourish_pages.play_recorded("GET /v1/items", "flourish/items.json")
    await pulled(paged_flourish, Resource.PRODUCTS, Cursor(at=datetime.now(UTC)))
    assert not flourish_pages.requests("GET /v1/brands")


@pytest.mark.parametrize("status", [403, 404])
async def test_a_key_without_brands_reads_products_all_the_same(
    paged_flourish: Flourish, flourish_pages: PageServer, status: int
) -> None:
    items = {"message": "Success", "status": 200, "meta": {"total": 1}, "data": [{"id": "70", "item_name": "Basalt"}]}
    flourish_pages.play("GET /v1/items", Page(body=items))
    flourish_pages.play("GET /v1/brands", Page(status, {"message": "Not here", "status": status}))
    for _ in range(2):
        batches = await pulled(paged_flourish, Resource.PRODUCTS, Cursor(at=datetime.now(UTC)))
        assert {row.id for batch in batches for row in batch.rows if isinstance(row, Product)} == {"70"}
    assert len(flourish_pages.requests("GET /v1/brands")) == 1


@pytest.mark.parametrize("chosen", [True, False])
async def test_stock_is_what_lies_at_the_facilities(flourish_shop: tuple[Simulation, Flourish], chosen: bool) -> None:
    simulation, everywhere = flourish_shop
    account = simulation.account("flourish")
    one = Flourish.connect(account.base_url, account.key, second_key=account.second_key, location=account.location)
    batches = await pulled(one if chosen else everywhere, Resource.INVENTORY)
    await one.aclose()
    assert all(batch.snapshot for batch in batches)
    ends = [batch.cursor is not None and batch.cursor.until is None for batch in batches]
    assert ends == [False] * (len(batches) - 1) + [True]
    found = {row.id: row.quantity for batch in batches for row in batch.rows if isinstance(row, Package)}
    wanted: dict[str, Decimal] = {}
    for store in simulation.world.stores[: 1 if chosen else None]:
        place = simulation.account("flourish", store.name).location
        for package in simulation.shop.goods.stock(store.id):
            key = f"{place}:{package.product_id}"
            wanted[key] = wanted.get(key, Decimal(0)) + package.quantity
    assert found == wanted


async def test_discounts_come_once_with_the_facilities_that_have_them(
    flourish_shop: tuple[Simulation, Flourish],
) -> None:
    simulation, connector = flourish_shop
    (batch,) = await pulled(connector, Resource.DISCOUNTS)
    found = {row.name: row for row in batch.rows if isinstance(row, PosDiscount)}
    assert set(found) == {"Happy hour", "Flyer"}
    assert len(found["Flyer"].location_ids) == len(simulation.world.stores)
    assert not batch.snapshot


async def test_a_first_pull_begins_before_anything_was(paged_flourish: Flourish, flourish_pages: PageServer) -> None:
    await pulled(paged_flourish, Resource.CUSTOMERS)
    starts = [asked.query.get("last_updated_timestamp_start") for asked in flourish_pages.requests(CUSTOMERS)]
    assert f"{BEGINNING - SHARED:%Y-%m-%dT%H:%M:%SZ}" in starts


async def test_what_flourish_refuses_for_good_is_raised(paged_flourish: Flourish, flourish_pages: PageServer) -> None:
    flourish_pages.play(CUSTOMERS, Page(400))
    with pytest.raises(Refused):
        await pulled(paged_flourish, Resource.CUSTOMERS, Cursor(at=datetime.now(UTC)))
