"""The program with its window: what is opened, in which order, and how all of it ends.

One loop serves Qt and asyncio. Order of opening: display, first instance, register, window, engine; everything is
closed the other way round, however the end comes: the window, the tray, a signal, or the log-out.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from PySide6.QtCore import QEvent, QLocale, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication
from qasync import QEventLoop  # Qt's own modules come first: it takes the binding that is loaded

from budtender import log
from budtender.cli import Look
from budtender.errors import Exit, Failure, HomeInUse, UsageError
from budtender.home import harden
from budtender.register import Register
from ui import bridge, language, obstacle, theme
from ui.bugs import Bugs
from ui.call import hand_over_soon
from ui.desk import Desk
from ui.garbage import Collector
from ui.instance import Instance
from ui.screen import VirtualDisplay
from ui.shell import Shell

#: Held until this process ends: the display goes with it, and Qt ends a process whose display goes before.
_held: list[VirtualDisplay] = []
#: For the keyring and other calls that block; one is asked at a time.
THREADS = 4


class Application(QApplication):
    """Qt's application; a wish to quit, as from macOS's menu or at log-out, is passed on instead of ending the loop."""

    quit_wished = Signal()

    def event(self, event: QEvent) -> bool:
        """Told of what concerns the application itself."""
        if event.type() == QEvent.Type.Quit:
            self.quit_wished.emit()
            return True
        return super().event(event)


def make_application() -> Application:
    """The one application of this process, dressed. Raises UsageError where there is no display."""
    require_display()
    # Sizes are logical pixels on every screen; 125 % and 150 % are not rounded.
    QApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    QApplication.setApplicationName("Budtender")
    QApplication.setDesktopFileName("budtender")
    application = Application(sys.argv[:1])
    application.setQuitOnLastWindowClosed(False)
    theme.wear(application, theme.chosen("system", 1.0))
    application.setWindowIcon(QIcon(str(theme.RESOURCES / "icons" / "budtender.svg")))
    # Until the register is open and says which.
    language.speak(application, "es" if QLocale.system().language() is QLocale.Language.Spanish else "en")
    return application


def require_display() -> None:
    """Raise UsageError where no window can be drawn: Qt itself would abort the process."""
    if os.environ.get("QT_QPA_PLATFORM") or sys.platform in ("win32", "darwin"):
        return
    if not has_display():
        raise UsageError(
            "There is no display to open the window on.",
            "Start it on the register's own screen. Every command but this one works without a display.",
        )


def has_display() -> bool:
    """Whether a Wayland or X display of this session answers; for systems that draw with either."""
    wayland = os.environ.get("WAYLAND_DISPLAY")
    if wayland and Path(os.environ.get("XDG_RUNTIME_DIR", "/"), wayland).exists():
        return True
    if not os.environ.get("DISPLAY"):
        return False
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return False
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = [ctypes.c_char_p, ctypes.POINTER(ctypes.c_int)]
    xcb.xcb_connection_has_error.argtypes = xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(None, None)
    refused = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    return not refused


def find_display(told: Callable[[str], None]) -> bool:
    """See to it that something can be drawn; whether a person sees it. Without a display one is made, and told of."""
    if sys.platform in ("win32", "darwin") or os.environ.get("QT_QPA_PLATFORM") or has_display():
        return True
    display = VirtualDisplay.start()
    os.environ.pop("WAYLAND_DISPLAY", None)
    if display is None:
        told("There is no display, and no Xvfb to make one (Debian: apt-get install xvfb); Qt draws in memory.")
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    else:
        _held.append(display)
        told("There is no display; the window is drawn on one of its own, made by Xvfb.")
        os.environ |= {"DISPLAY": display.name, "QT_QPA_PLATFORM": "xcb"}
    return False


Life = Callable[[Application, asyncio.Event, Bugs], Awaitable[Exit]]


def run_with(life: Life) -> Exit:
    """Run something on Qt's and asyncio's common loop, with its bugs caught, until it is over."""
    harden()
    application = make_application()
    with asyncio.Runner(loop_factory=lambda: QEventLoop(application)) as runner:
        return runner.run(_whole(life, application))


async def _whole(life: Life, application: Application) -> Exit:
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    loop.set_default_executor(ThreadPoolExecutor(THREADS, thread_name_prefix="blocking"))
    application.quit_wished.connect(ended.set)
    with contextlib.suppress(NotImplementedError):  # Windows has no handlers; it ends programs through their windows
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, ended.set)
    collector, bugs = Collector(), Bugs(ended.set)
    bugs.install(loop)
    try:
        return await life(application, ended, bugs)
    except Failure:
        raise
    except Exception as error:  # noqa: BLE001  (the last door: it is told in a window, for nobody reads a terminal)
        bugs.report(error)
        await bugs.read(ended)
        return Exit.BUG
    finally:
        bugs.uninstall()
        collector.stop()


def run(home: Path, look: Look) -> Exit:
    """Open this home's window and stay until it is closed; where one is open it is raised. Raises UsageError."""

    async def life(application: Application, ended: asyncio.Event, bugs: Bugs) -> Exit:
        async with contextlib.AsyncExitStack() as stack:
            instance = await _first(home, look, stack, ended)
            if instance is None:
                return Exit.DONE
            register = await obstacle.past(lambda: _opened(home, stack), ended)
            if register is None:
                return Exit.REFUSED
            bugs.keep_crashes(home)
            shell = await stack.enter_async_context(window_of(application, register, home, look, ended, bugs))
            instance.take = shell.take
            await ended.wait()
        return Exit.DONE

    return run_with(life)


async def _first(home: Path, look: Look, stack: contextlib.AsyncExitStack, ended: asyncio.Event) -> Instance | None:
    """This process as the one with the home's window; None when another has it, or somebody gave up."""

    async def claimed() -> Instance | None:
        instance = Instance.claim(home)
        # No window of our own is open yet that this could keep waiting.
        if instance is None and hand_over_soon(home, new=look.new) is None:
            raise HomeInUse(
                f"A Budtender that does not answer has the window of {home}.", "End it, or restart this computer."
            )
        return instance

    instance = await obstacle.past(claimed, ended)
    if instance is not None:
        stack.callback(instance.release)
    return instance


async def _opened(home: Path, stack: contextlib.AsyncExitStack) -> Register:
    log.configure(home)
    return await stack.enter_async_context(await Register.open(home))


@contextlib.asynccontextmanager
async def window_of(
    application: Application,
    register: Register,
    home: Path,
    look: Look,
    ended: asyncio.Event,
    bugs: Bugs,
    *,
    training: bool = False,
) -> AsyncIterator[Shell]:
    """The window of an open register with everything around it, and the engine; closed before the register is."""
    shell = Shell(Desk(register, training=training), home, application)
    shell.ended.connect(ended.set)
    shell.open(look)
    engine = register.engine(told=lambda _trip: None, failed=bugs.report_failure)
    engine.start()
    try:
        yield shell
    finally:
        shell.close()
        await bridge.settled()
        await asyncio.to_thread(engine.stop)
