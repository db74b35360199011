"""Undo a redemption, always as a reversing entry: within a set time by the same budtender, later by a manager."""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Literal

import msgspec

from budtender.cache import audit, outbox, personas, redemptions
from budtender.cache.database import Connection
from budtender.cache.personas import Balance
from budtender.cache.rows import to_ms
from budtender.connectors.http import Priority
from budtender.errors import NotAllowed, NotUndoable
from budtender.events import Change
from budtender.model import Actor, Intent, Kind, PosDiscount, Reward, Role, State, Value
from budtender.names import short_name
from budtender.register import Register
from budtender.settings import UNDO
from budtender.sync.push import note, push
from budtender.sync.rules import linked, points_text
from budtender.sync.terms import terms_of

#: So many of the last redemptions are shown.
LAST = 5
LONGEST_REASON = 200


class Reason(StrEnum):
    """Why a redemption is undone, as the keys 1 to 5 say it; `OTHER` comes with words of its own."""

    WRONG_REWARD = "wrong reward"
    CHANGED_MIND = "changed their mind"
    WRONG_SHOPPER = "wrong shopper"
    NOT_APPLIED = "could not be applied in the till"
    OTHER = "other"


class Undoable(Value, frozen=True, kw_only=True):
    """One of this register's last redemptions. `seconds_left` is 0 where it takes a manager's PIN."""

    redemption: Intent
    shopper: str
    reward: Reward
    points: Decimal
    cents_off: int | None
    seconds_left: int
    #: Another budtender redeemed it.
    others: bool


class Undone(Value, frozen=True, kw_only=True):
    """A redemption with its reversing entry; without one it had never been sent and was simply closed.

    `link` is what has to be taken out of the till, too, where the reward is linked to a discount there.
    """

    redemption: Intent
    entry: Intent | None
    points: Decimal
    balance: Balance | None
    link: PosDiscount | None = None

    @property
    def outcome(self) -> Literal["undone", "dropped", "waiting", "unknown", "refused"]:
        """How far it has come.

        `dropped`: neither entry had been sent, and neither will be. `waiting`: saved, sent when it can be. `unknown`:
        the answer was lost and is being read. `refused`: AIQ said no, and a person has to see to it.
        """
        if self.entry is None:
            return "dropped"
        return _OUTCOMES[self.entry.state]


_OUTCOMES: Mapping[State, Literal["undone", "waiting", "unknown", "refused"]] = {
    State.DONE: "undone",
    State.WAITING: "waiting",
    State.SENDING: "unknown",
    State.UNKNOWN: "unknown",
    State.REFUSED: "refused",
}


def last(register: Register, acting: Actor, limit: int = LAST) -> tuple[Undoable, ...]:
    """This register's last redemptions that stand, newest first, with how long this person may still undo each."""
    standing = register.db.read(lambda c: redemptions.newest(c, limit))
    return tuple(_undoable(register, redemption, acting) for redemption in standing)


def _undoable(register: Register, redemption: Intent, acting: Actor) -> Undoable:
    reward = msgspec.convert(redemption.body["reward"], Reward)
    persona_id = redemption.persona_id
    known = None if persona_id is None else register.db.read(lambda c: personas.get(c, persona_id))
    others = redemption.staff != acting.name and not _nobody_to_ask(acting)
    return Undoable(
        redemption=redemption,
        shopper=short_name(known.first_name, known.last_name) if known else "",
        reward=reward,
        points=-redemption.points,
        cents_off=reward.cents_off,
        seconds_left=0 if others else max(0, math.ceil(_seconds_left(register, redemption))),
        others=others,
    )


async def undo_with_pin(
    register: Register,
    redemption_id: str,
    pin: str,
    acting: Actor,
    *,
    reason: str,
    approver: str | None = None,
    master_for: str | None = None,
) -> Undone:
    """The same with a manager's PIN, whose it is and however late; raises as approving does, too."""
    redemption = _get(register, redemption_id)
    _refuse_again(register, redemption)
    facts = {"for": "undo", "redemption": redemption.id, "reason": _words(reason)}
    approved = await register.pins.approve(
        pin, at_least=Role.MANAGER, approver=approver, acting=acting.name, facts=facts, master_for=master_for
    )
    return await undo(register, redemption.id, acting, approver=approved.name, reason=reason)


async def undo(
    register: Register, redemption_id: str, acting: Actor, *, approver: str | None = None, reason: str = ""
) -> Undone:
    """Give a redemption's points back. `approver` names the manager whose PIN was given; a name alone approves nothing.

    AIQ has no public undo, so the points come back as an adjustment that carries our mark; they count as gifted
    and a single-use reward is not restored. Raises NotUndoable or NotAllowed.
    """
    redemption = _get(register, redemption_id)
    _refuse_again(register, redemption)
    _refuse_late(register, redemption, acting, approver)
    reason = _words(reason)
    withdrawn = await register.db.write(lambda c: _withdraw(c, register, redemption, acting, approver, reason))
    entry = None
    if not withdrawn:
        entry = await register.db.write(lambda c: _record(c, register, redemption, acting, approver, reason))
        entry = await push(register, entry.id, Priority.COUNTER)
    register.events.ring(Change.OUTBOX, Change.PERSONA)
    return _told(register, redemption.id, entry)


