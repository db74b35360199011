"""The simulator's window: what reached the phones, numbers to copy, and what can be made to go wrong."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel

from budtender.counter import lookup, verify
from budtender.errors import RateLimited, Unreachable
from budtender.model import Role
from tests.ui.driving import REFERENCE, SAM, Driven, run
from ui import bridge
from ui.demo.cast import Person
from ui.demo.panel import Panel

CAST = (Person(name="Sam", role=Role.BUDTENDER, pin="615038"),)


@asynccontextmanager
async def shown(driven: Driven) -> AsyncIterator[Panel]:
    """The panel beside an open register."""
    await driven.set_up()
    await driven.open()
    panel = Panel(driven.sim, CAST, driven.desk)
    panel.beside(driven.window)
    try:
        yield panel
    finally:
        panel.close()
        panel.deleteLater()


def switch(panel: Panel, word: str) -> None:
    button = panel.findChild(QAbstractButton, f"simulator.{word}")
    assert isinstance(button, QAbstractButton)
    button.click()


def words(panel: Panel) -> list[str]:
    return [label.text() for label in panel.findChildren(QLabel) if not label.isHidden()]


def test_a_person_can_read_the_code(driven: Driven) -> None:
    async def story() -> None:
        async with shown(driven) as panel:
            assert "PIN 615038" in words(panel)
            assert "No message yet." in words(panel)
            await driven.type(REFERENCE)
            await driven.reach("S03.found")
            await driven.press("Enter")
            await driven.reach("S04.sent")
            code = driven.sim.last_code(REFERENCE)
            await driven.until(lambda: code in words(panel), "the code")
            assert "(303) 555-0142" in words(panel)
            assert "No message yet." not in words(panel)

    run(driven, story())


def test_a_click_copies_a_number(driven: Driven) -> None:
    async def story() -> None:
        async with shown(driven) as panel:
            switch(panel, "case.shared")
            assert QApplication.clipboard().text() == "3035550102"
            assert "(303) 555-0102 is copied." in words(panel)

    run(driven, story())


@pytest.mark.parametrize(("word", "expected"), [("cut", Unreachable), ("limited", RateLimited)])
def test_trouble_comes_and_goes(word: str, expected: type[Exception], driven: Driven) -> None:
    async def story() -> None:
        async with shown(driven) as panel:
            switch(panel, word)
            await driven.until(lambda: not driven.sim.running or driven.sim.faults.all, "trouble")
            with pytest.raises(expected):
                await lookup.find_shopper(driven.register, REFERENCE)
            switch(panel, word)
            await driven.until(lambda: driven.sim.running and not driven.sim.faults.all, "a mended world")

    run(driven, story())


def test_a_network_that_is_mended_while_it_is_being_cut_is_there_again(driven: Driven) -> None:
    async def story() -> None:
        async with shown(driven) as panel:
            for _ in range(6):
                switch(panel, "cut")
            await bridge.settled()
            found = await lookup.find_shopper(driven.register, REFERENCE)
            assert found.known is not None

    run(driven, story())


def test_a_switch_says_whether_it_is_on(driven: Driven) -> None:
    async def story() -> None:
        async with shown(driven) as panel:
            said = []
            for _ in range(3):
                button = panel.findChild(QAbstractButton, "simulator.slow")
                assert isinstance(button, QAbstractButton)
                said.append(button.accessibleName())
                switch(panel, "slow")
            assert said == [f"AIQ takes three seconds, {word}" for word in ("Off", "On", "Off")]

    run(driven, story())


def test_two_troubles_at_once_are_ended_one_by_one(driven: Driven) -> None:
    async def story() -> None:
        async with shown(driven) as panel:
            for word in ("slow", "lost"):
                switch(panel, word)
            await driven.until(lambda: len(driven.sim.faults.all) == 2, "both")
            switch(panel, "slow")
            await driven.until(lambda: [f.name for f in driven.sim.faults.all] == ["drop_after"], "the other one")

    run(driven, story())


def test_the_shoppers_screen_is_shown_and_taken_away(driven: Driven) -> None:
    async def story() -> None:
        async with shown(driven) as panel:
            seen = []
            for _ in range(2):
                switch(panel, "display")
                seen.append(driven.desk.has_display)
            assert seen == [True, False]

    run(driven, story())


def test_it_takes_no_keys_from_the_register(driven: Driven) -> None:
    async def story() -> None:
        async with shown(driven) as panel:
            await driven.until(driven.window.isActiveWindow, "the register in front")
            known = await lookup.find_shopper(driven.register, REFERENCE)
            assert known.known is not None
            await verify.send_code(driven.register, known.known, SAM)
            code = driven.sim.last_code(REFERENCE)
            await driven.until(lambda: code in words(panel), "the code")
            await driven.pause(0.1)
            assert driven.window.isActiveWindow(), "a message does not come to the front"

    run(driven, story())
