"""PINs: what may be one, who approves with it, what is kept of it."""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from budtender.cache import staff
from budtender.cache.database import Connection
from budtender.errors import InputError, Locked, NotAllowed, PinRefused
from budtender.model import Role
from budtender.pins import FLOOR, REGISTER, Approver, Hasher, Profile, subject_of
from budtender.pins.verifier import seasoned
from tests.small_register import (
    DANA,
    DANA_PIN,
    LEE_PIN,
    MASTER_PIN,
    OMAR,
    OMAR_PIN,
    SAM,
    WRONG,
    Counting,
    SmallRegister,
)
from tests.writing import write_now


@pytest.fixture
async def register(tmp_path: Path) -> AsyncIterator[SmallRegister]:
    made = SmallRegister(tmp_path)
    await made.set_up()
    yield made
    made.db.close()


# ── what may be a PIN ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "pin", ["", "12345", "4829150736482", "48291a", "48 2915", "-482915", "٤٨٢٩١٥", "48291\u00b2", "🙂" * 6, "7" * 5000]
)
async def test_what_is_no_pin_is_said_and_not_counted(register: SmallRegister, pin: str) -> None:
    with pytest.raises(InputError, match="6 to 12 digits"):
        await register.pins.set_personal(SAM, pin, "Dana")
    with pytest.raises(InputError, match="6 to 12 digits"):
        await register.pins.approve(pin, approver="Dana", acting="Sam")
    assert register.hasher.evaluated == register.count(subject_of(DANA)) == 0


EASY = "000000 77777777 123456 98765432 890123 135791 121212 4747474 123123 12341234 112233 159753 1234554321"


@pytest.mark.parametrize("pin", EASY.split())
async def test_what_is_guessed_first_cannot_be_set(register: SmallRegister, pin: str) -> None:
    with pytest.raises(InputError, match="too easy"):
        await register.pins.set_personal(SAM, pin, "Dana")
    with pytest.raises(InputError, match="too easy"):
        await register.pins.set_master(pin, "Dana")


@pytest.mark.parametrize("pin", ["071284", "19840712", "482915", "482915073648", " 482916\n"])
async def test_other_pins_can(register: SmallRegister, pin: str) -> None:
    person, name = (DANA, "Dana") if pin == DANA_PIN else (SAM, "Sam")
    await register.pins.set_personal(person, pin, "Dana")
    assert (await register.pins.sign_in(pin)).name == name


async def test_one_pin_never_serves_two_people(register: SmallRegister) -> None:
    with pytest.raises(InputError, match="in use already") as refusal:
        await register.pins.set_personal(SAM, OMAR_PIN, "Dana")
    assert "Omar" not in str(refusal.value)
    assert register.last_audit()[0] == "PIN taken"
    with pytest.raises(InputError, match="in use already"):
        await register.pins.set_master(LEE_PIN, "Dana")
    await register.pins.set_master(MASTER_PIN, "Dana")
    with pytest.raises(InputError, match="in use already"):
        await register.pins.set_personal(SAM, MASTER_PIN, "Dana")
    await register.pins.set_personal(OMAR, OMAR_PIN, "Dana")


async def test_a_pin_needs_a_person(register: SmallRegister) -> None:
    with pytest.raises(InputError, match="nobody"):
        await register.pins.set_personal(99, MASTER_PIN, "Dana")


# ── who approves ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.requirement("D-016")
async def test_a_named_manager_approves_and_it_is_written_down(register: SmallRegister) -> None:
    facts = {"persona": 7, "reason": "phone at home"}
    approver = await register.pins.approve(DANA_PIN, approver="dana", acting="Sam", facts=facts)
    assert approver == Approver(name="Dana", role=Role.MANAGER, how="personal PIN")
    assert register.hasher.evaluated == 1
    kind, acting, said = register.last_audit()
    assert (kind, acting) == ("PIN approved", "Sam")
    for words in ('"persona":7', "phone at home", '"approver":"Dana"', "personal PIN", '"register":"register-1"'):
        assert words in said


async def test_only_the_named_one_is_tried(register: SmallRegister) -> None:
    assert isinstance(await register.guess(OMAR_PIN, "Dana"), PinRefused)
    assert register.hasher.evaluated == 1
    assert (register.count(subject_of(DANA)), register.count(subject_of(OMAR)), register.count(REGISTER)) == (1, 0, 0)


