"""Another process sees and steers the world over the control plane."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from budtender.simulator import CASES, Simulation
from tests.simulator.aiq_client import INES, AiqClient


class Control:
    """Calls the control plane."""

    def __init__(self, url: str) -> None:
        self.client = httpx.Client(base_url=f"{url}/_simulator", trust_env=False, verify=False)

    def __call__(self, method: str, path: str, status: int = 200, **options: Any) -> Any:
        answer = self.client.request(method, path, **options)
        assert answer.status_code == status, answer.text
        return answer.json()


@pytest.fixture
def control(sim: Simulation) -> Iterator[Control]:
    calls = Control(sim.url)
    with calls.client:
        yield calls


def test_it_says_how_to_connect(sim: Simulation, control: Control) -> None:
    about = control("GET", "/")
    assert (about["uid"], about["aiq_key"]) == ("9001", sim.aiq_key)
    assert about["dutchie_keys"]["Harbor Street"] == sim.dutchie_key


def test_it_lists_the_named_cases(control: Control) -> None:
    shown = {row["phone"]: row for row in control("GET", "/shoppers")}
    assert [*shown] == [case.number for case in CASES]
    assert shown[INES]["points"] == "412.5"
    assert shown["3035550124"]["points"] is None


def test_it_shows_texts_effects_and_balances(sim: Simulation, aiq: AiqClient, control: Control) -> None:
    aiq.data("POST", "/api/v2/verify/contact/wallet", json={"phone": INES})
    (text,) = control("GET", "/texts", params={"phone": INES})
    assert text["code"] == sim.last_code(INES)
    assert control("GET", "/texts", params={"phone": "3035550101"}) == []
    control("POST", "/earn", json={"phone": INES, "points": "7.5"})
    control("POST", "/redeem", json={"phone": INES, "reward_id": "58214"})
    assert control("GET", "/balance", params={"phone": INES})["points"] == "320.0"
    kinds = [effect["kind"] for effect in control("GET", "/ledger", params={"phone": INES})]
    assert kinds == ["text", "earn", "redeem"]
    assert len(control("GET", "/ledger", params={"kind": "earn"})) == 1


def test_it_steers_people_time_and_nights(sim: Simulation, control: Control) -> None:
    before = sim.clock.now()
    after = control("POST", "/clock", json={"advance": 3600, "speed": 0})
    assert after["now"] >= before + 3600
    assert sim.clock.speed == 0
    control("POST", "/block", json={"phone": INES})
    assert sim.world.find(INES) is not None
    assert [persona.blocked for persona in sim.world.personas.with_key(INES)] == [True]
    control("POST", "/reply", json={"phone": "3035550101", "word": "STOP"})
    assert control("POST", "/overnight")["merged"] == 4


def test_it_steers_faults_and_counts_calls(sim: Simulation, aiq: AiqClient, control: Control) -> None:
    made = control("POST", "/faults", json={"name": "status", "status": 418, "match": "GET /api/v1.1/stores/{uid}"})
    assert made["fired"] == 0
    assert aiq.get("/api/v1.1/stores/9001").status_code == 418
    assert control("GET", "/faults")[0]["fired"] == 1
    control("DELETE", "/faults")
    assert sim.faults.all == []
    assert control("GET", "/calls")["counts"] == [{"method": "GET", "template": "/api/v1.1/stores/{uid}", "count": 1}]
    control("DELETE", "/calls")
    assert len(sim.calls) == 0


@pytest.mark.parametrize(
    ("method", "path", "body", "said"),
    [
        ("POST", "/faults", {"name": "dorp"}, "unknown fault 'dorp'"),
        ("POST", "/faults", {}, "a table with a name"),
        ("POST", "/clock", {"advance": -5}, "cannot go back"),
        ("POST", "/earn", {"phone": INES}, "points is missing"),
        ("POST", "/earn", {"phone": "3035550199", "points": 3}, "no persona has the phone"),
        ("POST", "/earn", {"phone": INES, "points": "many"}, "ConversionSyntax"),
        ("POST", "/redeem", {"phone": INES, "reward_id": "1"}, "1 is missing or unknown"),
        ("POST", "/reply", {"phone": INES, "word": "maybe"}, "YES or STOP"),
        ("GET", "/balance?phone=3035550199", None, "no persona"),
    ],
)
def test_what_makes_no_sense_is_said_in_words(
    control: Control, method: str, path: str, body: dict[str, Any] | None, said: str
) -> None:
    assert said in control(method, path, 400, json=body)["error"]


def test_a_path_that_steers_nothing(sim: Simulation, control: Control) -> None:
    assert "nothing to steer" in control("GET", "/weather", 404)["error"]
    assert len(sim.calls) == 0
