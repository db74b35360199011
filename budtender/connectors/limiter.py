"""How often a credential may be used: sliding windows, the counter before the background.

A limit belongs to the credential, not to a program or a loop, so the calls made are kept in a `CallLog` that all of
them share and that outlives a restart. Windows slide: a token bucket of 110 lets 220 calls through in one minute,
above a vendor's ceiling of 120.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from enum import Enum
from typing import NamedTuple, Protocol

import msgspec

from budtender.errors import RemoteError

#: No pause that a far side asks for is kept longer than this, in seconds.
LONGEST_HOLD = 900.0


class Priority(Enum):
    """Who is waiting: a shopper at the counter, or nobody."""

    COUNTER = "counter"
    BACKGROUND = "background"


class Window(msgspec.Struct, frozen=True):
    """At most `calls` calls in any stretch of `seconds` seconds."""

    calls: int
    seconds: float


#: AIQ's ceilings as two integrators quote them, for the whole account: 5 a second, 120 a minute, 2,000 an hour.
#: These stay below, because the account's other programs and the way there are not ours to time. Of two calls the
#: later may reach AIQ so much sooner than it left that 1.3 seconds become one: no more than five leave in them.
AIQ_WINDOWS = (Window(4, 1), Window(5, 1.3), Window(110, 60), Window(1800, 3600))

#: A slot older than this when its call leaves is given back and taken anew, in seconds. The way to AIQ may then
#: still differ by as much from call to call before a sixth falls into one second there.
FRESH = 0.15
#: So often at the most: where taking a slot alone takes longer than that, a late call is better than none.
RENEWALS = 3


class LimiterBusy(Exception):
    """The credential is used up for longer than the caller would wait; nothing was recorded."""

    def __init__(self, wait: float) -> None:
        super().__init__(f"no room for {wait:.1f} s")
        self.wait = wait


class Slot(NamedTuple):
    """When a call was recorded, in epoch seconds; or how many seconds to wait, and nothing was recorded."""

    at: float
    wait: float = 0.0


class Taken(NamedTuple):
    """The slot that a call has: when the log has it as made (epoch seconds), and when that was on the steady clock."""

    at: float
    since: float


class CallLog(Protocol):
    """Remembers the calls made with each credential; safe to use from several loops and threads at once.

    A clock that was set back must not block a credential for longer than the longest window: before deciding, a
    log moves what it recorded later than now to now, moves a hold further away than `LONGEST_HOLD` to that, and
    forgets a hold that is over.
    """

    async def reserve(
        self, credential: str, windows: Sequence[Window], clock: Callable[[], float], instead_of: float | None = None
    ) -> Slot:
        """Record a call as made now, or record nothing and say how long to wait.

        The clock (epoch seconds) is read when it is this call's turn to decide; deciding and recording are one step.
        A hold is honored like a full window. The call recorded at `instead_of` was never made, and is forgotten.
        """
        ...

    async def hold(self, credential: str, until: float) -> None:
        """Let no call of this credential pass before `until` (epoch seconds); an earlier hold is never shortened."""
        ...


def wait_for(times: Sequence[float], windows: Sequence[Window], now: float) -> float:
    """How many seconds from `now` until one more call fits into every window; 0.0 when it fits already.

    `times` are the calls of at least the longest window, oldest first; a time after `now` (the clock was set back)
    counts as made now, so the wait is never longer than the longest window.
    """
    wait = 0.0
    for window in windows:
        if len(times) >= window.calls:
            leaves = min(times[-window.calls], now) + window.seconds
            wait = max(wait, leaves - now)
    return wait


def _for_background(windows: Sequence[Window], share: float) -> tuple[Window, ...]:
    """The windows scaled to `share`, with the calls spread evenly over all but the longest.

    Scaling leaves the counter room over a minute and an hour. Spreading leaves it room within the second: a
    backfill that used its seconds in bursts made a second counter call wait for up to 0.8 s; spread, nearly none
    waits, and the longest window, which bounds a backfill in the end, is used as fully as before.
    """
    scaled = tuple(Window(max(1, int(window.calls * share)), window.seconds) for window in windows)
    longest = max((window.seconds for window in scaled), default=0.0)
    gap = max((window.seconds / window.calls for window in scaled if window.seconds < longest), default=0.0)
    return (*scaled, Window(1, gap)) if gap else scaled


class Limiter:
    """Lets the calls of one credential pass no faster than its windows allow.

    The background is held to `background_share` of the windows, so a counter call finds room beside a backfill that
    takes all it can get. Belongs to no loop: the window's and the engine's may share one.
    """

    def __init__(
        self,
        credential: str,
        windows: Sequence[Window],
        log: CallLog,
        *,
        background_share: float = 0.8,
        clock: Callable[[], float] = time.time,
        steady: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        heard: Callable[[RemoteError | None], None] = lambda _failure: None,
        aside: Callable[[], None] = lambda: None,
    ) -> None:
        """`heard` is told how each call ended; whoever shares the credential may want to know its system's health.

        `aside` waits while the counter goes first; long work on an answer calls it between its pieces, off any loop.
        """
        self.heard = heard
        self.aside = aside
        #: The name under which calls are counted.
        self.credential = credential
        self._log = log
        self._clock = clock
        self._steady = steady
        self._sleep = sleep
        self._share = background_share
        self._given = tuple(windows)
        self._parts: dict[str, Limiter] = {}
        self._apply(self._given)

    def _apply(self, windows: Sequence[Window]) -> None:
        self._windows = {
            Priority.COUNTER: tuple(windows),
            Priority.BACKGROUND: _for_background(windows, self._share),
        }

    def part(self, name: str, windows: Sequence[Window]) -> Limiter:
        """The limiter of one endpoint of this credential, where the far side counts each by itself."""
        if name not in self._parts:
            self._parts[name] = Limiter(
                f"{self.credential} {name}",
                windows,
                self._log,
                background_share=self._share,
                clock=self._clock,
                steady=self._steady,
                sleep=self._sleep,
            )
        return self._parts[name]

    def learn(self, calls: int, seconds: float) -> None:
        """The far side has said how many calls it allows: a fifth less than that from now on, if that is stricter.

        Kept as long as the program runs; the next start learns it anew.
        """
        told = Window(max(1, int(calls * 0.8)), seconds)
        self._apply((*self._given, told))

    async def acquire(self, priority: Priority, patience: float | None) -> Taken:
        """Return when one call may be made now, with the slot that is recorded for it.

        `patience` is how many seconds to wait at most, None for as long as it takes. Raises LimiterBusy as soon as
        it is clear that the wait would be longer.
        """
        return await self._take(priority, patience, None)

    async def renew(self, taken: Taken, priority: Priority, patience: float | None) -> Taken:
        """The same right before the first byte, for a call that has a slot already.

        Connecting, a commit, or a machine with too much to do may come between a slot and its call; used late, it
        would crowd a second that others counted on. A slot that has aged is taken anew in place of the old one.
        """
        for _ in range(RENEWALS):
            if self._steady() - taken.since <= FRESH:
                break
            taken = await self._take(priority, patience, taken.at)
        return taken

    async def _take(self, priority: Priority, patience: float | None, instead_of: float | None) -> Taken:
        windows, since = self._windows[priority], 0.0

        def clock() -> float:
            nonlocal since
            since = self._steady()
            return self._clock()

        while True:
            slot = await self._log.reserve(self.credential, windows, clock, instead_of)
            if not slot.wait:
                return Taken(slot.at, since)
            instead_of = None
            if patience is not None:
                if slot.wait > patience:
                    raise LimiterBusy(slot.wait)
                patience -= slot.wait
            await self._sleep(slot.wait)

    async def hold(self, seconds: float) -> None:
        """Let no call pass for `seconds`, whoever asks; the far side wants a pause."""
        await self._log.hold(self.credential, self._clock() + min(seconds, LONGEST_HOLD))
