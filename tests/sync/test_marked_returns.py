"""A till that marks returns on its sales: what became of the sale itself decides whether they count."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from budtender.backoffice import integrations
from budtender.cache import tickets
from tests.connectors.page_server import PageServer
from tests.counter.counter import SYSTEM
from tests.sync.company import WILLOW
from tests.sync.selling import Selling


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
