"""The door of the register, through the real window."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLineEdit

from budtender.backoffice import staff
from tests.brisk import BriskRegister
from tests.ui.driving import OWNER, PINS, REFERENCE, Driven, run
from tests.ui.serving import audited, found
from ui.widgets.digits import only_digits


def test_a_pin_tells_who_works_here_and_locking_hides_the_shopper(driven: Driven) -> None:
    async def story() -> None:
        await driven.set_up()
        await driven.open(signed_in=False)
        await driven.reach("S02.empty")
        await driven.type("999999")
        await driven.step("Enter", "S02.wrong")
        assert any(assertive and "4" in words for words, assertive in driven.heard)
        await driven.give_pin("Sam", "S03.empty")
        assert driven.desk.acting.name == "Sam"
        await driven.walk((REFERENCE, "S03.found"), ("Ctrl+L", "S02.empty"))
        assert not driven.desk.somebody
        await driven.give_pin("Omar", "S03.empty")
        assert driven.desk.acting.name == "Omar"

    run(driven, story())


def test_who_leaves_is_written_down_and_who_was_removed_serves_nobody_any_more(driven: Driven) -> None:
    async def story() -> None:
        await found(driven, by_pin=True)
        await driven.step("Ctrl+L", "S02.empty")
        await driven.until(lambda: audited(driven)[0].startswith("signed out Sam"), "the note")
        assert '"why":"locked"' in audited(driven)[0]
        await driven.give_pin("Sam", "S03.found")
        await driven.step("Enter", "S04.sent")
        async with await BriskRegister.open(driven.home, vault=driven.vault) as office:
            await staff.deactivate(office, "Sam", OWNER)
        await driven.step("F2", "S02.empty")
        assert not driven.desk.somebody

    run(driven, story())


def test_without_a_network_signing_in_works_and_says_so(driven: Driven) -> None:
    async def story() -> None:
        await driven.set_up()
        await driven.open()
        driven.sim.stop()
        await driven.step(REFERENCE, "S03.offline")
        await driven.until(lambda: driven.window.banner.objectName() == "banner.offline", "the banner")
        await driven.step("Ctrl+L", "S02.offline")
        driven.sim.start()
        await driven.give_pin("Sam", "S03.found", "S03.empty", "S03.not_found")

    run(driven, story())


def test_the_door_says_by_itself_that_the_network_is_gone(driven: Driven) -> None:
    async def story() -> None:
        await driven.set_up()
        await driven.open()
        driven.sim.stop()
        await driven.walk((REFERENCE, "S03.offline"), ("Ctrl+L", "S02.offline"))
        assert driven.window.banner.objectName() == "banner.offline", "at the door and above it the same"

    run(driven, story())


@pytest.mark.parametrize("held", [True, False])
def test_a_number_typed_while_the_pin_is_checked_is_not_lost(driven: Driven, held: bool) -> None:
    async def story() -> None:
        await found(driven, by_pin=True, scanner="off")  # at this speed it would be a card
        if not held:
            await driven.step("F2", "S03.empty")
        await driven.step("Ctrl+L", "S02.empty")
        await driven.type(PINS["Sam"])
        await driven.press("Enter")
        await driven.type("3035550101")
        await driven.until(lambda: driven.state.startswith("S03"), "Home")

        def typed() -> list[str]:
            return [only_digits(line.text()) for line in driven.window.findChildren(QLineEdit)]

        await driven.until(lambda: "3035550101" in typed(), "the number")

    run(driven, story())
