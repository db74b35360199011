"""What is pulled from Flourish: windows, pages that shift, pulls that are broken off, refunds."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import pytest_asyncio

from budtender.connectors.flourish import Flourish
from budtender.connectors.flourish_lists import BEGINNING, SHARED
from budtender.connectors.flourish_night import LATE_FOR, LATE_REFUNDS_FOR, PART, PARTS, REFUNDS_FOR
from budtender.connectors.flourish_pages import MOST_ROWS
from budtender.connectors.flourish_pull import ORDER_OVERLAP, OVERLAP
from budtender.errors import NotFound, ProtocolError, Refused
from budtender.model import Batch, Cursor, Customer, Package, PosDiscount, Product, Resource, Ticket, TicketState
from budtender.simulator import Simulation, upkeep
from tests.connectors.page_server import Asked, Page, PageServer

WILLOW = "5c0000000000000000000003"
CUSTOMERS, ORDERS = "GET /v1/customers", "GET /v1/retail-orders"


def _page(*rows: Any, total: int | None = None) -> Page:
    meta = {"total": len(rows) if total is None else total}
    return Page(body={"message": "Success", "status": 200, "meta": meta, "data": list(rows)})


@pytest.fixture
def server() -> Iterator[PageServer]:
    with PageServer(_page()) as server:
        server.play_recorded("GET /v1/facilities", "flourish/facilities.json")
        yield server


@pytest_asyncio.fixture
async def paged(server: PageServer) -> AsyncIterator[Flourish]:
    connector = Flourish.connect(server.url, "key-1", location=WILLOW)
    yield connector
    await connector.aclose()


@pytest_asyncio.fixture
async def shop() -> AsyncIterator[tuple[Simulation, Flourish]]:
    with Simulation(shoppers=60, crowd=260, sales=330, days=200, seed=2, limits=False) as simulation:
        account = simulation.account("flourish")
        connector = Flourish.connect(account.base_url, account.key, second_key=account.second_key)
        yield simulation, connector
        await connector.aclose()


async def _pulled(connector: Flourish, resource: Resource, since: Cursor | None = None) -> list[Batch]:
    return [batch async for batch in connector.pull(resource, since)]


def _ids(batches: list[Batch]) -> list[str]:
    return [row.id for batch in batches for row in batch.rows if not hasattr(row, "customer_id") or hasattr(row, "id")]


def _known(simulation: Simulation) -> set[str]:
    return {str(known.customer_id) for known in simulation.world.customers if not known.is_anonymous}


# ── windows ───────────────────────────────────────────────────────────────────────────────────────────────


async def test_everything_comes_once_with_the_undated(shop: tuple[Simulation, Flourish]) -> None:
    simulation, connector = shop
    assert any(known.last_modified is None for known in simulation.world.customers)
    batches = await _pulled(connector, Resource.CUSTOMERS)
    assert sorted(_ids(batches)) == sorted(_known(simulation))
    assert {batch.total for batch in batches} == {len(_known(simulation))}
    assert batches[-1].rows == ()


async def test_a_pull_goes_on_where_the_last_one_ended(paged: Flourish, server: PageServer) -> None:
    since = datetime.now(UTC) - timedelta(hours=2)
    for resource, route, name, overlap in (
        (Resource.CUSTOMERS, CUSTOMERS, "last_updated_timestamp", OVERLAP),
        (Resource.SALES, ORDERS, "completed_timestamp", ORDER_OVERLAP),
    ):
        batches = await _pulled(paged, resource, Cursor(at=since))
        (asked,) = server.requests(route)
        start = datetime.fromisoformat(asked.query[f"{name}_start"])
        end = datetime.fromisoformat(asked.query[f"{name}_end"])
        assert timedelta(0) <= since - overlap - SHARED - start <= timedelta(seconds=1)
        assert abs(end - datetime.now(UTC)) < timedelta(seconds=5)
        cursor = batches[-1].cursor
        assert cursor is not None
        assert (cursor.mark, cursor.until, cursor.page) == ("", None, 0)
        assert abs(cursor.at - datetime.now(UTC)) < timedelta(seconds=5)


async def test_the_time_is_flourishs_own(paged: Flourish, server: PageServer) -> None:
    server.clock_ahead = -3_600.0
    batches = await _pulled(paged, Resource.CUSTOMERS, Cursor(at=datetime.now(UTC) - timedelta(hours=2)))
    cursor = batches[-1].cursor
    assert cursor is not None
    assert abs(cursor.at - (datetime.now(UTC) - timedelta(hours=1))) < timedelta(seconds=10)


async def test_a_window_with_too_many_rows_is_narrowed_before_it_is_read(paged: Flourish, server: PageServer) -> None:
    row = {"id": "1", "first_name": "A"}
    server.play(CUSTOMERS, _page(row, total=100 * MOST_ROWS), _page(row))
    await _pulled(paged, Resource.CUSTOMERS, Cursor(at=datetime.now(UTC) - timedelta(days=100)))
    asked = [query.query for query in server.requests(CUSTOMERS)]
    ends = [datetime.fromisoformat(query["last_updated_timestamp_end"]) for query in asked]
    starts = [datetime.fromisoformat(query["last_updated_timestamp_start"]) for query in asked]
    assert starts[0] == starts[1]
    assert (ends[1] - starts[1]) / (ends[0] - starts[0]) == pytest.approx(0.01, rel=0.01)
    for end, start in zip(ends[1:], starts[2:], strict=False):
        assert timedelta(0) <= end - start <= 2 * SHARED + timedelta(seconds=1)


@pytest.mark.parametrize("page", [Page(400), Page(413), Page(body={"message": "range too long", "status": 400})])
async def test_a_window_that_is_refused_is_halved(paged: Flourish, server: PageServer, page: Page) -> None:
    server.play(CUSTOMERS, page, page, _page())
    await _pulled(paged, Resource.CUSTOMERS, Cursor(at=datetime.now(UTC) - timedelta(days=8)))
    asked = [query.query for query in server.requests(CUSTOMERS)]
    ends = [datetime.fromisoformat(query["last_updated_timestamp_end"]) for query in asked]
    starts = [datetime.fromisoformat(query["last_updated_timestamp_start"]) for query in asked]
    assert (ends[2] - starts[2]) / (ends[0] - starts[0]) == pytest.approx(0.25, rel=0.01)


async def test_a_total_that_the_next_page_contradicts_is_not_believed(paged: Flourish, server: PageServer) -> None:
    known = [{"id": str(number), "last_updated_timestamp": "2026-03-01T10:00:00Z"} for number in range(130)]

    def page(asked: Asked) -> object:
        offset, limit = int(asked.query.get("offset", 0)), int(asked.query["limit"])
        start, end = (asked.query.get(f"last_updated_timestamp_{part}", "") for part in ("start", "end"))
        rows = [one for one in known if start <= one["last_updated_timestamp"] and (not end or end > "2026-03-01")]
        part = rows[offset : offset + limit]
        following = f"{server.url}/v1/customers?offset={offset + limit}" if offset + limit < len(rows) else ""
        meta = {"total": len(part), "offset": offset, "limit": limit, "count": len(part), "next": following}
        return {"message": "ok", "status": 200, "data": part, "meta": meta}

    server.answers(CUSTOMERS, page)
    assert set(_ids(await _pulled(paged, Resource.CUSTOMERS))) == {one["id"] for one in known}


async def test_a_failing_window_moves_no_cursor(paged: Flourish, server: PageServer) -> None:
    server.play(CUSTOMERS, _page({"id": "1"}, total=100 * MOST_ROWS), _page({"id": "1"}), Page(404))
    since = datetime.now(UTC) - timedelta(days=100)
    pull = paged.pull(Resource.CUSTOMERS, Cursor(at=since))
    batch = await anext(pull)
    with pytest.raises(NotFound):
        await anext(pull)
    assert batch.cursor is not None
    assert batch.cursor.at < since + timedelta(days=2)


# ── pages that shift ──────────────────────────────────────────────────────────────────────────────────────


async def test_rows_that_change_while_they_are_read_are_not_missed(shop: tuple[Simulation, Flourish]) -> None:
    """A changed row leaves its window and all behind it move up; the row itself comes with the next pull."""
    simulation, connector = shop
    seen: set[str] = set()
    cursor = None
    changed = itertools.cycle(sorted(int(number) for number in _known(simulation)))
    async for batch in connector.pull(Resource.CUSTOMERS, None):
        seen |= {row.id for row in batch.rows if isinstance(row, Customer)}
        cursor = batch.cursor
        for _ in range(7):
            upkeep.edit(simulation.world, next(changed), notes="changed while it was read")
    assert cursor is not None
    seen |= set(_ids(await _pulled(connector, Resource.CUSTOMERS, cursor)))
    assert seen == _known(simulation)


@pytest.mark.parametrize(
    "resource", [Resource.CUSTOMERS, Resource.SALES, Resource.REFUNDS, Resource.PRODUCTS, Resource.INVENTORY]
)
async def test_a_pull_that_is_broken_off_after_every_batch_ends_like_one_that_is_not(
    shop: tuple[Simulation, Flourish], resource: Resource
) -> None:
    _, connector = shop
    whole = await _pulled(connector, resource)
    cursor: Cursor | None = None
    seen: list[str] = []
    for _ in range(10 * len(whole) + 10):
        async for batch in connector.pull(resource, cursor):
            seen += _ids([batch])
            if batch.cursor is not None:
                cursor = batch.cursor
                break
        # Behind a night stands the number of the following one.
        if cursor is not None and cursor.mark in ("", "1") and cursor.until is None:
            break
    assert set(seen) == set(_ids(whole))
    assert len(seen) <= len(set(seen)) + 5


async def test_a_list_that_never_stands_still_is_an_expected_failure(paged: Flourish, server: PageServer) -> None:
    pages = [_page(*({"id": f"{page}-{row}"} for row in range(50)), total=MOST_ROWS) for page in range(400)]
    server.play(CUSTOMERS, *pages)
    with pytest.raises(ProtocolError):
        await _pulled(paged, Resource.CUSTOMERS, Cursor(at=datetime.now(UTC)))
    server.play("GET /v1/inventory/summary", _page(*({"item_id": str(row), "qty": 1} for row in range(50)), total=99))
    with pytest.raises(ProtocolError):
        await _pulled(paged, Resource.INVENTORY)


# ── sales and refunds ─────────────────────────────────────────────────────────────────────────────────────


async def test_every_retail_sale_comes_once_from_its_facility(shop: tuple[Simulation, Flourish]) -> None:
    simulation, everywhere = shop
    account = simulation.account("flourish", "Old Mill")
    one = Flourish.connect(account.base_url, account.key, second_key=account.second_key, location=account.location)
    sold = [sale for sale in simulation.shop.sales if sale.kind == "Retail" and not sale.return_of]
    tickets = [row for batch in await _pulled(everywhere, Resource.SALES) for row in batch.rows]
    assert sorted(row.id for row in tickets if isinstance(row, Ticket)) == sorted(f"{sale.id:08}" for sale in sold)
    here = [row for batch in await _pulled(one, Resource.SALES) for row in batch.rows]
    await one.aclose()
    store = next(store for store in simulation.world.stores if store.name == "Old Mill")
    assert {row.id for row in here if isinstance(row, Ticket)} == {
        f"{sale.id:08}" for sale in sold if sale.store_id == store.id
    }
    assert {row.location_id for row in here if isinstance(row, Ticket)} == {account.location}


async def test_a_return_is_found_by_night_long_after_its_sale(shop: tuple[Simulation, Flourish]) -> None:
    simulation, connector = shop
    sold = simulation.shop.sell(31, at=simulation.clock.now() - 60 * 86_400)
    cursor = (await _pulled(connector, Resource.SALES))[-1].cursor
    back = simulation.shop.give_back(sold.id)
    assert f"{sold.id:08}" not in _ids(await _pulled(connector, Resource.SALES, cursor))
    found = {
        row.id: row
        for batch in await _pulled(connector, Resource.REFUNDS)
        for row in batch.rows
        if isinstance(row, Ticket)
    }
    ticket = found[f"{sold.id:08}"]
    assert ticket.state is TicketState.COMPLETED
    assert ticket.refunded_cents == -(back.net_cents + back.tax_cents)
    assert [line.returned for line in ticket.lines] == [Decimal(1)]
    assert ticket.refunded_at is not None


async def test_a_sale_that_was_posted_late_is_found_by_night(shop: tuple[Simulation, Flourish]) -> None:
    simulation, connector = shop
    cursor = (await _pulled(connector, Resource.SALES))[-1].cursor
    late = simulation.shop.sell(32, at=simulation.clock.now() - 20 * 3_600)
    assert f"{late.id:08}" not in _ids(await _pulled(connector, Resource.SALES, cursor))
    assert f"{late.id:08}" in _ids(await _pulled(connector, Resource.REFUNDS))


async def test_a_correction_or_a_late_refund_is_found_within_a_week(shop: tuple[Simulation, Flourish]) -> None:
    simulation, connector = shop
    now = simulation.clock.now()
    edited, given_back = (simulation.shop.sell(31, at=now - days * 86_400) for days in (45, 150))
    cursor = (await _pulled(connector, Resource.SALES))[-1].cursor
    simulation.shop.edit_sale(edited.id, customer_id=None)
    simulation.shop.give_back(given_back.id)
    assert not {f"{edited.id:08}", f"{given_back.id:08}"} & set(_ids(await _pulled(connector, Resource.SALES, cursor)))
    night: Cursor | None = Cursor(at=datetime.now(UTC), mark="2")
    seen: list[set[str]] = []
    for _ in range(PARTS):
        batches = await _pulled(connector, Resource.REFUNDS, night)
        night = batches[-1].cursor
        seen.append(set(_ids(batches)))
    assert sum(f"{edited.id:08}" in ids for ids in seen) == 1
    assert sum(f"{given_back.id:08}" in ids for ids in seen) == 1
    assert night is not None
    assert night.mark == "2"


async def test_a_night_asks_for_the_last_days_the_refunds_and_a_part_of_the_quarter(
    paged: Flourish, server: PageServer
) -> None:
    for night, refunds_for in ((0, LATE_REFUNDS_FOR), (3, REFUNDS_FOR)):
        server.asked.clear()
        await _pulled(paged, Resource.REFUNDS, Cursor(at=datetime.now(UTC), mark=str(night)))
        late, begun, refunds, part = server.requests(ORDERS)
        now = datetime.now(UTC)
        for asked, days in ((late, LATE_FOR), (refunds, refunds_for), (part, LATE_FOR + (night + 1) * PART)):
            start = datetime.fromisoformat(asked.query["completed_timestamp_start"])
            assert abs(now - days - start) < timedelta(seconds=10)
            assert asked.headers["facilityid"] == WILLOW
        start = datetime.fromisoformat(begun.query["created_timestamp_start"])
        assert abs(now - LATE_FOR - start) < timedelta(seconds=10)
        assert begun.query["order_status"] == "Completed"
        assert "completed_timestamp_start" not in begun.query
        end = datetime.fromisoformat(part.query["completed_timestamp_end"])
        assert abs(now - LATE_FOR - night * PART - end) < timedelta(seconds=10)
        assert "order_payment_status" not in {*late.query, *part.query}
        assert refunds.query["order_payment_status"] == "Refunded"


async def test_a_completed_order_that_does_not_say_when_is_found_by_night(paged: Flourish, server: PageServer) -> None:
    order: dict[str, Any] = {
        "order_id": "00000007",
        "facility_id": WILLOW,
        "order_status": "Completed",
        "order_timestamp": "2026-03-04T10:00:00Z",
        "completed_timestamp": None,
        "sub_total_price": 10,
        "total_price": 10,
        "order_lines": [],
    }
    server.play(ORDERS, _page(), _page(order, total=1), _page())
    batches = await _pulled(paged, Resource.REFUNDS)
    (ticket,) = [row for batch in batches for row in batch.rows]
    assert isinstance(ticket, Ticket)
    assert (ticket.id, ticket.state) == ("00000007", TicketState.COMPLETED)
    assert ticket.at == datetime(2026, 3, 4, 10, tzinfo=UTC)


@pytest.mark.parametrize("mark", ["", "late|first x", "9", "x|late", " 12", "3|nothing|"])
async def test_a_cursor_of_another_kind_begins_a_night(paged: Flourish, server: PageServer, mark: str) -> None:
    cursor = Cursor(at=datetime.now(UTC), until=datetime.now(UTC), mark=mark)
    batches = await _pulled(paged, Resource.REFUNDS, cursor)
    assert len(server.requests(ORDERS)) == 4
    assert batches[-1].cursor is not None
    assert batches[-1].cursor.until is None


@pytest.mark.parametrize(
    ("resource", "path"),
    [(Resource.CUSTOMERS, CUSTOMERS), (Resource.SALES, ORDERS), (Resource.PRODUCTS, "GET /v1/items")],
)
async def test_a_page_of_which_nothing_can_be_read_moves_no_cursor(
    paged: Flourish, server: PageServer, resource: Resource, path: str
) -> None:
    server.play(path, _page(*({"number": number} for number in range(10))))
    with pytest.raises(ProtocolError):
        await _pulled(paged, resource, Cursor(at=datetime.now(UTC) - timedelta(hours=2)))


# ── products, stock, discounts ────────────────────────────────────────────────────────────────────────────


async def test_brands_are_asked_for_where_items_do_not_tell(shop: tuple[Simulation, Flourish]) -> None:
    simulation, connector = shop
    products = [row for batch in await _pulled(connector, Resource.PRODUCTS) for row in batch.rows]
    goods = simulation.shop.goods.products
    assert {row.id: row.brand for row in products if isinstance(row, Product)} == {
        str(number): product.brand for number, product in goods.items() if not product.coupon
    }
    simulation.calls.clear()
    await _pulled(connector, Resource.PRODUCTS)
    assert not [call for call in simulation.calls if call.path.endswith("/brands")]


async def test_brands_are_not_asked_for_where_items_tell(paged: Flourish, server: PageServer) -> None:
    server.play_recorded("GET /v1/items", "flourish/items.json")
    await _pulled(paged, Resource.PRODUCTS, Cursor(at=datetime.now(UTC)))
    assert not server.requests("GET /v1/brands")


@pytest.mark.parametrize("status", [403, 404])
async def test_a_key_without_brands_reads_products_all_the_same(
    paged: Flourish, server: PageServer, status: int
) -> None:
    items = {"message": "Success", "status": 200, "meta": {"total": 1}, "data": [{"id": "70", "item_name": "Basalt"}]}
    server.play("GET /v1/items", Page(body=items))
    server.play("GET /v1/brands", Page(status, {"message": "Not here", "status": status}))
    for _ in range(2):
        batches = await _pulled(paged, Resource.PRODUCTS, Cursor(at=datetime.now(UTC)))
        assert {row.id for batch in batches for row in batch.rows if isinstance(row, Product)} == {"70"}
    assert len(server.requests("GET /v1/brands")) == 1


@pytest.mark.parametrize("chosen", [True, False])
async def test_stock_is_what_lies_at_the_facilities(shop: tuple[Simulation, Flourish], chosen: bool) -> None:
    simulation, everywhere = shop
    account = simulation.account("flourish")
    one = Flourish.connect(account.base_url, account.key, second_key=account.second_key, location=account.location)
    batches = await _pulled(one if chosen else everywhere, Resource.INVENTORY)
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


async def test_discounts_come_once_with_the_facilities_that_have_them(shop: tuple[Simulation, Flourish]) -> None:
    simulation, connector = shop
    (batch,) = await _pulled(connector, Resource.DISCOUNTS)
    found = {row.name: row for row in batch.rows if isinstance(row, PosDiscount)}
    assert set(found) == {"Happy hour", "Flyer"}
    assert len(found["Flyer"].location_ids) == len(simulation.world.stores)
    assert not batch.snapshot


async def test_a_first_pull_begins_before_anything_was(paged: Flourish, server: PageServer) -> None:
    await _pulled(paged, Resource.CUSTOMERS)
    starts = [asked.query.get("last_updated_timestamp_start") for asked in server.requests(CUSTOMERS)]
    assert f"{BEGINNING - SHARED:%Y-%m-%dT%H:%M:%SZ}" in starts


async def test_what_flourish_refuses_for_good_is_raised(paged: Flourish, server: PageServer) -> None:
    server.play(CUSTOMERS, Page(400))
    with pytest.raises(Refused):
        await _pulled(paged, Resource.CUSTOMERS, Cursor(at=datetime.now(UTC)))
