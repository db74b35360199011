"""A start: the window takes keys before the register is open, and loads nothing for it that can wait."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from budtender.errors import Damaged
from budtender.look import Look
from budtender.register import Register
from budtender.settings import TEXT_SIZE, THEME, WINDOW_LANGUAGE
from tests.ui.driving import OWNER, Driven, click, run, shown
from ui import dress, language, theme
from ui.call import plain_start
from ui.desk import Desk
from ui.obstacle import Obstacle, past
from ui.shell import Shell
from ui.theme import DARK, Theme

#: Each takes as long to load as a tenth of the first picture, or brings in what does.
HEAVY = (
    "argon2",
    "budtender.cache",
    "budtender.cli",
    "budtender.register",
    "budtender.settings",
    "budtender.sync",
    "filelock",
    "httpx",
    "keyring",
    "phonenumbers",
    "PySide6.QtNetwork",
    "PySide6.QtSvg",
    "rich",
    "sqlcipher3",
    "structlog",
    "typer",
)
#: The program, which tells what it has loaded before the engine, and which field takes keys by then; then it ends.
STARTED = f"""
import sys
from ui import __main__ as program, app

def load():
    application = app.Application.instance()
    print(type(application.focusWidget()).__name__, *[name for name in {HEAVY} if name in sys.modules], flush=True)
    application.quit_wished.emit()

app._load = load
sys.exit(program.main(sys.argv[1:]))
"""


def test_the_first_picture_loads_nothing_that_can_wait(display: None, tmp_path: Path) -> None:
    command = [sys.executable, "-c", STARTED, "--home", str(tmp_path / "home")]
    told = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.split() == ["Line"]


def test_a_pin_that_is_typed_before_the_register_is_open_signs_in(driven: Driven) -> None:
    async def story() -> None:
        await driven.set_up()
        shell = Shell(Desk(), driven.home, driven.application)
        driven.window = shell.window
        shell.open(Look())
        await driven.until(shell.window.isActiveWindow, "the front")
        await driven.give_pin("Sam")
        await driven.reach("S02.checking")
        async with await Register.open(driven.home, vault=driven.vault) as register:
            shell.take_over(register)
            assert shell.window is driven.window, "nothing that was typed is lost"
            await driven.reach("S03.empty")
            assert shell.desk.acting.name == "Sam"
            shell.close()
            await asyncio.sleep(0)

    run(driven, story())


def test_the_next_start_wears_what_the_settings_asked_for(driven: Driven) -> None:
    async def story() -> None:
        await driven.set_up()
        async with await Register.open(driven.home, vault=driven.vault) as register:
            for setting, value in ((THEME, "dark"), (TEXT_SIZE, "150"), (WINDOW_LANGUAGE, "es")):
                await register.change_setting(setting.key, value, OWNER)
            shell = Shell(Desk(), driven.home, driven.application)
            shell.open(Look())
            before = shell.window
            shell.take_over(register)
            assert shell.window is not before, "a first start could not know"
            shell.close()
            shell = Shell(Desk(), driven.home, driven.application)
            assert (theme.now().colours, theme.now().scale, language.language()) == (DARK, 1.5, "es")
            shell.open(Look())
            before = shell.window
            shell.take_over(register)
            assert shell.window is before
            shell.close()
            await asyncio.sleep(0)

    run(driven, story())


@pytest.mark.parametrize("word", ["", "purple", "99999999999999999999", "-1", "150.5", "٣"])
def test_what_is_remembered_in_words_that_nobody_wrote_is_passed_over(tmp_path: Path, word: str, qapp: object) -> None:
    lines = [f"{key}={word}" for key in ("theme", "text_size", "window_language")]
    (tmp_path / "window.ini").write_text("\n".join(["[General]", *lines]), encoding="utf-8")
    assert dress.remembered(tmp_path) == (Theme(), "en")


def test_the_window_stands_back_for_what_keeps_the_register_from_opening(driven: Driven) -> None:
    tries: list[int] = []

    async def opens_the_second_time() -> str:
        tries.append(1)
        if len(tries) == 1:
            raise Damaged("It is damaged.", "Put it back.")
        return "open"

    async def story() -> None:
        window = QWidget()
        window.show()
        opening = asyncio.ensure_future(past(opens_the_second_time, asyncio.Event(), window))
        obstacle = await shown(Obstacle)
        assert not window.isVisible()
        await click(obstacle, Qt.Key.Key_Return)
        assert await opening == "open"
        assert window.isVisible()
        window.close()

    run(driven, story())


@pytest.mark.parametrize(
    ("words", "look"),
    [
        ([], Look()),
        (["--new"], Look(new=True)),
        (["--compact", "--on-top"], Look(compact=True, on_top=True)),
        (["--free", "--not-on-top", "--hidden"], Look(compact=False, on_top=False, hidden=True)),
        (["--compact", "--free"], None),
        (["--version"], None),
        (["--json"], None),
        (["--staff", "Dana"], None),
        (["lookup", "3035550142", "--show"], None),
        (["--home"], None),
    ],
)
def test_a_start_of_the_window_alone_is_told_from_a_command(
    words: list[str], look: Look | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BUDTENDER_HOME", "/somewhere")
    expected = None if look is None else (Path("/somewhere"), look)
    assert plain_start(words) == expected
    if look is not None:
        assert plain_start([*words, "--home", "/other"]) == (Path("/other"), look)


def test_a_start_that_cannot_be_is_told_as_the_command_line_tells_it(tmp_path: Path) -> None:
    without = {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}
    environment = {name: value for name, value in os.environ.items() if name not in without}
    command = [sys.executable, "-m", "ui", "--home", str(tmp_path)]
    told = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, env=environment)
    assert told.returncode == 2
    assert told.stderr.startswith("There is no display to open the window on.\n")
    assert told.stdout == ""


#: Shows a window with a smallest size as the gallery does, and says where it was drawn.
DRAWN = """
from PySide6.QtWidgets import QWidget
from ui import app
app.draw_in_memory()
application = app.make_application()
window = QWidget()
window.setMinimumSize(200, 100)
window.show()
application.processEvents()
print(application.platformName())
"""


def test_the_gallery_opens_no_window_on_a_persons_display(display: None) -> None:
    told = subprocess.run([sys.executable, "-c", DRAWN], capture_output=True, text=True, check=False, timeout=60)
    assert (told.returncode, told.stdout, told.stderr) == (0, "offscreen\n", "")
