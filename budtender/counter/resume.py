"""What a person was in the middle of when the program ended, so that the same step opens again.

Codes, visits and intents are in the database anyway; which page somebody was on, and for whom, is noted beside them.
Whatever is newer counts: a code that was sent after its page had opened, a redemption saved after it was asked for.
All of it counts for the same limits as when the program had gone on running, and only for the person who did it. No
code and no PIN is ever noted, and of a sign-up no answer of the shopper's, which only they can give.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

import msgspec

from budtender import codes
from budtender.cache import desk, outbox, personas, redemptions, visits
from budtender.cache.desk import Noted
from budtender.cache.visits import CodeState, Visit
from budtender.joining import Form
from budtender.model import Actor, Intent, Kind, State, Value
from budtender.register import Register
from budtender.settings import CODE_LIFE, CODE_TRIES, VISIT
from budtender.visiting import seconds_left

Page = Literal[
    "lookup",
    "find",
    "verify",
    "approve",
    "wallet",
    "confirm",
    "redeemed",
    "undo",
    "signup",
    "consent",
    "joined",
    "stop",
]
#: `code` is a `verify` for which a code is on its way; `undone` an `undo` that has been saved.
Step = Literal[
    "lookup", "find", "verify", "approve", "wallet", "confirm", "redeemed", "undo", "signup", "consent", "joined",
    "stop", "code", "undone",
]  # fmt: skip


class Place(Value, frozen=True, kw_only=True):
    """The page that somebody is on, and what it needs to open again; no code, no PIN, no answer of a shopper's.

    `intent_id` is the redemption that is told of or undone, or the sign-up that was saved. `reason` is why a manager
    is asked, where that is plain, `said` why something is undone or opened, as far as somebody has said it already.
    """

    page: Page
    phone: str = ""
    persona_id: int | None = None
    visit_id: str = ""
    reward_id: str = ""
    intent_id: str = ""
    reason: str = ""
    said: str = ""
    approver: str = ""
    reveals: bool = False
    form: Form | None = None


class Code(Value, frozen=True, kw_only=True):
    """A code that was sent and not answered yet, with every time that its page shows.

    `resend_at` is when another may be sent, `locked_until` when a lock after wrong codes ends. `answered` says whether
    AIQ took the request for it: without, the text may have gone out or not.
    """

    sent: datetime
    expires: datetime
    resend_at: datetime
    sends_left: int
    tries_left: int
    locked_until: datetime | None
    answered: bool = True


class Resumed(Value, frozen=True, kw_only=True):
    """Where to go on. Read the shopper again with `lookup.find_here(phone, persona=persona_id)`.

    `fresh` says of an open visit whether its wallet was read from AIQ in it. `place` is what the page had noted.
    """

    step: Step
    phone: str
    persona_id: int | None
    at: datetime
    code: Code | None = None
    visit: Visit | None = None
    fresh: bool = False
    redemption: Intent | None = None
    place: Place | None = None


async def hold(register: Register, place: Place, acting: Actor, *, at: datetime | None = None) -> None:
    """Note where this person is; the next place, or `let_go`, replaces it. `at` is when they came there."""
    form = place.form and without_answers(place.form)
    told = msgspec.json.encode(msgspec.structs.replace(place, form=form)).decode()
    noted = Noted(
        phone=place.phone or None,
        persona_id=place.persona_id,
        at=at or register.clock.now(),
        mono=register.clock.mono(),
        place=told,
    )
    await _note(register, acting, noted)


async def let_go(register: Register, acting: Actor, *, at: datetime | None = None) -> None:
    """This person is done with the shopper: nothing from before now is resumed."""
    now = at or register.clock.now()
    await _note(register, acting, Noted(phone=None, persona_id=None, at=now, mono=register.clock.mono()))


async def _note(register: Register, acting: Actor, noted: Noted) -> None:
    old = noted.at - timedelta(minutes=register.settings.get(VISIT))
    # A power cut may take it: what was promised to anybody stands elsewhere.
    await register.db.write(lambda c: desk.note(c, acting.name, noted, old=old), lasting=False)


def without_answers(form: Form) -> Form:
    """What the shopper told, without what they agreed to: they are asked again, and nobody answers for them."""
    blank = Form(phone="", first_name="", last_name="", birth_date="")
    answers = ("join", "texts", "language", "source", "signature", "screen", "paper")
    return msgspec.structs.replace(form, **{name: getattr(blank, name) for name in answers})


def find(register: Register, acting: Actor) -> Resumed | None:
    """The newest thing that this person had not brought to its end, if its time is not over."""
    noted = register.db.read(lambda c: desk.noted(c, acting.name))
    here, code = _noted(register, noted), _code(register, acting, noted)
    done = noted.at if noted is not None and noted.place is None and noted.phone is None else None
    found = [here, code, _visit(register, acting)]
    open_ones = [step for step in found if step is not None and (done is None or step.at > done)]
    # Of two at the same moment the later in the list was brought about by the one before.
    newest = max(enumerate(open_ones), key=lambda pair: (pair[1].at, pair[0]), default=None)
    if newest is None:
        return None
    step = newest[1]
    if step.step == "verify" and code is not None and code.phone == step.phone:
        return code
    return _saved_since(register, step, acting)


def code_for(register: Register, phone: str, acting: Actor) -> Code | None:
    """The code that this person had sent to this phone, while it can be typed or a lock after it lasts."""
    noted = register.db.read(lambda c: desk.noted(c, acting.name))
    found = _code(register, acting, noted)
    return found.code if found is not None and found.phone == phone else None


def _age(register: Register, at: datetime, mono: float) -> timedelta:
    """By both clocks the longer: neither setting one back nor starting the machine anew makes anything younger."""
    return max(register.clock.now() - at, timedelta(seconds=register.clock.since(mono)))


def _noted(register: Register, noted: Noted | None) -> Resumed | None:
    """The page somebody was on; where its wallet has closed meanwhile, the shopper."""
    if noted is None or _age(register, noted.at, noted.mono) >= timedelta(minutes=register.settings.get(VISIT)):
        return None
    if noted.place is None:
        place = Place(page="lookup", phone=noted.phone or "", persona_id=noted.persona_id)
    else:
        place = msgspec.json.decode(noted.place, type=Place)
    if place.page == "lookup" and not place.phone:
        return None
    here = Resumed(step=place.page, phone=place.phone, persona_id=place.persona_id, at=noted.at, place=place)
    if not place.visit_id:
        return here
    visit = register.db.read(lambda c: visits.find(c, place.visit_id))
    if visit is not None and seconds_left(register, visit):
        return _of_visit(register, here, visit)
    if place.intent_id and place.page in ("undo", "approve"):
        return here  # what is undone need not be open
    return msgspec.structs.replace(here, step="lookup") if place.phone else None


def _of_visit(register: Register, here: Resumed, visit: Visit) -> Resumed:
    holder = register.db.read(lambda c: personas.get(c, visit.persona_id))
    return msgspec.structs.replace(here, visit=visit, fresh=visits.read_in(visit, holder.wallet_at))


def _saved_since(register: Register, here: Resumed, acting: Actor) -> Resumed | None:
    """The same, unless what the page was there for was saved before the program ended: then what came of it."""
    place = here.place
    if place is None:
        return here
    if here.step in ("undo", "approve") and place.intent_id:
        one = register.db.read(lambda c: outbox.find(c, place.intent_id))
        back = register.db.read(lambda c: redemptions.undo_of(c, place.intent_id))
        if back is not None or (one is not None and one.state is State.REFUSED):
            return msgspec.structs.replace(here, step="undone")
    if here.step == "consent" and (saved := _since(register, here, Kind.SIGN_UP, acting)) is not None:
        return msgspec.structs.replace(here, step="joined", place=msgspec.structs.replace(place, intent_id=saved.id))
    if here.step == "stop" and _since(register, here, Kind.OPT_OUT, acting) is not None:
        return msgspec.structs.replace(here, step="wallet" if here.visit is not None else "lookup")
    return here


def _since(register: Register, here: Resumed, kind: Kind, acting: Actor) -> Intent | None:
    newest = register.db.read(lambda c: outbox.of_phone(c, here.phone, kind))[:1]
    return next((one for one in newest if one.staff == acting.name and one.created >= here.at), None)


def _code(register: Register, acting: Actor, noted: Noted | None) -> Resumed | None:
    sent = register.db.read(lambda c: visits.last_send(c, acting.name))
    if sent is None:
        return None
    life = timedelta(minutes=register.settings.get(CODE_LIFE))
    state = register.db.read(lambda c: visits.code_state(c, sent.phone))
    opened = register.db.read(lambda c: visits.last_visit(c, sent.phone))
    over = _age(register, sent.at, sent.mono) >= life and not codes.lock_left(register, state)
    if over or (opened is not None and opened.opened >= sent.at):
        return None
    persona_id = noted.persona_id if noted is not None and noted.phone == sent.phone else None
    code = msgspec.structs.replace(_times(register, state, sent.at, sent.at + life), answered=sent.answered)
    return Resumed(step="code", phone=sent.phone, persona_id=persona_id, at=sent.at, code=code)


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
