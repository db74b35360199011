"""A line at the foot of the window for what takes long: what, how far, how long, and a button to let it rest."""

from __future__ import annotations

import msgspec
from PySide6.QtCore import QCoreApplication, QRect, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QSizePolicy, QVBoxLayout, QWidget

from ui import theme
from ui.theme import Size, Weight
from ui.widgets.button import Button
from ui.widgets.icon import Icon
from ui.widgets.text import Text

translate = QCoreApplication.translate
#: The bar has so many steps.
WHOLE = 1_000
KEY = "Alt+P"


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """What the line says. `share` is 0 to 1, None when it is not known how much there is."""

    #: As in the gallery: `running`, `paused`, `waits`.
    name: str
    title: str
    figures: str
    share: float | None
    paused: bool = False


class ProgressBar(QProgressBar):
    """How much is done. It never moves by itself; a screen reader has its name and its value."""

    def __init__(self) -> None:
        super().__init__()
        self.setRange(0, WHOLE)
        self.setTextVisible(False)
        self.setFixedHeight(theme.now().px(6))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._rests = False

    def say(self, share: float, *, rests: bool) -> None:
        """How much is done, 0 to 1; in a quiet color while nothing is done."""
        self._rests = rests
        self.setValue(round(WHOLE * share))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  (Qt's name)
        """A track, and what is done of it, from side to side of the window."""
        c = theme.now().colours
        done = round(self.width() * self.value() / WHOLE)
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(c.line))
            painter.fillRect(QRect(0, 0, done, self.height()), QColor(c.field_line if self._rests else c.main))


class ProgressLine(QWidget):
    """Hidden while nothing takes long; it never takes the focus. `pressed` asks to pause, or to go on."""

    pressed = Signal()

    def __init__(self) -> None:
        super().__init__()
        px = theme.now().px
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.bar = ProgressBar()
        column.addWidget(self.bar)
        row = QHBoxLayout()
        row.setContentsMargins(px(16), px(4), px(12), px(4))
        row.setSpacing(px(12))
        words = QVBoxLayout()
        words.setSpacing(0)
        self._icon = Icon(24)
        self._title = Text("", Size.SMALL, Weight.STRONG)
        self._figures = Text("", Size.SMALL, ink="quiet", figures=True)
        words.addStretch(1)
        words.addWidget(self._title)
        words.addWidget(self._figures)
        words.addStretch(1)
        self.button = Button("", "quiet", key=KEY, size=Size.SMALL)
        self.button.setObjectName("progress.pause")
        self.button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.button.clicked.connect(self.pressed)
        row.addWidget(self._icon)
        row.addLayout(words, 1)
        row.addWidget(self.button)
        column.addLayout(row)
        #: What it is and how far it has come, as the line says now.
        self._said: tuple[str, str, bool, bool] | None = None
        self.hide()

    def say(self, shown: Shown) -> None:
        """Show how far it has come."""
        said = (shown.name, shown.title, shown.paused, shown.share is None)
        if said != self._said:
            self._said = said
            self._say_what(shown)
        self._figures.say(shown.figures)
        self.bar.say(shown.share or 0.0, rests=shown.name != "running")
        self.bar.setAccessibleDescription(shown.figures)
        self.setAccessibleName(f"{shown.title}: {shown.figures}")

    def _say_what(self, shown: Shown) -> None:
        """What does not change with every reading; beside a download each call of Qt's waits for the interpreter."""
        self.setObjectName(f"progress.{shown.name}")
        self._icon.show_icon("pause-circle" if shown.paused else "cloud-arrow-down", "quiet")
        self._title.say(shown.title)
        self.button.say(self.word_of(paused=shown.paused))
        self.bar.setVisible(shown.share is not None)
        self.bar.setAccessibleName(shown.title)
        self.show()

    @staticmethod
    def word_of(*, paused: bool) -> str:
        """What the button does."""
        return translate("Progress", "Resume") if paused else translate("Progress", "Pause")

    def clear(self) -> None:
        """Nothing takes long."""
        self._said = None
        self.setObjectName("")
        self.hide()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Its ground, with a line on top where there is no bar."""
        c = theme.now().colours
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(c.card))
            painter.fillRect(0, 0, self.width(), 1, QColor(c.line))
