"""Where a coroutine meets a widget: started once, shown when it takes long, left with Esc, ended in one of four ways.

A result goes to `done`, an expected failure to `failed`, a bug to the bug window, and when the widget is gone or the
user has left, the coroutine is canceled and nobody is told.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import shiboken6
from PySide6.QtCore import QObject, QTimer, SignalInstance

from budtender.errors import Failure

T = TypeVar("T")
#: Milliseconds after which a wait is shown; what is faster feels immediate.
SHOWN_AFTER = 100

#: Told of every exception that is no expected failure; the application shows its bug window and writes the log.
on_bug: Callable[[BaseException], None] | None = None

_running: dict[tuple[int, str], asyncio.Task[Any]] = {}
#: What goes on when its page is left.
_outliving: set[asyncio.Task[Any]] = set()


def run(
    owner: QObject,
    work: Coroutine[Any, Any, T],
    done: Callable[[T], None],
    failed: Callable[[Failure], None],
    *,
    word: str,
    busy: Callable[[bool], None] | None = None,
) -> bool:
    """Run `work` for a widget; False, and nothing is started, while the same `word` of this widget still runs.

    `busy(True)` is called when it takes longer than 100 ms, `busy(False)` at its end in every case.
    """
    name = (id(owner), word)
    if name in _running:
        work.close()
        return False
    timer = QTimer(owner)

    def show() -> None:
        if busy is not None and _running.get(name) is task:  # what was left may take a moment to end
            busy(True)

    task = asyncio.get_running_loop().create_task(work)
    _running[name] = task
    if busy is not None:
        timer.setSingleShot(True)
        timer.timeout.connect(show)
        timer.start(SHOWN_AFTER)
    gone = owner.destroyed.connect(lambda _gone: task.cancel())

    def ended(finished: asyncio.Task[T]) -> None:
        if _running.get(name) is finished:
            del _running[name]
        if not shiboken6.isValid(owner):
            return
        owner.destroyed.disconnect(gone)  # one that lives long would hold every task that it ever had
        timer.stop()
        timer.deleteLater()
        if busy is not None and name not in _running:
            busy(False)
        _tell(finished, done, failed)

    task.add_done_callback(ended)
    return True


def _tell(task: asyncio.Task[T], done: Callable[[T], None], failed: Callable[[Failure], None]) -> None:
    if task.cancelled():
        return
    error = task.exception()
    if error is None:
        done(task.result())
    elif isinstance(error, Failure):
        failed(error)
    elif on_bug is not None:
        on_bug(error)
    else:
        raise error


def is_running(owner: QObject, word: str | None = None) -> bool:
    """Whether this widget waits for something, or for this very thing."""
    return any(name[0] == id(owner) and word in (None, name[1]) for name in _running)


def cancel(owner: QObject, *words: str) -> bool:
    """Leave what this widget waits for, or only these; True when there was something. What was saved stays saved.

    The same may be begun again at once, as by the next letter of a name.
    """
    left = [name for name in _running if name[0] == id(owner) and (not words or name[1] in words)]
    for name in left:
        _running.pop(name).cancel()
    return bool(left)


def outlive(work: Coroutine[Any, Any, T], failed: Callable[[Failure], None] | None = None) -> Coroutine[Any, Any, T]:
    """Begin work that goes on when its page is left, because points are on their way; returns the waiting for it.

    `failed` is told of a failure once nobody waits any more; without it, what was saved tells the rest.
    """
    task = asyncio.get_running_loop().create_task(work)
    _outliving.add(task)
    task.add_done_callback(_outliving.discard)
    return _wait_for(task, failed or _untold)


def alone(work: Coroutine[Any, Any, object], failed: Callable[[Failure], None]) -> None:
    """Begin work that no page waits for; only a failure is told."""
    task = asyncio.get_running_loop().create_task(work)
    _outliving.add(task)

    def ended(finished: asyncio.Task[object]) -> None:
        _outliving.discard(finished)
        _tell(finished, lambda _done: None, failed)

    task.add_done_callback(ended)


async def _wait_for(task: asyncio.Task[T], failed: Callable[[Failure], None]) -> T:
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        task.add_done_callback(lambda ended: _tell_alone(ended, failed))
        raise


def _untold(_failure: Failure) -> None:
    """What was saved tells of it."""


def _tell_alone(task: asyncio.Task[Any], failed: Callable[[Failure], None]) -> None:
    """Nobody waits any more; a bug is told all the same."""
    error = None if task.cancelled() else task.exception()
    if isinstance(error, Failure):
        failed(error)
    elif error is not None and on_bug is not None:
        on_bug(error)


class Ended(Exception):
    """The program is to end before something was done."""


async def unless(ended: asyncio.Event, work: Coroutine[Any, Any, T]) -> T:
    """Do some work; raises Ended, with the work cut off, when the program is to end before it is done."""
    working, ending = asyncio.create_task(work), asyncio.create_task(ended.wait())
    try:
        await asyncio.wait({working, ending}, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise Ended
        return working.result()
    finally:
        ending.cancel()
        working.cancel()
        await asyncio.gather(working, ending, return_exceptions=True)


async def heard(signal: SignalInstance) -> None:
    """Wait until a signal of this thread has been sent once more."""
    sent = asyncio.Event()
    listening = signal.connect(sent.set)
    try:
        await sent.wait()
    finally:
        signal.disconnect(listening)


async def settled() -> None:
    """Wait until nothing outlives its page; comes before the register is closed. Every call of ours has an end."""
    while _outliving:
        await asyncio.wait(_outliving)
