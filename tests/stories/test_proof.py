"""`--staff` is a claim: what only a manager may do asks for that person's own PIN."""

from __future__ import annotations

import asyncio

import pytest

from budtender.cache import audit
from budtender.cache import staff as rows
from budtender.pins import subject_of
from budtender.register import Register
from budtender.simulator import Simulation
from tests.stories.command_line import Answer, CommandLine

DANA_PIN, LEE_PIN, WRONG_PIN = "482915", "736204", "570318"
DANA = ("--staff", "Dana")


@pytest.fixture
def staffed(new_home: CommandLine) -> CommandLine:
    """A home without systems and with Dana, its owner."""
    assert new_home("staff", "add", "Dana", "--role", "owner", stdin=DANA_PIN).code == 0
    return new_home


def tries(shop: CommandLine) -> int:
    """How many wrong PINs are counted against Dana."""

    async def count() -> int:
        async with await Register.open(shop.home) as register:
            return register.db.read(lambda c: rows.failures(c, subject_of(1))).count

    return asyncio.run(count())


def approved_for(shop: CommandLine) -> list[str]:
    async def read() -> list[str]:
        async with await Register.open(shop.home) as register:
            found = register.db.read(audit.latest)
            return [row["facts"] for row in found if row["kind"] == "PIN approved"]

    return asyncio.run(read())


def kind(answer: Answer) -> tuple[int, str]:
    return answer.code, answer.document["error"]["kind"]


MANAGERS = (
    ("settings", "set", "text_code", "off"),
    ("settings", "set", "master_pin"),
    ("staff", "add", "Eve", "--role", "budtender", "--no-pin"),
    ("connect", "aiq", "--uid", "9001"),
    ("connect", "dutchie", "--store", "Elm"),
    ("disconnect", "Elm"),
    ("outbox", "settle", "0" * 32, "--as", "happened"),
    ("recover",),
    ("stores", "map", "Elm", "31"),
)


@pytest.mark.parametrize("arguments", MANAGERS)
def test_a_managers_name_alone_opens_nothing(staffed: CommandLine, sim: Simulation, arguments: tuple[str, ...]) -> None:
    sim.calls.clear()
    assert kind(staffed(*arguments, *DANA)) == (1, "input_error")
    assert tries(staffed) == 0
    assert kind(staffed(*arguments, *DANA, stdin=WRONG_PIN)) == (1, "pin_refused")
    assert tries(staffed) == 1
    assert not sim.calls
    assert staffed("settings", "get", "text_code").document["value"] is True
    assert staffed("settings", "get", "master_pin").document["value"] == "not set"
    assert [person["name"] for person in staffed("staff", "list").document["staff"]] == ["Dana"]


def test_a_managers_pin_opens_it_and_is_written_down(staffed: CommandLine) -> None:
    assert staffed("settings", "set", "text_code", "off", *DANA, stdin=DANA_PIN).code == 0
    master = staffed("settings", "set", "master_pin", *DANA, stdin=f"{DANA_PIN}\n602847\n")
    assert (master.code, master.document) == (0, {"key": "master_pin", "value": "set", "touched": None})
    added = staffed("staff", "add", "Lee", "--role", "lead", *DANA, stdin=f"{DANA_PIN}\n{LEE_PIN}\n")
    assert added.document["staff"] == {"name": "Lee", "role": "lead", "has_pin": True}
    assert staffed("settings", "get", "master_pin").document["value"] == "set"
    done = "".join(approved_for(staffed))
    for what in ("settings set text_code", "settings set master_pin", "staff add"):
        assert f'"for":"{what}"' in done


def test_the_key_follows_the_pin_or_lies_in_the_environment(
    staffed: CommandLine, sim: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect = ("connect", "aiq", "--uid", sim.uid, "--base-url", sim.url, *DANA)
    keyed = staffed(*connect, stdin=sim.aiq_key)
    assert kind(keyed) == (1, "input_error")
    assert "$BUDTENDER_KEY" in keyed.next_step
    assert sim.aiq_key not in keyed.out + keyed.err
    assert tries(staffed) == 0, "a key where a PIN belongs is no wrong PIN"
    assert staffed(*connect, stdin=f"{DANA_PIN}\n{sim.aiq_key}\n").code == 0
    monkeypatch.setenv("BUDTENDER_KEY", sim.aiq_key)
    assert staffed(*connect, stdin=DANA_PIN).code == 0


def test_what_cannot_be_set_asks_for_no_pin(staffed: CommandLine) -> None:
    assert kind(staffed("settings", "set", "text_code", "perhaps", *DANA)) == (1, "setting_error")
    assert kind(staffed("settings", "set", "nothing", "on", *DANA)) == (1, "setting_error")
    assert tries(staffed) == 0


def test_as_long_as_nobody_is_on_the_staff_nobody_is_asked(new_home: CommandLine) -> None:
    assert new_home("settings", "set", "text_code", "off").code == 0
