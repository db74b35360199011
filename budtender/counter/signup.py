"""Sign a new shopper up: age first, then the fields, then who has the number already, then two separate consents."""

from __future__ import annotations

import asyncio
import uuid
from datetime import date, timedelta
from functools import partial
from typing import Literal

import msgspec

from budtender.cache import audit, names, outbox, personas
from budtender.cache import consents as consent_rows
from budtender.cache.consents import Consent, Proof, Purpose
from budtender.cache.database import Connection
from budtender.cache.names import Candidate
from budtender.cache.rows import to_ms
from budtender.connectors.http import Priority
from budtender.errors import Duplicate, NoIntent, NotConnected, ProtocolError, RateLimited, TooYoung, Unreachable
from budtender.events import Change
from budtender.joining import Form, checked, consents, proof_of, refuse_too_young, refuse_without_yes, tidied
from budtender.log import get_logger
from budtender.model import OPEN_STATES, Actor, Can, CustomerDraft, Intent, Kind, SignUp, State, Value
from budtender.names import short_name
from budtender.phone import mask
from budtender.register import Register
from budtender.settings import TILL_CUSTOMER_TYPE, TILL_PROFILE
from budtender.states import AGE_BLOCKED
from budtender.sync.pull import ask_for
from budtender.sync.push import push

__all__ = [
    "Candidate",
    "Form",
    "SignedUp",
    "asks_address",
    "check",
    "check_age",
    "note_age_blocked",
    "reread",
    "same_person",
    "sign_up",
    "wants_email",
]

log = get_logger(__name__)
#: Of the people with a name, so many are looked at for a birth date.
LOOKED_AT = 64
#: A sign-up and the profile in the till are made up within this time, and saved together.
SAVING = timedelta(minutes=1)


class SignedUp(Value, frozen=True, kw_only=True):
    """A sign-up that is saved. `till` says what became of the profile there, in words, with what is missing."""

    intent: Intent
    name: str
    phone: str
    consents: tuple[Consent, ...]
    customer: Intent | None
    till: str
    #: The same for a page. `created`: the profile is there, made now or before; `waiting`: saved here, made later;
    #: `refused`: why is in `customer.error_facts`; `not_asked`: no till makes profiles, or a setting says no.
    till_state: Literal["no_till", "not_asked", "created", "waiting", "refused"] = "no_till"
    till_system: str | None = None

    @property
    def pending_in_aiq(self) -> bool:
        """Whether AIQ may not list them yet: saved here, on its way, or taken, which it shows within 24 hours.

        False only where AIQ refused them, and never will.
        """
        return self.intent.state is not State.REFUSED


def check_age(register: Register, birth_date: str, *, patient: bool = False) -> None:
    """Refuse a birth date alone, as soon as it is known. Raises TooYoung, or InputError for what is no date."""
    refuse_too_young(register, birth_date, patient=patient)


def asks_address(register: Register) -> bool:
    """Whether a profile is going to be made in a till, which takes more than AIQ does."""
    return _profile_till(register) is not None


def wants_email(register: Register) -> bool:
    """Whether the till in which the profile is going to be made takes none without an e-mail address."""
    makes = _profile_till(register)
    return makes is not None and Can.NEEDS_EMAIL in register.tills[makes].can


async def check(register: Register, form: Form) -> None:
    """Refuse what `sign_up` would refuse, before the shopper is asked anything; nothing is saved."""
    refuse_too_young(register, form.birth_date, patient=form.patient)
    person = checked(register, tidied(register, form))
    await _refuse_duplicate(register, person.phone)


