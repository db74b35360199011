"""A sale that its till turns into the refund comes to nothing, here and in AIQ, however often it is read."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from budtender.backoffice import integrations
from budtender.cache import tickets
from budtender.cache.tickets import DayTotals
from budtender.simulator import Simulation
from tests.connectors.page_server import Asked, Page, PageServer
from tests.counter.counter import SYSTEM
from tests.sync.selling import Selling

CUSTOMER = {"id": 7, "first_name": "Nia", "last_name": "Okafor", "telephone": "3035550188"}


@pytest.fixture
def venue() -> Iterator[tuple[PageServer, list[dict[str, Any]]]]:
    sales: list[dict[str, Any]] = []

    def page(asked: Asked) -> object:
        rows = [sale for sale in sales if sale["updated_at"] > asked.query.get("q[updated_at_gt]", "")]
        return {"sales_histories": rows, "total_records": len(rows), "total_pages": 1}

    with PageServer() as server:
        server.play_recorded("GET /v2/venue/info", "posabit/info-v2.json")
        for name, rows in (("customers", [CUSTOMER]), ("inventories", []), ("coupons", [])):
            key = "inventory" if name == "inventories" else name
            body = {key: rows, "total_records": len(rows), "total_pages": 1}
            server.play(f"GET /v2/venue/{name}", Page(body=body))
        server.answers("GET /v2/venue/sales_histories", page)
        yield server, sales


@pytest.fixture
async def register(tmp_path: Path, market: Simulation) -> AsyncIterator[Selling]:
    """A register that is connected to AIQ alone."""
    counter = Selling(tmp_path / "home", market)
    await counter.open()
    await counter.connect()
    yield counter
    await counter.register.close()


def _written(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}.000Z"


def _sale(number: int, at: datetime) -> dict[str, Any]:
    item = {"item_id": 1, "sku": "A", "product_name": "Amber", "quantity": 2, "tax": 190, "total": 2190}
    own = {"id": number, "ordered_at": _written(at), "updated_at": _written(at), "customer_id": 7}
    return {**own, "tax": 190, "total": 2190, "items": [item]}


def _came_to(selling: Selling) -> tuple[int, int, int, int]:
    rows: list[DayTotals] = selling.register.db.read(lambda c: tickets.totals(c, "2000-01-01", "2999-12-31"))
    net, units = sum(row.net_cents for row in rows), sum(row.units for row in rows)
    return sum(row.sales for row in rows), sum(row.returns for row in rows), net, int(units)


@pytest.mark.requirement("A-025")
async def test_a_sale_that_is_turned_into_its_refund_comes_to_nothing(
    register: Selling, venue: tuple[PageServer, list[dict[str, Any]]]
) -> None:
    selling, (server, sales) = register, venue
    await integrations.connect_till(selling.register, "posabit", "Juniper", "venue-1", SYSTEM, base_url=server.url)
    now = datetime.fromtimestamp(selling.clock.wall(), UTC)
    sales += [_sale(1, now - timedelta(days=4)), _sale(2, now - timedelta(days=4))]
    await selling.sync()
    assert _came_to(selling) == (2, 0, 4000, 4)
    (item,) = sales[0]["items"]
    back = {"quantity": -2, "tax": -190, "total": -2190}
    sales[0] |= {"tax": -190, "total": -2190, "status": "refunded", "items": [{**item, **back}]}
    for _ in range(2):  # it is read again and again
        sales[0]["updated_at"] = _written(datetime.fromtimestamp(selling.clock.wall(), UTC))
        await selling.sync()
        assert _came_to(selling) == (2, 1, 2000, 2)
    selling.sim.overnight()
    told = {pos_id: sale.total for pos_id, sale in selling.sim.world.sales.items() if pos_id.startswith("415001-")}
    assert {pos_id: str(total) for pos_id, total in told.items()} == {
        "415001-1": "20.00",
        "415001-2": "20.00",
        "415001-1-R1": "-20.00",
    }


async def test_a_sale_that_is_only_said_to_be_returned_counts_neither_here_nor_in_aiq(
    register: Selling, venue: tuple[PageServer, list[dict[str, Any]]]
) -> None:
    selling, (server, sales) = register, venue
    await integrations.connect_till(selling.register, "posabit", "Juniper", "venue-1", SYSTEM, base_url=server.url)
    now = datetime.fromtimestamp(selling.clock.wall(), UTC)
    sales += [_sale(number, now - timedelta(days=4)) for number in (1, 2, 3)]
    await selling.sync()
    for number, status in enumerate(("Refunded", "partially refunded")):
        sales[number] |= {"status": status, "updated_at": _written(datetime.fromtimestamp(selling.clock.wall(), UTC))}
    await selling.sync()
    assert _came_to(selling) == (1, 0, 2000, 2)
    selling.sim.overnight()
    told = {pos_id: sale.total for pos_id, sale in selling.sim.world.sales.items()}
    # How much of the second came back is not told, so it stays what it was until the till says it.
    assert {pos_id: str(total) for pos_id, total in told.items()} == {
        "415001-1": "20.00",
        "415001-2": "20.00",
        "415001-3": "20.00",
        "415001-1-void": "-20.00",
    }
