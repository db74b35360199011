"""A damaged database: what can be read is saved, the rest is told, and the damaged file is kept."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from statistics import median

import pytest

from budtender.backoffice import staff
from budtender.cache import audit, outbox, personas
from budtender.cache.database import Connection, connect, translated
from budtender.cache.salvage import SALVAGED, salvage
from budtender.doctor import examine
from budtender.errors import Damaged, HomeInUse
from budtender.home import DATABASE_KEY
from budtender.mending import mend_home
from budtender.model import Intent, Kind, Persona, State
from budtender.register import Register
from budtender.secrets import MemoryVault
from tests.faults.fast_register import OWNER

NOW = datetime(2026, 3, 1, tzinfo=UTC)
MANY = 60
#: One of so many pages of the file is damaged in turn.
EVERY = 2
#: So many of these intents lie on one page, at the most.
MOST_OF_A_PAGE = 12


def fill(c: Connection) -> None:
    """Shoppers, and an intent of each, the last of which is being sent."""
    for n in range(MANY):
        phone = f"+1303555{n:04}"
        own = personas.upsert(c, Persona(contact_id=f"contact-{n}", phone=phone, first_name="Ines"), NOW)
        intent = Intent(
            id=f"{n:032x}",
            kind=Kind.REDEEM,
            state=State.WAITING,
            system="aiq",
            persona_id=own,
            phone=phone,
            points=Decimal(-100),
            body={"reward": {"id": "1", "name": "x" * 300}},
            staff="Dana",
            created=NOW,
        )
        outbox.record(c, intent)
    c.execute("INSERT INTO setting VALUES ('enrol_after', '2026-01-01', 0, 'Dana')")
    outbox.claim(c, f"{MANY - 1:032x}", owner="a dead process", sent=NOW, mono=0.0)


@pytest.fixture
def vault() -> MemoryVault:
    return MemoryVault()


@pytest.fixture
async def home(tmp_path: Path, vault: MemoryVault) -> Path:
    """A closed register with a manager, shoppers, and a full outbox."""
    async with await Register.open(tmp_path / "home", vault=vault) as register:
        await staff.add(register, "Dana", "owner", "482915", OWNER)
        await register.change_setting("store_name", "Elm", OWNER)
        await register.db.write(fill)
    return tmp_path / "home"


def key_of(vault: MemoryVault) -> bytes:
    key = vault.read(DATABASE_KEY)
    assert key is not None
    return key


def hurting(path: Path, key: bytes, table: str) -> int:
    """A page with rows of this table alone, found by damaging one after the other of a copy, the newest first."""
    broken, fresh = path.with_name("broken.db"), path.with_name("fresh.db")
    for number in range(path.stat().st_size // 4096, 1, -1):
        shutil.copyfile(path, broken)
        damage(broken, number)
        try:
            holes = salvage(broken, fresh, key, at=NOW, aside="").holes
        except Damaged:
            holes = {}
        for name in (broken, fresh):
            for suffix in ("", "-wal", "-shm"):
                name.with_name(name.name + suffix).unlink(missing_ok=True)
        if set(holes) == {table}:
            return number
    raise LookupError(table)


def files(home: Path) -> list[str]:
    return sorted(path.name for path in home.iterdir())


def damage(path: Path, *numbers: int) -> None:
    """A few bytes of each of these pages are others."""
    with path.open("r+b") as file:
        for number in numbers:
            file.seek(number * 4096 - 2_000)
            file.write(os.urandom(100))


def content(path: Path, key: bytes) -> dict[str, set[tuple[object, ...]]]:
    """Every row of what cannot be read anew from anywhere."""
    connection = connect(path, key, read_only=True)
    try:
        return {
            table: {tuple(row) for row in connection.execute(f"SELECT * FROM {table}")}
            for table in ("intent", "audit", "persona", "staff", "setting", "consent")
        }
    finally:
        connection.close()


def tells_its_tables(path: Path, key: bytes) -> bool:
    """Whether the file opens and says what there is in it."""
    try:
        with translated(), contextlib.closing(connect(path, key, read_only=True)) as connection:
            connection.execute("SELECT name, sql FROM sqlite_master").fetchall()
    except Damaged:
        return False
    return True


async def test_whichever_page_is_damaged_what_is_not_told_as_lost_is_there(
    home: Path, tmp_path: Path, vault: MemoryVault
) -> None:
    path, key = home / "budtender.db", key_of(vault)
    before, last = content(path, key), path.stat().st_size // 4096
    torn: set[str] = set()
    refused, sizes = [], []
    for number in [1, *random.Random(5).sample(range(2, last + 1), last // EVERY)]:
        broken, fresh = tmp_path / "broken.db", tmp_path / f"fresh-{number}.db"
        shutil.copyfile(path, broken)
        damage(broken, number)
        hurt = broken.read_bytes()
        try:
            done = salvage(broken, fresh, key, at=NOW, aside="there")
        except Damaged as error:
            refused.append(number)
            hidden = error.code == "staff_unreadable" or not tells_its_tables(broken, key)
            assert hidden, "only where the file begins, tells its tables, or who works here"
            assert broken.read_bytes() == hurt
            continue
        torn |= set(done.holes)
        left = content(fresh, key)
        for table in ("intent", "audit", "setting", "consent"):
            gone = {row for row in before[table] - left[table] if row[0] not in done.switched_off}
            assert bool(gone) == (table in done.holes), (number, table)
            assert done.holes.get(table) in (None, len(gone)), (number, table)
        lost = {row[1] for row in before["intent"] - left["intent"]}
        assert set(done.intents) in (lost, set()), number
        assert bool(done.intents) == bool(lost), number
        sizes += [len(lost)] if lost else []
    assert "intent" in torn
    assert median(sizes) <= MOST_OF_A_PAGE, "what lies behind a gap is read again"
    assert 1 in refused


async def test_a_damaged_home_is_mended_and_the_outbox_goes_on(home: Path, vault: MemoryVault) -> None:
    path, key = home / "budtender.db", key_of(vault)
    damage(path, hurting(path, key, "intent"))
    hurt = path.read_bytes()
    mended = await mend_home(home, vault)
    assert mended is not None
    aside, done = mended
    assert aside.read_bytes() == hurt, "moved, and not changed"
    assert set(done.holes) == {"intent"}
    assert done.switched_off == ("enrol_after",), "whom it has reached is not all known"
    assert done.holes["intent"] == len(done.intents) > 0
    async with await Register.open(home, vault=vault) as register:
        intents = register.db.read(lambda c: outbox.listing(c, closed=True, limit=1_000))
        assert len(intents) + len(done.intents) == MANY
        assert not {intent.id for intent in intents} & set(done.intents)
        states = {intent.id: intent.state for intent in intents}
        assert set(states.values()) <= {State.WAITING, State.UNKNOWN}
        assert states.get(f"{MANY - 1:032x}", State.UNKNOWN) is State.UNKNOWN, "its process is dead"
        row = next(row for row in register.db.read(audit.latest) if row["kind"] == SALVAGED)
        assert all(lost in row["facts"] for lost in (aside.name, *done.intents))
        assert register.db.read(audit.first_break) is None
    assert await mend_home(home, vault) is None, "it is whole now"
    check = next(check for check in await examine(home, vault) if check.name == "database")
    assert (check.ok, aside.name in check.detail) == (False, True)


async def test_a_lost_shopper_whom_an_intent_names_is_asked_for_anew(home: Path, vault: MemoryVault) -> None:
    path, key = home / "budtender.db", key_of(vault)
    damage(path, hurting(path, key, "persona"))
    mended = await mend_home(home, vault)
    assert mended is not None
    assert "persona" in mended[1].holes
    async with await Register.open(home, vault=vault) as register:
        for intent in register.db.read(lambda c: outbox.listing(c, limit=1_000)):
            assert intent.persona_id is not None
            known = register.db.read(partial(personas.get, persona_id=intent.persona_id))
            assert known.phone == intent.phone
            assert (known.gone is None) == (known.persona is not None)


async def test_where_it_is_hidden_who_works_here_nobody_is_let_in(home: Path, vault: MemoryVault) -> None:
    path = home / "budtender.db"
    looking = connect(path, key_of(vault))
    page = looking.execute("SELECT rootpage FROM sqlite_master WHERE name = 'staff'").fetchone()[0]
    looking.close()
    damage(path, page)
    hurt = path.read_bytes()
    with pytest.raises(Damaged, match="tells who works here"):
        await mend_home(home, vault)
    assert path.read_bytes() == hurt
    assert not [name for name in files(home) if "damaged" in name]


async def test_while_another_works_with_it_nothing_is_moved(home: Path, vault: MemoryVault) -> None:
    page = hurting(home / "budtender.db", key_of(vault), "intent")
    async with await Register.open(home, vault=vault):
        damage(home / "budtender.db", page)
        hurt = (home / "budtender.db").read_bytes()
        with pytest.raises(HomeInUse):
            await mend_home(home, vault)
        assert (home / "budtender.db").read_bytes() == hurt


async def test_a_whole_database_is_left_alone(home: Path, vault: MemoryVault) -> None:
    before = files(home)
    assert await mend_home(home, vault) is None
    assert files(home) == before
