"""Each fault strikes as it says: what the caller sees, and whether the effect happened."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from budtender.simulator import Simulation
from budtender.simulator.faults import KINDS, Faults
from tests.patience import reached
from tests.simulator.aiq_client import INES, AiqClient, Simulate

ADJUST = "PUT /api/v1.1/adjust/*"


@pytest.fixture
def contact_id(aiq: AiqClient) -> str:
    return aiq.contact_id(INES)


def adjusted(sim: Simulation) -> int:
    """Returns how many of the adjustments by one point have happened."""
    return sum(effect.kind == "adjust" for effect in sim.ledger)


@pytest.mark.parametrize(("name", "happened"), [("drop_before", 0), ("drop_after", 1), ("late", 0)])
def test_a_dropped_connection(sim: Simulation, aiq: AiqClient, contact_id: str, name: str, happened: int) -> None:
    sim.faults.add(name, match=ADJUST)
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        aiq.adjust(contact_id, 1)
    assert adjusted(sim) == happened
    assert aiq.adjust(contact_id, 1).status_code == 200
    assert adjusted(sim) == happened + 1


def test_a_late_effect_comes_when_its_time_has_come(sim: Simulation, aiq: AiqClient, contact_id: str) -> None:
    sim.faults.add("late", match=ADJUST, seconds=40)
    before = sim.clock.now()
    with pytest.raises(httpx.RemoteProtocolError):
        aiq.adjust(contact_id, 1)
    sim.clock.advance(39)
    assert adjusted(sim) == 0
    sim.clock.advance(60)
    (effect,) = sim.ledger
    assert before + 40 <= effect.at < before + 45
    assert sim.world.balance(contact_id) == Decimal("413.5")


@pytest.mark.parametrize(
    ("details", "expected"),
    [
        ({}, (500, "text/html", b"<!DOCTYPE")),
        ({"status": 503, "body": "empty"}, (503, "", b"")),
        ({"status": 422}, (422, "application/json", b'{"code":4')),
        ({"status": 502, "body": "json"}, (502, "application/json", b'{"code":5')),
    ],
)
@pytest.mark.parametrize("effect", [True, False])
def test_a_status(
    aiq: AiqClient, contact_id: str, details: dict[str, Any], expected: tuple[int, str, bytes], effect: bool
) -> None:
    sim = aiq.simulation
    sim.faults.add("status", match=ADJUST, effect=effect, **details)
    answer = aiq.adjust(contact_id, 1)
    content_type = answer.headers.get("content-type", "").partition(";")[0]
    assert (answer.status_code, content_type, answer.content[:9]) == expected
    assert adjusted(sim) == effect


def test_a_truncated_body(sim: Simulation, aiq: AiqClient, contact_id: str) -> None:
    sim.faults.add("truncate", match=ADJUST)
    sim.faults.add("truncate", match=ADJUST, body="announced")
    with pytest.raises(json.JSONDecodeError):
        aiq.adjust(contact_id, 1).json()
    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete"):
        aiq.adjust(contact_id, 1)
    assert adjusted(sim) == 2


def test_wrong_types_and_null_fields(sim: Simulation, aiq: AiqClient) -> None:
    wallet = aiq.wallet(INES)
    sim.faults.add("wrong_types", match="GET /api/v2/wallet/{phone}")
    sim.faults.add("null_fields", match="GET /api/v2/wallet/{phone}")
    wrong = aiq.wallet(INES)
    assert (wrong["loyaltyPoints"], wrong["hidePointsInWallet"]) == ("412.5", "no")
    assert isinstance(wrong["discountTemplates"], dict)
    blank = aiq.wallet(INES)
    assert blank.keys() == wallet.keys()
    assert all(value is None for reward in blank["discountTemplates"] for value in reward.values())
    assert aiq.wallet(INES) == wallet


def test_what_a_portal_answers(sim: Simulation, aiq: AiqClient, contact_id: str) -> None:
    sim.faults.add("not_json", match=ADJUST)
    sim.faults.add("redirect", match=ADJUST)
    page = aiq.adjust(contact_id, 1)
    assert (page.status_code, page.text[:15]) == (200, "<!DOCTYPE html>")
    moved = aiq.adjust(contact_id, 1)
    assert (moved.status_code, moved.headers["location"]) == (302, "http://portal.example.net/sign-in")
    assert adjusted(sim) == 0


@pytest.mark.parametrize("form", ["seconds", "date", "garbage", "none"])
def test_a_rate_limit(sim: Simulation, aiq: AiqClient, till: httpx.Client, form: str) -> None:
    sim.faults.add("rate_limit", seconds=7, retry_after=form, times=2)
    answer = aiq.get("/api/v1.1/stores/9001")
    assert (answer.status_code, answer.json()["success"]) == (429, False)
    if form == "date":
        wait = parsedate_to_datetime(answer.headers["retry-after"]) - parsedate_to_datetime(answer.headers["date"])
        assert 7 <= wait.total_seconds() <= 8
    else:
        assert answer.headers.get("retry-after") == {"seconds": "7", "garbage": "soon", "none": None}[form]
    assert till.get("/whoami").json().keys() == {"Message", "TraceId"}


def test_a_rate_limit_in_both_forms_by_turns(sim: Simulation, aiq: AiqClient) -> None:
    sim.faults.add("rate_limit", retry_after="alternate", times=2)
    told = [aiq.get("/api/v1.1/stores/9001").headers["retry-after"] for _ in range(2)]
    assert told[0] == "2"
    assert told[1].endswith("GMT")


def test_a_drip_is_slow_and_whole_if_one_waits(sim: Simulation, aiq: AiqClient, contact_id: str) -> None:
    sim.faults.add("drip", match=ADJUST, seconds=0.001)
    sim.faults.add("drip", match=ADJUST)
    assert aiq.adjust(contact_id, 1).json()["success"] is True
    path, began, arrived = f"/api/v1.1/adjust/loyaltyPoints/9001/{contact_id}", time.monotonic(), 0
    with aiq.stream("PUT", path, json={"value": 1, "note": ""}) as answer:
        for chunk in answer.iter_raw():
            arrived += len(chunk)
            assert time.monotonic() - began >= 0.3 * (arrived - 1), "a byte each 0.3 seconds"
            if arrived >= 3:
                break
    assert adjusted(sim) == 2


def test_a_bomb_is_small_on_the_wire(sim: Simulation, aiq: AiqClient) -> None:
    sim.faults.add("huge", megabytes=4)
    with aiq.stream("GET", "/api/v1.1/stores/9001") as answer:
        raw = b"".join(answer.iter_raw())
    assert answer.headers["content-encoding"] == "gzip"
    assert len(raw) < 100_000
    sim.faults.add("huge", megabytes=4)
    assert len(aiq.get("/api/v1.1/stores/9001").content) > 4_000_000


def test_latency_adds_to_other_faults(sim: Simulation, aiq: AiqClient) -> None:
    sim.faults.add("latency", seconds=0.1, times=None)
    sim.faults.add("status", status=418)
    began = time.monotonic()
    assert aiq.get("/api/v1.1/stores/9001").status_code == 418
    assert time.monotonic() - began >= 0.1
    sim.faults.clear()
    sim.latency_ms = 50
    began = time.monotonic()
    assert aiq.get("/api/v1.1/stores/9001").status_code == 200
    assert time.monotonic() - began >= 0.05


def test_a_latency_that_is_ended_keeps_nobody_waiting(sim: Simulation, aiq: AiqClient, contact_id: str) -> None:
    slow = sim.faults.add("latency", match=ADJUST, seconds=10_000)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(aiq.adjust, contact_id, 1)
        reached(lambda: slow.fired, "the request")
        assert not waiting.done()
        assert adjusted(sim) == 0
        sim.faults.clear()
        assert waiting.result().status_code == 200
    assert adjusted(sim) == 1


def strikes(faults: Faults, count: int, request: tuple[str, str, str] = ("GET", "/a/1", "/a/{id}")) -> str:
    return "".join("x" if faults.pick(*request) else "." for _ in range(count))


def test_which_requests_are_struck() -> None:
    for options, pattern in (
        ({}, "x....."),
        ({"times": 2}, "xx...."),
        ({"times": None}, "xxxxxx"),
        ({"after": 3}, "...x.."),
        ({"every": 2}, ".x.x.x"),
        ({"every": 2, "after": 1, "times": 1}, "..x..."),
        ({"match": "GET /a/*"}, "x....."),
        ({"match": "* /a/{anything}"}, "x....."),
        ({"match": "GET /a/{id}"}, "x....."),
        ({"match": "/a/1"}, "x....."),
        ({"match": "POST /a/1"}, "......"),
        ({"match": "GET /a"}, "......"),
    ):
        faults = Faults(seed=1)
        faults.add("drop_before", **options)
        assert strikes(faults, 6) == pattern, options


def test_chance_comes_from_the_seed() -> None:
    runs = []
    for _ in range(2):
        faults = Faults(seed=7)
        faults.add("drop_before", probability=0.3)
        runs.append(strikes(faults, 200))
    assert runs[0] == runs[1]
    assert 35 <= runs[0].count("x") <= 85


def test_a_fault_knows_how_often_it_struck(sim: Simulation, aiq: AiqClient) -> None:
    fault = sim.faults.add("status", status=418, times=2)
    for _ in range(3):
        aiq.get("/api/v1.1/stores/9001")
    assert (fault.fired, fault.seen) == (2, 3)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"name": "dorp"}, "unknown fault 'dorp'.*drop_before"),
        ({"name": "drop_after", "seconds": 3}, "unknown key 'seconds'.*name, match, times"),
        ({"name": "late", "seconds": "soon"}, "wrong value for the fault late"),
        ({"name": "late", "seconds": -1}, "out of range"),
        ({"name": "status", "status": 99}, "HTTP status"),
        ({"name": "status", "body": "xml"}, "one of auto, json, html, empty"),
        ({"name": "latency", "times": 0}, "at least 1"),
        ({"name": "latency", "probability": 1.5}, "between 0 and 1"),
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(arguments: dict[str, Any], said: str) -> None:
    faults = Faults(seed=1)
    with pytest.raises(ValueError, match=said):
        faults.add(**arguments)
    assert faults.all == []


def test_a_script_puts_faults_in_force(tmp_path: Path, simulate: Simulate) -> None:
    toml = tmp_path / "faults.toml"
    toml.write_text('[[fault]]\nname = "drop_after"\nmatch = "PUT /a"\ntimes = 2\n\n[[fault]]\nname = "huge"\n')
    script = tmp_path / "faults.json"
    script.write_text('{"fault": [{"name": "late", "seconds": 3, "probability": 0.1}]}')
    sim = simulate(faults=toml)
    sim.faults.load(script)
    assert [fault.name for fault in sim.faults.all] == ["drop_after", "huge", "late"]
    assert [fault.times for fault in sim.faults.all] == [2, 1, None]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.toml", '[[fault]]\nname = "late"\n\n[[fault]]\nname = "dorp"\n', "a.toml, line 4, fault 2: unknown fault"),
        ("a.toml", '[[fault]]\nname = "late"\nsecnds = 3\n', "a.toml, line 1, fault 1: unknown key 'secnds'"),
        ("a.toml", "[[fault]]\nname = \n", "a.toml cannot be read: .*line 2"),
        ("a.toml", 'faults = "late"\n', "one list named 'fault' and not 'faults'"),
        ("a.toml", "fault = [3]\n", "a table with a name, one of latency"),
        ("a.json", '{"fault": [{"nam": "late"}]}', "a.json, fault 1: a fault is a table with a name"),
        ("a.json", '{"fault":\n [}', "a.json cannot be read: .*line 2"),
        ("a.json", "[]", "one list named 'fault'"),
        ("a.yaml", "fault: []", "ends in .toml or .json"),
    ],
)
def test_a_script_that_makes_no_sense_names_the_place(tmp_path: Path, name: str, text: str, said: str) -> None:
    file = tmp_path / name
    file.write_text(text)
    with pytest.raises(ValueError, match=said):
        Faults(seed=1).load(file)


def test_a_script_that_is_no_text_is_named(tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(ValueError, match=r"^a\.toml cannot be read: it is no text$"):
        Faults(seed=1).load(file)


def test_every_fault_is_carried_out(sim: Simulation, aiq: AiqClient) -> None:
    small: dict[str, dict[str, Any]] = {"huge": {"megabytes": 1}}
    without_answer = {"latency", "drop_before", "drop_after", "late", "drip"}
    for name in KINDS:
        fault = sim.faults.add(name, **small.get(name, {}))
        try:
            aiq.get("/api/v1.1/audiences/9001", timeout=0.2 if name in {"latency", "drip"} else 20)
        except httpx.TransportError:
            assert name in without_answer
        else:
            assert name not in without_answer
        # Whoever gives up early may be gone before the far side has heard.
        reached(lambda fault=fault: fault.fired, name)  # type: ignore[misc]
        assert fault.fired == 1, name
        sim.faults.clear()
