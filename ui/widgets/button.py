"""Buttons: one main action a screen, plain ones beside it, quiet ones for what is rarely wanted."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from ui import theme
from ui.theme import CONTROL, Size, Weight
from ui.widgets import icons, shape
from ui.widgets.text import breakable

Kind = Literal["main", "plain", "quiet", "danger"]
_NOTHING = "#00000000"
_FLAGS = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignVCenter)


class Button(QAbstractButton):
    """A button that says what it does, with the key that does the same at its end.

    It draws itself: its words wrap instead of being cut off, and no character in them is a shortcut or markup.
    """

    def __init__(
        self,
        words: str,
        kind: Kind = "plain",
        *,
        icon: str = "",
        key: str = "",
        size: Size = Size.BODY,
        left: bool = False,
        pad: int = 16,
    ) -> None:
        """`left` puts the words of a button without a key where those of its neighbors with keys stand."""
        super().__init__()
        self.kind: Kind = kind
        self._left = left
        self._icon, self._key, self._pad = icon, key, pad
        self._words = ""
        self.setFont(theme.now().font(size, Weight.STRONG))
        self._key_font = theme.now().font(Size.SMALL)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.say(words, key)

    def say(self, words: str, key: str | None = None) -> None:
        """Change the words, and the key if one is given."""
        self._words = breakable(words)
        self._key = self._key if key is None else key
        self.setAccessibleName(words)
        self.setAccessibleDescription(self._key)
        self.updateGeometry()
        self.update()

    def show_icon(self, name: str) -> None:
        """Another icon."""
        self._icon = name
        self.updateGeometry()
        self.update()

    @property
    def words(self) -> str:
        """What it says."""
        return self.accessibleName()

    # ── size ──────────────────────────────────────────────────────────────────────────────────────────────

    def _pads(self) -> tuple[int, int]:
        px = theme.now().px
        return px(self._pad), px(10)

    def _beside(self) -> int:
        """The width that icon and key take, with the space before the words and after them."""
        px, (pad, _) = theme.now().px, self._pads()
        taken = 2 * (pad + shape.MARGIN)
        if self._icon:
            taken += px(24) + px(10)
        if self._key:
            taken += QFontMetrics(self._key_font).horizontalAdvance(self._key) + px(16) + px(12)
        return taken

    def _height(self, width: int) -> int:
        room = QRect(0, 0, max(1, width - self._beside()), 10_000)
        words = QFontMetrics(self.font()).boundingRect(room, _FLAGS, self._words)
        return max(theme.now().px(CONTROL), words.height() + 2 * self._pads()[1]) + 2 * shape.MARGIN

    def sizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """One line."""
        width = self._beside() + QFontMetrics(self.font()).horizontalAdvance(self._words) + 4
        return QSize(max(width, theme.now().px(CONTROL) + 2 * shape.MARGIN), self._height(width))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """The longest word on a line of its own."""
        metrics = QFontMetrics(self.font())
        longest = max((metrics.horizontalAdvance(word) for word in self._words.split()), default=0)
        width = min(self.sizeHint().width(), self._beside() + longest + 4)
        return QSize(width, theme.now().px(CONTROL) + 2 * shape.MARGIN)

    def hasHeightForWidth(self) -> bool:  # noqa: N802
        """Words wrap."""
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802
        """The height at a width."""
        return self._height(width)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  (Qt's name)
        """Enter presses a button as Space does; held down it counts once."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not event.isAutoRepeat():
                self.click()
            return
        super().keyPressEvent(event)

    # ── drawing ───────────────────────────────────────────────────────────────────────────────────────────

    def _colours(self) -> tuple[str, str | None, str]:
        """Body, line and ink."""
        c = theme.now().colours
        if not self.isEnabled():
            return (_NOTHING, None, c.off) if self.kind == "quiet" else (c.ground, c.line, c.off)
        match self.kind:
            case "main":
                fill = c.main_down if self.isDown() else c.main_over if self.underMouse() else c.main
                return fill, None, c.on_main
            case "danger":
                return (c.wrong_ground if self.underMouse() or self.isDown() else c.card), c.wrong, c.wrong
            case "quiet":
                return (c.chosen if self.underMouse() or self.isDown() else _NOTHING), None, c.main
        line = None if self.hasFocus() else c.field_line  # the ring is its edge then
        return (c.chosen if self.underMouse() or self.isDown() else c.card), line, c.text

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Body, icon, words, key, ring."""
        px, (pad, _) = theme.now().px, self._pads()
        fill, line, ink = self._colours()
        box = shape.body_of(self)
        with QPainter(self) as painter:
            shape.paint_body(painter, shape.body_of(self, ringed=self.hasFocus()), fill, line)
            inner = box.adjusted(pad, 0, -pad, 0)
            if self._key:
                inner = self._paint_key(painter, inner, ink)
            words = QFontMetrics(self.font()).boundingRect(inner, _FLAGS, self._words)
            if self._icon:
                side = px(24)
                gap = side + px(10)
                at_left = self._left or bool(self._key)
                free = 0 if at_left else max(0, inner.width() - gap - words.width()) // 2
                icons.paint(
                    painter, self._icon, ink, QRect(inner.left() + free, box.center().y() - side // 2, side, side)
                )
                inner = inner.adjusted(free + gap, 0, 0, 0)
            painter.setFont(self.font())
            painter.setPen(QColor(ink))
            centred = not (self._icon or self._key or self._left)
            align = Qt.AlignmentFlag.AlignHCenter if centred else Qt.AlignmentFlag.AlignLeft
            painter.drawText(inner, _FLAGS | int(align), self._words)
            if self.hasFocus():
                shape.paint_ring(painter, self)

    def _paint_key(self, painter: QPainter, inner: QRect, ink: str) -> QRect:
        """The key in a little frame at the end; what is left for the words."""
        px = theme.now().px
        width = QFontMetrics(self._key_font).horizontalAdvance(self._key) + px(16)
        height = px(28)
        cap = QRect(inner.right() - width, inner.center().y() - height // 2, width, height)
        painter.setPen(QColor(ink))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(0.55)
        painter.drawRoundedRect(cap, px(6), px(6))
        painter.setOpacity(1.0)
        painter.setFont(self._key_font)
        painter.drawText(cap, int(Qt.AlignmentFlag.AlignCenter), self._key)
        return inner.adjusted(0, 0, -width - px(12), 0)
