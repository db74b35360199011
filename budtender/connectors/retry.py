"""How often and after what pause a read is repeated, so that an outage is not answered with more load."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

#: A call is made at most this often.
TRIES = 3
_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 60.0
_SHARE = 0.1
_AT_LEAST = 3
_PERIOD = 60.0

_chance = random.SystemRandom()


def backoff(failures: int, first: float = _FIRST_PAUSE) -> float:
    """Seconds to wait after so many failures: anything up to a bound that doubles, so that tills do not march."""
    return _chance.uniform(0, min(_LONGEST_PAUSE, first * 2 ** min(failures, 10)))


class RetryBudget:
    """Lets a tenth of a minute's calls be repeated, and three in any case.

    Without it an outage triples the load on the far side. Belongs to one loop.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._began = clock()
        self._calls = 0
        self._repeated = 0

    def note_call(self) -> None:
        """A call is made for the first time."""
        self._roll()
        self._calls += 1

    def take(self) -> bool:
        """Whether one more repetition may be made; it counts as made."""
        self._roll()
        if self._repeated >= max(_AT_LEAST, self._calls * _SHARE):
            return False
        self._repeated += 1
        return True

    def _roll(self) -> None:
        now = self._clock()
        if now - self._began >= _PERIOD:
            self._began, self._calls, self._repeated = now, 0, 0
