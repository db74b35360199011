"""The windows of an incremental pull: forward in time, wider where little comes, narrower where too much does.

An edited row only ever moves to a later window, which is still to be read; pages shift while they are read. The unit
of progress is a whole window, since no order of rows is promised (vendor's incremental sync page).
"""

from __future__ import annotations

from datetime import datetime, timedelta

#: Changes become visible one to five minutes late; three times that is read again.
OVERLAP = timedelta(minutes=15)
FIRST = timedelta(days=7)
#: The range a location accepts unless it was configured otherwise.
WIDEST = timedelta(days=90)
NARROWEST = timedelta(minutes=5)
#: A window that brought no more than this may be followed by one twice as wide.
FEW = 500


class Windows:
    """Windows from `start` to `end` that touch; both ends are inclusive at Dutchie, so a row may come twice."""

    def __init__(self, start: datetime, end: datetime) -> None:
        self._start = start
        self._end = end
        self._width = FIRST

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
        if rows <= FEW:
            self._width = min(self._width * 2, WIDEST)

    def narrowed(self) -> bool:
        """Half the window, because it was too much; False when it is as narrow as it gets."""
        window = self.present()
        if window is None or window[1] - window[0] <= NARROWEST:
            return False
        self._width = max((window[1] - window[0]) / 2, NARROWEST)
        return True
