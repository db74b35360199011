"""A kill, a terminal that is closed and Ctrl+Break end a command as Ctrl+C does.

A supervisor and a shell that logs out send those; ended by them at once, a command would leave whoever reads its
answer without one, although something may have been sent.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import threading
from collections.abc import Callable, Iterator
from types import FrameType

#: SIGHUP is there on Unix, SIGBREAK on Windows.
_NAMES = ("SIGTERM", "SIGHUP", "SIGBREAK")
Handler = Callable[[int, FrameType | None], object]


def signals() -> list[signal.Signals]:
    """Those that end a program here, but for what whoever started it wants ignored, as `nohup` does."""
    here = [signal.Signals[name] for name in _NAMES if name in signal.Signals.__members__]
    return [number for number in here if signal.getsignal(number) is not signal.SIG_IGN]


@contextlib.contextmanager
def raising() -> Iterator[None]:
    """Let them raise KeyboardInterrupt meanwhile."""
    with _handled(signal.default_int_handler):
        yield


@contextlib.contextmanager
def canceling() -> Iterator[None]:
    """Let them cancel the present task meanwhile, as Ctrl+C does under asyncio; a second one ends it at once."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None
    asked = False

    def cancel(number: int, frame: FrameType | None) -> None:
        nonlocal asked
        if asked:
            signal.default_int_handler(number, frame)
        asked = True
        loop.call_soon_threadsafe(task.cancel)

    with _handled(cancel):
        yield


@contextlib.contextmanager
def _handled(handler: Handler) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():  # Python takes handlers there alone
        yield
        return
    before = {number: signal.signal(number, handler) for number in signals()}
    try:
        yield
    finally:
        for number, was in before.items():
            # None stands for a handler that was not made in Python.
            signal.signal(number, signal.SIG_DFL if was is None else was)
