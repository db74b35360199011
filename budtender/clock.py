"""The two clocks of a register: wall time for records, monotonic time for waits.

A wait is measured on the monotonic clock, because a wall clock can be set back to end a lock or forward to
skip a quiet period. The monotonic reading is stored beside the row; it starts again at zero when the machine
does, so `since` gives the longest time that has certainly passed.
"""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta


class Clock:
    """Wall and monotonic time; tests hand in one that they move by hand."""

    def now(self) -> datetime:
        """The present time, aware, in UTC."""
        return datetime.fromtimestamp(self.wall(), UTC)

    def today(self) -> date:
        """The calendar day where this machine stands: ages are told by it, as at the counter."""
        return self.now().astimezone().date()

    def within(self, age: timedelta, at: datetime | None) -> bool:
        """Whether `at` lies less than `age` back; a time ahead of this clock tells nothing of its age."""
        return at is not None and 0 <= self.wall() - at.timestamp() < age.total_seconds()

    def wall(self) -> float:
        """Epoch seconds."""
        return time.time()

    def mono(self) -> float:
        """Seconds since the machine started; never goes back while it runs."""
        return time.monotonic()

    def since(self, mono: float) -> float:
        """Seconds that have certainly passed since a stored monotonic reading.

        After a restart of the machine the reading may lie ahead of the clock; then at least the time since that
        restart has passed, and nothing more is certain.
        """
        present = self.mono()
        return present - mono if present >= mono else present
