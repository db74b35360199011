"""An open register: what is missing beside it leaves the rest of it usable."""

from __future__ import annotations

import asyncio
import base64
import os
import sys
from pathlib import Path

import pytest
from filelock import FileLock

from budtender.backoffice import integrations
from budtender.cache.books import Connected
from budtender.doctor import examine
from budtender.errors import CannotSave, InputError, KeyringLocked, NotConnected
from budtender.events import Events
from budtender.home import open_home, read_side_file
from budtender.model import Actor, Role
from budtender.register import Register
from budtender.secrets import MemoryVault
from budtender.simulator import Simulation
from budtender.sync.engine import Engine, RoundTrip
from tests.connectors.page_server import Page, PageServer

OWNER = Actor(name="set-up", role=Role.OWNER)
NOBODY_ID = 65_534


class LockableVault(MemoryVault):
    """Secure storage that somebody can lock while the program runs."""

    locked = False
    locked_entry: str | None = None

    def read(self, entry: str) -> bytes | None:
        if self.locked or entry == self.locked_entry:
            raise KeyringLocked("The secure storage is locked.", "Unlock it.")
        return super().read(entry)


async def keyless(home: Path, sim: Simulation, vault: MemoryVault) -> None:
    """A home that is connected to AIQ, and whose key is gone."""
    async with await Register.open(home, vault=vault) as register:
        await integrations.connect_aiq(register, sim.uid, sim.aiq_key, OWNER, base_url=sim.url)
    vault.delete("key:aiq:aiq")


async def test_a_system_whose_key_is_gone_can_be_connected_again(tmp_path: Path) -> None:
    vault = MemoryVault()
    with Simulation(shoppers=0, limits=False) as sim:
        await keyless(tmp_path / "home", sim, vault)
        checks = {check.name: check for check in await examine(tmp_path / "home", vault)}
        assert checks["aiq"].detail == "The key of AIQ is not in the secure storage."
        assert checks["aiq"].hint == f"Connect it again with: budtender connect aiq --uid {sim.uid}"
        async with await Register.open(tmp_path / "home", vault=vault) as register:
            with pytest.raises(NotConnected, match="is not in the secure storage"):
                _ = register.aiq
            await integrations.connect_aiq(register, sim.uid, sim.aiq_key, OWNER)
            await register.aiq.stores()


def elm(register: Register, url: str) -> Connected:
    """A till at a store."""
    at = register.clock.now()
    return Connected(name="Elm", system="dutchie", base_url=url, account="1", market="", added=at, added_by="")


async def test_a_till_whose_key_is_gone_is_told_by_the_doctor(tmp_path: Path) -> None:
    vault = MemoryVault()
    async with await Register.open(tmp_path / "home", vault=vault) as register:
        till = elm(register, "http://127.0.0.1:1")
        await register.add_connection(till, "k", register.make(till, "k"), OWNER)
    vault.delete(till.key_entry)
    checks = {check.name: check for check in await examine(tmp_path / "home", vault)}
    assert checks["dutchie Elm"].hint == 'Connect it again with: budtender connect dutchie --store "Elm"'


async def test_sync_outlives_a_failure_of_this_register(tmp_path: Path) -> None:
    vault = LockableVault()
    told: list[RoundTrip] = []
    with Simulation(shoppers=0, limits=False) as sim:
        await keyless(tmp_path / "home", sim, vault)
        async with await Register.open(tmp_path / "home", vault=vault) as register:
            engine = Engine(register)

            def tell(trip: RoundTrip) -> None:
                told.append(trip)
                engine.stop()

            vault.locked = True
            await engine.run(tell)
            with pytest.raises(KeyringLocked):
                await engine.round_trip()
    assert [trip.failures for trip in told] == [{"register": "The secure storage is locked. Unlock it."}]
    assert told[0].counts["needs_person"] == 0


