"""Training: the simulator plugged into a register with a home of its own; nothing of it is left behind."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from budtender import log
from budtender.errors import CannotSave
from budtender.model import Value
from budtender.register import Register
from budtender.secrets import MemoryVault
from budtender.simulator import Simulation


class Training(Value, frozen=True, kw_only=True):
    """An open register and the simulated world around it, not connected to each other yet."""

    register: Register
    simulation: Simulation


@asynccontextmanager
async def training(shoppers: int, seed: int) -> AsyncIterator[Training]:
    """Open a training register; closed and removed at the end, however that comes.

    Its keys are kept in memory only: should the process be killed, the folder that stays cannot be read by anybody.
    Raises CannotSave when there is no room for a temporary folder.
    """
    folder = _made()
    try:
        with Simulation(shoppers=shoppers, seed=seed) as simulation:
            async with await Register.open(folder, vault=MemoryVault()) as register:
                yield Training(register=register, simulation=simulation)
    finally:
        log.configure(None)  # the log lies in the folder that goes now
        shutil.rmtree(folder)


def _made() -> Path:
    try:
        return Path(tempfile.mkdtemp(prefix="budtender-training-"))
    except OSError as error:
        reason = (error.strerror or "the disk refused").lower()
        raise CannotSave(
            f"A temporary folder cannot be made: {reason}.", "Free some space, or name another place in $TMPDIR."
        ) from error
