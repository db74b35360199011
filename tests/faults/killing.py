"""The parent of the kill test: the far side that is never killed, the nursery, and the three histories at the end."""

from __future__ import annotations

import os
import random
import select
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import IO

import msgspec
import stamina

from budtender.backoffice import integrations
from budtender.cache import audit, outbox, personas
from budtender.clock import Clock
from budtender.model import Intent, Kind, State
from budtender.secrets import MemoryVault
from budtender.simulator import Simulation
from budtender.sync.engine import Engine
from tests.faults.fast_register import OWNER, FastRegister
from tests.faults.register_process import SENT, Home, Job, Order
from tests.patience import PATIENCE, reached, until

#: Waits in seconds: the far side's late effects come after 0.3, so every look after them is conclusive.
LATE = 0.3
#: And so long a register may do nothing that it acknowledges.
AWHILE = 3.0
SETTINGS = {
    "text_code": "off",
    "quiet_seconds": "5",
    "late_seconds": "2",
    "longest_lag_seconds": "2",
    "sign_up_lag_seconds": "2",
    "second_redemption_minutes": "0",
}
REWARDS = ("58213", "58214", "58215", "58216", "58217", "58219")
REDEEM = "/api/v1.1/discount/redeem/{uid}/{discountRef}/{token}"
SIGN_UP = "/api/v2/loyalty"
SHARE_OF_FAULTS = 0.1


class ShiftedClock(Clock):
    """The machine's clocks, pushed ahead together."""

    ahead = 0.0

    def wall(self) -> float:
        """Epoch seconds."""
        return super().wall() + self.ahead

    def mono(self) -> float:
        """Seconds since the machine started."""
        return super().mono() + self.ahead


class TellingVault(MemoryVault):
    """Secrets in memory that can be handed to another process."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[str, bytes] = {}

    def write(self, entry: str, value: bytes) -> None:
        """Store the secret, and remember that it is there."""
        super().write(entry, value)
        self.kept[entry] = value


class Nursery:
    """Forks registers and says how they ended."""

    def __init__(self, home: Home, log: Path) -> None:
        root = Path(__file__).parents[2]
        with log.open("wb") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-W", "error", "-m", "tests.faults.register_process"],
                cwd=root,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                bufsize=0,
                stderr=errors,
                env=os.environ | {"PYTHONPATH": str(root)},
            )
        self._log = log
        self._tell(msgspec.json.encode(home))
        self.acked: set[str] = set()
        self._heard = b""

    @property
    def _out(self) -> IO[bytes]:
        assert self._process.stdout is not None
        return self._process.stdout

    def _tell(self, line: bytes) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + b"\n")
        self._process.stdin.flush()

    def _hear(self, wanted: str) -> str:
        """The rest of the next line that begins with `wanted`; what was acknowledged before it is kept."""
        while (line := self._line(PATIENCE)) is not None:
            word, _, rest = line.partition(" ")
            if word == "ack":
                self.acked.add(rest)
            elif word == wanted:
                return rest
        raise AssertionError(f"nobody says {wanted!r}: {self._log.read_text()}")

    def _line(self, seconds: float) -> str | None:
        """The next line; None when there is none for so long, or none any more."""
        ends = time.monotonic() + seconds
        while b"\n" not in self._heard:
            left = max(0.0, ends - time.monotonic())
            piece = os.read(self._out.fileno(), 4096) if select.select([self._out], [], [], left)[0] else b""
            if not piece:
                return None
            self._heard += piece
        line, _, self._heard = self._heard.partition(b"\n")
        return line.decode()

    def bear(self, order: Order) -> int:
        """Start one register and return its process id."""
        self._tell(msgspec.json.encode(order))
        return int(self._hear("born"))

    def wait_until_open(self) -> None:
        """Wait until the register that was born last serves shoppers."""
        self._hear("open")

    def wait_for_acknowledged(self, count: int) -> None:
        """Wait until so many more intents were acknowledged; less where faults of the network keep it from that."""
        wanted = len(self.acked) + count
        while len(self.acked) < wanted and (line := self._line(AWHILE)) is not None:
            word, _, rest = line.partition(" ")
            assert word == "ack", line
            self.acked.add(rest)

    def bury(self) -> None:
        """Wait for the end of a register, which must have been killed and not have ended by itself."""
        self._tell(b"reap")
        status = int(self._hear("dead"))
        assert status == -signal.SIGKILL, f"ended by itself with {status}: {self._log.read_text()}"

    def close(self) -> None:
        """End the nursery."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=PATIENCE)
        self._out.close()


