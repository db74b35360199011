"""How a list of Flourish is read whole: windows of time, and pages by limit and offset whose rows shift meanwhile.

The vendor's collection promises no order of rows and no page larger than fifty; a row that changes while a window
is read leaves it for a later one, and everything behind it moves up by one place.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

#: Default and stated maximum of `limit`.
PAGE = 50
#: A window that would bring more is halved, so that it is read within seconds.
MOST_ROWS = 1_000
#: A window that brought no more than this may be followed by one twice as wide.
FEW_ROWS = 250
#: Many rows may carry the time of one import; such a window is read to the end however long it is.
NARROWEST = timedelta(seconds=30)
#: So often may a list slip away under its reader before it is given up, and once more for every four pages.
MOST_STEPS_BACK = 40


class Slipping(Exception):
    """The rows change place faster than they can be read."""


class Walk:
    """The way through one list: what to ask for next, and which rows of an answer are new.

    Each page begins with the last row of the page before. Where it does, nothing was lost in between; where it does
    not, the walk steps back until it meets a row it knows. Rows are told apart by `keys`; one without a key is "".
    """

    def __init__(self, offset: int = 0, last: str = "") -> None:
        """Begin at the start, or go on at `offset`, where the row `last` is expected."""
        self.offset = offset if last else 0
        self.last = last
        self.done = False
        #: Only the first page of the list has been taken.
        self.begun = False
        self._known = {last} if last else set[str]()
        self._total: int | None = None
        self._pages = 0
        self._steps_back = 0
        self._stepped_back = False
        self._beyond = False

    def take(self, keys: Sequence[str], total: int | None) -> int:
        """Take note of the rows at `offset`; how many of them come before the first new one.

        `total` is how many rows the whole list has by its own word. Raises Slipping.
        """
        self.begun = self._pages == 0 and self.offset == 0
        met = [place for place, key in enumerate(keys) if key in self._known]
        if self.offset > 0 and not met and not self._beyond:
            self._step_back()
            return len(keys)
        fresh = met[-1] + 1 if met else 0
        end = self.offset + len(keys)
        if fresh == len(keys):
            self._nothing_new(keys, end, total)
            return fresh
        self._move_on(keys, end)
        self._pages += 1
        self._total = total
        # Without a key there is nothing to meet again; the page after it is taken on trust, if one is promised.
        self.done = end >= total if total is not None else not self.last
        return fresh

    def _move_on(self, keys: Sequence[str], end: int) -> None:
        self._known = {key for key in keys if key}
        self.last = keys[-1]
        self._stepped_back = False
        self.offset, self._beyond = (end - 1, False) if self.last else (end, True)

    def _step_back(self) -> None:
        self._steps_back += 1
        if self._steps_back > MOST_STEPS_BACK + self._pages // 4:
            raise Slipping
        self._stepped_back = True
        self.offset = max(0, self.offset - PAGE + 1)

    def _nothing_new(self, keys: Sequence[str], end: int, total: int | None) -> None:
        """The list ends here, unless it says that there is more: then what comes behind is looked at once."""
        expected = self._stepped_back or self._total is None or total != self._total or keys[:1] == [self.last]
        if keys and (self._beyond or not expected):
            # What was there before comes again where something else ought to be: the offset is not heeded.
            raise Slipping
        self.done = not keys or total is None or end >= total
        if not self.done and len(keys) > 1:
            self._move_on(keys, end)
        elif not self.done:
            self.offset, self._beyond = end, True


class Windows:
    """Windows from `start` to `end` that touch, as wide as the number of their rows allows."""

    def __init__(self, start: datetime, end: datetime, first: datetime | None = None) -> None:
        """`first` is where the first window ends, when it was begun before."""
        self._start = start
        self._end = end
        self._width = max((end if first is None else min(first, end)) - start, NARROWEST)

    def present(self) -> tuple[datetime, datetime] | None:
        """The window to be read now, None when all have been."""
        if self._start >= self._end:
            return None
        return self._start, min(self._start + self._width, self._end)

    def ends_with(self, window: tuple[datetime, datetime]) -> bool:
        """Whether nothing comes after this window."""
        return window[1] >= self._end

    def completed(self, rows: int) -> None:
        """The present window has been read and had so many rows."""
        window = self.present()
        if window is None:
            return
        self._start = window[1]
        if rows <= FEW_ROWS:
            self._width *= 2

    def narrowed(self, rows: int) -> bool:
        """A narrower window, because the present one has so many rows; False when it is as narrow as it gets."""
        window = self.present()
        if window is None or window[1] - window[0] <= NARROWEST:
            return False
        part = min(0.5, MOST_ROWS / max(rows, 1))
        self._width = max((window[1] - window[0]) * part, NARROWEST)
        return True
