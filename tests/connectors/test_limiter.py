"""No schedule exceeds a window, a clock that jumps blocks nobody, and the counter goes first."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from benchmarks.timeline import Timeline
from budtender.connectors.limiter import (
    AIQ_WINDOWS,
    LONGEST_HOLD,
    RENEWALS,
    Limiter,
    LimiterBusy,
    Priority,
    Slot,
    Window,
    wait_for,
)
from tests.connectors.call_log import MemoryCallLog

NOW = 1_760_000_000.0

windows_of_any_kind = st.lists(
    st.builds(Window, st.integers(1, 20), st.sampled_from([0.5, 1.0, 7.0, 60.0])), min_size=1, max_size=3
)


class Clock:
    """A clock that moves only when somebody sleeps, or when it is set."""

    def __init__(self) -> None:
        self.now = NOW
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def limiter(clock: Clock, windows: Sequence[Window] = AIQ_WINDOWS, log: MemoryCallLog | None = None) -> Limiter:
    return Limiter("aiq:1234", windows, log or MemoryCallLog(), clock=clock, steady=clock, sleep=clock.sleep)


def most_within(times: Sequence[float], seconds: float) -> int:
    return max(sum(start <= t < start + seconds for t in times) for start in times)


@settings(max_examples=60, deadline=None)
@given(windows_of_any_kind, st.lists(st.tuples(st.floats(0, 30), st.sampled_from(Priority)), min_size=1, max_size=60))
def test_no_schedule_exceeds_a_window(windows: list[Window], asks: list[tuple[float, Priority]]) -> None:
    clock = Clock()
    gate = limiter(clock, windows)
    made = []

    async def ask_all() -> None:
        for pause, priority in asks:
            clock.now += pause
            await gate.acquire(priority, None)
            made.append(clock.now)

    asyncio.run(ask_all())
    for window in windows:
        assert most_within(made, window.seconds) <= window.calls


@given(
    windows_of_any_kind,
    st.lists(st.floats(NOW - 100, NOW + 100_000), max_size=40).map(sorted),
)
def test_no_wait_is_longer_than_the_longest_window(windows: list[Window], times: list[float]) -> None:
    assert 0 <= wait_for(times, windows, NOW) <= max(window.seconds for window in windows)


late_calls = st.lists(
    st.tuples(st.floats(0, 4), st.sampled_from([0.0, 0.1, 0.2, 0.9, 1.5]), st.floats(0, 0.15)), min_size=6, max_size=30
)


@settings(max_examples=100, deadline=None)
@given(late_calls)
@example([(0.0, 0.15, 0.15)] * 4 + [(1.0, 0.0, 0.0)] * 4)
def test_aiq_never_counts_a_sixth_call_in_a_second_however_late_a_slot_is_used(
    asks: list[tuple[float, float, float]],
) -> None:
    """Several processes: each is held up between its slot and its call, and the ways to AIQ differ."""
    line, log = Timeline(), MemoryCallLog()
    arrived: list[float] = []

    async def ask(start: float, held_up: float, way: float) -> None:
        gate = Limiter("aiq:1234", AIQ_WINDOWS, log, clock=line.now, steady=line.now, sleep=line.sleep)
        await line.sleep(start)
        taken = await gate.acquire(Priority.COUNTER, None)
        await line.sleep(held_up)
        await gate.renew(taken, Priority.COUNTER, None)
        arrived.append(line.now() + way)

    asyncio.run(line.run(120, *(ask(*each) for each in asks)))
    assert len(arrived) == len(asks)
    assert most_within(arrived, 1 - 1e-6) <= 5


async def test_a_slot_taken_anew_gives_the_old_one_back() -> None:
    clock = Clock()
    gate = limiter(clock, (Window(2, 3600),))
    taken = await gate.acquire(Priority.COUNTER, 0)
    for _ in range(20):
        clock.now += 1
        taken = await gate.renew(taken, Priority.COUNTER, 0)
        assert taken.at == clock.now
    await gate.acquire(Priority.COUNTER, 0)
    clock.now += 1
    assert (await gate.renew(taken, Priority.COUNTER, 0)).at == clock.now, "its own place is free for it"
    with pytest.raises(LimiterBusy):
        await gate.acquire(Priority.COUNTER, 0)


async def test_a_log_that_takes_longer_than_a_slot_stays_fresh_keeps_no_call_for_ever() -> None:
    clock = Clock()

    class Slow(MemoryCallLog):
        asked = 0

        async def reserve(self, *given: Any, **named: Any) -> Slot:
            slot = await super().reserve(*given, **named)
            self.asked += 1
            clock.now += 1  # the commit
            return slot

    log = Slow()
    gate = limiter(clock, (Window(9, 3600),), log)
    taken = await gate.acquire(Priority.COUNTER, None)
    await asyncio.wait_for(gate.renew(taken, Priority.COUNTER, None), 5)
    assert log.asked == 1 + RENEWALS


async def test_clock_set_back_blocks_no_longer_than_the_longest_window() -> None:
    clock = Clock()
    gate = limiter(clock, (Window(2, 10),))
    await gate.acquire(Priority.COUNTER, None)
    await gate.acquire(Priority.COUNTER, None)
    clock.now -= 86_400
    back = clock.now
    await gate.acquire(Priority.COUNTER, None)
    assert clock.now - back <= 10


async def test_hold_survives_a_clock_set_back_only_for_its_longest() -> None:
    clock = Clock()
    gate = limiter(clock)
    await gate.hold(60)
    clock.now -= 86_400
    back = clock.now
    await gate.acquire(Priority.COUNTER, None)
    assert clock.now - back <= LONGEST_HOLD


async def test_hold_stops_everybody_and_is_never_shortened() -> None:
    clock = Clock()
    gate = limiter(clock)
    await gate.hold(30)
    await gate.hold(1)
    with pytest.raises(LimiterBusy) as busy:
        await gate.acquire(Priority.COUNTER, 5)
    assert busy.value.wait == pytest.approx(30)
    await gate.acquire(Priority.BACKGROUND, None)
    assert clock.now == pytest.approx(NOW + 30)


async def test_impatient_call_is_not_recorded() -> None:
    clock = Clock()
    gate = limiter(clock, (Window(1, 10),))
    await gate.acquire(Priority.COUNTER, 0)
    for _ in range(5):
        with pytest.raises(LimiterBusy):
            await gate.acquire(Priority.COUNTER, 9)
    await gate.acquire(Priority.COUNTER, 10)
    assert clock.now == NOW + 10


async def test_limit_belongs_to_the_credential_not_to_the_limiter() -> None:
    clock, log = Clock(), MemoryCallLog()
    one, other = limiter(clock, (Window(1, 10),), log), limiter(clock, (Window(1, 10),), log)
    await one.acquire(Priority.COUNTER, 0)
    with pytest.raises(LimiterBusy):
        await other.acquire(Priority.COUNTER, 1)
    await Limiter("dutchie:1", (Window(1, 10),), log, clock=clock).acquire(Priority.COUNTER, 0)


async def test_a_machine_too_slow_for_a_fresh_slot_sends_all_the_same() -> None:
    looks = itertools.count()

    def slow() -> float:
        look = next(looks)
        assert look < 20, "it never sends"
        return NOW + look  # a second from one look to the next

    gate = Limiter("aiq:1234", AIQ_WINDOWS, MemoryCallLog(), clock=slow)
    await gate.renew(await gate.acquire(Priority.COUNTER, 5), Priority.COUNTER, 5)


async def test_endpoints_are_counted_apart_and_alike_for_every_limiter_of_a_key() -> None:
    clock, log = Clock(), MemoryCallLog()
    one, other = limiter(clock, (Window(1, 10),), log), limiter(clock, (Window(1, 10),), log)
    await one.part("/sales", (Window(1, 20),)).acquire(Priority.COUNTER, 0)
    await one.part("/stock", (Window(1, 20),)).acquire(Priority.COUNTER, 0)
    await one.acquire(Priority.COUNTER, 0)
    with pytest.raises(LimiterBusy) as busy:
        await other.part("/sales", (Window(1, 20),)).acquire(Priority.COUNTER, 1)
    assert busy.value.wait == 20


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 200), st.integers(1, 200))
async def test_a_limit_that_is_told_only_makes_stricter(given: int, told: int) -> None:
    clock = Clock()
    gate = limiter(clock, (Window(given, 60),))
    gate.learn(told, 60)
    made = 0
    with contextlib.suppress(LimiterBusy):
        while True:
            await gate.acquire(Priority.COUNTER, 0)
            made += 1
    assert made == min(given, max(1, told * 4 // 5))


async def test_counter_goes_first_beside_a_backfill() -> None:
    """Row 11 of the speed table, on a clock of its own: two hours, a shopper of one to three calls every minute."""
    clock, log = Clock(), MemoryCallLog()
    gate = limiter(clock, log=log)
    end, shopper, left, filled = NOW + 7200, NOW + 40.0, 0, 0
    waits: list[float] = []
    while clock.now < end:
        if shopper <= clock.now:
            left = left or 1 + len(waits) % 3
            asked = clock.now
            await gate.acquire(Priority.COUNTER, None)
            waits.append(clock.now - asked)
            left -= 1
            shopper = clock.now + (0.15 if left else 60.0)
            continue
        try:
            await gate.acquire(Priority.BACKGROUND, 0)
            filled += 1
            clock.now += 0.02
        except LimiterBusy as busy:
            clock.now = min(clock.now + busy.wait, shopper)
    assert sorted(waits)[int(len(waits) * 0.99)] <= 0.25
    assert filled / 2 >= 0.8 * 0.8 * 1800
