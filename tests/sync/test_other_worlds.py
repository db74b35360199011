"""Behind each other till: a world that goes on is copied whole, whatever gets lost on the way."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import msgspec
import pytest

from budtender.cache import copying
from budtender.model import Customer
from budtender.simulator import Simulation
from budtender.simulator.records import digits
from tests.sync.selling import Selling

FAULTS = {
    "posabit": ("GET /posabit/api/v3/venue/sales_histories", "GET /posabit/api/v3/venue/customers"),
    "custom": ("GET /custom/api/transactions", "GET /custom/api/shoppers"),
    "flourish": ("GET /flourish/external/api/v1/retail-orders", "GET /flourish/external/api/v1/customers"),
}
#: Longer than a night: a till that only marks its sales is asked for refunds once in one.
NIGHT = 97_200


@pytest.fixture
def going_on() -> Iterator[Simulation]:
    """Two stores with a crowd of customers and two months of sales."""
    with Simulation(shoppers=30, stores=2, crowd=400, sales=700, days=60, limits=False, seed=4) as running:
        yield running


@pytest.fixture(params=sorted(FAULTS))
async def behind(tmp_path: Path, going_on: Simulation, request: pytest.FixtureRequest) -> AsyncIterator[Selling]:
    """A register that is connected to AIQ and to both stores of a till, and has read nothing yet."""
    counter = Selling(tmp_path / "home", going_on)
    await counter.open()
    await counter.connect()
    await counter.connect_stores(request.param)
    yield counter
    await counter.register.close()


def assert_known(behind: Selling) -> None:
    """What this register knows of the till's customers is what the world knows of them."""
    rows = behind.register.db.read(lambda c: c.execute("SELECT body FROM customer").fetchall())
    told = {known.id: known for known in (msgspec.json.decode(row["body"], type=Customer) for row in rows)}
    with behind.sim.world.moment():
        known = {str(row.customer_id): row for row in behind.sim.world.customers if not row.is_anonymous}
    assert told
    assert told.keys() <= known.keys()
    for key, customer in told.items():
        profile = known[key]
        assert customer.last_name == (profile.last_name or "")
        phones = {digits(phone) for phone in (profile.phone, profile.cell_phone) if phone}
        assert {phone[2:] for phone in customer.phones} <= phones
        assert bool(customer.phones) == bool(phones)
        assert (customer.archived or customer.merged_into is not None) == (
            profile.status == "Archived" or profile.merged_into_customer_id is not None
        )


@pytest.mark.requirement("P-026", "F-025")
async def test_what_goes_on_is_copied_whole(behind: Selling) -> None:
    assert (await behind.sync()).failures == {}
    for _ in range(4):
        behind.sim.life.happen(40)
        await behind.sync()
    await behind.sync(NIGHT)
    behind.assert_sold()
    behind.assert_told()
    assert_known(behind)


async def test_lost_answers_and_restarts_lose_and_double_nothing(behind: Selling) -> None:
    for match in FAULTS[behind.system]:
        for name in ("drop_after", "truncate", "not_json", "null_fields", "wrong_types"):
            behind.sim.faults.add(name, match=match, times=1, after=1)
        behind.sim.faults.add("status", match=match, status=503, times=2)
    for _ in range(8):
        behind.sim.life.happen(25)
        await behind.sync(4_000)
        await behind.restart()
    await behind.sync(4_000)
    await behind.sync(NIGHT)
    behind.assert_sold()
    behind.assert_told()
    assert_known(behind)


async def test_a_key_that_has_to_pause_is_asked_nothing_more(behind: Selling) -> None:
    """These tills count a key's calls together, so what one list is told holds for all; none of them has failed."""
    assert (await behind.sync()).failures == {}
    behind.sim.faults.add("rate_limit", match=f"GET /{behind.system}/*", times=None, seconds=600)
    asked = len(behind.sim.calls)
    trip = await behind.sync()
    tills = [account.store for account in behind.sim.accounts if account.system == behind.system]
    assert set(tills) <= set(trip.failures)
    calls = [call for call in behind.sim.calls[asked:] if call.path.startswith(f"/{behind.system}/")]
    assert 1 <= len(calls) <= len(tills)  # Flourish has one key for all stores
    failed = behind.register.db.read(lambda c: [state for state in copying.all_of(c) if state.failures])
    assert len(failed) <= 2 * len(tills)
