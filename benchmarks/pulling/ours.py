"""What is measured: `budtender sync --once` on a home of its own, but for the vendor's pace, which would hide it.

`python -m benchmarks.pulling.ours URL CREDENTIALS` makes a first pull and prints what it took; then each line it reads
is answered by one more round trip.
"""

from __future__ import annotations

import asyncio
import resource
import sys
import time
from functools import partial
from typing import Any

import msgspec

from benchmarks.home import OWNER, temporary_register
from budtender import phone
from budtender.backoffice import integrations
from budtender.cache.database import Connection
from budtender.clock import Clock
from budtender.model import Batch, Resource
from budtender.register import Register
from budtender.sync import mirror
from budtender.sync.engine import Engine


class Brisk(Clock):
    """A clock on which every look takes two seconds, so that no limit is ever reached."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def wall(self) -> float:
        """Epoch seconds, further ahead each time."""
        self._ahead += 2.0
        return super().wall() + self._ahead


async def main() -> None:
    """Pull once, then once more for each line."""
    url, credentials = sys.argv[1], int(sys.argv[2])
    phone.load()  # as all that is imported, the floor's modules too
    async with temporary_register(clock=Brisk()) as register:
        for n in range(credentials):
            await integrations.connect_till(register, "dutchie", f"Store {n}", f"key-{n}", OWNER, base_url=url)
        if credentials == 1:
            figures = await _timed(_first(register))
            _told(figures | {"rows": register.db.read(_customers)})
        else:
            # Row 12 compares round trips, not first pulls.
            await Engine(register).once()
        for line in sys.stdin:
            came: list[Batch] = []
            only = line.strip() == "customers"
            customers = partial(mirror.copy_resource, register, "Store 0", Resource.CUSTOMERS, told=came.append)
            work = customers() if only else Engine(register).once()
            # Nothing is counted after each: it would push all that the next one reads out of the cache.
            figures = await _timed(work)
            _told(figures | {"came": sum(len(batch.rows) for batch in came)})


async def _first(register: Register) -> None:
    trip = await Engine(register).once()
    assert not trip.failures, trip.failures


def _customers(connection: Connection) -> int:
    found: int = connection.execute("SELECT count(*) AS n FROM customer").fetchone()["n"]
    return found


async def _timed(work: Any) -> dict[str, float]:
    began, cpu = time.perf_counter(), time.process_time()
    await work
    seconds, used = time.perf_counter() - began, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"seconds": seconds, "cpu": used, "peak_kib": peak}


def _told(figures: dict[str, float]) -> None:
    print(msgspec.json.encode(figures).decode(), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
