"""What a manager's PIN allows at the command line: more than the limit without network, and a whole number."""

from __future__ import annotations

from budtender.simulator import Simulation
from tests.stories.command_line import CommandLine
from tests.stories.test_refusals import DANA_PIN, INES, hire, refused


def test_a_pin_opens_and_another_lets_more_through_than_the_limit(shop: CommandLine, sim: Simulation) -> None:
    hire(shop)
    for key, value in (("offline_redeem", "on"), ("offline_limit_cents", "600")):
        assert shop("--staff", "Dana", "settings", "set", key, value, stdin=f"{DANA_PIN}\n").code == 0
    opened = shop("--staff", "Sam", "wallet", INES, "--pin", stdin=f"{DANA_PIN}\n")
    assert (opened.document["today"], opened.document["frozen"], opened.document["ending_in_30_days"]) == (
        None,
        None,
        0,
    )
    sim.stop()
    asked = ("--staff", "Sam", "redeem", INES, "58213", "--pin")
    told = "AIQ cannot be reached, and nothing was redeemed. It is worth more than the limit without network."
    refused(shop(*asked, stdin=f"{DANA_PIN}\n"), 3, "unreachable", told)
    once = shop(*asked, "--over-limit", stdin=f"{DANA_PIN}\n")
    refused(once, 1, "input_error", "No manager's PIN for more than the limit was given.")
    twice = shop(*asked, "--over-limit", stdin=f"{DANA_PIN}\n{DANA_PIN}\n")
    assert twice.document["redemption"]["state"] == "waiting"


def test_a_whole_number_is_shown_to_whom_a_pin_lets(shop: CommandLine) -> None:
    hire(shop)
    refused(
        shop("--staff", "Sam", "reveal", INES),
        1,
        "not_allowed",
        "The whole number is shown to the role lead and above.",
    )
    shown = shop("--staff", "Sam", "reveal", INES, "--pin", stdin=f"{DANA_PIN}\n")
    assert shown.document == {"phone": "(303) 555-0142"}
