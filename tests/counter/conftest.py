"""An open counter, connected to a simulated AIQ with the named cases as its shoppers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from budtender.simulator import Simulation
from tests.counter.counter import AIQ_PIN, Counter


@pytest.fixture
def sim() -> Iterator[Simulation]:
    with Simulation(shoppers=0, limits=False, master_pin=AIQ_PIN) as running:
        yield running


@pytest.fixture
async def unconnected(tmp_path: Path, sim: Simulation) -> AsyncIterator[Counter]:
    """A register that knows no remote system yet."""
    counter = Counter(tmp_path / "home", sim)
    await counter.open()
    yield counter
    await counter.register.close()


@pytest.fixture
async def counter(unconnected: Counter) -> Counter:
    await unconnected.connect()
    return unconnected
