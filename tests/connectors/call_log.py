"""A call log without a database, for tests of what asks it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence

from budtender.connectors.limiter import LONGEST_HOLD, Slot, Window, wait_for


class MemoryCallLog:
    """It forgets when the test ends."""

    def __init__(self) -> None:
        self._calls: dict[str, deque[float]] = {}
        self._holds: dict[str, float] = {}

    async def reserve(
        self, credential: str, windows: Sequence[Window], clock: Callable[[], float], instead_of: float | None = None
    ) -> Slot:
        now = clock()
        calls = self._calls.setdefault(credential, deque())
        if instead_of is not None and instead_of in calls:
            calls.remove(instead_of)
        later = 0
        while calls and calls[-1] > now:
            calls.pop()
            later += 1
        calls.extend([now] * later)
        longest = max((window.seconds for window in windows), default=0.0)
        while calls and calls[0] <= now - longest:
            calls.popleft()
        held = min(self._holds.pop(credential, now), now + LONGEST_HOLD)
        if held > now:
            self._holds[credential] = held
        wait = max(held - now, wait_for(calls, windows, now))
        if wait <= 0:
            calls.append(now)
        return Slot(now, max(wait, 0.0))

    async def hold(self, credential: str, until: float) -> None:
        self._holds[credential] = max(until, self._holds.get(credential, until))
