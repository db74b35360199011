"""Waiting for a state. A busy machine takes its time, so only what never comes is an error."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

#: Seconds in which a state has to be reached.
PATIENCE = 60.0


def reached(state: Callable[[], object], what: str) -> None:
    """Wait until `state` is true, in a test without a loop."""
    ends = time.monotonic() + PATIENCE
    while not state():
        assert time.monotonic() < ends, f"waited for {what}"
        time.sleep(0.005)


async def until(state: Callable[[], object], what: str) -> None:
    """Wait until `state` is true, while the loop goes on."""
    ends = time.monotonic() + PATIENCE
    while not state():
        assert time.monotonic() < ends, f"waited for {what}"
        await asyncio.sleep(0.005)
