"""Catches what a scanner types before it reaches any field, wherever the focus is; a person's keys go on in order.

Keys are watched where they enter the window, and held back for the moment in which they may still belong to a scan.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QWindow
from PySide6.QtWidgets import QApplication, QWidget

if TYPE_CHECKING:
    from budtender.counter.scan import Burst, Taken

#: Keys that type nothing themselves: a scanner holds Shift for every capital, and Ctrl for some separators.
_HELD = frozenset(
    {
        Qt.Key.Key_Shift,
        Qt.Key.Key_Control,
        Qt.Key.Key_AltGr,
        Qt.Key.Key_CapsLock,
        Qt.Key.Key_NumLock,
    }
)
#: Characters that are no letters and still belong to a licence's text.
_SEPARATORS = frozenset("\r\n\x1c\x1d\x1e\x1f")


class Scanner(QObject):
    """Watches one window's keys. `scanned` tells a whole scan, which no field has seen.

    `waited_for` says of a key whether somebody waits for what it completes: that one is not held back. When a scan
    turns out to begin with it, `recalled` is told first.
    """

    scanned = Signal(str)
    recalled = Signal(str)

    def __init__(self, widget: QWidget, waited_for: Callable[[str], bool] = lambda _text: False) -> None:
        super().__init__(widget)
        self._widget = widget
        self._waited_for = waited_for
        self._kept: Burst | None = None
        self._due = QTimer(self)
        self._due.setSingleShot(True)
        self._due.setTimerType(Qt.TimerType.PreciseTimer)
        self._due.timeout.connect(self._paused)
        #: Switched off where no scanner is used: keys then pass at once.
        self.on = True

    @property
    def _burst(self) -> Burst:
        """The keys so far; made with the first one, because the first picture does without."""
        if self._kept is None:
            from budtender.counter.scan import Burst

            self._kept = Burst()
        return self._kept

    def watch(self, window: QWindow) -> None:
        """Begin to watch; a window has its handle once it is shown."""
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  (Qt's name)
        """Hold a key that types something; a command first lets go what is held."""
        if event.type() != QEvent.Type.KeyPress or not self.on:
            return False
        assert isinstance(event, QKeyEvent)
        text = event.text()
        if event.isAutoRepeat() or event.key() in _HELD:
            return False
        if not _types(event, text):
            self._let_go(self._burst.pause(math.inf))
            return False
        if text in "\r\n" and self._burst.due is None:
            return False  # Enter alone is a person's
        self._let_go(self._burst.key(text, time.monotonic(), at_once=self._waited_for(text)))
        self._wait()
        return True

    def _wait(self) -> None:
        due = self._burst.due
        if due is None:
            self._due.stop()
        else:
            self._due.start(max(0, math.ceil((due - time.monotonic()) * 1000)))

    def _paused(self) -> None:
        self._let_go(self._burst.pause(time.monotonic()))
        self._wait()

    def _let_go(self, taken: Taken) -> None:
        for character in taken.released:
            enter = character in "\r\n"
            key = Qt.Key.Key_Return if enter else Qt.Key(ord(character.upper()))
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                focused: QWidget | None = self._widget.focusWidget()
                target = self._widget if focused is None else focused
                QApplication.sendEvent(target, QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, character))
        if taken.recalled:
            self.recalled.emit(taken.recalled)
        if taken.scan is not None:
            self.scanned.emit(taken.scan)


def _types(event: QKeyEvent, text: str) -> bool:
    """Whether a key types a character, and is no command."""
    if event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier):
        return text in _SEPARATORS and bool(text)  # scanners send separators with Ctrl
    return bool(text) and (text.isprintable() or text in _SEPARATORS)
