"""A long first download, seen at the foot of the window: counted, let rest by a key, and taken up where it was left."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QLabel

from budtender.cache import copying
from budtender.cache.copying import Copying
from budtender.counter import progress
from budtender.counter.progress import Progress
from budtender.events import Events
from budtender.model import Resource
from budtender.simulator import Simulation
from budtender.sync.engine import RoundTrip
from budtender.sync.progress import LONG, Board
from tests.ui.driving import REFERENCE, SAM, Driven, run
from ui.progress import shown_of

CUSTOMERS = "/customer/customers"
CROWD = 1_500
#: Seconds that an answer takes.
SLOW = 1.2
TAKEN = datetime(2026, 3, 4, 10, 42, tzinfo=UTC)


@pytest.fixture
def sim() -> Iterator[Simulation]:
    """A store that knows many customers, changed over the last year, and is slow in telling of them."""
    with Simulation(shoppers=0, stores=1, crowd=CROWD, crowd_days=360, limits=False) as running:
        running.faults.add("latency", seconds=SLOW, times=None, match=f"GET *{CUSTOMERS}")
        yield running


def mirrored(driven: Driven) -> int:
    found: int = driven.register.db.read(lambda c: c.execute("SELECT count(*) AS n FROM customer").fetchone()["n"])
    return found


def state_of(driven: Driven) -> Copying:
    return driven.register.db.read(lambda c: copying.find(c, "Harbor Street", Resource.CUSTOMERS))


def words(driven: Driven) -> str:
    return " | ".join(label.text() for label in driven.window.progress.findChildren(QLabel) if not label.isHidden())


def test_a_slow_first_pull_is_paused_and_goes_on_where_it_was(driven: Driven) -> None:
    async def story() -> None:
        await driven.set_up()
        await driven.connect_till()
        await driven.open()
        line = driven.window.progress
        assert line.isHidden()
        trips: list[RoundTrip] = []
        engine = driven.register.engine(told=trips.append, failed=driven.bugs.append)
        engine.start()
        try:
            await driven.until(line.isVisible, "the line")
            assert words(driven).startswith("Downloading customers of Harbor Street")
            assert "so far · about" in words(driven).replace("\u00a0", " ")
            before = words(driven)
            await driven.until(lambda: words(driven) != before, "another number")
            await reads_as_a_progress_bar(driven)
            await driven.type(REFERENCE)
            await driven.reach("S03.found")
            await paused(driven, trips)
            rows, stored = state_of(driven).rows, mirrored(driven)
            assert 0 < stored < CROWD
            await driven.press("Alt+P")
            assert words(driven).startswith("Downloading customers")
            driven.sim.faults.clear()
            await driven.until(line.isHidden, "the end")
            done = state_of(driven)
            assert done.good is not None
            assert done.number == 1, "it was not begun anew"
            assert done.rows - rows < CROWD, "what was stored before is not read again"
            assert mirrored(driven) >= CROWD
            assert [text for text, _ in driven.heard if "ownload" in text] == [
                "Downloading customers of Harbor Street",
                "Paused: download from Harbor Street",
                "Downloading customers of Harbor Street",
                "The download is finished.",
            ]
            assert not any(assertive for text, assertive in driven.heard if "ownload" in text)
        finally:
            engine.stop()

    run(driven, story())


async def reads_as_a_progress_bar(driven: Driven) -> None:
    """Name, role and value are there for a screen reader, and neither the bar nor its button takes the focus."""
    bar = QAccessible.queryAccessibleInterface(driven.window.progress.bar)
    assert bar.role() is QAccessible.Role.ProgressBar
    assert bar.text(QAccessible.Text.Name) == "Downloading customers of Harbor Street"
    assert 0 < bar.valueInterface().currentValue() < bar.valueInterface().maximumValue()
    focus = driven.window.focusWidget()
    assert focus is not None
    assert not driven.window.progress.isAncestorOf(focus)


async def paused(driven: Driven, trips: list[RoundTrip]) -> None:
    """Alt+P ends the download after what it is storing; what else is owed goes on, and only it waits."""
    await driven.press("Alt+P")
    assert words(driven).startswith("Paused: download from Harbor Street")
    await driven.until(lambda: not driven.register.board.under_way(), "its end")
    asked = len(driven.sim.calls.of("GET", CUSTOMERS))
    before = len(trips)
    driven.register.board.pause(driven.register.clock.mono(), 600)
    await driven.until(lambda: len(trips) > before, "the next round trip")
    await driven.pause(SLOW + 0.3)
    assert len(driven.sim.calls.of("GET", CUSTOMERS)) == asked
    driven.desk.sign_in(None)
    assert driven.window.progress.button.isHidden(), "who has not signed in decides nothing"
    driven.desk.sign_in(SAM)


# ── what is told ───────────────────────────────────────────────────────────────────────────────────────────


def one(credential: str = "Elm", *, rows: int = 10, total: int | None = None, **more: object) -> Progress:
    return Progress(credential=credential, resource="customers", rows=rows, total=total, **more)  # type: ignore[arg-type]


def test_short_ones_are_not_shown() -> None:
    board = Board(Events())
    board.tell(one(elapsed=LONG - 1))
    assert board.long() == []
    board.tell(one(elapsed=2, left=timedelta(seconds=LONG)))
    assert len(board.long()) == 1
    board.tell(one(elapsed=20, left=timedelta(seconds=0)))
    board.end("Elm", "customers", rests=True)
    assert len(board.long()) == 1, "one that gives way to others does not flicker"
    board.end("Elm", "customers", failed=True)
    assert [progress.waits for progress in board.long()] == [True]
    board.forget_but({"Oak"})
    assert board.long() == []


def test_a_pause_ends_by_itself() -> None:
    board = Board(Events())
    board.pause(100.0, 60.0)
    assert board.paused_for(130.0) == 30.0
    assert board.shall_pause(99.0, 101.0), "it was under way"
    assert not board.shall_pause(101.0, 102.0), "a short list goes on"
    assert board.shall_pause(101.0, 101.5 + LONG), "unless it turns out long"
    assert board.paused_for(160.0) is None
    assert not board.shall_pause(99.0, 160.0)


@given(
    st.lists(
        st.builds(
            Progress,
            credential=st.sampled_from(["Elm", "Oak", "aiq"]),
            resource=st.sampled_from(["customers", "sales", "refunds", "personas"]),
            rows=st.integers(0, 10**7),
            total=st.none() | st.integers(0, 10**7),
            share=st.none() | st.floats(0, 1),
            left=st.none() | st.timedeltas(timedelta(0), timedelta(days=3)),
            waits=st.booleans(),
        ),
        max_size=6,
    ),
    st.none() | st.just(TAKEN + timedelta(hours=1)),
)
def test_any_of_them_are_one_line(qapp: object, under_way: list[Progress], until: datetime | None) -> None:
    now = progress.summed(under_way, until)
    shown = shown_of(now, TAKEN)
    if not under_way or now is None or shown is None:
        assert (now, shown) == (None, None)
        return
    assert now.rows == sum(one.rows for one in under_way)
    assert shown.share is None or 0 <= shown.share <= 1
    assert shown.paused == (until is not None)
    assert "%n" not in shown.title + shown.figures
    assert "{" not in shown.title + shown.figures


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(seconds=4), "about a minute left"),
        (timedelta(seconds=61), "about 2 minutes left"),
        (timedelta(minutes=90), "about 90 minutes left"),
        (timedelta(hours=20), "about 20 hours left"),
    ],
)
def test_time_left_is_coarse(driven: Driven, left: timedelta, words: str) -> None:
    async def story() -> None:
        shown = shown_of(progress.summed([one(rows=1_200, total=48_000, left=left)], None), TAKEN)
        assert shown is not None
        assert shown.figures.replace("\u00a0", " ") == f"1,200 of 48,000 · {words}"

    run(driven, story())


def test_a_download_gives_way_from_the_first_digit_on(driven: Driven) -> None:
    """Also while the scanner holds the digit back to see whether a person or a machine types it."""

    async def story() -> None:
        await driven.open()
        assert driven.window.desk.register.board.gives_way_for() == 0
        await driven.type("3")
        assert driven.window.desk.register.board.gives_way_for() > 0

    run(driven, story())
