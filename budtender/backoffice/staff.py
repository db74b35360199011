"""The people who work with this register: adding and removing them, their PINs, and unlocking those."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any, Protocol

from budtender.cache import audit, staff
from budtender.cache.database import Connection, Database
from budtender.cache.rows import to_ms
from budtender.cache.staff import Person
from budtender.clock import Clock
from budtender.errors import CannotSave, InputError, NotAllowed
from budtender.events import Change, Events
from budtender.model import Actor, Role
from budtender.pins import MASTER, REGISTER, SIGN_IN, SIGN_INS, Approver, Pins, subject_of
from budtender.staffing import managers_only, who_acts

LONGEST_NAME = 60
_ROLES = ", ".join(Role)


class Office(Protocol):
    """The part of a register that staff are kept with."""

    @property
    def db(self) -> Database: ...
    @property
    def pins(self) -> Pins: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def events(self) -> Events: ...


def list_staff(register: Office) -> list[Person]:
    """Everybody who was ever added, in that order."""
    return register.db.read(staff.people)


def list_approvers(register: Office, at_least: Role) -> tuple[str, ...]:
    """Who may approve what takes this role, by their own PIN."""
    return tuple(p.name for p in list_staff(register) if p.active and p.has_pin and p.role.rank >= at_least.rank)


def has_master_pin(register: Office) -> bool:
    """Whether a PIN that is nobody's own stands for a manager here, so that who approves has to be named."""
    return register.db.read(staff.find_master_verifier) is not None


async def add(register: Office, name: str, role: str, pin: str | None, by: Actor) -> Person:
    """Add a person; managers and owners with a PIN, others with or without.

    The first is a manager or an owner. Later a manager adds budtenders and leads, an owner everybody; as long as
    there is no owner, a manager may add one. That `by` is who they say has been checked before. Raises InputError
    for a name, role or PIN that cannot be used, NotAllowed when `by` does not reach so far.
    """
    name, wanted = _name(name), _role(role)
    _may_add(list_staff(register), name, wanted, by)
    if pin is None:
        if wanted.rank >= Role.MANAGER.rank:
            raise InputError(
                f"The role {wanted} needs a PIN.",
                "Give one of 6 to 12 digits.",
                field="pin",
                code="pin_missing",
                role=wanted.value,
            )
        await register.db.write(lambda connection: _insert(register, connection, name, wanted, by))
    else:
        staff_id = register.db.read(staff.next_id)

        def first(connection: Connection) -> None:
            if _insert(register, connection, name, wanted, by) != staff_id:
                raise CannotSave("Somebody else was added at this very moment.", "Do it again.", code="added_meanwhile")

        await register.pins.set_personal(staff_id, pin, by.name, first=first)
    added = register.db.read(lambda connection: staff.find_person(connection, name))
    assert added is not None, "it has just been committed"
    register.events.ring(Change.STAFF)
    return added


async def first_owner(register: Office, name: str, pin: str) -> Actor:
    """Make the owner of a register that has no staff yet; from then on people sign in. Raises as `add` does."""
    if list_staff(register):
        raise NotAllowed("This register has a staff already.", "Sign in with your PIN.", code="staff_exists")
    person = await add(register, name, Role.OWNER, pin, who_acts(register, None))
    return Actor(name=person.name, role=person.role, staff_id=person.id)


async def change_own_pin(register: Office, acting: Actor, old: str, new: str) -> None:
    """Give oneself another PIN, proving the old one first; a wrong old one counts as any wrong PIN does."""
    person = _get(register, acting.name)
    if not person.has_pin:
        raise NotAllowed("There is no PIN to change yet.", "A manager gives you the first one.", code="no_own_pin")
    await register.pins.approve(
        old, at_least=Role.BUDTENDER, approver=person.name, acting=acting.name, facts={"for": "own PIN"}
    )
    await register.pins.set_personal(person.id, new, acting.name)
    register.events.ring(Change.STAFF)


async def reset_pin(register: Office, name: str, new: str, by: Actor) -> None:
    """Give somebody else a new PIN: a manager budtenders and leads, an owner everybody. Opens their lock as well.

    That `by` is who they say has been checked before. Raises NotAllowed, or InputError for a PIN that is none.
    """
    person = _get(register, name)
    _may_change(person, by)
    await register.pins.set_personal(person.id, new, by.name)
    register.events.ring(Change.STAFF)


