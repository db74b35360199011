"""With letters of twice the size nothing is cut off or out of reach, in the window as in the panel beside the till."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QScrollArea, QWidget

from tests.ui.test_gallery import problems_of
from ui import theme
from ui.gallery.pictures import Look, visit
from ui.help import Help
from ui.placement import PANEL_WIDTH, usual_size
from ui.widgets.button import Button
from ui.widgets.choice import Choice
from ui.widgets.text import Text
from ui.window import Window

TWICE = 2.0
#: What a register's screen leaves to its windows, at least: 1366 by 768 less the desktop's own bar.
SCREEN = QSize(1366, 728)
USUAL = usual_size(TWICE).boundedTo(SCREEN)
PANEL = QSize(round(PANEL_WIDTH * TWICE), SCREEN.height())
#: What is scrolled to keeps so much around it, at 100 %.
AROUND = 16
#: A panel that was made for usual letters.
NARROW = (PANEL_WIDTH, SCREEN.height())
_SIZES = [(USUAL.width(), USUAL.height()), (PANEL.width(), PANEL.height())]


@pytest.mark.timeout(600)
@pytest.mark.parametrize("size", _SIZES, ids=["window", "panel"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_nothing_is_cut_off_or_out_of_reach(qapp: QApplication, language: str, size: tuple[int, int]) -> None:
    problems: list[str] = []

    def examine(window: QWidget, name: str) -> None:
        problems.extend(f"{name}: {one}" for one in [*problems_of(window), *_cut_off(window), *_out_of_reach(window)])

    visit(qapp, Look(language=language, scale=TWICE, size=size), examine)
    assert problems == []


@pytest.mark.timeout(300)
def test_no_key_that_f1_tells_lies_beyond_a_narrow_window(qapp: QApplication) -> None:
    problems: list[str] = []
    seen: set[str] = set()

    def examine(window: QWidget, name: str) -> None:
        number = name.split(".", maxsplit=1)[0]
        if not isinstance(window, Window) or number in seen:
            return
        seen.add(number)
        window.show_help()
        qapp.processEvents()
        [told] = window.findChildren(Help)
        problems.extend(f"{name}: {one}" for one in _out_of_reach(told))
        told.closed.emit()

    visit(qapp, Look(language="es", scale=TWICE, size=NARROW), examine)
    assert {"S02", "S03", "S06", "banner"} <= seen
    assert problems == []


def _cut_off(window: QWidget) -> Iterator[str]:
    """Words that their place is too narrow or too low for."""
    for widget in window.findChildren(QWidget):
        if not widget.isVisibleTo(window):
            continue
        told = widget.accessibleName()[:60]
        match widget:
            case Text() if widget.wordWrap():
                place = QRect(0, 0, widget.width(), 100_000)
                words = widget.fontMetrics().boundingRect(place, Qt.TextFlag.TextWordWrap, widget.text())
                if words.width() > widget.width() or words.height() > widget.height() + 1:
                    yield f"“{told}” has {widget.size().toTuple()} for {words.size().toTuple()}"
            case Text() if widget.fontMetrics().horizontalAdvance(widget.text()) > widget.width():
                yield f"“{told}” has a width of {widget.width()}"
            case Button() | Choice() if widget.width() < widget.minimumSizeHint().width():
                yield f"“{told}” has a width of {widget.width()} for {widget.minimumSizeHint().width()}"
            case Button() | Choice() if widget.height() < widget.heightForWidth(widget.width()):
                yield f"“{told}” has a height of {widget.height()} for {widget.heightForWidth(widget.width())}"
            case QLineEdit() if QFontMetrics(widget.font()).horizontalAdvance(_typed(widget)) > widget.width():
                yield f"“{_typed(widget)}” has a width of {widget.width()}"


def _typed(line: QLineEdit) -> str:
    return line.displayText() or line.placeholderText()


def _out_of_reach(window: QWidget) -> Iterator[str]:
    """Controls that lie beyond the window, or beyond what can be scrolled in it; the next step has to be in sight."""
    for area in window.findChildren(QScrollArea):
        page = area.widget()
        if page is not None and area.isVisibleTo(window) and page.width() > area.viewport().width():
            yield f"the page is {page.width()} wide in {area.viewport().width()}"
    for control in window.findChildren(QWidget):
        if isinstance(control, (QAbstractButton, QLineEdit)) and control.isVisibleTo(window):
            ground = _ground(control, window)
            if not ground.rect().contains(_place(control, ground)):
                yield f"“{control.accessibleName()}” lies outside of its {type(ground).__name__}"
    if isinstance(window, Window) and window.page is not None:
        yield from _out_of_sight(window)


def _ground(control: QWidget, window: QWidget) -> QWidget:
    """What a control has to lie on: the page that can be scrolled, else the window."""
    for area in window.findChildren(QScrollArea):
        page = area.widget()
        if page is not None and page.isAncestorOf(control):
            return page
    return window


def _out_of_sight(window: Window) -> Iterator[str]:
    """The page's one main action, or what is waited for in its place, wherever it has room beside what has the focus.

    Where it has none, the focus stays in sight: Enter does what the button says.
    """
    page, area = window.page, window.findChild(QScrollArea)
    assert page is not None
    assert area is not None
    action = page.main_button() or page.anchor()
    if action is None or not action.isVisibleTo(window):
        return
    view = area.viewport()
    place = _place(action, view)
    focus = QApplication.focusWidget()
    both = place if focus is None or focus is page or not page.isAncestorOf(focus) else place | _place(focus, view)
    if both.height() + theme.now().px(AROUND) <= view.height() and not view.rect().contains(place):
        yield f"“{action.accessibleName()}” at {place.getRect()} is out of sight in {view.size().toTuple()}"


def _place(widget: QWidget, ground: QWidget) -> QRect:
    return QRect(widget.mapTo(ground.window(), QPoint()) - ground.mapTo(ground.window(), QPoint()), widget.size())
