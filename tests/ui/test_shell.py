"""What stands around the window: who calls it up, what closing means, and settings that change how it looks."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from PySide6.QtWidgets import QLineEdit

from budtender.look import Look
from budtender.register import Register
from budtender.settings import TEXT_SIZE, THEME, WINDOW_LANGUAGE
from tests.ui.driving import OWNER, REFERENCE, SAM, Driven, run
from ui import language, theme
from ui.call import Message
from ui.desk import Desk
from ui.shell import Shell
from ui.steps import Lookup
from ui.theme import DARK


@asynccontextmanager
async def open_shell(driven: Driven, look: Look | None = None) -> AsyncIterator[Shell]:
    """The shell of a home with a staff and AIQ, nobody signed in."""
    await driven.set_up()
    async with await Register.open(driven.home, vault=driven.vault) as register:
        shell = Shell(Desk(register), driven.home, driven.application)
        driven.window = shell.window
        shell.open(look or Look())
        try:
            yield shell
        finally:
            shell.close()
            await asyncio.sleep(0)


def test_a_till_calls_a_shopper_up(driven: Driven) -> None:
    async def story() -> None:
        async with open_shell(driven) as shell:
            refused = shell.take(Message(phone=REFERENCE))
            assert (refused.taken, refused.title) == (False, "Nobody is signed in at this register.")
            assert driven.state == "S02.empty"
            shell.desk.sign_in(SAM)
            shell.window.showMinimized()
            assert shell.take(Message(phone=REFERENCE)).taken
            await driven.reach("S03.found")
            assert not shell.window.isMinimized()

    run(driven, story())


def test_the_key_for_a_new_shopper_clears_the_one_before(driven: Driven) -> None:
    async def story() -> None:
        async with open_shell(driven) as shell:
            shell.desk.sign_in(SAM)
            shell.take(Message(phone=REFERENCE))
            await driven.reach("S03.found")
            assert shell.take(Message()).taken
            assert driven.state == "S03.found", "coming to the front alone changes nothing"
            assert shell.take(Message(new=True)).taken
            await driven.reach("S03.empty")
            await driven.until(shell.window.isActiveWindow, "the front")
            await driven.type("303")
            await driven.reach("S03.typing")

    run(driven, story())


async def xdotool(*words: str) -> None:
    """Keys for whichever program has the keyboard."""
    await asyncio.to_thread(subprocess.run, ["xdotool", *words], check=True, timeout=20)


def test_nobody_is_called_up_while_a_redemption_is_being_sent(driven: Driven) -> None:
    """Its answer has to be seen: who pressed the key would not know what became of the points."""

    async def story() -> None:
        async with open_shell(driven) as shell:
            shell.desk.sign_in(SAM)
            shell.take(Message(phone=REFERENCE))
            await driven.reach("S03.found")
            await driven.press("Enter")
            await driven.reach("S04.sent")
            await driven.type(await driven.code())
            await driven.reach("S06.fresh")
            await driven.type("1")
            await driven.reach("S07.normal")
            driven.sim.latency_ms = 1_500
            await driven.press("Enter")
            await asyncio.sleep(0.3)
            before = driven.state
            assert before.startswith("S07.")
            assert shell.take(Message(new=True)).taken
            assert not shell.take(Message(phone=REFERENCE)).taken
            assert driven.state == before
            await driven.until(lambda: driven.state.startswith("S08."), "the answer")
            assert shell.take(Message(new=True)).taken
            await driven.reach("S03.empty")

    run(driven, story())


@pytest.mark.skipif(shutil.which("xdotool") is None, reason="xdotool presses the key for all programs")
def test_pause_calls_the_window_up_from_the_till(driven: Driven) -> None:
    """And the number that is typed next lands in its field."""

    async def story() -> None:
        async with open_shell(driven) as shell:
            shell.desk.sign_in(SAM)
            shell.desk.go(Lookup())
            till = QLineEdit()
            till.show()
            till.activateWindow()
            await driven.until(till.isActiveWindow, "the till in front")
            await xdotool("key", "Pause")
            await driven.until(shell.window.isActiveWindow, "the window in front")
            await xdotool("type", "--delay", "60", REFERENCE)
            await driven.reach("S03.found")
            assert till.text() == ""
            till.close()

    run(driven, story())


def test_without_a_tray_closing_ends_the_program(driven: Driven) -> None:
    async def story() -> None:
        async with open_shell(driven) as shell:
            ended: list[bool] = []
            shell.ended.connect(lambda: ended.append(True))
            assert shell.tray is None, "a bare display has no tray"
            shell.window.close()
            assert ended == [True]

    run(driven, story())


def test_closed_it_leaves_no_window_behind(driven: Driven) -> None:
    """A timer of a window that is gone would lock a desk that is gone, minutes later."""
    gone: list[str] = []

    async def story() -> None:
        async with open_shell(driven) as shell:
            shell.window.destroyed.connect(lambda: gone.append("window"))
        await driven.until(lambda: gone == ["window"], "the window's end")

    run(driven, story())


def test_it_opens_as_a_panel_when_asked_and_remembers(driven: Driven) -> None:
    async def story() -> None:
        async with open_shell(driven, Look(compact=True, on_top=True)) as shell:
            free = shell.window.screen().availableGeometry()
            await driven.until(lambda: shell.window.geometry().right() == free.right(), "the edge")
            assert shell.window.width() <= 500

    run(driven, story())


def test_settings_dress_the_window_anew_between_two_shoppers(driven: Driven) -> None:
    async def story() -> None:
        async with open_shell(driven) as shell:
            register = shell.desk.register
            shell.desk.sign_in(SAM)
            shell.take(Message(phone=REFERENCE))
            await driven.reach("S03.found")
            await driven.press("Enter")
            await driven.reach("S04.sent")
            before, sent = shell.window, len(driven.sim.texts)
            for setting, value in ((THEME, "dark"), (TEXT_SIZE, "150"), (WINDOW_LANGUAGE, "es")):
                await register.change_setting(setting.key, value, OWNER)
            await asyncio.sleep(0.1)
            assert shell.window is before, "not while a shopper is served"
            shell.desk.go(Lookup())
            await driven.until(lambda: shell.window is not before, "another window")
            driven.window = shell.window
            await driven.reach("S03.empty")
            assert shell.window.isVisible()
            assert theme.now().colours is DARK
            assert theme.now().scale == 1.5
            assert language.language() == "es"
            assert len(driven.sim.texts) == sent, "nothing was sent again"
            await driven.until(shell.window.isActiveWindow, "the front")
            await driven.type(REFERENCE)
            await driven.reach("S03.found")

    run(driven, story())
