"""Read a till now, and tell of every list how many rows were read, written and refused, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from budtender.cache import copying
from budtender.errors import RemoteError
from budtender.model import PULLS, Batch, Resource, Value
from budtender.register import Register
from budtender.sync.mirror import copy_resource
from budtender.sync.refused import RefusedRows
from budtender.sync.schedule import TILL


class Imported(Value, frozen=True, kw_only=True):
    """One list of a till: `file` is where refused rows are, `error` why it was broken off or held back."""

    resource: str
    read: int
    written: int
    refused: int
    reasons: tuple[tuple[str, int], ...] = ()
    file: str | None = None
    error: str = ""
    hint: str = ""
    held: bool = False


async def run(register: Register, store: str, told: Callable[[Imported], None]) -> list[Imported]:
    """Read all that one till offers, from where the last reading ended; `told` hears of each list when it is done.

    A list that fails stops no other. Raises NotConnected for a store that is not connected, and EngineRunning when
    another program of this home reads the tills at this moment.
    """
    till = register.till(store)
    found: list[Imported] = []
    with register.alone():
        for resource in TILL:
            if PULLS[resource] in till.can:
                found.append(await _import(register, store, resource))
                told(found[-1])
    return found


async def _import(register: Register, store: str, resource: Resource) -> Imported:
    counts: Counter[str] = Counter()
    reasons: Counter[str] = Counter()

    def note(batch: Batch) -> None:
        counts["written"] += len(batch.rows)
        counts["refused"] += batch.unreadable
        reasons.update(row.reason for row in batch.unread)
        reasons["it could not be read"] += batch.unreadable - len(batch.unread)

    error = hint = ""
    try:
        await copy_resource(register, store, resource, told=note)
    except RemoteError as failure:
        error, hint = failure.title, failure.hint
    state = register.db.read(lambda c: copying.find(c, store, resource))
    if held := bool(not error and state.held and state.error):
        error, hint = state.error, state.hint
    named = any(reason != "it could not be read" and count for reason, count in reasons.items())
    file = RefusedRows(register.folder, store, resource.value).path(register.clock.now())
    return Imported(
        resource=resource.value,
        read=counts["written"] + counts["refused"],
        written=counts["written"],
        refused=counts["refused"],
        reasons=tuple((reason, count) for reason, count in reasons.most_common() if count > 0),
        file=str(file) if named and file.exists() else None,
        error=error,
        hint=hint,
        held=held,
    )
