"""F1: the keys that work on this page, over it; closing puts the focus back where it was."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from ui import theme
from ui.page import Key, Page
from ui.theme import Size, Weight
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.choice import Choice
from ui.widgets.shape import MARGIN
from ui.widgets.text import Text

translate = QCoreApplication.translate
#: A window so wide (at 100 %) has room for two columns of keys.
TWO_COLUMNS = 760
#: A window less wide than this (at 100 %) spends nothing on margins.
NARROW = 320
#: No wider (at 100 %) is a column of keys made for the sake of its neighbor.
WIDEST_COLUMN = 270


def taken_by(page: Page) -> list[Key]:
    """What the page's own controls take: Enter, and the digits of a list. They are named, and pressed there."""
    mains = [b for b in page.findChildren(Button) if b.kind == "main" and b.isVisibleTo(page)]
    rows = [c for c in page.findChildren(Choice) if c.number and c.isVisibleTo(page)]
    keys = [Key(keys="Enter", label=main.words, press=main.click, enabled=main.isEnabled()) for main in mains[:1]]
    if rows and not mains:
        keys.append(Key(keys="Enter", label=translate("Help", "Choose the marked row"), press=page.press_enter))
    if rows:
        digits = "1" if len(rows) == 1 else f"1–{max(row.number or 0 for row in rows)}"
        keys.append(Key(keys=digits, label=translate("Help", "Choose a row of the list"), press=page.press_enter))
    return keys


class Help(QWidget):
    """Covers the window while it is open, and keeps the focus inside."""

    closed = Signal()
    #: A key was touched (a `Key`).
    pressed = Signal(object)

    def __init__(self, over: QWidget, told: Sequence[Key], keys: Sequence[Key], advice: str = "") -> None:
        """`told` are only named, because they are on the page itself; `keys` can be touched.

        `advice` is what helps with what the banner above the page tells.
        """
        super().__init__(over)
        self.resize(over.size())
        self.setObjectName("S26.keys")
        px = theme.now().px
        self._close = Button(self.tr("Close"), "main", key="Esc")
        self._close.clicked.connect(self.closed)
        wide, narrow = self._room(TWO_COLUMNS), not self._room(NARROW)
        card = Card(pad=28 if wide else 8 if narrow else 16)
        card.setMaximumWidth(px(620))
        title = Text(self.tr("Keys on this page"), Size.TITLE, Weight.STRONG)
        title.setContentsMargins(MARGIN, 0, 0, 0)  # in line with the buttons, which keep room for a ring
        for line in self._advice(advice) if advice else ():
            card.column.addWidget(line)
        card.column.addWidget(title)
        card.column.addLayout(_named(told))
        card.column.addLayout(self._touched(keys))
        card.column.addWidget(self._close)
        scroll = QScrollArea(self)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.verticalScrollBar().setStyleSheet(theme.scroll_bar())
        scroll.viewport().setAutoFillBackground(False)
        holder = QWidget()
        holder.setAutoFillBackground(False)
        inner = QVBoxLayout(holder)
        if narrow:
            inner.setContentsMargins(0, 0, 0, 0)
        inner.addStretch(1)
        inner.addWidget(card, 0, Qt.AlignmentFlag.AlignHCenter if wide else Qt.AlignmentFlag(0))
        inner.addStretch(1)
        scroll.setWidget(holder)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)
        self.setAccessibleName(self.tr("Keys on this page"))
        self.setAccessibleDescription(advice)
        self.show()
        self.raise_()
        self._close.setFocus()

    def _advice(self, advice: str) -> tuple[Text, Text]:
        lead, words = Text(self.tr("What helps"), Size.TITLE, Weight.STRONG), Text(advice)
        words.setObjectName("advice")
        for text in (lead, words):
            text.setContentsMargins(MARGIN, 0, 0, 0)  # as the title of the keys
        return lead, words

    def _room(self, width: int) -> bool:
        """Whether it is so wide (at 100 %)."""
        return self.width() >= theme.now().px(width)

    def _touched(self, keys: Sequence[Key]) -> QGridLayout:
        """One column, or two where there is room, read down the first: the button that closes stays in sight."""
        grid = QGridLayout()
        grid.setSpacing(0)
        columns = 2 if self._room(TWO_COLUMNS) else 1
        lines = -(-len(keys) // columns)
        buttons = [self._button(key) for key in keys]
        for place, button in enumerate(buttons):
            grid.addWidget(button, place % lines, place // lines)
        widest = max((button.sizeHint().width() for button in buttons), default=0)
        if columns > 1:  # alike, however long the words in each
            for column in range(columns):
                grid.setColumnMinimumWidth(column, min(widest, theme.now().px(WIDEST_COLUMN)))
        return grid

    def _button(self, key: Key) -> Button:
        """For a finger: the keyboard has the key itself."""
        button = Button(key.label, "plain", key=key.keys)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setEnabled(key.enabled)
        button.clicked.connect(partial(self.pressed.emit, key))
        return button

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  (Qt's name)
        """Esc, F1 and Enter close; everything else waits until then."""
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_F1, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.closed.emit()

    def focusNextPrevChild(self, _next: bool) -> bool:  # noqa: N802
        """There is one control, and Tab stays with it."""
        return True

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """The page below is dimmed."""
        veil = QColor(theme.now().colours.ground)
        veil.setAlphaF(0.92)
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), veil)


def _named(keys: Sequence[Key]) -> QGridLayout:
    """Keys and what they do, in two columns."""
    px = theme.now().px
    grid = QGridLayout()
    grid.setContentsMargins(MARGIN, 0, 0, 0)
    grid.setHorizontalSpacing(px(24))
    grid.setVerticalSpacing(px(8))
    for line, key in enumerate(keys):
        grid.addWidget(Text(key.keys, weight=Weight.STRONG, ink="main", wrap=False), line, 0)
        grid.addWidget(Text(key.label, ink="text" if key.enabled else "quiet"), line, 1)
    grid.setColumnStretch(1, 1)
    return grid
