"""Lost answers: wait, look, then decide; never a blind repeat.

The wait covers our deadline, the longest a request is still carried out after it, and the far side's read lag.
Looking at once would still double writes, because the first request may arrive after the look.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

import msgspec

from budtender.cache import outbox, personas
from budtender.cache.database import Connection
from budtender.connectors.http import Priority
from budtender.errors import Misconfigured, NotConnected, NotFound, ProtocolError, Refused, RemoteError
from budtender.events import Change
from budtender.log import get_logger
from budtender.model import AdjustmentRow, Intent, Kind, Persona, RedemptionRow, SignUp, State, Value
from budtender.settings import LATE, LONGEST_LAG, QUIET, SIGN_UP_LAG
from budtender.sync import contact
from budtender.sync.proof import (
    WINDOW,
    adjustment_in,
    adjustment_rows,
    first_of,
    may_be_among,
    redemption_rows,
    redemptions_in,
    rivals,
)
from budtender.sync.push import note, server_now
from budtender.sync.rules import LONGEST_LOOK, LOST_TWICE, Verdict, is_absent, is_conclusive, judge_lost, next_look
from budtender.sync.senders import listed
from budtender.sync.wiring import Wiring

log = get_logger(__name__)
T = TypeVar("T")


class Look(Value, frozen=True, kw_only=True):
    """What reading found: the far side's row, and the evidence for a person.

    `conclusive` says that not finding it proves that it did not happen, `overdue` that a person should know by now.
    """

    found: bool
    conclusive: bool = False
    overdue: bool = False
    remote_ref: str | None = None
    evidence: Mapping[str, Any] = {}
    effect: Callable[[Connection], None] = lambda _connection: None


async def find_orphans(wiring: Wiring) -> int:
    """Turn what nobody is sending any more into lost answers; returns how many.

    That is what a dead process left behind, and what this one began and did not bring to an end.
    """
    owners = wiring.db.read(outbox.senders)
    dead = [o for o in owners if o == wiring.owner or not wiring.owner_lives(o)]
    mono, at = wiring.clock.mono(), wiring.clock.now()

    def work(c: Connection) -> int:
        left = [intent for owner in dead for intent in outbox.sent_by(c, owner)]
        lost = [intent for intent in left if intent.id not in wiring.in_flight]
        for intent in lost:
            ended = "The program ended before the answer came."
            outbox.lose(c, intent.id, error=ended, told={"code": "program_ended"}, mono=mono)
            note(c, intent, "unknown", at, {"why": "program ended"})
        return len(lost)

    return await wiring.db.write(work) if dead else 0


async def settle_due(wiring: Wiring, priority: Priority = Priority.BACKGROUND) -> None:
    """Look at every lost answer whose wait is over; one that cannot be read now is left for the next round."""
    quiet = wiring.settings.get(QUIET)
    now = wiring.clock.now()
    for intent in wiring.db.read(lambda c: outbox.lost_answers(c, now)):
        if wiring.clock.since(intent.moved_mono) < quiet:
            continue
        try:
            await settle(wiring, intent, priority)
        except (NotConnected, RemoteError) as error:
            log.info("look failed", id=intent.id, why=error.kind)


async def settle(wiring: Wiring, intent: Intent, priority: Priority) -> Verdict:
    """Read what became of one lost answer and decide. Raises RemoteError or NotConnected when it cannot be read."""
    look = await _LOOKS[intent.kind](wiring, intent, priority)
    verdict = judge_lost(
        intent.kind, found=look.found, conclusive=look.conclusive, lost=intent.lost, overdue=look.overdue
    )
    await _carry_out(wiring, intent, look, verdict)
    wiring.events.ring(Change.OUTBOX, Change.PERSONA)
    return verdict


def _lost_at(wiring: Wiring, intent: Intent) -> datetime:
    """When an answer was lost, on AIQ's clock as its latest answer told it, and certainly not earlier.

    What was noted when it was sent goes by a clock that may have been set, or not yet compared, at that time.
    """
    return server_now(wiring) - timedelta(seconds=wiring.clock.since(intent.moved_mono))


async def _carry_out(wiring: Wiring, intent: Intent, look: Look, verdict: Verdict) -> None:
    waited = wiring.clock.since(intent.moved_mono)
    at, mono = wiring.clock.now(), wiring.clock.mono()
    pause = LONGEST_LOOK if intent.needs_person and waited > LONGEST_LOOK.total_seconds() else next_look(waited)

    def work(c: Connection) -> None:
        present = outbox.find(c, intent.id)
        if present is None or present.state is not State.UNKNOWN or present.attempts != intent.attempts:
            return  # somebody settled it meanwhile, or even sent it again: this look says nothing about that
        if verdict is Verdict.DONE:
            outbox.finish(c, intent.id, at=at, mono=mono, remote_ref=look.remote_ref, evidence=look.evidence)
            look.effect(c)
        elif verdict is Verdict.AGAIN:
            outbox.again(c, intent.id, mono=mono)
        elif verdict is Verdict.PERSON:
            outbox.ask_person(c, intent.id, {**look.evidence, "conclusive": look.conclusive}, at + pause)
        else:
            outbox.look_later(c, intent.id, look.evidence, at + pause)
        note(c, intent, "looked at", at, {"verdict": verdict.name.lower()})

    await wiring.db.write(work)


async def _if_offered(wiring: Wiring, intent: Intent, reading: Awaitable[T]) -> T | None:
    """What AIQ lists, None where it offers no such list, or for long one that cannot be read.

    Then nothing is proved, and a person decides.
    """
    try:
        return await reading
    except (NotFound, Refused):
        return None
    except ProtocolError:
        if not _lasts(wiring, intent):
            raise
        return None
    except Misconfigured as error:
        if error.facts.get("status") != 405:
            raise
        return None


# ── looking ───────────────────────────────────────────────────────────────────────────────────────────────


async def _look_for_redemption(wiring: Wiring, intent: Intent, priority: Priority) -> Look:
    """The redemptions window, then the wallet; both numbers go to the person if there has to be one."""
    known = wiring.db.read(lambda c: personas.get(c, intent.persona_id or 0))
    contact_id = known.persona.contact_id if known.persona else ""
    together = wiring.db.read(lambda c: rivals(c, intent))
    late = wiring.settings.get(LATE)
    since = first_of(together, intent, late)
    offered = await _if_offered(wiring, intent, redemption_rows(wiring, since, priority))
    rows = offered or []
    claimed = wiring.db.read(lambda c: outbox.claimed_refs(c, Kind.REDEEM))
    row = redemptions_in(rows, together, contact_id, claimed, late).get(intent.id)
    # What the window proves needs no wallet; a person is shown both numbers.
    wallet = None if row else await wiring.aiq.wallet(intent.phone or "", priority=priority)
    evidence = {
        "balance_before": intent.balance,
        "points": intent.points,
        "balance_now": wallet.points if wallet else None,
        "redemption_listed": None if offered is None else row is not None,
        "read_at": server_now(wiring).isoformat(timespec="seconds"),
    }
    return Look(
        found=row is not None,
        conclusive=_proves_absence(wiring, intent, rows),
        remote_ref=row.ref if row else None,
        evidence=evidence,
    )


async def _look_for_adjustment(wiring: Wiring, intent: Intent, priority: Priority) -> Look:
    """The adjustments of a day, for our mark in a note.

    This machine's clock may have been wrong when it was sent, and a restart hides how long ago it was lost: look
    far around the one time, and around the other as well where they lie far apart. Rows without a note that can be
    read prove nothing, for the keys of AIQ's rows are on no page of its documents; a person decides when that lasts.
    """
    sent = intent.sent or intent.created
    rows = await _if_offered(wiring, intent, adjustment_rows(wiring, sent - WINDOW / 2, priority))
    if rows is None:
        evidence: dict[str, Any] = {"points": intent.points, "adjustment_listed": None}
        return Look(found=False, overdue=True, evidence=evidence)
    row, hidden = adjustment_in(rows, intent), may_be_among(rows, intent)
    lost = _lost_at(wiring, intent)
    if row is None and abs(lost - sent) > WINDOW / 3:
        rows = await adjustment_rows(wiring, lost - WINDOW / 2, priority)
        row, hidden = adjustment_in(rows, intent), hidden or may_be_among(rows, intent)
    evidence = {"points": intent.points, "adjustment_listed": None if hidden and row is None else row is not None}
    return Look(
        found=row is not None,
        conclusive=not hidden and _proves_absence(wiring, intent, rows),
        overdue=_lasts(wiring, intent),
        remote_ref=row.ref if row else None,
        evidence=evidence,
    )


async def _look_for_persona(wiring: Wiring, intent: Intent, priority: Priority) -> Look:
    """A search by the phone that was signed up, and since when there has been none.

    That is told on AIQ's clock: this machine may be switched off every night, and its own clock may be set.
    """
    person = msgspec.convert(intent.body["person"], SignUp)
    found: list[Persona] = await wiring.aiq.find(person.phone, priority=priority)
    if found:
        effect = listed(found[0], wiring.clock.now())
        return Look(found=True, remote_ref=found[0].contact_id, effect=effect)
    now = server_now(wiring)
    noted = intent.evidence.get("absent_since")
    # Without AIQ's clock nothing is noted, and a person decides.
    first = now.isoformat(timespec="seconds") if wiring.aiq.http.clock_offset else None
    since = noted or first
    late = wiring.settings.get(LATE)
    return Look(
        found=False,
        conclusive=is_absent(
            datetime.fromisoformat(since) if since and first else None,
            now,
            late=late,
            lag=wiring.settings.get(SIGN_UP_LAG),
        ),
        overdue=_lasts(wiring, intent),
        evidence={"listed": False, "absent_since": since},
    )


async def _look_for_contact(wiring: Wiring, intent: Intent, priority: Priority) -> Look:
    """The persona's own record, for the new value; a person decides where AIQ has said yes twice and shows it not.

    Sending again is harmless: it sets a value, and only the one that was asked for.
    """
    effect = await contact.shown_by_now(wiring, intent, priority)
    unmet = intent.error_facts.get("code") == contact.NOT_SHOWN and intent.lost >= LOST_TWICE
    return Look(
        found=effect is not None,
        overdue=unmet,
        evidence={"changed": effect is not None},
        effect=effect or (lambda _connection: None),
    )


async def _nothing_to_look_at(_wiring: Wiring, _intent: Intent, _priority: Priority) -> Look:
    """Repeating is harmless, or nothing tells, so there is nothing to find out."""
    return Look(found=False)


def _lasts(wiring: Wiring, intent: Intent) -> bool:
    """Whether nothing has been certain for as long as AIQ lags at the most."""
    longest = wiring.settings.get(LONGEST_LAG) + wiring.settings.get(LATE)
    return wiring.clock.since(intent.moved_mono) >= longest


def _proves_absence(wiring: Wiring, intent: Intent, rows: Sequence[RedemptionRow] | Sequence[AdjustmentRow]) -> bool:
    """Whether what is not among these rows, all of one reading, did not happen."""
    return is_conclusive(
        _lost_at(wiring, intent),
        max((row.at for row in rows if row.at is not None), default=None),
        waited=wiring.clock.since(intent.moved_mono),
        late=wiring.settings.get(LATE),
        longest_lag=wiring.settings.get(LONGEST_LAG),
    )


_LOOKS: dict[Kind, Callable[[Wiring, Intent, Priority], Awaitable[Look]]] = {
    Kind.REDEEM: _look_for_redemption,
    Kind.ADJUST: _look_for_adjustment,
    Kind.SIGN_UP: _look_for_persona,
    Kind.OPT_OUT: _nothing_to_look_at,
    Kind.CUSTOMER: _nothing_to_look_at,
    Kind.ENROL: _nothing_to_look_at,
    Kind.TILL_CONTACT: _nothing_to_look_at,  # the profile is read before it is sent again
    Kind.CONTACT: _look_for_contact,
    Kind.OPT_IN: _nothing_to_look_at,  # a text is never sent twice: a person decides
}
