"""The doctor finds what is wrong, says the next step, and tells nothing of a shopper."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from budtender.backoffice import integrations
from budtender.cache import outgoing
from budtender.cache.database import connect
from budtender.cache.schema import STEP_NAMES
from budtender.clock import Clock
from budtender.counter import lookup, redeem, stop, verify
from budtender.doctor import examine, machine, work
from budtender.doctor.check import Check
from budtender.home import DATABASE_KEY
from budtender.model import Actor, Role, State
from budtender.register import Register
from budtender.secrets import MemoryVault
from budtender.settings import QUIET
from budtender.simulator import Simulation
from budtender.sync.scope import OUTSIDE
from budtender.sync.settle import settle_due
from tests.connectors.page_server import Page, PageServer

DANA = Actor(name="Dana", role=Role.OWNER)
SHOPPER = "3035550142"
STORE = "Harbor Street"


class Past(Clock):
    """A clock that is behind by some hours."""

    def __init__(self, hours: float) -> None:
        self._behind = hours * 3600

    def wall(self) -> float:
        return super().wall() - self._behind


@pytest.fixture
def sim() -> Iterator[Simulation]:
    with Simulation(shoppers=0, limits=False) as simulation:
        yield simulation


@pytest.fixture
def vault() -> MemoryVault:
    return MemoryVault()


@pytest.fixture
async def home(tmp_path: Path, sim: Simulation, vault: MemoryVault) -> Path:
    """A register that is connected to AIQ, and at rest."""
    folder = tmp_path / "home"
    async with await Register.open(folder, vault=vault) as register:
        await integrations.connect_aiq(register, sim.uid, sim.aiq_key, DANA, base_url=sim.url)
    return folder


@pytest.fixture
async def home_with_till(home: Path, sim: Simulation, vault: MemoryVault) -> Path:
    """The same with a till; a till's key is proved by a dozen calls, four a second."""
    async with await Register.open(home, vault=vault) as register:
        await integrations.connect_till(register, "dutchie", STORE, sim.dutchie_key, DANA, base_url=sim.url)
    return home


def named(checks: list[Check], name: str) -> Check:
    return next(check for check in checks if check.name == name)


def wrong(checks: list[Check]) -> list[str]:
    return [check.name for check in checks if not check.ok]


async def test_a_register_at_rest_is_well(home_with_till: Path, vault: MemoryVault) -> None:
    checks = await examine(home_with_till, vault)
    assert wrong(checks) == []
    assert [check.name for check in checks] == [
        "home",
        "disk",
        "secure storage",
        "versions",
        "database",
        "audit log",
        "aiq",
        f"dutchie {STORE}",
        "clock",
        "stores",
        "calls aiq:9001",
        f"calls dutchie:{STORE}",
        "outbox",
        "lost answers",
        "refused unseen",
        "stopped texts",
        "refused rows",
        "settings",
    ]
    assert "SQLCipher 4" in named(checks, "versions").detail
    assert STEP_NAMES[-1] in named(checks, "database").detail


async def test_nothing_of_a_shopper_is_told(home: Path, vault: MemoryVault, sim: Simulation) -> None:
    async with await Register.open(home, vault=vault) as register:
        found = await lookup.find_shopper(register, SHOPPER)
        assert found.known is not None
        sim.stop()
        await stop.stop_texts(register, SHOPPER, DANA)
    told = repr(await examine(home, vault))
    for secret in (SHOPPER, "0142", "Ines", "Calder", sim.aiq_key, sim.dutchie_key):
        assert secret not in told


# ── the folder and the file ───────────────────────────────────────────────────────────────────────────────


