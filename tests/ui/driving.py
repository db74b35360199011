"""A real window over a real far side, driven by key events as a budtender would."""

from __future__ import annotations

import asyncio
import copy
import shutil
import time
from collections.abc import Callable, Coroutine, Iterable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, TypeVar

import qasync
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from budtender.backoffice import integrations, staff
from budtender.clock import Clock
from budtender.model import Actor, Role
from budtender.register import Register
from budtender.secrets import MemoryVault
from budtender.simulator import Simulation
from budtender.staffing import who_acts
from tests.brisk import BriskRegister
from tests.patience import PATIENCE
from ui import bridge, theme
from ui.desk import Desk
from ui.garbage import Collector
from ui.steps import Lookup, SignIn
from ui.strokes import ONE_STROKE
from ui.window import Window

W = TypeVar("W", bound=QWidget)
OWNER = Actor(name="Ann", role=Role.OWNER)
SAM = Actor(name="Sam", role=Role.BUDTENDER)
PINS = {"Ann": "482915", "Omar": "736204", "Sam": "615038"}
#: What the window wears: nothing moves, so that nothing has to be waited for.
USUAL = theme.Theme(motion=False)
#: A member with points and rewards, in the simulator's named cases.
REFERENCE = "3035550142"

KEYS = {
    "Enter": Qt.Key.Key_Return,
    "Esc": Qt.Key.Key_Escape,
    "Space": Qt.Key.Key_Space,
    "Tab": Qt.Key.Key_Tab,
    "Backspace": Qt.Key.Key_Backspace,
    "Down": Qt.Key.Key_Down,
    "Up": Qt.Key.Key_Up,
    **{f"F{n}": Qt.Key(Qt.Key.Key_F1 + n - 1) for n in range(1, 13)},
}
MODIFIERS = {"Alt": Qt.KeyboardModifier.AltModifier, "Ctrl": Qt.KeyboardModifier.ControlModifier}


