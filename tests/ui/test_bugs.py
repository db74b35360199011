"""A bug is told once, by a number that is also in the log; Qt's complaints go to the log as well."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PySide6.QtCore import Qt, QTimer, qWarning
from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

from budtender import log
from tests.ui.driving import click, shown
from ui import bridge
from ui.bugs import Bugs, BugWindow, new_number


class Caught:
    """A loop whose bugs are caught, a log, and what became of both."""

    def __init__(self, application: QApplication, home: Path) -> None:
        self.home = home
        self.ended = 0
        self.loop = QEventLoop(application)
        self.bugs = Bugs(self._end)

    def _end(self) -> None:
        self.ended += 1

    def run(self, story: Callable[[], Awaitable[None]]) -> None:
        """Play a story on the loop."""

        async def whole() -> None:
            self.bugs.install(asyncio.get_running_loop())
            try:
                await story()
            finally:
                self.bugs.uninstall()

        self.loop.run_until_complete(whole())

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The log."""
        path = self.home / "logs" / "budtender.log"
        return [msgspec.json.decode(line) for line in path.read_text().splitlines()] if path.exists() else []

    async def window(self) -> BugWindow:
        """The window with the number, once it is there."""
        return await shown(BugWindow)


@pytest.fixture
def caught(qapp: QApplication, tmp_path: Path) -> Iterator[Caught]:
    """Everything that a bug needs."""
    log.configure(tmp_path)
    before = qapp.quitOnLastWindowClosed()
    qapp.setQuitOnLastWindowClosed(False)
    hooks = sys.excepthook, threading.excepthook
    one = Caught(qapp, tmp_path)
    yield one
    one.loop.close()
    sys.excepthook, threading.excepthook = hooks
    qapp.setQuitOnLastWindowClosed(before)


def broken() -> None:
    raise ZeroDivisionError("a fault at 303 555 0142")


def in_a_slot() -> None:
    QTimer.singleShot(0, broken)


def in_a_task() -> None:
    async def work() -> None:
        broken()

    asyncio.get_running_loop().create_task(work())


def in_a_callback() -> None:
    asyncio.get_running_loop().call_soon(broken)


def in_a_thread() -> None:
    threading.Thread(target=broken).start()


def on_a_page() -> None:
    assert bridge.on_bug is not None
    bridge.on_bug(ZeroDivisionError())


@pytest.mark.parametrize("fault", [in_a_slot, in_a_task, in_a_callback, in_a_thread, on_a_page])
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_bug_anywhere_is_shown_by_its_number_and_logged(fault: Callable[[], None], caught: Caught) -> None:
    async def story() -> None:
        fault()
        window = await caught.window()
        entry = next(line for line in caught.lines if line["event"] == "bug")
        assert entry["number"] == window.number.text()
        assert "ZeroDivisionError" in entry["exception"]
        assert "0142" not in entry["exception"], "numbers of shoppers are masked even there"
        assert "ZeroDivisionError" not in window.accessibleName()

    caught.run(story)


def test_the_first_number_stays_and_every_bug_is_logged(caught: Caught) -> None:
    async def story() -> None:
        first = caught.bugs.report(ZeroDivisionError())
        window = await caught.window()
        second = caught.bugs.report(ValueError())
        await asyncio.sleep(0)
        assert first != second
        assert window.number.text() == first
        assert [line["number"] for line in caught.lines] == [first, second]

    caught.run(story)


def test_enter_goes_on_and_the_other_button_ends_the_program(caught: Caught) -> None:
    async def story() -> None:
        for press, ended in ((Qt.Key.Key_Return, 0), (Qt.Key.Key_Tab, 1)):
            caught.bugs.report(ZeroDivisionError())
            window = await caught.window()
            await click(window, press)
            if ended:
                await click(window, Qt.Key.Key_Return)
            assert caught.ended == ended
            assert window.isVisible() is bool(ended)

    caught.run(story)


def test_a_log_that_cannot_be_written_is_said(caught: Caught) -> None:
    async def story() -> None:
        log.configure(None)
        caught.bugs.report(ZeroDivisionError())
        window = await caught.window()
        assert "budtender doctor" in window.log_line.text()

    caught.run(story)


def test_qt_complains_to_the_log(caught: Caught) -> None:
    async def story() -> None:
        qWarning("something about 303 555 0142")
        await asyncio.sleep(0)

    caught.run(story)
    (line,) = caught.lines
    assert line["event"] == "qt"
    assert line["level"] == "warning"
    assert line["message"].startswith("something about")
    assert "0142" not in line["message"]


def test_ctrl_c_in_a_slot_ends_the_program_and_is_no_bug(caught: Caught) -> None:
    async def story() -> None:
        sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)

    caught.run(story)
    assert caught.ended == 1
    assert caught.lines == []


def test_numbers_can_be_told_on_the_telephone() -> None:
    numbers = {new_number() for _ in range(500)}
    assert len(numbers) == 500
    assert not set("".join(numbers)) & set("0O1IB8S5")
