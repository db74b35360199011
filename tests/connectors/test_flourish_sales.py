"""Sales of Flourish, and how those that come late, change or are given back are found by night."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from budtender.connectors.flourish import Flourish
from budtender.connectors.flourish_night import LATE_FOR, LATE_REFUNDS_FOR, PART, PARTS, REFUNDS_FOR
from budtender.model import Cursor, Resource, Ticket, TicketState
from budtender.simulator import Simulation
from tests.connectors.flourish_lists import ORDERS, WILLOW, ids, listed, pulled
from tests.connectors.page_server import PageServer


async def test_every_retail_sale_comes_once_from_its_facility(flourish_shop: tuple[Simulation, Flourish]) -> None:
    simulation, everywhere = flourish_shop
    account = simulation.account("flourish", "Old Mill")
    one = Flourish.connect(account.base_url, account.key, second_key=account.second_key, location=account.location)
    sold = [sale for sale in simulation.shop.sales if sale.kind == "Retail" and not sale.return_of]
    tickets = [row for batch in await pulled(everywhere, Resource.SALES) for row in batch.rows]
    assert sorted(row.id for row in tickets if isinstance(row, Ticket)) == sorted(f"{sale.id:08}" for sale in sold)
    here = [row for batch in await pulled(one, Resource.SALES) for row in batch.rows]
    await one.aclose()
    store = next(store for store in simulation.world.stores if store.name == "Old Mill")
    assert {row.id for row in here if isinstance(row, Ticket)} == {
        f"{sale.id:08}" for sale in sold if sale.store_id == store.id
    }
    assert {row.location_id for row in here if isinstance(row, Ticket)} == {account.location}


async def test_a_return_is_found_by_night_long_after_its_sale(flourish_shop: tuple[Simulation, Flourish]) -> None:
    simulation, connector = flourish_shop
    sold = simulation.shop.sell(31, at=simulation.clock.now() - 60 * 86_400)
    cursor = (await pulled(connector, Resource.SALES))[-1].cursor
    back = simulation.shop.give_back(sold.id)
    assert f"{sold.id:08}" not in ids(await pulled(connector, Resource.SALES, cursor))
    found = {
        row.id: row
        for batch in await pulled(connector, Resource.REFUNDS)
        for row in batch.rows
        if isinstance(row, Ticket)
    }
    ticket = found[f"{sold.id:08}"]
    assert ticket.state is TicketState.COMPLETED
    assert ticket.refunded_cents == -(back.net_cents + back.tax_cents)
    assert [line.returned for line in ticket.lines] == [Decimal(1)]
    assert ticket.refunded_at is not None


async def test_a_sale_that_was_posted_late_is_found_by_night(flourish_shop: tuple[Simulation, Flourish]) -> None:
    simulation, connector = flourish_shop
    cursor = (await pulled(connector, Resource.SALES))[-1].cursor
    late = simulation.shop.sell(32, at=simulation.clock.now() - 20 * 3_600)
    assert f"{late.id:08}" not in ids(await pulled(connector, Resource.SALES, cursor))
    assert f"{late.id:08}" in ids(await pulled(connector, Resource.REFUNDS))


async def test_a_correction_or_a_late_refund_is_found_within_a_week(flourish_shop: tuple[Simulation, Flourish]) -> None:
    simulation, connector = flourish_shop
    now = simulation.clock.now()
    edited, given_back = (simulation.shop.sell(31, at=now - days * 86_400) for days in (45, 150))
    cursor = (await pulled(connector, Resource.SALES))[-1].cursor
    simulation.shop.edit_sale(edited.id, customer_id=None)
    simulation.shop.give_back(given_back.id)
    assert not {f"{edited.id:08}", f"{given_back.id:08}"} & set(ids(await pulled(connector, Resource.SALES, cursor)))
    night: Cursor | None = Cursor(at=datetime.now(UTC), mark="2")
    seen: list[set[str]] = []
    for _ in range(PARTS):
        batches = await pulled(connector, Resource.REFUNDS, night)
        night = batches[-1].cursor
        seen.append(set(ids(batches)))
    assert sum(f"{edited.id:08}" in ids for ids in seen) == 1
    assert sum(f"{given_back.id:08}" in ids for ids in seen) == 1
    assert night is not None
    assert night.mark == "2"


async def test_a_night_asks_for_the_last_days_the_refunds_and_a_part_of_the_quarter(
    paged_flourish: Flourish, flourish_pages: PageServer
) -> None:
    for night, refunds_for in ((0, LATE_REFUNDS_FOR), (3, REFUNDS_FOR)):
        flourish_pages.asked.clear()
        await pulled(paged_flourish, Resource.REFUNDS, Cursor(at=datetime.now(UTC), mark=str(night)))
        late, begun, refunds, part = flourish_pages.requests(ORDERS)
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


async def test_a_completed_order_that_does_not_say_when_is_found_by_night(
    paged_flourish: Flourish, flourish_pages: PageServer
) -> None:
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
    flourish_pages.play(ORDERS, listed(), listed(order, total=1), listed())
    batches = await pulled(paged_flourish, Resource.REFUNDS)
    (ticket,) = [row for batch in batches for row in batch.rows]
    assert isinstance(ticket, Ticket)
    assert (ticket.id, ticket.state) == ("00000007", TicketState.COMPLETED)
    assert ticket.at == datetime(2026, 3, 4, 10, tzinfo=UTC)


@pytest.mark.parametrize("mark", ["", "late|first x", "9", "x|late", " 12", "3|nothing|"])
async def test_a_cursor_of_another_kind_begins_a_night(
    paged_flourish: Flourish, flourish_pages: PageServer, mark: str
) -> None:
    cursor = Cursor(at=datetime.now(UTC), until=datetime.now(UTC), mark=mark)
    batches = await pulled(paged_flourish, Resource.REFUNDS, cursor)
    assert len(flourish_pages.requests(ORDERS)) == 4
    assert batches[-1].cursor is not None
    assert batches[-1].cursor.until is None
