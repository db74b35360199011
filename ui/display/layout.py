"""How a view of the shopper's screen is laid out: words above, what is touched below, all of it in sight."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFont, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLayout,
    QScrollArea,
    QScroller,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ui import theme
from ui.display.headline import Headline
from ui.display.speech import Speech
from ui.shopper import Answer
from ui.theme import Size, Weight
from ui.widgets.button import Button
from ui.widgets.field import Field
from ui.widgets.icon import Icon
from ui.widgets.text import Text
from ui.widgets.tick import Tick

#: Words that scroll are at least so tall (at 100 %).
LEAST = 56
#: The letters of what is agreed to, from the size that they should have to the one that they never go below.
LETTERS = (Size.LEAD, Size.BODY, Size.SMALL)
#: A view so wide (at 100 %) has air around it.
ROOMY = 600


class Lines(QWidget):
    """Lines below each other; only their height in the width that they have counts."""

    def minimumSizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """Wrapped words would ask for the height that they have where they are narrowest."""
        return QSize(0, 0)


class Words(QScrollArea):
    """What is read, and ticked: as tall as it is; where the window is too low for it, this alone scrolls."""

    def __init__(self) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalScrollBar().setStyleSheet(theme.scroll_bar())
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        QScroller.grabGesture(self.viewport(), QScroller.ScrollerGestureType.TouchGesture)
        self.lines = Lines()
        self.column = QVBoxLayout(self.lines)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.setWidget(self.lines)
        self._width, self._whole = 0, False
        for ground in (self, self.viewport(), self.lines):
            ground.setAutoFillBackground(False)
        self.hide()

    def fit(self, width: int, *, whole: bool) -> None:
        """Be as tall as it takes in this width, or lower where that is too much."""
        self._width, self._whole = width, whole
        policy = Qt.ScrollBarPolicy.ScrollBarAlwaysOff if whole else Qt.ScrollBarPolicy.ScrollBarAsNeeded
        self.setVerticalScrollBarPolicy(policy)  # a bar makes words narrower, and so taller: it would stay
        self.updateGeometry()

    def tall(self, width: int) -> int:
        """How tall all of it is in this width."""
        return max(0, self.column.totalHeightForWidth(width))

    def sizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """All of it."""
        return QSize(self._width, self.tall(self._width))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """A few lines of it, or all."""
        tall = self.tall(self._width)
        return QSize(0, tall if self._whole else min(tall, theme.now().px(LEAST)))

    @property
    def scrolls(self) -> bool:
        """Whether there is more of it than is seen."""
        return self.verticalScrollBar().maximum() > 0


class View(Lines):
    """One thing to see or do: words above, and what is touched below them, which never leaves the window."""

    name: ClassVar[str] = ""
    answered = Signal(object)
    begun = Signal()

    def __init__(self, speech: Speech) -> None:
        super().__init__()
        self.speech = speech
        self.setObjectName(f"S28.{self.name}")
        self.column = QVBoxLayout(self)
        self.words = Words()
        self._pair: QBoxLayout | None = None
        self._notes: list[Text] = []
        self.column.addStretch(1)
        self.column.addWidget(self.words)

    def read(self, thing: QWidget | QLayout) -> None:
        """One more thing to read or tick."""
        if isinstance(thing, QLayout):
            self.words.column.addLayout(thing)
        else:
            self.words.column.addWidget(thing)
        self.words.show()

    def touch(self, *things: QWidget | QLayout) -> None:
        """What is done on this view, below the words; nothing comes after it."""
        for thing in things:
            if isinstance(thing, QLayout):
                self.column.addLayout(thing)
            else:
                self.column.addWidget(thing, 0, Qt.AlignmentFlag.AlignHCenter)
        self.column.addStretch(1)

    def pair(self, main: Button, other: Button, widest: int) -> QHBoxLayout:
        """Two things to press, the other one below the main one, or beside it where the window is low."""
        both = Lines()
        self._pair = QBoxLayout(QBoxLayout.Direction.TopToBottom, both)
        self._pair.setContentsMargins(0, 0, 0, 0)
        self._pair.addWidget(main, 1)
        centred = Qt.AlignmentFlag.AlignHCenter if other.kind == "quiet" else Qt.AlignmentFlag(0)
        self._pair.addWidget(other, 0, centred)
        return middle(both, widest)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  (Qt's names)
        """Another size, other letters."""
        super().resizeEvent(event)
        self._fit()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Once more: what was not shown yet told no layout of its size."""
        super().showEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Air around it, and letters as large as they should be; less of both where there is no room for all."""
        px, size = theme.now().px, self.size()
        roomy = size.width() >= px(ROOMY)
        for letters in LETTERS:
            close = letters is not LETTERS[0]
            sides, ends = px(40) if roomy else 16, 4 if close else px(32) if roomy else px(16)
            self.column.setContentsMargins(sides, ends, sides, ends)
            for layout in (self.column, self.words.column):
                layout.setSpacing(self._gap(letters))
            width = size.width() - 2 * sides
            self._draw_in(letters, width)
            self._measure_anew()
            self.words.fit(width, whole=True)
            if self._wanted(size.width()) <= size.height():
                return
        self.words.fit(width, whole=self.heightForWidth(size.width()) <= size.height())

    def _wanted(self, width: int) -> int:
        """As tall as it should be."""
        column = self.column
        return column.heightForWidth(width) if column.hasHeightForWidth() else column.sizeHint().height()

    def _measure_anew(self) -> None:
        """What is not seen yet has told no layout of its change."""
        for part in self.findChildren(QWidget):
            part.updateGeometry()
        for layout in self.findChildren(QLayout):
            layout.invalidate()

    @staticmethod
    def _gap(letters: Size) -> int:
        px = theme.now().px
        return px(20) if letters is LETTERS[0] else px(10) if letters is LETTERS[1] else 8

    def _draw_in(self, letters: Size, width: int) -> None:
        """Smaller letters and no ornaments, or all as it should be."""
        close = letters is not LETTERS[0]
        for icon in self.findChildren(Icon):
            icon.setVisible(not close)
        for line in self.findChildren(Headline):
            line.draw_in(close)
        for note in self._notes:
            font = QFont(note.font())
            font.setPixelSize(theme.now().px(letters.value))
            note.setFont(font)
        for field in self.findChildren(Field):
            field.draw_in(close)
        for tick in self.findChildren(Tick):
            tick.resize_letters(letters)
        if self._pair is not None:
            gap = self._gap(letters)
            beside = close and sum(button.sizeHint().width() for button in self.findChildren(Button)) + gap <= width
            across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
            self._pair.setDirection(across if beside else down)
            self._pair.setSpacing(gap)

    def hasHeightForWidth(self) -> bool:  # noqa: N802  (Qt's names)
        """Words wrap."""
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802
        """What is touched, and some of the words: less than that scrolls as a whole."""
        column = self.column
        return column.minimumHeightForWidth(width) if column.hasHeightForWidth() else column.minimumSize().height()

    def title(self, words: str) -> Text:
        """The large line; the view is named after it."""
        self.setAccessibleName(words)
        return Headline(words)

    def note(self, words: str, weight: Weight = Weight.PLAIN) -> Text:
        """A smaller line, a quiet one where it has no weight."""
        note = Text(words, LETTERS[0], weight, ink="quiet" if weight is Weight.PLAIN else "text")
        note.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._notes.append(note)
        return note

    def icon(self, name: str, ink: str) -> QHBoxLayout:
        """An ornament."""
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(Icon(96, name, ink))
        row.addStretch(1)
        return row

    def answer(self, answer: Answer) -> None:
        """Tell what the shopper did."""
        self.answered.emit(answer)


def middle(thing: QWidget, widest: int) -> QHBoxLayout:
    """A thing in the middle, no wider than so many pixels at 100 %."""
    thing.setMaximumWidth(theme.now().px(widest))
    row = QHBoxLayout()
    row.addStretch(1)
    row.addWidget(thing, 1000)
    row.addStretch(1)
    return row
