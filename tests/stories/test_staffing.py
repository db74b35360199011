"""Who comes, goes, comes back or forgets their PIN, at the command line."""

from __future__ import annotations

from tests.stories.command_line import CommandLine
from tests.stories.test_refusals import DANA_PIN, INES, hire, refused

LEA_PIN, NEW_PIN, LAST_PIN = "481592", "730461", "295817"


def test_whoever_has_left_acts_no_more_until_they_are_back(shop: CommandLine) -> None:
    hire(shop)
    dana, lea = ("--staff", "Dana"), ("--staff", "Lea")
    added = shop(*dana, "staff", "add", "Lea", "--role", "lead", stdin=f"{DANA_PIN}\n{LEA_PIN}\n")
    assert added.code == 0
    refused(shop(*lea, "staff", "remove", "Sam"), 1, "not_allowed", "Only a manager may change people.")
    assert shop(*dana, "staff", "remove", "Lea", stdin=f"{DANA_PIN}\n").document == {"removed": "Lea"}
    refused(shop(*lea, "lookup", INES), 1, "not_allowed", "Nobody of this name is on the staff of this register.")
    listed = {row["name"]: (row["active"], row["has_pin"]) for row in shop("staff", "list").document["staff"]}
    assert listed["Lea"] == (False, False)
    back = shop(*dana, "staff", "back", "Lea", stdin=f"{DANA_PIN}\n{LEA_PIN}\n")
    assert (back.code, back.document) == (0, {"back": "Lea"})
    assert shop(*lea, "lookup", INES).code == 0


def test_a_pin_is_given_anew_by_a_manager_or_changed_by_whose_it_is(shop: CommandLine) -> None:
    hire(shop)
    dana, lea = ("--staff", "Dana"), ("--staff", "Lea")
    shop(*dana, "staff", "add", "Lea", "--role", "lead", stdin=f"{DANA_PIN}\n{LEA_PIN}\n")
    assert shop(*dana, "staff", "pin", "Lea", stdin=f"{DANA_PIN}\n{NEW_PIN}\n").code == 0
    refused(
        shop(*lea, "staff", "pin", "Lea", stdin=f"{LEA_PIN}\n{LAST_PIN}\n"),
        1,
        "pin_refused",
        "PIN not recognized. 9 tries left.",
    )
    assert shop(*lea, "staff", "pin", "lea", stdin=f"{NEW_PIN}\n{LAST_PIN}\n").code == 0
    refused(
        shop(*lea, "staff", "pin", "Dana", stdin=f"{LAST_PIN}\n"),
        1,
        "not_allowed",
        "Only a manager may change people.",
    )
