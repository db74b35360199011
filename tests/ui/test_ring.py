"""The ring of the focus is seen in every size of letter, and between it and what it is around is a gap."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractButton, QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ui import theme
from ui.theme import DARK, LIGHT, Colours
from ui.widgets.button import Button
from ui.widgets.choice import Choice
from ui.widgets.shape import GAP, MARGIN, RING
from ui.widgets.tick import Tick

CONTROLS: dict[str, Callable[[], QAbstractButton]] = {
    "choice": lambda: Choice("Ten dollars off"),
    "tick": lambda: Tick("Texts"),
    "main": lambda: Button("Redeem", "main"),
    "plain": lambda: Button("Back"),
}


@pytest.fixture(params=[(LIGHT, 1.0), (DARK, 1.0), (DARK, 1.5), (LIGHT, 2.0), (DARK, 2.0)])
def worn(qapp: QApplication, request: pytest.FixtureRequest) -> Iterator[tuple[Colours, float]]:
    before = theme.now()
    colours, scale = request.param
    theme.wear(qapp, theme.Theme(colours, scale, motion=False))
    yield colours, scale
    theme.wear(qapp, before)


@pytest.mark.parametrize("kind", CONTROLS)
def test_a_ring_grows_with_the_letters_and_keeps_its_gap(qtbot: QtBot, worn: tuple[Colours, float], kind: str) -> None:
    colours, scale = worn
    control = CONTROLS[kind]()
    window = QWidget()
    qtbot.addWidget(window)
    QVBoxLayout(window).addWidget(control)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    control.setFocus()
    qtbot.waitUntil(control.hasFocus)
    picture = control.grab().toImage()
    down = [picture.pixelColor(picture.width() // 2, y) for y in range(MARGIN + 4)]
    ring, wide = QColor(colours.focus), min(round(RING * scale), MARGIN)
    assert down[:wide] == [ring] * wide
    assert all(colour != ring for colour in down[wide : wide + GAP]), "a gap, so that the ring is seen on its own color"
    if kind != "main":
        assert all(colour != ring for colour in down[wide:]), "no second edge inside the ring"
