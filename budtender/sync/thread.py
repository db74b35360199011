"""The engine on a thread of its own, with a plain asyncio loop, beside whatever loop the window has.

They share the open home and meet in the database and in change events, nowhere else: the engine has connections of
its own, because those belong to the loop they are used on.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotInTime
from contextlib import AbstractAsyncContextManager

from budtender.errors import EngineRunning
from budtender.log import get_logger
from budtender.sync.engine import Engine, RoundTrip
from budtender.sync.wiring import Wiring

log = get_logger(__name__)
#: Seconds that a stop lets the step at hand take, before it is cut off: what was being sent is then read again later.
PATIENCE = 5.0


class SyncThread:
    """Round trips beside the window, until stopped.

    `wire` opens what the engine works with, on the engine's own loop; `told` hears of every round trip and `failed`
    of whatever ended the engine for good, a bug most likely. Both are called on the engine's thread.
    """

    def __init__(
        self,
        wire: Callable[[], AbstractAsyncContextManager[Wiring]],
        told: Callable[[RoundTrip], None],
        failed: Callable[[BaseException], None],
    ) -> None:
        self._wire = wire
        self._told = told
        self._failed = failed
        self._lock = threading.Lock()
        self._stopping = False
        self._ended: Future[None] | None = None
        #: There from when the engine can be spoken to until it ends.
        self._running: tuple[asyncio.AbstractEventLoop, Engine, asyncio.Task[None]] | None = None
        #: The last round trip; None before the first.
        self.last: RoundTrip | None = None

    def start(self) -> None:
        """Begin; returns at once. A stopped one starts again."""
        if self._ended is not None and not self._ended.done():
            raise RuntimeError("the engine runs already")
        self._stopping = False
        executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sync-engine")
        self._ended = executor.submit(asyncio.run, self._main())
        self._ended.add_done_callback(self._tell_end)
        executor.shutdown(wait=False)

    def hurry(self) -> None:
        """Begin the next round trip now."""
        self._call(lambda engine, _task: engine.hurry())

    def stop(self, patience: float = PATIENCE) -> None:
        """End after the step at hand and wait for that; after `patience` seconds the step is cut off.

        Does nothing when it does not run. Whatever ended it before has been told to `failed`.
        """
        if self._ended is None:
            return
        with self._lock:
            self._stopping = True
        self._call(lambda engine, _task: engine.stop())
        if not _over(self._ended, patience):
            log.warning("the engine's step was cut off")
            self._call(lambda _engine, task: task.cancel())
            _over(self._ended, None)

    def _call(self, what: Callable[[Engine, asyncio.Task[None]], object]) -> None:
        with self._lock:
            if self._running is not None:
                loop, engine, task = self._running
                loop.call_soon_threadsafe(what, engine, task)

    # ── on the engine's thread ────────────────────────────────────────────────────────────────────────────

    async def _main(self) -> None:
        async with self._wire() as wiring:
            engine = Engine(wiring)
            running = asyncio.create_task(self._run(engine))
            with self._lock:
                self._running = (asyncio.get_running_loop(), engine, running)
                if self._stopping:
                    engine.stop()
            try:
                await running
            finally:
                with self._lock:
                    self._running = None

    async def _run(self, engine: Engine) -> None:
        while not engine.stopped:
            try:
                await engine.run(self._tell)
            except EngineRunning as failure:
                # Another program, such as `budtender sync`, does the work; when it ends, this goes on.
                log.info("waits for another engine", why=failure.kind)
                await engine.pause()

    def _tell(self, trip: RoundTrip) -> None:
        self.last = trip
        self._told(trip)

    def _tell_end(self, ended: Future[None]) -> None:
        error = ended.exception()
        if error is not None and not (self._stopping and isinstance(error, asyncio.CancelledError)):
            self._failed(error)


def _over(ended: Future[None], patience: float | None) -> bool:
    """Whether it has ended within so many seconds, however it did."""
    try:
        ended.exception(patience)
    except NotInTime:
        return False
    return True
