"""Home and the code, through the real window."""

from __future__ import annotations

import pytest

from budtender.sync import pull
from tests.ui.driving import REFERENCE, Driven, run
from ui.widgets.text import Text


@pytest.mark.requirement("D-038")
@pytest.mark.requirement("D-039")
def test_a_known_shopper_gets_a_code_with_one_key(driven: Driven) -> None:
    async def story() -> None:
        await driven.set_up()
        await driven.open()
        assert driven.state == "S03.empty"
        await driven.type("30355501")
        await driven.reach("S03.typing")
        await driven.type("42")
        await driven.reach("S03.found")
        assert driven.sim.texts == [], "looking up sends nothing"
        await driven.press("Enter")
        await driven.reach("S04.sent")
        assert len(driven.sim.texts) == 1
        await driven.type("0000" if await driven.code() != "0000" else "1111")
        await driven.reach("S04.wrong")
        assert ("That is not the code we sent. 4 tries left. ", True) in driven.heard
        assert driven.counted == ["Enter"]

    run(driven, story())


def test_unknown_numbers_are_compared_and_signed_up(driven: Driven) -> None:
    async def story() -> None:
        await driven.set_up()
        await driven.open()
        await driven.type("3035559999")
        await driven.reach("S03.not_found")
        await driven.press("Backspace")
        await driven.reach("S03.typing")
        await driven.type("8")
        await driven.reach("S03.not_found")

    run(driven, story())


def test_home_shows_the_favourite_store_and_f4_asks_for_the_licence(driven: Driven) -> None:
    async def story() -> None:
        await driven.set_up()
        await driven.open()
        await pull.pull_stores(driven.register)
        await driven.type(REFERENCE)
        await driven.reach("S03.found")
        page = driven.window.page
        assert page is not None
        said = [text.text() for text in page.findChildren(Text) if text.isVisibleTo(page)]
        assert any(words.startswith(f"{driven.sim.world.stores[0].nickname} · From AIQ, ") for words in said)
        await driven.press("F4")
        await driven.reach("S10.scanning")

    run(driven, story())
