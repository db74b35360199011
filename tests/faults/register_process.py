"""The process that is killed: it opens a register, redeems and signs up, and says so after each commit.

Run as a program it is the nursery: it has imported everything and opened nothing, and forks a register for every
order that it reads. The secrets of the home come over its standard input, so no keyring is needed.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import stamina
import structlog

from budtender.cache import outbox
from budtender.connectors.aiq import Aiq
from budtender.connectors.call import BeforeSend
from budtender.connectors.http import load
from budtender.counter import lookup, redeem, signup, undo, verify
from budtender.errors import Failure
from budtender.events import Change
from budtender.model import State
from budtender.secrets import MemoryVault
from budtender.sync.engine import Engine
from tests.faults.fast_register import OWNER, FastRegister

WORKERS = 3
#: Seconds between two round trips; shoppers come first.
PACE = 0.05
LETTERS = str.maketrans("0123456789", "abcdefghij")
#: Where a register can be told to die, and the statement at which each of those inside the file is reached.
STATEMENTS = {
    "before BEGIN": ("BEGIN", None),
    "between statements": ("INSERT INTO audit", "INSERT INTO intent"),
    "before COMMIT": ("COMMIT", "INSERT INTO intent"),
    "before the claim's COMMIT": ("COMMIT", "SET state = 'sending'"),
    "before the answer's COMMIT": ("COMMIT", "SET answered_at"),
}
CALLS = ("claimed, not sent", "answered, not marked")
EVENTS = ("recorded, not acknowledged", "acknowledged", "marked")
#: The parent kills by what the far side has received.
SENT = "sent, not answered"
POINTS = (*STATEMENTS, *CALLS, *EVENTS, SENT)
#: Loaded with the first line of the log; a life of a tenth of a second has no time for that.
LOADED = (structlog,)


class Job(msgspec.Struct, frozen=True):
    """One thing to do at the counter: redeem this reward, or sign this number up when there is none."""

    phone: str
    reward: str | None = None
    undo: bool = False


class Order(msgspec.Struct, frozen=True):
    """What one life of the register is for, and where it ends if not wherever the parent likes."""

    jobs: list[Job]
    point: str = ""


class Home(msgspec.Struct, frozen=True):
    """The folder, and the secrets that its keyring would hold."""

    folder: str
    secrets: dict[str, bytes]

    def vault(self) -> MemoryVault:
        """The secrets as the register asks for them."""
        vault = MemoryVault()
        for entry, value in self.secrets.items():
            vault.write(entry, value)
        return vault


def say(*words: str) -> None:
    """One line to the parent; short enough to be written whole or not at all."""
    os.write(sys.stdout.fileno(), (" ".join(words) + "\n").encode())


def die() -> None:
    """As by kill -9: nothing is flushed, closed or said."""
    os.kill(os.getpid(), signal.SIGKILL)


class Fuse:
    """Kills this process when the point is reached at which it is to die."""

    def __init__(self, point: str) -> None:
        self.point = point
        self.armed = False
        self._seen_before = False

    def reached(self, point: str) -> None:
        """A point that is no statement."""
        if self.armed and point == self.point:
            die()

    def statement(self, sql: str) -> None:
        """A statement is about to run on the writer's connection."""
        if not self.armed or self.point not in STATEMENTS:
            return
        last, before = STATEMENTS[self.point]
        if (before is None or self._seen_before) and last in sql:
            die()
        if before is not None and before in sql:
            self._seen_before = True
        if sql.startswith("BEGIN"):
            self._seen_before = False


FUSE = Fuse("")


class FusedAiq(Aiq):
    """AIQ's connector with the two moments that lie between the network and the file."""

    async def write(self, *args: Any, before_send: BeforeSend | None = None, **options: Any) -> object | None:
        """The call, with a fuse before its first byte and one behind its answer."""

        async def claim() -> None:
            if before_send is not None:
                await before_send()
            FUSE.reached("claimed, not sent")

        answer = await super().write(*args, before_send=claim, **options)
        FUSE.reached("answered, not marked")
        return answer


class FusedRegister(FastRegister):
    """The register that is going to be killed."""

    aiq_class = FusedAiq


class Clerk:
    """Serves shoppers at one register until the process ends."""

    def __init__(self, register: FusedRegister) -> None:
        self.register = register
        self._said: set[str] = set()
        register.events.listen(self._hear)

    def _hear(self, change: Change) -> None:
        """An intent was committed, or one has moved: tell the parent what is saved, once each."""
        if change is not Change.OUTBOX:
            return
        newest = self.register.db.read(partial(outbox.listing, closed=True, limit=12))
        for intent in newest:
            if intent.id not in self._said:
                FUSE.reached("recorded, not acknowledged")
                self._said.add(intent.id)
                say("ack", intent.id)
                FUSE.reached("acknowledged")
            elif intent.state is State.DONE:
                FUSE.reached("marked")

    async def work(self, jobs: list[Job]) -> None:
        """Serve these shoppers one after the other; what the counter refuses is left."""
        for job in jobs:
            with contextlib.suppress(Failure):
                await (self._redeem(job) if job.reward else self._sign_up(job))

    async def _redeem(self, job: Job) -> None:
        found = await lookup.find_shopper(self.register, job.phone)
        assert found.known is not None
        opened = await verify.without_code(self.register, found.known, OWNER)
        assert job.reward is not None
        FUSE.armed = True
        done = await redeem.redeem(self.register, opened.visit, job.reward, OWNER, fresh=opened.fresh)
        if job.undo:
            await undo.undo(self.register, done.intent.id, OWNER)

    async def _sign_up(self, job: Job) -> None:
        FUSE.armed = True
        form = signup.Form(
            phone=job.phone,
            first_name="Zoë",
            # A name of one's own: the till takes people of one name and birth date for one.
            last_name=job.phone.translate(LETTERS),
            birth_date="1990-01-02",
            join=True,
            address="1 Main St",
            city="Pueblo",
            state="CO",
            zip="81003",
        )
        await signup.sign_up(self.register, form, OWNER)


async def live(home: Home, order: Order) -> None:
    """One life: open, serve, push and settle until somebody kills it."""
    FUSE.point = order.point
    register = await FusedRegister.open(Path(home.folder), vault=home.vault())
    if order.point in STATEMENTS:
        register.db.prepare(partial(_trace, told=FUSE.statement))
    say("open")
    clerk, engine = Clerk(register), Engine(register)
    async with asyncio.TaskGroup() as tasks:
        for n in range(WORKERS):
            tasks.create_task(clerk.work(order.jobs[n::WORKERS]))
        while not order.point:
            await asyncio.sleep(PACE)
            await engine.round_trip()
    await asyncio.Event().wait()


def _trace(connection: Any, *, told: Callable[[str], None]) -> None:
    connection.set_trace_callback(told)


def main() -> None:
    """Fork one register for every order on standard input; `reap` tells how it ended."""
    load()
    stamina.set_testing(True, attempts=3)
    home = msgspec.json.decode(sys.stdin.readline(), type=Home)
    pid = 0
    for line in sys.stdin:
        if line.strip() == "reap":
            _, status = os.waitpid(pid, 0)
            say("dead", str(os.waitstatus_to_exitcode(status)))
            continue
        order = msgspec.json.decode(line, type=Order)
        pid = os.fork()
        if pid == 0:
            asyncio.run(live(home, order))
            os._exit(1)
        say("born", str(pid))


if __name__ == "__main__":
    main()
