"""How far what takes long to download has come, summed up in one line; and a pause, which loses nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from budtender.log import get_logger
from budtender.model import Value
from budtender.register import Register
from budtender.sync.progress import Progress

__all__ = ["Download", "Progress", "go_on", "pause", "read", "summed"]

log = get_logger(__name__)
#: A pause that nobody ends is over by itself: a register without the till's news is worth less every hour.
PAUSE = timedelta(hours=1)


class Download(Value, frozen=True, kw_only=True):
    """All that is being downloaded, as one.

    `resource` and `credential` are empty when there are several; `credentials` is how many. `total`, `share` and
    `left` are None where they are not known. It `waits` when all of it was broken off and is tried again.
    """

    resource: str
    credential: str
    credentials: int
    rows: int
    total: int | None
    share: float | None
    left: timedelta | None
    waits: bool
    paused_until: datetime | None


def read(register: Register) -> Download | None:
    """What is under way and takes long; None when nothing does. Read again on `Change.PROGRESS` and `Change.PAUSE`."""
    rest = register.board.paused_for(register.clock.mono())
    until = None if rest is None else register.clock.now() + timedelta(seconds=rest)
    return summed(register.board.long(), until)


def summed(under_way: Sequence[Progress], paused_until: datetime | None) -> Download | None:
    """Several as one: rows together, and the time of the one that takes longest."""
    if not under_way:
        return None
    resources, credentials = {one.resource for one in under_way}, {one.credential for one in under_way}
    totals = [one.total for one in under_way if one.total is not None]
    lefts = [one.left for one in under_way if one.left is not None and not one.waits]
    return Download(
        resource=resources.pop() if len(resources) == 1 else "",
        credential=next(iter(credentials)) if len(credentials) == 1 else "",
        credentials=len(credentials),
        rows=sum(one.rows for one in under_way),
        total=sum(totals) if len(totals) == len(under_way) else None,
        share=_share(under_way),
        left=max(lefts, default=None),
        waits=all(one.waits for one in under_way),
        paused_until=paused_until,
    )


def _share(under_way: Sequence[Progress]) -> float | None:
    """How much of all is done: by rows where all totals are known, else each counts the same."""
    if all(one.total for one in under_way):
        return min(1.0, sum(one.rows for one in under_way) / sum(one.total or 0 for one in under_way))
    shares = [one.share for one in under_way if one.share is not None]
    return sum(shares) / len(shares) if len(shares) == len(under_way) else None


def pause(register: Register) -> None:
    """Let what takes long rest for an hour: what is stored stays, short lists and what is owed go on."""
    log.info("downloads paused", minutes=PAUSE.total_seconds() / 60)
    register.board.pause(register.clock.mono(), PAUSE.total_seconds())


def give_way(register: Register) -> None:
    """Somebody types here: what is copied beside it waits for a moment, so that they do not."""
    register.board.give_way()


def go_on(register: Register) -> None:
    """End the pause now; everything goes on behind what was stored."""
    log.info("downloads go on")
    register.board.go_on()
