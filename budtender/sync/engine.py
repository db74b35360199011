"""The schedule: one round trip after the other, push until answered, then pull. It knows no vendor."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial

from budtender.cache import outbox, personas
from budtender.cache.database import Connection
from budtender.errors import Ambiguous, Failure, NotConnected, RemoteError
from budtender.log import get_logger
from budtender.model import State, Value
from budtender.settings import SYNC_EVERY
from budtender.sync import pull
from budtender.sync.push import note, push_due
from budtender.sync.settle import find_orphans, settle_due
from budtender.sync.wiring import Wiring

log = get_logger(__name__)
#: The tills and the list of stores change slowly; they are asked for this often.
SLOW = timedelta(minutes=5)


class RoundTrip(Value, frozen=True, kw_only=True):
    """What one round trip did, and what each system that failed said."""

    pushed: int
    refreshed: int
    counts: dict[str, int]
    failures: dict[str, str]


class Engine:
    """Runs round trips until it is stopped; the same object serves the window and `budtender sync`.

    What a till has to tell can take minutes, and what a shopper is owed must not wait for it: tills are read beside
    the round trips, each one once at a time.
    """

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._stop = asyncio.Event()
        self._slow_at: float | None = None
        self._reading: dict[str, asyncio.Task[None]] = {}
        self._failed: dict[str, str] = {}
        #: What was owed when it could last be read.
        self._counts = {state.value: 0 for state in State} | {"needs_person": 0}

    def stop(self) -> None:
        """End after the step at hand; call it on the engine's own loop."""
        self._stop.set()

    async def run(self, told: Callable[[RoundTrip], None]) -> None:
        """Round trips at the set pace, each reported, until stopped.

        What keeps this register itself from working, such as a full disk, may pass; it is reported as the failure of
        the system `register`.
        """
        try:
            while not self._stop.is_set():
                told(await self._reported())
                await self._pause()
        finally:
            for task in self._reading.values():
                task.cancel()
            await asyncio.gather(*self._reading.values(), return_exceptions=True)

    async def _reported(self) -> RoundTrip:
        try:
            return await self.round_trip(wait_for_tills=False)
        except Failure as failure:
            log.warning("round trip failed", why=failure.kind)
            failures = {**self._failed, "register": str(failure)}
            return RoundTrip(pushed=0, refreshed=0, counts=self._counts, failures=failures)

    async def _pause(self) -> None:
        try:
            async with asyncio.timeout(self._wiring.settings.get(SYNC_EVERY)):
                await self._stop.wait()
        except TimeoutError:
            return

    async def round_trip(self, *, wait_for_tills: bool = True) -> RoundTrip:
        """Settle what was lost, send what is owed, then read what changed. A failing system stops only its own part."""
        wiring = self._wiring
        self._failed.pop("aiq", None)
        await wiring.reread()
        await find_orphans(wiring)
        await settle_due(wiring)
        await _drop_dependents(wiring)
        pushed = await push_due(wiring)
        refreshed = await self._pull()
        if wait_for_tills:
            await asyncio.gather(*self._reading.values())
        self._counts = wiring.db.read(outbox.counts)
        return RoundTrip(pushed=pushed, refreshed=refreshed, counts=self._counts, failures=dict(self._failed))

    async def _pull(self) -> int:
        wiring = self._wiring
        now = wiring.clock.now()
        owing = wiring.db.read(partial(outbox.owing_personas, now=now))
        for persona_id in owing:
            await self._step("aiq", partial(pull.absorb, wiring, persona_id))
        for phone in wiring.db.read(partial(personas.pending_phones, now=now)):
            await self._step("aiq", partial(pull.ask_for_pending, wiring, phone))
        if self._slow_at is None or wiring.clock.since(self._slow_at) >= SLOW.total_seconds():
            self._slow_at = wiring.clock.mono()
            await self._step("aiq", partial(pull.pull_stores, wiring))
            for credential in wiring.tills:
                self._read_till(credential)
        return len(owing)

    def _read_till(self, credential: str) -> None:
        """Start reading one till, unless the last reading still goes on."""
        running = self._reading.get(credential)
        if running is not None:
            if not running.done():
                return
            if not isinstance(running.exception(), Failure):
                running.result()  # a bug that ended it is not passed over
        self._failed.pop(credential, None)
        self._reading[credential] = asyncio.create_task(self._till(credential))

    async def _till(self, credential: str) -> None:
        try:
            await self._step(credential, partial(pull.pull_till, self._wiring, credential))
        except Failure as failure:
            self._failed[credential] = str(failure)
            raise  # for whoever waits for the tills

    async def _step(self, system: str, work: Callable[[], Awaitable[None]]) -> None:
        """One pull; once a system has failed in this round trip it is left alone until the next."""
        if system in self._failed:
            return
        try:
            await work()
        except NotConnected:
            return
        except Ambiguous as error:
            log.info("pull left for the counter", why=error.kind)
        except RemoteError as error:
            self._failed[system] = str(error)
            log.info("pull failed", system=system, why=error.kind)


async def _drop_dependents(wiring: Wiring) -> None:
    """Close what depended on an intent that was refused: it has nothing left to do."""
    at, mono = wiring.clock.now(), wiring.clock.mono()

    def work(c: Connection) -> None:
        for intent in outbox.orphaned_dependents(c):
            told = {"code": "dependency_refused"}
            outbox.refuse(c, intent.id, reason="What it depended on did not happen.", told=told, at=at, mono=mono)
            note(c, intent, "refused", at, {"why": "dependency"})

    await wiring.db.write(work)
