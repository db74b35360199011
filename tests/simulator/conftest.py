"""A running simulation and a client for each of its far sides."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from budtender.simulator import Simulation
from tests.simulator.aiq_client import AiqClient, Connect, Simulate


@pytest.fixture
def simulate() -> Iterator[Simulate]:
    """Starts simulations that stop when the test ends; small and without rate limits unless told otherwise."""
    with ExitStack() as stack:

        def start(**options: Any) -> Simulation:
            return stack.enter_context(Simulation(**({"shoppers": 60, "limits": False} | options)))

        yield start


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Connects clients of AIQ that are closed when the test ends."""
    with ExitStack() as stack:
        yield lambda simulation: stack.enter_context(AiqClient(simulation))


@pytest.fixture
def sim(simulate: Simulate) -> Simulation:
    return simulate()


@pytest.fixture
def aiq(sim: Simulation, connect: Connect) -> AiqClient:
    return connect(sim)


@pytest.fixture
def till(sim: Simulation) -> Iterator[httpx.Client]:
    """A client of Dutchie."""
    with httpx.Client(
        base_url=sim.url, auth=(sim.dutchie_key, ""), trust_env=False, verify=False, timeout=30
    ) as client:
        yield client