def reread(register: Register, redemption_id: str) -> Undone:
    """A redemption that was undone, as it stands now, for a page that opens it again. Raises NotUndoable."""
    return _told(register, redemption_id, register.db.read(lambda c: redemptions.undo_of(c, redemption_id)))


def _told(register: Register, redemption_id: str, entry: Intent | None) -> Undone:
    redemption = _get(register, redemption_id)
    return Undone(
        redemption=redemption,
        entry=entry,
        points=-redemption.points,
        balance=_balance(register, redemption),
        link=linked(msgspec.convert(redemption.body["reward"], Reward), terms_of(register).discounts),
    )


def _words(reason: str) -> str:
    return " ".join(reason.split())[:LONGEST_REASON]


def _get(register: Register, redemption_id: str) -> Intent:
    intent = register.db.read(lambda c: outbox.find(c, redemption_id))
    if intent is None or intent.kind is not Kind.REDEEM:
        raise NotUndoable(
            "There is no redemption with this number.",
            "`budtender outbox list --all` shows them.",
            code="no_redemption",
        )
    return intent


def _refuse_again(register: Register, redemption: Intent) -> None:
    if redemption.state is State.REFUSED:
        raise NotUndoable(
            "This redemption did not happen, so there is nothing to undo.", redemption.last_error, code="not_redeemed"
        )
    register.db.read(lambda c: _refuse_undone(c, redemption))


def _refuse_undone(connection: Connection, redemption: Intent) -> None:
    if redemptions.undo_of(connection, redemption.id) is not None:
        raise NotUndoable("This redemption has been undone already.", "Its points come back once.", code="undone")


def _refuse_late(register: Register, redemption: Intent, acting: Actor, approver: str | None) -> None:
    if approver is not None or _nobody_to_ask(acting):
        return
    minutes = register.settings.get(UNDO)
    if redemption.staff != acting.name:
        raise NotAllowed(
            "Another budtender redeemed this.",
            "A manager can undo it with a PIN (--pin).",
            code="other_budtender",
            staff=redemption.staff,
        )
    if _seconds_left(register, redemption) < 0:
        raise NotAllowed(
            f"This was redeemed more than {minutes} minutes ago.",
            "A manager can undo it with a PIN (--pin).",
            code="too_late",
            minutes=minutes,
        )


def _nobody_to_ask(acting: Actor) -> bool:
    """There is no staff yet, so there are no PINs."""
    return acting.staff_id is None and acting.role is Role.OWNER


def _seconds_left(register: Register, redemption: Intent) -> float:
    """Measured from the last move on the monotonic clock as well: setting the clock back wins no time."""
    age = (register.clock.now() - redemption.created).total_seconds()
    return register.settings.get(UNDO) * 60 - max(age, register.clock.since(redemption.moved_mono))


def _withdraw(
    connection: Connection, register: Register, redemption: Intent, acting: Actor, approver: str | None, reason: str
) -> bool:
    """Close a redemption that was never sent: both entries would cancel out without a call."""
    present = outbox.find(connection, redemption.id)
    if present is None or present.state is not State.WAITING:
        return False
    at = register.clock.now()
    outbox.refuse(
        connection,
        redemption.id,
        reason="Withdrawn before it was sent.",
        told={"code": "withdrawn"},
        at=at,
        mono=register.clock.mono(),
    )
    note(connection, redemption, "withdrawn", at, {"by": acting.name, "approver": approver, "reason": reason})
    return True


def _record(
    connection: Connection,
    register: Register,
    redemption: Intent,
    acting: Actor,
    approver: str | None,
    reason: str,
) -> Intent:
    """Save the reversing entry; it is sent once the redemption is known to have happened."""
    _refuse_undone(connection, redemption)
    present = outbox.find(connection, redemption.id)
    if present is None or present.state is State.REFUSED:
        raise NotUndoable("This redemption has been withdrawn already.", "Nothing was taken.", code="withdrawn")
    now = register.clock.now()
    entry = Intent(
        kind=Kind.ADJUST,
        persona_id=redemption.persona_id,
        phone=redemption.phone,
        undoes=redemption.id,
        depends_on=redemption.id,
        points=-redemption.points,
        body={"note": f"undo of redemption {redemption.id}", "reason": reason, "approver": approver},
        staff=acting.name,
        created=now,
        moved_mono=register.clock.mono(),
    )
    outbox.record(connection, entry)
    facts = {
        "intent": entry.id,
        "undoes": redemption.id,
        "points": points_text(entry.points),
        "approver": approver,
        "reason": reason,
    }
    audit.append(connection, at=to_ms(now), kind="undo", staff=acting.name, facts=facts)
    return entry


def _balance(register: Register, redemption: Intent) -> Balance | None:
    if redemption.persona_id is None:
        return None
    persona_id = redemption.persona_id
    return register.db.read(lambda c: personas.balance(c, persona_id))
