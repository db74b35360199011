"""A clock that stands still until a test moves it, each of its two hands by itself."""

from __future__ import annotations

from budtender.clock import Clock


class HandClock(Clock):
    """Wall and monotonic time as numbers; a restart of the machine is a small `monotonic`."""

    def __init__(self, *, epoch: float = 1_767_225_600.0, monotonic: float = 5_000.0) -> None:
        self.epoch = epoch
        self.monotonic = monotonic

    def wall(self) -> float:
        """Epoch seconds."""
        return self.epoch

    def mono(self) -> float:
        """Seconds since the machine started."""
        return self.monotonic

    def pass_by(self, seconds: float) -> None:
        """Let time go by on both."""
        self.epoch += seconds
        self.monotonic += seconds
