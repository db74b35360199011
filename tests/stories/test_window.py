"""The program with its window, as a process: opened, called up, closed, killed, and where nothing can be drawn."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from budtender.backoffice import staff
from budtender.errors import Exit
from budtender.register import Register
from budtender.simulator import Simulation
from tests.patience import PATIENCE, reached
from tests.stories.command_line import Answer, CommandLine
from tests.stories.conftest import OWNER, connect
from ui.call import address, hand_over

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs a display of its own, and signals")


class Program:
    """The program on one home."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.started: list[subprocess.Popen[str]] = []

    def start(self, *arguments: str, **environment: str | None) -> subprocess.Popen[str]:
        """Start it. A variable that is None is taken out of the environment."""
        wanted = {name: value for name, value in {**os.environ, **environment}.items() if value is not None}
        process = subprocess.Popen(
            [sys.executable, "-m", "ui", "--home", str(self.home), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=wanted,
        )
        self.started.append(process)
        return process

    def __call__(self, *arguments: str, **environment: str | None) -> Answer:
        """Run it to its end."""
        out, err = (process := self.start(*arguments, **environment)).communicate(timeout=PATIENCE)
        return Answer(process.returncode, out, err)

    def open(self, *arguments: str) -> subprocess.Popen[str]:
        """Start it and wait until its window is there."""
        process = self.start(*arguments)

        def is_open() -> bool:
            assert process.poll() is None, process.communicate()[1]
            answer = hand_over(self.home)
            return answer is not None and not answer.opening

        reached(is_open, "the window")
        return process


@pytest.fixture
def program(new_home: CommandLine, display: None, qapp: object) -> Iterator[Program]:
    """The program on a home that was never used."""
    one = Program(new_home.home)
    yield one
    for process in one.started:
        if process.poll() is None:
            process.kill()
            process.communicate()


def holder(home: Path) -> int:
    """The process whose window this is, as the system knows it."""
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(address(home))
        pid, _uid, _gid = struct.unpack("3i", line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
    assert isinstance(pid, int)
    return pid


def ended(process: subprocess.Popen[str]) -> Answer:
    """How a process ended by itself."""
    out, err = process.communicate(timeout=PATIENCE)
    return Answer(process.returncode, out, err)


def test_a_second_start_raises_the_first_and_ends_well(program: Program) -> None:
    first = program.open()
    again = program()
    assert (again.code, again.err) == (Exit.DONE, "")
    assert first.poll() is None
    first.send_signal(signal.SIGTERM)
    assert ended(first) == Answer(Exit.DONE, "", "")
    assert list((program.home / "running").iterdir()) == [], "the register was closed in order"


def test_lookup_show_says_why_it_was_not_taken(program: Program) -> None:
    """Nobody has signed in: the number is not shown, and whoever called is told."""
    program.open()
    answer = program("lookup", "3035550142", "--show")
    assert answer.code == Exit.REFUSED
    assert answer.said == "Nobody is signed in at this register."
    assert "Sign in" in answer.next_step


def test_lookup_show_opens_the_window_when_there_is_none(program: Program) -> None:
    answer = program("lookup", "3035550142", "--show")
    assert (answer.code, answer.said) == (Exit.REFUSED, "Nobody is signed in at this register.")
    up = hand_over(program.home)
    assert up is not None
    assert up.taken
    os.kill(holder(program.home), signal.SIGTERM)
    reached(lambda: hand_over(program.home) is None, "the window's end")


@pytest.mark.skipif(shutil.which("xdotool") is None, reason="xdotool types into whichever window has the keyboard")
def test_a_till_shows_a_shopper_in_the_window_of_whoever_is_signed_in(program: Program, sim: Simulation) -> None:
    """Whole processes and real keys: sign in by PIN, then the till's button."""
    asyncio.run(engaged(program.home, sim))
    first = program.open()
    reached(lambda: has_the_keyboard() == first.pid, "the keyboard to be the window's")
    subprocess.run(["xdotool", "type", "--delay", "80", "615038"], check=True, timeout=60)
    subprocess.run(["xdotool", "key", "Return"], check=True, timeout=60)
    ends = time.monotonic() + PATIENCE
    while (answer := program("lookup", "(303) 555-0142", "--show")).code != Exit.DONE:
        assert answer.said == "Nobody is signed in at this register.", answer
        assert time.monotonic() < ends
    assert answer.err == ""
    assert program("--json", "lookup", "3035550142", "--show").document == {"shown": True}
    reached(lambda: any("3035550142" in call.path for call in sim.calls), "the window to ask AIQ for the shopper")
    first.terminate()
    assert ended(first).code == Exit.DONE


def has_the_keyboard() -> int | None:
    """The process that keys go to."""
    asked = ["xdotool", "getwindowfocus", "getwindowpid"]
    told = subprocess.run(asked, check=False, capture_output=True, text=True, timeout=PATIENCE)
    return int(told.stdout) if told.returncode == 0 else None


async def engaged(home: Path, sim: Simulation) -> None:
    """A home with AIQ and Sam, who signs in with a PIN."""
    await connect(home, sim)
    async with await Register.open(home) as register:
        await staff.add(register, "Ann", "owner", "482915", OWNER)
        await staff.add(register, "Sam", "budtender", "615038", OWNER)


@pytest.mark.parametrize("phone", ["", "303" * 20, "303\n555"])
def test_lookup_show_takes_no_rubbish(phone: str, program: Program) -> None:
    answer = program("lookup", phone, "--show")
    assert (answer.code, answer.said) == (Exit.REFUSED, "This is no phone number.")
    assert not program.home.exists(), "nothing was started"


def test_after_a_kill_the_next_start_opens(program: Program) -> None:
    first = program.open()
    first.kill()
    first.communicate()
    assert hand_over(program.home) is None
    second = program.open()
    second.send_signal(signal.SIGINT)
    assert ended(second).code == Exit.DONE


def test_two_starts_at_once_open_one_window(program: Program) -> None:
    both = [program.start(), program.start()]
    reached(lambda: any(process.poll() is not None for process in both), "one to give way: two windows are open")
    loser = next(process for process in both if process.poll() is not None)
    assert ended(loser).code == Exit.DONE
    answer = hand_over(program.home)
    assert answer is not None
    assert answer.taken


def test_what_keeps_it_from_opening_is_shown_and_called_up_as_well(program: Program) -> None:
    program.home.mkdir()
    (program.home / "home.json").write_text("{damaged")
    first = program.start()
    reached(lambda: hand_over(program.home) is not None, "what keeps it from opening")
    answer = hand_over(program.home, "3035550142")
    assert answer is not None
    assert (answer.taken, answer.title) == (False, "The register is not open yet.")
    assert program().code == Exit.DONE
    assert first.poll() is None, "it goes on asking what to do"
    first.terminate()
    assert ended(first).code == Exit.REFUSED
    assert (program.home / "home.json").read_text() == "{damaged"


@pytest.mark.skipif(shutil.which("xdotool") is None, reason="xdotool looks for windows")
def test_a_window_that_does_not_answer_is_told(program: Program) -> None:
    """It holds the lock and listens nowhere, as on a disk that knows no sockets."""
    program.home.mkdir()
    with FileLock(program.home / "window.lock"):
        second = program.start()
        looked = ["xdotool", "search", "--onlyvisible", "--pid", str(second.pid), "--name", "Budtender"]

        def is_shown() -> bool:
            assert second.poll() is None, second.communicate()
            return subprocess.run(looked, check=False, capture_output=True, timeout=PATIENCE).returncode == 0

        reached(is_shown, "anything to be shown")
        second.terminate()
        assert ended(second).code == Exit.DONE
    assert not (program.home / "budtender.db").exists(), "the register was not opened a second time"


@pytest.mark.parametrize("name", [None, ":9471", "nowhere"])
def test_without_a_display_it_says_so(name: str | None, program: Program) -> None:
    answer = program(DISPLAY=name, WAYLAND_DISPLAY=None, QT_QPA_PLATFORM=None)
    assert answer.code == Exit.USAGE
    assert answer.said == "There is no display to open the window on."
    assert answer.next_step
    assert "Traceback" not in answer.err


def test_the_engine_by_itself_knows_no_window(shop: CommandLine) -> None:
    for arguments in ([], ["lookup", "3035550142", "--show"]):
        answer = shop(*arguments, json=False)
        assert answer.code == Exit.USAGE
        assert answer.said == "The engine was started by itself, without the window."


def test_autostart_is_switched_from_the_command_line(program: Program, tmp_path: Path) -> None:
    place = {"XDG_CONFIG_HOME": str(tmp_path / "config")}
    entry = tmp_path / "config" / "autostart" / "budtender.desktop"
    assert program("autostart", **place).out == "The window does not open when this account logs in.\n"
    assert program("autostart", "on", **place).out == "The window opens when this account logs in.\n"
    assert str(program.home) in entry.read_text()
    assert program("autostart", "off", **place).code == Exit.DONE
    assert not entry.exists()
