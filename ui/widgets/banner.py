"""The one banner above the page: an icon, one sentence, one key; it never takes the focus."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui import theme
from ui.theme import Size, Weight
from ui.widgets.button import Button
from ui.widgets.card import ICONS, Tone
from ui.widgets.icon import Icon
from ui.widgets.text import Text


class Banner(QWidget):
    """Hidden while there is nothing to tell."""

    def __init__(self) -> None:
        super().__init__()
        self._tone: Tone = "offline"
        px = theme.now().px
        row = QHBoxLayout(self)
        row.setContentsMargins(px(20), px(10), px(16), px(10))
        row.setSpacing(px(12))
        self._icon = Icon(24)
        self._words = Text("", Size.SMALL, Weight.STRONG)
        self._button = Button("", "quiet", size=Size.SMALL)
        self._button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._press: Callable[[], None] | None = None
        self._button.clicked.connect(self._pressed)
        row.addWidget(self._icon)
        row.addWidget(self._words, 1)
        row.addWidget(self._button)
        self._button.hide()
        self.hide()

    def say(self, tone: Tone, words: str) -> None:
        """Show one sentence."""
        self._tone = tone
        self.setObjectName(f"banner.{tone}")
        self._icon.show_icon(ICONS[tone], tone)
        self._words.ink(tone)
        self._words.say(words)
        self.setAccessibleName(words)
        self.show()
        self.update()

    def offer(self, label: str, key: str, press: Callable[[], None]) -> None:
        """The one key that helps now."""
        self._press = press
        self._button.say(label, key)
        self._button.show()

    def offer_nothing(self) -> None:
        """Nothing helps on this page."""
        self._press = None
        self._button.hide()

    def clear(self) -> None:
        """Nothing to tell."""
        self.setObjectName("")
        self.hide()

    def _pressed(self) -> None:
        if self._press is not None:
            self._press()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  (Qt's name)
        """The ground of its tone."""
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(getattr(theme.now().colours, f"{self._tone}_ground")))
