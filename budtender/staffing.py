"""Who acts: the named person of the staff, or the operating-system user while there is no staff. Who may approve."""

from __future__ import annotations

import getpass
from typing import Protocol

from budtender.cache import staff
from budtender.cache.database import Database
from budtender.cache.personas import Known
from budtender.errors import NotAllowed, UsageError
from budtender.model import Actor, Role


class Books(Protocol):
    """The part of a register that knows its staff."""

    @property
    def db(self) -> Database: ...


def who_acts(register: Books, name: str | None) -> Actor:
    """Tell who acts.

    A name is a claim, written down with whatever is done under it; only a PIN proves it. Raises NotAllowed for
    a name that is not on the staff, UsageError when there is a staff and no name.
    """
    people = register.db.read(staff.people)
    if name is None:
        if people:
            raise UsageError("It is not clear who acts.", "Say who acts with --staff NAME.", code="who_acts")
        return Actor(name=_system_user(), role=Role.OWNER)
    wanted = staff.folded(name)
    person = next((person for person in people if person.active and staff.folded(person.name) == wanted), None)
    if person is None:
        hint = "See the names with: budtender staff list" if people else "Leave out --staff until somebody was added."
        raise NotAllowed("Nobody of this name is on the staff of this register.", hint, code="not_on_staff")
    return Actor(name=person.name, role=person.role, staff_id=person.id)


def managers_only(acting: Actor, what: str) -> None:
    """Refuse below a manager what only managers may do, in words. Raises NotAllowed."""
    if acting.role.rank < Role.MANAGER.rank:
        raise NotAllowed(f"Only a manager may {what}.", "Ask a manager.", code="managers_only", what=what)


def refuse_own_wallet(known: Known, approver: str) -> None:
    """Nobody approves with their own PIN what concerns their own wallet. Raises NotAllowed."""
    if staff.is_own(approver, known.first_name, known.last_name):
        raise NotAllowed("You cannot approve your own wallet.", "Another manager has to.", code="own_purchase")


def _system_user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        # An account without a name, as in some containers.
        return "operating-system user"