async def test_an_opening_that_fails_leaves_nothing_open(tmp_path: Path) -> None:
    vault, events = LockableVault(), Events()
    with Simulation(shoppers=0, limits=False) as sim:
        await keyless(tmp_path / "home", sim, vault)
        vault.locked_entry = "key:aiq:aiq"
        for _ in range(2):
            with pytest.raises(KeyringLocked):
                await Register.open(tmp_path / "home", vault=vault, events=events)
    assert list((tmp_path / "home" / "running").iterdir()) == []
    assert events._listeners == []


@pytest.mark.parametrize("name", ["aiq", " AIQ "])
async def test_a_till_does_not_take_the_place_of_another_system(tmp_path: Path, name: str) -> None:
    async with await Register.open(tmp_path / "home", vault=MemoryVault()) as register:
        with pytest.raises(InputError, match="is the name of a connection to AIQ") as refusal:
            await integrations.connect_till(register, "dutchie", name, "k", OWNER, base_url="http://127.0.0.1:1")
    assert refusal.value.facts["field"] == "store"


async def test_both_halves_of_a_key_are_kept_and_sent(tmp_path: Path) -> None:
    vault = MemoryVault()
    with PageServer(Page(body=[])) as server:
        server.play_recorded("GET /whoami", "dutchie/whoami-pascal.json")
        async with await Register.open(tmp_path / "home", vault=vault) as register:
            await integrations.connect_till(
                register, "dutchie", "Elm", "first", OWNER, second_key="second", base_url=server.url
            )
            with pytest.raises(InputError, match="connected already"):
                await integrations.connect_till(register, "dutchie", "Oak", "first", OWNER, base_url=server.url)
        async with await Register.open(tmp_path / "home", vault=vault) as register:
            await register.till("Elm").locations()
    words = [asked.headers["authorization"].removeprefix("Basic ") for asked in server.asked]
    assert {base64.b64decode(word) for word in words} == {b"first:second"}


async def test_a_key_that_reaches_several_locations_is_counted_once(tmp_path: Path) -> None:
    vault = MemoryVault()
    with Simulation(shoppers=20, limits=False) as sim:
        async with await Register.open(tmp_path / "home", vault=vault) as register:
            for account in [known for known in sim.accounts if known.system == "flourish"][:2]:
                await integrations.connect_till(
                    register,
                    "flourish",
                    account.store,
                    account.key,
                    OWNER,
                    base_url=account.base_url,
                    second_key=account.second_key,
                    location=account.location,
                )
            rows = register.db.read(
                lambda c: c.execute("SELECT credential, count(*) AS n FROM call GROUP BY 1").fetchall()
            )
        checks = await examine(tmp_path / "home", vault)
    (row,) = rows
    assert row["n"] > 10
    assert account.key not in row["credential"]
    left = [check.detail for check in checks if check.name.startswith("calls flourish:")]
    assert len(left) == 2
    assert len(set(left)) == 1
    assert "120 of 120" not in left[0]


# ── folders ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps rights in lists, not in a mode")
def test_a_folder_that_may_not_be_entered_is_told_in_a_sentence(tmp_path: Path) -> None:
    tmp_path.chmod(0)
    was_root = os.geteuid() == 0
    if was_root:
        os.seteuid(NOBODY_ID)
    try:
        with pytest.raises(CannotSave):
            read_side_file(tmp_path)
    finally:
        if was_root:
            os.seteuid(0)
        tmp_path.chmod(0o700)


async def test_a_place_for_its_locks_that_cannot_be_made_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "running").write_text("a file stands where the folder should be")
    with pytest.raises(CannotSave):
        await Register.open(tmp_path, vault=MemoryVault())


async def test_one_process_at_a_time_migrates_a_home(tmp_path: Path) -> None:
    vault = MemoryVault()
    db, *_ = await open_home(tmp_path, vault)
    db.close()
    other = FileLock(tmp_path / "home.lock")
    other.acquire()
    opening = asyncio.create_task(open_home(tmp_path, vault))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(asyncio.shield(opening), 0.5)
    other.release()
    (await opening)[0].close()
