"""The outbox as a manager sees it: what waits and why, sending once more, and settling by hand what nobody can read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from budtender.cache import audit, outbox, unseen, unsent
from budtender.cache.database import Connection
from budtender.cache.rows import to_ms
from budtender.cache.unsent import RefusedRow
from budtender.connectors.http import Priority
from budtender.errors import NoIntent
from budtender.events import Change
from budtender.model import Actor, Intent, State
from budtender.register import Register
from budtender.settings import QUIET
from budtender.staffing import managers_only
from budtender.sync import again
from budtender.sync.push import push
from budtender.sync.settle import settle as look

Decision = Literal["happened", "never"]


def listing(register: Register, *, closed: bool = False) -> list[Intent]:
    """What is still owed or was refused unseen, or with `closed` everything, oldest first."""

    def work(c: Connection) -> list[Intent]:
        if closed:
            return outbox.listing(c, closed=True)
        return sorted([*outbox.listing(c), *unseen.listing(c)], key=lambda intent: intent.created)

    return register.db.read(work)


def refused_unseen(register: Register) -> list[Intent]:
    """What was refused while nobody looked and nobody has taken note of, oldest first."""
    return register.db.read(unseen.listing)


def refused(register: Register, most: int) -> list[RefusedRow]:
    """The rows of tills that AIQ did not take, or is not to have, those that were tried last first."""
    return register.db.read(lambda c: unsent.listing(c, most))


async def try_refused(register: Register) -> int:
    """Send everything that AIQ did not take once more, with the next round trip; returns how many rows."""
    return await again.all_refused(register)


async def retry(register: Register, intent_id: str, acting: Actor) -> Intent:
    """Send a waiting intent now, or one that a person was asked about once more.

    Raises NoIntent for one that is closed, or still too fresh to be certain about; NotAllowed below manager.
    """
    intent = _get(register, intent_id)
    if intent.state is State.UNKNOWN:
        return await _once_more(register, intent, acting)
    if intent.state is not State.WAITING:
        raise NoIntent(
            f"This intent is {intent.state.value}; there is nothing to send.",
            "See `budtender outbox list`.",
            code="intent_closed",
            state=intent.state.value,
        )
    await register.db.write(lambda c: outbox.hurry(c, intent.id))
    return await push(register, intent.id, Priority.COUNTER)


def needs_decision(register: Register, intent_id: str) -> bool:
    """Whether sending it is a manager's decision: reading could not tell what happened. Raises NoIntent."""
    intent = _get(register, intent_id)
    return intent.state is State.UNKNOWN and intent.needs_person


async def _once_more(register: Register, intent: Intent, acting: Actor) -> Intent:
    """A person has seen both numbers and decides to send again what reading could not tell."""
    if not intent.needs_person:
        raise NoIntent(
            "What became of this is still being found out.",
            f"It is looked at {register.settings.get(QUIET)} seconds after the answer was lost: budtender sync --once",
            code="still_looking",
            wait_seconds=register.settings.get(QUIET),
        )
    _managers_only(acting)
    await _decide(register, intent, acting, "once more", lambda c, mono: outbox.again(c, intent.id, mono=mono))
    return await push(register, intent.id, Priority.COUNTER)


async def settle(register: Register, intent_id: str, acting: Actor, decision: Decision | None) -> Intent:
    """Look at a lost answer now; where reading cannot tell, close it as `decision` says.

    Raises NoIntent when there is nothing to settle, or no decision where one is needed, with both numbers.
    """
    intent = _get(register, intent_id)
    if intent.state is not State.UNKNOWN:
        raise NoIntent(
            f"This intent is {intent.state.value}; no answer of it was lost.",
            "See `budtender outbox list`.",
            code="outcome_known",
            state=intent.state.value,
        )
    if decision is None:
        return await _look_now(register, intent)
    _managers_only(acting)
    _refuse_early(register, intent)
    at = register.clock.now()

    def work(c: Connection, mono: float) -> None:
        if decision == "happened":
            outbox.finish(c, intent.id, at=at, mono=mono, evidence={**intent.evidence, "settled_by": acting.name})
        else:
            settled = "A manager settled it as not happened."
            told = {"code": "settled_as_never", "by": acting.name}
            outbox.refuse(c, intent.id, reason=settled, told=told, at=at, mono=mono)

    await _decide(register, intent, acting, decision, work)
    return _get(register, intent.id)


def _refuse_early(register: Register, intent: Intent) -> None:
    left = register.settings.get(QUIET) - register.clock.since(intent.moved_mono)
    if left > 0:
        raise NoIntent(
            "It is too early to look: the request may still take effect.",
            f"Look again in {int(left) + 1} seconds.",
            code="too_early",
            wait_seconds=int(left) + 1,
        )


async def _look_now(register: Register, intent: Intent) -> Intent:
    _refuse_early(register, intent)
    await look(register, intent, Priority.COUNTER)
    intent = _get(register, intent.id)
    if intent.state is State.UNKNOWN:
        raise NoIntent(
            f"Reading cannot tell what happened. {in_numbers(intent)}",
            "Decide with --as happened or --as never, or send it once more with: budtender outbox retry",
            evidence=dict(intent.evidence),
            code="cannot_tell",
            points=intent.points,
        )
    return intent


def in_numbers(intent: Intent) -> str:
    """Both numbers that a person decides by."""
    before, now = intent.evidence.get("balance_before"), intent.evidence.get("balance_now")
    if before is None and now is None:
        return ""
    return f"Balance before: {before or 'not known'}; now: {now or 'not known'}; the change: {intent.points}."


async def _decide(
    register: Register, intent: Intent, acting: Actor, word: str, work: Callable[[Connection, float], None]
) -> None:
    at, mono = register.clock.now(), register.clock.mono()

    def whole(c: Connection) -> None:
        present = outbox.find(c, intent.id)
        if present is None or present.state is not State.UNKNOWN or present.attempts != intent.attempts:
            raise NoIntent("It was settled meanwhile.", "See `budtender outbox list --all`.", code="settled_meanwhile")
        work(c, mono)
        facts = {"intent": intent.id, "decision": word, "evidence": dict(intent.evidence)}
        audit.append(c, at=to_ms(at), kind="intent settled", staff=acting.name, facts=facts)

    await register.db.write(whole)
    register.events.ring(Change.OUTBOX, Change.PERSONA)


def _managers_only(acting: Actor) -> None:
    managers_only(acting, "decide what happened")


def _get(register: Register, intent_id: str) -> Intent:
    intent = register.db.read(lambda c: outbox.find(c, intent_id))
    if intent is None:
        raise NoIntent(
            "There is no intent with this number.", "`budtender outbox list --all` shows them.", code="no_intent"
        )
    return intent
