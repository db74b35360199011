"""The simulated clock: runs like a wall clock, and can be pushed forward or sped up."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from email.utils import format_datetime


class Clock:
    """Tells the simulated time; it never goes backwards.

    Args:
        start: epoch seconds to begin at; the real present if omitted.
        speed: simulated seconds per real second.
    """

    def __init__(self, start: float | None = None, speed: float = 1.0) -> None:
        self._lock = threading.Lock()
        self._base = time.time() if start is None else start
        self._since = time.monotonic()
        self._speed = _checked(speed)

    def now(self) -> float:
        """Returns the simulated time in epoch seconds."""
        with self._lock:
            return self._now()

    def advance(self, seconds: float) -> float:
        """Jumps forward by `seconds` and returns the new time; a negative jump raises ValueError."""
        if seconds < 0:
            raise ValueError(f"the clock cannot go back, asked for {seconds} seconds")
        with self._lock:
            self._base += seconds
            return self._now()

    @property
    def speed(self) -> float:
        """Simulated seconds per real second."""
        return self._speed

    @speed.setter
    def speed(self, value: float) -> None:
        checked = _checked(value)
        with self._lock:
            self._base, self._since = self._now(), time.monotonic()
            self._speed = checked

    def _now(self) -> float:
        return self._base + (time.monotonic() - self._since) * self._speed


def _checked(speed: float) -> float:
    if not 0 <= speed <= 1_000_000:
        raise ValueError(f"speed must lie between 0 and 1000000, not {speed}")
    return speed


def http_date(seconds: float) -> str:
    """Returns epoch `seconds` in the form of an HTTP `Date` header."""
    return format_datetime(datetime.fromtimestamp(int(seconds), UTC), usegmt=True)
