"""A manager checks the engine by its figures, on the command line."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from budtender.backoffice import integrations
from budtender.register import Register
from budtender.simulator import Simulation
from tests.stories.command_line import CommandLine
from tests.stories.conftest import OWNER
from tests.stories.test_refusals import refused


@pytest.fixture
def sim() -> Iterator[Simulation]:
    """One store that sold for three weeks."""
    with Simulation(shoppers=12, stores=1, sales=20, days=3, limits=False) as running:
        yield running


@pytest.mark.requirement("D-004", "D-017", "D-018", "D-076")
def test_status_and_totals_tell_what_was_read(shop: CommandLine, sim: Simulation) -> None:
    store = sim.account("dutchie")

    async def connect_till() -> None:
        async with await Register.open(shop.home) as register:
            await integrations.connect_till(register, "dutchie", store.store, store.key, OWNER, base_url=store.base_url)

    asyncio.run(connect_till())
    mapping = ("stores", "map", store.store, sim.world.stores[0].name)
    refused(shop(*mapping), 1, "input_error", "AIQ's stores were not read yet.")
    assert shop(*mapping).next_step == "Read them first: budtender sync --once"
    assert shop("sync", "--once").document["failures"] == []
    known = {row["name"]: row for row in shop("status").document["credentials"]}
    till = known[store.store]
    assert till["mirrored"]["sales"] > 0
    assert till["mirrored"]["sale_lines"] >= till["mirrored"]["sales"]
    assert till["waiting"] == {}
    sales = next(row for row in till["resources"] if row["resource"] == "sales")
    assert sales["error"] is None
    assert sales["age"] is not None
    assert sales["cursor"] <= datetime.now(UTC).isoformat()
    today = datetime.now(UTC).date()
    span = ("--from", str(today - timedelta(days=5)), "--to", str(today))
    document = shop("totals", *span).document
    truth = sim.shop.totals()
    assert document["total"]["sales"] == sum(day.sales for day in truth.values())
    assert document["total"]["net"] == pytest.approx(sum(day.net_cents for day in truth.values()) / 100)
    assert all(day["agrees"] for day in document["days"])
    assert all(day["difference"]["net"] == 0 for day in document["days"])
    assert shop("totals", *span, "--store", store.store).document == document
    listed = shop("stores", "list").document["stores"]
    assert [(row["credential"], row["source"]) for row in listed] == [(store.store, "leaflogix")]
    told = shop(*mapping).document["store"]
    assert (told["store"]["name"], told["mapped_by"]) == (sim.world.stores[0].name, "here")
    assert {day["aiq_store"] for day in shop("totals", *span).document["days"]} == {sim.world.stores[0].name}
    assert shop("stores", "map", store.store, "Nowhere").code == 1
    # Every location that a key lists is counted under its own name, and only the keys are stores of this register.
    assert shop("totals", *span, "--store", "nope").next_step == f"Connected are: {store.store}."
    links = shop("links", "check").document["links"]
    assert {row["reward_id"] for row in links} == set(sim.world.rewards)
    assert shop("links", "list").document["links"] == links
    assert "ok" in shop("links", "list", json=False).out
    assert store.store in shop("stores", "list", json=False).out
    assert shop("duplicates").document["duplicates"] == []
    assert "Nobody seems" in shop("duplicates", json=False).out
    doctor = {check["name"]: check for check in shop("doctor").document["checks"]}
    assert doctor["stores"]["ok"]
    assert not doctor["links"]["ok"]  # one of the rewards ended last spring
    drawn = shop("totals", *span, json=False).out
    assert "none" in drawn
    assert store.store in shop("status", json=False).out


def test_what_makes_no_sense_is_a_sentence(shop: CommandLine) -> None:
    assert shop("totals", "--from", "yesterday", "--to", "2026-01-01").code == 1
    assert shop("totals", "--from", "2026-02-01", "--to", "2026-01-01").code == 1
    endless = shop("totals", "--from", "0001-01-01", "--to", "9999-12-31")
    assert endless.said == "0001-01-01 to 9999-12-31 is longer than the 3660 days that are added up at once."
    assert "No store" in shop("totals", "--from", "2026-01-01", "--to", "2026-01-02", "--store", "X").said
    assert shop("accept", "X", "inventory").code == 1
    assert shop("links", "check").document == {"links": [], "unchecked": []}
    assert shop("links", "check", json=False).out.startswith("No till is connected, so there is no link to check")
    assert [row["system"] for row in shop("status").document["credentials"]] == ["aiq"]
