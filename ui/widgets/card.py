"""Cards and notices: what belongs together, on a ground of its own."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui import theme
from ui.theme import Size, Weight
from ui.widgets import shape
from ui.widgets.icon import Icon
from ui.widgets.text import Text

Tone = Literal["card", "right", "wrong", "warn", "offline", "stale", "conflict", "chosen"]


class Card(QWidget):
    """A rounded ground with a column of things on it."""

    def __init__(self, *, pad: int = 20, gap: int = 12) -> None:
        super().__init__()
        self._tone: Tone = "card"
        self._pad, self._gap = pad, gap
        self.column = QVBoxLayout(self)
        self.fit(low=False)

    def fit(self, *, low: bool) -> None:
        """Two thirds of the room above, below and between are enough in a low window."""
        px, share = theme.now().px, 2 / 3 if low else 1
        ends = px(self._pad * share)
        self.column.setContentsMargins(px(self._pad), ends, px(self._pad), ends)
        self.column.setSpacing(px(self._gap * share))

    def tone(self, tone: Tone) -> None:
        """Change the ground."""
        self._tone = tone
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  (Qt's name)
        """The ground."""
        c = theme.now().colours
        fill = c.card if self._tone == "card" else c.chosen if self._tone == "chosen" else ""
        fill = fill or getattr(c, f"{self._tone}_ground")
        with QPainter(self) as painter:
            shape.paint_body(painter, self.rect(), fill, c.line if self._tone == "card" else None)


ICONS = {
    "card": "info",
    "chosen": "info",
    "right": "check-circle-fill",
    "wrong": "x-circle-fill",
    "warn": "warning-fill",
    "offline": "wifi-slash",
    "stale": "clock-counter-clockwise",
    "conflict": "question-fill",
}


class Notice(Card):
    """One sentence and the next step, with an icon and a color that say the same; never a dialog."""

    #: The time left in its words is over.
    over = Signal()

    def __init__(self) -> None:
        super().__init__(pad=14, gap=4)
        px = theme.now().px
        row = QHBoxLayout()
        row.setSpacing(px(12))
        self._icon = Icon(24)
        words = QVBoxLayout()
        words.setSpacing(px(2))
        self.title = Text(weight=Weight.STRONG)
        self.hint = Text(size=Size.SMALL)
        self.title.over.connect(self.over)
        self.hint.over.connect(self.over)
        words.addWidget(self.title)
        words.addWidget(self.hint)
        row.addWidget(self._icon)
        row.addLayout(words, 1)
        self.column.addLayout(row)
        self.hide()

    def say(self, tone: Tone, title: str, hint: str = "", *, icon: str = "") -> None:
        """Show a sentence, and the next step below it."""
        self.tone(tone)
        ink = "text" if tone in ("card", "chosen") else tone
        self._icon.show_icon(icon or ICONS[tone], ink)
        for label, words in ((self.title, title), (self.hint, hint)):
            label.ink(ink)
            label.say(words)
            label.setVisible(bool(words))
        self.setAccessibleName(f"{title} {hint}".strip())
        self.show()

    def clear(self) -> None:
        """Nothing to say."""
        self.setAccessibleName("")
        self.hide()
