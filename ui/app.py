"""The program with its window: what is opened, in which order, and how all of it ends.

One loop serves Qt and asyncio. Order of opening: display, first instance, window, register, engine. Of closing, however
it comes (the window, the tray, a signal, the log-out): window, engine, register, first instance.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QEvent, QMessageLogContext, Qt, QtMsgType, Signal, qInstallMessageHandler
from PySide6.QtWidgets import QApplication
from qasync import QEventLoop  # Qt's own modules come first: it takes the binding that is loaded

from budtender import log
from budtender.errors import Exit, Failure, HomeInUse, UsageError
from budtender.look import Look
from budtender.place import harden
from ui import bridge, dress, theme
from ui.bugs import Bugs
from ui.call import hand_over, hand_over_soon
from ui.desk import Desk
from ui.garbage import Collector
from ui.screen import VirtualDisplay
from ui.shell import Shell

if TYPE_CHECKING:  # the first picture does without the engine
    from budtender.register import Register
    from ui.instance import Instance

#: Held until this process ends: the display goes with it, and Qt ends a process whose display goes before.
_held: list[VirtualDisplay] = []
#: What the counter needs of the engine once the window is seen; loaded on a thread, so that the window goes on.
ENGINE = (
    "budtender.register",
    "budtender.counter.signin",
    "budtender.backoffice.staff",
    "budtender.counter.banner",
    "budtender.counter.lookup",
    "budtender.counter.resume",
    "budtender.counter.wallet",
)
#: Seconds that a thread may keep the interpreter while another waits for it: the window's waits often, and shortly.
TURN = 0.0002
#: Seconds after which everything is loaded that will be.
SETTLED = 10.0
#: Seconds that the engine's loading waits for the window.
SEEN = 0.5
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


def make_application(home: Path | None = None) -> Application:
    """The one application of this process, dressed as this home's window was the last time.

    Raises UsageError where there is no display.
    """
    require_display()
    # Sizes are logical pixels on every screen; 125 % and 150 % are not rounded.
    QApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    QApplication.setApplicationName("Budtender")
    QApplication.setDesktopFileName("budtender")
    application = Application([*sys.argv[:1], *theme.STYLE])
    _let_go_of_display()
    application.setQuitOnLastWindowClosed(False)
    # Until the register is open and says which.
    dress.wear(application, dress.remembered(home))
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
    refused = bool(xcb.xcb_connection_has_error(connection))

    def disconnect() -> None:
        xcb.xcb_disconnect(ctypes.c_void_p(connection))

    if refused:
        disconnect()
    else:
        _probes.append(disconnect)
    return not refused


#: Ends the connections that tried the display. An X server that loses its last client starts anew, and turns away
#: who comes meanwhile: they stay until Qt has a connection of its own.
_probes: list[Callable[[], None]] = []


def _let_go_of_display() -> None:
    while _probes:
        _probes.pop()()


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


def draw_in_memory() -> None:
    """Draw without any display: what is shown takes no room on a person's screen and no key from what they type."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    qInstallMessageHandler(_but_size_hints)


def _but_size_hints(_kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
    """WORKAROUND: Qt's plugin for drawing in memory warns of every window that has a smallest size."""
    if "propagateSizeHints" not in message:
        sys.stderr.write(f"{message}\n")


T = TypeVar("T")
Life = Callable[[Application, asyncio.Event, Bugs], Awaitable[Exit]]


def run_with(life: Life, home: Path | None = None) -> Exit:
    """Run something on Qt's and asyncio's common loop, with its bugs caught, until it is over."""
    harden()
    application = make_application(home)
    with asyncio.Runner(loop_factory=lambda: QEventLoop(application)) as runner:
        return runner.run(_whole(life, application))


def _ends() -> list[signal.Signals]:
    """What closes the window from outside, but for what whoever started it wants ignored, as `nohup` does."""
    here = [signal.SIGINT, signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else [])]
    return [number for number in here if signal.getsignal(number) is not signal.SIG_IGN]


