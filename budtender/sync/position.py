"""Up to when AIQ's account is read, on AIQ's own clock, however this machine's is set.

AIQ tells its clock with most answers. Where it does not, this machine's may be years off, so only what AIQ's rows show
moves a position, and a position never moves back for a clock that was set back. What this machine's clock says was read
is kept beside it (`Cursor.mark`), and spares a quiet account the reading of the same days; it is believed only as long
as it lies behind the present, and with a day to spare.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from budtender.model import Cursor
from budtender.sync import plan

#: So many days in a row without a row are read in one look by a clock that AIQ has not confirmed.
MOST_EMPTY = 8
#: This far apart, the clock was set; less is a request's way and whole seconds.
APART = timedelta(hours=1)


def start_of(cursor: Cursor | None, now: datetime, *, told: bool) -> datetime:
    """Where to read on. `told` is whether `now` is by a clock that AIQ has told."""
    if cursor is None or (told and cursor.at > now + APART):  # left by a clock that ran ahead
        return now - plan.FIRST_LOOK
    claimed = _claimed(cursor)
    believed = claimed - plan.FIRST_LOOK if claimed is not None and claimed <= now else cursor.at
    return max(cursor.at, believed)


def reached(
    cursor: Cursor | None, seen: Iterable[datetime | None], to: datetime, now: datetime, *, told: bool
) -> Cursor | None:
    """The position after reading up to `to`, in which rows of these times were `seen`; None as long as nothing tells.

    It moves back only where AIQ's own clock says that it lies in the future.
    """
    if told:
        ahead = cursor is None or cursor.at > now + APART
        return Cursor(at=to if ahead or cursor is None else max(cursor.at, to))
    at = max([at for at in seen if at is not None] + ([cursor.at] if cursor is not None else []), default=None)
    if at is None:
        return None
    before = None if cursor is None else _claimed(cursor)
    claimed = to if to > at else before
    return Cursor(at=at, mark="" if claimed is None else claimed.isoformat())


def _claimed(cursor: Cursor) -> datetime | None:
    return datetime.fromisoformat(cursor.mark) if cursor.mark else None


def clock_fault(cursor: Cursor | None, now: datetime, *, told: bool) -> tuple[str, str] | None:
    """What a position says of this machine's clock where AIQ does not tell its own: a sentence and the next step."""
    if told or cursor is None:
        return None
    claimed = _claimed(cursor)
    if cursor.at > now + APART:
        what = f"This computer's clock says {now:%Y-%m-%d %H:%M}, and AIQ has rows of {cursor.at:%Y-%m-%d %H:%M} (UTC)."
    elif claimed is not None and claimed - cursor.at > MOST_EMPTY * timedelta(days=1):
        what = f"This computer's clock says {now:%Y-%m-%d}, and AIQ's last row is of {cursor.at:%Y-%m-%d}."
    else:
        return None
    return what, "Look whether it is right, best by switching automatic time on; what was missed is read then."
