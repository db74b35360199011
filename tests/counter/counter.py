"""A counter with a simulated AIQ on the other side: a register whose time a test moves, and the shopper's phone."""

from __future__ import annotations

import time
from decimal import Decimal
from pathlib import Path

import msgspec

from budtender.backoffice import integrations, staff
from budtender.cache import audit, till
from budtender.cache.personas import Known
from budtender.cache.visits import Visit
from budtender.clock import Clock
from budtender.counter import lookup, redeem, verify, wallet
from budtender.counter.redeem import Redeemed
from budtender.counter.verify import Opened
from budtender.errors import Failure
from budtender.model import Actor, Cursor, Resource, Role
from budtender.register import Register
from budtender.secrets import MemoryVault
from budtender.simulator import Simulation
from budtender.simulator.ledger import Effect
from tests.brisk import BriskRegister

SYSTEM = Actor(name="set-up", role=Role.OWNER)
SAM = Actor(name="Sam", role=Role.BUDTENDER)
KIM = Actor(name="Kim", role=Role.BUDTENDER)
PINS = {"Dana": "482915", "Omar": "736204"}
WRONG_PIN = "570318"
#: AIQ's own, which it takes for a code as often as it comes.
AIQ_PIN = "86421357"


class MovedClock(Clock):
    """The real clocks, moved forward or back by hand; real, because a limiter sleeps by it."""

    def __init__(self) -> None:
        self.ahead = self.passed = 0.0

    def wall(self) -> float:
        return time.time() + self.ahead

    def mono(self) -> float:
        return time.monotonic() + self.passed

    def pass_by(self, seconds: float) -> None:
        """Let time go by."""
        self.ahead += seconds
        self.passed += seconds

    def set_back(self, seconds: float) -> None:
        """Somebody sets the computer's clock back."""
        self.ahead -= seconds


class Counter:
    """One register on one home, and the world it talks to."""

    register: Register

    def __init__(self, home: Path, sim: Simulation) -> None:
        self.home = home
        self.sim = sim
        self.vault = MemoryVault()
        self.clock = MovedClock()

    async def open(self) -> None:
        """The program starts."""
        self.register = await BriskRegister.open(self.home, vault=self.vault, clock=self.clock)

    async def restart(self) -> None:
        """The program ends and starts again."""
        await self.register.close()
        await self.open()

    async def connect(self) -> None:
        """AIQ is connected."""
        await integrations.connect_aiq(self.register, self.sim.uid, self.sim.aiq_key, SYSTEM, base_url=self.sim.url)

    async def connect_till(self, *, fresh: bool = False) -> None:
        """Dutchie is connected, and its first download, many years at the vendor's pace, lies behind unless `fresh`."""
        store = "Harbor Street"
        await integrations.connect_till(
            self.register, "dutchie", store, self.sim.dutchie_key, SYSTEM, base_url=self.sim.url
        )
        if fresh:
            return
        now = Cursor(at=self.clock.now())
        await self.register.db.write(lambda c: till.set_cursor(c, store, Resource.CUSTOMERS, now))

    async def hire(self) -> None:
        """A manager Dana and a manager Omar with PINs, and two budtenders without."""
        await staff.add(self.register, "Dana", "owner", PINS["Dana"], SYSTEM)
        dana = Actor(name="Dana", role=Role.OWNER, staff_id=1)
        await staff.add(self.register, "Omar", "manager", PINS["Omar"], dana)
        for budtender in (SAM, KIM):
            await staff.add(self.register, budtender.name, budtender.role, None, dana)

    async def set(self, **settings: object) -> None:
        """Change settings, as a manager."""
        for key, value in settings.items():
            await self.register.change_setting(key, str(value), SYSTEM)

    # ── one step of serving each ──────────────────────────────────────────────────────────────────────────

    def take_a_moment(self) -> None:
        """Nobody serves faster than AIQ's calls are allowed; the test need not wait for it."""
        self.clock.pass_by(1)

    async def known(self, phone: str, choose: int | None = None) -> Known:
        """Look a shopper up."""
        self.take_a_moment()
        found = await lookup.find_shopper(self.register, phone, choose=choose)
        assert found.known is not None
        return found.known

    async def send(self, phone: str) -> str:
        """Text a code, and read it from the shopper's phone."""
        known = await self.known(phone)
        self.take_a_moment()
        await verify.send_code(self.register, known, SAM)
        return self.sim.last_code(phone)

    async def enter(self, phone: str, code: str, acting: Actor = SAM) -> Opened:
        """Open the wallet with a code."""
        return await verify.with_code(self.register, await self.known(phone), code, acting)

    async def visit(self, phone: str) -> Visit:
        """A wallet that was opened with the right code."""
        return (await self.enter(phone, await self.send(phone))).visit

    async def redeem(self, visit: Visit, reward: str, acting: Actor = SAM, *, fresh: bool = True) -> Redeemed:
        """Redeem a reward."""
        self.take_a_moment()
        return await redeem.redeem(self.register, visit, reward, acting, fresh=fresh)

    def show(self, visit: Visit) -> wallet.WalletView:
        """The wallet of a visit."""
        return wallet.show(self.register, visit, fresh=True)

    # ── what is true ──────────────────────────────────────────────────────────────────────────────────────

    def points(self, phone: str) -> Decimal:
        """What AIQ really has."""
        persona = self.sim.world.find(phone)
        assert persona is not None
        return persona.points

    def effects(self, *kinds: str) -> list[Effect]:
        """What really happened, of these kinds or of any."""
        return [effect for effect in self.sim.ledger if not kinds or effect.kind in kinds]

    def count(self, table: str) -> int:
        """How many rows a table of the register has."""
        row = self.register.db.read(lambda c: c.execute(f"SELECT count(*) AS n FROM {table}").fetchone())
        return int(row["n"])

    def audited(self, kind: str) -> list[dict[str, object]]:
        """What the audit log holds of one kind, newest first, with who did it."""
        rows = self.register.db.read(lambda c: audit.latest(c, 1000))
        return [{"staff": row["staff"], **msgspec.json.decode(row["facts"])} for row in rows if row["kind"] == kind]


def other_than(code: str) -> str:
    """A code that was not sent."""
    return f"{(int(code) + 1) % 10_000:04}"


def exit_of(failure: Failure) -> int:
    """The exit code that the command line gives."""
    return int(failure.exit)
