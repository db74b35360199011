"""What AIQ has accepted and not worked off yet, and the sales it has booked."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import msgspec

Work = Callable[[], object]


class Sale(msgspec.Struct, frozen=True):
    """A booked sale: `total` is in dollars without tax, `points` is what it earned, `at` epoch seconds."""

    pos_id: str
    contact_id: str
    total: Decimal
    points: Decimal
    at: int
    store: str
    lines: tuple[dict[str, Any], ...] = ()


class Backlog:
    """Work by key, each to be done `delay` seconds after it was first accepted; the newest body wins.

    Args:
        later: lets something happen after so many simulated seconds.
        delay: simulated seconds; AIQ's guide says up to a day.
    """

    def __init__(self, later: Callable[[float, Work], None], delay: float) -> None:
        self._later = later
        self._delay = delay
        self._waiting: dict[tuple[str, str], Work] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def accept(self, kind: str, key: str, work: Work) -> None:
        """Takes work to be done later; the same kind and key again replaces it."""
        if (kind, key) not in self._waiting:
            self._later(self._delay, lambda: self._do((kind, key)))
        self._waiting[kind, key] = work

    def work_off(self) -> int:
        """Does all that waits, persona data before sales, and returns how much it was."""
        keys = sorted(self._waiting, key=lambda key: key[0] != "member")
        for key in keys:
            self._do(key)
        return len(keys)

    def _do(self, key: tuple[str, str]) -> None:
        work = self._waiting.pop(key, None)
        if work is not None:
            work()
