"""A list is read whole although its rows shift while it is read."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from budtender.connectors.backwards import Page, Step, walk
from budtender.connectors.posabit_pages import Windows

Change = tuple[int, int]


def _served(rows: list[int], size: int, most: int, *, counted: bool = True, told: bool = True) -> Callable[[int], Page]:
    """The pages of a list of ids as a server counts them that serves no more than `most` rows."""

    def page(number: int) -> Page:
        own = min(size, most)
        found: list[object] = [{"id": row} for row in rows[(number - 1) * own : number * own]]
        counting = own if told else size
        pages = max(1, -(-len(rows) // counting)) if counted else None
        return Page(found, pages, len(rows) if counted else None, f"v3 {counting}")

    return page


def _ids(steps: list[Step]) -> set[int]:
    return {value["id"] for step in steps for value in step.rows if isinstance(value, dict)}


async def _walked(
    rows: list[int], size: int, most: int, changes: dict[int, list[int]], start: int = 0, mark: str = "", **how: bool
) -> list[Step]:
    """Reads a list from which, before the n-th read, some rows go away."""
    reads = 0

    async def read(number: int, per_page: int) -> Page:
        nonlocal reads
        for gone in changes.get(reads, []):
            if gone in rows:
                rows.remove(gone)
        reads += 1
        return _served(rows, per_page, most, **how)(number)

    return [step async for step in walk(read, size, start, mark)]


_lists = st.integers(0, 60).map(lambda count: list(range(count)))
_changes = st.dictionaries(st.integers(0, 20), st.lists(st.integers(0, 59), max_size=4), max_size=6)


@given(rows=_lists, size=st.integers(1, 9), most=st.integers(1, 9), changes=_changes)
@settings(deadline=None)
def test_no_row_that_stays_is_missed_while_others_leave(
    rows: list[int], size: int, most: int, changes: dict[int, list[int]]
) -> None:
    left = list(rows)
    steps = asyncio.run(_walked(left, size, most, changes))
    assert set(left) <= _ids(steps) <= set(rows)


@given(rows=_lists, size=st.integers(2, 9), changes=_changes, broken_off=st.integers(0, 30))
@settings(deadline=None)
def test_a_walk_that_is_taken_up_again_misses_none_either(
    rows: list[int], size: int, changes: dict[int, list[int]], broken_off: int
) -> None:
    left = list(rows)
    before = asyncio.run(_walked(left, size, 100, changes))[: broken_off + 1]
    after: list[Step] = []
    if before[-1].left:
        after = asyncio.run(_walked(left, size, 100, {0: [3, 30]}, before[-1].left, before[-1].mark))
        assert set(left) <= _ids(before + after)
    assert _ids(before + after) <= set(rows)


def test_pages_that_are_counted_anew_are_read_from_the_start() -> None:
    rows = list(range(20))
    steps = asyncio.run(_walked(rows, 5, 100, {}, start=1, mark="v2 100"))
    assert _ids(steps) == set(rows)


def test_a_page_size_that_is_cut_without_a_word_is_noticed() -> None:
    rows = list(range(50))
    steps = asyncio.run(_walked(rows, 10, 4, {}, told=False))
    assert _ids(steps) == set(rows)
    # It is still read backwards, and can be taken up in the middle.
    assert [step.left for step in steps] == list(range(12, -1, -1))


def test_a_list_that_does_not_count_its_pages_is_read_until_nothing_new_comes() -> None:
    rows = list(range(23))
    steps = asyncio.run(_walked(rows, 5, 100, {}, counted=False))
    assert _ids(steps) == set(rows)
    assert all(step.left is None for step in steps)


def test_sales_to_the_same_few_buyers_are_no_repetition() -> None:
    rows = [{"receipt": f"R{number}", "buyer": {"id": number % 3}} for number in range(23)]

    async def read(number: int, size: int) -> Page:
        return Page(list(rows[(number - 1) * size : number * size]), None, None, "")

    async def work() -> list[object]:
        return [row async for step in walk(read, 5) for row in step.rows]

    assert asyncio.run(work()) == rows


@given(hours=st.integers(1, 24 * 4000), rows=st.lists(st.integers(0, 30_000), max_size=40))
def test_windows_touch_and_end_where_they_should(hours: int, rows: list[int]) -> None:
    start = datetime(2016, 1, 1, tzinfo=UTC)
    end = start + timedelta(hours=hours)
    windows, reached = Windows(start, end), start
    for count in [*rows, *[0] * 5_000]:
        until = windows.present()
        if until is None:
            break
        assert windows.start == reached
        assert until > reached
        windows.completed(until, count)
        reached = until
    assert reached == end
