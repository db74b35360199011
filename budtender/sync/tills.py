"""Reading the tills beside the round trips: each one once at a time, its resources in turn.

What a till has to tell can take hours, and what a shopper is owed must not wait for it. A long first copy gives way
after a while, so that the short lists of the same till stay fresh; it goes on where it was left.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from budtender.cache import copying
from budtender.cache.database import Connection
from budtender.connectors.sentences import Reason
from budtender.errors import Failure, Misconfigured, NotConnected, RateLimited, RemoteError, Unreachable
from budtender.events import Change
from budtender.log import get_logger
from budtender.model import PULLS, Resource
from budtender.sync import mirror, schedule
from budtender.sync.wiring import Wiring

log = get_logger(__name__)
AIQ = "aiq"
#: Seconds after which a long copy gives way to others that are due.
SLICE = 60.0
#: What one round trip by hand always asks for; the rest only when its time has come.
OFTEN = timedelta(hours=1)


class Tills:
    """The readings of all tills; `failures` holds what each one failed with last, in words."""

    def __init__(self, wiring: Wiring, stopping: Callable[[], bool]) -> None:
        self._wiring = wiring
        self._stopping = stopping
        self._reading: dict[str, asyncio.Task[None]] = {}
        self.failures: dict[str, str] = {}

    def start(self, *, everything: bool) -> None:
        """Begin to read every till that is not being read already and has something due."""
        self._wiring.board.forget_but({AIQ, *self._wiring.tills})
        self.failures = {name: said for name, said in self.failures.items() if name in self._wiring.tills}
        for credential in self._wiring.tills:
            running = self._reading.get(credential)
            if running is not None:
                if not running.done():
                    continue
                if not isinstance(running.exception(), Failure):
                    running.result()  # a bug that ended it is not passed over
            if wanted := self._wanted(credential, everything):
                self.failures.pop(credential, None)
                self._reading[credential] = asyncio.create_task(self._read(credential, wanted))

    async def wait(self) -> None:
        """Until all that was begun has ended; raises what keeps this register itself from working."""
        await asyncio.gather(*self._reading.values())

    async def end(self) -> None:
        """End what is under way; nothing that was stored is lost."""
        for task in self._reading.values():
            task.cancel()
        await asyncio.gather(*self._reading.values(), return_exceptions=True)

    def _wanted(self, credential: str, everything: bool) -> list[Resource]:
        source, now = self._wiring.tills[credential], self._wiring.clock.now()

        def work(c: Connection) -> list[Resource]:
            states = {resource: copying.find(c, credential, resource) for resource in schedule.TILL}
            due = [
                resource
                for resource, every in schedule.TILL.items()
                if PULLS[resource] in source.can
                and not self._waits(c, credential, resource)
                and ((everything and every <= OFTEN) or schedule.is_due(states[resource], now))
            ]
            # What failed comes last, lest it keep the rest from being read.
            return sorted(due, key=lambda resource: states[resource].failures > 0)

        return self._wiring.db.read(work)

    async def _read(self, credential: str, wanted: list[Resource]) -> None:
        try:
            await self._locations(credential)
            await self._in_turn(credential, deque(wanted))
        except NotConnected:
            return
        except RemoteError as error:
            self._failed(credential, error)
        except Failure as failure:
            self.failures[credential] = str(failure)
            raise  # for whoever waits
        finally:
            self._wiring.events.ring(Change.PERSONA)

    async def _locations(self, credential: str) -> None:
        now = self._wiring.clock.now()
        known = self._wiring.db.read(lambda c: copying.find(c, credential, schedule.LOCATIONS))
        if not schedule.is_due(known, now):
            return
        try:
            await mirror.copy_locations(self._wiring, credential)
        except RemoteError as error:
            await mirror.note_failure(self._wiring, credential, schedule.LOCATIONS, error)
            raise

    async def _in_turn(self, credential: str, wanted: deque[Resource]) -> None:
        # A till can be frozen meanwhile: then it is asked nothing more.
        while wanted and not self._stopping() and credential in self._wiring.tills:
            resource = wanted.popleft()
            if self._wiring.db.read(partial(self._waits, credential=credential, resource=resource)):
                continue
            began = self._wiring.clock.mono()
            try:
                leave = partial(self._gives_way, began, wanted)
                if not await mirror.copy_resource(self._wiring, credential, resource, leave):
                    wanted.append(resource)
            except RemoteError as error:
                if _is_about_the_till(error):
                    raise
                self._failed(credential, error)

    def _gives_way(self, began: float, others: deque[Resource]) -> bool:
        now = self._wiring.clock.mono()
        paused = self._wiring.board.shall_pause(began, now)
        return self._stopping() or paused or (bool(others) and now - began > SLICE)

    def _waits(self, connection: Connection, credential: str, resource: Resource) -> bool:
        """Whether it is a long copy in a pause: one that never came to an end, or was broken off in the middle."""
        if self._wiring.board.paused_for(self._wiring.clock.mono()) is None:
            return False
        state = copying.find(connection, credential, resource)
        return state.good is None or state.begun is not None

    def _failed(self, credential: str, error: RemoteError) -> None:
        self.failures[credential] = str(error)
        log.info("till not read", why=error.kind, system=error.system)


def _is_about_the_till(error: RemoteError) -> bool:
    """Whether every other list would fail alike: nobody answers there, the key is refused, or has to pause as a whole.

    A key may lack the right to one list (403), one list may be switched off (Dutchie's transactions answer 503 then),
    be past reading, or be asked for too often; the others are not.
    """
    if isinstance(error, Unreachable):
        return error.facts.get("reason") != Reason.SERVER
    if isinstance(error, RateLimited):
        return bool(error.facts.get("ours"))  # nothing was asked: this key's pause goes on
    return isinstance(error, Misconfigured) and error.facts.get("status") == 401
