"""Where AIQ's lists are read on: a clock here that is set moves it neither back nor past what comes later."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from budtender.model import Cursor
from budtender.sync import plan, position
from budtender.sync.proof import WINDOW

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
#: A clock's error in hours: right, a bit off, set to 1970, far ahead.
ERRORS = st.sampled_from((0, 0, 0, -0.5, 0.5, 3, -3, 20, 24 * 400, -24 * 400, -24 * 365 * 56))
#: Time between two looks.
SPANS = st.sampled_from((timedelta(minutes=5), HOUR, 5 * HOUR, DAY, 3 * DAY))
LOOKS = st.lists(st.tuples(SPANS, ERRORS, st.booleans(), st.integers(0, 2)), min_size=1, max_size=12)


class World:
    """Rows as AIQ lists them, and a register that looks as the account is looked at."""

    def __init__(self) -> None:
        self.truth = NOON
        self.rows: list[datetime] = []
        self.read: set[datetime] = set()
        self.cursor: Cursor | None = None
        self.calls = 0

    def look(self, error: timedelta, *, told: bool) -> None:
        """One look by a clock that is off by `error`, unless AIQ tells its own."""
        now = self.truth if told else self.truth + error
        before = self.cursor
        start = position.start_of(self.cursor, now, told=told) - plan.LATE_ROWS
        empty = 0
        while True:
            end = start + WINDOW
            rows = [at for at in self.rows if start <= at <= end]
            self.read |= set(rows)
            self.calls += 1
            self.cursor = position.reached(self.cursor, rows, min(end, now), now, told=told)
            start, empty = end, 0 if rows else empty + 1
            if start >= now or (not told and empty >= position.MOST_EMPTY):
                break
        if before is not None:
            assert self.cursor is not None
            assert self.cursor.at >= before.at, "a position moved back"


@given(LOOKS, st.booleans())
def test_every_row_is_read_once_the_clock_is_right_and_no_position_moves_back(
    looks: list[tuple[timedelta, float, bool, int]], told_last: bool
) -> None:
    world = World()
    world.look(timedelta(0), told=True)
    for span, error, told, rows in looks:
        world.rows += [world.truth + span * (n + 1) / (rows + 1) for n in range(rows)]
        world.truth += span
        calls = world.calls
        world.look(timedelta(hours=error), told=told)
        behind = (world.truth - NOON) / WINDOW + 4
        assert world.calls - calls <= max(behind, 0) + position.MOST_EMPTY * (1 + len(world.rows))
    calls = world.calls
    world.look(timedelta(0), told=told_last)
    assert world.calls - calls <= (world.truth - NOON) / WINDOW + 4, "what follows is read once"
    assert set(world.rows) <= world.read


def test_a_clock_set_to_1970_costs_one_call_a_look_and_then_nothing() -> None:
    world = World()
    world.look(timedelta(0), told=True)
    wrong = datetime(1970, 1, 1, tzinfo=UTC) - world.truth
    for _ in range(5):
        world.truth += HOUR
        world.rows.append(world.truth - HOUR / 2)
        calls = world.calls
        world.look(wrong - (world.truth - NOON), told=False)
        assert world.calls - calls == 1
        assert world.rows[-1] in world.read, "the hours that follow are seen all the same"
    calls = world.calls
    world.look(timedelta(0), told=False)
    assert world.calls - calls <= 2


def test_a_clock_set_far_ahead_is_not_followed_and_hides_nothing_later() -> None:
    world = World()
    world.look(timedelta(0), told=True)
    for _ in range(3):
        world.truth += HOUR
        calls = world.calls
        world.look(timedelta(days=365 * 74), told=False)
        assert world.calls - calls <= position.MOST_EMPTY + 1
    world.rows.append(world.truth + HOUR)
    world.truth += 10 * DAY
    world.look(timedelta(0), told=False)
    assert world.rows[-1] in world.read


def test_a_quiet_account_that_never_tells_its_clock_is_read_a_day_back_and_no_more() -> None:
    world = World()
    world.rows = [NOON - HOUR]
    for _ in range(60):
        world.truth += DAY
        calls = world.calls
        world.look(timedelta(0), told=False)
        assert world.calls - calls <= 3


def test_a_position_that_an_earlier_clock_left_in_the_future_is_corrected_by_aiqs_own() -> None:
    left = Cursor(at=NOON + 1_000 * DAY)
    assert position.start_of(left, NOON, told=True) == NOON - plan.FIRST_LOOK
    here = position.reached(left, [], NOON, NOON, told=True)
    assert here == Cursor(at=NOON)


def test_what_the_lists_say_of_this_clock_is_told() -> None:
    cursor = Cursor(at=NOON)
    assert position.clock_fault(cursor, NOON + DAY, told=False) is None
    assert position.clock_fault(None, NOON, told=False) is None
    fault = position.clock_fault(cursor, datetime(1970, 1, 1, tzinfo=UTC), told=False)
    assert fault is not None
    assert fault[0] == "This computer's clock says 1970-01-01 00:00, and AIQ has rows of 2026-03-01 12:00 (UTC)."
    assert fault[1]
    assert position.clock_fault(cursor, datetime(1970, 1, 1, tzinfo=UTC), told=True) is None
    ahead = position.reached(cursor, [], NOON + 20 * DAY, NOON + 400 * DAY, told=False)
    fault = position.clock_fault(ahead, NOON + 400 * DAY, told=False)
    assert fault is not None
    assert fault[0] == "This computer's clock says 2027-04-05, and AIQ's last row is of 2026-03-01."
