"""Connecting one facility of a company in Flourish from the command line."""

from __future__ import annotations

import asyncio

import pytest

from budtender.cache import books
from budtender.register import Register
from budtender.simulator import Simulation
from tests.stories.command_line import Answer, CommandLine
from tests.stories.test_refusals import refused


def _connect(shop: CommandLine, sim: Simulation, store: str, *more: str, key: str = "", json: bool = True) -> Answer:
    account = sim.account("flourish")
    return shop(
        *("connect", "flourish", "--store", store, "--base-url", account.base_url, *more),
        stdin=key or f"{account.key}\n{account.second_key}\n",
        json=json,
    )


@pytest.mark.requirement("F-006")
@pytest.mark.parametrize("chosen_by", ["name", "id"])
def test_a_facility_is_chosen_by_name_or_id(shop: CommandLine, sim: Simulation, chosen_by: str) -> None:
    place = sim.account("flourish", "Old Mill").location
    answer = _connect(shop, sim, "Mill", "--second-key", "--location", "old mill" if chosen_by == "name" else place)
    assert answer.code == 0, answer.err
    connected = answer.document["connected"]
    assert (connected["system"], connected["name"], connected["account"]) == ("flourish", "Mill", place)
    assert connected["detail"] == "Old Mill"
    assert all(permission["granted"] for permission in answer.document["permissions"])
    assert asyncio.run(_facilities_after_a_start(shop)) == [place]


async def _facilities_after_a_start(shop: CommandLine) -> list[str]:
    """The key, its user name and the facility are known again to the next process."""
    async with await Register.open(shop.home) as register:
        found = await register.till("Mill").locations()
        assert found
        return [known.account for known in register.db.read(books.connections) if known.system == "flourish"]


@pytest.mark.requirement("F-006")
def test_a_key_of_a_service_needs_no_user_name(shop: CommandLine, sim: Simulation) -> None:
    answer = _connect(shop, sim, "Mill", "--location", "Old Mill", key=f"{sim.flourish_api_key}\n")
    assert answer.code == 0, answer.err


def test_where_a_key_reaches_several_one_has_to_be_chosen(shop: CommandLine, sim: Simulation) -> None:
    answer = _connect(shop, sim, "Mill", "--second-key")
    refused(answer, 1, "input_error", "This key reaches several locations.")
    for store in sim.world.stores:
        assert f"{store.name} ({sim.account('flourish', store.name).location})" in answer.next_step
    assert answer.document["error"]["field"] == "location"
    unknown = _connect(shop, sim, "Mill", "--second-key", "--location", "New Mill")
    refused(unknown, 1, "input_error", "This key does not reach one location “New Mill”.")


@pytest.mark.requirement("F-012")
def test_one_key_serves_each_of_its_facilities_once(shop: CommandLine, sim: Simulation) -> None:
    assert _connect(shop, sim, "Mill", "--second-key", "--location", "Old Mill").code == 0
    again = _connect(shop, sim, "Mill again", "--second-key", "--location", "Old Mill")
    refused(again, 1, "input_error", "This key is connected already, as “Mill”.")
    assert _connect(shop, sim, "Summit", "--second-key", "--location", "Summit Square").code == 0
    assert _connect(shop, sim, "Mill", "--second-key", "--location", "Old Mill").code == 0


@pytest.mark.requirement("F-007")
@pytest.mark.parametrize(("key", "more"), [("", ()), ("only-a-key\n", ("--second-key",))])
def test_without_both_halves_nothing_is_connected(
    shop: CommandLine, sim: Simulation, key: str, more: tuple[str, ...]
) -> None:
    answer = _connect(shop, sim, "Mill", "--location", "Old Mill", *more, key=key or "\n")
    assert answer.code == 1
    assert answer.document["error"]["kind"] == "input_error"


def test_a_wrong_user_name_is_told(shop: CommandLine, sim: Simulation) -> None:
    answer = _connect(shop, sim, "Mill", "--second-key", "--location", "Old Mill", key=f"{sim.flourish_key}\nnobody\n")
    refused(answer, 1, "misconfigured", "Flourish does not accept the key.")
