"""What stands around the window: who calls it up, what closing means, and settings that change how it looks."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from budtender.clock import Clock
from budtender.counter import wallet
from budtender.errors import Exit
from budtender.look import Look
from budtender.register import Register
from budtender.settings import TEXT_SIZE, THEME, WINDOW_LANGUAGE
from budtender.staffing import who_acts
from tests.ui.driving import OWNER, PINS, REFERENCE, Driven, run
from tests.ui.serving import found, home, opened, serve
from ui import bridge, dress, language, theme
from ui.__main__ import main
from ui.call import Message
from ui.counter.wallet import WalletPage
from ui.desk import Desk
from ui.help import Help
from ui.shell import Shell
from ui.steps import Lookup
from ui.theme import DARK
from ui.tray import Tray
from ui.widgets.button import Button
from ui.widgets.figures import Figure
from ui.widgets.text import Text


class Sleeper(Clock):
    """The clock of a machine that sleeps: its time of day goes on, and what its timers run on stands still."""

    slept = 0.0

    def wall(self) -> float:
        return super().wall() + self.slept


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
            shell.desk.sign_in(who_acts(shell.desk.register, "Sam"))
            shell.window.showMinimized()
            assert shell.take(Message(phone=REFERENCE)).taken
            await driven.reach("S03.found")
            assert not shell.window.isMinimized()

    run(driven, story())


def test_the_open_window_stands_as_it_is_asked_to_and_refuses_what_is_no_number(driven: Driven) -> None:
    async def story() -> None:
        async with open_shell(driven) as shell:
            shell.desk.sign_in(who_acts(shell.desk.register, "Sam"))
            shell.take(Message(new=True))
            await driven.reach("S03.empty")
            refused = shell.take(Message(phone="abc"))
            assert (refused.taken, refused.title) == (False, "That is not a phone number.")
            assert driven.state == "S03.empty", "whoever is served stays"
            wide = shell.window.width()
            assert shell.take(Message(compact=True, on_top=True)).taken
            await driven.until(lambda: shell.window.width() < wide, "a panel")
            assert shell.window.isVisible()
            assert shell.window.windowFlags() & Qt.WindowType.WindowStaysOnTopHint
            shell.take(Message(compact=False, on_top=False))
            await driven.until(lambda: shell.window.width() == wide, "a window again")
            assert not shell.window.windowFlags() & Qt.WindowType.WindowStaysOnTopHint

    run(driven, story())


@pytest.mark.parametrize("pair", [["--compact", "--free"], ["--not-on-top", "--on-top"]])
def test_opposites_are_wrong_use(pair: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--home", str(tmp_path), *pair]) == Exit.USAGE
    assert "opposite" in capsys.readouterr().err


@pytest.mark.skipif(shutil.which("Xvfb") is None, reason="no X server of its own")
def test_a_server_without_other_clients_is_held_until_qt_has_it() -> None:
    server = subprocess.Popen(["Xvfb", "-displayfd", "1"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert server.stdout is not None
        display = server.stdout.readline().strip()
        told = subprocess.run(
            [sys.executable, "-c", PROBED],
            check=False,
            env={**os.environ, "DISPLAY": f":{display}", "QT_QPA_PLATFORM": "", "WAYLAND_DISPLAY": ""},
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert told.stdout == "1 0 xcb\n", told.stderr
    finally:
        server.kill()
        server.communicate()


#: How many probes are held before Qt is there, how many after, and what Qt draws with.
PROBED = """
from ui import app
assert app.has_display()
held = len(app._probes)
application = app.make_application()
print(held, len(app._probes), application.platformName())
"""


def test_buttons_in_a_panel_have_room_and_figures_stand_in_line(driven: Driven) -> None:
    async def story() -> None:
        await home(driven)
        driven.window.resize(460, 900)
        await driven.walk((REFERENCE, "S03.found"), ("F7", "S05.empty"))
        page = driven.window.page
        assert page is not None
        buttons = [b for b in page.findChildren(Button) if b.isVisibleTo(page)]
        await driven.until(lambda: len({b.height() for b in buttons}) == 1, "buttons of one height")
        assert all(b.mapTo(driven.window, b.rect().topRight()).x() <= 460 for b in buttons)
        await driven.give_pin("Omar", "S05.reason")
        await driven.type("1")
        await driven.until(lambda: driven.state.startswith("S06."), "the wallet")
        assert driven.window.page is not None
        numbers = [figure.findChildren(Text)[1] for figure in driven.window.page.findChildren(Figure)]
        assert len(numbers) == 3
        words = [figure.findChildren(Text)[0] for figure in driven.window.page.findChildren(Figure)]
        await driven.until(lambda: len({word.height() for word in words}) > 1, "a word of two lines")

        def level() -> bool:
            tops = {number.mapTo(driven.window, number.rect().bottomLeft()).y() for number in numbers}
            return len(tops) == 1 and len({number.font().pixelSize() for number in numbers}) == 1

        await driven.until(level, "figures in one line and of one size")

    run(driven, story())


def test_the_panel_offers_every_key_to_a_finger(driven: Driven) -> None:
    async def story() -> None:
        await home(driven)
        driven.window.resize(460, 900)
        await driven.step(REFERENCE, "S03.found")
        await driven.press("F1")
        [sheet] = driven.window.findChildren(Help)
        assert {"Enter", "Send code"} <= {text.text() for text in sheet.findChildren(Text)}
        [undo] = [button for button in sheet.findChildren(Button) if button.words == "Undo"]
        assert undo.isVisible()
        undo.click()
        await driven.until(lambda: driven.state.startswith("S09."), "the page of the key")

    run(driven, story())


def test_the_key_for_a_new_shopper_clears_the_one_before(driven: Driven) -> None:
    async def story() -> None:
        async with open_shell(driven) as shell:
            shell.desk.sign_in(who_acts(shell.desk.register, "Sam"))
            shell.take(Message(phone=REFERENCE))
            await driven.reach("S03.found")
            assert shell.take(Message()).taken
            assert driven.state == "S03.found", "coming to the front alone changes nothing"
            assert shell.take(Message(new=True)).taken
            await driven.reach("S03.empty")
            await driven.until(shell.window.isActiveWindow, "the front")
            await driven.step("303", "S03.typing")

    run(driven, story())


@pytest.mark.parametrize("who", ["", "3035550101", REFERENCE])
def test_the_next_shopper_who_is_called_up_shuts_the_wallet_of_the_one_before(driven: Driven, who: str) -> None:
    async def story() -> None:
        async with open_shell(driven) as shell:
            shell.desk.sign_in(who_acts(shell.desk.register, "Sam"))
            shell.desk.go(Lookup())
            driven.register = shell.desk.register
            await driven.until(shell.window.isActiveWindow, "the front")
            await serve(driven)
            await driven.reach("S06.fresh")
            assert shell.take(Message(phone=who, new=not who)).taken
            await driven.reach("S03.found" if who else "S03.empty")
            await bridge.settled()
            shell.desk.go(Lookup(typed=REFERENCE))
            await driven.reach("S03.found")
            await driven.press("Enter")
            # Whoever is called up once more is still the one who is served.
            await driven.until(lambda: driven.state.startswith("S06" if who == REFERENCE else "S04"), "what is asked")

    run(driven, story())


async def xdotool(*words: str) -> None:
    """Keys for whichever program has the keyboard."""
    await asyncio.to_thread(subprocess.run, ["xdotool", *words], check=True, timeout=60)


def test_nobody_is_called_up_while_a_redemption_is_being_sent(driven: Driven) -> None:
    """Its answer has to be seen: who pressed the key would not know what became of the points."""

    async def story() -> None:
        async with open_shell(driven) as shell:
            shell.desk.sign_in(who_acts(shell.desk.register, "Sam"))
            shell.take(Message(phone=REFERENCE))
            await driven.reach("S03.found")
            await driven.step("Enter", "S04.sent")
            await driven.type(await driven.code())
            await driven.reach("S06.fresh")
            await driven.step("1", "S07.normal")
            sending = driven.sim.faults.add("latency", match="PUT /api/v1.1/discount/redeem/*", seconds=10_000)
            await driven.press("Enter")
            await driven.until(lambda: sending.fired, "the request")
            before = driven.state
            assert before.startswith("S07.")
            assert shell.take(Message(new=True)).taken
            assert not shell.take(Message(phone=REFERENCE)).taken
            assert driven.state == before
            driven.sim.faults.clear()
            await driven.until(lambda: driven.state.startswith("S08."), "the answer")
            assert shell.take(Message(new=True)).taken
            await driven.reach("S03.empty")

    run(driven, story())


@pytest.mark.skipif(shutil.which("xdotool") is None, reason="xdotool presses the key for all programs")
def test_pause_calls_the_window_up_from_the_till(driven: Driven) -> None:
    """And the number that is typed next lands in its field."""

    async def story() -> None:
        async with open_shell(driven) as shell:
            shell.desk.sign_in(who_acts(shell.desk.register, "Sam"))
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
            shell.desk.sign_in(who_acts(shell.desk.register, "Sam"))
            shell.take(Message(phone=REFERENCE))
            await driven.reach("S03.found")
            await driven.step("Enter", "S04.sent")
            before, sent = shell.window, len(driven.sim.texts)
            for setting, value in ((THEME, "dark"), (TEXT_SIZE, "150"), (WINDOW_LANGUAGE, "es")):
                await register.change_setting(setting.key, value, OWNER)
            asked = dress.asked_for(register.settings)
            await driven.until(lambda: dress.remembered(driven.home) == asked, "the settings to be seen")
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
            await driven.step(REFERENCE, "S03.found")

    run(driven, story())


def untouched(shell: Shell) -> bool:
    """Whether nothing was begun on the page."""
    return shell.window.page is not None and shell.window.page.is_untouched


def test_no_setting_takes_away_what_somebody_types(driven: Driven) -> None:
    async def story() -> None:
        async with open_shell(driven) as shell:
            register, before = shell.desk.register, shell.window
            await driven.type(PINS["Sam"][:4])
            await driven.until(lambda: not untouched(shell), "a PIN that was begun")
            await register.change_setting(THEME.key, "dark", OWNER)
            asked = dress.asked_for(register.settings)
            await driven.until(lambda: dress.remembered(driven.home) == asked, "the settings to be seen")
            assert shell.window is before
            await driven.type(PINS["Sam"][4:])
            await driven.press("Enter")
            await driven.until(lambda: shell.window is not before, "another window once somebody is signed in")
            before = driven.window = shell.window
            await driven.reach("S03.empty")
            await driven.until(before.isActiveWindow, "the front")
            await driven.type(REFERENCE[:5])
            await driven.reach("S03.typing")
            await register.change_setting(THEME.key, "light", OWNER)
            asked = dress.asked_for(register.settings)
            await driven.until(lambda: dress.remembered(driven.home) == asked, "the settings to be seen")
            assert shell.window is before
            await driven.type(REFERENCE[5:])
            await driven.reach("S03.found")
            shell.desk.go(Lookup())
            await driven.until(lambda: shell.window is not before, "another window for the next shopper")
            driven.window = shell.window

    run(driven, story())


def test_the_trays_lock_locks_the_window_there_is_by_then(driven: Driven) -> None:
    async def story() -> None:
        async with open_shell(driven) as shell:
            dress.give_icon(driven.application)
            tray = shell._made_tray(Tray(driven.application.windowIcon()))
            shell.desk.sign_in(who_acts(shell.desk.register, "Sam"))
            shell.desk.go(Lookup())
            before = shell.window
            await shell.desk.register.change_setting(THEME.key, "dark", OWNER)
            await driven.until(lambda: shell.window is not before, "another window")
            driven.window = shell.window
            await driven.reach("S03.empty")
            tray.locked.emit()
            await driven.reach("S02.empty")
            assert not shell.desk.somebody
            tray.close()

    run(driven, story())


def test_a_register_that_locks_itself_shows_no_keys_of_the_page_before(driven: Driven) -> None:
    async def story() -> None:
        await home(driven)
        await driven.press("F1")
        [told] = driven.window.findChildren(Help)
        assert told.isVisible()
        driven.window.lock(idle=True)
        await driven.reach("S02.auto_locked")
        assert not told.isVisibleTo(driven.window)
        await driven.give_pin("Sam", "S03.empty")

    run(driven, story())


@pytest.mark.parametrize("key", ["Enter", "F9"])
def test_the_key_that_wakes_a_machine_only_finds_it_locked(driven: Driven, key: str) -> None:
    """A sleeping machine's timers stand still: what is known of the time that has passed is the clock."""

    async def story() -> None:
        driven.clock = clock = Sleeper()
        await found(driven)
        clock.slept = 8 * 3600.0
        await driven.step(key, "S02.auto_locked")
        assert driven.sim.texts == []
        await driven.press("6")
        page = driven.window.page
        assert page is not None
        await driven.until(lambda: "6" in [line.text() for line in page.findChildren(QLineEdit)], "what came after")

    run(driven, story())


def test_keys_are_told_over_a_page_that_is_drawn_anew_meanwhile(driven: Driven) -> None:
    async def story() -> None:
        await opened(driven)
        await driven.reach("S06.fresh")
        await driven.press("F1")
        page = driven.window.page
        assert isinstance(page, WalletPage)
        page.show_view(msgspec.structs.replace(wallet.show(driven.register, page.opened.visit, fresh=True), offers=()))
        await driven.pause()
        await driven.press("Esc")
        assert driven.window.focusWidget() is page.first_focus()

    run(driven, story())
