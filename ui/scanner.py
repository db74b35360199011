"""Catches what a scanner types before it reaches any field, wherever the focus is; a person's keys go on in order.

Keys are watched where they enter the window, and held back for the moment in which they may still belong to a scan.
"""

from __future__ import annotations

import math
import time

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QWindow
from PySide6.QtWidgets import QApplication, QWidget

from budtender.counter.scan import Burst, Taken

#: Characters that are no letters and still belong to a licence's text.
_SEPARATORS = frozenset("\r\n\x1c\x1d\x1e\x1f")


class Scanner(QObject):
    """Watches one window's keys. `scanned` tells a whole scan, which no field has seen."""

    scanned = Signal(str)

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self._widget = widget
        self._burst = Burst()
        self._due = QTimer(self)
        self._due.setSingleShot(True)
        self._due.setTimerType(Qt.TimerType.PreciseTimer)
        self._due.timeout.connect(self._paused)
        #: Switched off where no scanner is used: keys then pass at once.
        self.on = True

    def watch(self, window: QWindow) -> None:
        """Begin to watch; a window has its handle once it is shown."""
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  (Qt's name)
        """Hold a key that types something; everything else first lets go what is held."""
        if event.type() != QEvent.Type.KeyPress or not self.on:
            return False
        assert isinstance(event, QKeyEvent)
        text = event.text()
        if event.isAutoRepeat():
            return False
        if not _types(event, text):
            self._let_go(self._burst.pause(math.inf))
            return False
        if text in "\r\n" and self._burst.due is None:
            return False  # Enter alone is a person's
        self._let_go(self._burst.key(text, time.monotonic()))
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
        if taken.scan is not None:
            self.scanned.emit(taken.scan)


def _types(event: QKeyEvent, text: str) -> bool:
    """Whether a key types a character, and is no command."""
    if event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier):
        return text in _SEPARATORS and bool(text)  # scanners send separators with Ctrl
    return bool(text) and (text.isprintable() or text in _SEPARATORS)
