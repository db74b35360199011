"""Tells a key that repeats because it is held down from one that is struck again, where Qt does not."""

from __future__ import annotations

from PySide6.QtGui import QKeyEvent

#: Milliseconds between the release and the press of a key that is held down: the server makes both at once.
AT_ONCE = 2
#: Milliseconds that a key is down before it repeats; a scanner's are down for less.
DELAY = 150
_UP = -1


class Held:
    """Follows one keyboard by the times at which its keys were moved.

    WORKAROUND: an X server tells a held key as released and pressed again. Qt's xcb plugin takes that for a repetition
    only when it has read both already (QXcbKeyboard::handleKeyEvent looks no further than its queue), so that on a
    busy machine most of them come as strokes: Enter, held down, would answer every question there is.
    """

    def __init__(self) -> None:
        self._key = 0
        self._pressed = self._released = _UP
        self._repeats = False

    def is_repeat(self, event: QKeyEvent) -> bool:
        """Whether this press goes on from the last one. A shortcut is asked about the same press before the page is."""
        key, at = event.key(), event.timestamp()
        if at and (key, at, self._released) == (self._key, self._pressed, _UP):
            return self._repeats
        repeats = event.isAutoRepeat() or self._goes_on(key, at)
        self._key, self._pressed, self._released, self._repeats = key, at, _UP, repeats
        return repeats

    def _goes_on(self, key: int, at: int) -> bool:
        if key != self._key or self._released == _UP or not at:
            return False
        held = self._repeats or self._released - self._pressed >= DELAY
        return held and 0 <= at - self._released <= AT_ONCE

    def release(self, event: QKeyEvent) -> None:
        """A key comes up, or seems to."""
        if event.key() == self._key:
            self._released = event.timestamp()


def as_repeat(event: QKeyEvent) -> QKeyEvent:
    """The same press, told as the repetition that it is."""
    told = QKeyEvent(
        event.type(),
        event.key(),
        event.modifiers(),
        event.nativeScanCode(),
        event.nativeVirtualKey(),
        event.nativeModifiers(),
        event.text(),
        True,
    )
    told.setTimestamp(event.timestamp())
    return told
