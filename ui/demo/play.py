"""The fast path, played key by key as a budtender would: what is typed, what is then seen, and a picture of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from budtender.demo import NotAsTold, spoken
from budtender.errors import CannotSave, Failure
from budtender.model import Role
from budtender.simulator import CASES, Simulation
from ui.demo.cast import Cast
from ui.window import Window

#: Seconds that any step may take; a busy machine is slow, a stuck window is stuck for good.
PATIENCE = 30.0
_GLANCE = 0.02
#: A person's pace, so that pictures show what a person would see.
_KEY = 0.03
_ENTER = "\n"


class Stop(Failure):
    """The demonstration was ended before its end."""


class Player:
    """Plays on one window; each step is told as soon as it has ended."""

    def __init__(
        self,
        window: Window,
        panel: QWidget,
        simulation: Simulation,
        cast: Cast,
        folder: Path,
        told: Callable[[str], None],
    ) -> None:
        self._window, self._panel = window, panel
        self._simulation, self._cast = simulation, cast
        self._folder, self._told = folder, told
        self._number = 0
        self._shopper = next(case for case in CASES if case.key == "reference").number

    async def play(self) -> None:
        """Sign in, look a shopper up, verify them, redeem a reward. Raises NotAsTold or CannotSave."""
        sam = next(person for person in self._cast if person.role is Role.BUDTENDER)
        before = len(self._simulation.ledger)
        await self._step("Sam signs in", sam.pin + _ENTER, "S03.")
        await self._step(f"The phone number {spoken(self._shopper)}", self._shopper, "S03.found")
        await self._step("Enter sends a code", _ENTER, "S04.sent")
        code = self._simulation.last_code(self._shopper)
        await self._step("The code's last digit opens the wallet", code, "S06.fresh", panel=True)
        await self._step("1 chooses the first reward", "1", "S07.")
        await self._step("Enter redeems it", _ENTER, "S08.apply_now")
        self._compare(before)
        self._told("Three keys beside the phone's digits and the code's; a fourth calls the window up at the till.")
        self._told(f"The pictures are in {self._folder}")

    async def _step(self, title: str, keys: str, state: str, *, panel: bool = False) -> None:
        self._number += 1
        began = time.monotonic()
        for key in keys:
            await self._press(key)
            await asyncio.sleep(_KEY)
        while not self._seen().startswith(state):
            if time.monotonic() - began > PATIENCE:
                self._keep(f"{self._number:02}-not-as-told", self._window)
                raise NotAsTold(
                    f"Step {self._number}, “{title}”, shows {self._seen()} and not {state}.",
                    f"The last picture is in {self._folder}.",
                    step=self._number,
                )
            await asyncio.sleep(_GLANCE)
        took = time.monotonic() - began
        await asyncio.sleep(_KEY)
        words = "".join(c if c.isalnum() else " " for c in title.lower()).split()
        name = f"{self._number:02}-{'-'.join(words)}"
        picture = self._keep(name, self._window)
        if panel:
            self._keep(f"{name}-and-the-phone", self._panel)
        self._told(f"{self._number}  {title}: {self._seen()} after {took:.1f} s, {picture.name}")

    async def _press(self, key: str) -> None:
        """One key as the system would send it: to the window, which gives it to whatever has the focus.

        Outside of any task, because Qt handles events meanwhile.
        """
        loop = asyncio.get_running_loop()
        pressed = loop.create_future()

        def at_once() -> None:
            QTest.keyClick(self._window.windowHandle(), Qt.Key.Key_Return if key == _ENTER else Qt.Key(ord(key)))
            pressed.set_result(None)

        loop.call_soon(at_once)
        await pressed

    def _seen(self) -> str:
        return self._window.page.objectName() if self._window.page is not None else "no page"

    def _keep(self, name: str, widget: QWidget) -> Path:
        path = self._folder / f"{name}.png"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            kept = widget.grab().save(str(path))
        except OSError as error:
            raise CannotSave(f"{self._folder} cannot be written.", "Choose another folder with --tour.") from error
        if not kept:
            raise CannotSave(f"{path} cannot be written.", "Choose another folder with --tour.")
        return path

    def _compare(self, before: int) -> None:
        """What the window said has to have happened, once."""
        happened = [e for e in self._simulation.ledger[before:] if e.kind == "redeem" and e.phone == self._shopper]
        if len(happened) != 1 or happened[0].points >= Decimal(0):
            raise NotAsTold(f"AIQ saw {len(happened)} redemptions and not one.", f"See {self._folder}.")
