"""A system that does not answer is left alone, and tried again one call at a time."""

from __future__ import annotations

import pytest

from budtender.connectors.breaker import Breaker
from budtender.connectors.retry import RetryBudget


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker(clock)


def fail(breaker: Breaker, times: int = 1) -> None:
    for _ in range(times):
        assert breaker.admit() == 0
        breaker.missed()


def test_opens_after_five_in_a_row(breaker: Breaker) -> None:
    fail(breaker, 4)
    assert breaker.admit() == 0
    breaker.missed()
    assert breaker.admit() == 15


def test_one_answer_in_between_starts_the_row_anew(breaker: Breaker) -> None:
    fail(breaker, 4)
    breaker.admit()
    breaker.reached()
    fail(breaker, 4)
    assert breaker.admit() == 0


def test_opens_at_half_of_the_last_twenty(breaker: Breaker) -> None:
    for _ in range(9):
        fail(breaker)
        breaker.admit()
        breaker.reached()
    assert breaker.admit() == 0
    breaker.missed()
    assert breaker.admit() == 15


def test_pause_doubles_up_to_five_minutes(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, 5)
    pauses = []
    for _ in range(7):
        pauses.append(breaker.admit())
        clock.now += pauses[-1]
        fail(breaker)
    assert pauses == [15, 30, 60, 120, 240, 300, 300]


def test_one_call_tries_while_others_wait(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, 5)
    clock.now += 15
    assert breaker.admit() == 0
    assert breaker.admit() > 0
    breaker.reached()
    assert breaker.admit() == 0


def test_a_try_that_tells_nothing_lets_the_next_one_try(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, 5)
    clock.now += 15
    assert breaker.admit() == 0
    breaker.left()
    assert breaker.admit() == 0


def test_calls_under_way_when_it_opens_do_not_lengthen_the_pause(breaker: Breaker) -> None:
    for _ in range(8):
        breaker.admit()
    for _ in range(8):
        breaker.missed()
    assert breaker.admit() == 15


def test_flapping_network_is_asked_in_vain_at_most_twelve_times_a_minute(breaker: Breaker, clock: Clock) -> None:
    """One second up, five seconds down, somebody asking every 250 ms for ten minutes."""
    vain = []
    for _ in range(2400):
        if breaker.admit() == 0:
            if clock.now % 6 < 1:
                breaker.reached()
            else:
                breaker.missed()
                vain.append(clock.now)
        clock.now += 0.25
    assert max(sum(start <= at < start + 60 for at in vain) for start in vain) <= 12


def test_retry_budget_is_a_tenth_and_at_least_three(clock: Clock) -> None:
    budget = RetryBudget(clock)
    budget.note_call()
    assert [budget.take() for _ in range(5)] == [True, True, True, False, False]
    for _ in range(99):
        budget.note_call()
    assert sum(budget.take() for _ in range(20)) == 7
    clock.now += 60
    assert budget.take()
