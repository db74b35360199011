"""Times left that run: a sentence with one in it is shown anew each second, and told once."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from ui import language

#: The clock of all times left, in seconds; one that never goes back.
mono: Callable[[], float] = time.monotonic


class Running(str):
    """A sentence with a time left in it; as plain text it says what was left when it was made.

    `sentence` gives it for a time as it is written, such as `0:18`; `after` is what it says when nothing is left.
    """

    _sentence: Callable[[str], str]
    _after: str
    _ends: float

    def __new__(cls, sentence: Callable[[str], str], seconds: float, after: str = "") -> Running:
        made = super().__new__(cls, sentence(language.wait(math.ceil(seconds))))
        made._sentence, made._after, made._ends = sentence, after, mono() + seconds
        return made

    @property
    def left(self) -> float:
        """Seconds that are left."""
        return max(0.0, self._ends - mono())

    @property
    def is_over(self) -> bool:
        """Whether nothing is left."""
        return self.left <= 0

    def present(self) -> str:
        """The sentence as it is now."""
        return self._after if self.is_over else self._sentence(language.wait(math.ceil(self.left)))


def present(words: str) -> str:
    """Words as they are now."""
    return words.present() if isinstance(words, Running) else words


class Pulse(QObject):
    """Beats once a second for as long as its words have time left, and tells when that is over."""

    def __init__(self, owner: QObject, beat: Callable[[], None], over: Callable[[], None]) -> None:
        super().__init__(owner)
        self._words: Running | None = None
        self._beat, self._over = beat, over
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._next)

    def follow(self, words: str) -> None:
        """Run with these words; with others there is nothing to run. Said once more at their end, they still end."""
        runs = isinstance(words, Running) and (words is self._words or not words.is_over)
        self._words = words if runs and isinstance(words, Running) else None
        if self._words is None:
            self._timer.stop()
        elif not self._timer.isActive():
            self._timer.start(math.ceil(min(1.0, self._words.left) * 1000))

    def _next(self) -> None:
        words = self._words
        self._beat()
        if words is None or words is not self._words:  # the beat brought others
            return
        if words.is_over:
            self._words = None
            self._over()
        else:
            self.follow(words)
