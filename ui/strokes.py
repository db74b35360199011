"""Which presses of a key are kept from the page: those that the hand did not make."""

from __future__ import annotations

import time

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent

from ui.held import Held, as_repeat

#: Milliseconds within which Enter, struck again, is the same stroke: what the first one opened has not been read yet.
ONE_STROKE = 200
_ENTER = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})


class Strokes:
    """Follows the keys of one window, which tells it of each page that it opens."""

    def __init__(self) -> None:
        self._held = Held()
        self._pages = 0
        #: What was struck last: the key, when, and on which page.
        self._struck = (0, 0, 0)

    def page_opened(self) -> None:
        """What is struck from now on is for another page."""
        self._pages += 1

    def keeps(self, watched: QObject, event: QKeyEvent) -> bool:
        """Whether a key is kept from the page: one that repeats is told as such, and one that bounces not at all."""
        match event.type():
            case QEvent.Type.KeyRelease:
                self._held.release(event)
            case QEvent.Type.ShortcutOverride if self._held.is_repeat(event) and not event.isAutoRepeat():
                event.accept()  # no shortcut is asked; the press itself comes next
                return True
            case QEvent.Type.ShortcutOverride if event.key() != self._struck[0]:
                self._is_doubled(event)  # the press of a shortcut, such as Esc, never comes here
            case QEvent.Type.KeyPress if self._held.is_repeat(event) and not event.isAutoRepeat():
                QCoreApplication.sendEvent(watched, as_repeat(event))
                return True
            case QEvent.Type.KeyPress:
                return self._is_doubled(event)
        return False

    def _is_doubled(self, event: QKeyEvent) -> bool:
        """Enter that bounces answers no page that its first stroke has opened: points would go unasked.

        By the time at which it was struck, not handled: a busy machine opens a page late.
        """
        last, at, page = self._struck
        key, now = event.key(), event.timestamp() or round(time.monotonic() * 1000)
        self._struck = (key, now, self._pages)
        return key in _ENTER and key == last and page != self._pages and 0 <= now - at < ONE_STROKE
