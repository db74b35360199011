"""What support asks for on a real home: doctor and contract-check, with their exit codes."""

from __future__ import annotations

from pathlib import Path

from budtender.errors import Exit
from budtender.simulator import Simulation
from tests.stories.command_line import CommandLine


def test_a_healthy_register(shop: CommandLine) -> None:
    answer = shop("doctor")
    assert answer.code == Exit.DONE, answer.out
    checks = {check["name"]: check for check in answer.document["checks"]}
    assert set(checks["aiq"]) == {"name", "ok", "detail", "hint"}
    assert checks["secure storage"]["ok"]
    assert "All is well." in shop("doctor", json=False).out


def test_a_healthy_contract(shop: CommandLine, sim: Simulation) -> None:
    sim.calls.clear()
    answer = shop("contract-check")
    assert answer.code == Exit.DONE
    assert [call.path for call in sim.calls] == ["/api/v1/swagger"]
    assert all(operation["state"] == "found" for operation in answer.document["operations"])


def test_an_aiq_that_is_out_of_reach(shop: CommandLine, sim: Simulation) -> None:
    sim.stop()
    answer = shop("doctor")
    assert answer.code == Exit.UNREACHABLE
    assert [check["name"] for check in answer.document["checks"] if not check["ok"]] == ["aiq"]
    assert shop("contract-check").code == Exit.UNREACHABLE
    shop("settings", "set", "text_code", "off")
    assert shop("doctor").code == Exit.REFUSED


def test_a_folder_that_is_no_register(new_home: CommandLine) -> None:
    answer = new_home("doctor", json=False)
    assert answer.code == Exit.REFUSED
    assert "NOT OK  home" in answer.out
    assert "budtender connect aiq" in answer.out
    assert not Path(new_home.home).exists()


def test_nothing_to_compare_before_aiq_is_connected(new_home: CommandLine) -> None:
    answer = new_home("contract-check")
    assert answer.code == Exit.REFUSED
    assert answer.said == "AIQ is not connected yet."
