"""Where the window stands: remembered in the register's own folder, docked to an edge, or above the till's."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from PySide6.QtCore import QByteArray, QRect, QSettings, QSize, Qt
from PySide6.QtGui import QGuiApplication, QScreen
from PySide6.QtWidgets import QWidget

Edge = Literal["left", "right"]
#: Logical pixels at 100 % text: the number pad with room to breathe.
PANEL_WIDTH = 460
_USUAL = (1100, 780)


def usual_size(scale: float) -> QSize:
    """How large a window is that has never been moved: for larger letters larger, half as much."""
    return QSize(*_USUAL) * ((1 + scale) / 2)


def second_screen(window: QWidget) -> QScreen | None:
    """The screen that the register's window is not on, wherever that stands; None where there is only one."""
    taken = QGuiApplication.screenAt(window.geometry().center()) or window.screen()
    return next((screen for screen in QGuiApplication.screens() if screen is not taken), None)


def kept_in(home: Path) -> QSettings:
    """What a window remembers: a file in the home, so that two homes on one machine do not share a place."""
    return QSettings(str(home / "window.ini"), QSettings.Format.IniFormat)


class Placement:
    """How one window stands on the screen, kept between starts. Nothing of it is a shopper's."""

    def __init__(self, window: QWidget, home: Path, scale: float = 1.0) -> None:
        self._window = window
        self._scale = scale
        self._kept = kept_in(home)

    @property
    def compact(self) -> bool:
        """Whether the window is a narrow panel at an edge."""
        return self._is("compact")

    @property
    def on_top(self) -> bool:
        """Whether the window stays above others."""
        return self._is("on_top")

    @property
    def edge(self) -> Edge:
        """Where the panel is docked."""
        return "left" if self._kept.value("edge") == "left" else "right"

    def restore(self, *, compact: bool | None = None, on_top: bool | None = None) -> None:
        """Put the window where it was, or as asked; on a screen that is there."""
        if compact is not None:
            self._kept.setValue("compact", compact)
        self.stay_on_top(self.on_top if on_top is None else on_top)
        if self.compact:
            self.dock(self.edge)
        else:
            self._free()

    def stay_on_top(self, wanted: bool) -> None:
        """Keep the window above the till's, or not."""
        self._kept.setValue("on_top", wanted)
        shown = self._window.isVisible()
        if bool(self._window.windowFlags() & Qt.WindowType.WindowStaysOnTopHint) is not wanted:
            self._window.setWindowFlag(Qt.WindowType.WindowStaysOnTopHint, wanted)  # hides it
            self._window.setVisible(shown)

    def dock(self, edge: Edge) -> None:
        """A narrow panel as high as the screen's free area, at one edge of it."""
        if not self.compact:
            self._kept.setValue("geometry", self._window.saveGeometry())
        self._kept.setValue("compact", True)
        self._kept.setValue("edge", edge)
        if self._window.isVisible():
            self._window.showNormal()
        self._window.setGeometry(self._docked(edge))

    def undock(self) -> None:
        """The window as it stood before it became a panel."""
        self._kept.setValue("compact", False)
        self._free()

    def move_to(self, window: QWidget, scale: float) -> None:
        """Another window takes the place of the one before."""
        self._window, self._scale = window, scale
        self.restore()

    def remember(self) -> None:
        """Keep where the window stands now."""
        if not self.compact:
            self._kept.setValue("geometry", self._window.saveGeometry())
        self._kept.sync()

    def _is(self, word: str) -> bool:
        return str(self._kept.value(word)).lower() == "true"  # Qt takes any word but a few for a yes

    def _docked(self, edge: Edge) -> QRect:
        window = self._window
        free = window.screen().availableGeometry()
        frame = window.frameGeometry().height() - window.geometry().height() if window.isVisible() else 0
        width = min(max(round(PANEL_WIDTH * self._scale), window.minimumSizeHint().width()), free.width())
        left = free.left() if edge == "left" else free.right() + 1 - width
        return QRect(left, free.top() + frame, width, free.height() - frame)

    def _free(self) -> None:
        kept = self._kept.value("geometry")
        if isinstance(kept, QByteArray) and self._window.restoreGeometry(kept):
            return
        free = self._window.screen().availableGeometry()
        place = QRect(free.topLeft(), usual_size(self._scale).boundedTo(free.size()))
        place.moveCenter(free.center())
        self._window.setGeometry(place)
