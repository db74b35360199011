"""What the gallery draws from: a register that has served the simulator's named shoppers."""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import msgspec

from budtender.backoffice import integrations, staff
from budtender.clock import Clock
from budtender.counter import lookup, redeem, signup, verify, wallet
from budtender.counter.lookup import Found
from budtender.counter.redeem import Redeemed
from budtender.counter.signup import Form, SignedUp
from budtender.counter.verify import Opened
from budtender.counter.wallet import WalletView
from budtender.errors import Failure
from budtender.model import Actor, Role
from budtender.register import Register
from budtender.secrets import MemoryVault
from budtender.settings import TEXT_CODE
from budtender.simulator import CASES, Simulation

OWNER = Actor(name="Ann", role=Role.OWNER)
SAM = Actor(name="Sam", role=Role.BUDTENDER)
PINS = {"Ann": "482915", "Omar": "736204", "Sam": "615038"}
STORE = "Harbor Street"
NEWCOMER = Form(
    phone="3035550188", first_name="Rosa", last_name="Delgado", birth_date="1990-04-18", join=True, texts=False
)
#: When every picture is taken, in the register's own time zone.
TAKEN = datetime(2026, 3, 4, 10, 42).astimezone()


class StageClock(Clock):
    """A clock that begins at a fixed moment and then goes on as any other."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def wall(self) -> float:
        """Epoch seconds."""
        return TAKEN.timestamp() + time.monotonic() - self._began


class StageRegister(Register):
    """A register whose far side is its own: nobody waits for a picture at AIQ's pace."""

    aiq_windows = ()


class World(msgspec.Struct, frozen=True):
    """The register and its simulated far side, and whom it has met, by the simulator's word for the case."""

    register: Register
    sim: Simulation
    found: dict[str, Found]
    refused: dict[str, Failure]
    opened: dict[str, Opened]
    signed_up: SignedUp
    #: What was redeemed, by the case.
    taken: dict[str, Redeemed]

    def view(self, case: str) -> WalletView:
        """The open wallet of a case."""
        return wallet.show(self.register, self.opened[case].visit, fresh=True)


@contextlib.asynccontextmanager
async def stage() -> AsyncIterator[World]:
    """Build the world: a staff of three, and every named case looked up and its wallet opened."""
    with Simulation(shoppers=0, limits=False) as sim, tempfile.TemporaryDirectory() as folder:
        async with await StageRegister.open(Path(folder) / "home", vault=MemoryVault(), clock=StageClock()) as register:
            await integrations.connect_aiq(register, sim.uid, sim.aiq_key, OWNER, base_url=sim.url)
            for name, role in (("Ann", "owner"), ("Omar", "manager"), ("Sam", "budtender")):
                await staff.add(register, name, role, PINS[name], OWNER)
            await register.change_setting("store_name", STORE, OWNER)
            signed_up = await signup.sign_up(register, NEWCOMER, SAM)
            world = World(register=register, sim=sim, found={}, refused={}, opened={}, signed_up=signed_up, taken={})
            await register.change_setting(TEXT_CODE.key, "off", OWNER)
            for case in CASES:
                await _meet(world, case.key, case.number)
            await register.change_setting(TEXT_CODE.key, "on", OWNER)
            await _redeem(world, "plain")
            yield world


async def _redeem(world: World, case: str) -> None:
    reward = world.view(case).offers[0].reward
    visit = world.opened[case].visit
    world.taken[case] = await redeem.redeem(world.register, visit, reward.id, SAM, fresh=True)


async def _meet(world: World, case: str, number: str) -> None:
    try:
        found = world.found[case] = await lookup.find_shopper(world.register, number)
        if found.known is not None:
            world.opened[case] = await verify.without_code(world.register, found.known, SAM)
    except Failure as failure:
        world.refused[case] = failure
