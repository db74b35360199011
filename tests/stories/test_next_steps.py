"""What is wrong with a key, an address or a number is told with a step that can be taken."""

from __future__ import annotations

from budtender.simulator import Simulation
from tests.stories.command_line import CommandLine
from tests.stories.test_refusals import refused


def test_the_next_step_is_a_command_that_is_there(new_home: CommandLine, sim: Simulation) -> None:
    aiq = ("connect", "aiq", "--uid", sim.uid, "--base-url", sim.url)
    wrong = new_home(*aiq, stdin="wrong")
    refused(wrong, 1, "misconfigured", "AIQ does not accept the key.")
    assert wrong.next_step == "A manager gives a valid key: budtender connect aiq --uid UID"
    far = new_home("connect", "dutchie", "--store", "Elm", "--base-url", "http://far.example", stdin="k")
    assert far.next_step.endswith("https://: budtender connect dutchie --store NAME --base-url URL")
    lost = new_home("connect", "dutchie", "--store", "Elm", "--base-url", sim.url, stdin="wrong")
    assert lost.next_step == "A manager gives a valid key: budtender connect dutchie --store NAME"
    nowhere = new_home("stores", "map", "Elm", "31")
    refused(nowhere, 1, "input_error", "No till is connected as “Elm”.")
    assert nowhere.next_step == "Connect it first: budtender connect --help"
    assert new_home(*aiq, stdin=sim.aiq_key).code == 0
    foreign = new_home("lookup", "+44 20 7946 0958")
    assert foreign.next_step == "Ask for a US or Canadian number."
