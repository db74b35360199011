"""A long first sync is stopped with Ctrl+C: it says so, keeps what it has, and goes on there the next time."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from budtender.backoffice import integrations
from budtender.cli.bars import far
from budtender.register import Register
from budtender.simulator import Simulation
from budtender.sync.progress import Progress, time_left
from tests.patience import reached
from tests.stories.command_line import CommandLine, ended
from tests.stories.conftest import OWNER


@pytest.fixture
def sim() -> Iterator[Simulation]:
    """One store with more to tell than a moment takes."""
    with Simulation(shoppers=12, stores=1, crowd=400, sales=300, days=200, limits=False, latency_ms=150) as running:
        yield running


@pytest.mark.skipif(sys.platform == "win32", reason="a process there cannot be sent Ctrl+C alone")
def test_ctrl_c_ends_a_first_sync_without_loss(shop: CommandLine, sim: Simulation) -> None:
    store = sim.account("dutchie")

    async def connect_till() -> None:
        async with await Register.open(shop.home) as register:
            await integrations.connect_till(register, "dutchie", store.store, store.key, OWNER, base_url=store.base_url)

    asyncio.run(connect_till())
    before = len(sim.calls)
    process = shop.start("sync", "--once")
    reached(lambda: len(sim.calls) >= before + 6 or process.poll() is not None, "the first calls")
    assert process.poll() is None
    process.send_signal(signal.SIGINT)
    answer = ended(process)
    assert answer.document["stopped"]
    assert answer.code == 0
    till = next(row for row in shop("status").document["credentials"] if row["name"] == store.store)
    assert any(row["last_good"] or row["under_way"] for row in till["resources"])


@pytest.mark.skipif(sys.platform == "win32", reason="a process there cannot be sent Ctrl+C alone")
@pytest.mark.parametrize(
    ("program", "loaded"), [("budtender", "asyncio.events"), ("ui", "subprocess"), ("ui", "asyncio.events")]
)
def test_ctrl_c_while_the_program_is_still_loading_ends_it_without_a_word(program: str, loaded: str) -> None:
    command = [sys.executable, "-X", "importtime", "-m", program, "sync", "--once"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        for line in process.stderr:  # every module that was loaded, as it happens
            if line.endswith(f" {loaded}\n"):
                break
        process.send_signal(signal.SIGINT)
        out, rest = process.communicate(timeout=60)
    assert process.returncode == 130
    assert out == ""
    assert all(line.startswith("import time:") for line in rest.splitlines()), rest


def test_how_far_it_has_come_is_told_in_words() -> None:
    half = Progress(credential="Harbor Street", resource="sales", rows=1_200, total=2_400, left=time_left(0.5, 180))
    assert far(half) == "1,200 of 2,400, 3 min left"
    assert far(Progress(credential="Harbor Street", resource="sales", rows=7)) == "7"
    assert time_left(0.0, 10) is None
    assert time_left(0.5, 0.2) is None
