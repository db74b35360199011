"""The large line of the shopper's screen: as large as its longest word has room for, never cut off."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QResizeEvent

from ui import theme
from ui.theme import Size, Weight
from ui.widgets.text import BREAK, Text

#: So many lines of it would fill the window; what is to be done next has to be seen as well.
LINES = 7
#: From the size that it should have to the one that it never goes below.
_STEPS = (Size.POINTS, Size.TYPED, Size.TITLE, Size.LEAD, Size.BODY)


class Headline(Text):
    """In the middle; in a narrow window it gives way."""

    def __init__(self, words: str, *, weight: Weight = Weight.STRONG, figures: bool = False) -> None:
        super().__init__(words, _STEPS[0], weight, figures=figures)
        self._weight, self._figures = weight, figures
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  (Qt's name)
        """Another width, perhaps another size."""
        super().resizeEvent(event)
        longest = max(self.text().replace(BREAK, " ").split(), key=len, default="")
        tallest = self.window().height() // LINES
        for step in _STEPS:
            font = theme.now().font(step, self._weight, figures=self._figures)
            metrics = QFontMetrics(font)
            if metrics.horizontalAdvance(longest) <= event.size().width() and metrics.height() <= tallest:
                break
        if font != self.font():
            self.setFont(font)