class Harness:
    """One home, one far side, and registers that are killed one after the other."""

    def __init__(self, folder: Path, sim: Simulation, seed: int) -> None:
        self.folder = folder / "home"
        self.sim = sim
        self.rng = random.Random(seed)
        self.vault = TellingVault()
        self._nursery: Nursery | None = None
        self._log = folder / "errors.txt"
        members = sorted(p.mobile for p in sim.world.personas if p.mobile and p.member and p.rewards == REWARDS)
        # Of somebody whose points are hidden no balance is shown that could be compared at the end.
        members = [
            phone for phone in members if [p.hides_points for p in sim.world.personas.with_key(phone)] == [False]
        ]
        for phone in members:
            persona = sim.world.personas.with_key(phone)[0]
            sim.world.personas.load(msgspec.structs.replace(persona, points=Decimal(100_000)))
        self._redemptions = [Job(phone, reward) for phone in members for reward in REWARDS]
        self._thinking: list[tuple[str, str]] = []
        self.rng.shuffle(self._redemptions)
        self._sign_ups = (Job(f"720{n}") for n in range(2_000_000, 9_999_999))

    async def set_up(self) -> None:
        """Make the home, with its systems connected and everything slow read once."""
        async with await FastRegister.open(self.folder, vault=self.vault) as register:
            sim = self.sim
            await integrations.connect_aiq(register, sim.uid, sim.aiq_key, OWNER, base_url=sim.url)
            await integrations.connect_till(register, "dutchie", "Harbor", sim.dutchie_key, OWNER, base_url=sim.url)
            for key, value in SETTINGS.items():
                await register.change_setting(key, value, OWNER)
            await Engine(register).round_trip()

    @contextmanager
    def nursery(self) -> Iterator[Nursery]:
        """The nursery, with the home's secrets handed over."""
        nursery = Nursery(Home(str(self.folder), self.vault.kept), self._log)
        try:
            yield nursery
        finally:
            nursery.close()

    def jobs(self, count: int) -> list[Job]:
        """So many things to do; no shopper redeems one reward twice, so an effect tells its intent."""
        return [self._job() for _ in range(count)]

    def _job(self) -> Job:
        if self.rng.random() < 0.3 or not self._redemptions:
            return next(self._sign_ups)
        job = self._redemptions.pop()
        return msgspec.structs.replace(job, undo=self.rng.random() < 0.2)

    def redemption(self) -> Job:
        """One redemption."""
        return self._redemptions.pop()

    def sign_up(self) -> Job:
        """One sign-up."""
        return next(self._sign_ups)

    def break_the_network(self) -> None:
        """Let a tenth of all requests meet one of five faults."""
        each = SHARE_OF_FAULTS / 5
        self.sim.faults.add("drop_before", probability=each)
        self.sim.faults.add("drop_after", probability=each)
        self.sim.faults.add("late", probability=each, seconds=LATE)
        self.sim.faults.add("status", probability=each, status=500, effect=False)
        self.sim.faults.add("status", probability=each, status=500, effect=True)

    def kill_at_random(self, nursery: Nursery) -> None:
        """One life of up to three acknowledged intents and 0 to 120 ms more, a quarter up to 600 ms.

        One in six ends by the clock alone, from its birth on, so that the opening is met too.
        """
        pid = nursery.bear(Order(self.jobs(12)))
        if self.rng.random() > 1 / 6:
            nursery.wait_until_open()
            # By what was done and not by the clock: a busy machine does nothing in 120 ms.
            nursery.wait_for_acknowledged(self.rng.choice((0, 0, 1, 1, 2, 3)))
        time.sleep(self.rng.uniform(0, 0.6 if self.rng.random() < 0.25 else 0.12))
        os.kill(pid, signal.SIGKILL)
        nursery.bury()

    def kill_at(self, nursery: Nursery, point: str, job: Job) -> None:
        """One life that ends at a named point."""
        if point == SENT:
            self._kill_when_received(nursery, job)
        else:
            nursery.bear(Order([job], point))
        nursery.bury()

    def _kill_when_received(self, nursery: Nursery, job: Job) -> None:
        """The far side has the request and thinks about it for a while."""
        verb, path = ("PUT", REDEEM) if job.reward else ("POST", SIGN_UP)
        slow = self.sim.faults.add("latency", match=f"{verb} {path}", seconds=10_000)
        pid = nursery.bear(Order([job], SENT))
        reached(lambda: slow.fired, "the request")
        os.kill(pid, signal.SIGKILL)
        self.sim.faults.clear()
        self._thinking.append(("redeem" if job.reward else "signup", ten(job.phone)))

    async def _far_side_has_thought(self) -> None:
        """Wait until what the far side was thinking about is done.

        It thinks in real time, and the drain's clocks run ahead of it: by them the longest late effect would be
        over while the request is still being carried out.
        """
        wanted = set(self._thinking)
        await until(
            lambda: wanted <= {(e.kind, ten(e.phone)) for e in self.sim.ledger}, "the far side to do what it received"
        )

    async def drain(self) -> Histories:
        """A last register, with a whole network, works until only what needs a person is left."""
        await self._far_side_has_thought()
        self.sim.faults.clear()
        clock = ShiftedClock()
        with stamina.set_testing(True, attempts=3):
            async with await FastRegister.open(self.folder, vault=self.vault, clock=clock) as register:
                engine = Engine(register)
                for _ in range(60):
                    clock.ahead += 60
                    self.sim.clock.advance(60)
                    trip = await engine.round_trip()
                    assert not trip.failures
                    stuck = _waits_for_a_person(register.db.read(outbox.listing))
                    if stuck and not register.db.read(partial(outbox.owing_personas, now=_SOMEDAY)):
                        break
                return Histories(register, self.sim)


