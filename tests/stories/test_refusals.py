"""What the command line refuses: exit code, one sentence, the next step, and nothing changed on the other side."""

from __future__ import annotations

import pytest

from budtender.simulator import Simulation
from tests.stories.command_line import Answer, CommandLine

INES = "3035550142"
DANA_PIN, WRONG_PIN = "482915", "570318"


def refused(answer: Answer, code: int, kind: str, sentence: str) -> None:
    """One sentence in both forms, a next step, no traceback."""
    assert answer.code == code, answer.err
    error = answer.document["error"]
    assert (error["kind"], error["title"]) == (kind, sentence)
    assert answer.said == sentence
    assert "Traceback" not in answer.err


def verified(shop: CommandLine, sim: Simulation, phone: str = INES) -> str:
    """A shopper whose wallet is open; the code that opened it."""
    assert shop("code", phone).code == 0
    code = sim.last_code(phone)
    assert shop("wallet", phone, "--code", code).code == 0
    return code


def hire(shop: CommandLine) -> None:
    assert shop("staff", "add", "Dana", "--role", "owner", stdin=DANA_PIN).code == 0
    assert shop("staff", "add", "Sam", "--role", "budtender", "--no-pin", "--staff", "Dana", stdin=DANA_PIN).code == 0
    assert shop("staff", "add", "Kim", "--role", "lead", "--staff", "Dana", stdin=f"{DANA_PIN}\n").code == 0


# ── verifying ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.requirement("D-039")
def test_codes(shop: CommandLine, sim: Simulation) -> None:
    refused(shop("wallet", INES), 1, "not_verified", "The shopper has to be verified first.")
    refused(shop("redeem", INES, "58214"), 1, "not_verified", "The shopper has to be verified first.")
    none = shop("wallet", INES, "--code", "1234")
    refused(none, 1, "code_refused", "No code was sent to this shopper.")
    assert none.next_step == "Send one first: budtender code PHONE"
    assert shop("code", INES).code == 0
    code = sim.last_code(INES)
    wrong = f"{(int(code) + 1) % 10_000:04}"
    answer = shop("wallet", INES, "--code", wrong)
    refused(answer, 1, "code_refused", "That is not the code we sent. 4 tries left.")
    assert answer.document["error"]["tries_left"] == 4
    answer = shop("redeem", INES, "58214", "--code", wrong)
    refused(answer, 1, "code_refused", "That is not the code we sent. 3 tries left.")
    again = shop("code", INES)
    assert (again.code, again.document["error"]["kind"]) == (1, "locked")
    assert again.said.startswith("New code in ")
    assert shop("redeem", INES, "58214", "--code", code).code == 0
    refused(shop("wallet", INES, "--code", code), 1, "code_refused", "This code has been used.")
    assert [effect.kind for effect in sim.ledger] == ["text", "redeem"]


def test_a_lock_is_told_with_its_end(shop: CommandLine, sim: Simulation) -> None:
    assert shop("settings", "set", "code_tries", "1").code == 0
    assert shop("code", INES).code == 0
    wrong = f"{(int(sim.last_code(INES)) + 1) % 10_000:04}"
    for arguments in (("wallet", INES, "--code", wrong), ("code", INES), ("wallet", INES, "--code", wrong)):
        answer = shop(*arguments)
        assert (answer.code, answer.document["error"]["kind"]) == (1, "locked")
        assert answer.said.startswith("Too many tries. Locked until ")
        assert answer.document["error"]["until"]


@pytest.mark.requirement("D-015", "D-040")
def test_with_the_text_code_off_no_text_is_sent(shop: CommandLine, sim: Simulation) -> None:
    switched = shop("settings", "set", "text_code", "off", json=False)
    assert "anybody who knows a shopper's number can spend their points" in switched.out
    refused(shop("code", INES), 1, "denied", "The text code is switched off, so no text was sent.")
    assert shop("wallet", INES).document["visit"]["method"] == "off"
    assert shop("redeem", INES, "58214").document["redemption"]["state"] == "done"
    assert [effect.kind for effect in sim.ledger] == ["redeem"]


