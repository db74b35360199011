"""What a person was in the middle of when the program ended, so that the same step opens again.

Codes, visits and redemptions are in the database anyway; only which shopper was looked up last has to be noted. All
of it counts for the same limits as when the program had gone on running, and only for the person who did it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from budtender import codes
from budtender.cache import desk, personas, redemptions, visits
from budtender.cache.desk import Noted
from budtender.cache.visits import CodeState, Visit
from budtender.model import Actor, Intent, Value
from budtender.register import Register
from budtender.settings import CODE_LIFE, CODE_TRIES, VISIT
from budtender.visiting import seconds_left

Step = Literal["lookup", "code", "wallet", "redeemed"]


class Code(Value, frozen=True, kw_only=True):
    """A code that was sent and not answered yet, with every time that its page shows.

    `resend_at` is when another may be sent, `locked_until` when a lock after wrong codes ends.
    """

    sent: datetime
    expires: datetime
    resend_at: datetime
    sends_left: int
    tries_left: int
    locked_until: datetime | None


class Resumed(Value, frozen=True, kw_only=True):
    """Where to go on. Read the shopper again with `lookup.find_here(phone, persona=persona_id)`.

    `fresh` says of an open visit whether its wallet was read from AIQ in it.
    """

    step: Step
    phone: str
    persona_id: int | None
    at: datetime
    code: Code | None = None
    visit: Visit | None = None
    fresh: bool = False
    redemption: Intent | None = None


async def hold(register: Register, phone: str, persona_id: int | None, acting: Actor) -> None:
    """Note whom this person looked up; the next one, or `let_go`, replaces it."""
    await _note(register, acting, phone, persona_id)


async def let_go(register: Register, acting: Actor) -> None:
    """This person is done with the shopper: nothing from before now is resumed."""
    await _note(register, acting, None, None)


async def _note(register: Register, acting: Actor, phone: str | None, persona_id: int | None) -> None:
    noted = Noted(phone=phone, persona_id=persona_id, at=register.clock.now(), mono=register.clock.mono())
    await register.db.write(lambda c: desk.note(c, acting.name, noted))


def find(register: Register, acting: Actor) -> Resumed | None:
    """The newest thing that this person had not brought to its end, if its time is not over."""
    noted = register.db.read(lambda c: desk.noted(c, acting.name))
    found = [_looked_up(register, noted), _code(register, acting), _visit(register, acting)]
    done = noted.at if noted is not None and noted.phone is None else None
    open_ones = [step for step in found if step is not None and (done is None or step.at > done)]
    return max(open_ones, key=lambda step: step.at, default=None)


def _age(register: Register, at: datetime, mono: float) -> timedelta:
    """By both clocks the longer: neither setting one back nor starting the machine anew makes anything younger."""
    return max(register.clock.now() - at, timedelta(seconds=register.clock.since(mono)))


def _looked_up(register: Register, noted: Noted | None) -> Resumed | None:
    if noted is None or noted.phone is None:
        return None
    if _age(register, noted.at, noted.mono) >= timedelta(minutes=register.settings.get(VISIT)):
        return None
    return Resumed(step="lookup", phone=noted.phone, persona_id=noted.persona_id, at=noted.at)


def _code(register: Register, acting: Actor) -> Resumed | None:
    sent = register.db.read(lambda c: visits.last_send(c, acting.name))
    if sent is None:
        return None
    phone, at, mono = sent
    life = timedelta(minutes=register.settings.get(CODE_LIFE))
    opened = register.db.read(lambda c: visits.last_visit(c, phone))
    if _age(register, at, mono) >= life or (opened is not None and opened.opened >= at):
        return None
    state = register.db.read(lambda c: visits.code_state(c, phone))
    noted = register.db.read(lambda c: desk.noted(c, acting.name))
    persona_id = noted.persona_id if noted is not None and noted.phone == phone else None
    return Resumed(step="code", phone=phone, persona_id=persona_id, at=at, code=_times(register, state, at, at + life))


def _times(register: Register, state: CodeState, sent: datetime, expires: datetime) -> Code:
    sends, lock = codes.sends(register, state), codes.lock_left(register, state)
    now = register.clock.now()
    return Code(
        sent=sent,
        expires=expires,
        resend_at=now + timedelta(seconds=sends.wait),
        sends_left=sends.left,
        tries_left=max(0, register.settings.get(CODE_TRIES) - state.tries),
        locked_until=now + timedelta(seconds=lock) if lock else None,
    )


def _visit(register: Register, acting: Actor) -> Resumed | None:
    visit = register.db.read(lambda c: visits.last_open(c, acting.name))
    if visit is None or not seconds_left(register, visit):
        return None
    holder = register.db.read(lambda c: personas.get(c, visit.persona_id))
    redemption = register.db.read(lambda c: redemptions.last_in_visit(c, visit.id))
    return Resumed(
        step="wallet" if redemption is None else "redeemed",
        phone=visit.phone,
        persona_id=visit.persona_id,
        at=visit.opened if redemption is None else redemption.created,
        visit=visit,
        fresh=visits.read_in(visit, holder.wallet_at),
        redemption=redemption,
    )
