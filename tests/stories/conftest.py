"""A simulated world, a home whose keys lie in this machine's secure storage, and the command line on it."""

from __future__ import annotations

import asyncio
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import keyring.core
import pytest

from budtender.backoffice import integrations
from budtender.errors import HomeError
from budtender.model import Actor, Role
from budtender.register import Register
from budtender.secrets import KeyringVault
from budtender.simulator import Simulation
from tests.stories.command_line import CommandLine

OWNER = Actor(name="set-up", role=Role.OWNER)


@pytest.fixture(scope="session")
def _secure_storage() -> None:
    """Skips where this machine has no secure storage; Linux gets one from `.ci/with-secret-service`."""
    try:
        KeyringVault.open(uuid.uuid4().hex).prove()
    except HomeError as error:
        if sys.platform == "linux":
            raise
        pytest.skip(f"these stories run whole processes, and: {error}")


@pytest.fixture
def sim() -> Iterator[Simulation]:
    """AIQ and Dutchie on loopback, with the named cases as their only shoppers."""
    with Simulation(shoppers=0, limits=False) as running:
        yield running


@pytest.fixture
def new_home(
    _secure_storage: None, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> CommandLine:
    """The command line on a folder that was never used."""
    for name in ("BUDTENDER_HOME", "BUDTENDER_KEY"):
        monkeypatch.delenv(name, raising=False)
    # What one test made of the keyring library must not stay for the next.
    monkeypatch.setattr(keyring.core, "_keyring_backend", None)
    return CommandLine(tmp_path / "home", capsys, monkeypatch)


@pytest.fixture
def shop(new_home: CommandLine, sim: Simulation) -> CommandLine:
    """The command line on a home that is connected to AIQ and has no staff."""
    asyncio.run(connect(new_home.home, sim))
    return new_home


async def connect(home: Path, sim: Simulation) -> None:
    """Make a home and connect it."""
    async with await Register.open(home) as register:
        await integrations.connect_aiq(register, sim.uid, sim.aiq_key, OWNER, base_url=sim.url)
