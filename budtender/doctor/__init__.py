"""What may be wrong with this register, checked one by one; no shopper's data, so that the answer can be sent on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from budtender.doctor import machine, records, shop, systems, work
from budtender.doctor.check import Check, failed
from budtender.errors import Failure
from budtender.home import read_side_file
from budtender.register import Register
from budtender.secrets import Vault


async def examine(folder: Path, vault: Vault | None = None) -> list[Check]:
    """Check everything that can be checked, in the order in which things depend on each other.

    Raises nothing for what is wrong: a home that cannot be opened is a check like any other, and the checks that
    need it are then left out. Nothing is made: a folder that is no home yet stays as it is.
    """
    checks = await machine.look(folder, vault)
    try:
        if read_side_file(folder) is None:
            return checks
        register = await Register.open(folder, vault=vault)
    except Failure as failure:
        return [*checks, failed("database", failure)]
    async with register:
        return checks + await _inside(register)


async def _inside(register: Register) -> list[Check]:
    """The checks of a home that is open; one that fails leaves the others to be made."""
    looks: dict[str, Callable[[Register], Awaitable[list[Check]]]] = {
        "database": records.database,
        "audit log": records.audit_log,
        "connections": systems.connections,
        "clock": systems.clocks,
        "stores": shop.mapped_stores,
        "links": shop.reward_links,
        "calls": systems.calls_left,
        "outbox": work.owed,
        "refused rows": work.refused_rows,
        "settings": shop.weaker_settings,
    }
    checks: list[Check] = []
    for name, look in looks.items():
        try:
            checks += await look(register)
        except Failure as failure:
            checks.append(failed(name, failure))
    return checks
