"""A till before a far side of its own, both on clocks that stand still until a test moves them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import stamina

from budtender.simulator import Simulation
from tests.faults.one_till import OneTill


@pytest.fixture
def standing_still() -> Iterator[Simulation]:
    """A far side whose clock stands still, with the named cases only."""
    with Simulation(shoppers=0, limits=False) as simulation, stamina.set_testing(True, attempts=3):
        simulation.clock.speed = 0
        yield simulation


@pytest.fixture
def open_till(standing_still: Simulation, tmp_path: Path) -> Iterator[Callable[..., OneTill]]:
    """Opens tills with settings of a test's own."""
    with ExitStack() as stack:

        def start(**settings: str) -> OneTill:
            till = OneTill(standing_still, tmp_path, settings)
            stack.callback(till.close)
            return till

        yield start


@pytest.fixture
def till(open_till: Callable[..., OneTill]) -> OneTill:
    return open_till()
