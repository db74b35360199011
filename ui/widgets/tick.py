"""A box to tick: empty until a person ticks it, as large as a finger, its words part of it."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from ui import theme
from ui.theme import Size
from ui.widgets import icons, shape
from ui.widgets.text import BREAK, breakable

_WRAP = int(Qt.TextFlag.TextWordWrap)
_BOX = 32


class Tick(QAbstractButton):
    """A tick box; Space ticks it, and so does a click on its words."""

    def __init__(self, words: str, *, size: Size = Size.BODY) -> None:
        super().__init__()
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._size = size
        self.setFont(theme.now().font(size))
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._words = ""
        self.say(words)

    def say(self, words: str) -> None:
        """Other words."""
        self._words = breakable(words)
        self.setAccessibleName(words)
        self.updateGeometry()
        self.update()

    def resize_letters(self, size: Size) -> None:
        """Larger letters, or smaller ones."""
        if size is not self._size:
            self._size = size
            self.updateGeometry()
            self.update()

    def _pad(self, width: int) -> int:
        """The space at both sides, less of it where there is little."""
        px = theme.now().px
        return px(16) if width >= px(300) else px(6)

    def _room(self, width: int) -> QRect:
        px, pad = theme.now().px, self._pad(width)
        left = shape.MARGIN + pad + px(_BOX) + pad
        return QRect(left, 0, max(px(60), width - left - shape.MARGIN - pad), 10_000)

    def _font(self, width: int) -> QFont:
        """The one it should have, or a smaller one where its longest word has no room."""
        longest = max(self._words.replace(BREAK, " ").split(), key=len, default="")
        for size in (self._size, Size.BODY, Size.SMALL):
            font = theme.now().font(size)
            if QFontMetrics(font).horizontalAdvance(longest) <= self._room(width).width():
                break
        return font

    def hasHeightForWidth(self) -> bool:  # noqa: N802  (Qt's names)
        """Words wrap."""
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802
        """The height at a width."""
        words = QFontMetrics(self._font(width)).boundingRect(self._room(width), _WRAP, self._words)
        px = theme.now().px
        return max(px(56), words.height() + px(24)) + 2 * shape.MARGIN

    def sizeHint(self) -> QSize:  # noqa: N802
        """As it likes to be; the height is the least, for where it is wide. Where it is narrow it asks for more."""
        return QSize(theme.now().px(420), self.heightForWidth(theme.now().px(620)))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Narrow is tall."""
        return QSize(220, theme.now().px(56) + 2 * shape.MARGIN)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Enter is the page's: it goes on, and never ticks what a person did not mean to tick."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.ignore()
            return
        super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Ground, box, tick, words, ring."""
        c, px = theme.now().colours, theme.now().px
        body = shape.body_of(self)
        with QPainter(self) as painter:
            over = self.underMouse()  # a pointer in passing ticks nothing
            ground = c.chosen if self.isChecked() else c.card
            line = None if self.hasFocus() else c.main if over else c.field_line  # the ring is its edge then
            shape.paint_body(painter, shape.body_of(self, ringed=self.hasFocus()), ground, line, width=2 if over else 1)
            side = px(_BOX)
            box = QRect(body.left() + self._pad(self.width()), body.center().y() - side // 2, side, side)
            painter.setBrush(QColor(c.main if self.isChecked() else c.card))
            painter.setPen(QPen(QColor(c.main if self.isChecked() else c.field_line), px(2)))
            painter.drawRoundedRect(box, px(6), px(6))
            if self.isChecked():
                icons.paint(painter, "check-bold", c.on_main, box.adjusted(px(4), px(4), -px(4), -px(4)))
            painter.setPen(QColor(c.text))
            font = self._font(self.width())
            painter.setFont(font)
            words = self._room(self.width())
            height = QFontMetrics(font).boundingRect(words, _WRAP, self._words).height()
            place = QRect(words.left(), (self.height() - height) // 2, words.width(), height)
            painter.drawText(place, _WRAP, self._words)
            if self.hasFocus():
                shape.paint_ring(painter, self)