@pytest.mark.requirement("D-016", "X-04")
def test_pins(shop: CommandLine, sim: Simulation) -> None:
    nobody = shop("wallet", INES, "--pin", stdin=DANA_PIN)
    refused(nobody, 1, "pin_refused", "No manager PIN has been set up.")
    hire(shop)
    sam = ("--pin", "--reason", "phone at home", "--staff", "Sam")
    answer = shop("wallet", INES, *sam, stdin=WRONG_PIN)
    refused(answer, 1, "pin_refused", "PIN not recognized. 9 tries left.")
    assert answer.document["error"]["tries_left"] == 9
    refused(shop("wallet", INES, *sam, stdin=""), 1, "input_error", "No manager's PIN was given.")
    refused(shop("wallet", INES, *sam, stdin="12"), 1, "input_error", "A PIN has 6 to 12 digits and nothing else.")
    unfit = shop("wallet", INES, *sam, "--approver", "Kim", stdin=DANA_PIN)
    refused(unfit, 1, "not_allowed", "The role of Kim (lead) cannot approve this.")
    opened = shop("wallet", INES, *sam, "--approver", "Dana", stdin=f"{DANA_PIN}\n").document
    assert (opened["visit"]["method"], opened["visit"]["approver"]) == ("pin", "Dana")
    assert sim.ledger == []


# ── finding ───────────────────────────────────────────────────────────────────────────────────────────────


def test_who_cannot_be_found_or_told_apart(shop: CommandLine, sim: Simulation) -> None:
    nobody = shop("lookup", "3035550199")
    refused(nobody, 1, "no_shopper", "No member with this number.")
    assert nobody.document["error"]["phone"] == "(•••) •••-0199"
    refused(shop("lookup", "3035550106"), 1, "no_shopper", "No member with this number.")
    several = shop("lookup", "3035550102")
    refused(several, 1, "ambiguous", "3 shoppers have this number.")
    assert several.document["error"]["candidates"] == [
        {"choose": 1, "name": "Dolores O.", "member": None, "city": None, "last_visit": None},
        {"choose": 2, "name": "Kit O.", "member": None, "city": None, "last_visit": None},
        {"choose": 3, "name": "Marcus O.", "member": None, "city": None, "last_visit": None},
    ]
    assert shop("lookup", "3035550102", "--choose", "3").document["shopper"]["name"] == "Marcus O."
    assert "\n2 · Kit O.\n" in shop("lookup", "3035550102", json=False).err
    sim.stop()
    away = shop("lookup", "3035550101")
    assert (away.code, away.document["error"]["kind"], away.document["error"]["system"]) == (3, "unreachable", "aiq")


# ── redeeming and undoing ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("phone", "reward", "reason"),
    [
        ("3035550111", "58214", "“Five percent off” cannot be used: 60 points short"),
        ("3035550110", "58231", None),
        ("3035550112", "58232", "“Gold tier” cannot be used: A tier reward: shown only, its points are a threshold."),
        (INES, "58999", "This wallet has no such reward."),
    ],
)
def test_a_reward_that_cannot_be_used(
    shop: CommandLine, sim: Simulation, phone: str, reward: str, reason: str | None
) -> None:
    code = verified(shop, sim, phone)
    answer = shop("redeem", phone, reward, "--code", code)
    assert answer.code == 1
    assert answer.document["error"]["kind"] == "reward_unusable"
    assert reason is None or answer.said == reason
    assert [effect.kind for effect in sim.ledger] == ["text"]


def test_a_second_redemption_needs_a_manager(shop: CommandLine, sim: Simulation) -> None:
    code = verified(shop, sim)
    assert shop("redeem", INES, "58214", "--code", code).code == 0
    second = shop("redeem", INES, "58215", "--code", code)
    refused(second, 1, "not_allowed", "This shopper redeemed a reward less than 5 minutes ago.")
    assert second.document["error"]["code"] == "second_redemption"
    assert [effect.kind for effect in sim.ledger] == ["text", "redeem"]


def test_undoing_is_for_the_same_budtender_or_a_manager_with_a_pin(shop: CommandLine, sim: Simulation) -> None:
    hire(shop)
    assert shop("settings", "set", "text_code", "off", "--staff", "Dana", stdin=DANA_PIN).code == 0
    redemption = shop("redeem", INES, "58214", "--staff", "Sam").document["redemption"]["id"]
    for staff in ("Kim", "Dana"):
        refused(shop("undo", redemption, "--staff", staff), 1, "not_allowed", "Another budtender redeemed this.")
    refused(
        shop("undo", redemption, "--pin", "--staff", "Kim", stdin=WRONG_PIN),
        1,
        "pin_refused",
        "PIN not recognized. 9 tries left.",
    )
    missing = shop("undo", "0" * 32, "--staff", "Sam")
    refused(missing, 1, "not_undoable", "There is no redemption with this number.")
    assert [effect.kind for effect in sim.ledger] == ["redeem"]
    undone = shop("undo", redemption, "--pin", "--reason", "wrong one", "--staff", "Kim", stdin=DANA_PIN)
    assert (undone.code, undone.document["returned"]) == (0, 100)
    again = shop("undo", redemption, "--staff", "Sam")
    refused(again, 1, "not_undoable", "This redemption has been undone already.")
    assert [effect.kind for effect in sim.ledger] == ["redeem", "adjust"]


