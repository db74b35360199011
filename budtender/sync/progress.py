"""How far each copying has come, for a bar in the window and on the terminal: counts, and about how long it takes."""

from __future__ import annotations

import threading
from datetime import timedelta

from budtender.events import Change, Events
from budtender.model import Value


class Progress(Value, frozen=True, kw_only=True):
    """One copying under way: rows so far, rows in all where that is known, and the time it still takes."""

    credential: str
    resource: str
    rows: int
    total: int | None = None
    left: timedelta | None = None


class Board:
    """What is under way at this moment; written by the engine, read from any thread."""

    def __init__(self, events: Events) -> None:
        self._events = events
        self._lock = threading.Lock()
        self._under_way: dict[tuple[str, str], Progress] = {}

    def tell(self, progress: Progress) -> None:
        """It has come so far."""
        with self._lock:
            self._under_way[progress.credential, progress.resource] = progress
        self._events.ring(Change.PROGRESS)

    def end(self, credential: str, resource: str) -> None:
        """It is not under way any more."""
        with self._lock:
            known = self._under_way.pop((credential, resource), None)
        if known is not None:
            self._events.ring(Change.PROGRESS)

    def under_way(self) -> list[Progress]:
        """Everything that is under way."""
        with self._lock:
            return list(self._under_way.values())


def time_left(done: float, elapsed: float) -> timedelta | None:
    """How long the rest takes when a share `done` took `elapsed` seconds; None while that says too little."""
    if not 0 < done <= 1 or elapsed < 1:
        return None
    return timedelta(seconds=round(elapsed * (1 - done) / done))
