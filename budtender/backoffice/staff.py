"""The people who work with this register: adding them, listing them, unlocking their PINs."""

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
from budtender.model import Actor, Role
from budtender.pins import MASTER, REGISTER, Approver, Pins, subject_of

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


def list_staff(register: Office) -> list[Person]:
    """Everybody who was ever added, in that order."""
    return register.db.read(staff.people)


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
            raise InputError(f"The role {wanted} needs a PIN.", "Give one of 6 to 12 digits.", field="pin")
        await register.db.write(lambda connection: _insert(register, connection, name, wanted, by))
    else:
        staff_id = register.db.read(staff.next_id)

        def first(connection: Connection) -> None:
            if _insert(register, connection, name, wanted, by) != staff_id:
                raise CannotSave("Somebody else was added at this very moment.", "Do it again.")

        await register.pins.set_personal(staff_id, pin, by.name, first=first)
    added = register.db.read(lambda connection: staff.find_person(connection, name))
    assert added is not None, "it has just been committed"
    return added


async def unlock(register: Office, name: str | None, by: Approver) -> None:
    """Let a person's PIN be tried again; without a name the master PIN and approving without a name.

    `by` comes from an approval made for this. Raises NotAllowed for an unknown name, for one's own, and unless `by`
    is a manager or an owner.
    """
    if name is None:
        subjects = [MASTER, REGISTER]
    else:
        person = register.db.read(lambda connection: staff.find_person(connection, name))
        if person is None:
            raise NotAllowed("Nobody of this name is on the staff of this register.", "See: budtender staff list")
        subjects = [subject_of(person.id)]
    for subject in subjects:
        await register.pins.unlock(subject, by)


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
            )
        return
    if by.role.rank < Role.MANAGER.rank:
        raise NotAllowed("Only a manager or an owner can add people.", "Ask one of them.")
    first_owner = role is Role.OWNER and all(person.role is not Role.OWNER for person in people)
    if role.rank >= Role.MANAGER.rank and by.role is not Role.OWNER and not first_owner:
        raise NotAllowed(f"Only an owner can add a person with the role {role}.", "Ask an owner.")


def _name(name: str) -> str:
    text = unicodedata.normalize("NFC", name).strip()
    if not (text and len(text) <= LONGEST_NAME and text.isprintable()):
        raise InputError(
            f"A name has 1 to {LONGEST_NAME} characters that can all be seen.", "Type the name again.", field="name"
        )
    return text


def _name_taken(name: str) -> InputError:
    return InputError(f"{name} is on the staff already.", "Use a name that nobody else has.", field="name")


def _role(role: str) -> Role:
    try:
        return Role(role.strip().lower())
    except ValueError:
        raise InputError("This is no role.", f"Use one of: {_ROLES}.", field="role") from None
