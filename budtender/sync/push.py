"""Outbox → remote: one intent at a time, sent once, its answer and what it changes in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from budtender.cache import audit, outbox, unseen
from budtender.cache.database import Connection
from budtender.cache.rows import to_ms
from budtender.connectors.http import Priority
from budtender.errors import (
    CannotSave,
    Failure,
    InputError,
    Misconfigured,
    NotConnected,
    NotFound,
    RateLimited,
    Refused,
    RemoteError,
    RewardUnusable,
    SavedOnly,
    Unreachable,
    maybe_done,
)
from budtender.events import Change
from budtender.log import get_logger
from budtender.model import Intent, Kind, State
from budtender.sync import senders
from budtender.sync.rules import LONGEST_LOOK, pause_after
from budtender.sync.sent import Sent
from budtender.sync.wiring import Wiring

log = get_logger(__name__)
#: After this many 404s on freshly looked-up objects the far side means it.
NOT_FOUND_TWICE = 2


class _Taken(Exception):
    """Another process sends this intent already."""


async def push(wiring: Wiring, intent_id: str, priority: Priority) -> Intent:
    """Send one intent if it may be sent now, and return it as it is afterwards.

    Nothing is raised for what the far side says: the intent's state and `last_error` tell it. Raises SavedOnly when
    the disk takes no more than the intent itself: it may be sent, or be sent later, so it is not to be done again.
    """
    try:
        await _send(wiring, intent_id, priority)
    except CannotSave as error:
        raise _saved_only(error, intent_id) from error
    return _load(wiring, intent_id)


_NOT_NOTED = {
    "disk_full": "the disk is full",
    "folder_read_only": "the register's folder is read-only",
    "database_held": "another program holds the register's data",
}


def _saved_only(error: CannotSave, intent_id: str) -> SavedOnly:
    why = _NOT_NOTED.get(error.code, "the disk reported an error")
    return SavedOnly(
        f"It is saved, but what became of it could not be noted: {why}.",
        "Do not do it again. Once that is mended it goes on by itself; see: budtender outbox list",
        code=error.code,
        intent=intent_id,
    )


async def _send(wiring: Wiring, intent_id: str, priority: Priority) -> RemoteError | None:
    """The same; returns what the far side failed with."""
    intent = _load(wiring, intent_id)
    due = intent.state is State.WAITING and wiring.db.read(lambda c: outbox.is_due(c, intent.id))
    if not due or intent.id in wiring.in_flight:
        return None
    attempt = _Attempt(wiring, intent, watched=priority is Priority.COUNTER)
    failure: RemoteError | None = None
    wiring.in_flight.add(intent.id)
    try:
        sent = await senders.SENDERS[intent.kind](wiring, intent, priority, attempt.claim)
    except _Taken:
        return None
    except NotConnected:
        failure = Misconfigured("This system is not connected.", system=intent.system, code="not_connected")
    except RemoteError as error:
        failure = error
        await attempt.failed(error)
    except (RewardUnusable, InputError) as error:
        await attempt.refused_here(error)
    else:
        await attempt.succeeded(sent)
    finally:
        # Whatever ends this early (a canceled page, a full disk) leaves `sending` behind, and no longer in flight:
        # the next round trip finds it and reads what happened.
        wiring.in_flight.discard(intent.id)
    if isinstance(failure, NotFound) and attempt.claimed and not intent.attempts:
        # Ids die in merges, and with them addresses: the second try looks everything up anew, while the shopper is
        # still there.
        return await _send(wiring, intent.id, priority)
    wiring.events.ring(Change.OUTBOX, Change.PERSONA)
    return failure


async def push_due(wiring: Wiring, priority: Priority = Priority.BACKGROUND) -> int:
    """Send everything that is due, shoppers in turn; returns how many were carried out.

    A system that cannot be reached, asks for a pause or refuses the key is not asked again for each of thousands:
    the rest of its queue waits as it is for the next round trip.
    """
    tried: set[str] = set()
    done = 0
    stopped: set[tuple[str, Kind]] = set()
    while True:
        due = wiring.db.read(partial(outbox.due, now=wiring.clock.now(), stopped=frozenset(stopped)))
        fresh = [intent for intent in due if intent.id not in tried]
        if not fresh:
            return done
        for intent in fresh:
            if (intent.system, intent.kind) not in stopped:
                tried.add(intent.id)
                stopped |= _stops(intent, await _send(wiring, intent.id, priority))
                done += _load(wiring, intent.id).state is State.DONE


def _stops(intent: Intent, failure: RemoteError | None) -> set[tuple[str, Kind]]:
    """What need not be tried again in this round trip after a failure that has nothing to do with the shopper."""
    if isinstance(failure, Misconfigured):
        return {(intent.system, intent.kind)}  # a key may lack the right to one thing and have it for another
    if isinstance(failure, RateLimited) or (isinstance(failure, Unreachable) and not failure.sent):
        return {(intent.system, kind) for kind in Kind}
    return set()


class _Attempt:
    """One try at one intent: the claim before the first byte, and the transaction that ends it."""

    def __init__(self, wiring: Wiring, intent: Intent, *, watched: bool) -> None:
        """`watched` is whether somebody waits for how it ends."""
        self.wiring = wiring
        self.intent = intent
        self.watched = watched
        self.claimed = False

    async def claim(self) -> None:
        """Commit `sending`; the last thing before the first byte leaves."""
        wiring, intent = self.wiring, self.intent
        sent = server_now(wiring)
        mono = wiring.clock.mono()

        def work(c: Connection) -> bool:
            return outbox.claim(c, intent.id, owner=wiring.owner, sent=sent, mono=mono)

        if not await wiring.db.write(work):
            raise _Taken
        self.claimed = True

    async def succeeded(self, sent: Sent) -> None:
        """The answer and the rows it changes, together."""
        wiring, intent = self.wiring, self.intent
        at, mono = wiring.clock.now(), wiring.clock.mono()

        def work(c: Connection) -> None:
            if not self._is_mine(c):
                return
            if not self.claimed:  # nothing had to be sent: the far side already has it
                outbox.claim(c, intent.id, owner=wiring.owner, sent=at, mono=mono)
            outbox.finish(c, intent.id, at=at, mono=mono, remote_ref=sent.remote_ref, evidence=sent.evidence)
            sent.effect(c)
            note(c, intent, "done", at, {})

        await wiring.db.write(work)

    async def failed(self, error: RemoteError) -> None:
        """Decide by what is certain: not carried out, perhaps carried out, or refused."""
        if self.claimed and maybe_done(error):
            await self._lose(error)
        elif self.claimed and isinstance(error, Refused) and self.intent.kind in outbox.URGENT:
            await self._hand_over(error)
        elif isinstance(error, Refused) or (isinstance(error, NotFound) and self._second_not_found()):
            await self.refused_here(error)
        else:
            asked = error.retry_after if isinstance(error, RateLimited) else None
            pause = pause_after(self.intent.attempts + 1, asked=asked)
            if isinstance(error, Misconfigured):
                # The queue of a refused key waits whole; it is no try, and a mended key sends at once.
                pause = timedelta(0)
            await self._release(error, pause)

    def _is_mine(self, connection: Connection) -> bool:
        """Whether this attempt still decides: another process may have taken the intent since it was read.

        The number of attempts tells one claim from the next. One that was taken for lost meanwhile is still ours.
        """
        present = outbox.find(connection, self.intent.id)
        if present is None or present.attempts != self.intent.attempts + int(self.claimed):
            return False
        return present.state in ((State.SENDING, State.UNKNOWN) if self.claimed else (State.WAITING,))

    def _second_not_found(self) -> bool:
        return self.intent.attempts + int(self.claimed) >= NOT_FOUND_TWICE

    async def _lose(self, error: RemoteError) -> None:
        def work(c: Connection, mono: float, _at: datetime) -> None:
            outbox.lose(c, self.intent.id, error=error.title, told=error.told, mono=mono)

        await self._end("unknown", error, work)

    async def _hand_over(self, error: Refused) -> None:
        """A shopper's stop is never closed by AIQ's no: a person sees to it, and it is tried again every hour."""

        def work(c: Connection, mono: float, at: datetime) -> None:
            outbox.lose(c, self.intent.id, error=error.title, told=error.told, mono=mono)
            outbox.ask_person(c, self.intent.id, {"answer": "refused"}, at + LONGEST_LOOK)

        await self._end("refused", error, work)

    async def _release(self, error: RemoteError, pause: timedelta) -> None:
        def work(c: Connection, mono: float, at: datetime) -> None:
            outbox.release(c, self.intent.id, error=error.title, told=error.told, mono=mono, not_before=at + pause)

        await self._end("waits", error, work)

    async def refused_here(self, error: Failure) -> None:
        """Final: the balance it held is free again."""

        def work(c: Connection, mono: float, at: datetime) -> None:
            outbox.refuse(c, self.intent.id, reason=str(error), told=error.told, at=at, mono=mono)
            if not self.watched:
                unseen.mark(c, self.intent)

        await self._end("refused", error, work)

    async def _end(self, word: str, error: Failure, work: Callable[[Connection, float, datetime], None]) -> None:
        at, mono = self.wiring.clock.now(), self.wiring.clock.mono()

        def whole(c: Connection) -> bool:
            mine = self._is_mine(c)
            if mine:
                work(c, mono, at)
                note(c, self.intent, word, at, {"why": error.kind})
            return mine

        if await self.wiring.db.write(whole):
            log.info("intent", id=self.intent.id, kind=self.intent.kind.value, ended=word, why=error.kind)


async def drop_dependents(wiring: Wiring) -> None:
    """Close what depended on an intent that was refused: it has nothing left to do."""
    at, mono = wiring.clock.now(), wiring.clock.mono()

    def work(c: Connection) -> None:
        for intent in outbox.orphaned_dependents(c):
            told = {"code": "dependency_refused"}
            outbox.refuse(c, intent.id, reason="What it depended on did not happen.", told=told, at=at, mono=mono)
            note(c, intent, "refused", at, {"why": "dependency"})

    await wiring.db.write(work)


def note(connection: Connection, intent: Intent, word: str, at: datetime, facts: dict[str, object]) -> None:
    """The audit row of an intent's step, in the same transaction as the step."""
    facts = {"intent": intent.id, "what": intent.kind.value, "persona": intent.persona_id, **facts}
    audit.append(connection, at=to_ms(at), kind=f"intent {word}", staff=intent.staff, facts=facts)


def server_now(wiring: Wiring) -> datetime:
    """The present on AIQ's clock, as far as its answers have told it: a till's own may be hours off."""
    try:
        offset = wiring.aiq.http.clock_offset
    except NotConnected:
        offset = 0.0
    return wiring.clock.now() + timedelta(seconds=offset)


def _load(wiring: Wiring, intent_id: str) -> Intent:
    intent = wiring.db.read(lambda c: outbox.find(c, intent_id))
    if intent is None:
        raise LookupError(f"no intent {intent_id}")
    return intent
