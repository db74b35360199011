"""Staff: who acts, who may add whom, what a name may be."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from pathlib import Path

import pytest

from budtender.backoffice import staff as office
from budtender.cache import audit
from budtender.errors import InputError, Locked, NotAllowed, PinRefused, UsageError
from budtender.model import Actor, Role
from budtender.pins import REGISTER
from budtender.pins.ladder import TRIES, WAITS
from budtender.staffing import who_acts
from tests.small_register import SmallRegister
from tests.writing import write_now

ROOT = Actor(name="root", role=Role.OWNER)
MANAGER = Actor(name="Dana", role=Role.MANAGER)
PINS = {"owner": "482915", "manager": "736204", "second": "915827", "third": "602847"}


@pytest.fixture
def register(tmp_path: Path) -> Iterator[SmallRegister]:
    made = SmallRegister(tmp_path)
    yield made
    made.db.close()


@pytest.fixture
async def staffed(register: SmallRegister) -> SmallRegister:
    await office.add(register, "Olga", "owner", PINS["owner"], ROOT)
    await office.add(register, "Dana", "manager", PINS["manager"], who_acts(register, "Olga"))
    await office.add(register, "Lee", "lead", None, MANAGER)
    await office.add(register, "Sam", "budtender", None, MANAGER)
    return register


# ── who acts ──────────────────────────────────────────────────────────────────────────────────────────────


def test_the_account_acts_while_there_is_no_staff(register: SmallRegister) -> None:
    assert who_acts(register, None) == Actor(name=getpass.getuser(), role=Role.OWNER)
    with pytest.raises(NotAllowed, match="Nobody of this name") as refusal:
        who_acts(register, "Olga")
    assert "Leave out --staff" in refusal.value.hint


def test_an_account_without_a_name_acts_too(register: SmallRegister, monkeypatch: pytest.MonkeyPatch) -> None:
    def nameless() -> str:
        raise KeyError("uid not found")

    monkeypatch.setattr(getpass, "getuser", nameless)
    assert who_acts(register, None).name == "operating-system user"


def test_a_name_acts_once_there_is_staff(staffed: SmallRegister) -> None:
    assert who_acts(staffed, " dANA ") == Actor(name="Dana", role=Role.MANAGER, staff_id=2)
    with pytest.raises(UsageError, match="It is not clear who acts") as refusal:
        who_acts(staffed, None)
    assert refusal.value.hint == "Say who acts with --staff NAME."
    for name in ("Nobody", "", "root", "' OR 1=1 --", "<b>"):
        with pytest.raises(NotAllowed):
            who_acts(staffed, name)


def test_who_has_left_does_not_act_and_opens_nothing(staffed: SmallRegister) -> None:
    write_now(staffed.db, lambda connection: connection.execute("UPDATE staff SET active = 0"))
    with pytest.raises(NotAllowed):
        who_acts(staffed, "Dana")
    with pytest.raises(UsageError):
        who_acts(staffed, None)


# ── adding ────────────────────────────────────────────────────────────────────────────────────────────────


async def test_added_people_are_listed_and_written_down(staffed: SmallRegister) -> None:
    people = office.list_staff(staffed)
    assert [(person.name, person.role, person.has_pin) for person in people] == [
        ("Olga", Role.OWNER, True),
        ("Dana", Role.MANAGER, True),
        ("Lee", Role.LEAD, False),
        ("Sam", Role.BUDTENDER, False),
    ]
    kinds = [(row["kind"], row["staff"]) for row in staffed.db.read(audit.latest)][::-1]
    assert kinds[:4] == [("staff added", "root"), ("PIN set", "root"), ("staff added", "Olga"), ("PIN set", "Olga")]
    assert staffed.db.read(audit.first_break) is None


async def test_a_new_manager_can_approve(staffed: SmallRegister) -> None:
    approver = await staffed.pins.approve(PINS["manager"], approver="Dana", acting="Sam")
    assert approver.name == "Dana"


@pytest.mark.parametrize("role", ["budtender", "lead"])
async def test_the_first_can_approve(register: SmallRegister, role: str) -> None:
    with pytest.raises(InputError, match="has to be an owner or a manager"):
        await office.add(register, "Sam", role, PINS["second"], ROOT)
    assert office.list_staff(register) == []


@pytest.mark.parametrize(
    ("by", "role", "allowed"),
    [
        ("owner", "owner", True),
        ("owner", "manager", True),
        ("owner", "budtender", True),
        ("manager", "owner", False),
        ("manager", "manager", False),
        ("manager", "lead", True),
        ("manager", "budtender", True),
        ("lead", "budtender", False),
        ("budtender", "budtender", False),
    ],
)
async def test_who_may_add_whom(staffed: SmallRegister, by: str, role: str, allowed: bool) -> None:
    actor = Actor(name="x", role=Role(by))
    if allowed:
        added = await office.add(staffed, "New", role, PINS["second"], actor)
        assert (added.name, added.role, added.has_pin) == ("New", Role(role), True)
    else:
        with pytest.raises(NotAllowed):
            await office.add(staffed, "New", role, PINS["second"], actor)
        assert len(office.list_staff(staffed)) == 4


async def test_a_manager_alone_may_add_the_first_owner(register: SmallRegister) -> None:
    await office.add(register, "Dana", "manager", PINS["manager"], ROOT)
    with pytest.raises(NotAllowed, match="Only an owner"):
        await office.add(register, "Omar", "manager", PINS["second"], MANAGER)
    await office.add(register, "Olga", "owner", PINS["owner"], MANAGER)
    with pytest.raises(NotAllowed, match="Only an owner"):
        await office.add(register, "Oscar", "owner", PINS["third"], MANAGER)


@pytest.mark.parametrize("pin", [None, "123456", "12", PINS["manager"]])
async def test_without_a_good_pin_nobody_is_added(staffed: SmallRegister, pin: str | None) -> None:
    with pytest.raises(InputError) as refusal:
        await office.add(staffed, "New", "manager", pin, who_acts(staffed, "Olga"))
    assert refusal.value.facts["field"] == "pin"
    assert len(office.list_staff(staffed)) == 4


@pytest.mark.parametrize("name", ["", "   ", "a" * 61, "a" * 5000, "Da\nna", "Da\x00na", "Da\u202ena", "\x1b[31mDana"])
async def test_names_that_cannot_be_used(staffed: SmallRegister, name: str) -> None:
    with pytest.raises(InputError, match="1 to 60 characters"):
        await office.add(staffed, name, "budtender", None, MANAGER)


@pytest.mark.parametrize("name", ["dana", " DANA ", "Dana\u0020\u0020".strip() + " "])
async def test_names_are_unique_without_case(staffed: SmallRegister, name: str) -> None:
    with pytest.raises(InputError, match="on the staff already"):
        await office.add(staffed, name, "budtender", None, MANAGER)


async def test_names_of_all_letters_are_unique_without_case(staffed: SmallRegister) -> None:
    for name, again in (
        ("Zoë Ångström", "ZOË ÅNGSTRÖM"),
        ("دانا", "دانا"),
        ("José", "Jose\u0301"),
        ("Ann B", "ann  b"),
    ):
        await office.add(staffed, name, "budtender", None, MANAGER)
        assert who_acts(staffed, again).name == name
        with pytest.raises(InputError, match="on the staff already"):
            await office.add(staffed, again, "budtender", None, MANAGER)


@pytest.mark.parametrize("name", ["<b>Dana</b>", "%s", "Robert'); DROP TABLE staff;--", "a" * 60])
async def test_names_are_data(staffed: SmallRegister, name: str) -> None:
    added = await office.add(staffed, f"  {name} "[:62], "budtender", None, MANAGER)
    assert added.name == name
    assert who_acts(staffed, name).staff_id == added.id


@pytest.mark.parametrize("role", ["", "boss", "manager; owner"])
async def test_roles_that_do_not_exist(staffed: SmallRegister, role: str) -> None:
    with pytest.raises(InputError, match="no role") as refusal:
        await office.add(staffed, "New", role, None, MANAGER)
    assert "budtender, lead, manager, owner" in refusal.value.hint


# ── unlocking ─────────────────────────────────────────────────────────────────────────────────────────────


async def test_an_owner_unlocks_a_manager_and_the_register(staffed: SmallRegister) -> None:
    for approver in ("Dana", None):
        for _ in range(TRIES):
            with pytest.raises(PinRefused):
                await staffed.pins.approve("570318", approver=approver, acting="Sam")
            staffed.clock.pass_by(WAITS[-1])
        with pytest.raises(Locked):
            await staffed.pins.approve(PINS["manager"], approver=approver, acting="Sam")
        olga = await staffed.pins.approve(PINS["owner"], approver="Olga", acting="Olga")
        with pytest.raises(NotAllowed):
            await office.unlock(staffed, "Nobody", olga)
        await office.unlock(staffed, approver, olga)
        approved = await staffed.pins.approve(PINS["manager"], approver=approver, acting="Sam")
        assert approved.name == "Dana"
    assert f'"subject":"{REGISTER}"' in "".join(row["facts"] for row in staffed.db.read(audit.latest))
