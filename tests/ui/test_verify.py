"""The texted code when AIQ is slow, silent or cut off: what is told, and the keys that go on."""

from __future__ import annotations

import pytest

from tests.ui.driving import Driven, run
from tests.ui.serving import found, told
from tests.ui.test_resume import sign_in
from ui.counter import slow
from ui.widgets.digits import PadKey
from ui.widgets.wait import Wait

SEND = "POST /api/v2/verify/contact/wallet"
CHECK = "POST /api/v2/view/contact/wallet"


def waits(driven: Driven) -> str:
    """What the page waits for, in words."""
    assert driven.window.page is not None
    return driven.window.page.findChildren(Wait)[0].accessibleName()


def typing(driven: Driven) -> set[str]:
    """The keys of the pad that type, and can."""
    assert driven.window.page is not None
    keys = [key for key in driven.window.page.findChildren(PadKey) if key.isEnabled()]
    return {key.accessibleName() for key in keys} - {"Enter"}


def test_a_cut_before_the_text_leaves_the_managers_pin(driven: Driven) -> None:
    async def story() -> None:
        await found(driven, by_pin=True)
        driven.sim.stop()
        await driven.step("Enter", "S04.offline")
        assert told(driven) == "AIQ cannot be reached, so no text. Use a manager's PIN: F7."
        await driven.step("Enter", "S05.empty")
        await sign_in(driven, "Sam")
        await driven.reach("S05.empty")

    run(driven, story())


def test_f5_asks_for_the_text_once_the_network_is_back(driven: Driven) -> None:
    async def story() -> None:
        await found(driven, by_pin=True)
        driven.sim.stop()
        await driven.step("Enter", "S04.offline")
        assert not typing(driven), "there is nothing to type into"
        driven.sim.start()
        await driven.step("F5", "S04.sent")
        assert typing(driven) == {*"1234567890", "Backspace"}
        assert len(driven.sim.texts) == 1

    run(driven, story())


@pytest.mark.parametrize("key", ["F5", "Enter"])
def test_a_code_that_aiq_did_not_answer_about_is_asked_about_again_without_typing_it(driven: Driven, key: str) -> None:
    async def story() -> None:
        await found(driven, by_pin=True)
        await driven.step("Enter", "S04.sent")
        code = await driven.code()
        driven.sim.faults.add("status", match=CHECK, times=None)
        await driven.step(code, "S04.slow")
        await sign_in(driven, "Sam")
        await driven.reach("S04.sent")
        await driven.step(code, "S04.slow")
        driven.sim.faults.clear()
        await driven.press(key)
        await driven.reach("S06.fresh")
        assert len(driven.sim.texts) == 1

    run(driven, story())


def test_a_code_whose_answer_got_lost_is_not_called_a_wrong_one(driven: Driven) -> None:
    async def story() -> None:
        await found(driven, by_pin=True)
        await driven.step("Enter", "S04.sent")
        driven.sim.faults.add("drop_after", match=CHECK)
        await driven.step(await driven.code(), "S04.slow")
        await driven.step("F5", "S04.wrong")
        assert told(driven) == (
            "AIQ does not take this code. An answer about it was lost before, so it may be used up. "
            "Type it again, or F8 for a new one."
        )
        await driven.type("0000")
        await driven.until(lambda: told(driven).startswith("That is not the code we sent."), "the other code")

    run(driven, story())


def test_it_is_said_that_aiq_is_slow_and_then_what_else_opens_the_wallet(
    driven: Driven, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slow, "SLOW", 0.05)
    monkeypatch.setattr(slow, "TOO_SLOW", 0.1)

    async def story() -> None:
        await found(driven, by_pin=True)
        driven.sim.faults.add("latency", match=SEND, seconds=3600.0)
        await driven.step("Enter", "S04.sending")
        await driven.until(lambda: "F7" in waits(driven), "another way")
        assert waits(driven).startswith("AIQ is slow.")
        driven.sim.faults.clear()
        await driven.reach("S04.sent")

    run(driven, story())


def test_the_last_code_that_may_be_sent_can_still_be_typed(driven: Driven) -> None:
    async def story() -> None:
        await found(driven, by_pin=True, code_sends="1", code_resend_seconds="0")
        await driven.step("Enter", "S04.sent")
        code = await driven.code()
        await driven.walk(("F8", "S04.resend_limit"), (code, "S06.fresh"))

    run(driven, story())


def test_a_longer_code_is_checked_on_its_own_last_digit(driven: Driven) -> None:
    async def story() -> None:
        await found(driven, by_pin=True, code_length="6")
        await driven.step("Enter", "S04.sent")
        code = await driven.code()
        await driven.type(code)
        assert driven.state == "S04.sent", "four of six digits"
        await driven.step("Enter", "S04.short")
        assert told(driven).startswith("The code has 6 digits.")
        await driven.step("00", "S04.wrong")

    run(driven, story())


def test_enter_while_a_text_is_on_its_way_leaves_nobody(driven: Driven) -> None:
    async def story() -> None:
        await found(driven, by_pin=True)
        driven.sim.stop()
        await driven.step("Enter", "S04.offline")
        driven.sim.start()
        driven.sim.latency_ms = 200
        await driven.press("F5", "Enter", "Enter")
        await driven.reach("S04.sent", "S03.empty")
        assert driven.state == "S04.sent"
        assert len(driven.sim.texts) == 1

    run(driven, story())
