"""The calls of each credential, kept in the cache: every loop and process of a home shares them, and its next start."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from budtender.cache import calls
from budtender.cache.database import Connection, Database
from budtender.connectors.limiter import LONGEST_HOLD, Slot, Window, wait_for


class SavedCallLog:
    """A call log over the cache; deciding and recording are one transaction."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def reserve(
        self, credential: str, windows: Sequence[Window], clock: Callable[[], float], instead_of: float | None = None
    ) -> Slot:
        """Record a call as made now, or record nothing and say how long to wait."""
        work = partial(_reserve, credential=credential, windows=windows, clock=clock, instead_of=instead_of)
        # A power cut may forget the last calls: the machine takes longer to start again than a window of seconds lasts.
        return await self._db.write(work, lasting=False)

    async def hold(self, credential: str, until: float) -> None:
        """Let no call pass before `until`; an earlier hold is never shortened."""

        def work(c: Connection) -> None:
            calls.hold(c, credential, max(until, calls.held_until(c, credential)))

        await self._db.write(work)


def _reserve(
    connection: Connection,
    *,
    credential: str,
    windows: Sequence[Window],
    clock: Callable[[], float],
    instead_of: float | None,
) -> Slot:
    now = clock()  # the file may have been another program's for seconds
    if instead_of is not None:
        calls.remove(connection, credential, instead_of)
    # The clock may have been set back: what lies ahead of it counts as made now, and no hold reaches too far. One that
    # is over is forgotten, lest it begin anew then.
    calls.bring_back(connection, credential, now)
    held = min(calls.held_until(connection, credential), now + LONGEST_HOLD)
    held = held if held > now else 0.0
    calls.hold(connection, credential, held)
    longest = max((window.seconds for window in windows), default=0.0)
    made = calls.times(connection, credential, now - longest)
    wait = max(held - now, wait_for(made, windows, now))
    if wait > 0:
        return Slot(now, wait)
    calls.add(connection, credential, now, now - longest)
    return Slot(now)
