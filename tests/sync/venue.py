"""A venue of POSaBIT whose sales are what a test makes of them, and a register beside it."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from budtender.backoffice import integrations
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


def written(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}.000Z"


def present(register: Selling) -> datetime:
    return datetime.fromtimestamp(register.clock.wall(), UTC)


async def connect(register: Selling, venue: Venue, name: str = "Juniper") -> None:
    await integrations.connect_till(register.register, "posabit", name, "venue-1", SYSTEM, base_url=venue.url)


def told(register: Selling) -> dict[str, Decimal]:
    register.sim.overnight()
    return {key: sale.total for key, sale in register.sim.world.sales.items() if key.startswith(f"{VENUE}-")}
