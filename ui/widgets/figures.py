"""Big figures side by side, each with its word; one below the other where there is no room."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ui import theme
from ui.theme import Size, Weight
from ui.widgets.text import Text

#: From the size that a figure should have to the one that it never goes below.
_STEPS = (Size.POINTS, Size.TYPED, Size.TITLE, Size.LEAD, Size.BODY, Size.SMALL)
#: A figure narrower than this (at 100 %) stands below its neighbor instead of beside it.
NARROWEST = 88
#: A figure keeps so much of its place free (at 100 %), or two of them would be read as one.
AIR = 12


class Figure(QWidget):
    """A word and a number under it; a number that is too long for its place is written smaller, never cut off."""

    #: The number has found the size in which it has room.
    fitted = Signal()

    def __init__(self, word: str, *, largest: Size = Size.POINTS) -> None:
        super().__init__()
        self._steps = _STEPS[_STEPS.index(largest) :]
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._word = Text(word, Size.SMALL, ink="quiet")
        self._number = Text("", largest, Weight.STRONG, figures=True)
        column.addWidget(self._word)
        column.addWidget(self._number)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

    def say(self, number: str, *, ink: str = "text") -> None:
        """Show this number."""
        self._number.ink(ink)
        self._number.say(number)
        self.setAccessibleName(f"{self._word.accessibleName()}: {number}")
        self._fit()

    @property
    def number(self) -> str:
        """The number as it is written."""
        return self._number.accessibleName()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  (Qt's name)
        """Another width, perhaps another size."""
        super().resizeEvent(event)
        self._fit()

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Narrow is possible: the number gives way."""
        return QSize(theme.now().px(NARROWEST), super().minimumSizeHint().height())

    def _fit(self) -> None:
        self.write_in(self.largest())
        self.fitted.emit()

    def largest(self) -> Size:
        """The largest size in which the number has room."""
        for step in self._steps:
            font = theme.now().font(step, Weight.STRONG, figures=True)
            if QFontMetrics(font).horizontalAdvance(self.number) <= self.width() - theme.now().px(AIR):
                break
        return step

    def write_in(self, size: Size) -> None:
        """Write the number in this size."""
        self._number.setFont(theme.now().font(size, Weight.STRONG, figures=True))


class Figures(QWidget):
    """Some figures of one size in a row that becomes a column in a narrow window."""

    def __init__(self, *figures: Figure) -> None:
        super().__init__()
        self._figures = figures
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(theme.now().px(16))
        for figure in figures:
            figure.fitted.connect(self._level)
            # Where a word takes two lines, the numbers still stand in one.
            self._row.addWidget(figure, 1, Qt.AlignmentFlag.AlignBottom)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  (Qt's name)
        """A row where there is room for it."""
        super().resizeEvent(event)
        needed = len(self._figures) * theme.now().px(NARROWEST + 16)
        beside = event.size().width() >= needed
        self._row.setDirection(QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom)

    def _level(self) -> None:
        """As small as the one with the least room: figures that are compared look alike."""
        smallest = max((figure.largest() for figure in self._figures), key=_STEPS.index)
        for figure in self._figures:
            figure.write_in(smallest)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """The width of one."""
        return QSize(theme.now().px(NARROWEST), super().minimumSizeHint().height())
