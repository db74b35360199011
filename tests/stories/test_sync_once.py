"""One round trip from a timer: whoever reads only its exit code and its closing line knows what is amiss."""

from __future__ import annotations

import asyncio

from budtender.simulator import Simulation
from tests.stories.command_line import CommandLine
from tests.stories.conftest import connect
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


def test_with_nothing_connected_it_says_what_to_connect(new_home: CommandLine) -> None:
    answer = new_home("sync", "--once")
    assert (answer.code, answer.document["error"]["kind"]) == (1, "not_connected")
    assert "budtender connect aiq" in answer.next_step
