"""Sign in by personal PIN alone, lock, sign out: who stands at the register, with or without a network."""

from __future__ import annotations

from enum import StrEnum

from budtender.cache import audit, staff, visits
from budtender.cache.rows import to_ms
from budtender.errors import Locked
from budtender.model import Actor, Role, Value
from budtender.pins import SIGN_IN, SIGN_INS, Approver
from budtender.pins.approval import NOBODY
from budtender.register import Register
from budtender.settings import REGISTER_NAME


class Left(StrEnum):
    """Why somebody is no longer signed in."""

    LOCKED = "locked"
    AUTO_LOCKED = "locked by itself"


class Entrance(Value, frozen=True, kw_only=True):
    """What the locked register shows.

    `first_owner` says that there is no staff yet and the first owner has to be made. `closed` is the lock or the
    wait after wrong PINs, `tries_left` how many are left, `openers` who may unlock, by name.
    """

    first_owner: bool
    closed: Locked | None
    tries_left: int
    openers: tuple[str, ...]


async def entrance(register: Register) -> Entrance:
    """How the register can be entered now; read again when the staff changes."""
    people = register.db.read(staff.people)
    door = await register.pins.door()
    openers = [p.name for p in people if p.active and p.has_pin and p.role.rank >= Role.MANAGER.rank]
    return Entrance(
        first_owner=not people, closed=door.closed, tries_left=door.tries_left, openers=tuple(sorted(openers))
    )


async def sign_in(register: Register, pin: str) -> Actor:
    """Who this PIN belongs to; from now on they act. Needs no network. What others had opened is shut.

    Raises InputError for what is no PIN, PinRefused with `tries_left`, Locked after five wrong ones in a row or
    while a wait lasts. A manager opens that lock with `unlock`.
    """
    actor = await register.pins.sign_in(pin)
    if register.db.read(lambda c: visits.open_of_others(c, actor.name)):
        at = register.clock.now()
        await register.db.write(lambda c: visits.close_of_others(c, actor.name, at))
    return actor


async def unlock(register: Register, pin: str, opener: str | None = None) -> Approver:
    """Let PINs be tried again, with the PIN of a manager or an owner; `opener` names whose it is.

    A wrong one counts on that person's own ladder. Raises as approving does, NotAllowed for the master PIN.
    """
    acting = opener or NOBODY
    by = await register.pins.approve(pin, approver=opener, acting=acting, facts={"for": "unlock signing in"})
    for subject in (SIGN_IN, SIGN_INS):
        await register.pins.unlock(subject, by)
    return by


async def leave(register: Register, actor: Actor, why: Left) -> None:
    """Write down that somebody is no longer signed in, and why."""
    at = to_ms(register.clock.now())
    facts = {"why": why.value, "register": register.settings.get(REGISTER_NAME)}
    await register.db.write(lambda c: audit.append(c, at=at, kind="signed out", staff=actor.name, facts=facts))


def renewed(register: Register, actor: Actor) -> Actor:
    """The same person as the staff list has them now: their role or their name may have been changed."""
    if actor.staff_id is None:
        return actor
    staff_id = actor.staff_id
    person = register.db.read(lambda c: staff.person(c, staff_id))
    return actor if person is None else Actor(name=person.name, role=person.role, staff_id=person.id)


def works_here(register: Register, actor: Actor) -> bool:
    """Whether a person has not been taken off the staff since they signed in.

    Whoever acted for the operating system before there was a staff has to sign in once there is one.
    """
    if actor.staff_id is None:
        return not register.db.read(staff.people)
    staff_id = actor.staff_id
    person = register.db.read(lambda c: staff.person(c, staff_id))
    return person is not None and person.active
