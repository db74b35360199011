"""Sliding-window rate limits, counted on the real clock as a real host would."""

from __future__ import annotations

import threading
import time
from collections import defaultdict, deque
from collections.abc import Sequence

# Quoted by two integrators as AIQ's ceilings for one account key; no vendor page carrying them is public.
AIQ_LIMITS = ((5, 1.0), (120, 60.0), (2000, 3600.0))


class SlidingLimit:
    """Counts calls per key and says how long a caller over the limit has to wait.

    Args:
        limits: pairs of (calls, seconds); a call is accepted when it fits all of them.
    """

    def __init__(self, limits: Sequence[tuple[int, float]]) -> None:
        self._limits = tuple(limits)
        self._keep = max(count for count, _ in limits)
        self._taken: defaultdict[str, deque[float]] = defaultdict(lambda: deque(maxlen=self._keep))
        self._lock = threading.Lock()

    def wait(self, key: str) -> float:
        """Returns 0.0 and counts the call if it fits, else the seconds until one would fit (not counted)."""
        now = time.monotonic()
        with self._lock:
            taken = self._taken[key]
            waits = [
                taken[-count] + span - now
                for count, span in self._limits
                if len(taken) >= count and taken[-count] + span > now
            ]
            if waits:
                return max(waits)
            taken.append(now)
            return 0.0
