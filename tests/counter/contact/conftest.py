"""A counter with a till, for changes of a phone or e-mail."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.counter.contact.changing import INES
from tests.counter.counter import Counter


@pytest.fixture
async def shop(counter: Counter) -> Counter:
    """A counter with a till, in which the shopper has one number alone."""
    await counter.connect_till()
    await counter.set(quiet_seconds=0)
    (ines,) = counter.sim.world.customers.find(phone=INES)
    with counter.sim.world.moment() as world:
        world.customers.put(replace(ines, cell_phone=None))
    return counter
