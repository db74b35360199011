"""One icon as a widget; decoration only, the words beside it say the same."""

from __future__ import annotations

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ui import theme
from ui.widgets import icons


class Icon(QWidget):
    """A square icon of `size` pixels at 100 %."""

    def __init__(self, size: int, name: str = "", ink: str = "text") -> None:
        super().__init__()
        side = theme.now().px(size)
        self.setFixedSize(side, side)
        self._name, self._ink = name, ink

    def show_icon(self, name: str, ink: str = "text") -> None:
        """Another icon, in a color of the theme."""
        self._name, self._ink = name, ink
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  (Qt's name)
        """The icon over the whole square."""
        if self._name:
            with QPainter(self) as painter:
                icons.paint(painter, self._name, getattr(theme.now().colours, self._ink), self.rect())
