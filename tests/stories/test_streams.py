"""Standard streams that are closed, full or of another encoding: an exit code as ever, one document, no traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from budtender.cli.app import finished
from budtender.cli.output import Output
from budtender.errors import CannotSave, Exit
from tests.stories.command_line import CommandLine
from tests.stories.test_refusals import INES, refused

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a POSIX shell closes and redirects the streams")
full_device = pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device here that is always full")


def shell(shop: CommandLine, rest: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """A command as a shell's user writes it, redirections and all."""
    line = f'"{sys.executable}" -m budtender --home "{shop.home}" {rest}'
    return subprocess.run(["/bin/sh", "-c", line], capture_output=True, check=False, env={**os.environ, **environment})


def test_a_closed_standard_output_takes_nothing_and_fails_nothing(shop: CommandLine) -> None:
    done = shell(shop, f"--json lookup {INES} >&-")
    assert (done.returncode, done.stderr) == (0, b"")
    assert shell(shop, f"lookup {INES} >&- 2>&- <&-").returncode == 0


def test_a_complaint_never_goes_where_the_document_goes(shop: CommandLine) -> None:
    done = shell(shop, "--json lookup abc 2>&-")
    assert done.returncode == 1
    assert msgspec.json.decode(done.stdout)["error"]["kind"] == "phone_error"
    assert (shell(shop, "lookup abc 2>&-").stdout, shell(shop, "lookup abc 2>&- >&-").returncode) == (b"", 1)


@full_device
def test_an_answer_that_cannot_be_written_is_told_in_a_sentence(shop: CommandLine) -> None:
    for form in ("--json lookup", "lookup"):
        done = shell(shop, f"{form} {INES} >/dev/full")
        assert done.returncode == 1
        assert done.stderr.decode().splitlines() == [
            "The answer could not be written: no space left on device.",
            "What was done stays: budtender outbox list --all",
        ]


@full_device
def test_a_failure_keeps_its_exit_code_wherever_it_cannot_be_told(shop: CommandLine) -> None:
    assert shell(shop, "--json lookup abc >/dev/full").stderr.startswith(b"That is not a phone number.")
    for rest, code in (("--json lookup abc", 1), ("lookup", 2), ("--json lookup", 2)):
        assert shell(shop, f"{rest} >/dev/full 2>/dev/full").returncode == code


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_a_document_is_utf_8_in_every_locale(shop: CommandLine, encoding: str) -> None:
    done = shell(shop, "--json lookup 3035550120", PYTHONIOENCODING=encoding)
    shopper = msgspec.json.decode(done.stdout)["shopper"]
    assert (shopper["name"], shopper["phone"]) == ("ليلى ا.", "(•••) •••-0120")


def test_a_home_without_a_name_is_not_the_folder_at_hand(shop: CommandLine) -> None:
    for option in (("--home", ""), ("--home=",), ("--home", "  ")):
        line = [sys.executable, "-m", "budtender", *option, "--json", "staff", "list"]
        done = subprocess.run(line, capture_output=True, check=False, cwd=shop.home.parent)
        assert done.returncode == 2
        assert msgspec.json.decode(done.stdout)["error"]["title"] == "--home names no folder."
    assert not (shop.home.parent / "budtender.db").exists()


def test_ctrl_c_is_a_document_too(capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted() -> Exit:
        raise KeyboardInterrupt

    output = Output(as_json=True)
    assert finished(output, interrupted) is Exit.REFUSED
    assert msgspec.json.decode(capsys.readouterr().out)["error"]["kind"] == "stopped"


def test_what_fails_after_the_answer_adds_no_second_document(capsys: pytest.CaptureFixture[str]) -> None:
    output = Output(as_json=True)

    def answered_and_not_closed() -> Exit:
        output.document({"done": True})
        raise CannotSave("The disk is full, so nothing was saved.", "Free some space and do it again.")

    assert finished(output, answered_and_not_closed) is Exit.REFUSED
    told = capsys.readouterr()
    assert msgspec.json.decode(told.out) == {"done": True}
    assert told.err.startswith("The disk is full")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a folder's name is text")
def test_a_home_whose_name_is_no_text_is_told_in_a_sentence(shop: CommandLine) -> None:
    line, home = [sys.executable, "-m", "budtender", "--json"], os.fsencode(shop.home.parent) + b"/\xff"
    for command in ("doctor", "lookup"):
        whom = [INES] if command == "lookup" else []
        environment = {**os.environb, b"BUDTENDER_HOME": home}
        done = subprocess.run([*line, command, *whom], capture_output=True, check=False, env=environment)
        assert done.returncode == 2
        told = msgspec.json.decode(done.stdout)["error"]["title"]
        assert told == "The name of the register's folder holds bytes that are no text."


def test_a_description_without_an_end_is_not_read_to_it(shop: CommandLine) -> None:
    answer = shop("connect", "custom", "--store", "Ours", "--mapping", "/dev/zero", stdin="a-key\n")
    refused(answer, 1, "input_error", "/dev/zero is too long for a description.")
