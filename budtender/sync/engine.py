"""The schedule: one round trip after the other, push until answered, then pull. It knows no vendor."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from functools import partial

import msgspec

from budtender.cache import copying, outbox, personas
from budtender.connectors.http import Priority
from budtender.errors import Ambiguous, Failure, NotConnected, RemoteError
from budtender.events import Change
from budtender.log import get_logger
from budtender.model import State, Value
from budtender.settings import SYNC_EVERY
from budtender.sync import pull
from budtender.sync.account import Account
from budtender.sync.chores import chores_due
from budtender.sync.ingest import SWITCHES, send_due
from budtender.sync.push import drop_dependents, push_due
from budtender.sync.settle import find_orphans, settle_due
from budtender.sync.taken import INVENTORY, PERSONAS, SALES
from budtender.sync.tills import Tills
from budtender.sync.wiring import Wiring

log = get_logger(__name__)
_TOLD = {"personas": PERSONAS, "sales": SALES, "inventory": INVENTORY}


class RoundTrip(Value, frozen=True, kw_only=True):
    """What one round trip did, and what each system that failed said.

    `told` counts what AIQ took of what the tills say (`personas`, `sales`, `inventory`) since the trip before.
    """

    pushed: int
    refreshed: int
    told: dict[str, int]
    counts: dict[str, int]
    failures: dict[str, str]


class Engine:
    """Runs round trips until it is stopped; the same object serves the window and `budtender sync`."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._stop = asyncio.Event()
        self._wake = asyncio.Event()
        self._account = Account(wiring)
        self._beside_failed = ""
        self._tally: Counter[str] = Counter()
        self._beside: asyncio.Task[None] | None = None
        self._tills = Tills(wiring, self._stop.is_set)
        self._failed: dict[str, str] = {}
        #: What was owed when it could last be read.
        self._counts = {state.value: 0 for state in State} | {"needs_person": 0}

    def stop(self) -> None:
        """End after the step at hand; call it on the engine's own loop."""
        self._stop.set()
        self._wake.set()

    def hurry(self) -> None:
        """Begin the next round trip now; call it on the engine's own loop."""
        self._wake.set()

    @property
    def stopped(self) -> bool:
        """Whether somebody asked it to end."""
        return self._stop.is_set()

    async def run(self, told: Callable[[RoundTrip], None]) -> None:
        """Round trips at the set pace, each reported, until stopped. Raises EngineRunning when another one runs.

        What keeps this register itself from working, such as a full disk, may pass; it is reported as the failure of
        the system `register`.
        """
        with self._wiring.alone(), self._listening():
            try:
                while not self._stop.is_set():
                    trip = await self._reported()
                    told(msgspec.structs.replace(trip, told=self._told()))
                    await self._probe()
                    await self._wiring.keep_mark()
                    self._start_beside()
                    await self.pause()
            finally:
                await self._tills.end()
                await self._end_beside()

    @contextlib.contextmanager
    def _listening(self) -> Iterator[None]:
        """What was paused goes on when that is wished, and not with the next round trip."""
        loop = asyncio.get_running_loop()

        def hear(change: Change) -> None:
            if change is Change.PAUSE:
                with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
                    loop.call_soon_threadsafe(self._wake.set)

        deaf = self._wiring.events.listen(hear)
        try:
            yield
        finally:
            deaf()

    async def once(self) -> RoundTrip:
        """One whole round trip: the tills are read, AIQ is told of them, and the AIQ account is read.

        Its failures tell of what still waits because its last try failed as well, although this trip left it alone:
        whoever starts one trip after the other, as a timer does, hears nothing of the tries between.
        Raises EngineRunning when another engine runs.
        """
        with self._wiring.alone():
            try:
                trip = await self.round_trip()
                if "aiq" not in trip.failures:
                    await self._with_aiq(whole=True)
                failures = {**self._resting(), **self._failures()}
                return msgspec.structs.replace(trip, failures=failures, told=self._told())
            finally:
                await self._tills.end()

    async def wait_for_tills(self) -> None:
        """Until the tills that are being read have been read."""
        await self._tills.wait()

    async def _reported(self) -> RoundTrip:
        try:
            return await self.round_trip(wait_for_tills=False)
        except Failure as failure:
            log.warning("round trip failed", why=failure.kind)
            failures = {**self._failures(), "register": str(failure)}
            return RoundTrip(pushed=0, refreshed=0, told={}, counts=self._counts, failures=failures)

    def _start_beside(self) -> None:
        """Begin what goes on with AIQ beside the round trips, unless it goes on already."""
        if self._beside is not None:
            if not self._beside.done():
                return
            if not isinstance(self._beside.exception(), Failure):
                self._beside.result()  # a bug that ended it is not passed over
        self._beside = asyncio.create_task(self._with_aiq(whole=False))

    async def _end_beside(self) -> None:
        if self._beside is not None:
            self._beside.cancel()
            await asyncio.gather(self._beside, return_exceptions=True)

    async def _with_aiq(self, *, whole: bool) -> None:
        """Tell AIQ of the tills, read the account, then do the chores; none waits for another to succeed."""
        self._beside_failed = ""
        for work in (
            partial(send_due, self._wiring, self._stop.is_set, whole=whole, tally=self._tally),
            partial(self._account.read_due, self._stop.is_set, whole=whole),
            partial(chores_due, self._wiring, self._stop.is_set),
        ):
            try:
                await work()
            except NotConnected:
                return
            except RemoteError as error:
                self._beside_failed = str(error)
                log.info("AIQ not told or read", why=error.kind)

    async def _probe(self) -> None:
        """Ask AIQ for the cheapest thing it has while it is out and nothing else asks: who waits wants to know."""
        if "aiq" in self._failed or not self._wiring.health.is_out("aiq"):
            return
        try:
            await self._wiring.aiq.stores(priority=Priority.BACKGROUND)
        except (NotConnected, RemoteError) as error:
            log.info("still out", why=error.kind)

    async def pause(self) -> None:
        """Until the next round trip is due, or somebody hurries or stops it."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._wiring.settings.get(SYNC_EVERY)):
                await self._wake.wait()
        if not self.stopped:
            self._wake.clear()

    async def round_trip(self, *, wait_for_tills: bool = True) -> RoundTrip:
        """Settle what was lost, send what is owed, then read what changed. A failing system stops only its own part.

        Waiting for the tills means asking them for all that changes often; else they are asked for what is due, and
        their answers come beside the round trips.
        """
        wiring = self._wiring
        self._failed.pop("aiq", None)
        await wiring.reread()
        await find_orphans(wiring)
        await settle_due(wiring)
        await drop_dependents(wiring)
        pushed = await push_due(wiring)
        refreshed = await self._pull()
        self._tills.start(everything=wait_for_tills)
        if wait_for_tills:
            await self._tills.wait()
        self._counts = wiring.db.read(outbox.counts)
        return RoundTrip(pushed=pushed, refreshed=refreshed, told={}, counts=self._counts, failures=self._failures())

    def _told(self) -> dict[str, int]:
        """What AIQ took since this was asked last."""
        told = {word: self._tally[kind] for word, kind in _TOLD.items()}
        self._tally.clear()
        return told

    def _failures(self) -> dict[str, str]:
        beside = {"aiq": self._beside_failed} if self._beside_failed else {}
        return {**beside, **self._failed, **self._tills.failures}

    def _resting(self) -> dict[str, str]:
        """What each system failed with at the last try of something that waits for its next one."""
        wiring = self._wiring
        asked = self._connected()
        off = {resource for resource, switch in SWITCHES.items() if not wiring.settings.get(switch)}
        told = {
            state.credential: f"{state.error} {state.hint}".strip()
            for state in wiring.db.read(copying.broken_off)
            if state.credential in asked and not (state.credential == "aiq" and state.resource in off)
        }
        return told | {whom: held.error for whom, held in wiring.db.read(outbox.held_up).items()}

    def _connected(self) -> set[str]:
        """By name, what is asked: without AIQ a register reads its tills and wants nothing of AIQ yet."""
        tills = set(self._wiring.tills)
        try:
            return {self._wiring.aiq.name, *tills}
        except NotConnected:
            return tills

    async def _pull(self) -> int:
        wiring = self._wiring
        now = wiring.clock.now()
        owing = wiring.db.read(partial(outbox.owing_personas, now=now))
        for persona_id in owing:
            await self._step("aiq", partial(pull.absorb, wiring, persona_id))
        for phone in wiring.db.read(partial(personas.pending_phones, now=now)):
            await self._step("aiq", partial(pull.ask_for_pending, wiring, phone))
        return len(owing)

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
