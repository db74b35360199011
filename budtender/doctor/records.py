"""What this register keeps: whether its database and its audit log are whole."""

from __future__ import annotations

import asyncio

from budtender.cache import audit, health, schema
from budtender.doctor.check import Check
from budtender.register import Register


async def database(register: Register) -> list[Check]:
    """Whether every page of the file is whole, and whether a damaged one was replaced."""
    if wrong := await asyncio.to_thread(register.db.read, health.complaints):
        detail = f"The file is damaged: {'; '.join(wrong)}"
        hint = "End every Budtender on this folder, then a manager saves what can be read: budtender recover"
        return [Check(name="database", ok=False, detail=detail, hint=hint)]
    aside = sorted(path.name for path in register.folder.glob("budtender.damaged-*.db"))
    if aside:
        told = f"The file is whole; a damaged one was replaced by what could be read of it: {', '.join(aside)}"
        hint = "What was lost is in the audit log. Once nothing is missed, move that file away."
        return [Check(name="database", ok=False, detail=told, hint=hint)]
    size = (register.folder / "budtender.db").stat().st_size / 1024**2
    built = register.db.read(health.steps)
    detail = f"schema {built[-1]} of {schema.STEP_NAMES[-1]}, {size:.1f} MB, every page sealed and whole"
    return [Check(name="database", ok=True, detail=detail)]


async def audit_log(register: Register) -> list[Check]:
    """Whether the chain of the audit log is."""
    broken = await asyncio.to_thread(register.db.read, audit.first_break)
    if broken is not None:
        detail = f"The chain breaks at row {broken}: a row was changed, removed or put in between."
        hint = "Keep the folder as it is and find out who had access to it."
        return [Check(name="audit log", ok=False, detail=detail, hint=hint)]
    newest = register.db.read(lambda c: audit.latest(c, 1))
    rows = newest[0]["seq"] if newest else 0
    return [Check(name="audit log", ok=True, detail=f"{rows} rows, the chain is whole")]
