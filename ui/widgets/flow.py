"""Things side by side like words in a paragraph: what does not fit goes on the next line."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui import theme


class Flow(QWidget):
    """Places its widgets in lines from the left, and asks for the height that this takes."""

    def __init__(self, *, gap: int, sides: int = 0, ends: int = 0, lines: int = 0) -> None:
        super().__init__()
        #: What would begin a line after these is left out; 0: there are as many as it takes.
        self._lines = lines
        px = theme.now().px
        self._gap, self._sides, self._ends = px(gap), px(sides), px(ends)
        self._things: list[QWidget] = []
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def fill(self, things: list[QWidget]) -> None:
        """Show these instead."""
        for old in self._things:
            old.hide()
            old.deleteLater()
        self._things = things
        for thing in things:
            thing.setParent(self)
            thing.show()
        self._arrange()
        self.updateGeometry()

    def limit(self, lines: int) -> None:
        """Leave out what would begin a line after so many."""
        if lines != self._lines:
            self._lines = lines
            self._arrange()
            self.updateGeometry()

    def end_with(self, ends: int) -> None:
        """So much room above and below."""
        if theme.now().px(ends) != self._ends:
            self._ends = theme.now().px(ends)
            self._arrange()
            self.updateGeometry()

    def hasHeightForWidth(self) -> bool:  # noqa: N802  (Qt's names)
        """Narrow is tall."""
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802
        """The height at a width."""
        return self._place(width, move=False)

    def sizeHint(self) -> QSize:  # noqa: N802
        """As high as its width asks for."""
        return QSize(max(self.width(), self.minimumSizeHint().width()), self._place(self.width(), move=False))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """The widest single thing may be squeezed."""
        widest = max((thing.minimumSizeHint().width() for thing in self._things), default=0)
        return QSize(widest + 2 * self._sides, self._place(self.width(), move=False))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Another width, other lines."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        height = self._place(self.width(), move=True)
        if height != self.height():
            self.setFixedHeight(height)

    def _place(self, width: int, *, move: bool) -> int:
        room = max(1, width - 2 * self._sides)
        x, y, tall, line = 0, self._ends, 0, 1
        for thing in self._things:
            wide = min(thing.sizeHint().width(), room)
            high = thing.heightForWidth(wide) if thing.hasHeightForWidth() else thing.sizeHint().height()
            if x and x + wide > room:
                if line == self._lines:
                    thing.hide()
                    continue
                x, y, tall, line = 0, y + tall + self._gap, 0, line + 1
            if move:
                thing.show()
                thing.resize(wide, high)
                thing.move(QPoint(self._sides + x, y))
            x += wide + self._gap
            tall = max(tall, high)
        return y + tall + self._ends
