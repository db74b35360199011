"""The key that calls the window up reaches it while another window has the keyboard, and nobody else gets it."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from ui.hotkey import KEYS, HotKey

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the X server of the tests lends the key")

HOLD = """
import sys
from PySide6.QtCore import QCoreApplication
from ui.hotkey import HotKey
application = QCoreApplication([])
key = HotKey()
print(key.take("pause"), flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(shutil.which("xdotool") is None, reason="xdotool presses the key for all programs")
def test_it_is_heard_while_another_window_has_the_keyboard(qtbot: QtBot) -> None:
    till = QLineEdit()
    qtbot.addWidget(till)
    till.show()
    till.activateWindow()
    till.setFocus()
    qtbot.waitUntil(till.hasFocus, timeout=60_000)
    key = HotKey()
    heard: list[int] = []
    key.pressed.connect(lambda: heard.append(1))
    assert key.take("pause")
    subprocess.run(["xdotool", "key", "a", "Pause", "b", "ctrl+Pause"], check=True, timeout=60)
    qtbot.waitUntil(lambda: len(heard) == 2 and till.text() == "ab", timeout=60_000)
    key.give_back()
    subprocess.run(["xdotool", "key", "Pause", "c"], check=True, timeout=60)
    qtbot.waitUntil(lambda: till.text() == "abc", timeout=60_000)
    assert len(heard) == 2, "given back, it is not heard any more"


def test_another_programs_key_is_left_to_it(qtbot: QtBot) -> None:
    other = subprocess.Popen([sys.executable, "-c", HOLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert other.stdout is not None
    assert other.stdout.readline() == "True\n"
    key = HotKey()
    taken = [key.take("pause"), key.take("scroll lock")]
    key.give_back()
    other.communicate("")
    assert taken == [False, True]
    assert key.take("pause"), "the other program has ended"
    key.give_back()


def test_off_takes_none(qapp: object) -> None:
    key = HotKey()
    assert not key.take("off")
    assert "off" not in KEYS


def test_wayland_lends_none(qapp: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    assert not HotKey().take("pause")
