"""Joining loyalty, and consent to texts and mail."""

from __future__ import annotations

from typing import Any

import pytest

from budtender.simulator import Simulation
from budtender.simulator.clock import Clock
from tests.simulator.aiq_client import INES, NEW, AiqClient


def sign_up(aiq: AiqClient, **fields: Any) -> Any:
    form = {"firstName": "Nova", "lastName": "Quist", "mobilePhone": NEW, "loyalty": True, "disableSMS": True}
    return aiq.data("POST", "/api/v2/loyalty", json=form | fields)


def texts(aiq: AiqClient, phone: str, status: str, **query: str) -> None:
    assert aiq.data("PUT", f"/api/v2/optin/text/{phone}/{status}", params=query) is None


def test_a_newcomer_is_found_at_once(aiq: AiqClient, sim: Simulation) -> None:
    made = sign_up(aiq, favoriteStoreID=32)
    (row,) = aiq.search(NEW)
    assert (row["contactID"], row["favoriteStoreID"], row["loyalty"]) == (made["contactID"], 32, True)
    assert aiq.wallet(NEW)["discountTemplates"]
    assert [effect.kind for effect in sim.ledger] == ["signup"]


def test_the_same_phone_twice_makes_two_personas_until_the_night(aiq: AiqClient, sim: Simulation) -> None:
    first, second = sign_up(aiq)["contactID"], sign_up(aiq)["contactID"]
    assert {row["contactID"] for row in aiq.search(NEW)} == {first, second}
    sim.overnight()
    (row,) = aiq.search(NEW)
    assert row["contactID"] in (first, second)


@pytest.mark.parametrize(
    ("flags", "sent"),
    [
        ({"disableSMS": True}, 0),
        ({"disableSMS": False}, 1),
        ({"disableSMS": None}, 1),
        ({"disableSMS": True, "smsoptin": True}, 1),
    ],
)
def test_a_text_goes_out_unless_it_is_told_not_to(
    aiq: AiqClient, sim: Simulation, flags: dict[str, Any], sent: int
) -> None:
    sign_up(aiq, **flags)
    assert len(sim.texts) == sent


def test_a_bad_phone_is_stored_blank(aiq: AiqClient) -> None:
    made = sign_up(aiq, mobilePhone="0005550190", email="nova@example.org")
    (row,) = aiq.search("nova@example.org")
    assert (row["contactID"], row["mobilePhone"]) == (made["contactID"], "")


@pytest.mark.parametrize(
    "fields", [{"favoriteStoreID": "31"}, {"favoriteStoreID": 0}, {"loyalty": "true"}, {"mobilePhone": 3035550190}]
)
def test_wrong_types_are_refused(aiq: AiqClient, sim: Simulation, fields: dict[str, Any]) -> None:
    assert aiq.post("/api/v2/loyalty", json={"mobilePhone": NEW, "loyalty": True} | fields).status_code == 400
    assert sim.ledger == []


def test_opting_out_is_at_once_and_stays(aiq: AiqClient, sim: Simulation) -> None:
    texts(aiq, INES, "false")
    (row,) = aiq.search(INES)
    assert row["optinTime"] == 0
    assert row["optoutTime"] > 0
    texts(aiq, INES, "true")
    assert aiq.search(INES) == [row]
    assert [effect.kind for effect in sim.ledger] == ["optout"]
    sim.reply(INES, "yes")
    assert aiq.search(INES)[0]["optinTime"] > 0


def test_double_opt_in_asks_by_text_and_waits_for_yes(aiq: AiqClient, sim: Simulation) -> None:
    sign_up(aiq)
    texts(aiq, NEW, "true", doubleOpt="true")
    (row,) = aiq.search(NEW)
    assert (row["optinTime"], row["hasRequested"]) == (0, True)
    assert len(sim.texts) == 1
    sim.reply(NEW, "YES")
    assert aiq.search(NEW)[0]["optinTime"] > 0
    texts(aiq, "3035550101", "true", doubleOpt="true", loyalty="false")
    assert len(sim.texts) == 1


def test_an_unknown_number_is_not_created(aiq: AiqClient, sim: Simulation) -> None:
    before = len(sim.world.personas)
    texts(aiq, "3035550199", "true")
    assert aiq.data("PUT", "/api/v2/optin/email/nobody%40example.org/true") is None
    assert (len(sim.world.personas), sim.ledger) == (before, [])
    assert aiq.put(f"/api/v2/optin/text/{INES}/maybe").status_code == 400


def test_a_reply_is_yes_or_stop(sim: Simulation) -> None:
    with pytest.raises(ValueError, match="YES or STOP"):
        sim.reply(INES, "perhaps")


def test_the_clock_never_goes_back() -> None:
    clock = Clock(start=1000.0, speed=0)
    assert clock.advance(5) == clock.now() == 1005.0
    with pytest.raises(ValueError, match="cannot go back"):
        clock.advance(-1)
    with pytest.raises(ValueError, match="speed"):
        clock.speed = -1
