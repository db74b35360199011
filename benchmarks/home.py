"""A register on a temporary home, as it ships but for its key, which dies with it."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from budtender import log
from budtender.clock import Clock
from budtender.model import Actor, Role
from budtender.register import Register
from budtender.secrets import MemoryVault

OWNER = Actor(name="Bench", role=Role.OWNER)


@asynccontextmanager
async def temporary_register(*, clock: Clock | None = None) -> AsyncIterator[Register]:
    """An open register with nothing in it; its folder is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="budtender-bench-") as folder:
        try:
            async with await Register.open(Path(folder) / "home", vault=MemoryVault(), clock=clock) as register:
                yield register
        finally:
            log.configure(None)
