"""What waits, what is found out by reading, and what a person decides with both numbers before them."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from budtender.simulator import Simulation
from tests.stories.command_line import CommandLine
from tests.stories.test_refusals import DANA_PIN, INES, hire, refused, verified

PUT = "PUT /api/v1.1/discount/redeem/*"


@pytest.fixture
def impatient(shop: CommandLine) -> CommandLine:
    """A shop that looks at a lost answer at once, and takes what it does not see for not there."""
    for key, value in (("quiet_seconds", "0"), ("late_seconds", "0")):
        assert shop("settings", "set", key, value).code == 0
    return shop


def lose(shop: CommandLine, sim: Simulation, fault: str) -> str:
    """A redemption whose answer is lost; its id."""
    code = verified(shop, sim)
    sim.faults.add(fault, match=PUT)
    answer = shop("redeem", INES, "58214", "--code", code)
    assert answer.document["redemption"]["state"] == "unknown"
    return str(answer.document["redemption"]["id"])


def test_a_lost_answer_is_not_looked_at_too_early(shop: CommandLine, sim: Simulation) -> None:
    lost = lose(shop, sim, "drop_after")
    early = shop("outbox", "settle", lost)
    refused(early, 1, "no_intent", "It is too early to look: the request may still take effect.")
    assert early.next_step.startswith("Look again in ")
    again = shop("outbox", "retry", lost)
    refused(again, 1, "no_intent", "What became of this is still being found out.")
    assert len([effect for effect in sim.ledger if effect.kind == "redeem"]) == 1


def test_a_lost_answer_that_took_effect_is_settled_by_looking(impatient: CommandLine, sim: Simulation) -> None:
    lost = lose(impatient, sim, "drop_after")
    settled = impatient("outbox", "settle", lost[:8])
    assert (settled.code, settled.document["intent"]["state"]) == (0, "done")
    assert "Balance" not in impatient("outbox", "list", "--all", json=False).out  # nothing is left to decide by it
    closed = impatient("outbox", "settle", lost)
    refused(closed, 1, "no_intent", "This intent is done; no answer of it was lost.")
    refused(impatient("outbox", "retry", lost), 1, "no_intent", "This intent is done; there is nothing to send.")
    assert len([effect for effect in sim.ledger if effect.kind == "redeem"]) == 1


@pytest.mark.parametrize(("decision", "state", "left"), [("never", "refused", 412.5), ("happened", "done", 312.5)])
def test_what_reading_cannot_tell_a_person_decides_with_both_numbers(
    impatient: CommandLine, sim: Simulation, decision: str, state: str, left: float
) -> None:
    lost = lose(impatient, sim, "drop_before")
    unsure = impatient("outbox", "settle", lost)
    assert (unsure.code, unsure.document["error"]["kind"]) == (1, "no_intent")
    assert unsure.said == ("Reading cannot tell what happened. Balance before: 412.5; now: 412.5; the change: -100.")
    evidence = unsure.document["error"]["evidence"]
    assert {float(evidence["balance_before"]), float(evidence["balance_now"])} == {412.5}
    waiting = impatient("outbox", "list").document["intents"]
    assert [(intent["id"], intent["needs_person"]) for intent in waiting] == [(lost, True)]
    shown = impatient("outbox", "list", json=False).out
    assert "needs a person" in shown
    assert "…0142" in shown
    assert shown.count("412.5") == 2
    refused(impatient("outbox", "settle", lost, "--as", "perhaps"), 2, "usage_error", "That is no decision.")
    settled = impatient("outbox", "settle", lost, "--as", decision)
    assert (settled.code, settled.document["intent"]["state"]) == (0, state)
    assert impatient("outbox", "list", json=False).out == "Nothing waits.\n"
    assert impatient("wallet", INES).document["points"]["remaining"] == left
    assert not [effect for effect in sim.ledger if effect.kind == "redeem"]


def test_a_person_may_send_once_more_what_reading_could_not_tell(impatient: CommandLine, sim: Simulation) -> None:
    lost = lose(impatient, sim, "drop_before")
    assert impatient("outbox", "settle", lost).code == 1
    again = impatient("outbox", "retry", lost)
    assert (again.code, again.document["intent"]["state"]) == (0, "done")
    assert len([effect for effect in sim.ledger if effect.kind == "redeem"]) == 1


def test_deciding_is_for_managers(impatient: CommandLine, sim: Simulation) -> None:
    lost = lose(impatient, sim, "drop_before")
    assert impatient("outbox", "settle", lost).code == 1
    hire(impatient)
    for arguments in (("settle", lost, "--as", "never"), ("retry", lost)):
        answer = impatient("outbox", *arguments, "--staff", "Sam")
        refused(answer, 1, "not_allowed", "Only a manager may decide what happened.")
    assert impatient("outbox", "list").document["intents"][0]["needs_person"] is True
    assert DANA_PIN not in impatient("outbox", "list").out


def test_what_waits_is_sent_now_when_somebody_asks(shop: CommandLine, sim: Simulation) -> None:
    sim.stop()
    waiting = shop("optout", INES).document["optout"]["id"]
    still = shop("outbox", "retry", waiting)
    assert (still.code, still.document["intent"]["state"]) == (3, "waiting")
    assert still.document["intent"]["error"]
    sim.start()
    sent = shop("outbox", "retry", waiting)
    assert (sent.code, sent.document["intent"]["state"]) == (0, "done")


def test_a_stop_that_aiq_refuses_is_kept_for_a_person(impatient: CommandLine, sim: Simulation) -> None:
    sim.faults.add("status", match="PUT /api/v2/optin/text/*", status=400, times=None)
    answer = impatient("optout", INES)
    kept = answer.document["optout"]
    assert (answer.code, kept["state"], kept["needs_person"]) == (1, "unknown", True)
    assert answer.said == "AIQ refused the request."
    assert answer.next_step.endswith(f"budtender outbox settle {kept['id']} --as happened")
    assert impatient("sync", "--once").document["outbox"]["needs_person"] == 1
    checks = {check["name"]: check for check in impatient("doctor").document["checks"]}
    assert not checks["stopped texts"]["ok"]
    assert "by hand" in checks["stopped texts"]["hint"]
    settled = impatient("outbox", "settle", kept["id"], "--as", "happened")
    assert (settled.code, settled.document["intent"]["state"]) == (0, "done")


@pytest.mark.parametrize(
    ("fault", "facts", "state", "sentence", "next_step"),
    [
        ("status", {"status": 403}, "waiting", "AIQ does not allow this key to do that.", "once this is mended"),
        ("status", {"status": 405}, "waiting", "AIQ does not offer this at the set address.", "once this is mended"),
        ("rate_limit", {"seconds": 60.0}, "waiting", "AIQ asks for a pause.", "after the pause"),
        ("truncate", {}, "unknown", "The answer was lost.", "by itself"),
    ],
)
def test_what_is_saved_says_what_it_waits_for(
    shop: CommandLine, sim: Simulation, fault: str, facts: dict[str, Any], state: str, sentence: str, next_step: str
) -> None:
    sim.faults.add(fault, match="PUT /api/v2/optin/text/*", **facts)
    answer = shop("optout", INES)
    assert (answer.code, answer.document["optout"]["state"]) == (3, state)
    assert answer.said.startswith(sentence)
    assert next_step in answer.err
    assert "connection is back" not in answer.err


def test_what_is_saved_before_anything_is_connected_says_so(tmp_path: Path, shop: CommandLine) -> None:
    shop.home = tmp_path / "new"
    answer = shop("optout", INES)
    assert (answer.code, answer.document["optout"]["state"]) == (3, "waiting")
    assert answer.err == (
        "Saved here. It will be sent once AIQ is connected. Connect it with: budtender connect aiq --uid UID\n"
    )


@pytest.mark.parametrize("intent", ["nothing", "0" * 32, "%", "x" * 5000])
def test_an_entry_that_is_not_there(shop: CommandLine, intent: str) -> None:
    for command in ("retry", "settle"):
        refused(shop("outbox", command, intent), 1, "no_intent", "There is no intent with this number.")


def test_one_round_trip_tells_what_it_did(shop: CommandLine, sim: Simulation) -> None:
    sim.stop()
    assert shop("optout", INES).code == 3
    away = shop("sync", "--once")
    assert away.code == 3
    assert away.document["failures"][0]["system"] == "aiq"
    assert away.document["outbox"]["waiting"] == 1
    sim.start()
    assert shop("outbox", "retry", shop("outbox", "list").document["intents"][0]["id"]).code == 0
    whole = shop("sync", "--once").document
    assert (whole["failures"], whole["outbox"]["waiting"]) == ([], 0)
    assert "0 waiting" in shop("sync", "--once", json=False).out


def test_a_redemption_that_was_refused_later_is_told_until_somebody_says_seen(
    impatient: CommandLine, sim: Simulation
) -> None:
    code = verified(impatient, sim)
    sim.faults.add("rate_limit", seconds=0.1, match=PUT)
    assert impatient("redeem", INES, "58214", "--code", code).code == 3
    sim.faults.add("status", status=400, times=9, match=PUT)
    waits_no_more(impatient)
    (listed,) = impatient("outbox", "list").document["intents"]
    assert (listed["state"], listed["unseen"], listed["reward"]) == ("refused", True, "58214")
    assert impatient("status").document["refused"] == [listed]
    assert impatient("lookup", INES).document["refused"] == [listed]
    spoken = f"budtender outbox seen {listed['id'][:8]}"
    assert spoken in impatient("lookup", INES, json=False).out
    assert "1 entry was refused while nobody looked" in impatient("status", json=False).out
    assert "refused, unseen" in impatient("outbox", "list", json=False).out
    assert not {check["name"]: check["ok"] for check in impatient("doctor").document["checks"]}["refused unseen"]
    seen = impatient("outbox", "seen", listed["id"][:8])
    assert (seen.code, seen.document["intent"]["unseen"]) == (0, False)
    refused(impatient("outbox", "seen", listed["id"]), 1, "no_intent", "Nothing of it waits to be seen.")
    assert impatient("outbox", "list").document["intents"] == []
    assert impatient("lookup", INES).document["refused"] == []


def waits_no_more(shop: CommandLine) -> None:
    """The background has sent everything, or been refused."""
    for _ in range(60):
        shop("sync", "--once")
        if not any(intent["state"] == "waiting" for intent in shop("outbox", "list").document["intents"]):
            return
        time.sleep(0.1)
    raise AssertionError("it still waits")
