"""Whose PIN may be meant: the named approver's alone, or that of everybody who reaches far enough."""

from __future__ import annotations

from typing import Literal

from budtender.cache import staff
from budtender.cache.database import Connection
from budtender.cache.staff import Person
from budtender.errors import Failure, NotAllowed, PinRefused
from budtender.model import Role, Value
from budtender.pins.ladder import MASTER, subject_of

How = Literal["personal PIN", "master PIN"]
#: The master PIN belongs to nobody, so it stands for a manager and never for the owner.
MASTER_ROLE = Role.MANAGER


class Candidate(Value, frozen=True, kw_only=True):
    """One PIN to try, and who has approved when it is the right one."""

    subject: str
    name: str
    role: Role
    how: How
    verifier: str


def candidates(
    connection: Connection, at_least: Role, approver: str | None, acting: str, master_for: str | None = None
) -> list[Candidate]:
    """The PINs to try, at least one.

    A named approver with a PIN is tried alone, unless `master_for` names them as well; one without stands for the
    master PIN by name. Without a name it is everybody's of sufficient role and then the master PIN, for which
    `master_for` stands, else the acting person.
    Raises NotAllowed for a name that is unknown or does not reach so far, PinRefused when there is no PIN to try.
    """
    people = [person for person in staff.people(connection) if person.active]
    if approver is None:
        personal = [person for person in people if person.role.rank >= at_least.rank]
        stands = _named(people, at_least, master_for) if master_for is not None else []
        named = stands[0].name if stands else acting
    else:
        personal = _named(people, at_least, approver)
        named = personal[0].name if personal else approver.strip()
    kept = staff.verifiers(connection)
    found = [
        Candidate(
            subject=subject_of(person.id),
            name=person.name,
            role=person.role,
            how="personal PIN",
            verifier=kept[person.id],
        )
        for person in personal
        if person.id in kept
    ]
    if approver is None or not found or master_for is not None:
        found += _master(connection, at_least, named)
    if not found:
        raise _none(at_least, approver)
    return found


def everybody(connection: Connection) -> list[Candidate]:
    """The PIN of each person who may sign in, who did so last coming first. Raises PinRefused when nobody has one."""
    kept = staff.verifiers(connection)
    people = [person for person in staff.people(connection) if person.active and person.id in kept]
    if not people:
        raise PinRefused(
            "Nobody has a PIN to sign in with.",
            "Add somebody with a PIN: budtender staff add NAME --role owner",
            code="no_pin_to_sign_in",
        )
    people.sort(key=lambda person: person.signed_in.timestamp() if person.signed_in else 0.0, reverse=True)
    return [
        Candidate(
            subject=subject_of(person.id),
            name=person.name,
            role=person.role,
            how="personal PIN",
            verifier=kept[person.id],
        )
        for person in people
    ]


def _named(people: list[Person], at_least: Role, approver: str) -> list[Person]:
    """The named person; nobody while there is no staff, when a name is only taken down."""
    if not people:
        return []
    person = next((person for person in people if staff.folded(person.name) == staff.folded(approver)), None)
    if person is None:
        raise NotAllowed(
            "The approver is not on the staff of this register.", "See: budtender staff list", code="not_on_staff"
        )
    if person.role.rank < at_least.rank:
        raise NotAllowed(
            f"The role of {person.name} ({person.role}) cannot approve this.",
            f"Ask a person with the role {at_least}.",
            code="role_too_low",
            name=person.name,
            role=person.role.value,
            needs=at_least.value,
        )
    return [person]


def _master(connection: Connection, at_least: Role, named: str) -> list[Candidate]:
    verifier = staff.find_master_verifier(connection)
    if verifier is None or at_least.rank > MASTER_ROLE.rank:
        return []
    return [Candidate(subject=MASTER, name=named, role=MASTER_ROLE, how="master PIN", verifier=verifier)]


def _none(at_least: Role, approver: str | None) -> Failure:
    role = max(at_least, Role.MANAGER, key=lambda role: role.rank)
    title = f"No {role} PIN has been set up." if approver is None else "The approver has no PIN."
    return PinRefused(
        title,
        f"Add somebody with a PIN: budtender staff add NAME --role {role}",
        code="no_pin_set",
        role=role.value,
        named=approver is not None,
    )