async def _whole(life: Life, application: Application) -> Exit:
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    loop.set_default_executor(ThreadPoolExecutor(THREADS, thread_name_prefix="blocking"))
    application.quit_wished.connect(ended.set)
    with contextlib.suppress(NotImplementedError):  # Windows has no handlers; it ends programs through their windows
        for number in _ends():
            loop.add_signal_handler(number, ended.set)
    collector, bugs = Collector(), Bugs(ended.set)
    sys.setswitchinterval(TURN)
    collector.keep()  # else the first deep look, at modules, stops the window for 25 ms while somebody begins to type
    kept = loop.call_later(SETTLED, collector.keep)
    bugs.install(loop)
    try:
        return await life(application, ended, bugs)
    except bridge.Ended:
        return Exit.DONE
    except Failure:
        raise
    except Exception as error:  # noqa: BLE001  (the last door: it is told in a window, for nobody reads a terminal)
        bugs.report(error)
        await bugs.read(ended)
        return Exit.BUG
    finally:
        bugs.uninstall()
        kept.cancel()
        collector.stop()


def run(home: Path, look: Look) -> Exit:
    """Open this home's window and stay until it is closed; where one is open it is raised. Raises UsageError."""

    async def life(application: Application, ended: asyncio.Event, bugs: Bugs) -> Exit:
        answer = hand_over(home, look=look)
        if answer is not None and answer.taken:
            return Exit.DONE
        async with contextlib.AsyncExitStack() as stack:
            # A person can type while the register opens, which takes longer than all of the window.
            shell = _shown(Desk(), application, home, look, ended)
            stack.callback(shell.close)
            await _seen(application)
            await asyncio.to_thread(_load)
            dress.give_icon(application)
            instance = await _first(home, look, stack, ended, shell)
            if instance is None:
                return Exit.DONE
            register = await _past(lambda: _opened(home, stack), ended, shell)
            if register is None:
                return Exit.REFUSED
            bugs.keep_crashes(home)
            register.db.serve_counter()
            shell.take_over(register)
            await stack.enter_async_context(_served(shell, register, bugs))
            instance.take = shell.take
            await ended.wait()
        return Exit.DONE

    return run_with(life, home)


async def _seen(application: Application) -> None:
    """Wait until the first field takes keys, so that nothing is loaded beside the first picture; but not for long.

    A window that was opened behind others, or in the tray, takes none.
    """
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(SEEN):
            await bridge.heard(application.focusChanged)


async def _past(work: Callable[[], Coroutine[Any, Any, T]], ended: asyncio.Event, shell: Shell) -> T | None:
    from ui import obstacle

    return await obstacle.past(work, ended, shell.window)


async def _first(
    home: Path, look: Look, stack: contextlib.AsyncExitStack, ended: asyncio.Event, shell: Shell
) -> Instance | None:
    """This process as the one with the home's window; None when another has it, or somebody gave up."""
    from ui.instance import Instance

    async def claimed() -> Instance | None:
        instance = Instance.claim(home)
        # No window of our own is open yet that this could keep waiting.
        if instance is None and hand_over_soon(home, look=look) is None:
            raise HomeInUse(
                f"A Budtender that does not answer has the window of {home}.", "End it, or restart this computer."
            )
        return instance

    instance = await _past(claimed, ended, shell)
    if instance is not None:
        stack.callback(instance.release)
    return instance


async def _opened(home: Path, stack: contextlib.AsyncExitStack) -> Register:
    from budtender.register import Register

    log.configure(home)
    return await stack.enter_async_context(await Register.open(home))


def _load() -> None:
    """Load the engine, on a thread: the window goes on meanwhile."""
    for room in ENGINE:
        import_module(room)
    from budtender import phone

    phone.load()
    log.load()


def _shown(desk: Desk, application: Application, home: Path, look: Look, ended: asyncio.Event) -> Shell:
    shell = Shell(desk, home, application)
    shell.ended.connect(ended.set)
    shell.open(look)
    return shell


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
    shell = _shown(Desk(register, training=training), application, home, look, ended)
    async with _served(shell, register, bugs):
        yield shell


@contextlib.asynccontextmanager
async def _served(shell: Shell, register: Register, bugs: Bugs) -> AsyncIterator[None]:
    """The engine beside the window; both are ended before the register is closed."""
    engine = register.engine(told=lambda _trip: None, failed=bugs.report_failure)
    engine.start()
    try:
        yield
    finally:
        shell.close()
        await bridge.settled()
        await asyncio.to_thread(engine.stop)
