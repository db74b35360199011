"""Times left run wherever they are told, and at their end what had to wait is offered again."""

from __future__ import annotations

import re
from functools import partial

import pytest

from budtender.clock import Clock
from tests.counter.counter import other_than
from tests.ui.driving import Driven, run
from tests.ui.serving import found, told
from ui import running
from ui.counter.verify import VerifyPage


class Hands(Clock):
    """A clock that is put forward by hand."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def wall(self) -> float:
        return super().wall() + self.ahead

    def mono(self) -> float:
        return super().mono() + self.ahead


@pytest.fixture
def hands(driven: Driven, monkeypatch: pytest.MonkeyPatch) -> Hands:
    """The register's clock and the window's, moved together."""
    driven.clock = hands = Hands()
    monkeypatch.setattr(running, "mono", hands.mono)
    return hands


def test_a_wait_runs_down_and_then_enter_acts_again(driven: Driven, hands: Hands) -> None:
    async def story() -> None:
        await found(driven)
        await driven.press("Enter")
        await driven.reach("S04.sent")
        await driven.press("Esc")
        await driven.reach("S03.found")
        await driven.press("Enter")
        await driven.reach("S04.resend_wait")
        said = len(driven.heard)
        assert "New code in 0:" in told(driven)
        hands.ahead += 20
        await driven.until(lambda: "New code in 0:1" in told(driven) or "New code in 0:0" in told(driven), "less time")
        assert len(driven.heard) == said, "a running time is told once"
        hands.ahead += 20
        await driven.reach("S04.ready")
        await driven.press("Enter")
        await driven.reach("S04.sent")
        assert len(driven.sim.texts) == 2
        hands.ahead += 40
        await driven.reach("S04.not_received")
        page = driven.window.page
        assert isinstance(page, VerifyPage)
        await driven.press("Enter")
        await driven.until(lambda: len(driven.sim.texts) == 3, "a third text")

    run(driven, story())


def _was_heard(driven: Driven, words: str) -> bool:
    return any(words in heard for heard, _ in driven.heard)


def test_a_pause_after_wrong_pins_ends_by_itself(driven: Driven, hands: Hands) -> None:
    async def story() -> None:
        await driven.set_up()
        await driven.open(signed_in=False)
        await driven.reach("S02.empty")
        for left in ("4 tries", "3 tries", "2 tries"):
            await driven.type("999999")
            await driven.press("Enter")
            await driven.until(partial(_was_heard, driven, left), f"{left} left")
        # A busy machine may take a second of it before it is told.
        assert re.match(r"PIN not recognized\. 2 tries left\. A pause comes first: 0:(30|2\d)", driven.heard[-1][0])
        await driven.give_pin("Sam")
        await driven.reach("S02.locked")
        assert "A pause after wrong PINs." in told(driven)
        hands.ahead += 60
        await driven.reach("S02.empty")
        await driven.give_pin("Sam")
        await driven.reach("S03.empty")

    run(driven, story())


def test_a_lock_after_wrong_codes_ends_by_itself(driven: Driven, hands: Hands) -> None:
    async def story() -> None:
        await found(driven, code_tries="1", auto_lock_minutes="60")
        await driven.press("Enter")
        await driven.reach("S04.sent")
        await driven.type(other_than(await driven.code()))
        await driven.reach("S04.locked")
        assert "Locked until " in told(driven)
        hands.ahead += 600
        await driven.reach("S04.ready")
        await driven.press("Enter")
        await driven.reach("S04.sent")

    run(driven, story())


def test_the_limit_of_codes_ends_by_itself(driven: Driven, hands: Hands) -> None:
    async def story() -> None:
        await found(driven, code_sends="1", code_resend_seconds="0", auto_lock_minutes="60")
        await driven.press("Enter")
        await driven.reach("S04.sent")
        await driven.press("Esc")
        await driven.reach("S03.found")
        await driven.press("Enter")
        await driven.reach("S04.resend_limit")
        assert "Try again at " in told(driven)
        hands.ahead += 600
        await driven.reach("S04.ready")
        await driven.press("Enter")
        await driven.reach("S04.sent")

    run(driven, story())