def test_what_aiq_does_not_answer_is_saved_and_says_so(shop: CommandLine, sim: Simulation) -> None:
    code = verified(shop, sim)
    sim.faults.add("drop_after", match="PUT /api/v1.1/discount/redeem/*")
    lost = shop("redeem", INES, "58214", "--code", code)
    assert (lost.code, lost.document["redemption"]["state"]) == (3, "unknown")
    assert lost.said == "The answer was lost. It may have happened, so do not repeat it; it is being checked."
    waits = shop("undo", lost.document["redemption"]["id"])
    assert (waits.code, waits.document["undo"]["state"]) == (3, "waiting")
    assert waits.said == "Saved here. The points come back as soon as it is known that they were taken."
    sim.stop()
    stopped = shop("optout", INES)
    assert (stopped.code, stopped.document["optout"]["state"]) == (3, "waiting")
    assert "Saved here. It will be sent when the connection is back." in stopped.err
    joined = shop(*JOIN)
    assert (joined.code, joined.document["signup"]["state"]) == (3, "waiting")
    listed = shop("outbox", "list").document["intents"]
    assert [intent["kind"] for intent in listed] == ["redeem", "adjust", "opt_out", "sign_up"]
    assert shop("lookup", "3035550190").document["outcome"] == "pending"
    refused(shop("code", "3035550190"), 1, "no_shopper", "Odile Q. was signed up here and is not in AIQ yet.")


JOIN = (
    "signup",
    "--phone",
    "3035550190",
    "--first-name",
    "Odile",
    "--last-name",
    "Quinn",
    "--birth-date",
    "1990-04-18",
)


# ── signing up ────────────────────────────────────────────────────────────────────────────────────────────


def test_signing_up(shop: CommandLine, sim: Simulation) -> None:
    young = shop(*JOIN[:-1], "2020-04-18")
    refused(young, 1, "too_young", "Not old enough for loyalty here (21).")
    assert young.next_step == "Nothing was saved."
    refused(shop(*JOIN[:-1], "18.4.1990"), 1, "input_error", "That is not a birth date.")
    refused(shop(*JOIN, "--email", "nobody"), 1, "input_error", "That is not an e-mail address.")
    refused(shop(*JOIN, "--language", "fr"), 1, "input_error", "The questions are put in en or es.")
    refused(shop(*JOIN[:2], INES, *JOIN[3:]), 1, "duplicate", "This number belongs to Ines C.")
    assert sim.ledger == []
    assert shop("outbox", "list", "--all").document == {"intents": []}
    plain = shop(*JOIN).document
    assert [consent["granted"] for consent in plain["consents"]] == [False, False]
    persona = sim.world.find("3035550190")
    assert persona is not None
    assert (persona.member, persona.optin_at) == (False, 0)
    refused(shop(*JOIN), 1, "duplicate", "This number belongs to Odile Q.")


# ── staff and who acts ────────────────────────────────────────────────────────────────────────────────────


def test_the_first_on_the_staff_can_approve(new_home: CommandLine) -> None:
    sentence = "The first person on the staff has to be an owner or a manager, so that somebody can approve."
    refused(new_home("staff", "add", "Sam", "--role", "budtender"), 1, "input_error", sentence)
    refused(new_home("staff", "add", "Dana", "--role", "boss", stdin=DANA_PIN), 1, "input_error", "This is no role.")
    refused(new_home("staff", "add", "Dana", "--role", "owner"), 1, "input_error", "No new PIN was given.")
    easy = new_home("staff", "add", "Dana", "--role", "owner", stdin="123456")
    refused(easy, 1, "input_error", "This PIN is too easy to guess.")
    assert new_home("staff", "list").document == {"staff": []}
    assert "Nobody is on the staff yet." in new_home("staff", "list", json=False).out


