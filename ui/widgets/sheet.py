"""How a page is laid out: what is told and done on the left, the number pad on the right where there is room."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLayoutItem, QVBoxLayout, QWidget

from ui import theme
from ui.theme import Size
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.choice import Choice, Choices
from ui.widgets.digits import CodeBoxes
from ui.widgets.field import Field
from ui.widgets.icon import Icon
from ui.widgets.shape import MARGIN
from ui.widgets.text import Text
from ui.widgets.tick import Tick

#: Narrower than this (at 100 %) there is one column, and the pad is left out: a side panel beside the till's window.
TWO_COLUMNS = 860
WIDEST = 620
#: So much more than between two lines is above a heading, and below the last of the words.
SET_OFF = 6
#: Controls with room for a focus ring inside their edges.
RINGED = (Button, Choice, Choices, CodeBoxes, Field, Tick)


class Sheet(QWidget):
    """A column of things, centered, no wider than is good to read; beside it what belongs at hand.

    `add` puts things into the column from above; `beside` fills the second column, which gives way in a narrow
    window.
    """

    def __init__(self, beside: QWidget | None = None, *, widest: int = WIDEST) -> None:
        super().__init__()
        px = theme.now().px
        self._beside = beside
        self._last: QWidget | QBoxLayout | None = None
        self._outer = outer = QHBoxLayout(self)
        outer.setSpacing(px(40))
        self.column = QVBoxLayout()
        self._low: bool | None = None
        self.fit(low=False)
        holder = QWidget()
        holder.setMaximumWidth(px(widest))
        inner = QVBoxLayout(holder)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addLayout(self.column)
        inner.addStretch(1)
        outer.addStretch(1)
        outer.addWidget(holder, 1000)
        if beside is not None:
            outer.addWidget(beside, 0, Qt.AlignmentFlag.AlignTop)
        outer.addStretch(1)

    def add(self, *things: QWidget | QBoxLayout) -> None:
        """Put things below what is there; what draws no ring of its own is set in, so that all edges line up."""
        for thing in things:
            self._space_before(thing)
            if isinstance(thing, QBoxLayout):
                self.column.addLayout(thing)
            elif isinstance(thing, RINGED):
                self.column.addWidget(thing)
            else:
                inset = QHBoxLayout()
                inset.setContentsMargins(MARGIN, 0, MARGIN, 0)
                inset.addWidget(thing)
                if isinstance(thing, Icon):  # its drawing keeps a margin of its own
                    inset.setContentsMargins(0, 0, MARGIN, 0)
                    inset.addStretch(1)
                self.column.addLayout(inset)

    def _space_before(self, thing: QWidget | QBoxLayout) -> None:
        """Words stand closer to each other than to what comes before a heading, or to what is done below them."""
        more, before = theme.now().px(SET_OFF), self._last
        heads = isinstance(thing, Text) and thing.size_step is Size.TITLE and before is not None
        if (heads and not isinstance(before, Text)) or (isinstance(thing, Field) and isinstance(before, (Text, Field))):
            thing.setContentsMargins(0, more, 0, 0)
        elif isinstance(before, Text) and not isinstance(thing, Text):
            before.setContentsMargins(0, before.contentsMargins().top(), 0, more)
        self._last = thing

    def fit(self, *, low: bool) -> None:
        """Things stand closer in a low window."""
        if low is self._low:
            return
        self._low, px = low, theme.now().px
        self._outer.setContentsMargins(px(20), px(12 if low else 32), px(20), px(12 if low else 24))
        self.column.setSpacing(px(8 if low else 14))
        for card in self.findChildren(Card):
            card.fit(low=low)

    def space(self, size: int) -> None:
        """Some room."""
        self.column.addSpacing(theme.now().px(size))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  (Qt's name)
        """The second column stays only where there is room for it."""
        super().resizeEvent(event)
        if self._beside is not None:
            self._beside.setVisible(event.size().width() >= theme.now().px(TWO_COLUMNS))


class Row(QBoxLayout):
    """Buttons side by side; one below the other where their words have no room, as in a panel."""

    def __init__(self) -> None:
        super().__init__(QBoxLayout.Direction.LeftToRight)

    def setGeometry(self, place: QRect) -> None:  # noqa: N802  (Qt's name)
        """Beside or below, as the width allows."""
        shown = [item for item in self._items() if not item.isEmpty()]
        widest = max((item.sizeHint().width() for item in shown), default=0)  # they share the width alike
        wanted = widest * len(shown) + self.spacing() * (len(shown) - 1)
        beside = wanted <= place.width()
        self.setDirection(QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom)
        super().setGeometry(place)

    def minimumSize(self) -> QSize:  # noqa: N802
        """The width of one is enough."""
        widest = max((item.minimumSize().width() for item in self._items()), default=0)
        return QSize(widest, super().minimumSize().height())

    def _items(self) -> list[QLayoutItem]:
        return [item for n in range(self.count()) if (item := self.itemAt(n)) is not None]


def row(*things: QWidget, stretch: bool = True) -> QBoxLayout:
    """Things side by side; with `stretch` they share the width."""
    layout = Row() if stretch and all(isinstance(thing, Button) for thing in things) else QHBoxLayout()
    layout.setSpacing(theme.now().px(8))
    for thing in things:
        if isinstance(thing, Button):  # where the words of one take two lines, its neighbor is as high
            layout.addWidget(thing, 1 if stretch else 0)
        else:
            layout.addWidget(thing, 1 if stretch else 0, Qt.AlignmentFlag.AlignTop)
    if not stretch:
        layout.addStretch(1)
    return layout
