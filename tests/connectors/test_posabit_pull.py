"""What is pulled from POSaBIT: the world as it is, from any point on, whatever happens meanwhile."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from budtender.connectors import Pos
from budtender.connectors.posabit import Posabit
from budtender.connectors.posabit_pages import OVERLAP
from budtender.errors import ProtocolError
from budtender.model import Batch, Cursor, Customer, Package, PosDiscount, Product, Resource, Ticket, TicketState
from budtender.simulator import Simulation, upkeep
from budtender.simulator.posabit_stock import feed_key
from tests.connectors.page_server import Asked, Page, PageServer

HARBOR = 31


@asynccontextmanager
async def till_of(simulation: Simulation, *, second: bool = True, menu_feed: str = "") -> AsyncIterator[Posabit]:
    connector = Posabit.connect(
        simulation.posabit_url,
        simulation.posabit_key,
        second_key=simulation.posabit_integrator if second else "",
        details=menu_feed,
    )
    yield connector
    await connector.aclose()


async def pulled(till: Pos, resource: Resource, since: Cursor | None = None) -> list[Batch]:
    return [batch async for batch in till.pull(resource, since)]


def rows_of(batches: list[Batch]) -> dict[str, Any]:
    return {row.id: row for batch in batches for row in batch.rows if hasattr(row, "id")}


def counted(tickets: list[Ticket], day_of: Any) -> dict[date, tuple[int, int, int, int]]:
    """Sales, returns, net and tax of each day, as a manager adds them up."""
    days: defaultdict[date, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for ticket in tickets:
        row = days[ticket.day or day_of(ticket.at.timestamp())]
        if ticket.state is TicketState.COMPLETED:
            row[ticket.refund] += 1
            row[2] += ticket.net_cents
            row[3] += ticket.tax_cents
            assert sum(line.total_cents for line in ticket.lines) == ticket.net_cents
    return {day: (row[0], row[1], row[2], row[3]) for day, row in days.items()}


def taken(simulation: Simulation) -> dict[date, tuple[int, int, int, int]]:
    totals = simulation.shop.totals()
    return {
        day: (row.sales, row.returns, row.net_cents, row.tax_cents)
        for (store, day), row in totals.items()
        if store == HARBOR and row.sales + row.returns + row.voids
    }


@pytest.mark.parametrize("versions", [["v3"], ["v2"], ["v1"]])
async def test_every_day_adds_up_to_what_the_store_took(versions: list[str]) -> None:
    with Simulation(shoppers=40, sales=1_500, days=60, limits=False, posabit={"versions": versions}) as simulation:
        sale = simulation.shop.sell(HARBOR)
        simulation.shop.give_back(sale.id)
        simulation.shop.void(simulation.shop.sell(HARBOR).id)
        async with till_of(simulation, second=versions == ["v3"]) as till:
            if versions == ["v1"]:
                till.http.clock_offset = 0.001
            batches = await pulled(till, Resource.SALES)
        tickets = [row for row in rows_of(batches).values() if isinstance(row, Ticket)]
        assert counted(tickets, simulation.shop.day_of) == taken(simulation)
    assert batches[-1].cursor is not None
    assert all(ticket.customer_id != "990001" for ticket in tickets)


async def test_everybody_comes_once_and_merged_ones_as_put_away() -> None:
    with Simulation(shoppers=60, crowd=700, sales=10, limits=False) as simulation:
        known = [row.customer_id for row in simulation.world.customers if not row.is_anonymous]
        upkeep.merge(simulation.world, known[3], known[4])
        async with till_of(simulation) as till:
            batches = await pulled(till, Resource.CUSTOMERS)
    customers = rows_of(batches)
    assert set(customers) == {str(number) for number in known}
    assert customers[str(known[3])].archived
    assert {batch.total for batch in batches} == {len(known)}
    assert all(isinstance(row, Customer) and row.points is not None for row in customers.values())


@pytest.mark.requirement("P-031")
async def test_points_are_read_from_the_version_that_tells_them() -> None:
    with Simulation(shoppers=30, limits=False, posabit={"v3_points": False}) as simulation:
        async with till_of(simulation) as till:
            customers = rows_of(await pulled(till, Resource.CUSTOMERS))
    assert {customer.points for customer in customers.values()} >= {int(key) % 500 for key in list(customers)[:5]}


async def test_a_list_without_a_word_of_points_is_kept_as_it_is() -> None:
    with Simulation(shoppers=30, limits=False, posabit={"v3_points": False, "versions": ["v3"]}) as simulation:
        async with till_of(simulation) as till:
            customers = rows_of(await pulled(till, Resource.CUSTOMERS))
    assert customers
    assert all(customer.points is None for customer in customers.values())


@given(broken_off=st.lists(st.integers(0, 3), min_size=1, max_size=4), deeds=st.integers(0, 40))
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_pull_that_is_broken_off_anywhere_ends_with_the_world_as_it_is(broken_off: list[int], deeds: int) -> None:
    asyncio.run(_broken_off(broken_off, deeds))


async def _broken_off(broken_off: list[int], deeds: int) -> None:
    with Simulation(shoppers=40, crowd=600, sales=900, days=30, limits=False) as simulation:
        known: dict[str, Any] = {}
        for resource in (Resource.CUSTOMERS, Resource.SALES, Resource.INVENTORY):
            cursor: Cursor | None = None
            for length in [*broken_off, 10_000]:
                # The program starts anew each time, and the stores stay open.
                async with till_of(simulation, second=len(broken_off) % 2 == 0) as till:
                    cursor = await _some(till, resource, cursor, length, known)
                simulation.life.happen(deeds)
            async with till_of(simulation) as till:
                await _some(till, resource, cursor, 10_000, known)
        world = {str(row.customer_id): row for row in simulation.world.customers if not row.is_anonymous}
        customers = {key: row for key, row in known.items() if isinstance(row, Customer)}
        tickets = [row for row in known.values() if isinstance(row, Ticket)]
        lots = {key: row.quantity for key, row in known.items() if isinstance(row, Package)}
        # Life went on after customers were read to their end.
        async with till_of(simulation) as till:
            for batch in await pulled(till, Resource.CUSTOMERS, Cursor(at=datetime.now(UTC) - timedelta(hours=1))):
                customers |= {row.id: row for row in batch.rows if isinstance(row, Customer)}
            for batch in await pulled(till, Resource.SALES, Cursor(at=datetime.now(UTC) - timedelta(hours=1))):
                known |= {f"sale {row.id}": row for row in batch.rows if isinstance(row, Ticket)}
        tickets = [row for row in known.values() if isinstance(row, Ticket)]
        assert {key: row.first_name for key, row in customers.items()} == {
            key: row.first_name or "" for key, row in world.items()
        }
        assert counted(tickets, simulation.shop.day_of) == taken(simulation)
        assert {key: quantity for key, quantity in lots.items() if quantity} == {
            f"lot {lot.id}": lot.quantity for lot in simulation.shop.goods.stock(HARBOR)
        }


async def _some(
    till: Posabit, resource: Resource, cursor: Cursor | None, length: int, known: dict[str, Any]
) -> Cursor | None:
    """Stores so many batches of a pull and returns the cursor that is true then."""
    kinds = {Resource.SALES: "sale ", Resource.INVENTORY: "lot "}
    stored = 0
    async for batch in till.pull(resource, cursor):
        known |= {f"{kinds.get(resource, '')}{row.id}": row for row in batch.rows if hasattr(row, "id")}
        cursor = batch.cursor or cursor
        stored += 1
        if stored > length:
            break
    return cursor


async def test_the_next_pull_begins_before_the_last_one_ended() -> None:
    since = datetime.now(UTC) - timedelta(hours=2)
    empty = Page(body={"sales_histories": [], "total_pages": 0, "total_records": 0})
    with PageServer(empty) as server:
        till = Posabit.connect(server.url, "venue-1")
        (batch,) = await pulled(till, Resource.SALES, Cursor(at=since))
        await till.aclose()
        (asked,) = server.requests("GET /v2/venue/sales_histories")
    assert datetime.fromisoformat(asked.query["q[updated_at_gt]"]) <= since - OVERLAP
    assert asked.query["q[updated_at_gt]"].endswith("Z")
    assert batch.cursor is not None
    assert abs(batch.cursor.at - datetime.now(UTC)) < timedelta(seconds=5)


async def test_the_time_is_posabit_s_own() -> None:
    empty = Page(body={"sales_histories": [], "total_pages": 0, "total_records": 0})
    with PageServer(empty) as server:
        server.clock_ahead = -3_600.0
        till = Posabit.connect(server.url, "venue-1")
        (batch,) = await pulled(till, Resource.SALES, Cursor(at=datetime.now(UTC) - timedelta(hours=2)))
        await till.aclose()
    assert batch.cursor is not None
    assert abs(batch.cursor.at - (datetime.now(UTC) - timedelta(hours=1))) < timedelta(seconds=10)


async def test_a_page_of_which_nothing_can_be_read_moves_no_cursor() -> None:
    rows = [{"id": number, "ordered_at": "soon"} for number in range(12)]
    with PageServer(Page(body={"sales_histories": rows, "total_pages": 1, "total_records": 12})) as server:
        till = Posabit.connect(server.url, "venue-1")
        with pytest.raises(ProtocolError):
            await pulled(till, Resource.SALES, Cursor(at=datetime.now(UTC) - timedelta(hours=2)))
        server.play("GET /v2/venue/sales_histories", Page(body={"sales_histories": rows[:3], "total_pages": 1}))
        (batch,) = await pulled(till, Resource.SALES, Cursor(at=datetime.now(UTC) - timedelta(hours=2)))
        await till.aclose()
    assert batch.unreadable == 3


async def test_a_server_that_takes_no_order_is_asked_without_one() -> None:
    empty = Page(body={"sales_histories": [], "total_pages": 1, "total_records": 0})
    with PageServer() as server:
        server.play("GET /v2/venue/sales_histories", Page(400), empty)
        till = Posabit.connect(server.url, "venue-1")
        till.http.clock_offset = 1.0
        for _ in range(2):
            await pulled(till, Resource.SALES, Cursor(at=datetime.now(UTC) - timedelta(hours=2)))
        await till.aclose()
        assert ["q[s]" in asked.query for asked in server.asked] == [True, False, False]


@pytest.mark.parametrize("wrapped", [True, False])
@pytest.mark.parametrize("newest_first", [True, False])
async def test_a_list_that_heeds_no_order_is_read_without_missing_anybody(wrapped: bool, newest_first: bool) -> None:
    known = list(range(1, 601))

    def page(asked: Asked) -> object:
        number, size = int(asked.query["page"]), int(asked.query["per_page"])
        rows: list[Any] = [{"id": one} for one in (reversed(known) if newest_first else known)][
            (number - 1) * size : number * size
        ]
        if newest_first:
            known.append(known[-1] + 1)  # somebody new comes in with every request
        else:
            known.append(known.pop(0))  # somebody changes and goes to the end: they come again with the next pull
        rows = [{"customer": row} for row in rows] if wrapped else rows
        return {"customers": rows, "total_records": len(known), "total_pages": -(-len(known) // size)}

    with PageServer() as server:
        server.play_recorded("GET /v2/venue/info", "posabit/info-v2.json")
        server.answers("GET /v2/venue/customers", page)
        till = Posabit.connect(server.url, "venue-1")
        batches = await pulled(till, Resource.CUSTOMERS)
        await till.aclose()
    changed = set() if newest_first else {str(one) for one in known[-len(server.asked) :]}
    assert set(rows_of(batches)) | changed >= {str(one) for one in range(1, 601)}
    assert batches[-1].cursor is not None


@pytest.mark.parametrize("years", [0.5, 3])
async def test_a_list_that_heeds_no_window_is_read_once_and_not_for_each_window(years: float) -> None:
    now = datetime.now(UTC)
    times = [now - timedelta(days=365 * years * place / 300) for place in range(300, 0, -1)]
    sales = [
        {"id": number, "ordered_at": f"{at:%Y-%m-%dT%H:%M:%SZ}", "updated_at": f"{at:%Y-%m-%dT%H:%M:%SZ}", "total": 1}
        for number, at in enumerate(times, start=1)
    ]

    def page(asked: Asked) -> object:
        number, size = int(asked.query["page"]), int(asked.query["per_page"])
        rows = sales[(number - 1) * size : number * size]
        return {"sales_histories": rows, "total_records": len(sales), "total_pages": -(-len(sales) // size)}

    with PageServer() as server:
        server.play_recorded("GET /v2/venue/info", "posabit/info-v2.json")
        server.answers("GET /v2/venue/sales_histories", page)
        till = Posabit.connect(server.url, "venue-1")
        batches = await pulled(till, Resource.SALES, Cursor(at=now - timedelta(days=365)))
        await till.aclose()
        assert len(server.requests("GET /v2/venue/sales_histories")) <= 4
    assert set(rows_of(batches)) == {str(number) for number in range(1, 301)}
    assert batches[-1].cursor is not None
    assert batches[-1].cursor.at >= now - timedelta(seconds=5)


async def test_a_sold_out_lot_is_told_and_the_first_stock_is_whole() -> None:
    with Simulation(shoppers=5, limits=False) as simulation:
        async with till_of(simulation, second=False) as till:
            first = await pulled(till, Resource.INVENTORY)
            lot = next(iter(simulation.shop.goods.stock(HARBOR)))
            simulation.shop.set_stock(lot.id, lot.quantity * 0)
            assert first[-1].cursor is not None
            then = await pulled(till, Resource.INVENTORY, first[-1].cursor)
    assert all(batch.snapshot for batch in first)
    assert not any(batch.snapshot for batch in then)
    assert all(row.quantity > 0 for row in rows_of(first).values())
    assert rows_of(then)[str(lot.id)].quantity == 0


async def test_products_are_completed_from_the_menu() -> None:
    with Simulation(shoppers=5, limits=False) as simulation:
        store = simulation.world.stores[0]
        async with till_of(simulation, menu_feed=feed_key(store)) as till:
            products = rows_of(await pulled(till, Resource.PRODUCTS))
        goods = simulation.shop.goods.products
    assert products
    for key, product in products.items():
        assert isinstance(product, Product)
        assert product.price_cents == goods[int(key)].price_cents
        assert product.online == (goods[int(key)].online and goods[int(key)].active)


@pytest.mark.requirement("P-018")
async def test_promotions_are_told_by_their_names() -> None:
    with Simulation(shoppers=5, limits=False) as simulation:
        async with till_of(simulation) as till:
            (batch,) = await pulled(till, Resource.DISCOUNTS)
        names = {reward.name for reward in simulation.world.rewards.values()}
    assert batch.snapshot
    assert names < {row.name for row in batch.rows if isinstance(row, PosDiscount)}


async def test_a_version_that_lists_what_is_gone_is_no_list_of_what_is_left() -> None:
    with Simulation(shoppers=5, limits=False) as simulation:
        lot = next(iter(simulation.shop.goods.stock(HARBOR)))
        simulation.shop.set_stock(lot.id, lot.quantity * 0)
        async with till_of(simulation) as till:
            batches = await pulled(till, Resource.INVENTORY)
    assert not any(batch.snapshot for batch in batches)
    assert rows_of(batches)[str(lot.id)].quantity == 0
