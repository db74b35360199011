"""Two tills that number their customers alike are two tills' people in AIQ, and one till's people stay one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from budtender.backoffice import integrations
from tests.connectors.page_server import Page, PageServer
from tests.counter.counter import SYSTEM
from tests.sync.selling import Selling

AT = datetime.now(UTC) - timedelta(days=3)
NIA = {"id": 7, "first_name": "Nia", "last_name": "Okafor", "telephone": "3035550188"}
OTTO = {"id": 7, "first_name": "Otto", "last_name": "Lind", "telephone": "3035550177"}


@contextmanager
def venue(licence: str, customer: dict[str, Any], sale: int) -> Iterator[PageServer]:
    """A venue of POSaBIT with one customer who bought once."""
    item = {"item_id": 1, "sku": "A", "product_name": "Amber", "quantity": 1, "tax": 0, "total": 1000 * sale}
    when = f"{AT:%Y-%m-%dT%H:%M:%S}.000Z"
    ticket = {"id": sale, "ordered_at": when, "updated_at": when, "customer_id": 7, "tax": 0, "total": 1000 * sale}
    rows = {"customers": [customer], "sales_histories": [{**ticket, "items": [item]}], "inventory": [], "coupons": []}
    with PageServer() as server:
        server.play("GET /v2/venue/info", Page(body={"name": licence, "license": licence, "state": "CO"}))
        for key, found in rows.items():
            path = "inventories" if key == "inventory" else key
            body = {key: found, "total_records": len(found), "total_pages": 1}
            server.play(f"GET /v2/venue/{path}", Page(body=body))
        yield server


def _bought(selling: Selling) -> dict[str, list[str]]:
    """By first name, what AIQ says that somebody's sales came to."""
    selling.sim.overnight()
    found: dict[str, list[str]] = {}
    for sale in selling.sim.world.sales.values():
        persona = selling.sim.world.personas.survivor(sale.contact_id) if sale.contact_id else None
        found.setdefault(persona.first_name if persona else "", []).append(str(sale.total))
    return {name: sorted(totals) for name, totals in found.items()}


@pytest.mark.requirement("A-020")
async def test_somebody_else_s_id_is_nobody_s_own(register: Selling) -> None:
    with ExitStack() as venues:
        tills = [venues.enter_context(venue(*told)) for told in (("L1", NIA, 1), ("L2", OTTO, 2), ("L3", NIA, 3))]
        for place, server in zip(("Elm", "Oak", "Ash"), tills, strict=True):
            await integrations.connect_till(register.register, "posabit", place, place, SYSTEM, base_url=server.url)
        await register.sync()
        assert _bought(register) == {"Nia": ["10.00", "30.00"], "Otto": ["20.00"]}
        moved = {"customers": [{**OTTO, "telephone": "3035550166"}], "total_records": 1, "total_pages": 1}
        tills[1].play("GET /v2/venue/customers", Page(body=moved))
        await register.sync()
        assert _bought(register) == {"Nia": ["10.00", "30.00"], "Otto": ["20.00"]}
    own = {one.first_name: one.source_ids for one in register.sim.world.personas if one.first_name in ("Nia", "Otto")}
    assert own == {"Nia": ("7",), "Otto": ("Oak-7",)}
