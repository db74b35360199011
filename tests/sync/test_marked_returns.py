"""A till that marks returns on its sales: what became of the sale itself decides whether they count."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from budtender.backoffice import integrations
from budtender.cache import tickets
from tests.connectors.page_server import Asked, Page, PageServer
from tests.counter.counter import SYSTEM
from tests.sync.selling import Selling

WILLOW = "5c0000000000000000000003"
PERSON = {"id": "7", "first_name": "Nia", "last_name": "Okafor", "phone": "3035550188", "email": "n@example.com"}


def _page(*rows: Any) -> dict[str, Any]:
    return {"message": "Success", "status": 200, "meta": {"total": len(rows)}, "data": list(rows)}


@pytest.fixture
def company() -> Iterator[tuple[PageServer, dict[str, Any]]]:
    """A company with one shopper and one order, three for thirty dollars and three of tax, which a test changes."""
    at = f"{datetime.now(UTC) - timedelta(hours=2):%Y-%m-%dT%H:%M:%SZ}"
    line = {"item_id": "70", "order_qty": 3, "unit_price": 10.0, "discount_price": 0, "line_total_price": 30.0}
    order: dict[str, Any] = {
        "order_id": "00000017",
        "facility_id": WILLOW,
        "customer_id": "7",
        "order_status": "Completed",
        "payment_status": "Paid",
        "completed_timestamp": at,
        "sub_total_price": 30.0,
        "taxes": 3.0,
        "total_price": 33.0,
        "order_lines": [line],
    }

    def orders(asked: Asked) -> object:
        first = asked.query.get("completed_timestamp_start", "")
        return _page(order) if first < at < asked.query.get("completed_timestamp_end", "") else _page()

    with PageServer(Page(body=_page())) as server:
        server.play_recorded("GET /v1/facilities", "flourish/facilities.json")
        server.play("GET /v1/customers", Page(body=_page(PERSON)))
        server.play("GET /v1/customers/7", Page(body={"message": "Success", "status": 200, "data": PERSON}))
        server.answers("GET /v1/retail-orders", orders)
        yield server, order


@pytest.mark.requirement("A-025")
async def test_returns_count_as_long_as_their_sale_does(
    register: Selling, company: tuple[PageServer, dict[str, Any]]
) -> None:
    server, order = company
    await integrations.connect_till(
        register.register, "flourish", "Willow", "key-1", SYSTEM, base_url=server.url, location=WILLOW
    )
    (line,) = order["order_lines"]
    for status, returned, comes_to in (
        ("Packed", 1, 0),  # paid and given back in part before it is handed over
        ("Completed", 1, 20),
        ("Cancelled", 1, 0),
        ("Completed", 2, 10),
        ("Cancelled", 2, 0),
        ("Completed", 2, 10),
    ):
        order |= {"order_status": status, "total_refund": 11.0 * returned}
        line["qty_returned"] = returned
        for _ in range(2):
            await register.sync(100_000)
            rows = register.register.db.read(lambda c: tickets.totals(c, "2000-01-01", "2999-12-31"))
            assert sum(row.net_cents for row in rows) == comes_to * 100, (status, returned)
            assert sum(row.tax_cents for row in rows) == comes_to * 10, (status, returned)
        register.sim.overnight()
        told = {key: sale.total for key, sale in register.sim.world.sales.items() if key.startswith(WILLOW)}
        assert sum(told.values(), Decimal(0)) == comes_to, (status, returned, told)
