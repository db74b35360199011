"""How far each copying has come, for a bar in the window and on the terminal: counts, and about how long it takes.

Who finds a long one in the way lets it pause: what is stored stays, and it goes on behind that.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Container
from datetime import timedelta

import msgspec

from budtender.events import Change, Events
from budtender.model import Value

#: Seconds from which a copying is long: whoever notices it wants to know when it ends.
LONG = 15.0
#: Seconds after a key at the counter in which no further rows are fetched: somebody is typing a number.
TYPING = 0.5
#: Seconds after which long work goes on a piece although somebody types.
MOMENT = 1.0
#: Seconds between two pieces of long work beside a window in any case.
REST = 0.005


class Progress(Value, frozen=True, kw_only=True):
    """One copying: rows so far, rows in all where that is known, and the time it still takes.

    `share` is how much of the whole is done, 0 to 1, where that is known; `elapsed` the seconds since it began or went
    on. One that `waits` has been broken off and is tried again.
    """

    credential: str
    resource: str
    rows: int
    total: int | None = None
    left: timedelta | None = None
    share: float | None = None
    elapsed: float = 0.0
    waits: bool = False

    @property
    def is_long(self) -> bool:
        """Whether it takes long, as far as that can be told by now."""
        return self.elapsed + (self.left.total_seconds() if self.left else 0) >= LONG


class Board:
    """What is under way at this moment, and whether it may; used from any thread."""

    def __init__(self, events: Events) -> None:
        self._events = events
        self._lock = threading.Lock()
        self._under_way: dict[tuple[str, str], Progress] = {}
        #: What is long, from when that was known until it comes to its end, with what it last told.
        self._long: dict[tuple[str, str], Progress] = {}
        #: Since when and until when long ones pause, on the monotonic clock.
        self._pause: tuple[float, float] | None = None
        #: Until when somebody is surely still typing; a person's time, whatever the register's clock says.
        self._typing = 0.0

    def tell(self, progress: Progress) -> None:
        """It has come so far."""
        key = progress.credential, progress.resource
        with self._lock:
            self._under_way[key] = progress
            if key in self._long or progress.is_long:
                self._long[key] = progress
        self._events.ring(Change.PROGRESS)

    def end(self, credential: str, resource: str, *, rests: bool = False, failed: bool = False) -> None:
        """It is not under way any more: it has come to its end, or rests and goes on, or failed and is tried again."""
        key = credential, resource
        with self._lock:
            known = self._under_way.pop(key, None)
            long = self._long.pop(key, None)
            if long is not None and (rests or failed):
                self._long[key] = msgspec.structs.replace(long, waits=failed)
        if known is not None or long is not None:
            self._events.ring(Change.PROGRESS)

    def under_way(self) -> list[Progress]:
        """Everything that is under way."""
        with self._lock:
            return list(self._under_way.values())

    def long(self) -> list[Progress]:
        """What takes long and has not come to its end; also while it gives way to others, pauses or waits."""
        with self._lock:
            return list(self._long.values())

    def forget_but(self, credentials: Container[str]) -> None:
        """What rests for a credential that is not asked any more does not go on."""
        with self._lock:
            gone = [key for key in self._long if key[0] not in credentials and key not in self._under_way]
            for key in gone:
                del self._long[key]
        if gone:
            self._events.ring(Change.PROGRESS)

    # ── the counter goes first ────────────────────────────────────────────────────────────────────────────

    def give_way(self) -> None:
        """Somebody types at the counter: a copying waits with its next rows for a moment."""
        self._typing = time.monotonic() + TYPING

    def gives_way_for(self) -> float:
        """Seconds that a copying waits before it looks again; 0 when nobody types."""
        return max(0.0, self._typing - time.monotonic())

    def stand_aside(self) -> None:
        """Wait on this thread while somebody types, a moment at the most; long work calls it again and again.

        Without anybody typing it rests for a blink, in which the window's thread need not contend for the interpreter.
        """
        time.sleep(REST)
        ends = time.monotonic() + MOMENT
        while (wait := self.gives_way_for()) and time.monotonic() < ends:
            time.sleep(wait)

    # ── a pause ───────────────────────────────────────────────────────────────────────────────────────────

    def pause(self, now: float, seconds: float) -> None:
        """Long ones end after what they are storing, and none begins for so long; `now` is monotonic time."""
        with self._lock:
            self._pause = (now, now + seconds)
        self._events.ring(Change.PAUSE)

    def go_on(self) -> None:
        """The pause is over."""
        with self._lock:
            self._pause = None
        self._events.ring(Change.PAUSE)

    def paused_for(self, now: float) -> float | None:
        """How many seconds the pause still lasts; None when there is none."""
        with self._lock:
            if self._pause is None or now >= self._pause[1]:
                return None
            return self._pause[1] - now

    def shall_pause(self, began: float, now: float) -> bool:
        """Whether a copying that began then is to end: it was under way at the pause, or has grown long since."""
        with self._lock:
            if self._pause is None or now >= self._pause[1]:
                return False
            return began <= self._pause[0] or now - began > LONG


def time_left(done: float, elapsed: float) -> timedelta | None:
    """How long the rest takes when a share `done` took `elapsed` seconds; None while that says too little."""
    if not 0 < done <= 1 or elapsed < 1:
        return None
    return timedelta(seconds=round(elapsed * (1 - done) / done))
