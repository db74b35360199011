"""A name that is connected already: its key is renewed, and the name does not move to another location."""

from __future__ import annotations

from pathlib import Path

import pytest

from budtender.simulator import Simulation
from tests.stories.command_line import Answer, CommandLine
from tests.stories.test_refusals import refused

DESCRIPTION = """
[source]
kind = "csv"
folder = "{folder}"
location = "{location}"

[shoppers]
files = "shoppers*.csv"
[shoppers.fields]
id = "id"
first_name = "first"
"""


def _connect(shop: CommandLine, sim: Simulation, system: str, store: str, place: str, *more: str) -> Answer:
    account = sim.account(system, place)
    return shop(
        *("connect", system, "--store", store, "--base-url", account.base_url, *more),
        *(("--second-key",) if account.second_key else ()),
        stdin=f"{account.key}\n{account.second_key}\n",
    )


@pytest.mark.parametrize("system", ["dutchie", "posabit"])
def test_a_name_keeps_its_location_and_its_market(shop: CommandLine, sim: Simulation, system: str) -> None:
    one, other = (store.name for store in sim.world.stores[:2])
    first = _connect(shop, sim, system, "Ours", one, "--market", "CO").document["connected"]
    moved = _connect(shop, sim, system, "Ours", other)
    refused(moved, 1, "input_error", f"“Ours” stands for {one}, and this key is for {other}.")
    assert "--store NAME" in moved.next_step
    renewed = _connect(shop, sim, system, "Ours", one)
    assert (renewed.code, renewed.document["connected"]) == (0, first)
    assert _connect(shop, sim, system, "Ours", one, "--market", "NV").document["connected"]["market"] == "NV"


def test_one_facility_is_not_taken_for_another_of_the_same_company(shop: CommandLine, sim: Simulation) -> None:
    one, other = (store.name for store in sim.world.stores[:2])
    first = _connect(shop, sim, "flourish", "Ours", one, "--location", one, "--market", "CO").document["connected"]
    moved = _connect(shop, sim, "flourish", "Ours", one, "--location", other)
    refused(moved, 1, "input_error", f"“Ours” stands for {one}, and this key is for {other}.")
    renewed = _connect(shop, sim, "flourish", "Ours", one)
    assert (renewed.code, renewed.document["connected"]) == (0, first)


def test_a_till_of_one_s_own_is_renewed_unless_it_names_another_store(new_home: CommandLine, tmp_path: Path) -> None:
    for folder in ("old", "new"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "shoppers.csv").write_text("id,first\n1,Ann\n")

    def connect(folder: str, location: str) -> Answer:
        described = tmp_path / "till.toml"
        described.write_text(DESCRIPTION.format(folder=(tmp_path / folder).as_posix(), location=location))
        return new_home("connect", "custom", "--store", "Ours", "--mapping", str(described))

    first = connect("old", "elm")
    assert first.code == 0, first.err
    refused(connect("new", "oak"), 1, "input_error", "“Ours” stands for elm, and this key is for oak.")
    assert connect("new", "elm").document["connected"] == first.document["connected"]


@pytest.mark.parametrize(("system", "name"), [("aiq", "AIQ"), ("dutchie", "Dutchie")])
def test_an_address_that_leads_past_the_system_is_what_is_said_to_be_wrong(
    new_home: CommandLine, sim: Simulation, system: str, name: str
) -> None:
    whom = ("--uid", sim.uid) if system == "aiq" else ("--store", "Ours")
    answer = new_home("connect", system, *whom, "--base-url", f"{sim.url}/elsewhere", stdin="a-key\n")
    refused(answer, 1, "misconfigured", f"{name} does not offer this at the set address.")
    assert answer.next_step.startswith("Check the address:")
