"""One window for each home, and what other programs may ask of it."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from tests.patience import PATIENCE
from ui import call
from ui.call import Answer, Message, address, hand_over, hand_over_soon
from ui.instance import Instance

linux = pytest.mark.skipif(sys.platform == "win32", reason="Windows has named pipes, which Qt guards itself")

#: A first window in a process of its own: it says when it listens, and then every message that it is asked.
FIRST = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from ui.call import Answer
from ui.instance import Instance
application = QCoreApplication([])
one = Instance.claim(Path(sys.argv[1]))
print("first" if one else "second", flush=True)
if one:
    def take(message):
        print(message.phone or "up", flush=True)
        if message.phone == "locked":
            return Answer(taken=False, title="Nobody is signed in.", hint="Sign in.")
        return Answer(taken=True)
    one.take = take
    application.exec()
"""


@pytest.fixture(autouse=True)
def _the_caller_has_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever calls a window that is there waits for its answer, however busy the machine is."""
    monkeypatch.setattr(call, "PATIENCE", 1_000 * PATIENCE)


@pytest.fixture
def first(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process with the window of `tmp_path / "home"`."""
    process = started(tmp_path / "home")
    assert process.stdout is not None
    assert process.stdout.readline() == "first\n"
    yield process
    process.kill()
    process.communicate()


def started(home: Path) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", FIRST, str(home)], stdout=subprocess.PIPE, text=True)


def heard(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_the_second_hands_over_to_the_first(first: subprocess.Popen[str], tmp_path: Path, qapp: object) -> None:
    home = tmp_path / "home"
    assert Instance.claim(home) is None
    assert hand_over(home) == Answer(taken=True)
    assert heard(first) == "up"
    assert hand_over(home, "3035550142") == Answer(taken=True)
    assert heard(first) == "3035550142"


def test_the_caller_is_told_when_it_was_not_taken_and_why(
    first: subprocess.Popen[str], tmp_path: Path, qapp: object
) -> None:
    assert hand_over(tmp_path / "home", "locked") == Answer(taken=False, title="Nobody is signed in.", hint="Sign in.")


def test_without_a_window_there_is_nobody_to_hand_over_to(tmp_path: Path, qapp: object) -> None:
    assert hand_over(tmp_path / "home") is None


def test_a_killed_window_leaves_nothing_in_the_way(first: subprocess.Popen[str], tmp_path: Path, qapp: object) -> None:
    home = tmp_path / "home"
    first.send_signal(signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)
    first.wait()
    if sys.platform != "win32":
        assert Path(address(home)).exists(), "a killed process leaves its socket behind"
    assert hand_over(home) is None
    second = started(home)
    try:
        assert heard(second) == "first"
        assert hand_over_soon(home, patience=PATIENCE) == Answer(taken=True)
    finally:
        second.kill()
        second.communicate()


def test_two_homes_have_a_window_each(first: subprocess.Popen[str], tmp_path: Path, qapp: object) -> None:
    other = Instance.claim(tmp_path / "other")
    assert other is not None
    other.release()
    assert address(tmp_path / "home") != address(tmp_path / "other")


def test_released_it_can_be_claimed_again(tmp_path: Path, qapp: object) -> None:
    for _ in range(2):
        one = Instance.claim(tmp_path)
        assert one is not None
        assert Instance.claim(tmp_path) is None or sys.platform == "win32"
        one.release()


@linux
def test_only_this_account_may_speak_to_the_window(first: subprocess.Popen[str], tmp_path: Path, qapp: object) -> None:
    mode = stat.S_IMODE(Path(address(tmp_path / "home")).stat().st_mode)
    assert mode & 0o077 == 0, f"{mode:o}"


@linux
def test_a_home_too_deep_for_a_socket_uses_a_private_folder(tmp_path: Path, qapp: object) -> None:
    deep = tmp_path / ("d" * 80) / ("e" * 40)
    place = Path(address(deep))
    assert len(os.fsencode(place)) <= call.LONGEST_PATH
    assert stat.S_IMODE(place.parent.stat().st_mode) == 0o700
    one = Instance.claim(deep)
    assert one is not None
    assert place.exists()
    one.release()


# ── what may be said ──────────────────────────────────────────────────────────────────────────────────────


def said(home: Path, raw: bytes, *, end: bool = False) -> bytes:
    """What the window answers to raw bytes."""
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(60)
        line.connect(address(home))
        line.sendall(raw)
        if end:
            line.shutdown(socket.SHUT_WR)
        heard = b""
        while piece := line.recv(4096):
            heard += piece
        return heard


@linux
@pytest.mark.parametrize(
    "raw",
    [
        b"\n",
        b"hello\n",
        b'{"phone": 3035550142}\n',
        b'{"phone": "3035550142", "run": "calc"}\n',
        b'["phone"]\n',
        b'{"phone": "\xff\xfe"}\n',
        b'{"phone": "303\\u0000555"}\n',
        b'{"phone": "' + b"3" * 41 + b'"}\n',
        b"x" * (call.LONGEST_LINE + 1),
        b"[" * call.LONGEST_LINE + b"\n",
    ],
)
def test_anything_else_is_refused_in_words(
    raw: bytes, first: subprocess.Popen[str], tmp_path: Path, qapp: object
) -> None:
    answer = msgspec.json.decode(said(tmp_path / "home", raw), type=Answer)
    assert not answer.taken
    assert answer.title
    assert hand_over(tmp_path / "home") == Answer(taken=True), "the window goes on"
    assert heard(first) == "up", "nothing of it was taken"


@linux
def test_whoever_says_nothing_is_let_go(first: subprocess.Popen[str], tmp_path: Path, qapp: object) -> None:
    assert said(tmp_path / "home", b'{"phone":') == b""
    assert hand_over(tmp_path / "home") == Answer(taken=True)


@linux
def test_a_message_may_arrive_in_pieces(first: subprocess.Popen[str], tmp_path: Path, qapp: object) -> None:
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(60)
        line.connect(address(tmp_path / "home"))
        for piece in (b'{"pho', b'ne": "30355', b'50142"}', b"\n"):
            line.sendall(piece)
        assert b'"taken":true' in line.recv(4096)
    assert heard(first) == "3035550142"


@given(phone=st.text(max_size=call.LONGEST_PHONE), new=st.booleans(), token=st.text(max_size=200))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None)
def test_every_message_of_ours_fits_a_line(phone: str, new: bool, token: str) -> None:
    raw = msgspec.json.encode(Message(phone=phone, new=new, token=token)) + b"\n"
    assert raw.count(b"\n") == 1
    assert len(raw) <= call.LONGEST_LINE