async def test_a_folder_that_is_no_register_stays_as_it_is(tmp_path: Path, vault: MemoryVault) -> None:
    folder = tmp_path / "nothing"
    checks = await examine(folder, vault)
    assert wrong(checks) == ["home"]
    assert not folder.exists()
    assert [check.name for check in checks] == ["home", "disk", "secure storage", "versions"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps rights another way")
@pytest.mark.parametrize("mode", [0o640, 0o602])
async def test_files_that_others_may_use(home: Path, vault: MemoryVault, mode: int) -> None:
    (home / "budtender.db").chmod(mode)
    check = named(await examine(home, vault), "home")
    assert not check.ok
    assert "budtender.db" in check.detail
    assert "chmod" in check.hint


async def test_a_disk_that_is_nearly_full(home: Path, vault: MemoryVault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "LEAST_SPACE", 1 << 60)
    check = named(await examine(home, vault), "disk")
    assert not check.ok
    assert "free" in check.detail


async def test_a_home_of_a_newer_version_is_a_finding(home: Path, vault: MemoryVault) -> None:
    side = home / "home.json"
    side.write_text(side.read_text().replace('"format": 1', '"format": 9'))
    check = named(await examine(home, vault), "database")
    assert not check.ok
    assert "newer version" in check.detail


async def test_a_side_file_that_is_damaged_is_a_finding(home: Path, vault: MemoryVault) -> None:
    (home / "home.json").write_text("{")
    checks = await examine(home, vault)
    assert wrong(checks) == ["database"]
    assert "home.json is damaged" in named(checks, "database").detail


async def test_a_key_that_is_gone_is_a_finding(home: Path) -> None:
    checks = await examine(home, MemoryVault())
    assert wrong(checks) == ["database"]
    assert "key" in named(checks, "database").detail


async def test_a_damaged_page_is_found_and_the_rest_is_still_checked(home: Path, vault: MemoryVault) -> None:
    path, key = home / "budtender.db", vault.read(DATABASE_KEY)
    assert key is not None
    looking = connect(path, key)
    page = looking.execute("SELECT rootpage FROM sqlite_master WHERE name = 'movement'").fetchone()[0]
    size = int(looking.execute("PRAGMA cipher_page_size").fetchone()[0])
    looking.close()
    with path.open("r+b") as file:
        file.seek(page * size - 2_000)
        file.write(os.urandom(100))
    checks = await examine(home, vault)
    assert not named(checks, "database").ok
    assert "budtender recover" in named(checks, "database").hint
    assert named(checks, "aiq").ok


async def test_a_row_of_the_audit_log_that_was_changed(home: Path, vault: MemoryVault) -> None:
    key = vault.read(DATABASE_KEY)
    assert key is not None
    forger = connect(home / "budtender.db", key)
    forger.execute("DROP TRIGGER audit_stays")
    forger.execute("UPDATE audit SET staff = 'Somebody' WHERE seq = 1")
    forger.close()
    check = named(await examine(home, vault), "audit log")
    assert not check.ok
    assert "row 1" in check.detail


# ── remote systems ────────────────────────────────────────────────────────────────────────────────────────


async def test_systems_out_of_reach_are_marked_so(home_with_till: Path, vault: MemoryVault, sim: Simulation) -> None:
    sim.stop()
    trouble = [check for check in await examine(home_with_till, vault) if not check.ok]
    assert [check.name for check in trouble] == ["aiq", f"dutchie {STORE}"]
    assert all(check.away for check in trouble)


async def test_a_frozen_till_is_asked_nothing_and_well(
    home_with_till: Path, vault: MemoryVault, sim: Simulation
) -> None:
    async with await Register.open(home_with_till, vault=vault) as register:
        await register.change_setting("last_backup", "dutchie", DANA)
    calls = len([call for call in sim.calls if not call.path.startswith("/api/")])
    check = named(await examine(home_with_till, vault), f"dutchie {STORE}")
    assert check.ok
    assert "frozen" in check.detail
    assert len([call for call in sim.calls if not call.path.startswith("/api/")]) == calls


async def test_a_key_that_is_refused_is_no_matter_of_reach(home: Path, vault: MemoryVault, sim: Simulation) -> None:
    sim.stop()
    with Simulation(shoppers=0, seed=2, port=int(sim.url.rpartition(":")[2])):
        check = named(await examine(home, vault), "aiq")
    assert not check.ok
    assert not check.away


async def test_a_till_key_without_a_role(home_with_till: Path, vault: MemoryVault, sim: Simulation) -> None:
    sim.stop()
    port = int(sim.url.rpartition(":")[2])
    with Simulation(shoppers=0, port=port, dutchie_roles=("Customer", "Inventory", "PreOrder", "Room", "Employee")):
        check = named(await examine(home_with_till, vault), f"dutchie {STORE}")
    assert not check.ok
    assert "6 of 8 permissions; not transactions, discounts" in check.detail
    assert "support" in check.hint


async def test_nothing_connected(tmp_path: Path, vault: MemoryVault) -> None:
    await (await Register.open(tmp_path, vault=vault)).close()
    checks = await examine(tmp_path, vault)
    assert wrong(checks) == ["aiq"]
    assert "connect aiq" in named(checks, "aiq").hint


@pytest.mark.parametrize(("ahead", "fine"), [(100, True), (300, False), (-300, False)])
async def test_a_clock_that_is_off(tmp_path: Path, vault: MemoryVault, ahead: float, fine: bool) -> None:
    stores = Page(body={"code": 200, "success": True, "data": {"stores": []}})
    with PageServer(stores) as pages:
        pages.clock_ahead = ahead
        async with await Register.open(tmp_path, vault=vault) as register:
            await integrations.connect_aiq(register, "9001", "key-1", DANA, base_url=pages.url)
        check = named(await examine(tmp_path, vault), "clock")
    assert check.ok is fine
    assert ("behind" if ahead > 0 else "ahead of") in check.detail


async def test_a_till_whose_clock_is_off_is_named(home: Path, vault: MemoryVault) -> None:
    with PageServer(Page(body={"locationId": 7, "locationName": "Elm"})) as pages:
        async with await Register.open(home, vault=vault) as register:
            await integrations.connect_till(register, "dutchie", "Elm", "key-1", DANA, base_url=pages.url)
        assert not [check for check in await examine(home, vault) if check.name == "clock of Elm"]
        pages.clock_ahead = 5_400
        checks = await examine(home, vault)
    check = named(checks, "clock of Elm")
    assert not check.ok
    assert named(checks, "clock").ok
    assert re.fullmatch(r"5[34]\d\d s behind Dutchie's", check.detail)
    assert "tell Dutchie's support" in check.hint


async def test_calls_are_counted_by_credential(home: Path, vault: MemoryVault) -> None:
    async with await Register.open(home, vault=vault) as register:
        for _ in range(3):
            await register.aiq.stores()
    detail = named(await examine(home, vault), "calls aiq:9001").detail
    # One to connect, three here, one by the doctor.
    assert "1795 of 1800 in 3600 s" in detail


async def test_a_pause_that_was_asked_for(home: Path, vault: MemoryVault) -> None:
    async with await Register.open(home, vault=vault) as register:
        await register._calls.hold("aiq:9001", Clock().wall() + 600)
    checks = await examine(home, vault)
    assert "asked for a pause" in named(checks, "calls aiq:9001").detail
    assert named(checks, "aiq").away


# ── work ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("hours", "fine"), [(1, True), (25, False)])
async def test_a_stop_that_waits_too_long(
    home: Path, vault: MemoryVault, sim: Simulation, hours: float, fine: bool
) -> None:
    sim.stop()
    async with await Register.open(home, vault=vault, clock=Past(hours)) as register:
        intent = await stop.stop_texts(register, SHOPPER, DANA)
        assert intent.state is State.WAITING
    checks = await examine(home, vault)
    check = named(checks, "stopped texts")
    assert check.ok is fine
    assert "1 waiting" in check.detail
    assert "1 waiting" in named(checks, "outbox").detail


async def test_a_lost_answer_needs_a_person_only_when_nobody_else_can_tell(
    home: Path, vault: MemoryVault, sim: Simulation
) -> None:
    async with await Register.open(home, vault=vault) as register:
        await register.change_setting(QUIET.key, "0", DANA)
        found = await lookup.find_shopper(register, SHOPPER)
        assert found.known is not None
        await verify.send_code(register, found.known, DANA)
        opened = await verify.with_code(register, found.known, sim.last_code(SHOPPER), DANA)
        sim.faults.add("drop_before", match="PUT /api/v1.1/discount/redeem/*")
        await redeem.redeem(register, opened.visit, "58213", DANA, fresh=True)
    checks = await examine(home, vault)
    assert named(checks, "lost answers").ok
    assert "1 waiting" in named(checks, "lost answers").detail
    async with await Register.open(home, vault=vault) as register:
        await settle_due(register)
    check = named(await examine(home, vault), "lost answers")
    assert not check.ok
    assert "1 for a person to decide" in check.detail
    assert "outbox settle" in check.hint


@pytest.mark.parametrize(("key", "value"), [("text_code", "off"), ("offline_redeem", "on")])
async def test_a_setting_that_weakens_safety(home: Path, vault: MemoryVault, key: str, value: str) -> None:
    async with await Register.open(home, vault=vault) as register:
        await register.change_setting(key, value, DANA)
    check = named(await examine(home, vault), f"setting {key}")
    assert not check.ok
    assert f"settings set {key}" in check.hint


def test_an_age_is_told_in_words() -> None:
    ages = [timedelta(minutes=5), timedelta(hours=3), timedelta(days=3)]
    assert [work._in_words(age) for age in ages] == ["5 minutes", "3 hours", "3 days"]


async def test_what_aiq_did_not_take_is_told_with_how_often_and_why(home: Path, vault: MemoryVault) -> None:
    async with await Register.open(home, vault=vault) as register:
        at = register.clock.now()
        await register.db.write(lambda c: outgoing.refuse(c, "sale", STORE, "1", "A sale without lines.", at))
        await register.db.write(lambda c: outgoing.refuse(c, "persona", STORE, "2", OUTSIDE, at))
    check = named(await examine(home, vault), "refused rows")
    assert not check.ok
    assert check.detail == "1 sale row: A sale without lines."
