"""Lists as Flourish answers with them, and what a pull brings of them."""

from __future__ import annotations

from typing import Any

from budtender.connectors.flourish import Flourish
from budtender.model import Batch, Cursor, Resource
from tests.connectors.page_server import Page

WILLOW = "5c0000000000000000000003"
CUSTOMERS, ORDERS = "GET /v1/customers", "GET /v1/retail-orders"


def listed(*rows: Any, total: int | None = None) -> Page:
    """One page of a list; `total` where there are more rows than these."""
    meta = {"total": len(rows) if total is None else total}
    return Page(body={"message": "Success", "status": 200, "meta": meta, "data": list(rows)})


async def pulled(connector: Flourish, resource: Resource, since: Cursor | None = None) -> list[Batch]:
    """Everything that one pull brings."""
    return [batch async for batch in connector.pull(resource, since)]


def ids(batches: list[Batch]) -> list[str]:
    """The ids of all rows, in order."""
    return [row.id for batch in batches for row in batch.rows if not hasattr(row, "customer_id") or hasattr(row, "id")]
