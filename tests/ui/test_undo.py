"""Taking a redemption back, and the shopper's stop, through the real window."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.ui.driving import REFERENCE, Driven, run
from tests.ui.serving import ADJUST, ask_undo, choose, found, redeem, redeemed, wallet, wallet_beside_dutchie
from ui.widgets.choice import Choice
from ui.widgets.text import Text


def points(driven: Driven) -> Decimal:
    """What AIQ really has."""
    persona = driven.sim.world.find(REFERENCE)
    assert persona is not None
    return persona.points


def test_undo_takes_three_keys(driven: Driven) -> None:
    async def story() -> None:
        await wallet_beside_dutchie(driven)
        await redeem(driven)
        assert points(driven) == Decimal("162.5")
        driven.counted.clear()
        await driven.walk(("F9", "S09.reason"), ("1", "S09.confirm"), ("Enter", "S09.pos_discount"))
        assert driven.counted == ["F9", "Enter"], "and the digit of the reason"
        assert points(driven) == Decimal("412.5")
        said = driven.heard[-1][0]
        assert said == "Undone. 250 points are back. Remove “Ten dollars off” in Dutchie too."
        page = driven.window.page
        assert page is not None
        seen = " ".join(text.text() for text in page.findChildren(Text) if text.isVisibleTo(page))
        assert "undone at " in seen
        assert " left" not in seen, "what is undone has no time left to be undone"
        await driven.press("Enter")
        await driven.until(lambda: driven.state.startswith("S06"), "the wallet")

    run(driven, story())


@pytest.mark.requirement("X-12")
def test_the_wrong_one_is_taken_back_and_then_wanted_after_all(driven: Driven) -> None:
    """In the same visit, by the keys of any redemption: the points are taken a second time, and once."""

    async def story() -> None:
        await redeemed(driven)
        await driven.walk(("F9", "S09.reason"), ("1", "S09.confirm"), ("Enter", "S09.undone"))
        await driven.press("Enter")
        await driven.until(lambda: driven.state.startswith("S06"), "the wallet")
        await choose(driven)
        await driven.press("Enter", "Enter")
        await driven.reach("S08.apply_now")
        assert points(driven) == Decimal("162.5")
        assert len([effect for effect in driven.sim.ledger if effect.kind == "redeem"]) == 2

    run(driven, story())


def test_what_the_lower_balance_had_ruled_out_is_there_again_after_the_undo(driven: Driven) -> None:
    """Nobody presses F5 for it, and AIQ is asked once."""

    def says_no() -> bool:
        page = driven.window.page
        return page is not None and any("Not available" in row.accessibleName() for row in page.findChildren(Choice))

    def read() -> int:
        return sum("/api/v2/wallet" in call.path for call in driven.sim.calls)

    async def story() -> None:
        await redeemed(driven)
        await driven.step("Esc", "S06.pending")
        driven.sim.faults.add("status", match="GET /api/v1.1/redemptions/*", status=404, times=None)
        driven.sim.calls.clear()
        await driven.press("F5")
        await driven.until(lambda: read() == 1, "the wallet that is read while points are lacking")
        driven.sim.faults.clear()
        await driven.walk(("F9", "S09.reason"), ("1", "S09.confirm"), ("Enter", "S09.undone"))
        driven.sim.calls.clear()
        await driven.press("Enter")
        await driven.until(lambda: driven.state.startswith("S06") and read() == 1, "the wallet, read anew")
        await driven.until(lambda: not says_no(), "rewards that can be used")
        await driven.pause()
        assert read() == 1
        await choose(driven)

    run(driven, story())


def test_two_enters_undo_once(driven: Driven) -> None:
    async def story() -> None:
        await redeemed(driven)
        sending = driven.sim.faults.add("latency", match=ADJUST, seconds=10_000)
        await ask_undo(driven, reason="2")
        await driven.press("Enter", "Enter")
        await driven.until(lambda: sending.fired, "the request")
        driven.sim.faults.clear()
        await driven.until(lambda: points(driven) == Decimal("412.5"), "the points")
        assert len([effect for effect in driven.sim.ledger if effect.kind == "adjust"]) == 1

    run(driven, story())


def test_home_lists_the_last_and_words_of_their_own_are_kept(driven: Driven) -> None:
    async def story() -> None:
        await redeemed(driven)
        await driven.walk(
            ("Enter", "S08.applied"),
            ("F2", "S03.empty"),
            ("F9", "S09.pick"),
            ("1", "S09.reason"),
            ("5", "S09.other_reason"),
        )
        await driven.press("Enter")
        assert driven.state == "S09.other_reason", "no words, no reason"
        await driven.type("left")
        await driven.walk(
            ("Enter", "S09.confirm"), ("Enter", "S09.undone"), ("Enter", "S03.empty"), ("F9", "S09.nothing")
        )

    run(driven, story())


def test_too_late_takes_a_manager(driven: Driven) -> None:
    async def story() -> None:
        await redeemed(driven, undo_minutes="0")
        await driven.walk(("F9", "S09.reason"), ("1", "S09.too_late"), ("F7", "S05.empty"))
        await driven.give_pin("Omar", "S09.undone")
        assert points(driven) == Decimal("412.5")

    run(driven, story())


def test_what_was_never_sent_is_dropped_with_its_undo(driven: Driven) -> None:
    async def story() -> None:
        await wallet(driven)
        await choose(driven)
        driven.sim.stop()
        await driven.walk(
            ("Enter", "S08.saved_offline"), ("F9", "S09.reason"), ("1", "S09.confirm"), ("Enter", "S09.offline_pair")
        )

    run(driven, story())


@pytest.mark.parametrize(("cut", "state"), [("stop", "S09.saved_offline"), ("drop", "S09.unknown")])
def test_a_cut_while_undoing(driven: Driven, cut: str, state: str) -> None:
    async def story() -> None:
        await redeemed(driven)
        await ask_undo(driven)
        if cut == "stop":
            driven.sim.stop()
        else:
            driven.sim.faults.add("drop_after", match=ADJUST)
        await driven.press("Enter")
        await driven.reach(state)

    run(driven, story())


def test_the_ways_out_work_while_undoing_and_stopping(driven: Driven) -> None:
    async def story() -> None:
        await redeemed(driven)
        await ask_undo(driven)
        await driven.walk(("Alt+S", "Stop.ask"), ("Alt+N", "S03.empty"), ("F9", "S09.pick"), ("1", "S09.reason"))
        await driven.walk(
            ("Alt+S", "Stop.ask"), ("Enter", "Stop.stopped"), ("Enter", "S09.reason"), ("1", "S09.confirm")
        )
        persona = driven.sim.world.find(REFERENCE)
        assert persona is not None
        assert persona.optout_at
        await driven.walk(("Alt+N", "S03.empty"))

    run(driven, story())


def test_stop_takes_two_keys_and_works_without_network(driven: Driven) -> None:
    async def story() -> None:
        await found(driven)
        await driven.walk(("Alt+S", "Stop.ask"), ("Enter", "Stop.stopped"))
        assert driven.counted == ["Alt+S", "Enter"]
        persona = driven.sim.world.find(REFERENCE)
        assert persona is not None
        assert persona.optout_at
        await driven.step("Enter", "S03.empty")
        driven.sim.faults.add("status", match="PUT /api/v2/optin/text/*", status=400)
        await driven.walk((REFERENCE, "S03.texts_stopped"), ("Alt+S", "Stop.ask"), ("Enter", "Stop.saved_offline"))
        assert driven.heard[-1] == (
            "AIQ refused to stop the texts. It is kept here. A manager has to stop them in AIQ.",
            True,
        )
        await driven.step("Enter", "S03.empty")
        driven.sim.stop()
        await driven.walk((REFERENCE, "S03.texts_stopped"), ("Alt+S", "Stop.ask"), ("Enter", "Stop.saved_offline"))

    run(driven, story())
