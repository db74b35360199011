"""When to stop asking a system that does not answer, and when to try it again."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

#: Failures in a row, or among the last calls, that stop the calls.
IN_A_ROW = 5
LAST_CALLS = 20
#: The first pause and the longest, in seconds.
FIRST_PAUSE = 15.0
LONGEST_PAUSE = 300.0
#: What others are told to wait while one call tries whether the system is back.
_PROBE_PAUSE = 1.0


class Breaker:
    """Stops calls after five failures in a row or ten among the last twenty; then lets one through to try.

    The pause begins with 15 s and doubles with every try that fails, up to 5 min; a call that is answered ends it.
    What is remembered of the last calls outlives the pause, so a network that comes and goes is left alone at its
    first new failure. Every `admit` that returns 0.0 is followed by exactly one of `reached`, `missed` and `left`.
    Belongs to one loop.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._last = deque[bool](maxlen=LAST_CALLS)
        self._in_a_row = 0
        self._pause = FIRST_PAUSE
        self._opens: float | None = None
        self._probing = False

    def admit(self) -> float:
        """0.0 when a call may be made now, else after how many seconds to ask again."""
        if self._opens is None:
            return 0.0
        wait = self._opens - self._clock()
        if wait > 0:
            return wait
        if self._probing:
            return _PROBE_PAUSE
        self._probing = True
        return 0.0

    def reached(self) -> None:
        """The system answered, whatever it said."""
        self._last.append(True)
        self._in_a_row = 0
        self._pause = FIRST_PAUSE
        self._opens = None
        self._probing = False

    def missed(self) -> None:
        """The system could not be reached."""
        self._last.append(False)
        self._in_a_row += 1
        if self._probing:
            self._pause = min(self._pause * 2, LONGEST_PAUSE)
            self._stop()
        elif self._opens is None and self._has_failed():
            self._stop()

    def left(self) -> None:
        """The call ended without telling whether the system is there."""
        self._probing = False

    def _has_failed(self) -> bool:
        return self._in_a_row >= IN_A_ROW or self._last.count(False) >= LAST_CALLS // 2

    def _stop(self) -> None:
        self._opens = self._clock() + self._pause
        self._probing = False