async def test_without_a_name_everybody_who_may_is_tried(register: SmallRegister) -> None:
    approver = await register.pins.approve(OMAR_PIN, acting="Sam")
    assert approver.name == "Omar"
    assert isinstance(await register.guess(LEE_PIN, None), PinRefused), "a lead does not reach so far"
    lead = await register.pins.approve(LEE_PIN, at_least=Role.LEAD, acting="Sam")
    assert lead == Approver(name="Lee", role=Role.LEAD, how="personal PIN")


@pytest.mark.requirement("D-016")
@pytest.mark.parametrize(("approver", "name", "named"), [(None, "Sam", "acting person"), ("Omar", "Omar", "approver")])
async def test_the_master_pin_has_a_name_to_it(tmp_path: Path, approver: str | None, name: str, named: str) -> None:
    register = SmallRegister(tmp_path)
    register.hire()
    await register.pins.set_personal(DANA, DANA_PIN, "Dana")
    await register.pins.set_master(MASTER_PIN, "Dana")
    approved = await register.pins.approve(MASTER_PIN, approver=approver, acting="Sam")
    assert approved == Approver(name=name, role=Role.MANAGER, how="master PIN")
    said = register.last_audit()[2]
    assert '"how":"master PIN"' in said
    assert f'"named":"{named}"' in said
    register.db.close()


@pytest.mark.requirement("D-016")
async def test_a_named_manager_gives_their_own_pin_or_the_master_pin(register: SmallRegister) -> None:
    await register.pins.set_master(MASTER_PIN, "Dana")
    for pin, how in ((MASTER_PIN, "master PIN"), (DANA_PIN, "personal PIN")):
        approved = await register.pins.approve(pin, approver="Dana", acting="Sam", master_for="Dana")
        assert (approved.name, approved.how) == ("Dana", how)
    with pytest.raises(PinRefused):
        await register.pins.approve(OMAR_PIN, approver="Dana", acting="Sam", master_for="Dana")


async def test_who_acts_gives_their_own_pin_and_no_master_pin(register: SmallRegister) -> None:
    await register.pins.set_master(MASTER_PIN, "Dana")
    assert isinstance(await register.guess(MASTER_PIN, "Dana"), PinRefused)


async def test_once_the_register_is_locked_a_named_manager_has_their_own_pin_left(register: SmallRegister) -> None:
    await register.pins.set_master(MASTER_PIN, "Dana")
    await register.fail(10, None)
    register.hasher.evaluated = 0
    with pytest.raises(PinRefused):
        await register.pins.approve(MASTER_PIN, approver="Dana", acting="Sam", master_for="Dana")
    assert register.hasher.evaluated == 1, "the master PIN was not tried"
    approved = await register.pins.approve(DANA_PIN, approver="Dana", acting="Sam", master_for="Dana")
    assert approved.how == "personal PIN"


async def test_the_master_pin_before_there_is_staff(tmp_path: Path) -> None:
    register = SmallRegister(tmp_path)
    assert "No manager PIN has been set up" in str(await register.guess(approver=None))
    await register.pins.set_master(MASTER_PIN, "root")
    approved = await register.pins.approve(MASTER_PIN, approver=" Ann ", acting="root")
    assert (approved.name, approved.how) == ("Ann", "master PIN")
    register.db.close()


async def test_the_master_pin_is_no_owners(register: SmallRegister) -> None:
    await register.pins.set_master(MASTER_PIN, "Dana")
    with pytest.raises(PinRefused, match="No owner PIN") as refusal:
        await register.pins.approve(MASTER_PIN, at_least=Role.OWNER, acting="Sam")
    assert "budtender staff add NAME --role owner" in refusal.value.hint


@pytest.mark.parametrize("approver", ["Lee", "Sam", "Nobody", "", "<b>%s"])
async def test_who_may_not_approve_is_told_before_any_check(register: SmallRegister, approver: str) -> None:
    assert isinstance(await register.guess(LEE_PIN, approver), NotAllowed)
    assert register.hasher.evaluated == 0


