"""After a restart the same step opens, for the person who was there, and the limits still hold."""

from __future__ import annotations

from tests.counter.counter import other_than
from tests.ui.driving import Driven, run
from tests.ui.serving import found


async def sign_in(driven: Driven, name: str) -> None:
    """The program starts, and somebody signs in."""
    await driven.close()
    await driven.open(signed_in=False)
    await driven.give_pin(name)


def test_a_code_that_was_sent_can_still_be_typed(driven: Driven) -> None:
    async def story() -> None:
        await found(driven, by_pin=True)
        await sign_in(driven, "Sam")
        await driven.reach("S03.found")
        await driven.press("Enter")
        await driven.reach("S04.sent")
        await sign_in(driven, "Omar")
        await driven.reach("S03.empty")
        await sign_in(driven, "Sam")
        await driven.reach("S04.sent")
        assert len(driven.sim.texts) == 1, "no second text"
        await driven.type(await driven.code())
        await driven.reach("S06.fresh")
        await sign_in(driven, "Sam")
        await driven.reach("S06.fresh")
        await driven.press("F2")
        await driven.reach("S03.empty")
        await sign_in(driven, "Sam")
        await driven.reach("S03.empty")

    run(driven, story())


def test_a_lock_is_no_way_round(driven: Driven) -> None:
    async def story() -> None:
        await found(driven, by_pin=True, code_tries="2")
        await driven.press("Enter")
        await driven.reach("S04.sent")
        wrong = other_than(await driven.code())
        await driven.type(wrong)
        await driven.reach("S04.wrong")
        await driven.type(wrong)
        await driven.reach("S04.locked")
        await sign_in(driven, "Sam")
        await driven.reach("S04.locked")

    run(driven, story())


def test_an_open_wallet_is_shut_once_somebody_else_has_signed_in(driven: Driven) -> None:
    """Whoever takes over saw nobody prove who they are, and the first one no longer knows who stands there."""

    async def story() -> None:
        await found(driven, by_pin=True)
        await driven.press("Enter")
        await driven.reach("S04.sent")
        await driven.type(await driven.code())
        await driven.reach("S06.fresh")
        await sign_in(driven, "Omar")
        await driven.reach("S03.empty")
        await sign_in(driven, "Sam")
        await driven.reach("S03.found")
        await driven.press("Enter")
        await driven.reach("S04.resend_wait")

    run(driven, story())
