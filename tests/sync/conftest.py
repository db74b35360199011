"""A register with a till and AIQ, all simulated over real HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from budtender.simulator import Simulation
from tests.connectors.page_server import PageServer
from tests.counter.counter import Counter
from tests.sync.company import flourish_company
from tests.sync.selling import Selling
from tests.sync.venue import Venue


@pytest.fixture
def sim() -> Iterator[Simulation]:
    with Simulation(shoppers=60, limits=False) as running:
        yield running


@pytest.fixture
async def shop(tmp_path: Path, sim: Simulation) -> AsyncIterator[Counter]:
    """A register that is connected to both and has read nothing yet."""
    counter = Counter(tmp_path / "home", sim)
    await counter.open()
    await counter.connect()
    await counter.connect_till(fresh=True)
    yield counter
    await counter.register.close()


@pytest.fixture
def market() -> Iterator[Simulation]:
    """A world of two stores that have sold for a month."""
    with Simulation(shoppers=30, stores=2, sales=120, days=30, limits=False) as running:
        yield running


@pytest.fixture
async def register(tmp_path: Path, market: Simulation) -> AsyncIterator[Selling]:
    """A register that is connected to AIQ alone, and has read nothing yet."""
    counter = Selling(tmp_path / "home", market)
    await counter.open()
    await counter.connect()
    yield counter
    await counter.register.close()


@pytest.fixture(params=["dutchie"])
async def selling(register: Selling, request: pytest.FixtureRequest) -> Selling:
    """The same, connected to both stores of a till as well."""
    await register.connect_stores(request.param)
    return register


@pytest.fixture
def venue() -> Iterator[Venue]:
    with PageServer() as server:
        yield Venue(server)


@pytest.fixture
def company() -> Iterator[tuple[PageServer, dict[str, Any]]]:
    with flourish_company() as told:
        yield told
