"""The windows of an incremental pull: forward in time, wider where little comes, narrower where too much does.

An edited row only ever moves to a later window, which is still to be read; pages shift while they are read. The unit
of progress is a whole window, since no order of rows is promised (vendor's incremental sync page).
"""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

#: Changes become visible one to five minutes late; three times that is read again.
OVERLAP = timedelta(minutes=15)
#: Edits of products take up to an hour to become visible, with the time when they were made.
PRODUCT_OVERLAP = timedelta(hours=2)
NARROWEST = timedelta(minutes=5)
#: The next window is twice as wide while that brings less than so much of what a window may bring.
_EVEN = 0.8


class Shape(msgspec.Struct, frozen=True):
    """How wide windows of one resource begin, how wide they may be, and of how many rows they are to be at most."""

    first: timedelta
    widest: timedelta
    most: int


#: 90 days is the range that a location accepts unless it was configured otherwise; a window is asked for with a second
#: more at each end.
OF_CUSTOMERS = Shape(timedelta(days=7), timedelta(days=89), 8_000)
#: 60 days is the widest range by date of sale; clients in use stay below it.
OF_SALES = Shape(timedelta(days=1), timedelta(days=55), 2_000)


class Windows:
    """Windows from `start` to `end` that touch; both ends are inclusive at Dutchie, so a row may come twice."""

    def __init__(self, start: datetime, end: datetime, shape: Shape, chases: int = 0) -> None:
        self._start = start
        self._end = end
        self._shape = shape
        self._width = shape.first
        self._chases = chases

    def present(self) -> tuple[datetime, datetime] | None:
        """The window to be read now, None when all have been."""
        if self._start >= self._end:
            return None
        return self._start, min(self._start + self._width, self._end)

    def completed(self, rows: int) -> None:
        """The present window has been read and brought so many rows."""
        window = self.present()
        if window is None:
            return
        self._start = window[1]
        if rows * 2 <= self._shape.most * _EVEN:
            self._width = min(self._width * 2, self._shape.widest)
        elif rows > self._shape.most:
            self._width = max(self._width / 2, NARROWEST)

    def chase(self, now: datetime, late: timedelta) -> None:
        """Once all windows have been read, go on to `now` if that is more than `late` further; only so many times."""
        if self._start >= self._end and self._chases and now - self._end > late:
            self._chases -= 1
            self._end = now

    def narrowed(self) -> bool:
        """Half the window, because it was too much; False when it is as narrow as it gets."""
        window = self.present()
        if window is None or window[1] - window[0] <= NARROWEST:
            return False
        self._width = max((window[1] - window[0]) / 2, NARROWEST)
        return True
