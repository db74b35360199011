"""What a key event types, and when it was struck: a scanner is told from a person by both."""

from __future__ import annotations

import time

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

#: Characters that are no letters and still belong to a licence's text.
_SEPARATORS = frozenset("\r\n\x1c\x1d\x1e\x1f")
_SHIFTED = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
_ON_KEYPAD = Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.KeypadModifier
#: Seconds by which the clock of the keyboard can lag behind; more, and it began anew.
_LONGEST = 30.0


def typed_by(event: QKeyEvent) -> str | None:
    """The character that a key types; None for a command. Scanners type separators with Ctrl."""
    text = event.text()
    if not text:
        return None
    if event.modifiers() & ~_SHIFTED:
        return text if text in _SEPARATORS else None
    return text if text.isprintable() or text in _SEPARATORS else None


class Struck:
    """When keys were struck, in this machine's monotonic seconds: what a busy program handles late was not late."""

    def __init__(self) -> None:
        self._ahead = float("inf")
        self._last = 0.0

    def at(self, event: QKeyEvent) -> float:
        """By the time that the keyboard told, where it did; never before the key of the last question."""
        now, told = time.monotonic(), event.timestamp() / 1000
        if told:
            ahead = now - told
            if ahead - self._ahead > _LONGEST:
                self._ahead = ahead
            self._ahead = min(self._ahead, ahead)
            now = told + self._ahead
        self._last = max(self._last, now)
        return self._last


class Numbers:
    """Characters that come as numbers on the keypad while Alt is down, which scanners do to suit every layout.

    `composes`: they are put together here, where the system does not.
    """

    def __init__(self, *, composes: bool) -> None:
        self._composes = composes
        self._digits = ""

    def is_part(self, event: QKeyEvent) -> bool:
        """Whether a key is a digit of such a number."""
        digit = Qt.Key.Key_0 <= event.key() <= Qt.Key.Key_9
        return digit and event.modifiers() == _ON_KEYPAD

    def add(self, event: QKeyEvent) -> None:
        """One more digit."""
        self._digits = (self._digits + chr(event.key()))[-4:]

    def done(self) -> str:
        """Alt is up again: the character, or nothing."""
        number, self._digits = int(self._digits or 0), ""
        return chr(number) if self._composes and 0 < number < 256 else ""