async def deactivate(register: Office, name: str, by: Actor) -> None:
    """Take somebody off the staff: no PIN, no signing in; what they did stays under their name.

    Raises NotAllowed for oneself, for the last owner (or, without owners, the last manager) and beyond one's reach.
    """
    person = _get(register, name)
    if staff.folded(by.name) == staff.folded(person.name):
        raise NotAllowed("Nobody takes themselves off the staff.", "Ask another manager or an owner.", code="own_entry")
    _may_change(person, by)

    def work(connection: Connection) -> None:
        left = [p for p in staff.people(connection) if p.active and p.id != person.id]
        if max((p.role.rank for p in left), default=0) < max(person.role.rank, Role.MANAGER.rank):
            raise NotAllowed(
                f"{person.name} is the last person with the role {person.role}.",
                "Add another one first.",
                code="last_of_role",
                name=person.name,
                role=person.role.value,
            )
        staff.set_active(connection, person.id, active=False)
        _note(register, connection, "staff removed", person, by)

    await register.db.write(work)
    register.events.ring(Change.STAFF)


async def reactivate(register: Office, name: str, pin: str, by: Actor) -> None:
    """Take somebody who was removed back on, in the role they had, with a new PIN. Raises as `reset_pin` does."""
    person = _get(register, name, active=False)
    _may_change(person, by)

    def first(connection: Connection) -> None:
        staff.set_active(connection, person.id, active=True)
        _note(register, connection, "staff back", person, by)

    await register.pins.set_personal(person.id, pin, by.name, first=first)
    register.events.ring(Change.STAFF)


def _get(register: Office, name: str, *, active: bool = True) -> Person:
    person = register.db.read(lambda connection: staff.find_person(connection, name))
    if person is None or (active and not person.active):
        raise _nobody()
    return person


def _nobody() -> NotAllowed:
    return NotAllowed(
        "Nobody of this name is on the staff of this register.", "See: budtender staff list", code="not_on_staff"
    )


def _may_change(person: Person, by: Actor) -> None:
    managers_only(by, "change people")
    if person.role.rank >= Role.MANAGER.rank and by.role is not Role.OWNER:
        raise NotAllowed(
            f"Only an owner can change a person with the role {person.role}.",
            "Ask an owner.",
            code="owners_only",
            role=person.role.value,
        )


def _note(register: Office, connection: Connection, kind: str, person: Person, by: Actor) -> None:
    facts = {"staff_id": person.id, "name": person.name, "role": person.role}
    audit.append(connection, at=to_ms(register.clock.now()), kind=kind, staff=by.name, facts=facts)


async def unlock(register: Office, name: str | None, by: Approver) -> int:
    """Let a person's PIN be tried again; without a name the master PIN, approving without a name, and signing in.

    Returns how many wrong PINs were counted. `by` comes from an approval made for this. Raises NotAllowed for an
    unknown name, for one's own, and unless `by` is a manager or an owner.
    """
    if name is None:
        subjects = [MASTER, REGISTER, SIGN_IN, SIGN_INS]
    else:
        subjects = [subject_of(_get(register, name, active=False).id)]
    return sum([await register.pins.unlock(subject, by) for subject in subjects])


def _insert(register: Office, connection: Connection, name: str, role: Role, by: Actor) -> int:
    if staff.find_person(connection, name):
        raise _name_taken(name)
    now = register.clock.now()
    staff_id = staff.add_person(connection, name, role, at=now)
    facts: Mapping[str, Any] = {"staff_id": staff_id, "name": name, "role": role}
    audit.append(connection, at=to_ms(now), kind="staff added", staff=by.name, facts=facts)
    return staff_id


def _may_add(people: list[Person], name: str, role: Role, by: Actor) -> None:
    if any(staff.folded(person.name) == staff.folded(name) for person in people):
        raise _name_taken(name)
    if not people:
        if role.rank < Role.MANAGER.rank:
            raise InputError(
                "The first person on the staff has to be an owner or a manager, so that somebody can approve.",
                "Add the owner first, with --role owner.",
                field="role",
                code="first_needs_reach",
            )
        return
    managers_only(by, "add people")
    first_owner = role is Role.OWNER and all(person.role is not Role.OWNER for person in people)
    if role.rank >= Role.MANAGER.rank and by.role is not Role.OWNER and not first_owner:
        raise NotAllowed(
            f"Only an owner can add a person with the role {role}.",
            "Ask an owner.",
            code="owners_only",
            role=role.value,
        )


def _name(name: str) -> str:
    text = unicodedata.normalize("NFC", name).strip()
    if not (text and len(text) <= LONGEST_NAME and text.isprintable()):
        raise InputError(
            f"A name has 1 to {LONGEST_NAME} characters that can all be seen.",
            "Type the name again.",
            field="name",
            code="name_shape",
            longest=LONGEST_NAME,
        )
    return text


def _name_taken(name: str) -> InputError:
    return InputError(
        f"{name} is on the staff already.",
        "Use a name that nobody else has.",
        field="name",
        code="name_taken",
        name=name,
    )


def _role(role: str) -> Role:
    try:
        return Role(role.strip().lower())
    except ValueError:
        raise InputError("This is no role.", f"Use one of: {_ROLES}.", field="role", code="role_unknown") from None
