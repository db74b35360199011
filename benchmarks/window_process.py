"""The window in a process of its own, as it ships: it does one thing and writes one line of JSON about it.

How it starts, and the empty window that is the floor, are measured by `window_start`.
"""

from __future__ import annotations

import asyncio
import random
import resource
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.window_start import resident, say

if TYPE_CHECKING:
    from budtender.register import Register

KEYS = 120
#: Seconds from one shopper's name to the next one's first digit: as long as a quick budtender reads.
READING = 0.7
#: Seconds that the timer is watched, and that the idle window is left alone.
WATCHED, IDLE = 20.0, 60.0
TICK = 0.004


def processor() -> float:
    """Seconds of processor time used so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def serve(home: Path, what: str, phones: list[str]) -> None:
    """The window at Home, with somebody signed in; then one of the measurements."""
    from ui import binding  # isort: skip
    from benchmarks.home import OWNER
    from budtender.errors import Exit
    from budtender.look import Look
    from budtender.register import Register
    from ui import app
    from ui.bugs import Bugs
    from ui.steps import Lookup

    assert binding is not None

    async def life(application: app.Application, ended: asyncio.Event, bugs: Bugs) -> Exit:
        async with (
            await Register.open(home) as register,
            app.window_of(application, register, home, Look(), ended, bugs) as shell,
        ):
            shell.desk.sign_in(OWNER)
            shell.window.go(Lookup())
            while not shell.window.isActiveWindow():  # noqa: ASYNC110  (nor can being in front)
                await asyncio.sleep(0.01)
            before = pulled(register)
            await {"keys": keys, "timer": timer, "rest": rest}[what](shell.window, phones)
            say(pulled=pulled(register) - before, under_way=bool(register.board.long()))
        return Exit.DONE

    app.run_with(life)


def pulled(register: Register) -> int:
    """How many of the till's customers are here by now."""
    found: int = register.db.read(lambda c: c.execute("SELECT count(*) AS n FROM customer").fetchone()["n"])
    return found


async def keys(window: Any, phones: list[str]) -> None:
    """Milliseconds from the tenth digit's key event to the paint that shows the name, scanner's hold included."""
    from PySide6.QtCore import QEvent, QObject, Qt
    from PySide6.QtGui import QKeyEvent
    from PySide6.QtWidgets import QApplication

    from ui.widgets.shopper import ShopperStrip

    class Painted(QObject):
        """Tells when a strip with a name has been painted."""

        at = 0.0

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  (Qt's name)
            if event.type() == QEvent.Type.Paint and isinstance(watched, ShopperStrip) and watched.accessibleName():
                self.at = self.at or time.perf_counter()
            return False

    painted, times = Painted(), []
    strip = window.page.findChild(ShopperStrip)
    strip.installEventFilter(painted)

    async def press(key: Qt.Key, text: str) -> None:
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, text)
            QApplication.postEvent(window.windowHandle(), event)
        await asyncio.sleep(0.06)

    for phone in phones[:KEYS]:
        window.page._clear()  # as F2 does, which a posted event does not reach
        await asyncio.sleep(0.02)
        for digit in phone[:-1]:
            await press(Qt.Key(ord(digit)), digit)
        painted.at, began = 0.0, time.perf_counter()
        await press(Qt.Key(ord(phone[-1])), phone[-1])
        ends = began + 2
        while not painted.at and time.perf_counter() < ends:  # noqa: ASYNC110  (a paint cannot be awaited)
            await asyncio.sleep(0.002)
        times.append((painted.at - began) * 1000 if painted.at else 2000.0)
        await asyncio.sleep(READING)
    say(milliseconds=times)


async def timer(_window: Any, _phones: list[str]) -> None:
    """Milliseconds by which a 4 ms timer of the window's loop comes late."""
    loop, late = asyncio.get_running_loop(), []
    ends = loop.time() + WATCHED
    while loop.time() < ends:
        wanted = loop.time() + TICK
        await asyncio.sleep(TICK)
        late.append(max(0.0, (loop.time() - wanted) * 1000))
    say(milliseconds=late)


async def rest(window: Any, phones: list[str]) -> None:
    """Memory after one shopper was looked up, then the processor's time while nobody does anything."""
    window.page._phone.fill(random.choice(phones))
    await asyncio.sleep(2)
    say(mib=resident())
    before = processor()
    await asyncio.sleep(IDLE)
    say(seconds=processor() - before)


if __name__ == "__main__":
    word, *rest_of = sys.argv[1:]
    serve(Path(rest_of[0]), word, rest_of[1:])
