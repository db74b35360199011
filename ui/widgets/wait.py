"""What is shown while something is waited for: a bar that moves, or stands where motion is not wanted."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from ui import theme
from ui.theme import Size
from ui.widgets.text import Text

#: Milliseconds between two pictures; it runs only while something is waited for.
FRAME = 40


class Bar(QWidget):
    """A thin bar; without an end a piece of it travels, with `share` it fills up."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(theme.now().px(6))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._share: float | None = None
        self._at = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME)
        self._timer.timeout.connect(self._move)

    def travel(self, *, on: bool) -> None:
        """Start or stop the travelling piece."""
        self._share = None
        if on and theme.now().motion:
            self._timer.start()
        else:
            self._timer.stop()
        self.update()

    def fill(self, share: float) -> None:
        """Show how much of a wait is over, 0 to 1."""
        self._timer.stop()
        self._share = min(max(share, 0.0), 1.0)
        self.update()

    def _move(self) -> None:
        self._at = (self._at + 0.02) % 1.3
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  (Qt's name)
        """Track and piece."""
        c, half = theme.now().colours, self.height() / 2
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QColor(c.line))
            painter.setBrush(QColor(c.line))
            painter.drawRoundedRect(self.rect(), half, half)
            painter.setBrush(QColor(c.main))
            painter.setPen(QColor(c.main))
            width = self.width()
            if self._share is not None:
                painter.drawRoundedRect(0, 0, round(width * self._share), self.height(), half, half)
            elif self._timer.isActive():
                left = round((self._at - 0.3) * width)
                painter.setClipRect(self.rect())
                painter.drawRoundedRect(left, 0, round(width * 0.3), self.height(), half, half)
            else:
                painter.drawRoundedRect(round(width * 0.35), 0, round(width * 0.3), self.height(), half, half)


class Wait(QWidget):
    """A bar with the word for what is waited for."""

    #: It takes long: the words that are said from now on.
    slow = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, theme.now().px(4), 0, 0)
        column.setSpacing(theme.now().px(6))
        self._bar, self._words = Bar(), Text("", Size.SMALL, ink="quiet")
        self._now: tuple[object, ...] = ()
        self._later: list[tuple[float, str]] = []
        self._told = 0.0
        self._next = QTimer(self)
        self._next.setSingleShot(True)
        self._next.timeout.connect(self._say_next)
        column.addWidget(self._bar)
        column.addWidget(self._words)
        self.hide()

    def say(self, words: str, *later: tuple[float, str]) -> None:
        """Show what is waited for, as `begin` does; without words, nothing is."""
        if words:
            self.begin(words, *later)
        else:
            self.end()

    def begin(self, words: str, *later: tuple[float, str]) -> None:
        """Show it; `later` are seconds from the beginning, and the words that are said from then on.

        Drawn once more with the same words, the waiting goes on as it is.
        """
        if (words, *later) == self._now:
            return
        self._now, self._later, self._told = (words, *later), list(later), 0.0
        self._say(words)
        self._bar.travel(on=True)
        self.show()
        self._wait_for_next()

    def _wait_for_next(self) -> None:
        self._next.stop()
        if self._later:
            self._next.start(round((self._later[0][0] - self._told) * 1000))

    def _say_next(self) -> None:
        self._told, words = self._later.pop(0)
        self._say(words)
        self.slow.emit(words)
        self._wait_for_next()

    def _say(self, words: str) -> None:
        self._words.say(words)
        self.setAccessibleName(words)

    def end(self) -> None:
        """Hide it."""
        self._now = ()
        self._next.stop()
        self._bar.travel(on=False)
        self.hide()
