"""Behind Dutchie: a world that goes on is copied whole, whatever the till's habits are."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import msgspec
import pytest

from budtender.backoffice import integrations
from budtender.model import Customer
from budtender.simulator import Simulation
from budtender.simulator.dutchie_habits import Habits
from budtender.simulator.records import digits
from tests.counter.counter import SYSTEM
from tests.sync.selling import Selling


@pytest.fixture
def going_on() -> Iterator[Simulation]:
    """Two stores with a crowd of customers and two months of sales."""
    with Simulation(shoppers=30, stores=2, crowd=120, sales=300, days=60, limits=False, seed=4) as running:
        yield running


@pytest.fixture
async def dutchie(tmp_path: Path, going_on: Simulation) -> AsyncIterator[Selling]:
    """A register that is connected to AIQ and to both stores' Dutchie, and has read nothing yet."""
    counter = Selling(tmp_path / "home", going_on)
    await counter.open()
    await counter.connect()
    await counter.connect_stores("dutchie")
    yield counter
    await counter.register.close()


def customers(dutchie: Selling) -> dict[str, tuple[object, ...]]:
    """What this register knows of the till's customers, by the till's id."""
    rows = dutchie.register.db.read(lambda c: c.execute("SELECT body FROM customer").fetchall())
    found = (msgspec.json.decode(row["body"], type=Customer) for row in rows)
    return {
        known.id: (known.last_name, {phone[2:] for phone in known.phones}, known.merged_into, known.archived)
        for known in found
        if not known.anonymous
    }


def profiles(sim: Simulation) -> dict[str, tuple[object, ...]]:
    """The same, of what the world knows; the last year's, as far as a first copy looks back."""
    with sim.world.moment():
        return {
            str(known.customer_id): (
                known.last_name,
                {digits(phone) for phone in (known.phone, known.cell_phone) if phone},
                str(known.merged_into_customer_id) if known.merged_into_customer_id else None,
                known.status == "Archived",
            )
            for known in sim.world.customers
            if not known.is_anonymous
        }


@pytest.mark.requirement("D-010", "D-061")
@pytest.mark.parametrize(
    "habits",
    [
        Habits(),
        Habits(returns="mixed", taxed_prices=True, delay=240, product_delay=3_000),
        Habits(returns="positive", no_inventory=True, delay=60),
    ],
    ids=["as described", "late and with taxes", "without signs"],
)
async def test_what_goes_on_is_copied_whole(dutchie: Selling, habits: Habits) -> None:
    sim = dutchie.sim
    sim.dutchie.habits = habits
    assert (await dutchie.sync()).failures == {}
    for _ in range(4):
        sim.life.happen(40)
        await dutchie.sync()
    # What was still on its way shows up a little later.
    await dutchie.sync()
    dutchie.assert_sold()
    dutchie.assert_told()
    known, told = profiles(sim), customers(dutchie)
    assert told.keys() <= known.keys()
    assert {key: told[key] for key in told} == {key: known[key] for key in told}


async def test_lost_answers_and_restarts_lose_and_double_nothing(dutchie: Selling) -> None:
    sim = dutchie.sim
    for match in ("GET /reporting/transactions", "GET /customer/customers", "GET /customer/customers-paginated"):
        sim.faults.add("drop_after", match=match, times=2)
        sim.faults.add("status", match=match, status=503, times=1)
    for _ in range(6):
        sim.life.happen(25)
        await dutchie.sync(4_000)
        await dutchie.restart()
    dutchie.assert_sold()
    dutchie.assert_told()


@pytest.mark.requirement("D-005", "D-006")
async def test_a_store_with_two_keys_has_sold_once(dutchie: Selling) -> None:
    """A medical and a recreational key may belong to one location, and then both bring the same sales."""
    sim = dutchie.sim
    key = sim.dutchie_medical_keys["Harbor Street"]
    store = "Harbor Street medical"
    await integrations.connect_till(dutchie.register, "dutchie", store, key, SYSTEM, base_url=sim.url)
    assert (await dutchie.sync()).failures == {}
    sim.life.happen(30)
    await dutchie.sync()
    dutchie.assert_sold()
    dutchie.assert_told()
    assert {sale.store for sale in sim.world.sales.values()} == {s.name for s in sim.world.stores}
    told = {row["credential"] for row in dutchie.register.db.read(lambda c: c.execute(_CREDENTIALS).fetchall())}
    assert {"Harbor Street", store} <= told
    assert len(sim.world.sales) == len({pos_id.removesuffix("-void") for pos_id in sim.world.sales})


_CREDENTIALS = "SELECT DISTINCT credential FROM ticket"
