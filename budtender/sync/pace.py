"""How far a pull has come: by its rows where the till tells how many there are, else by the time it has reached."""

from __future__ import annotations

from datetime import datetime

from budtender.clock import Clock
from budtender.model import Batch
from budtender.sync.progress import Progress, time_left


class Pace:
    """The rows of one pull so far, beside where this run of it started and where the whole of it did.

    A pull that was broken off goes on: `rows` came before, `start` is the time this run goes on from, `origin` the one
    that the first run began with. Both are None where the till is read without a time.
    """

    def __init__(
        self,
        credential: str,
        resource: str,
        clock: Clock,
        *,
        rows: int,
        start: datetime | None,
        origin: datetime | None,
    ) -> None:
        self._credential = credential
        self._resource = resource
        self._clock = clock
        self._began = clock.mono()
        self._before = rows
        self._rows = rows
        self._start = start
        self._origin = origin

    def after(self, batch: Batch) -> Progress:
        """Count a batch, and tell how far that is."""
        self._rows += len(batch.rows)
        elapsed = self._clock.mono() - self._began
        whole = self._share(batch, 0, self._origin)
        # What comes behind the newest change, such as rows without a time, tells nothing of its length.
        ends = whole >= 1 and not batch.total
        return Progress(
            credential=self._credential,
            resource=self._resource,
            rows=self._rows,
            total=batch.total,
            left=None if ends else time_left(self._share(batch, self._before, self._start), elapsed),
            share=whole if whole > 0 and not ends else None,
            elapsed=elapsed,
        )

    def _share(self, batch: Batch, rows: int, since: datetime | None) -> float:
        """Which share of what comes behind so many rows, or that time, is done by now; 0 when nothing tells."""
        if batch.total and batch.total > rows:
            return min(1.0, (self._rows - rows) / (batch.total - rows))
        if batch.cursor is None or since is None:
            return 0.0
        whole = (self._clock.now() - since).total_seconds()
        return max(0.0, min(1.0, (batch.cursor.at - since).total_seconds() / whole)) if whole > 0 else 0.0
