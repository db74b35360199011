"""The process that is killed: it opens a home, syncs once, and says how far it has come.

The home's secrets come over its standard input, so no keyring is needed.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import msgspec

from budtender.events import Change
from budtender.register import Register
from budtender.secrets import MemoryVault
from budtender.sync.engine import Engine
from tests.sync.selling import Brisk


class Home(msgspec.Struct, frozen=True):
    """A home and what opens it; `ahead` is how far its clock has been moved."""

    folder: str
    secrets: dict[str, bytes]
    ahead: float = 0.0

    def vault(self) -> MemoryVault:
        """The secrets as the register asks for them."""
        vault = MemoryVault()
        for entry, value in self.secrets.items():
            vault.write(entry, value)
        return vault


def say(word: str) -> None:
    """One line to the parent; short enough to be written whole or not at all."""
    os.write(sys.stdout.fileno(), (word + "\n").encode())


async def live(home: Home) -> None:
    """One life: sync until it is done, or somebody kills it."""
    clock = Brisk()
    clock.ahead = home.ahead
    async with await Register.open(Path(home.folder), vault=home.vault(), clock=clock) as register:

        def hear(change: Change) -> None:
            if change is Change.PROGRESS:
                say("progress")

        register.events.listen(hear)
        trip = await Engine(register).once()
        say("done" if not trip.failures else f"failed {trip.failures}")


if __name__ == "__main__":
    asyncio.run(live(msgspec.json.decode(sys.stdin.readline(), type=Home)))
