"""How a list by limit and offset is read whole while its rows shift."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budtender.connectors.flourish_pages import FEW_ROWS, MOST_ROWS, NARROWEST, PAGE, Slipping, Walk, Windows

START = datetime(2020, 1, 1, tzinfo=UTC)


class ShiftingList:
    """A far side's list that changes after each page: rows leave it, rows come into it."""

    def __init__(self, size: int, seed: int, *, page: int = PAGE, tells_total: bool = True) -> None:
        self.rows = [f"row {number}" for number in range(size)]
        self.always = set(self.rows)
        self.pages = 0
        self._rng = random.Random(seed)
        self._page = page
        self._tells_total = tells_total

    def ask(self, offset: int) -> tuple[list[str], int | None]:
        self.pages += 1
        return self.rows[offset : offset + self._page], len(self.rows) if self._tells_total else None

    def leave(self, count: int) -> None:
        for row in self._rng.sample(self.rows, min(count, len(self.rows))):
            self.rows.remove(row)
            self.always.discard(row)

    def come(self, count: int) -> None:
        for _ in range(count):
            self.rows.insert(self._rng.randrange(len(self.rows) + 1), f"new {self.pages} {self._rng.random()}")


def _read(source: ShiftingList, walk: Walk, changes: list[tuple[int, int]]) -> list[str]:
    taken: list[str] = []
    pending = list(changes)
    while not walk.done:
        rows, total = source.ask(walk.offset)
        taken += rows[walk.take(rows, total) :]
        if pending:
            leaving, coming = pending.pop()
            source.leave(leaving)
            source.come(coming)
    return taken


def _read_all(ask: Callable[[int], list[str]], total: int) -> None:
    walk = Walk()
    while not walk.done:
        walk.take(ask(walk.offset), total)


@given(
    size=st.integers(0, 400),
    seed=st.integers(0, 2**32),
    page=st.sampled_from([PAGE, 20, 2, 1]),
    tells_total=st.booleans(),
)
def test_a_list_that_stands_still_is_read_once_and_whole(size: int, seed: int, page: int, tells_total: bool) -> None:
    if not tells_total and page == 1:
        return  # pages of one row without a total look like the end; nobody serves such a list
    source = ShiftingList(size, seed, page=page, tells_total=tells_total)
    assert _read(source, Walk(), []) == source.rows


@given(
    size=st.integers(0, 500),
    seed=st.integers(0, 2**32),
    changes=st.lists(st.tuples(st.integers(0, 70), st.integers(0, 5)), max_size=25),
)
def test_no_row_that_stays_is_missed_while_others_come_and_go(
    size: int, seed: int, changes: list[tuple[int, int]]
) -> None:
    source = ShiftingList(size, seed)
    assert source.always <= set(_read(source, Walk(), changes))


@given(
    size=st.integers(1, 400),
    seed=st.integers(0, 2**32),
    stop_after=st.integers(1, 8),
    leaving=st.integers(0, 120),
)
def test_a_walk_that_was_broken_off_goes_on_without_a_gap(size: int, seed: int, stop_after: int, leaving: int) -> None:
    source = ShiftingList(size, seed)
    first = Walk()
    taken: list[str] = []
    for _ in range(stop_after):
        if not first.done:
            rows, total = source.ask(first.offset)
            taken += rows[first.take(rows, total) :]
    source.leave(leaving)
    if not first.done:
        taken += _read(source, Walk(first.offset, first.last), [])
    assert source.always <= set(taken)


def test_a_total_that_promises_too_much_ends_with_the_rows() -> None:
    source = ShiftingList(120, 1)
    walk, taken = Walk(), list[str]()
    while not walk.done:
        rows, _ = source.ask(walk.offset)
        taken += rows[walk.take(rows, 500) :]
    assert taken == source.rows


@pytest.mark.parametrize("size", [51, 60, 99, 100, 120, 1_000])
def test_a_list_that_does_not_heed_the_offset_is_given_up(size: int) -> None:
    rows = ShiftingList(size, 1).rows[:PAGE]
    with pytest.raises(Slipping):
        _read_all(lambda _: rows, size)


def test_a_list_without_any_order_is_given_up() -> None:
    rng = random.Random(1)
    rows = [f"row {number}" for number in range(5_000)]
    with pytest.raises(Slipping):
        _read_all(lambda offset: rng.sample(rows, len(rows))[offset : offset + PAGE], len(rows))


def test_rows_without_a_key_are_read_on_trust() -> None:
    walk, offsets = Walk(), list[int]()
    while not walk.done:
        offsets.append(walk.offset)
        assert walk.take([""] * min(PAGE, 120 - walk.offset), 120) == 0
    assert offsets == [0, 50, 100]


@given(
    hours=st.integers(0, 24 * 365 * 10),
    totals=st.lists(st.integers(0, 100_000), max_size=60),
    first=st.none() | st.integers(0, 24 * 365 * 10),
)
def test_windows_touch_and_reach_the_end(hours: int, totals: list[int], first: int | None) -> None:
    end = START + timedelta(hours=hours)
    windows = Windows(START, end, None if first is None else START + timedelta(hours=first))
    reached = START
    for total in [*totals, *[0] * 2_000]:
        window = windows.present()
        if window is None:
            break
        assert window[0] == reached
        assert window[0] < window[1] <= end
        if total > MOST_ROWS and windows.narrowed(total):
            narrower = windows.present()
            assert narrower is not None
            assert narrower[0] == reached
            assert narrower[1] < window[1]
        else:
            windows.completed(total)
            reached = window[1]
    assert reached == end


def test_a_window_follows_the_number_of_its_rows() -> None:
    windows = Windows(START, START + timedelta(days=1_000))
    assert windows.present() == (START, START + timedelta(days=1_000))
    assert windows.narrowed(100 * MOST_ROWS)
    assert windows.present() == (START, START + timedelta(days=10))
    windows.completed(FEW_ROWS)
    assert windows.present() == (START + timedelta(days=10), START + timedelta(days=30))
    windows.completed(FEW_ROWS + 1)
    assert windows.present() == (START + timedelta(days=30), START + timedelta(days=50))


def test_the_narrowest_window_is_read_however_long_it_is() -> None:
    windows = Windows(START, START + NARROWEST)
    assert not windows.narrowed(10**6)