async def test_who_has_left_approves_nothing(register: SmallRegister) -> None:
    write_now(register.db, lambda connection: connection.execute("UPDATE staff SET active = 0 WHERE name = 'Omar'"))
    assert isinstance(await register.guess(OMAR_PIN, "Omar"), NotAllowed)
    assert isinstance(await register.guess(OMAR_PIN, None), PinRefused)


# ── what is kept ──────────────────────────────────────────────────────────────────────────────────────────


async def test_no_pin_is_kept_anywhere(register: SmallRegister, caplog: pytest.LogCaptureFixture) -> None:
    await register.guess(WRONG)
    await register.guess(DANA_PIN)
    register.restart()

    def everything(connection: Connection) -> str:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        rows = [tuple(row) for table in tables for row in connection.execute(f"SELECT * FROM {table['name']}")]
        return repr(rows)

    kept = register.db.read(everything) + caplog.text
    assert "argon2id" in kept
    assert not [pin for pin in (DANA_PIN, OMAR_PIN, LEE_PIN, WRONG) if pin in kept]


async def test_without_the_pepper_no_pin_matches(register: SmallRegister) -> None:
    kept = register.db.read(staff.verifiers)[DANA]
    pins = [DANA_PIN, *(f"{number:06}" for number in random.Random(16).sample(range(10**6), 59))]
    pepper = register.vault.read("pepper")
    assert pepper is not None
    assert len(pepper) == 32

    def tried() -> list[str]:
        known = (b"", b"\0" * 32, os.urandom(32))
        return [
            pin
            for number, pin in enumerate(pins)
            if register.hasher.matches(kept, seasoned(known[number % 3], pin, subject_of(DANA), register.device_id))
        ]

    assert await asyncio.to_thread(tried) == []
    assert register.hasher.matches(kept, seasoned(pepper, DANA_PIN, subject_of(DANA), register.device_id))


async def test_a_verifier_serves_one_person_on_one_register(register: SmallRegister) -> None:
    kept = register.db.read(staff.verifiers)[DANA]
    write_now(register.db, lambda connection: staff.set_verifier(connection, OMAR, kept))
    assert isinstance(await register.guess(DANA_PIN, "Omar"), PinRefused)
    register.device_id = "register-2"
    register.restart()
    assert isinstance(await register.guess(DANA_PIN, "Dana"), PinRefused)


async def test_a_lost_pepper_locks_until_new_pins_are_set(register: SmallRegister) -> None:
    register.vault.delete("pepper")
    register.restart()
    refusal = await register.guess(DANA_PIN)
    assert isinstance(refusal, Locked)
    assert refusal.until is None
    assert register.vault.read("pepper") is None
    await register.pins.set_personal(DANA, DANA_PIN, "Dana")
    assert await register.guess(DANA_PIN) is None


async def test_verifiers_follow_the_price_up_and_not_down(register: SmallRegister) -> None:
    dearer = Profile(time_cost=2, memory_kib=FLOOR.memory_kib + 1024, parallelism=1)
    cheap = register.db.read(staff.verifiers)[DANA]
    register.hasher = Counting(dearer)
    register.restart()
    assert await register.guess(DANA_PIN) is None
    risen = register.db.read(staff.verifiers)[DANA]
    assert f"m={dearer.memory_kib}" in risen
    assert f"m={dearer.memory_kib}" not in cheap
    register.hasher = Counting(FLOOR)
    register.restart()
    assert await register.guess(DANA_PIN) is None
    assert register.db.read(staff.verifiers)[DANA] == risen


async def test_the_master_verifier_rises_too(register: SmallRegister) -> None:
    await register.pins.set_master(MASTER_PIN, "Dana")
    register.hasher = Counting(Profile(time_cost=3, memory_kib=FLOOR.memory_kib, parallelism=1))
    register.restart()
    assert await register.guess(MASTER_PIN, None) is None
    assert "t=3" in str(register.db.read(staff.find_master_verifier))
    assert await register.guess(MASTER_PIN, None) is None


@pytest.mark.parametrize(("time_cost", "memory_kib"), [(1, 64 * 1024), (2, 19 * 1024 - 1)])
def test_nothing_below_the_floor(time_cost: int, memory_kib: int) -> None:
    with pytest.raises(ValueError, match="cheaper"):
        Hasher(Profile(time_cost=time_cost, memory_kib=memory_kib, parallelism=1))