async def sign_up(register: Register, form: Form, acting: Actor) -> SignedUp:
    """Save a sign-up with its consents and send it at once; without a network it waits.

    Raises TooYoung before anything else is looked at and with nothing saved, InputError or PhoneError naming the
    field, Duplicate when the number belongs to somebody.
    """
    try:
        born = refuse_too_young(register, form.birth_date, patient=form.patient)
    except TooYoung as failure:
        await note_age_blocked(register, int(failure.facts["minimum_age"]), acting)
        raise
    form = tidied(register, form)
    refuse_without_yes(register.settings, form)
    person = checked(register, form)
    looked = await _refuse_duplicate(register, person.phone)
    proof = proof_of(form)
    saving = _Saving(
        person=person,
        intent=_intent(register, person, looked, acting),
        profile=_profile(register, person, form, born, acting),
        records=consents(register, form, person.phone, acting, proof),
        proof=proof,
    )
    await register.db.write(lambda c: _record(c, saving))
    register.events.ring(Change.OUTBOX, Change.PERSONA)
    intent = await push(register, saving.intent.id, Priority.COUNTER)
    customer = saving.profile and await push(register, saving.profile.id, Priority.COUNTER)
    return _told(register, intent, person, tuple(saving.records), customer)


def _told(
    register: Register, intent: Intent, person: SignUp, agreed: tuple[Consent, ...], customer: Intent | None
) -> SignedUp:
    return SignedUp(
        intent=intent,
        name=short_name(person.first_name, person.last_name),
        phone=mask(person.phone),
        consents=agreed,
        customer=customer,
        till=_till_in_words(register, customer),
        till_state=_till_state(register, customer),
        till_system=None if customer is None else customer.system,
    )


def reread(register: Register, intent_id: str) -> SignedUp:
    """A sign-up of this register as it stands now, for a page that opens it again. Raises NoIntent."""
    intent = register.db.read(lambda c: outbox.find(c, intent_id))
    if intent is None or intent.kind is not Kind.SIGN_UP or intent.phone is None:
        raise NoIntent("There is no sign-up with this number.", "Look the shopper up again.", code="no_sign_up")
    phone, person = intent.phone, msgspec.convert(intent.body["person"], SignUp)
    profiles = register.db.read(lambda c: outbox.of_phone(c, phone, Kind.CUSTOMER))[:1]
    customer = next((one for one in profiles if one.created >= intent.created - SAVING), None)
    purposes: tuple[Purpose, ...] = ("loyalty", "texts")
    said = [register.db.read(partial(consent_rows.newest, phone=phone, purpose=purpose)) for purpose in purposes]
    return _told(register, intent, person, tuple(one for one in said if one is not None), customer)


async def note_age_blocked(register: Register, minimum_age: int, acting: Actor) -> None:
    """Count somebody too young, telling nothing of them. `sign_up` does so itself; a page that stopped before, here."""
    at = to_ms(register.clock.now())
    facts = {"minimum_age": minimum_age, "outcome": "under_age", "how": "typed"}
    await register.db.write(lambda c: audit.append(c, at=at, kind=AGE_BLOCKED, staff=acting.name, facts=facts))


async def same_person(register: Register, form: Form) -> tuple[Candidate, ...]:
    """Who is known here with this name and birth date under another number: “is it this person?”, before signing up.

    The birth date is the till's; somebody whom no till knows is not told. Raises TooYoung or InputError.
    """
    born = refuse_too_young(register, form.birth_date, patient=form.patient)

    def search(c: Connection) -> tuple[Candidate, ...]:
        wanted = names.words(f"{form.first_name} {form.last_name}")
        found = names.find_by_name(c, wanted, LOOKED_AT)
        return names.candidates(c, [k for k in found if names.is_same(c, k, form.first_name, form.last_name, born)])

    return await asyncio.to_thread(register.db.read, search)


# ── who has the number ─────────────────────────────────────────────────────────────────────────────────────


async def _refuse_duplicate(register: Register, phone: str) -> bool:
    """Look here and in AIQ before signing up; False when AIQ did not answer, which leaves that look to the sending."""
    looked = True
    try:
        await ask_for(register, phone, Priority.COUNTER)
    except (Unreachable, RateLimited, ProtocolError, NotConnected) as error:
        log.info("duplicates looked for in the cache only", why=error.kind)
        looked = False
    mobile, home = register.db.read(lambda c: personas.find_by_phone(c, phone))
    rows = register.db.read(lambda c: names.candidates(c, mobile or home))
    if rows:
        raise Duplicate(
            f"This number belongs to {rows[0].name}" + ("" if rows[0].name.endswith(".") else "."),
            "If it is the same person, open their wallet; if the number moved to somebody new, ask a manager.",
            candidates=[{"name": row.name} for row in rows],
            code="number_taken",
            name=rows[0].name,
            last_visit=rows[0].last_visit,
            rows=rows,
        )
    register.db.read(lambda c: _refuse_waiting(c, phone))
    return looked


