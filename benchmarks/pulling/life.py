"""A process that may be killed: it opens a home, syncs once, and says how far it has come.

The home's secrets come over its standard input, so no keyring is needed. `killed` and the tests start it.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import msgspec

from benchmarks.pulling.ours import Brisk
from budtender.events import Change
from budtender.register import Register
from budtender.secrets import MemoryVault
from budtender.sync.engine import Engine


class Home(msgspec.Struct, frozen=True):
    """A home and what opens it."""

    folder: str
    secrets: dict[str, bytes]

    def vault(self) -> MemoryVault:
        """The secrets as the register asks for them."""
        vault = MemoryVault()
        for entry, value in self.secrets.items():
            vault.write(entry, value)
        return vault


class TellingVault(MemoryVault):
    """Keeps what it is given where it can be handed on."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[str, bytes] = {}

    def write(self, entry: str, value: bytes) -> None:
        """Keep an entry."""
        self.kept[entry] = value
        super().write(entry, value)


def ran(home: Home, kill_after: int | None) -> bool:
    """One process on the home, killed after so many signs of progress; True when it came to its end before.

    RuntimeError with its words when it failed.
    """
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks.pulling.life"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(msgspec.json.encode(home).decode() + "\n")
        process.stdin.flush()
        for told, line in enumerate(process.stdout, start=1):
            if line.startswith("failed"):
                raise RuntimeError(line)
            if line.strip() == "done":
                return True
            if kill_after is not None and told >= kill_after:
                process.kill()
                process.wait()
                return False
    raise RuntimeError("it ended without a word")


def say(word: str) -> None:
    """One line to the parent; short enough to be written whole or not at all."""
    os.write(sys.stdout.fileno(), (word + "\n").encode())


async def live(home: Home) -> None:
    """One life: sync until it is done, or somebody kills it."""
    clock = Brisk()
    async with await Register.open(Path(home.folder), vault=home.vault(), clock=clock) as register:

        def hear(change: Change) -> None:
            if change is Change.PROGRESS:
                say("progress")

        register.events.listen(hear)
        trip = await Engine(register).once()
        say("done" if not trip.failures else f"failed {trip.failures}")


if __name__ == "__main__":
    asyncio.run(live(msgspec.json.decode(sys.stdin.readline(), type=Home)))
