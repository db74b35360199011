"""F1: the keys that work on this page, over it; closing puts the focus back where it was."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from ui import theme
from ui.page import Key
from ui.theme import Size, Weight
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.text import Text


class Help(QWidget):
    """Covers the window while it is open, and keeps the focus inside."""

    closed = Signal()

    def __init__(self, over: QWidget, keys: Sequence[Key]) -> None:
        super().__init__(over)
        self.setObjectName("S26.keys")
        px = theme.now().px
        self._close = Button(self.tr("Close"), "main", key="Esc")
        self._close.clicked.connect(self.closed)
        card = Card(pad=28)
        card.setMaximumWidth(px(620))
        card.column.addWidget(Text(self.tr("Keys on this page"), Size.TITLE, Weight.STRONG))
        grid = QGridLayout()
        grid.setHorizontalSpacing(px(24))
        grid.setVerticalSpacing(px(8))
        for line, key in enumerate(keys):
            ink = "text" if key.enabled else "quiet"
            grid.addWidget(Text(key.keys, weight=Weight.STRONG, ink="main", wrap=False), line, 0)
            grid.addWidget(Text(key.label, ink=ink), line, 1)
        grid.setColumnStretch(1, 1)
        card.column.addLayout(grid)
        card.column.addWidget(self._close)
        scroll = QScrollArea(self)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.viewport().setAutoFillBackground(False)
        holder = QWidget()
        holder.setAutoFillBackground(False)
        inner = QVBoxLayout(holder)
        inner.addStretch(1)
        inner.addWidget(card, 0, Qt.AlignmentFlag.AlignHCenter)
        inner.addStretch(1)
        scroll.setWidget(holder)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(scroll)
        self.setAccessibleName(self.tr("Keys on this page"))
        self.resize(over.size())
        self.show()
        self.raise_()
        self._close.setFocus()

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