def _refuse_waiting(connection: Connection, phone: str) -> None:
    if any(intent.state in OPEN_STATES for intent in outbox.of_phone(connection, phone, Kind.SIGN_UP)):
        raise Duplicate(
            "This number is being signed up already.",
            "See `budtender outbox list`.",
            candidates=[],
            code="sign_up_waiting",
        )


# ── the till ──────────────────────────────────────────────────────────────────────────────────────────────


def _profile_till(register: Register) -> str | None:
    """The credential of the till in which a profile is made: the first that can, unless the setting says no."""
    if not register.settings.get(TILL_PROFILE):
        return None
    return next((name for name, till in register.tills.items() if Can.CREATE_CUSTOMER in till.can), None)


def _profile(register: Register, person: SignUp, form: Form, born: date, acting: Actor) -> Intent | None:
    """The making of a profile in the till, where one makes any."""
    credential = _profile_till(register)
    if credential is None:
        return None
    draft = CustomerDraft(
        key=uuid.uuid4().hex,
        first_name=person.first_name,
        last_name=person.last_name,
        phone=person.phone,
        email=person.email,
        birth_date=born,
        address1=form.address or None,
        city=form.city or None,
        state=form.state or None,
        postal_code=form.zip or None,
        type=register.settings.get(TILL_CUSTOMER_TYPE),
    )
    return Intent(
        kind=Kind.CUSTOMER,
        system=register.tills[credential].name,
        phone=person.phone,
        body={"credential": credential, "draft": msgspec.to_builtins(draft)},
        staff=acting.name,
        created=register.clock.now(),
        moved_mono=register.clock.mono(),
    )


def _till_in_words(register: Register, customer: Intent | None) -> str:
    if not register.tills:
        return "No till is connected."
    if customer is None:
        return "No profile was asked for in the till."
    words = {
        State.DONE: "The profile in the till is there; find it by phone and attach it to the cart.",
        State.REFUSED: f"No profile was created in the till: {customer.last_error}",
        State.UNKNOWN: "The till's answer got lost; whether the profile is there is looked up first.",
    }
    return words.get(customer.state, "The profile in the till is saved here and will be created.")


def _till_state(
    register: Register, customer: Intent | None
) -> Literal["no_till", "not_asked", "created", "waiting", "refused"]:
    if not register.tills:
        return "no_till"
    if customer is None:
        return "not_asked"
    if customer.state is State.DONE:
        return "created"
    return "refused" if customer.state is State.REFUSED else "waiting"


# ── saving ────────────────────────────────────────────────────────────────────────────────────────────────


class _Saving(Value, frozen=True, kw_only=True):
    """What one sign-up writes."""

    person: SignUp
    intent: Intent
    profile: Intent | None
    records: list[Consent]
    proof: Proof | None


def _record(connection: Connection, saving: _Saving) -> None:
    """Save the sign-up, both consents and their proof, the till's profile and the audit row together."""
    person, intent = saving.person, saving.intent
    _refuse_waiting(connection, person.phone)
    if personas.find_by_phone(connection, person.phone)[0]:
        raise Duplicate(
            "This number was signed up a moment ago.", "Look the shopper up.", candidates=[], code="signed_up_meanwhile"
        )
    outbox.record(connection, intent)
    consent_rows.keep(connection, saving.records, saving.proof)
    if saving.profile is not None:
        outbox.record(connection, saving.profile)
    facts = {"intent": intent.id, "phone": mask(person.phone), "loyalty": person.loyalty, "texts": person.texts}
    audit.append(connection, at=to_ms(intent.created), kind="sign-up", staff=intent.staff, facts=facts)


def _intent(register: Register, person: SignUp, looked: bool, acting: Actor) -> Intent:
    return Intent(
        kind=Kind.SIGN_UP,
        phone=person.phone,
        body={"person": msgspec.to_builtins(person), "looked": looked},
        staff=acting.name,
        created=register.clock.now(),
        moved_mono=register.clock.mono(),
    )