_SOMEDAY = datetime(2100, 1, 1, tzinfo=UTC)


def _waits_for_a_person(open_intents: Sequence[Intent]) -> bool:
    """Whether nothing is left to do but what a person decides, and what hangs on that."""
    return all(i.needs_person or _hangs_on_a_person(i, open_intents) for i in open_intents)


def _hangs_on_a_person(intent: Intent, intents: Sequence[Intent]) -> bool:
    """Whether it undoes something that a person has to settle, or comes after it: a shopper's go out in order."""
    earlier = intents[: next(n for n, i in enumerate(intents) if i.id == intent.id)]
    return any(
        i.needs_person and (i.id == intent.depends_on or (i.phone, i.system) == (intent.phone, intent.system))
        for i in earlier
    )


class Histories:
    """What the database holds and what the far side did, at the end."""

    def __init__(self, register: FastRegister, sim: Simulation) -> None:
        db = register.db
        self.intents = db.read(lambda c: outbox.listing(c, closed=True, limit=1_000_000))
        self.ids = {intent.id for intent in self.intents}
        self.broken_audit = db.read(audit.first_break)
        self.integrity = db.prepare(lambda c: [row[0] for row in c.execute("PRAGMA integrity_check")])
        self.integrity += db.prepare(lambda c: [row[0] for row in c.execute("PRAGMA cipher_integrity_check")])
        self.effects = sim.ledger
        self._taken = Counter((e.phone, e.reward_id) for e in self.effects if e.kind == "redeem")
        self._signed_up = Counter(e.phone for e in self.effects if e.kind == "signup")
        self._in_till = Counter(
            phone for c in sim.world.customers for phone in {ten(c.phone), ten(c.cell_phone)} if phone
        )
        self.off_balance = [
            (shown, true)
            for persona_id in {i.persona_id for i in self.intents if i.persona_id is not None}
            for shown, true, lost in [_balance(register, sim, persona_id)]
            if true - shown not in (0, lost)
        ]

    def effects_of(self, intent: Intent) -> int:
        """How often the far side carried an intent out."""
        phone = ten(intent.phone)
        match intent.kind:
            case Kind.REDEEM:
                return self._taken[phone, intent.reward_id or ""]
            case Kind.ADJUST:
                return sum(e.kind == "adjust" and intent.key in e.note for e in self.effects)
            case Kind.SIGN_UP:
                return self._signed_up[phone]
            case Kind.CUSTOMER:
                return self._in_till[phone]
        raise AssertionError(intent.kind)

    def strays(self) -> set[tuple[str, str]]:
        """Redemptions that the far side carried out and no intent knows of."""
        return set(self._taken) - {(ten(i.phone), i.reward_id or "") for i in self.intents if i.kind is Kind.REDEEM}

    def wrong(self) -> list[str]:
        """Intents whose state is not what the far side did, each with its number of effects."""
        return [
            f"{i.kind.value} {i.id} {i.state.value} effects={n} person={i.needs_person} {i.last_error} {i.evidence}"
            for i in self.intents
            if not _is_right(i, n := self.effects_of(i), self.intents)
        ]


def ten(phone: str | None) -> str:
    """The ten digits of a number in any spelling."""
    return "".join(c for c in phone or "" if c.isdigit())[-10:]


def _is_right(intent: Intent, effects: int, intents: Sequence[Intent]) -> bool:
    """Done once; refused with a reason and not done; before a person with both numbers, or hanging on one that is."""
    if intent.state is State.DONE:
        return effects == 1
    if intent.state is State.REFUSED:
        return effects == 0 and bool(intent.last_error)
    if intent.state is State.WAITING:
        return effects == 0 and _hangs_on_a_person(intent, intents)
    if intent.state is not State.UNKNOWN or not intent.needs_person or effects > 1:
        return False
    numbers = (intent.evidence.get("balance_before"), intent.evidence.get("balance_now"))
    return intent.kind is not Kind.REDEEM or None not in numbers


def _balance(register: FastRegister, sim: Simulation, persona_id: int) -> tuple[Decimal, Decimal, Decimal]:
    """Shown, true, and what is held for a redemption that a person has to settle."""
    known = register.db.read(lambda c: personas.get(c, persona_id))
    shown = register.db.read(lambda c: personas.balance(c, persona_id)).shown
    pending = register.db.read(lambda c: outbox.of_persona(c, persona_id))
    assert known.persona is not None
    assert shown is not None
    lost = sum((-i.points for i in pending if i.state is State.UNKNOWN), Decimal(0))
    return shown, sim.world.balance(known.persona.contact_id), lost