async def click(window: QWidget, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """One key down and up, as from the keyboard; outside of any task, because it lets Qt handle events."""
    loop = asyncio.get_running_loop()
    pressed = loop.create_future()

    def at_once() -> None:
        QTest.keyClick(window.windowHandle(), key, modifier)
        pressed.set_result(None)

    loop.call_soon(at_once)
    await pressed


async def shown(kind: type[W]) -> W:
    """The window of this kind, once it is on the screen."""
    async with asyncio.timeout(PATIENCE):
        while True:
            for widget in QApplication.topLevelWidgets():
                if isinstance(widget, kind) and widget.isVisible():
                    return widget
            await asyncio.sleep(0.005)


class Driven:
    """A register, its window, and the world it talks to. Use it inside `run`."""

    register: Register
    window: Window

    def __init__(self, application: QApplication, home: Path, sim: Simulation) -> None:
        self.application = application
        self.home = home
        self.sim = sim
        self.vault = MemoryVault()
        self.clock = Clock()
        self.bugs: list[BaseException] = []
        self.heard: list[tuple[str, bool]] = []
        #: Keys pressed so far that a person would count: everything but digits.
        self.counted: list[str] = []
        self._struck = ""
        self._is_open = False

    # ── opening and closing ───────────────────────────────────────────────────────────────────────────────

    async def set_up(self, **settings: str) -> None:
        """A home with AIQ connected, a staff of three, and these settings."""
        async with await BriskRegister.open(self.home, vault=self.vault, clock=self.clock) as register:
            await integrations.connect_aiq(register, self.sim.uid, self.sim.aiq_key, OWNER, base_url=self.sim.url)
            await staff.add(register, "Ann", "owner", PINS["Ann"], OWNER)
            await staff.add(register, "Omar", "manager", PINS["Omar"], OWNER)
            await staff.add(register, "Sam", "budtender", PINS["Sam"], OWNER)
            for key, value in {"store_name": "Harbor Street", **settings}.items():
                await register.change_setting(key, value, OWNER)

    async def connect_till(self) -> None:
        """Dutchie is connected, with its discounts."""
        async with await BriskRegister.open(self.home, vault=self.vault, clock=self.clock) as register:
            key, url = self.sim.dutchie_key, self.sim.url
            await integrations.connect_till(register, "dutchie", "Harbor Street", key, OWNER, base_url=url)

    async def open(self, *, signed_in: bool = True) -> None:
        """The program starts, with Sam at the desk."""
        self.register = await BriskRegister.open(self.home, vault=self.vault, clock=self.clock)
        self._is_open = True
        self.desk = Desk(self.register)
        self.desk.announced.connect(lambda words, assertive: self.heard.append((words, assertive)))
        if signed_in:
            self.desk.sign_in(who_acts(self.register, SAM.name) if staff.list_staff(self.register) else SAM)
        self.window = Window(self.desk)
        self.window.show()
        self.window.activateWindow()
        self.window.go(Lookup() if signed_in else SignIn())
        await self.until(self.window.isActiveWindow, "an active window")

    async def close(self) -> None:
        """The program ends."""
        if not self._is_open:
            return
        self._is_open = False
        if self.window.page is not None:
            self.window.page.leave()
        self.window.close()
        self.window.deleteLater()
        await asyncio.sleep(0)
        await bridge.settled()
        await self.register.close()

    async def restart(self) -> None:
        """It ends and starts again."""
        await self.close()
        await self.open()

    async def kill(self) -> None:
        """It is killed: what is on the disk at this moment is all that the next one finds."""
        left, vault = self.home.with_name(f"{self.home.name}-again"), copy.deepcopy(self.vault)
        shutil.copytree(self.home, left)
        for task in list(bridge._outliving):
            task.cancel()
        await self.close()
        self.home, self.vault = left, vault

    # ── keys ──────────────────────────────────────────────────────────────────────────────────────────────

    async def type(self, text: str) -> None:
        """Characters, one key each."""
        self._struck = ""
        for character in text:
            await click(self.window, Qt.Key(ord(character.upper())), Qt.KeyboardModifier.NoModifier)

    async def press(self, *keys: str) -> None:
        """Named keys, such as "Enter", "F7" or "Alt+N", in one go; before the next go a person reads what is shown."""
        if keys[0] == self._struck:
            await self.pause(ONE_STROKE / 1000)
        self._struck = keys[-1]
        for name in keys:
            self.counted.append(name)
            *held, last = name.split("+")
            modifier = Qt.KeyboardModifier.NoModifier
            for word in held:
                modifier |= MODIFIERS[word]
            await click(self.window, KEYS[last] if last in KEYS else Qt.Key(ord(last)), modifier)

    async def strike(self, keys: str) -> None:
        """A key by its name, such as "F7" or "Alt+N"; anything else is typed as it stands."""
        named = keys in KEYS or keys.partition("+")[0] in MODIFIERS
        await (self.press(keys) if named else self.type(keys))

    async def step(self, keys: str, *states: str) -> None:
        """A key or digits, and where they lead: one of these states."""
        await self.strike(keys)
        await self.reach(*states)

    async def walk(self, *steps: tuple[str, str]) -> None:
        """One step after the other."""
        for keys, state in steps:
            await self.step(keys, state)

    async def give_pin(self, name: str, *states: str) -> None:
        """Somebody of the staff types their PIN, and where it leads."""
        await self.type(PINS[name])
        await self.press("Enter")
        if states:
            await self.reach(*states)

    async def scan(self, text: str) -> None:
        """A scanner types this, key after key, as fast as it can; it is a keyboard, and holds Shift for a capital.

        Qt tells of the second of two equal letters that come at once as of a key that is held down.
        """
        loop, typed = asyncio.get_running_loop(), asyncio.get_running_loop().create_future()

        def move(
            kind: QEvent.Type, key: Qt.Key, character: str = "", *, shift: bool = False, held: bool = False
        ) -> None:
            modifier = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
            QCoreApplication.sendEvent(self.window.windowHandle(), QKeyEvent(kind, key, modifier, character, held))

        def type_all() -> None:
            for before, character in zip(f" {text}", text, strict=False):
                key = Qt.Key.Key_Return if character in "\r\n" else Qt.Key(ord(character.upper()))
                shift = character.isupper() or character == "@"
                if shift:
                    move(QEvent.Type.KeyPress, Qt.Key.Key_Shift)
                move(QEvent.Type.KeyPress, key, character, shift=shift, held=before == character)
                move(QEvent.Type.KeyRelease, key, character, shift=shift)
                if shift:
                    move(QEvent.Type.KeyRelease, Qt.Key.Key_Shift, shift=True)
            typed.set_result(None)

        loop.call_soon(type_all)
        await typed

    async def send(self, keys: Iterable[tuple[Qt.Key, Qt.KeyboardModifier]]) -> None:
        """A scanner strikes these keys as the system tells of them, shortcuts first; a lone Alt comes up."""
        struck = asyncio.get_running_loop().create_future()

        def strike_all() -> None:
            for key, modifiers in keys:
                numbers = modifiers == Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.KeypadModifier
                act = QTest.keyPress if numbers else QTest.keyRelease if key == Qt.Key.Key_Alt else QTest.keyClick
                act(self.window.windowHandle(), key, modifiers)
            struck.set_result(None)

        asyncio.get_running_loop().call_soon(strike_all)
        await struck

    def outside(self, do: Callable[[], object]) -> None:
        """Do something outside of any task, because it lets Qt handle events."""
        asyncio.get_running_loop().call_soon(do)

    async def pause(self, seconds: float = 0.4) -> None:
        """A person does nothing for a moment."""
        await asyncio.sleep(seconds)

    # ── what is seen ──────────────────────────────────────────────────────────────────────────────────────

    @property
    def state(self) -> str:
        """Page and state, such as `S03.found`."""
        return self.window.page.objectName() if self.window.page is not None else ""

    async def until(self, true: Callable[[], object], what: str) -> None:
        """Wait for something that is about to be true."""
        ends = time.monotonic() + PATIENCE
        while not true():
            if self.bugs:
                raise self.bugs[0]
            if time.monotonic() > ends:
                raise AssertionError(f"waited for {what}; the window shows {self.state}")
            await asyncio.sleep(0.005)

    async def reach(self, *states: str) -> None:
        """Wait until the window shows one of these."""
        await self.until(lambda: self.state in states, " or ".join(states))

    async def code(self, phone: str = REFERENCE) -> str:
        """The code on the shopper's phone, once it is there."""
        known = len(self.sim.texts)
        await self.until(lambda: any(text.code for text in self.sim.texts[max(0, known - 1) :]), "a text")
        return self.sim.last_code(phone)


def run(driven: Driven, story: Coroutine[Any, Any, None]) -> None:
    """Play a story on the window's own loop; a bug anywhere in the window fails it."""
    loop = qasync.QEventLoop(driven.application, already_running=False)
    asyncio.set_event_loop(loop)
    bridge.on_bug = driven.bugs.append
    collector = Collector()
    try:
        loop.run_until_complete(_whole(driven, story))
    finally:
        wind_up(loop)
        collector.stop()
        bridge.on_bug = None
        asyncio.set_event_loop(None)
        loop.close()
    if driven.bugs:
        raise driven.bugs[0]


def wind_up(loop: asyncio.AbstractEventLoop) -> None:
    """End what a story left running: the bridge knows it by its widget's number, which the next widget may get."""
    left = asyncio.all_tasks(loop)
    for task in left:
        task.cancel()

    async def ended() -> None:
        await asyncio.gather(*left, return_exceptions=True)
        await asyncio.sleep(0)  # whoever is told of an end is told a moment later

    loop.run_until_complete(ended())


async def _whole(driven: Driven, story: Coroutine[Any, Any, None]) -> None:
    async with AsyncExitStack() as stack:
        stack.push_async_callback(driven.close)
        await story
