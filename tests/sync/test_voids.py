"""What a venue sold and took back comes to the same in AIQ as in the till, and leaves no false failure behind."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from budtender.backoffice import integrations
from budtender.backoffice.disconnect import disconnect
from budtender.cache import tickets
from budtender.simulator import Simulation
from tests.connectors.page_server import Asked, Page, PageServer
from tests.counter.counter import SYSTEM
from tests.sync.selling import Selling

CUSTOMER = {"id": 7, "first_name": "Nia", "last_name": "Okafor", "telephone": "3035550188"}
VENUE = "415001"


class Venue:
    """A venue of POSaBIT with one customer, whose sales are what a test makes of them."""

    def __init__(self, server: PageServer) -> None:
        self.url = server.url
        self.sales: dict[int, dict[str, Any]] = {}
        server.play_recorded("GET /v2/venue/info", "posabit/info-v2.json")
        for name, rows in (("customers", [CUSTOMER]), ("inventories", []), ("coupons", [])):
            key = "inventory" if name == "inventories" else name
            body = {key: rows, "total_records": len(rows), "total_pages": 1}
            server.play(f"GET /v2/venue/{name}", Page(body=body))
        server.answers("GET /v2/venue/sales_histories", self._page)

    def _page(self, asked: Asked) -> object:
        rows = [sale for sale in self.sales.values() if sale["updated_at"] > asked.query.get("q[updated_at_gt]", "")]
        return {"sales_histories": rows, "total_records": len(rows), "total_pages": 1}

    def sell(self, number: int, at: datetime, customer: int = 7) -> None:
        """A sale of two for twenty dollars."""
        item = {"item_id": 1, "sku": "A", "product_name": "Amber", "quantity": 2, "tax": 190, "total": 2190}
        own = {"id": number, "ordered_at": written(at), "updated_at": written(at), "customer_id": customer}
        self.sales[number] = {**own, "tax": 190, "total": 2190, "items": [item]}

    def edit(self, number: int, at: datetime, **fields: Any) -> None:
        """A sale is changed."""
        self.sales[number] |= {**fields, "updated_at": written(at)}


@pytest.fixture
def venue() -> Iterator[Venue]:
    with PageServer() as server:
        yield Venue(server)


@pytest.fixture
async def register(tmp_path: Path, market: Simulation) -> AsyncIterator[Selling]:
    """A register that is connected to AIQ alone."""
    counter = Selling(tmp_path / "home", market)
    await counter.open()
    await counter.connect()
    yield counter
    await counter.register.close()


def written(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}.000Z"


def present(register: Selling) -> datetime:
    return datetime.fromtimestamp(register.clock.wall(), UTC)


async def connect(register: Selling, venue: Venue, name: str = "Juniper") -> None:
    await integrations.connect_till(register.register, "posabit", name, "venue-1", SYSTEM, base_url=venue.url)


def told(register: Selling) -> dict[str, Decimal]:
    register.sim.overnight()
    return {key: sale.total for key, sale in register.sim.world.sales.items() if key.startswith(f"{VENUE}-")}


@pytest.mark.requirement("A-019", "A-025")
async def test_a_void_that_is_taken_back_and_made_again_comes_to_what_the_till_says(
    register: Selling, venue: Venue
) -> None:
    venue.sell(1, present(register) - timedelta(days=2))
    await connect(register, venue)
    await register.sync()
    assert sum(told(register).values()) == 20
    for status, comes_to in (("voided", 0), ("completed", 20), ("voided", 0), ("completed", 20)):
        venue.edit(1, present(register), status=status)
        for _ in range(2):
            await register.sync()
            assert sum(told(register).values()) == comes_to, status


@pytest.mark.parametrize("fields", [{"total": 0, "tax": 0, "items": []}, {"total": 4380, "tax": 380}])
async def test_a_void_takes_back_what_aiq_has_whatever_became_of_its_amounts(
    register: Selling, venue: Venue, fields: dict[str, Any]
) -> None:
    venue.sell(1, present(register) - timedelta(days=2))
    await connect(register, venue)
    await register.sync()
    assert sum(told(register).values()) == 20
    if fields["total"]:
        (item,) = venue.sales[1]["items"]
        fields = {**fields, "items": [{**item, "quantity": 4, "tax": 380, "total": 4380}]}
    venue.edit(1, present(register), status="voided", **fields)
    await register.sync()
    assert sum(told(register).values()) == 0


async def test_a_void_is_told_by_the_key_that_came_after_the_one_that_told_the_sale(
    register: Selling, venue: Venue
) -> None:
    venue.sell(1, present(register) - timedelta(days=2))
    await connect(register, venue)
    await register.sync()
    assert sum(told(register).values()) == 20
    await disconnect(register.register, "Juniper", SYSTEM)
    venue.edit(1, present(register), status="voided")
    await connect(register, venue, "Juniper Lane")
    await register.sync()
    assert sum(told(register).values()) == 0
    (day,) = register.register.db.read(lambda c: tickets.totals(c, "2000-01-01", "2999-12-31"))
    assert (day.sales, day.voids, day.net_cents) == (0, 1, 0)


async def test_people_who_went_with_their_sales_are_no_failure_of_the_next_round(
    register: Selling, venue: Venue
) -> None:
    venue.sell(1, present(register) - timedelta(days=2))
    await connect(register, venue)
    register.sim.faults.add("drop_before", match="POST /api/v1.1/*", times=None)
    assert "aiq" in (await register.sync()).failures
    register.sim.faults.clear()
    await register.restart()  # a far side that was away is left alone for a while
    for _ in range(2):
        assert (await register.sync(4000)).failures == {}


@pytest.mark.requirement("A-014")
async def test_a_sale_without_lines_is_listed_as_one_that_aiq_does_not_take(register: Selling, venue: Venue) -> None:
    venue.sell(1, present(register) - timedelta(days=2))
    venue.sell(2, present(register) - timedelta(days=2))
    venue.edit(1, present(register), items=[])
    await connect(register, venue)
    assert (await register.sync()).failures == {}
    assert told(register) == {f"{VENUE}-2": 20}
    assert register.refusals() == [("sale", "Juniper", "1", "A sale without lines cannot be sent.")]
    venue.sell(1, present(register))
    await register.sync()
    assert told(register) == {f"{VENUE}-1": 20, f"{VENUE}-2": 20}
    assert register.refusals() == []
