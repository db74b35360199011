"""The window comes back where it was, as a panel at an edge, or above others."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from ui.placement import PANEL_WIDTH, Placement, usual_size


def placed(home: Path, qtbot: QtBot) -> tuple[QWidget, Placement]:
    """A window that is being opened."""
    window = QWidget()
    window.setMinimumSize(300, 300)
    qtbot.addWidget(window)
    placement = Placement(window, home)
    return window, placement


def test_it_comes_back_where_it_was(tmp_path: Path, qtbot: QtBot) -> None:
    window, placement = placed(tmp_path, qtbot)
    placement.restore()
    assert window.width() == 1100
    window.show()
    window.setGeometry(120, 90, 900, 640)
    qtbot.waitUntil(lambda: window.geometry().topLeft() == QPoint(120, 90), timeout=60_000)
    placement.remember()
    again, second = placed(tmp_path, qtbot)
    second.restore()
    assert again.geometry().getRect() == (120, 90, 900, 640)


def test_larger_letters_have_a_larger_window_on_a_screen_with_room(tmp_path: Path, qtbot: QtBot) -> None:
    window, _ = placed(tmp_path, qtbot)
    Placement(window, tmp_path, scale=2.0).restore()
    assert usual_size(2.0) == QSize(1650, 1170)
    assert window.size() == usual_size(2.0).boundedTo(window.screen().availableGeometry().size())


@pytest.mark.parametrize("edge", ["left", "right"])
def test_a_panel_stands_at_the_edge_from_top_to_bottom(edge: str, tmp_path: Path, qtbot: QtBot) -> None:
    window, placement = placed(tmp_path, qtbot)
    placement.restore()
    window.show()
    qtbot.waitExposed(window, timeout=60_000)
    before = window.size()
    placement.dock("left" if edge == "left" else "right")
    free = window.screen().availableGeometry()
    qtbot.waitUntil(lambda: window.geometry().width() == PANEL_WIDTH, timeout=60_000)
    assert window.geometry().left() == (free.left() if edge == "left" else free.right() + 1 - PANEL_WIDTH)
    assert window.frameGeometry().height() == free.height()
    placement.remember()
    again, second = placed(tmp_path, qtbot)
    second.restore()
    assert second.compact
    assert again.width() == PANEL_WIDTH
    second.undock()
    assert again.size() == before


def test_asked_for_at_the_start_it_stays_so(tmp_path: Path, qtbot: QtBot) -> None:
    _window, placement = placed(tmp_path, qtbot)
    placement.restore(compact=True, on_top=True)
    again, second = placed(tmp_path, qtbot)
    second.restore()
    assert second.compact
    assert second.on_top
    assert again.windowFlags() & Qt.WindowType.WindowStaysOnTopHint
    second.restore(compact=False, on_top=False)
    assert not again.windowFlags() & Qt.WindowType.WindowStaysOnTopHint


def test_a_window_that_is_open_stays_open_when_it_goes_on_top(tmp_path: Path, qtbot: QtBot) -> None:
    window, placement = placed(tmp_path, qtbot)
    window.show()
    placement.stay_on_top(wanted=True)
    assert window.isVisible()
    placement.stay_on_top(wanted=False)
    assert window.isVisible()


def test_a_place_on_a_screen_that_is_gone_is_not_used(tmp_path: Path, qtbot: QtBot) -> None:
    window, placement = placed(tmp_path, qtbot)
    window.setGeometry(9_000, 9_000, 800, 600)
    placement.remember()
    again, second = placed(tmp_path, qtbot)
    second.restore()
    assert again.screen().availableGeometry().intersects(again.geometry())


@pytest.mark.parametrize(
    "rubbish", [b"", b"\x00\xff" * 400, b"[General]\ngeometry=@ByteArray(nonsense)\ncompact=maybe\n"]
)
def test_a_damaged_file_is_as_good_as_none(rubbish: bytes, tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "window.ini").write_bytes(rubbish)
    window, placement = placed(tmp_path, qtbot)
    placement.restore()
    assert window.width() == 1100


#: Two screens side by side, each the register's once; what is printed is the shopper's.
_TWO_SCREENS = """
from PySide6.QtWidgets import QApplication, QWidget
from ui.placement import second_screen
application = QApplication([])
window = QWidget()
for left in (100, 1100):
    window.setGeometry(left, 100, 600, 400)
    print(second_screen(window).geometry().left())
"""


def test_the_shoppers_screen_is_the_one_that_the_register_does_not_stand_on(tmp_path: Path) -> None:
    size = {"y": 0, "width": 1000, "height": 800}
    screens = {"screens": [{"name": "left", "x": 0, **size}, {"name": "right", "x": 1000, **size}]}
    config = tmp_path / "screens.json"
    config.write_text(json.dumps(screens), encoding="utf-8")
    two = {**os.environ, "QT_QPA_PLATFORM": f"offscreen:configfile={config}"}
    done = subprocess.run(
        [sys.executable, "-c", _TWO_SCREENS], check=False, timeout=60, capture_output=True, text=True, env=two
    )
    assert done.stdout.split() == ["1000", "0"], done.stderr
