"""Who stands for the shop's shared PIN, and why: it is nobody's own, so both are asked for before the PIN itself."""

from __future__ import annotations

from typing import NamedTuple

from budtender.cache import staff
from budtender.cli.app import at_terminal, spoken
from budtender.errors import UsageError
from budtender.register import Register


class Standing(NamedTuple):
    """The manager whose PIN is given, None where the PIN alone tells; and why it is used."""

    approver: str | None
    reason: str


def stand(register: Register, approver: str | None, reason: str, *, always: bool = False) -> Standing:
    """Both as they were given; where the master PIN is set, or `always`, what lacks is asked for at a terminal.

    Raises UsageError where nobody can be asked.
    """
    named, why = (approver or "").strip(), reason.strip()
    shared = register.db.read(staff.find_master_verifier) is not None
    if not shared and not always:
        return Standing(named or None, why)
    if at_terminal():
        named, why = named or spoken("Manager who approves"), why or spoken("Reason")
    if not named or not why:
        needed = "A master PIN is set here, so a PIN takes the name of who approves, and a reason."
        raise UsageError(
            needed if shared else "A PIN for this takes the name of who approves, and a reason.",
            "Give --approver NAME and --reason TEXT.",
            code="standing_needed",
        )
    return Standing(named, why)
