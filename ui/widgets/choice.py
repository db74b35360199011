"""A list to choose from by 1 to 9: rows with a number, two lines of words, and something at the end."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from ui import running, theme
from ui.theme import Size, Weight
from ui.widgets import icons, shape
from ui.widgets.text import BREAK, breakable

_WRAP = int(Qt.TextFlag.TextWordWrap)
#: Rows further down have no digit of their own; arrows and Tab reach them.
NUMBERED = 9
#: The height of a row with one line, at 100 %: five of them and a heading fit into the smallest window.
LOWEST = 52


class Choice(QAbstractButton):
    """One row. `end` is said at its right end, large when it is a figure; `icon` stands in place of a number."""

    def __init__(
        self, title: str, detail: str = "", *, end: str = "", number: int | None = None, icon: str = ""
    ) -> None:
        super().__init__()
        self._title, self._words, self._end = breakable(title), detail, end
        running.Pulse(self, self._write, self._write).follow(detail)
        self._number, self._icon = number, icon
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._strong = theme.now().font(Size.BODY, Weight.STRONG)
        self._small = theme.now().font(Size.SMALL)
        is_figure = any(letter.isdigit() for letter in end)
        self._figure = theme.now().font(Size.LEAD if is_figure else Size.SMALL, Weight.STRONG, figures=True)
        self._write()
        self.setAccessibleDescription("" if number is None else str(number))

    @property
    def number(self) -> int | None:
        """The digit that takes it."""
        return self._number

    def mark(self, icon: str, end: str) -> None:
        """Another icon, and another word at the end."""
        self._icon, self._end = icon, end
        self._write()

    def _write(self) -> None:
        """Its name; a time left in the detail runs."""
        parts = (self._title.replace(BREAK, ""), running.present(self._words), self._end)
        self.setAccessibleName(", ".join(part for part in parts if part))
        self.update()

    @property
    def _detail(self) -> str:
        return breakable(running.present(self._words))

    # ── size ──────────────────────────────────────────────────────────────────────────────────────────────

    def _rooms(self, width: int) -> tuple[QRect, QRect, QRect]:
        """The places of number, words and end; heights are open."""
        px = theme.now().px
        left, right = shape.MARGIN + px(14), width - shape.MARGIN - px(16)
        badge = QRect(left, 0, px(36), px(36))
        end = QFontMetrics(self._figure).horizontalAdvance(self._end)
        start = badge.right() + px(14)
        words = QRect(start, 0, max(px(60), right - start - (end + px(12) if end else 0)), 10_000)
        return badge, words, QRect(right - end, 0, end + 2, 0)

    def _heights(self, words: QRect) -> tuple[int, int]:
        title = QFontMetrics(self._strong).boundingRect(words, _WRAP, self._title).height()
        detail = QFontMetrics(self._small).boundingRect(words, _WRAP, self._detail).height() if self._detail else 0
        return title, detail

    def heightForWidth(self, width: int) -> int:  # noqa: N802  (Qt's name)
        """The height at a width."""
        title, detail = self._heights(self._rooms(width)[1])
        px = theme.now().px
        return max(px(LOWEST), title + detail + px(24)) + 2 * shape.MARGIN

    def hasHeightForWidth(self) -> bool:  # noqa: N802
        """Words wrap."""
        return True

    def sizeHint(self) -> QSize:  # noqa: N802
        """As it likes to be."""
        width = theme.now().px(420)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """A narrow row is a tall one."""
        return QSize(theme.now().px(220), theme.now().px(LOWEST) + 2 * shape.MARGIN)

    # ── drawing ───────────────────────────────────────────────────────────────────────────────────────────

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Body, number, words, end, ring."""
        c = theme.now().colours
        on = self.isEnabled()
        chosen, over = on and (self.isDown() or self.hasFocus()), on and self.underMouse()
        badge, words, end = self._rooms(self.width())
        with QPainter(self) as painter:
            fill = c.chosen if chosen else c.card if on else c.ground
            line = c.main if over else c.field_line if on else c.line  # a pointer in passing chooses nothing
            edge = None if self.hasFocus() else line  # the ring is its edge then
            shape.paint_body(painter, shape.body_of(self, ringed=self.hasFocus()), fill, edge, width=2 if over else 1)
            badge.moveTop((self.height() - badge.height()) // 2)
            self._paint_badge(painter, badge)
            title, detail = self._heights(words)
            top = (self.height() - title - detail) // 2
            painter.setPen(QColor(c.text if on else c.quiet))
            painter.setFont(self._strong)
            painter.drawText(QRect(words.left(), top, words.width(), title), _WRAP, self._title)
            painter.setPen(QColor(c.quiet))
            painter.setFont(self._small)
            painter.drawText(QRect(words.left(), top + title, words.width(), detail), _WRAP, self._detail)
            painter.setPen(QColor(c.text if on else c.quiet))
            painter.setFont(self._figure)
            place = QRect(end.left(), 0, end.width(), self.height())
            painter.drawText(place, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), self._end)
            if self.hasFocus():
                shape.paint_ring(painter, self)

    def _paint_badge(self, painter: QPainter, box: QRect) -> None:
        c = theme.now().colours
        if self._number is None:
            if self._icon:
                ink = c.main if self.isChecked() else c.quiet
                icons.paint(painter, self._icon, ink, box.adjusted(2, 2, -2, -2))
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(c.main if self.isEnabled() else c.line))
        painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
        painter.setPen(QColor(c.on_main if self.isEnabled() else c.quiet))
        painter.setFont(theme.now().font(Size.BODY, Weight.STRONG, figures=True))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), str(self._number))


class Choices(QWidget):
    """Rows one below the other; digits choose while a row has the focus, arrows move, Enter takes the row."""

    chosen = Signal(int)
    #: The digit of a row that cannot be taken.
    refused = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.now().px(4))
        self.rows: list[Choice] = []

    def fill(self, rows: list[Choice]) -> None:
        """Show these rows instead."""
        while (item := self._column.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self.rows = rows
        for index, row in enumerate(rows):
            row.clicked.connect(lambda _checked=False, n=index: self.chosen.emit(n))
            self._column.addWidget(row)
            row.show()  # at once, not with the next layout: it may be given the focus now

    def focus_first(self) -> QWidget | None:
        """The first row that can be taken."""
        return next((row for row in self.rows if row.isEnabled()), None)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  (Qt's name)
        """1 to 9, arrows, Enter; keys that are held do nothing twice."""
        if event.isAutoRepeat():
            return
        number = event.text()
        if len(number) == 1 and number.isascii() and number.isdigit() and number != "0":
            self._press(int(number) - 1)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            focused = self.focusWidget()
            if isinstance(focused, Choice):
                self._press(self.rows.index(focused))
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)

    def _press(self, index: int) -> None:
        if index >= min(len(self.rows), NUMBERED) and not (index < len(self.rows) and self.rows[index].hasFocus()):
            return
        if self.rows[index].isEnabled():
            self.rows[index].setFocus()
            self.chosen.emit(index)
        else:
            self.refused.emit(index)