def test_the_window_answers_while_it_works(tmp_path: Path, qtbot: QtBot) -> None:
    """In this process: the message is taken on the loop of the window."""
    one = Instance.claim(tmp_path)
    assert one is not None
    taken: list[Message] = []

    def take(message: Message) -> Answer:
        taken.append(message)
        return Answer(taken=True)

    one.take = take
    caller = subprocess.Popen(
        [
            *(sys.executable, "-c"),
            (
                "import sys; from pathlib import Path; from ui import call; call.PATIENCE = 60_000;"
                "sys.exit(0 if call.hand_over(Path(sys.argv[1]), look=call.Look(new=True)).taken else 1)"
            ),
            str(tmp_path),
        ]
    )
    qtbot.waitUntil(lambda: bool(taken), timeout=60_000)
    qtbot.waitUntil(lambda: caller.poll() is not None, timeout=60_000)  # the loop has to send the answer
    assert caller.returncode == 0
    assert taken == [Message(new=True)]
    one.release()


def test_a_starting_window_is_waited_for(tmp_path: Path, qapp: object) -> None:
    async def both() -> Answer | None:
        asking = asyncio.create_task(asyncio.to_thread(hand_over_soon, tmp_path / "home", patience=PATIENCE))
        process = await asyncio.to_thread(started, tmp_path / "home")
        try:
            return await asking
        finally:
            process.kill()
            await asyncio.to_thread(process.communicate)

    assert asyncio.run(both()) == Answer(taken=True)
