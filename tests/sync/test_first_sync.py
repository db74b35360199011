"""A first sync that is killed ten times ends equal to one that was not, here and in AIQ."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from benchmarks.pulling.life import Home, TellingVault, ran
from budtender.backoffice import integrations
from budtender.cache.database import Connection
from budtender.register import Register
from budtender.simulator import Simulation
from tests.counter.counter import SYSTEM
from tests.sync.selling import Brisk, Selling

KILLS = 10
#: Everything that is mirrored, without the marks of how it came here.
MIRRORED = {
    "customer": "credential, id, phone, body",
    "ticket": "credential, id, location_id, day, at, state, refund, refund_of, customer_id, net_cents, units_e4, body",
    "ticket_line": "credential, ticket_id, place, product_id, quantity_e4, body",
    "product": "credential, id, sku, body",
    "package": "credential, id, product_id, quantity_e4, body, gone_at IS NULL",
    "pos_discount": "credential, id, aiq_id, body",
    "discount_group": "credential, id, body",
    "employee": "credential, id, body",
    "pos_points": "credential, id, body",
}


@pytest.fixture
def world() -> Iterator[Simulation]:
    with Simulation(shoppers=40, stores=2, crowd=1_200, sales=900, days=60, limits=False, seed=9) as running:
        yield running


async def connected(folder: Path, world: Simulation) -> Home:
    """A home that is connected to AIQ and every store, and has read nothing yet."""
    vault = TellingVault()
    async with await Register.open(folder, vault=vault, clock=Brisk()) as register:
        await integrations.connect_aiq(register, world.uid, world.aiq_key, SYSTEM, base_url=world.url)
        for account in world.accounts:
            if account.system == "dutchie":
                await integrations.connect_till(
                    register, "dutchie", account.store, account.key, SYSTEM, base_url=account.base_url
                )
    return Home(folder=str(folder), secrets=vault.kept)


def mirrored(register: Register) -> dict[str, list[tuple[object, ...]]]:
    """Everything that the home mirrors."""

    def rows(connection: Connection) -> dict[str, list[tuple[object, ...]]]:
        return {
            table: sorted(tuple(row) for row in connection.execute(f"SELECT {columns} FROM {table}"))
            for table, columns in MIRRORED.items()
        }

    return register.db.read(rows)


@pytest.mark.timeout(600)
async def test_killed_ten_times_equals_not_killed(tmp_path: Path, world: Simulation) -> None:
    whole, broken = await connected(tmp_path / "whole", world), await connected(tmp_path / "broken", world)
    rng = random.Random(int(os.environ.get("BUDTENDER_SEED", "5")))
    killed = 0
    for _ in range(KILLS):
        killed += not ran(broken, rng.randint(1, 9))
    assert killed >= KILLS - 2
    assert ran(broken, None)
    told = worked_off(world)
    assert ran(whole, None)
    assert worked_off(world) == told
    one, other = await seen(whole), await seen(broken)
    assert one.keys() == other.keys()
    for table in one:
        assert one[table] == other[table], table
        assert one[table], table
    counter = Selling(Path(broken.folder), world)
    counter.vault = broken.vault()
    counter.system = "dutchie"
    await counter.open()
    counter.assert_sold()
    counter.assert_told()
    await counter.register.close()


def worked_off(world: Simulation) -> dict[str, Decimal]:
    """What AIQ makes of every sale once it has worked off everything; a night may merge the buyers meanwhile."""
    world.overnight()
    return {key: sale.total for key, sale in world.world.sales.items()}


async def seen(home: Home) -> dict[str, list[tuple[object, ...]]]:
    """What a home mirrors."""
    async with await Register.open(Path(home.folder), vault=home.vault()) as register:
        return mirrored(register)
