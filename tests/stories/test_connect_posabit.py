"""Connecting POSaBIT from the command line."""

from __future__ import annotations

import pytest

from budtender.simulator import Simulation
from budtender.simulator.posabit_stock import feed_key
from tests.stories.command_line import CommandLine

NAMES = ["Menu Feed", "Incoming Orders", "Venue Data", "Enhanced Customer Data"]


@pytest.mark.requirement("P-008", "P-009")
def test_every_venue_s_key_is_connected_with_the_integrator_s(new_home: CommandLine) -> None:
    with Simulation(shoppers=5, limits=False) as sim:
        for store, key in list(sim.posabit_keys.items())[:2]:
            answer = new_home(
                *("connect", "posabit", "--second-key", "--store", store, "--market", "co"),
                *("--base-url", sim.posabit_url),
                stdin=f"{key}\n{sim.posabit_integrator}\n",
            )
            assert answer.code == 0, answer.err
            assert answer.document["connected"]["name"] == store
            assert answer.document["connected"]["market"] == "CO"
            assert [row["name"] for row in answer.document["permissions"] if row["granted"]] == NAMES
        assert "/v3/" in {call.path for call in sim.calls if call.path.endswith("/v3/info")}.pop()
        again = new_home("connect", "posabit", "--store", "Elm", "--base-url", sim.posabit_url, stdin=sim.posabit_key)
        assert again.document["error"]["field"] == "key"


@pytest.mark.requirement("P-006")
def test_a_person_reads_which_permission_is_missing_and_who_can_grant_it(new_home: CommandLine) -> None:
    with Simulation(shoppers=5, limits=False, posabit={"permissions": NAMES[:3]}) as sim:
        answer = new_home(
            *("connect", "posabit", "--store", "Elm", "--base-url", sim.posabit_url), stdin=sim.posabit_key, json=False
        )
    assert answer.code == 0
    assert "Not granted: Enhanced Customer Data." in answer.out
    assert "representative" in answer.out


def test_the_menu_s_key_is_kept_and_used(new_home: CommandLine) -> None:
    with Simulation(shoppers=5, limits=False) as sim:
        words = ("connect", "posabit", "--store", "Elm", "--base-url", sim.posabit_url)
        key = feed_key(sim.world.stores[0])
        assert new_home(*words, "--details", key, stdin=sim.posabit_key).code == 0
        # The key is renewed; the menu stays as it was told.
        assert new_home(*words, stdin=sim.posabit_key).code == 0
        new_home("sync", "--once")
        assert sim.calls.of("GET", "/posabit/api/v3/menu_feeds/{feed_key}")[-1].path.endswith(key)
        refused = new_home(
            "connect", "dutchie", "--store", "Oak", "--details", "x", "--base-url", sim.url, stdin=sim.dutchie_key
        )
    assert refused.document["error"]["field"] == "details"


@pytest.mark.parametrize("integrator", [True, False])
def test_a_wrong_key_of_the_menu_is_told_before_it_is_kept(new_home: CommandLine, integrator: bool) -> None:
    with Simulation(shoppers=0, limits=False) as sim:
        words = ["connect", "posabit", "--store", "Elm", "--base-url", sim.posabit_url]
        words += ["--second-key"] if integrator else []
        key = f"{sim.posabit_key}\n{sim.posabit_integrator}\n"
        answer = new_home(*words, "--details", "wrongfeed", stdin=key)
        assert answer.said == "POSaBIT knows no menu feed with the key that was given for it."
        assert answer.document["error"]["field"] == "details"
        assert new_home("status").document["credentials"] == []
        assert new_home(*words, stdin=key).code == 0


def test_a_second_half_that_is_wanted_and_not_given_is_asked_for_by_name(
    new_home: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BUDTENDER_SECOND_KEY", " ")
    answer = new_home("connect", "posabit", "--second-key", "--store", "Elm", stdin="one-line\n")
    assert answer.said == "No integrator token was given."
