"""A clock that stands still while anybody works and jumps to the next who wakes when everybody sleeps."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Coroutine
from itertools import count

START = 1_800_000_000.0


class Timeline:
    """Simulated seconds. One actor works at a time, so the order of events is the same in every run."""

    def __init__(self) -> None:
        self._now = START
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = count()
        self._asleep = asyncio.Event()

    def now(self) -> float:
        """Simulated epoch seconds."""
        return self._now

    async def sleep(self, seconds: float) -> None:
        """Sleep for so many simulated seconds."""
        wake = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._now + seconds, next(self._order), wake))
        self._asleep.set()
        await wake

    async def run(self, seconds: float, *actors: Coroutine[None, None, None]) -> None:
        """Let the actors live for so long, then end them. Raises what ended one of them before."""
        end = self._now + seconds
        tasks = []
        for actor in actors:
            self._asleep.clear()
            tasks.append(asyncio.create_task(self._live(actor)))
            await self._asleep.wait()
        while self._sleepers and self._sleepers[0][0] < end:
            self._now, _, wake = heapq.heappop(self._sleepers)
            self._asleep.clear()
            wake.set_result(None)
            await self._asleep.wait()
        self._now = end
        for task in tasks:
            task.cancel()
        for outcome in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(outcome, Exception):
                raise outcome

    async def _live(self, actor: Coroutine[None, None, None]) -> None:
        try:
            await actor
        finally:
            self._asleep.set()
