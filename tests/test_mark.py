"""A database that is older than the last one used here is noticed, whatever made it so, and nothing is sent from it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import stamina

from budtender.backoffice import integrations, recovery
from budtender.cache import mark, outbox
from budtender.cache.database import connect
from budtender.counter import signup
from budtender.errors import Damaged, KeyringLocked, NotAllowed
from budtender.home import DATABASE_KEY
from budtender.model import Actor, Role, State
from budtender.register import Register
from budtender.secrets import MemoryVault
from budtender.simulator import Simulation
from budtender.sync.engine import Engine
from tests.faults.fast_register import OWNER, FastRegister

SAM = Actor(name="Sam", role=Role.BUDTENDER)
FORM = signup.Form(phone="7205550777", first_name="Zoë", last_name="Quist", birth_date="1990-01-02", join=True)


class CountingVault(MemoryVault):
    """Counts what is written to it, and refuses when told to."""

    def __init__(self) -> None:
        super().__init__()
        self.written = 0
        self.locked = False

    def write(self, entry: str, value: bytes) -> None:
        """Store the secret."""
        if self.locked:
            raise KeyringLocked("The secure storage is locked.", "Unlock it.", code="keyring_locked")
        self.written += 1
        super().write(entry, value)


@pytest.fixture
def vault() -> CountingVault:
    return CountingVault()


@pytest.fixture
def sim() -> Iterator[Simulation]:
    with Simulation(shoppers=0, limits=False) as simulation, stamina.set_testing(True, attempts=3):
        yield simulation


async def work_once(home: Path, vault: MemoryVault, value: str = "Harbor") -> None:
    """One life of the program, with one row for the audit log."""
    async with await Register.open(home, vault=vault) as register:
        await register.change_setting("store_name", value, OWNER)


def copied(home: Path, name: str) -> Path:
    return Path(shutil.copytree(home, home.parent / name))


def put_back(copy: Path, home: Path) -> None:
    shutil.rmtree(home)
    shutil.copytree(copy, home)


async def refused(home: Path, vault: MemoryVault) -> int:
    """How many rows are said to be missing."""
    before = (home / "budtender.db").read_bytes()
    with pytest.raises(Damaged, match="older than the last one used here") as refusal:
        await Register.open(home, vault=vault)
    assert (home / "budtender.db").read_bytes() == before
    assert refusal.value.facts["code"] == "database_older"
    return int(refusal.value.facts["lacking"])


async def test_an_older_copy_is_noticed_and_the_newest_one_put_back_is_not(tmp_path: Path, vault: MemoryVault) -> None:
    home = tmp_path / "home"
    await work_once(home, vault)
    older = copied(home, "older")
    await work_once(home, vault, "Elm")
    await work_once(home, vault, "Pine")
    newest = copied(home, "newest")
    put_back(older, home)
    assert await refused(home, vault) == 2
    assert await refused(home, vault) == 2
    put_back(newest, home)
    await work_once(home, vault)


async def test_a_copy_that_went_its_own_way_is_noticed(tmp_path: Path, vault: MemoryVault) -> None:
    home = tmp_path / "home"
    await work_once(home, vault)
    other = copied(home, "other")
    elsewhere = CountingVault()
    for entry in (DATABASE_KEY, mark.ENTRY):
        elsewhere.write(entry, vault.read(entry) or b"")
    await work_once(other, elsewhere, "Oak")
    await work_once(other, elsewhere, "Ash")
    await work_once(home, vault, "Elm")
    put_back(other, home)
    assert await refused(home, vault) == 0


async def test_a_write_ahead_log_that_was_removed_after_a_crash_is_noticed(tmp_path: Path, vault: MemoryVault) -> None:
    home = tmp_path / "home"
    await work_once(home, vault)
    async with await Register.open(home, vault=vault) as register:
        await register.change_setting("store_name", "Elm", OWNER)
        await register.keep_mark()
        crashed = copied(home, "crashed")
    (crashed / "budtender.db-wal").unlink()
    assert await refused(crashed, vault) == 1


async def test_a_crash_alone_is_no_loss(tmp_path: Path, vault: MemoryVault) -> None:
    home = tmp_path / "home"
    await work_once(home, vault)
    async with await Register.open(home, vault=vault) as register:
        await register.change_setting("store_name", "Elm", OWNER)
        await register.keep_mark()
        await register.change_setting("store_name", "Pine", OWNER)
        crashed = copied(home, "crashed")
    # The copy was made before the last one closed, and closing adds no row.
    await work_once(crashed, vault)


async def test_the_keyring_is_told_once_a_closing_and_only_of_something_new(
    tmp_path: Path, vault: CountingVault
) -> None:
    home = tmp_path / "home"
    async with await Register.open(home, vault=vault) as register:
        before = vault.written
        for n in range(40):
            await register.change_setting("store_name", f"Elm {n}", OWNER)
        assert vault.written == before
    assert vault.written == before + 1
    async with await Register.open(home, vault=vault):
        pass
    assert vault.written == before + 1


async def test_a_round_trip_tells_the_keyring(tmp_path: Path, vault: CountingVault) -> None:
    async with await Register.open(tmp_path / "home", vault=vault) as register:
        await register.change_setting("store_name", "Elm", OWNER)
        engine = Engine(register)
        await engine.run(lambda _trip: engine.stop())
        assert mark.told(vault) == register.db.read(mark.newest)


async def test_a_keyring_that_is_locked_by_then_stops_no_closing(tmp_path: Path, vault: CountingVault) -> None:
    home = tmp_path / "home"
    register = await Register.open(home, vault=vault)
    await register.change_setting("store_name", "Elm", OWNER)
    vault.locked = True
    await register.close()
    assert mark.told(vault) is None
    vault.locked = False
    await work_once(home, vault)


async def test_an_emptied_table_of_another_schema_is_noticed(tmp_path: Path, vault: MemoryVault) -> None:
    home = tmp_path / "home"
    await work_once(home, vault)
    for name in ("budtender.db", "budtender.db-wal", "budtender.db-shm"):
        (home / name).unlink(missing_ok=True)
    empty = connect(home / "budtender.db", vault.read(DATABASE_KEY) or b"")
    empty.execute("CREATE TABLE anything (x)")
    empty.close()
    assert await refused(home, vault) > 0


async def test_what_an_older_copy_would_send_is_looked_for_first(
    tmp_path: Path, vault: MemoryVault, sim: Simulation
) -> None:
    """A sign-up that waits in the copy was sent after it was made; it reaches AIQ no second time."""
    home = tmp_path / "home"
    async with await FastRegister.open(home, vault=vault) as register:
        await integrations.connect_aiq(register, sim.uid, sim.aiq_key, OWNER, base_url=sim.url)
        await register.change_setting("quiet_seconds", "0", OWNER)
        sim.stop()
        assert (await signup.sign_up(register, FORM, SAM)).intent.state is State.WAITING
    older = copied(home, "older")
    sim.start()
    async with await FastRegister.open(home, vault=vault) as register:
        await register.db.write(lambda c: c.execute("UPDATE intent SET not_before = NULL"))
        await Engine(register).round_trip()
    put_back(older, home)
    assert await refused(home, vault) > 0
    async with await FastRegister.open(home, vault=vault, accept_older=True) as register:
        with pytest.raises(NotAllowed):
            await recovery.recover(register, SAM)
        done = await recovery.recover(register, OWNER)
        assert done is not None
        assert done.doubted == 1
        for _ in range(2):
            await Engine(register).round_trip()
        (signed_up,) = register.db.read(lambda c: outbox.listing(c, closed=True))
        assert signed_up.state is State.DONE
    assert sum(effect.kind == "signup" for effect in sim.ledger) == 1
    async with await FastRegister.open(home, vault=vault, accept_older=True) as register:
        assert await recovery.recover(register, OWNER) is None


def test_the_entry_of_a_mark_holds_nothing_of_a_shopper(vault: MemoryVault) -> None:
    mark.keep(vault, mark.Mark(rows=7, hash="a" * 64))
    assert vault.read(mark.ENTRY) == b"7:" + b"a" * 64
    vault.write(mark.ENTRY, b"nonsense")
    assert mark.told(vault) is None
