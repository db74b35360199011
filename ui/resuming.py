"""Where somebody goes on after signing in: at the step that they had not brought to its end."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any, Literal, cast

import msgspec

from budtender.counter import lookup, redeem, resume, signup, undo, wallet
from budtender.counter.lookup import Found
from budtender.counter.resume import Code, Place, Resumed
from budtender.counter.signup import Form
from budtender.counter.verify import Opened
from budtender.errors import Failure
from budtender.log import get_logger
from budtender.model import Actor
from budtender.phone import parse_phone
from budtender.register import Register
from budtender.settings import REGION
from ui import bridge
from ui.desk import Desk
from ui.steps import (
    Approve,
    Confirm,
    Consent,
    Done,
    Find,
    Joined,
    Lookup,
    SignIn,
    SignUp,
    Step,
    Stop,
    Undo,
    Verify,
    Wallet,
    empty_form,
)

log = get_logger(__name__)

# ── going on ──────────────────────────────────────────────────────────────────────────────────────────────


def step_of(register: Register, actor: Actor) -> Step:
    """The step to open; Home when nothing is left, or when whoever was served can no longer be told for certain."""
    left = resume.find(register, actor)
    if left is None:
        return Lookup()
    try:
        return _alone(register, left) or _with_shopper(register, left)
    except Failure:
        return Lookup(typed=left.phone)  # several people, or gone from AIQ meanwhile: Home says which


def _alone(register: Register, left: Resumed) -> Step | None:
    """The step, where it is about nobody who is known here."""
    place = left.place or Place(page="lookup")
    match left.step:
        case "find":
            return Find()
        case "signup":
            return SignUp(form=place.form or empty_form())
        case "consent":
            return Consent(form=place.form or empty_form())
        case "joined":
            return Joined(signed_up=signup.reread(register, place.intent_id))
        case "undo" | "undone" if not place.phone:
            return _undo(register, left, place, None)
    return None


def _with_shopper(register: Register, left: Resumed) -> Step:
    place = left.place or Place(page="lookup")
    found = lookup.find_here(register, left.phone, persona=left.persona_id) if left.phone else None
    if left.step == "approve" and (found is not None or place.intent_id):
        return _approve(register, left, place, found)
    if found is None:
        return Stop(phone=left.phone) if left.step == "stop" else Lookup(typed=left.phone)
    opened = Opened(visit=left.visit, fresh=left.fresh) if left.visit is not None else None
    match left.step:
        case "verify" | "code":
            return Verify(found=found, sent=left.code)
        case "undo" | "undone":
            return _undo(register, left, place, found)
        case "stop":
            return Stop(phone=left.phone, name=found.name, found=found if opened is not None else None, opened=opened)
    return Lookup(found=found) if opened is None else _in_wallet(register, left, found, opened)


def _in_wallet(register: Register, left: Resumed, found: Found, opened: Opened) -> Step:
    place = left.place or Place(page="lookup")
    if left.step == "redeemed":
        intent_id = left.redemption.id if left.redemption is not None else place.intent_id
        return Done(found=found, opened=opened, redeemed=redeem.reread(register, intent_id))
    view = wallet.show(register, opened.visit, fresh=opened.fresh)
    offer = next((one for one in view.offers if one.reward.id == place.reward_id and one.use.usable), None)
    if left.step == "confirm" and offer is not None:
        return Confirm(found=found, opened=opened, offer=offer, view=view)
    return Wallet(found=found, opened=opened)


def _undo(register: Register, left: Resumed, place: Place, found: Found | None) -> Step:
    opened = Opened(visit=left.visit, fresh=left.fresh) if left.visit is not None and found is not None else None
    undone = undo.reread(register, place.intent_id) if left.step == "undone" else None
    said = "" if undone is not None else place.said
    return Undo(redemption=place.intent_id, found=found, opened=opened, undone=undone, said=said)


def _approve(register: Register, left: Resumed, place: Place, found: Found | None) -> Step:
    opened = Opened(visit=left.visit, fresh=left.fresh) if left.visit is not None and found is not None else None
    offer = None
    if opened is not None and place.reward_id:
        view = wallet.show(register, opened.visit, fresh=opened.fresh)
        offer = next((one for one in view.offers if one.reward.id == place.reward_id), None)
    return Approve(
        found=found,
        reason=cast('Literal["", "offline", "second", "limit"]', place.reason),
        offer=offer,
        redemption=place.intent_id,
        said=place.said,
        name=found.name if found is not None else "",
        opened=opened,
        reveals=place.reveals,
        approver=place.approver,
    )


def code_for(desk: Desk, found: Found) -> Code | None:
    """The code that is on its way to this shopper already, by whoever works here."""
    return resume.code_for(desk.register, found.phone, desk.acting)


# ── noting ────────────────────────────────────────────────────────────────────────────────────────────────


def note(desk: Desk, step: Step) -> None:
    """Note which step was opened. Home notes by itself whom it shows; at the door nobody is."""
    if not desk.somebody or isinstance(step, Lookup | SignIn):
        return
    place = place_of(desk.register, step)
    if place is None:
        let_go(desk)
    else:
        keep(desk, place)


def place_of(register: Register, step: Step) -> Place | None:
    """What has to be kept of a step so that it opens again; None where nothing of it may be."""
    match step:
        case Find():
            return Place(page="find")
        case SignUp():
            return Place(page="signup", form=_old_enough(register, step.form))
        case Consent():
            return Place(page="consent", phone=_parsed(register, step.form.phone), form=step.form)
        case Joined():
            return Place(page="joined", intent_id=step.signed_up.intent.id)
        case Stop() if step.found is None:
            return Place(page="stop", phone=_parsed(register, step.phone))
    return _of_shopper(step)


def _of_shopper(step: Step) -> Place | None:
    match step:
        case Verify():
            return _of(step.found, page="verify")
        case Wallet():
            return _of(step.found, step.opened, page="wallet")
        case Confirm():
            return _of(step.found, step.opened, page="confirm", reward_id=step.offer.reward.id)
        case Done():
            return _of(step.found, step.opened, page="redeemed", intent_id=step.redeemed.intent.id)
        case Undo():
            return _of(step.found, step.opened, page="undo", intent_id=step.redemption, said=step.said)
        case Approve():
            return _of_approve(step)
        case Stop():
            return _of(step.found, step.opened, page="stop")
    return None


def _old_enough(register: Register, form: Form) -> Form:
    """The form; of somebody who is not known to be old enough, the number alone."""
    try:
        signup.check_age(register, form.birth_date, patient=form.patient)
    except Failure:
        return msgspec.structs.replace(empty_form(), phone=form.phone)
    return form


def _of_approve(step: Approve) -> Place:
    return _of(
        step.found,
        step.opened,
        page="approve",
        reward_id=step.offer.reward.id if step.offer is not None else "",
        intent_id=step.redemption,
        reason=step.reason,
        said=step.said,
        approver=step.approver,
        reveals=step.reveals,
    )


def _of(found: Found | None, opened: Opened | None = None, **what: Any) -> Place:
    known = found.known.id if found is not None and found.known is not None else None
    visit = opened.visit.id if opened is not None else ""
    return Place(phone=found.phone if found is not None else "", persona_id=known, visit_id=visit, **what)


def _parsed(register: Register, phone: str) -> str:
    try:
        return parse_phone(phone, register.settings.get(REGION))
    except Failure:
        return phone


def hold(desk: Desk, found: Found) -> None:
    """Note who is served."""
    if found.known is not None and desk.somebody:
        keep(desk, _of(found, page="lookup"))


def hold_number(desk: Desk, typed: str) -> None:
    """Note whom AIQ is asked for; nobody is known here by this number."""
    if desk.somebody:
        keep(desk, Place(page="lookup", phone=_parsed(desk.register, typed)))


def keep(desk: Desk, place: Place) -> None:
    """Note a place; a convenience that nobody waits for."""
    if desk.somebody:
        _write(resume.hold(desk.register, place, desk.acting, at=desk.now()))


def let_go(desk: Desk) -> None:
    """Nobody is served any more."""
    if desk.somebody:
        _write(resume.let_go(desk.register, desk.acting, at=desk.now()))


def _write(work: Coroutine[Any, Any, None]) -> None:
    """That it failed is for the log, and the next thing to save tells it."""
    bridge.alone(work, lambda failure: log.warning("where somebody is was not noted", why=failure.kind))