def test_as_soon_as_there_is_a_staff_somebody_acts(shop: CommandLine) -> None:
    hire(shop)
    for arguments in (("lookup", INES), ("code", INES), ("settings", "set", "text_code", "off")):
        answer = shop(*arguments)
        refused(answer, 2, "usage_error", "It is not clear who acts.")
        assert answer.next_step == "Say who acts with --staff NAME."
    unknown = shop("lookup", INES, "--staff", "Eve")
    refused(unknown, 1, "not_allowed", "Nobody of this name is on the staff of this register.")
    assert shop("lookup", INES, "--staff", " sam ").code == 0
    # The names can be seen by whoever does not know them, and so can what is set and what waits.
    names = shop("staff", "list").document["staff"]
    assert [(person["name"], person["role"], person["has_pin"]) for person in names] == [
        ("Dana", "owner", True),
        ("Sam", "budtender", False),
        ("Kim", "lead", False),
    ]
    assert shop("settings", "get", "text_code").code == shop("outbox", "list").code == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("settings", "set", "text_code", "off"),
        ("settings", "set", "master_pin"),
        ("staff", "add", "Eve", "--role", "budtender", "--no-pin"),
        ("connect", "aiq", "--uid", "9001"),
        ("connect", "dutchie", "--store", "Elm"),
    ],
)
def test_managers_things_are_for_managers(shop: CommandLine, sim: Simulation, arguments: tuple[str, ...]) -> None:
    hire(shop)
    sim.calls.clear()
    for staff in ("Sam", "Kim"):
        answer = shop(*arguments, "--staff", staff, stdin="602847")
        assert (answer.code, answer.document["error"]["kind"]) == (1, "not_allowed")
        assert answer.next_step
    assert not sim.calls
    assert shop("settings", "get", "text_code").document["value"] is True
    assert shop("settings", "get", "master_pin").document["value"] == "not set"


# ── settings ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.requirement("D-043", "D-044")
def test_the_sign_of_a_member_is_shown_unless_this_register_hides_it(shop: CommandLine, sim: Simulation) -> None:
    assert shop("lookup", INES, json=False).out == "Ines C.   (•••) •••-0142   ★ member\n"
    assert "★" not in shop("lookup", "3035550116", json=False).out
    assert shop("settings", "set", "loyal_sign", "off").code == 0
    assert shop("lookup", INES, json=False).out == "Ines C.   (•••) •••-0142\n"


@pytest.mark.requirement("D-014", "D-043")
def test_settings_are_listed_read_and_set(new_home: CommandLine) -> None:
    rows = {row["key"]: row for row in new_home("settings", "list").document["settings"]}
    assert {tuple(row) for row in rows.values()} == {tuple(rows["master_pin"])}
    assert (rows["text_code"]["value"], rows["text_code"]["default"], rows["text_code"]["changed"]) == (
        True,
        True,
        False,
    )
    assert {"title", "help", "takes", "warning", "role"} <= set(rows["text_code"])
    assert rows["loyal_sign"]["value"] is True
    assert new_home("settings", "set", "undo_minutes", " 15 ").document == {
        "key": "undo_minutes",
        "value": 15,
        "touched": None,
    }
    assert new_home("settings", "get", "undo_minutes").document == {"key": "undo_minutes", "value": 15}
    set_pin = new_home("settings", "set", "master_pin", stdin="602847").document
    assert set_pin == {"key": "master_pin", "value": "set", "touched": None}
    assert "602847" not in new_home("settings", "list").out


@pytest.mark.parametrize(
    ("key", "value", "code", "kind", "sentence"),
    [
        ("state", "zz", 1, "setting_error", "“State” takes a state's two letters or its name, or nothing."),
        ("undo_minutes", "soon", 1, "setting_error", "“Undo” takes a whole number from 0 to 1440."),
        ("undo_minutes", "-1", 1, "setting_error", "“Undo” takes a whole number from 0 to 1440."),
        ("undo_minutes", "9" * 5000, 1, "setting_error", "“Undo” takes a whole number from 0 to 1440."),
        ("undo_minutes", "", 1, "setting_error", "“Undo” takes a whole number from 0 to 1440."),
        ("text_code", "maybe", 1, "setting_error", "“Text code” takes on or off."),
        ("store_name", "x" * 5000, 1, "setting_error", "“Store” takes a text of at most 80 characters."),
        ("language", "fr", 1, "setting_error", "“Language” takes en or es."),
        ("undo", "5", 1, "setting_error", "There is no setting “undo”."),
        ("master_pin", "602847", 2, "usage_error", "A PIN is never given as an argument."),
    ],
)
def test_a_setting_takes_what_it_says(
    new_home: CommandLine, key: str, value: str, code: int, kind: str, sentence: str
) -> None:
    # After `--` a value may begin with a dash.
    answer = new_home("settings", "set", "--", key, value)
    refused(answer, code, kind, sentence)
    assert answer.next_step
    changed = [row["key"] for row in new_home("settings", "list").document["settings"] if row.get("changed")]
    assert changed == []
