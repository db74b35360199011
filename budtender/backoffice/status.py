"""What is mirrored of each credential, how old it is, and what waits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec

from budtender.cache import books, copying, figures, outbox, outgoing, till
from budtender.cache.books import Connected
from budtender.cache.copying import Copying
from budtender.cache.database import Connection
from budtender.cache.outbox import HeldUp
from budtender.cache.outgoing import Waiting
from budtender.errors import InputError, NotConnected
from budtender.model import Cursor, Resource, Value
from budtender.register import Register
from budtender.settings import LAST_BACKUP, words_in
from budtender.sync import mirror, plan, position, scope

AIQ = "aiq"
#: So many reasons are told of each credential; what AIQ says of single rows could fill pages.
MOST_REASONS = 10


class Copied(Value, frozen=True, kw_only=True):
    """One resource: how its copying goes, and up to when what is mirrored of it is true."""

    state: Copying
    cursor: datetime | None
    age: float | None


class Credential(Value, frozen=True, kw_only=True):
    """One connected system with all that is known of it."""

    connected: Connected
    counts: Mapping[str, int]
    copied: tuple[Copied, ...]
    waiting: Mapping[str, Waiting]
    refused: Mapping[str, int]
    #: Why, the commonest first: kind, reason and how many.
    reasons: tuple[tuple[str, str, int], ...] = ()
    #: The entries of the outbox that wait because it could not be reached at the last try.
    held_up: HeldUp | None = None
    #: The time of the last copy, where the till is frozen and all stays as of then.
    backup: datetime | None = None
    #: Since when the till's archive is copied as well.
    archives: datetime | None = None


def status(register: Register) -> list[Credential]:
    """Everything that is connected, AIQ first."""
    now = register.clock.now()
    frozen = words_in(register.settings.get(LAST_BACKUP))
    told = _clock_told(register)

    def work(c: Connection) -> list[Credential]:
        states = copying.all_of(c)
        waiting = outgoing.waiting(c)
        held = outbox.held_up(c)
        connected = sorted(books.connections(c), key=lambda known: known.system != AIQ)
        found = [_credential(c, known, states, waiting, now, frozen, told) for known in connected]
        return [msgspec.structs.replace(one, held_up=held.get(one.connected.name)) for one in found]

    return register.db.read(work)


def _clock_told(register: Register) -> bool:
    """Whether AIQ has told its clock to this program."""
    try:
        return bool(register.aiq.http.clock_offset)
    except NotConnected:
        return False


def _credential(
    connection: Connection,
    known: Connected,
    states: list[Copying],
    waiting: Mapping[str, Mapping[str, Waiting]],
    now: datetime,
    frozen: frozenset[str],
    told: bool,
) -> Credential:
    is_aiq = known.system == AIQ
    copied = [
        _copied(state, till.cursor(connection, known.name, state.resource), now, told=told)
        for state in states
        if state.credential == known.name
    ]
    # Stock waits for all stores together: AIQ has one for the account.
    kinds = dict(waiting.get("" if is_aiq else known.name, {}))
    return Credential(
        connected=known,
        counts=figures.of_aiq(connection) if is_aiq else figures.of_till(connection, known.name),
        copied=tuple(copied),
        waiting={kind: what for kind, what in kinds.items() if what.count},
        refused=outgoing.refused(connection, "" if is_aiq else known.name),
        reasons=tuple(outgoing.reasons(connection, "" if is_aiq else known.name, MOST_REASONS)),
        backup=max((one.state.good for one in copied if one.state.good), default=None)
        if known.system in frozen
        else None,
        archives=scope.archives_since(connection, known.name),
    )


def _copied(state: Copying, cursor: Cursor | None, now: datetime, *, told: bool) -> Copied:
    at = cursor.at if cursor is not None else state.good
    age = None if state.good is None else max(0.0, (now - state.good).total_seconds())
    if state.credential == AIQ and state.resource in plan.BY_POSITION and not state.error:
        what, hint = position.clock_fault(cursor, now, told=told) or ("", "")
        state = msgspec.structs.replace(state, error=what, hint=hint)
    return Copied(state=state, cursor=at, age=age)


async def accept(register: Register, store: str, resource: str) -> None:
    """A list that was held back as too small is right: the next one is believed. InputError when none is held."""
    known = next((r for r in Resource if r.value == resource.strip().lower()), None)
    if known is None:
        names = ", ".join(r.value for r in Resource)
        named = resource[:40]
        raise InputError(
            f"There is no list “{named}”.", f"Choose one of: {names}.", field="resource", code="no_list", named=named
        )
    if not await mirror.accept(register, store, known):
        named = store[:80]
        raise InputError(
            f"No {known.value} list is held back for “{named}”.",
            "See what is held back with: budtender status",
            field="resource",
            code="no_list_held",
            known=known.value,
            named=named,
        )
