"""What can go wrong in the simulated world, as switches: each is undone by switching it off again."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from budtender.simulator import Simulation

#: Every route of AIQ, and of nobody else.
_AIQ = "* /api/*"
#: Switch → the fault of the simulator that it puts in force.
FAULTS: Mapping[str, Mapping[str, Any]] = {
    "slow": {"name": "latency", "match": _AIQ, "seconds": 3.0, "times": None},
    "limited": {"name": "rate_limit", "match": _AIQ, "seconds": 20.0, "times": None},
    "lost": {"name": "drop_after", "match": "PUT /api/v1.1/discount/redeem/*", "times": 1},
}
CUT = "cut"


class Trouble:
    """The switches of one simulated world."""

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation
        self._on: set[str] = set()
        self._turn = asyncio.Lock()

    async def switch(self, word: str, wanted: bool) -> None:
        """Let it go wrong, or right again. With the network cut nobody answers at all.

        One switch after the other: a server that still stops cannot be started.
        """
        if word == CUT:
            async with self._turn:
                await asyncio.to_thread(self._simulation.stop if wanted else self._simulation.start)
            return
        (self._on.add if wanted else self._on.discard)(word)
        faults = self._simulation.faults
        faults.clear()
        for each in sorted(self._on):
            faults.add(**FAULTS[each])
