"""A company of Flourish with one shopper and one order, whose answers are what a test makes of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.connectors.page_server import Asked, Page, PageServer

WILLOW = "5c0000000000000000000003"
PERSON = {"id": "7", "first_name": "Nia", "last_name": "Okafor", "phone": "3035550188", "email": "n@example.com"}


def _page(*rows: Any) -> dict[str, Any]:
    return {"message": "Success", "status": 200, "meta": {"total": len(rows)}, "data": list(rows)}


@contextmanager
def flourish_company() -> Iterator[tuple[PageServer, dict[str, Any]]]:
    """Its server, and the order: three for thirty dollars and three of tax."""
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
