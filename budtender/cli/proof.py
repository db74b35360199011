"""Proof of who acts: `--staff` is a claim, and what only a manager may do asks for that person's PIN."""

from __future__ import annotations

import sys

from budtender.cache import staff
from budtender.cli.app import secret
from budtender.errors import InputError
from budtender.model import Actor, Role
from budtender.pins import digits
from budtender.register import Register


async def proved(register: Register, acting: Actor, doing: str) -> None:
    """Ask a manager or owner for their own PIN, as soon as somebody on the staff has one.

    It is the first line of standard input, before a key or a new PIN. Whoever is below a manager is not asked: the
    room they go to refuses them. Raises InputError for what is no PIN, which is not counted as a try, PinRefused,
    Locked or NotAllowed.
    """
    if acting.role.rank < Role.MANAGER.rank:
        return
    if not any(person.active and person.has_pin for person in register.db.read(staff.people)):
        return
    typed = secret(f"PIN of {acting.name}")
    try:
        digits.read(typed)
    except InputError as error:
        if sys.stdin is not None and sys.stdin.isatty():
            raise
        raise InputError(
            f"The first line of standard input is not a PIN, and {acting.name}'s is asked for here.",
            "Give the PIN on the first line and what else is asked for on the next; a key may come in $BUDTENDER_KEY.",
            field="pin",
        ) from error
    await register.pins.approve(typed, approver=acting.name, acting=acting.name, facts={"for": doing})
