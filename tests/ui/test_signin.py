"""The door of the register, through the real window."""

from __future__ import annotations

from tests.ui.driving import PINS, REFERENCE, Driven, run


def test_a_pin_tells_who_works_here_and_locking_hides_the_shopper(driven: Driven) -> None:
    async def story() -> None:
        await driven.set_up()
        await driven.open(signed_in=False)
        await driven.reach("S02.empty")
        await driven.type("999999")
        await driven.press("Enter")
        await driven.reach("S02.wrong")
        assert any(assertive and "4" in words for words, assertive in driven.heard)
        await driven.type(PINS["Sam"])
        await driven.press("Enter")
        await driven.reach("S03.empty")
        assert driven.desk.acting.name == "Sam"
        await driven.type(REFERENCE)
        await driven.reach("S03.found")
        await driven.press("Ctrl+L")
        await driven.reach("S02.empty")
        assert not driven.desk.somebody
        await driven.type(PINS["Omar"])
        await driven.press("Enter")
        await driven.reach("S03.empty")
        assert driven.desk.acting.name == "Omar"

    run(driven, story())
