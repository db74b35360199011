"""One round trip from a timer: whoever reads only its exit code and its closing line knows what is amiss."""

from __future__ import annotations

import asyncio

from budtender.backoffice import integrations
from budtender.register import Register
from budtender.simulator import Simulation
from tests.stories.command_line import CommandLine
from tests.stories.conftest import OWNER, connect
from tests.stories.test_refusals import INES, verified


def test_as_long_as_something_waits_for_a_system_that_is_away_every_run_says_so(new_home: CommandLine) -> None:
    with Simulation(shoppers=0, limits=False) as sim:
        asyncio.run(connect(new_home.home, sim))
        code = verified(new_home, sim)
        assert new_home("sync", "--once").code == 0
    assert new_home("redeem", INES, "58214", "--code", code).document["redemption"]["state"] == "waiting"
    for _ in range(3):
        # What was read well a moment ago is not due, and the entry rests between its tries.
        trip = new_home("sync", "--once")
        assert trip.code == 3
        assert [failure["system"] for failure in trip.document["failures"]] == ["aiq"]
        assert trip.document["outbox"]["waiting"] == 1
    held = new_home("status").document["credentials"][0]["held_up"]
    assert held["count"] == 1
    assert held["error"] in trip.document["failures"][0]["error"]
    assert held["error"] in new_home("status", json=False).out


def test_a_reading_that_failed_is_told_until_it_was_tried_well(new_home: CommandLine) -> None:
    with Simulation(shoppers=0, limits=False) as sim:
        asyncio.run(connect(new_home.home, sim))
    for _ in range(2):
        trip = new_home("sync", "--once")
        assert (trip.code, trip.document["failures"][0]["system"]) == (3, "aiq")


def test_a_till_alone_is_read_without_a_word_about_aiq(new_home: CommandLine) -> None:
    async def connect_till(sim: Simulation) -> None:
        store = sim.account("dutchie")
        async with await Register.open(new_home.home) as register:
            await integrations.connect_till(register, "dutchie", store.store, store.key, OWNER, base_url=store.base_url)

    with Simulation(shoppers=6, stores=1, sales=5, days=3, limits=False) as sim:
        asyncio.run(connect_till(sim))
        trip = new_home("sync", "--once")
    assert (trip.code, trip.document["failures"]) == (0, [])


def test_with_nothing_connected_it_says_what_to_connect(new_home: CommandLine) -> None:
    answer = new_home("sync", "--once")
    assert (answer.code, answer.document["error"]["kind"]) == (1, "not_connected")
    assert "budtender connect aiq" in answer.next_step


def test_what_aiq_was_told_of_the_tills_is_counted(new_home: CommandLine) -> None:
    async def connect_till(sim: Simulation) -> None:
        store = sim.account("dutchie")
        async with await Register.open(new_home.home) as register:
            await integrations.connect_till(register, "dutchie", store.store, store.key, OWNER, base_url=store.base_url)

    with Simulation(shoppers=12, stores=1, sales=20, days=3, limits=False) as sim:
        asyncio.run(connect(new_home.home, sim))
        asyncio.run(connect_till(sim))
        sim.faults.add("status", match="*/createUpdateInventory/*", status=503, times=None)
        told = new_home("sync", "--once").document["told"]
        sim.overnight()
        # What was told before something else failed counts as well.
        assert (told["sales"], told["inventory"]) == (len(sim.world.sales), 0)
        guests = {None, *sim.shop.guests.values()}
        buyers = [sale.customer_id for sale in sim.shop.sales if sale.customer_id not in guests]
        assert told["personas"] >= len(set(buyers)) > 1
        assert new_home("sync", "--once").document["told"] == {"personas": 0, "sales": 0, "inventory": 0}
        sim.shop.sell(sim.world.stores[0].id, buyers[0])
        said = new_home("sync", "--once", json=False).out
        assert said.startswith("0 sent, 0 balances refreshed; AIQ was told of 1 sale; 0 waiting, ")
        assert "personas (" not in said
        assert " wait for AIQ" in new_home("status", json=False).out
