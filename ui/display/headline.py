"""The large line of the shopper's screen: as large as its longest word has room for, never cut off."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFont, QFontMetrics, QResizeEvent

from ui import theme
from ui.theme import Size, Weight
from ui.widgets.text import BREAK, Text

#: So many lines of it would fill the window; what is to be done next has to be seen as well.
LINES = 7
#: From the size that it should have to the one that it never goes below.
_STEPS = (Size.POINTS, Size.TYPED, Size.TITLE, Size.LEAD, Size.BODY)
_WRAP = int(Qt.TextFlag.TextWordWrap)


class Headline(Text):
    """In the middle; in a narrow window it gives way."""

    def __init__(self, words: str, *, weight: Weight = Weight.STRONG, figures: bool = False) -> None:
        super().__init__(words, _STEPS[0], weight, figures=figures)
        self._weight, self._figures, self._close = weight, figures, False
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)

    def draw_in(self, close: bool) -> None:
        """Be a step or two smaller, so that there is room for what comes below, or as large as it may be."""
        self._close = close
        self.updateGeometry()  # in a higher window it is larger as well

    def _font(self, width: int) -> QFont:
        longest = max(self.text().replace(BREAK, " ").split(), key=len, default="")
        tallest = self.window().height() // LINES
        for step in _STEPS[2:] if self._close else _STEPS:
            font = theme.now().font(step, self._weight, figures=self._figures)
            metrics = QFontMetrics(font)
            if metrics.horizontalAdvance(longest) <= width and metrics.height() <= tallest:
                break
        return font

    def heightForWidth(self, width: int) -> int:  # noqa: N802  (Qt's names)
        """The height of the lines that it has in this width."""
        room = QRect(0, 0, max(1, width), 10_000)
        return QFontMetrics(self._font(width)).boundingRect(room, _WRAP, self.text()).height()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Another width, perhaps another size."""
        super().resizeEvent(event)
        font = self._font(event.size().width())
        if font != self.font():
            self.setFont(font)
