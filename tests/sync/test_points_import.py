"""What a till's own points were on a day is given in AIQ once, whatever happens to them while that goes on."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from budtender.backoffice import integrations
from budtender.simulator import Simulation
from tests.connectors.page_server import Page, PageServer
from tests.counter.counter import SYSTEM
from tests.sync.selling import Selling


def _given(sim: Simulation) -> dict[str, Decimal]:
    """By first name, the points that were imported."""
    found: dict[str, Decimal] = {}
    for effect in sim.ledger:
        persona = sim.world.personas.survivor(effect.contact_id or "") if "points imported" in effect.note else None
        if persona is not None:
            found[persona.first_name] = found.get(persona.first_name, Decimal(0)) + effect.points
    return found


@pytest.mark.requirement("P-031", "P-033")
async def test_points_are_what_they_were_and_counted_once_however_many_keys_list_them(
    tmp_path: Path, market: Simulation
) -> None:
    made = {"created_at": "2026-01-02T10:00:00.000Z"}
    people = [
        {"id": 1, "first_name": "Nia", "last_name": "Okafor", "telephone": "3035550188", "points": 120, **made},
        {"id": 2, "first_name": "Otto", "last_name": "Lind", "telephone": "3035550177", "points": 50, **made},
        {"id": 3, "first_name": "Ida", "last_name": "Rhee", "telephone": "3035550166", "points": 30, **made},
    ]
    selling = Selling(tmp_path / "home", market)
    await selling.open()
    await selling.connect()
    with PageServer() as server:
        for name in ("inventories", "coupons", "sales_histories"):
            key = "inventory" if name == "inventories" else name
            server.play(f"GET /v2/venue/{name}", Page(body={key: [], "total_pages": 1, "total_records": 0}))
        server.play("GET /v2/venue/info", Page(body={"name": "Quay", "state": "WA", "timezone": "Hawaii"}))
        server.answers("GET /v2/venue/customers", lambda _: {"customers": people, "total_pages": 1})
        for store in ("Elm", "Oak"):
            await integrations.connect_till(selling.register, "posabit", store, store, SYSTEM, base_url=server.url)
        await selling.sync()
        market.overnight()
        await selling.sync(3_600)
        day = selling.clock.now().astimezone(ZoneInfo("Pacific/Honolulu")).date() + timedelta(days=1)
        await selling.set(points_imported_on=day.isoformat())
        now = selling.clock.now()
        await selling.sync((datetime.combine(day, time(22, 50), ZoneInfo("Pacific/Honolulu")) - now).total_seconds())
        assert _given(market) == {}  # over in UTC for hours, and not yet in the store
        await selling.sync(2 * 3_600)
        people[0]["points"] = 999  # earned since
        people[1]["points"] = 20  # spent since
        people[2]["points"] = None  # the till's own programme is switched off
        people.append({"id": 4, "first_name": "New", "last_name": "Comer", "telephone": "3035550155", "points": 70})
        for _ in range(4):
            await selling.sync(3_600)
            market.overnight()
    assert _given(market) == {"Nia": 120, "Otto": 50, "Ida": 30}
    await selling.register.close()
