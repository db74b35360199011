"""How far the far side's clock is ahead of this machine's, as its answers tell it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from budtender.connectors.verdict import date_in

#: This machine's two clocks drift apart by less, unless one of them was set, or the machine slept.
DRIFT = 60.0


class FarClock:
    """The last that an answer told, as long as this machine's clock has not been set since."""

    def __init__(self, wall: Callable[[], float] = time.time, mono: Callable[[], float] = time.monotonic) -> None:
        self._wall, self._mono = wall, mono
        self._ahead = self._apart = 0.0

    @property
    def ahead(self) -> float:
        """Seconds that it is ahead; 0.0 until an answer told, and again once this machine's clock was set."""
        set_since = abs(self._wall() - self._mono() - self._apart) > DRIFT
        return 0.0 if set_since else self._ahead

    @ahead.setter
    def ahead(self, seconds: float) -> None:
        self._ahead, self._apart = seconds, self._wall() - self._mono()

    def note(self, headers: Mapping[str, str]) -> None:
        """Take what an answer tells; one without a date tells nothing, nor does one that was kept on the way."""
        at = date_in(headers.get("date", ""))
        if at is not None and "age" not in headers:
            self.ahead = at.timestamp() + 0.5 - self._wall()
