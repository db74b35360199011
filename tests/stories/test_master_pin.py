"""The shop's shared PIN is nobody's own, so it opens nothing without a name and a reason."""

from __future__ import annotations

import asyncio
import getpass
import io
import sys
from pathlib import Path

import pytest

from budtender.cache import audit
from budtender.cli import main
from budtender.register import Register
from budtender.simulator import Simulation
from tests.stories.command_line import CommandLine
from tests.stories.test_refusals import INES, WRONG_PIN, refused

MASTER = "602847"
DANA_PIN = "482915"
WHY = ("--approver", "Dana", "--reason", "phone at home")


@pytest.fixture
def shared(shop: CommandLine) -> CommandLine:
    """A shop with a master PIN and no staff."""
    assert shop("settings", "set", "master_pin", stdin=MASTER).code == 0
    return shop


async def approvals(home: Path) -> list[str]:
    """What the audit log says of each PIN that was accepted or refused."""
    async with await Register.open(home) as register:
        rows = register.db.read(lambda c: audit.latest(c, 100))
    return [row["facts"] for row in rows if row["kind"] in ("PIN approved", "PIN wrong", "wallet opened")]


@pytest.mark.requirement("D-016")
@pytest.mark.parametrize(
    "given", [(), ("--approver", "Dana"), ("--reason", "phone at home"), ("--approver", " ", "--reason", "x")]
)
def test_a_script_without_a_name_or_a_reason_is_a_usage_error(
    shared: CommandLine, sim: Simulation, given: tuple[str, ...]
) -> None:
    sentence = "A master PIN is set here, so a PIN takes the name of who approves, and a reason."
    answer = shared("wallet", INES, "--pin", *given, stdin=MASTER)
    refused(answer, 2, "usage_error", sentence)
    assert answer.next_step == "Give --approver NAME and --reason TEXT."
    for command in (("redeem", INES, "58214"), ("undo", "0" * 32)):
        refused(shared(*command, "--pin", *given, stdin=WRONG_PIN), 2, "usage_error", sentence)
    assert sim.ledger == []


async def test_with_both_it_opens_and_both_are_written_down(shared: CommandLine) -> None:
    opened = await _in_thread(shared, "wallet", INES, "--pin", *WHY)
    assert opened["visit"]["method"] == "pin"
    assert opened["visit"]["approver"] == "Dana"
    told = "".join(await approvals(shared.home))
    assert '"how":"master PIN"' in told
    assert '"approver":"Dana"' in told
    assert "phone at home" in told


def test_a_manager_who_has_a_pin_of_their_own_may_be_named_for_it(shared: CommandLine) -> None:
    assert shared("staff", "add", "Dana", "--role", "owner", stdin=DANA_PIN).code == 0
    acting = ("--staff", "Dana")
    opened = shared("wallet", INES, "--pin", *WHY, *acting, stdin=MASTER)
    assert opened.document["visit"]["approver"] == "Dana"
    assert '"how":"master PIN"' in "".join(asyncio.run(approvals(shared.home)))
    for command in (("settings", "set", "text_code", "off"), ("staff", "add", "Lee", "--role", "lead", "--no-pin")):
        as_owner = shared(*command, *acting, stdin=MASTER)
        refused(as_owner, 1, "pin_refused", as_owner.document["error"]["title"])


async def _in_thread(shared: CommandLine, *arguments: str) -> dict[str, dict[str, str]]:
    answer = await asyncio.to_thread(shared, *arguments, stdin=MASTER)
    assert answer.code == 0, answer.err
    document: dict[str, dict[str, str]] = answer.document
    return document


class Terminal(io.StringIO):
    """Somebody who types."""

    def isatty(self) -> bool:
        """It is one."""
        return True


def test_at_a_terminal_both_are_asked_for(
    shared: CommandLine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal("Dana\nphone at home\n"))
    monkeypatch.setattr(getpass, "getpass", lambda _prompt: MASTER)
    assert main(["--home", str(shared.home), "wallet", INES, "--pin"]) == 0
    told = capsys.readouterr()
    assert "Manager who approves: Reason: " in told.err
    assert "Available 412.5" in told.out
