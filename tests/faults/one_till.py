"""One register before one far side, driven step by step by a test that holds every clock in its hand."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from collections.abc import Coroutine, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from budtender.backoffice import integrations
from budtender.backoffice import outbox as backoffice
from budtender.cache import outbox, personas
from budtender.cache.database import Connection
from budtender.cache.personas import Balance, Known
from budtender.connectors.aiq import Aiq
from budtender.connectors.call import BeforeSend
from budtender.counter import lookup, redeem, undo, verify
from budtender.errors import Failure
from budtender.model import Intent, Kind, State
from budtender.secrets import MemoryVault
from budtender.simulator import Simulation
from budtender.simulator.personas import Persona
from budtender.simulator.rewards import STANDARD
from budtender.sync.engine import Engine
from tests.faults.fast_register import OWNER, FastRegister
from tests.hand_clock import HandClock
from tests.writing import write_now

T = TypeVar("T")
#: Enough that no history takes the balance below zero, where AIQ levels it.
START = Decimal(50_000)
SETTINGS = {"text_code": "off", "second_redemption_minutes": "0"}


class Crash(BaseException):
    """The process ends here; nothing of ours may catch it."""


class CrashingAiq(Aiq):
    """AIQ's connector that ends the process on request: right before a write's first byte, or on its answer."""

    crash_at = ""

    async def write(self, *args: Any, before_send: BeforeSend | None = None, **options: Any) -> object | None:
        """The call, unless the process ends in it."""

        async def claim() -> None:
            if before_send is not None:
                await before_send()
            self._maybe_crash("claimed")

        answer = await super().write(*args, before_send=claim, **options)
        self._maybe_crash("answered")
        return answer

    def _maybe_crash(self, point: str) -> None:
        if self.crash_at == point:
            raise Crash(point)


class CrashingRegister(FastRegister):
    """A register whose process can end in the middle of a write."""

    aiq_class = CrashingAiq


def new_shopper(sim: Simulation) -> Persona:
    """A member with many points at a number that nobody has had."""
    world = sim.world
    number = f"303556{len(world.personas):04}"
    persona = Persona(
        contact_id=world.contact_id(),
        first_name="Ines",
        last_name="Calder",
        mobile=number,
        inserted=1_735_689_600,
        signup_at=1_735_689_600,
        optin_at=1_735_689_600,
        points=START,
        rewards=STANDARD,
    )
    world.personas.load(persona)
    return persona


class OneTill:
    """A register on a folder of its own; every method is one thing that happens, to its end."""

    register_class: type[CrashingRegister] = CrashingRegister

    def __init__(self, sim: Simulation, folder: Path, settings: dict[str, str] | None = None) -> None:
        self.sim = sim
        self.clock = HandClock(epoch=sim.clock.now())
        self.vault = MemoryVault()
        self.register: CrashingRegister
        self.engine: Engine
        self._folder = folder
        self._lives = 0
        self._runner = asyncio.Runner()
        self.do(self._open())
        self.do(self._set_up(SETTINGS | (settings or {})))

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        """Run something to its end on the till's loop."""
        return self._runner.run(work)

    async def _open(self) -> None:
        self.register = await self.register_class.open(self._home, vault=self.vault, clock=self.clock)
        self.engine = Engine(self.register)

    @property
    def _home(self) -> Path:
        return self._folder / f"life-{self._lives}"

    async def _set_up(self, settings: dict[str, str]) -> None:
        await integrations.connect_aiq(self.register, self.sim.uid, self.sim.aiq_key, OWNER, base_url=self.sim.url)
        for key, value in settings.items():
            await self.register.change_setting(key, value, OWNER)

    def close(self) -> None:
        """End for good."""
        self.do(self.register.close())
        self._runner.close()

    # ── time ──────────────────────────────────────────────────────────────────────────────────────────────

    def pass_time(self, seconds: float) -> None:
        """Time goes by, here and at AIQ."""
        self.clock.pass_by(seconds)
        self.sim.clock.advance(seconds)

    def set_clock(self, by: float) -> None:
        """Somebody sets this machine's clock."""
        self.clock.epoch += by

    # ── the process ───────────────────────────────────────────────────────────────────────────────────────

    def restart(self) -> None:
        """The program ends in order and starts again."""
        self.do(self.register.close())
        self.do(self._open())

    def crash(self) -> None:
        """The program ends at once: what is in its files now is all that the next one finds."""
        left, before = self._home, self.register
        self._lives += 1
        shutil.copytree(left, self._home, ignore=shutil.ignore_patterns("*-shm"))
        self.do(before.close())
        self.do(self._open())

    def reboot(self) -> None:
        """The machine loses power and starts again a minute later: its monotonic clock begins anew."""
        self.pass_time(60)
        self.clock.monotonic = 5.0
        self.crash()

    def crash_in(self, point: str, work: Coroutine[Any, Any, object]) -> None:
        """The program ends in the middle of the next write of `work`; or after it, when it makes none."""
        assert isinstance(self.register.aiq, CrashingAiq)
        self.register.aiq.crash_at = point
        with contextlib.suppress(Crash):
            self.do(quietly(work))
        self.crash()

    # ── the counter ───────────────────────────────────────────────────────────────────────────────────────

    async def look_up(self, phone: str, *, ask: bool = False) -> lookup.Found:
        """Find a shopper."""
        return await lookup.find_shopper(self.register, phone, ask=ask)

    async def open_wallet(self, phone: str) -> verify.Opened:
        """Find a shopper and open the wallet."""
        found = await self.look_up(phone)
        assert found.known is not None
        return await verify.without_code(self.register, found.known, OWNER)

    async def redeem(self, phone: str, reward: str, *, same_visit: bool = False) -> Intent:
        """Redeem in a new visit, or in the one that is still open."""
        found = await self.look_up(phone)
        assert found.known is not None
        still_open = verify.open_visit(self.register, found.known, OWNER) if same_visit else None
        opened = still_open or await self.open_wallet(phone)
        done = await redeem.redeem(self.register, opened.visit, reward, OWNER, fresh=opened.fresh)
        return done.intent

    async def undo(self, redemption_id: str) -> Intent | None:
        """Give a redemption's points back."""
        return (await undo.undo(self.register, redemption_id, OWNER)).entry

    async def decide(self, intent_id: str, *, happened: bool, once_more: bool = False) -> Intent:
        """A manager settles what reading could not tell; what did not happen may be sent once more."""
        if not happened and once_more:
            return await backoffice.retry(self.register, intent_id, OWNER)
        decision: backoffice.Decision = "happened" if happened else "never"
        return await backoffice.settle(self.register, intent_id, OWNER, decision)

    def balance(self, phone: str) -> Balance:
        """What the counter would show for a shopper that it knows."""
        (known, *_), _ = self.register.db.read(lambda c: personas.find_by_phone(c, f"+1{phone}"))
        return self.register.db.read(lambda c: personas.balance(c, known.id))

    def queue_adjustments(self, shoppers: Sequence[Persona]) -> None:
        """A point for each of these, saved in this order and not sent."""
        known = {shopper.mobile: self.do(self.look_up(shopper.mobile)).known for shopper in shoppers}

        def work(connection: Connection) -> None:
            for n, shopper in enumerate(shoppers):
                persona = known[shopper.mobile]
                assert persona is not None
                outbox.record(connection, self._point(n, persona))

        write_now(self.register.db, work)

    def _point(self, n: int, known: Known) -> Intent:
        return Intent(
            id=f"{n:032x}",
            kind=Kind.ADJUST,
            state=State.WAITING,
            system="aiq",
            persona_id=known.id,
            phone=known.phone,
            points=Decimal(1),
            body={"note": "a point"},
            staff=OWNER.name,
            created=self.clock.now(),
            moved_mono=self.clock.mono(),
        )

    def intents(self) -> list[Intent]:
        """Everything that was ever recorded."""
        return self.register.db.read(lambda c: outbox.listing(c, closed=True, limit=100_000))

    def intent(self, intent_id: str) -> Intent:
        """One of them, as it is now."""
        found = self.register.db.read(lambda c: outbox.find(c, intent_id))
        assert found is not None
        return found


async def quietly(work: Coroutine[Any, Any, T]) -> T | None:
    """What came of it, or None when the counter said no; anything that is not expected is a bug."""
    try:
        return await work
    except Failure:
        return None


def ten(phone: str | None) -> str:
    """The ten digits of a number in any spelling."""
    return "".join(c for c in phone or "" if c.isdigit())[-10:]


__all__ = ["START", "Crash", "OneTill", "new_shopper", "quietly", "ten"]
