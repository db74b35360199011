"""When nobody has touched the window for so long that it locks itself."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QKeyEvent

#: Seconds after which it is looked again at the latest, for a machine that slept meanwhile and that nobody touches.
LOOK = 15.0


class Idling(QObject):
    """Tells once, by `over`, that the time is over; `begin` starts it, and each touch starts it anew.

    By both clocks the longer: timers stand still while the machine sleeps, and the time of day can be set back.
    """

    over = Signal()

    def __init__(self, owner: QObject, now: Callable[[], datetime]) -> None:
        super().__init__(owner)
        self._now = now
        self._limit = 0.0
        self._touched, self._mono = now(), time.monotonic()
        self._woken_by = 0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._look)

    def begin(self, minutes: float) -> None:
        """Be over in so many minutes; said once more, they go on."""
        if minutes * 60 != self._limit:
            self._limit = minutes * 60
            self._restart()

    @property
    def minutes(self) -> float:
        """How long that is."""
        return self._limit / 60

    def wakes(self, event: QEvent, *, somebody: bool) -> bool:
        """Start anew at this key, click or touch; whether it came too late, and is for no page.

        It wakes a machine that slept for longer, with somebody signed in: `over` is told first. A key comes twice, to
        be a shortcut and to be pressed, and the press is for no page either.
        """
        key = event.key() if isinstance(event, QKeyEvent) else 0
        late = somebody and self._left() <= 0
        pressed = bool(key) and key == self._woken_by and event.type() == QEvent.Type.KeyPress
        self._woken_by = key if late else 0
        self._restart()
        if late:
            self.over.emit()
        return late or pressed

    def _restart(self) -> None:
        self._touched, self._mono = self._now(), time.monotonic()
        self._wait()

    def _left(self) -> float:
        passed = max((self._now() - self._touched) / timedelta(seconds=1), time.monotonic() - self._mono)
        return self._limit - passed

    def _wait(self) -> None:
        self._timer.start(math.ceil(min(LOOK, max(0.0, self._left())) * 1000))

    def _look(self) -> None:
        if self._left() <= 0:
            self.over.emit()
        else:
            self._wait()
