"""Undo a redemption, always as a reversing entry: within a set time by the same budtender, later by a manager."""

from __future__ import annotations

import uuid
from decimal import Decimal

from budtender.cache import audit, outbox, personas
from budtender.cache.database import Connection
from budtender.cache.personas import Balance
from budtender.cache.rows import to_ms
from budtender.connectors.http import Priority
from budtender.errors import NotAllowed, NotUndoable
from budtender.events import Change
from budtender.model import Actor, Intent, Kind, Role, State, Value
from budtender.register import Register
from budtender.settings import UNDO
from budtender.sync.push import note, push
from budtender.sync.rules import points_text


class Undone(Value, frozen=True, kw_only=True):
    """A redemption with its reversing entry; without one it had never been sent and was simply closed."""

    redemption: Intent
    entry: Intent | None
    points: Decimal
    balance: Balance | None


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
    withdrawn = await register.db.write(lambda c: _withdraw(c, register, redemption, acting))
    entry = None
    if not withdrawn:
        entry = await register.db.write(lambda c: _record(c, register, redemption, acting, approver, reason))
        entry = await push(register, entry.id, Priority.COUNTER)
    register.events.ring(Change.OUTBOX, Change.PERSONA)
    return Undone(
        redemption=_get(register, redemption.id),
        entry=entry,
        points=-redemption.points,
        balance=_balance(register, redemption),
    )


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
    if register.db.read(lambda c: outbox.undo_of(c, redemption.id)) is not None:
        raise NotUndoable("This redemption has been undone already.", "Its points come back once.", code="undone")


def _refuse_late(register: Register, redemption: Intent, acting: Actor, approver: str | None) -> None:
    nobody_to_ask = acting.staff_id is None and acting.role is Role.OWNER  # no staff yet, so no PINs
    if approver is not None or nobody_to_ask:
        return
    minutes = register.settings.get(UNDO)
    if redemption.staff != acting.name:
        raise NotAllowed(
            "Another budtender redeemed this.",
            "A manager can undo it with a PIN (--pin).",
            code="other_budtender",
            staff=redemption.staff,
        )
    # Measured from the last move on the monotonic clock: setting the clock back wins no time.
    age = (register.clock.now() - redemption.created).total_seconds()
    if max(age, register.clock.since(redemption.moved_mono)) > minutes * 60:
        raise NotAllowed(
            f"This was redeemed more than {minutes} minutes ago.",
            "A manager can undo it with a PIN (--pin).",
            code="too_late",
            minutes=minutes,
        )


def _withdraw(connection: Connection, register: Register, redemption: Intent, acting: Actor) -> bool:
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
    note(connection, redemption, "withdrawn", at, {"by": acting.name})
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
    if outbox.undo_of(connection, redemption.id) is not None:
        raise NotUndoable("This redemption has been undone already.", "Its points come back once.", code="undone")
    present = outbox.find(connection, redemption.id)
    if present is None or present.state is State.REFUSED:
        raise NotUndoable("This redemption has been withdrawn already.", "Nothing was taken.", code="withdrawn")
    now = register.clock.now()
    entry = Intent(
        id=uuid.uuid4().hex,
        kind=Kind.ADJUST,
        state=State.WAITING,
        system="aiq",
        persona_id=redemption.persona_id,
        phone=redemption.phone,
        undoes=redemption.id,
        depends_on=redemption.id,
        points=-redemption.points,
        body={"note": f"undo of redemption {redemption.id}"},
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
        "reason": " ".join(reason.split())[:200],
    }
    audit.append(connection, at=to_ms(now), kind="undo", staff=acting.name, facts=facts)
    return entry


def _balance(register: Register, redemption: Intent) -> Balance | None:
    if redemption.persona_id is None:
        return None
    persona_id = redemption.persona_id
    return register.db.read(lambda c: personas.balance(c, persona_id))
