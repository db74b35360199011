"""A register that is killed while it redeems and signs up loses nothing that it acknowledged, and doubles nothing."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from budtender.model import State
from budtender.simulator import Simulation
from tests.faults.killing import Harness, Histories
from tests.faults.register_process import POINTS
from tests.faults.seed import SEED, tell

KILLS = int(os.environ.get("BUDTENDER_KILLS", "300"))
EACH = 2

# Each of these keeps both cores busy; side by side they would measure the machine.
pytestmark = [
    pytest.mark.drawn,
    pytest.mark.xdist_group("kills"),
    pytest.mark.skipif(sys.platform == "win32", reason="there is no fork and no kill -9 on Windows"),
]


@pytest.fixture
def far_side() -> Iterator[Simulation]:
    with Simulation(shoppers=1200, seed=SEED % 1000, limits=False) as simulation:
        yield simulation


def _check(acked: set[str], end: Histories) -> None:
    """Compare what was acknowledged, what the database holds and what the far side did."""
    assert acked <= end.ids, "an acknowledged intent is gone"
    assert end.wrong() == []
    assert end.strays() == set()
    assert end.integrity == ["ok"]
    assert end.broken_audit is None
    assert end.off_balance == []


@pytest.mark.timeout(1200)
async def test_random_kills_lose_and_double_nothing(far_side: Simulation, tmp_path: Path) -> None:
    harness = Harness(tmp_path, far_side, SEED)
    await harness.set_up()
    harness.break_the_network()
    with harness.nursery() as nursery:
        for _ in range(KILLS):
            harness.kill_at_random(nursery)
    end = await harness.drain()
    tell(kills=KILLS, acked=len(nursery.acked), ended=Counter((i.kind.value, i.state.value) for i in end.intents))
    _check(nursery.acked, end)
    assert sum(i.state is State.DONE for i in end.intents) > KILLS / 2


@pytest.mark.parametrize("point", POINTS)
async def test_a_kill_at_a_named_point_loses_and_doubles_nothing(
    far_side: Simulation, tmp_path: Path, point: str
) -> None:
    harness = Harness(tmp_path, far_side, SEED)
    await harness.set_up()
    with harness.nursery() as nursery:
        for _ in range(EACH):
            harness.kill_at(nursery, point, harness.redemption())
            harness.kill_at(nursery, point, harness.sign_up())
    end = await harness.drain()
    _check(nursery.acked, end)
    recorded = POINTS.index(point) >= POINTS.index("before the claim's COMMIT")
    assert (len(end.intents) >= 2 * EACH) == recorded
