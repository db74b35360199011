"""Proof in AIQ's own windows: which row is which of our redemptions, and which adjustment carries our mark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from budtender.cache import outbox
from budtender.cache.database import Connection
from budtender.connectors.http import Priority
from budtender.model import AdjustmentRow, Intent, Kind, RedemptionRow
from budtender.sync.wiring import Wiring

#: Clocks differ and a request travels: look from this much before it was sent.
BEFORE = timedelta(minutes=1)
#: A call of ours is given up after so long; what it asked for happens at most `late_seconds` after that.
LONGEST_CALL = timedelta(seconds=10)
#: AIQ's windows take no more than a day; the end may lie ahead, so a slow clock here misses nothing.
WINDOW = timedelta(hours=23)


async def redemption_rows(wiring: Wiring, since: datetime, priority: Priority) -> list[RedemptionRow]:
    """AIQ's redemptions from shortly before a moment on."""
    start = since - BEFORE
    return await wiring.aiq.redemptions(start, start + WINDOW, priority=priority)


def first_of(intents: Sequence[Intent], last: Intent, late: int) -> datetime:
    """From when on rows have to be read, so that the rows of these redemptions can be told from the one of `last`.

    One that happened a little before may have its row a little before as well; without it, it would take that of
    `last`, and so on back to the first that has another close behind it.
    """
    first = last.sent or last.created
    for sent in sorted((i.sent or i.created for i in intents), reverse=True):
        if sent <= first <= _latest(sent, late) + BEFORE:
            first = sent
    return first


async def adjustment_rows(wiring: Wiring, since: datetime, priority: Priority) -> list[AdjustmentRow]:
    """AIQ's adjustments from shortly before a moment on."""
    start = since - BEFORE
    return await wiring.aiq.adjustments(start, start + WINDOW, priority=priority)


def rivals(connection: Connection, intent: Intent) -> list[Intent]:
    """This redemption and those of the same shopper that are known to have happened and have no row yet.

    They have to be told apart together: the row of one would else pass for proof of another.
    """
    answered = outbox.answered_of_persona(connection, intent.persona_id or 0)
    others = [i for i in answered if i.kind is Kind.REDEEM and i.remote_ref is None and i.id != intent.id]
    return [*others, intent]


def redemptions_in(
    rows: Sequence[RedemptionRow], intents: Sequence[Intent], contact_id: str, claimed: set[str], late: int
) -> Mapping[str, RedemptionRow]:
    """The row of each redemption that the rows prove, by the intent's id.

    A row bears no mark of ours: it is the same shopper's and reward's, made when the request can have arrived, and
    proof of no other intent. The oldest row goes to the oldest intent, since AIQ shows them in the order they were
    made.
    """
    taken = set(claimed)
    proofs: dict[str, RedemptionRow] = {}
    in_time = sorted(rows, key=lambda row: row.at.timestamp() if row.at else 0.0)
    for intent in sorted(intents, key=lambda i: i.sent or i.created):
        row = next((row for row in in_time if _is_proof(row, intent, contact_id, taken, late)), None)
        if row is not None:
            taken.add(row.ref)
            proofs[intent.id] = row
    return proofs


def _is_proof(row: RedemptionRow, intent: Intent, contact_id: str, taken: set[str], late: int) -> bool:
    if intent.remote_ref is not None:
        return row.ref == intent.remote_ref
    if row.ref in taken or not (_same_shopper(row, intent, contact_id) and _same_reward(row, intent)):
        return False
    sent = intent.sent or intent.created
    return row.at is None or sent - BEFORE <= row.at <= _latest(sent, late)


def _latest(sent: datetime, late: int) -> datetime:
    """When a redemption may be listed at the latest, by its own time there."""
    return sent + LONGEST_CALL + timedelta(seconds=late) + BEFORE


def _same_shopper(row: RedemptionRow, intent: Intent, contact_id: str) -> bool:
    """By contact id; by phone only where the row has no contact id, for the rows' keys are not public."""
    if row.contact_id is not None:
        return row.contact_id.lower() == contact_id.lower()
    return row.phone is not None and row.phone == intent.phone


def _same_reward(row: RedemptionRow, intent: Intent) -> bool:
    """By the reward's id; where the row has none, by its name or by the points it takes."""
    if row.reward_id is not None:
        return row.reward_id == intent.reward_id
    named = bool(row.reward_name) and row.reward_name == str(intent.body["reward"]["name"])
    return named or (row.points is not None and abs(row.points) == abs(intent.points))


def adjustment_in(rows: Sequence[AdjustmentRow], intent: Intent) -> AdjustmentRow | None:
    """The row that carries this intent's mark in its note."""
    return next((row for row in rows if row.note and intent.key in row.note), None)


def may_be_among(rows: Sequence[AdjustmentRow], intent: Intent) -> bool:
    """Whether a row that shows no mark at all may be this intent's: where a note cannot be read, none is missing."""
    return any(row.note is None and row.points in (None, intent.points) for row in rows)
