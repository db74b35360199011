"""What a pointer passes over does not look as if it was chosen or ticked."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractButton, QApplication

from ui import theme
from ui.widgets.choice import Choice
from ui.widgets.shape import MARGIN
from ui.widgets.tick import Tick

pytestmark = pytest.mark.usefixtures("qapp")


def ground(row: QAbstractButton) -> QColor:
    """The colour of the body, beside all words."""
    return row.grab().toImage().pixelColor(QPoint(row.width() // 2, MARGIN + 5))


@pytest.fixture(params=[Choice, Tick])
def row(request: pytest.FixtureRequest) -> QAbstractButton:
    made: QAbstractButton = request.param("Ten dollars off")
    made.setCheckable(True)
    made.resize(made.sizeHint())
    return made


def test_a_pointer_in_passing_changes_the_edge_alone(row: QAbstractButton) -> None:
    before = row.grab().toImage()
    row.setAttribute(Qt.WidgetAttribute.WA_UnderMouse)
    assert ground(row) == QColor(theme.now().colours.card)
    assert row.grab().toImage() != before


def test_a_tick_and_a_pressed_row_are_seen_on_the_whole_ground(qapp: QApplication) -> None:
    chosen = QColor(theme.now().colours.chosen)
    tick, choice = Tick("Texts"), Choice("Ten dollars off")
    for each in (tick, choice):
        each.resize(each.sizeHint())
    tick.setChecked(True)
    choice.setDown(True)
    assert [ground(tick), ground(choice)] == [chosen, chosen]
