"""Ending a connection: the key is forgotten and nothing more is read; what was read stays under its name."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from budtender.backoffice.disconnect import disconnect
from budtender.cache import audit, books, outbox
from budtender.errors import Unreachable
from budtender.model import Intent, Kind, State
from budtender.register import Register
from budtender.simulator import Simulation
from tests.stories.command_line import Answer, CommandLine
from tests.stories.conftest import OWNER
from tests.stories.test_refusals import refused


@pytest.fixture
def sim() -> Iterator[Simulation]:
    """Two stores that sold for three days."""
    with Simulation(shoppers=8, stores=2, sales=10, days=3, limits=False) as running:
        yield running


def _connect(shop: CommandLine, sim: Simulation, place: int) -> Answer:
    account = sim.account("dutchie", sim.world.stores[place].name)
    words = ("connect", "dutchie", "--store", "Ours", "--market", "CO", "--base-url", account.base_url)
    return shop(*words, stdin=account.key)


async def _owe(shop: CommandLine) -> str:
    """Something that waits for the till, as a new customer's profile does."""
    async with await Register.open(shop.home) as register:
        intent = Intent(
            id=uuid4().hex,
            kind=Kind.CUSTOMER,
            state=State.WAITING,
            system="dutchie",
            phone="+13035550142",
            body={"credential": "Ours"},
            staff="Dana",
            created=register.clock.now(),
            moved_mono=register.clock.mono(),
            not_before=register.clock.now() + timedelta(days=1),
        )
        await register.db.write(lambda c: outbox.record(c, intent))
        return intent.id


async def _close(shop: CommandLine, intent_id: str) -> None:
    async with await Register.open(shop.home) as register:
        at, mono = register.clock.now(), register.clock.mono()
        await register.db.write(lambda c: outbox.refuse(c, intent_id, reason="No.", told={}, at=at, mono=mono))


async def _left(shop: CommandLine) -> tuple[bytes | None, str]:
    """The key in the keyring, and the newest line of the audit log."""
    async with await Register.open(shop.home) as register:
        (was,) = register.db.read(books.formers)
        return register.vault.read(was.key_entry), register.db.read(lambda c: audit.latest(c, 1))[0]["kind"]


def test_a_connection_ends_and_what_was_read_stays(shop: CommandLine, sim: Simulation) -> None:
    first = _connect(shop, sim, 0).document["connected"]
    assert shop("sync", "--once").document["failures"] == []
    today = datetime.now(UTC).date()
    days = ("totals", "--from", str(today - timedelta(days=5)), "--to", str(today), "--no-reports")
    before = shop(*days).document
    assert before["total"]["sales"] > 0

    intent = asyncio.run(_owe(shop))
    waits = shop("disconnect", "Ours")
    refused(waits, 1, "input_error", "1 entry of the outbox still waits for “Ours”.")
    assert waits.document["error"]["waiting"] == 1
    asyncio.run(_close(shop, intent))

    assert shop("disconnect", "Ours").document == {"disconnected": {"system": "dutchie", "name": "Ours"}}
    assert asyncio.run(_left(shop)) == (None, "disconnected")
    assert sim.calls.of("GET", "/whoami")
    sim.calls.clear()
    assert shop("sync", "--once").document["failures"] == []
    assert not sim.calls.of("GET", "/whoami")
    assert not sim.calls.of("GET", "/customer/customers")
    assert [row["name"] for row in shop("status").document["credentials"]] == ["aiq"]
    assert not [row for row in shop("doctor").document["checks"] if "Ours" in row["name"] + row["detail"]]
    assert shop(*days).document == before
    refused(shop("disconnect", "Ours"), 1, "input_error", "Nothing is connected as “Ours”.")

    moved = _connect(shop, sim, 1)
    assert moved.document["error"]["code"] == "other_location"
    assert _connect(shop, sim, 0).document["connected"] == first


async def _elsewhere(shop: CommandLine) -> None:
    async with await Register.open(shop.home) as running:
        till = running.till("Ours")
        await till.locations()
        async with await Register.open(shop.home) as other:
            await disconnect(other, "Ours", OWNER)
        await running.reread()
        assert not running.tills
        assert running.health.standings() == ()
        with pytest.raises(Unreachable):
            await till.locations()
        assert running.health.standings() == ()


def test_a_program_that_runs_hears_of_it(shop: CommandLine, sim: Simulation) -> None:
    assert _connect(shop, sim, 0).code == 0
    asyncio.run(_elsewhere(shop))
