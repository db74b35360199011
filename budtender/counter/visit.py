"""An open visit: how long it still lasts, keeping it open while the shopper is there, reading its wallet anew."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import msgspec

from budtender.cache import audit, outbox, personas, visits
from budtender.cache.database import Connection
from budtender.cache.rows import to_ms
from budtender.cache.visits import Visit
from budtender.connectors.http import Priority
from budtender.errors import NotVerified, RemoteError
from budtender.log import get_logger
from budtender.model import Actor, Intent, Kind, RedemptionRow, Reward, Value
from budtender.register import Register
from budtender.settings import LATE, SECOND
from budtender.sync.proof import redemption_rows, redemptions_in
from budtender.sync.pull import get_wallet
from budtender.sync.push import server_now
from budtender.visiting import length, seconds_left

__all__ = [
    "Elsewhere",
    "can_keep_open",
    "close_visit",
    "keep_open",
    "length",
    "read_again",
    "redeemed_elsewhere",
    "seconds_left",
    "taken_elsewhere",
]

log = get_logger(__name__)
#: So many times its length a visit may last when it is kept open; WCAG 2.2.1 asks for ten.
LONGEST = 11
#: A redemption that was made elsewhere so lately may be why the same one is refused here.
MEANWHILE = timedelta(minutes=10)


class Elsewhere(Value, frozen=True, kw_only=True):
    """A redemption of the same shopper that this register did not make."""

    at: datetime
    name: str


def can_keep_open(register: Register, visit: Visit) -> bool:
    """Whether the time of a visit can be started again.

    A visit that a PIN opened cannot: the manager approved that time and no more.
    """
    age = register.clock.now() - visit.opened
    return visit.method != "pin" and age < length(register, visit) * (LONGEST - 1)


async def keep_open(register: Register, visit: Visit, acting: Actor) -> Visit:
    """Start the time of an open visit again. Raises NotVerified when it is over or may not last any longer."""
    if not seconds_left(register, visit) or not can_keep_open(register, visit):
        raise NotVerified(
            "This visit is over, so the wallet is closed.", "Verify the shopper again.", code="visit_over"
        )
    mono, at = register.clock.mono(), register.clock.now()

    def work(c: Connection) -> None:
        visits.keep_open(c, visit.id, at, mono)
        facts = {"visit": visit.id, "persona": visit.persona_id}
        audit.append(c, at=to_ms(at), kind="wallet kept open", staff=acting.name, facts=facts)

    await register.db.write(work)
    return msgspec.structs.replace(visit, kept=at, kept_mono=mono)


async def close_visit(register: Register, visit: Visit) -> None:
    """Shut the wallet: the shopper has left, or was the wrong one."""
    at = register.clock.now()
    await register.db.write(lambda c: visits.close_visit(c, visit.id, at))


async def read_again(register: Register, visit: Visit) -> Visit:
    """Read the wallet of an open visit from AIQ now; returns the visit, whose shopper AIQ may have merged meanwhile.

    Raises NoShopper when AIQ has no wallet for the number any more, and what the reading raises.
    """
    holder = await get_wallet(register, visit.persona_id, lambda: register.aiq.wallet(visit.phone))
    return msgspec.structs.replace(visit, persona_id=holder)


def _own_redemptions(connection: Connection, persona_id: int) -> list[Intent]:
    """What was done here for a shopper lately, and what was sent and may have been done before its answer is here."""
    both = [*outbox.answered_of_persona(connection, persona_id), *outbox.of_persona(connection, persona_id)]
    return list({intent.id: intent for intent in both if intent.kind is Kind.REDEEM}.values())


async def redeemed_elsewhere(register: Register, visit: Visit, *, before: Decimal | None = None) -> Elsewhere | None:
    """The shopper's newest redemption of the last minutes that was made at another register or by another program.

    As many minutes count as for a second redemption here. `before` is the balance that was known when the shopper was
    looked up here: where it has not fallen nothing was taken elsewhere, and AIQ is not asked. None also when AIQ does
    not tell: it is a warning, and nothing rests on it.
    """
    minutes = register.settings.get(SECOND)
    known = register.db.read(lambda c: personas.get(c, visit.persona_id))
    if not minutes or known.persona is None:
        return None
    now = register.db.read(lambda c: personas.balance(c, visit.persona_id)).mirror
    if before is not None and now is not None and now >= before:
        return None
    return await _newest_elsewhere(register, visit, timedelta(minutes=minutes))


async def taken_elsewhere(register: Register, visit: Visit, reward: Reward) -> Elsewhere | None:
    """The newest redemption of this very reward of the last minutes that was made elsewhere, for one refused here.

    One call. None also when AIQ does not tell: then what it said stands alone.
    """
    return await _newest_elsewhere(register, visit, MEANWHILE, reward)


async def _newest_elsewhere(
    register: Register, visit: Visit, last: timedelta, reward: Reward | None = None
) -> Elsewhere | None:
    known = register.db.read(lambda c: personas.get(c, visit.persona_id))
    if known.persona is None:
        return None
    since, contact_id = server_now(register) - last, known.persona.contact_id
    try:
        rows = await redemption_rows(register, since, Priority.COUNTER)
    except RemoteError as error:
        log.info("redemptions elsewhere not read", why=error.kind)
        return None
    theirs = [row for row in rows if row.contact_id is not None and row.contact_id.lower() == contact_id.lower()]
    ours = register.db.read(lambda c: _own_redemptions(c, visit.persona_id))
    claimed = {intent.remote_ref for intent in ours if intent.remote_ref is not None}
    proofs = redemptions_in(theirs, ours, contact_id, set(), register.settings.get(LATE))
    claimed |= {row.ref for row in proofs.values()}
    other = [
        (row.at, row.reward_name or "")
        for row in theirs
        if row.ref not in claimed and row.at is not None and (reward is None or _is_of(row, reward))
    ]
    at, name = max(other, default=(None, ""))
    return Elsewhere(at=at, name=name) if at is not None and at >= since else None


def _is_of(row: RedemptionRow, reward: Reward) -> bool:
    """By the reward's id; by its name only where the row has none."""
    return row.reward_id == reward.id if row.reward_id is not None else row.reward_name == reward.name != ""
