"""The command line without a register: usage, help, and where the answer goes."""

from __future__ import annotations

import getpass
import io
import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from budtender import __version__
from budtender.cli import commands, main, run
from budtender.cli.manage import _new_pin
from budtender.cli.output import Output, age_text, words
from budtender.errors import InputError

COMMANDS = [
    *(
        "lookup",
        "code",
        "wallet",
        "redeem",
        "undo",
        "signup",
        "optout",
        "contact",
        "connect",
        "settings",
        "staff",
        "outbox",
    ),
    *("sync", "import", "doctor", "contract-check", "recover", "demo", "simulate", "autostart"),
]


def test_the_engine_by_itself_has_no_window(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    captured = capsys.readouterr()
    assert captured.err.startswith("The engine was started by itself, without the window.")
    assert not captured.out


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"{__version__}\n"


def test_the_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    help_text = capsys.readouterr().out
    assert [command for command in COMMANDS if f"  {command} " not in help_text] == []


@pytest.mark.parametrize(
    "command", [*COMMANDS, "connect aiq", "connect dutchie", "settings set", "staff unlock", "outbox settle"]
)
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*command.split(), "--help"]) == 0
    assert "Usage: budtender" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [
        ["lokup"],
        ["lookup"],
        ["redeem", "3035550142"],
        ["lookup", "3035550142", "--choose", "two"],
        ["lookup", "3035550142", "3035550101"],
        ["wallet", "3035550142", "--code"],
        ["signup", "--phone", "3035550142"],
        ["connect", "aiq"],
        ["connect", "shopify", "--store", "x"],
        ["staff", "add", "Dana"],
        ["outbox"],
        ["lookup", "--no-such-option"],
        ["autostart", "maybe"],
        ["wallet", "3035550142", "--code", "1234", "--pin"],
        ["lookup", "\udcff"],
    ],
)
def test_wrong_use_is_one_sentence_a_next_step_and_exit_code_2(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*arguments, "--json"]) == 2
    captured = capsys.readouterr()
    error = msgspec.json.decode(captured.out)["error"]
    assert error["kind"] in {"usage", "usage_error"}
    assert error["title"]
    assert "Value error" not in error["title"]
    assert error["hint"]
    assert captured.err.splitlines()[0] == error["title"]
    assert "Traceback" not in captured.err


@pytest.mark.parametrize(
    ("seconds", "text"), [(-5, "0 s"), (59, "59 s"), (60, "1 min"), (7_200, "2 h"), (200_000, "2 d")]
)
def test_ages_are_told_in_one_unit(seconds: float, text: str) -> None:
    assert age_text(seconds) == text


def test_text_from_anywhere_stays_on_one_line() -> None:
    assert words("a\u202eb\n\x1b[31mc") == "ab [31mc"


def test_a_sentence_cannot_steer_the_terminal_and_keeps_its_columns(capsys: pytest.CaptureFixture[str]) -> None:
    Output(as_json=False).say("    → a\u202eb\n\x1b[31mc\x9b  d\u2066")
    assert capsys.readouterr().out == "    → ab [31mc  d\n"


class Keyboard(io.StringIO):
    """Standard input that is a terminal."""

    def isatty(self) -> bool:
        return True


def end_of_input(_prompt: str) -> str:
    raise EOFError


@pytest.mark.parametrize("typed", [lambda _: "", lambda _: " ", end_of_input])
def test_nothing_typed_at_the_prompt_is_as_nothing_on_standard_input(
    typed: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", Keyboard())
    monkeypatch.setattr(getpass, "getpass", typed)
    assert _new_pin("budtender", no_pin=False) is None
    with pytest.raises(InputError, match="No new PIN was given"):
        _new_pin("manager", no_pin=False)


@pytest.mark.parametrize("can_log", [True, False])
def test_a_bug_before_a_home_is_open_goes_to_the_log_and_not_to_the_terminal(
    can_log: bool, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> Path:
        raise ZeroDivisionError("a bug")

    monkeypatch.setenv("BUDTENDER_HOME", str(tmp_path))
    monkeypatch.setattr(run, "session", fail)
    if not can_log:
        (tmp_path / "logs").write_text("a file stands where the folder should be")
    assert main(["doctor"]) == 70
    told = capfd.readouterr().err
    assert "ZeroDivisionError" not in told
    assert len(told.splitlines()) == 2
    assert (str(tmp_path / "logs") in told) == can_log
    if can_log:
        assert "ZeroDivisionError" in (tmp_path / "logs" / "budtender.log").read_text()


HEAVY = ("argon2", "budtender.connectors.dutchie", "httpx", "rich", "sqlite_utils", "stamina", "structlog")


@pytest.mark.parametrize("command", ["lookup", "wallet", "redeem"])
def test_a_command_of_the_counter_loads_nothing_that_it_may_not_need(command: str) -> None:
    """Each of these takes as long to load as the rest together; what needs one loads it then."""
    program = f"""
import sys
from budtender.cli import app, commands
commands.load([{command!r}])
print(*[name for name in {HEAVY} if name in sys.modules])
"""
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert told.stdout.split() == []


@pytest.mark.parametrize(
    ("arguments", "known"),
    [
        (["--home", "settings", "lookup", "3035550142"], "lookup"),
        (["--staff", "lookup", "staff", "list"], "staff"),
        (["--json", "doctor"], "doctor"),
        (["--home=/x", "undo"], "undo"),
    ],
)
def test_the_room_of_a_command_is_found_behind_global_options(arguments: list[str], known: str) -> None:
    assert commands.command_in(arguments) == known


@pytest.mark.skipif(sys.platform == "win32", reason="a pipe nobody reads is another error there")
def test_whoever_stops_reading_ends_the_command_quietly() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "budtender", "--help"], stdout=writing, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (1, "")
