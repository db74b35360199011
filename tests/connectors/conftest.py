"""Far sides for the connectors: the simulator, and pages written beforehand."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from budtender.connectors.aiq import Aiq
from budtender.connectors.dutchie import Dutchie
from budtender.connectors.flourish import Flourish
from budtender.simulator import Simulation
from tests.connectors.flourish_lists import WILLOW, listed
from tests.connectors.page_server import Page, PageServer
from tests.connectors.told import DONE


@pytest.fixture(scope="module")
def world() -> Iterator[Simulation]:
    with Simulation(shoppers=40, seed=1, limits=False) as simulation:
        yield simulation


@pytest.fixture
def pages() -> Iterator[PageServer]:
    with PageServer(DONE) as server:
        yield server


@pytest_asyncio.fixture
async def aiq(world: Simulation) -> AsyncIterator[Aiq]:
    world.faults.clear()
    connector = Aiq.connect(world.url, world.uid, world.aiq_key)
    yield connector
    await connector.aclose()


@pytest_asyncio.fixture
async def paged(pages: PageServer) -> AsyncIterator[Aiq]:
    connector = Aiq.connect(pages.url, "9001", "key-1")
    yield connector
    await connector.aclose()


@pytest.fixture
def till_pages() -> Iterator[PageServer]:
    with PageServer(Page(body=[])) as server:
        server.play_recorded("GET /whoami", "dutchie/whoami-pascal.json")
        yield server


@pytest_asyncio.fixture
async def till(world: Simulation) -> AsyncIterator[Dutchie]:
    world.faults.clear()
    connector = Dutchie.connect(world.url, world.dutchie_key)
    yield connector
    await connector.aclose()


@pytest_asyncio.fixture
async def paged_till(till_pages: PageServer) -> AsyncIterator[Dutchie]:
    connector = Dutchie.connect(till_pages.url, "key-1")
    yield connector
    await connector.aclose()


@pytest.fixture
def flourish_pages() -> Iterator[PageServer]:
    with PageServer(listed()) as server:
        server.play_recorded("GET /v1/facilities", "flourish/facilities.json")
        yield server


@pytest_asyncio.fixture
async def paged_flourish(flourish_pages: PageServer) -> AsyncIterator[Flourish]:
    connector = Flourish.connect(flourish_pages.url, "key-1", location=WILLOW)
    yield connector
    await connector.aclose()


@pytest_asyncio.fixture
async def flourish_shop() -> AsyncIterator[tuple[Simulation, Flourish]]:
    """Two hundred days of sales, for a key that reaches every facility."""
    with Simulation(shoppers=60, crowd=260, sales=330, days=200, seed=2, limits=False) as simulation:
        account = simulation.account("flourish")
        connector = Flourish.connect(account.base_url, account.key, second_key=account.second_key)
        yield simulation, connector
        await connector.aclose()
