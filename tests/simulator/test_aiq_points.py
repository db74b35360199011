"""Adjusting points, the windows that list changes, and reads that lag behind."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from budtender.simulator import Simulation
from tests.simulator.aiq_client import INES, AiqClient


def window(aiq: AiqClient, sim: Simulation, what: str, *, back: int = 60) -> Any:
    now = int(sim.clock.now())
    return aiq.data("GET", f"/api/v1.1/{what}/9001/{now - back}/{now}")


def test_an_adjustment_is_signed_and_levelled(aiq: AiqClient, sim: Simulation) -> None:
    contact_id = aiq.contact_id(INES)
    assert aiq.adjust(contact_id, 10.25, "gift").status_code == 200
    assert sim.world.balance(contact_id) == Decimal("422.75")
    assert aiq.adjust(contact_id, -500, "too much").status_code == 200
    assert sim.world.balance(contact_id) == 0
    rows = window(aiq, sim, "adjustments")
    assert [(row["points"], row["note"], row["type"]) for row in rows] == [
        (10.25, "gift", "adjustment"),
        (-500, "too much", "adjustment"),
        (77.25, "block adjustment", "block adjustment"),
    ]
    assert {row["contactID"] for row in rows} == {contact_id}
    assert {row["mobilePhone"] for row in rows} == {INES}


@pytest.mark.parametrize("body", [{"value": "5", "note": "x"}, {"value": 5}, {"value": 5, "note": 7}, []])
def test_an_adjustment_of_wrong_types_is_refused(aiq: AiqClient, sim: Simulation, body: Any) -> None:
    path = f"/api/v1.1/adjust/loyaltyPoints/9001/{aiq.contact_id(INES)}"
    assert aiq.put(path, json=body).status_code == 400
    assert sim.ledger == []


def test_an_unknown_contact_is_not_found(aiq: AiqClient) -> None:
    assert aiq.adjust("no-such-contact", 5).status_code == 404


def test_windows_are_null_when_empty_and_hold_both_ends(aiq: AiqClient, sim: Simulation) -> None:
    assert window(aiq, sim, "redemptions") is None
    assert window(aiq, sim, "adjustments") is None
    sim.redeem_elsewhere(INES, "58214")
    (row,) = window(aiq, sim, "redemptions")
    assert (row["discountID"], row["discountName"], row["points"]) == ("58214", "Five percent off", 100)
    at = row["ts"]
    assert aiq.data("GET", f"/api/v1.1/redemptions/9001/{at}/{at}") == [row]
    assert aiq.data("GET", f"/api/v1.1/redemptions/9001/{at + 1}/{at + 60}") is None
    assert aiq.get(f"/api/v1.1/redemptions/9001/yesterday/{at}").status_code == 400


def test_the_timeline_shows_one_persona(aiq: AiqClient, sim: Simulation) -> None:
    sim.earn(INES, 12)
    sim.earn("3035550101", 13)
    sim.redeem_elsewhere(INES, "58214")
    path = f"/api/v1.1/contact/loyaltyPoints/timeline/9001/{aiq.contact_id(INES)}"
    assert [event["type"] for event in aiq.data("GET", path)["events"]] == ["earn", "redeem"]
    assert aiq.data("GET", path, params={"start": 1, "end": 2})["events"] is None


def test_reads_lag_and_effects_do_not(aiq: AiqClient, sim: Simulation) -> None:
    sim.read_lag = 30
    contact_id = aiq.contact_id(INES)
    url = aiq.reward(INES, "58213")["redemptionURL"]
    aiq.data("PUT", url)
    aiq.adjust(contact_id, 7, "late news")
    assert sim.world.balance(contact_id) == Decimal("169.5")
    assert aiq.wallet(INES)["loyaltyPoints"] == 412.5
    assert aiq.search(INES)[0]["loyaltyPoints"] == 412.5
    assert window(aiq, sim, "redemptions") is None
    assert window(aiq, sim, "adjustments") is None
    sim.clock.advance(31)
    assert aiq.wallet(INES)["loyaltyPoints"] == 169.5
    assert len(window(aiq, sim, "redemptions", back=90)) == 1
    assert len(window(aiq, sim, "adjustments", back=90)) == 1


def test_the_view_by_code_lags_too(aiq: AiqClient, sim: Simulation) -> None:
    sim.read_lag = 30
    sim.earn(INES, 100)
    aiq.data("POST", "/api/v2/verify/contact/wallet", json={"phone": INES})
    body = {"phone": INES, "code": sim.last_code(INES)}
    assert aiq.data("POST", "/api/v2/view/contact/wallet", json=body)["loyaltyPoints"] == 412.5


def test_a_lagging_read_knows_no_newcomer_and_still_knows_the_merged(aiq: AiqClient, sim: Simulation) -> None:
    sim.read_lag = 30
    merged = aiq.contact_id("3035550105")
    aiq.data("POST", "/api/v2/loyalty", json={"firstName": "New", "mobilePhone": "3035550190", "loyalty": True})
    sim.overnight()
    assert aiq.search("3035550190") == []
    assert aiq.get(f"/api/v1.1/piis/9001/{merged}").status_code == 200
    sim.clock.advance(31)
    assert len(aiq.search("3035550190")) == 1
    assert aiq.get(f"/api/v1.1/piis/9001/{merged}").status_code == 404
