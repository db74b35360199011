"""How old something is, by a clock that may have been set."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from budtender.clock import Clock

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Stopped(Clock):
    def wall(self) -> float:
        return NOW.timestamp()


def test_what_is_ahead_of_the_clock_is_not_young() -> None:
    within = {back: Stopped().within(HOUR, NOW - timedelta(minutes=back)) for back in (-1, 0, 59, 60, 61)}
    assert within == {-1: False, 0: True, 59: True, 60: False, 61: False}
    assert not Stopped().within(HOUR, None)
