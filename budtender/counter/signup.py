"""Sign a new shopper up: age first, then the fields, then who has the number already, then two separate consents."""

from __future__ import annotations

import asyncio
import uuid
from datetime import date
from typing import Any, Literal

import msgspec

from budtender.cache import audit, names, outbox, personas
from budtender.cache import consents as consent_rows
from budtender.cache.consents import Consent, Proof
from budtender.cache.database import Connection
from budtender.cache.names import Candidate
from budtender.cache.rows import to_ms
from budtender.connectors.http import Priority
from budtender.errors import Duplicate, NotConnected, ProtocolError, RateLimited, TooYoung, Unreachable
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
    "same_person",
    "sign_up",
    "wants_email",
]

log = get_logger(__name__)
#: Of the people with a name, so many are looked at for a birth date.
LOOKED_AT = 64


class SignedUp(Value, frozen=True, kw_only=True):
    """A sign-up that is saved. `till` says what became of the profile there, in words, with what is missing."""

    intent: Intent
    name: str
    phone: str
    consents: tuple[Consent, ...]
    pending_in_aiq: bool
    customer: Intent | None
    till: str
    #: The same for a page. `created`: the profile is there, made now or before; `waiting`: saved here, made later;
    #: `refused`: why is in `customer.error_facts`; `not_asked`: no till makes profiles, or a setting says no.
    till_state: Literal["no_till", "not_asked", "created", "waiting", "refused"] = "no_till"
    till_system: str | None = None


def check_age(register: Register, birth_date: str, *, patient: bool = False) -> None:
    """Refuse a birth date alone, as soon as it is known. Raises TooYoung, or InputError for what is no date."""
    refuse_too_young(register, birth_date, patient=patient)


def asks_address(register: Register) -> bool:
    """Whether a profile is going to be made in a till, which takes more than AIQ does."""
    makes = any(Can.CREATE_CUSTOMER in till.can for till in register.tills.values())
    return makes and register.settings.get(TILL_PROFILE)


def wants_email(register: Register) -> bool:
    """Whether the till in which the profile is going to be made takes none without an e-mail address."""
    makes = [till for till in register.tills.values() if Can.CREATE_CUSTOMER in till.can]
    return bool(makes) and register.settings.get(TILL_PROFILE) and Can.NEEDS_EMAIL in makes[0].can


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
    drafts = _drafts(register, person, form, born)
    proof = proof_of(form)
    records = consents(register, form, person.phone, acting, proof)
    saving = _Saving(person=person, records=records, proof=proof, till=drafts[0] if drafts else None, looked=looked)
    intent, customer = await register.db.write(lambda c: _record(c, register, saving, acting))
    register.events.ring(Change.OUTBOX, Change.PERSONA)
    intent = await push(register, intent.id, Priority.COUNTER)
    if customer is not None:
        customer = await push(register, customer.id, Priority.COUNTER)
    return SignedUp(
        intent=intent,
        name=short_name(person.first_name, person.last_name),
        phone=mask(person.phone),
        consents=tuple(records),
        pending_in_aiq=True,
        customer=customer,
        till=_till_in_words(register, drafts, customer),
        till_state=_till_state(register, drafts, customer),
        till_system=drafts[0][1] if drafts else None,
    )


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


def _drafts(register: Register, person: SignUp, form: Form, born: date) -> list[tuple[str, str, CustomerDraft]]:
    """The profile to create, for the first till that can; with (credential, system)."""
    if not register.settings.get(TILL_PROFILE):
        return []
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
    able = [(name, till.name) for name, till in register.tills.items() if Can.CREATE_CUSTOMER in till.can]
    return [(credential, system, draft) for credential, system in able[:1]]


def _till_in_words(register: Register, drafts: list[tuple[str, str, CustomerDraft]], customer: Intent | None) -> str:
    if not register.tills:
        return "No till is connected."
    if customer is None or not drafts:
        return "No profile was asked for in the till."
    words = {
        State.DONE: "The profile in the till is there; find it by phone and attach it to the cart.",
        State.REFUSED: f"No profile was created in the till: {customer.last_error}",
    }
    return words.get(customer.state, "The profile in the till is saved here and will be created.")


def _till_state(
    register: Register, drafts: list[tuple[str, str, CustomerDraft]], customer: Intent | None
) -> Literal["no_till", "not_asked", "created", "waiting", "refused"]:
    if not register.tills:
        return "no_till"
    if customer is None or not drafts:
        return "not_asked"
    if customer.state is State.DONE:
        return "created"
    return "refused" if customer.state is State.REFUSED else "waiting"


# ── saving ────────────────────────────────────────────────────────────────────────────────────────────────


class _Saving(Value, frozen=True, kw_only=True):
    """What one sign-up writes."""

    person: SignUp
    records: list[Consent]
    proof: Proof | None
    till: tuple[str, str, CustomerDraft] | None
    looked: bool


def _record(connection: Connection, register: Register, saving: _Saving, acting: Actor) -> tuple[Intent, Intent | None]:
    """Save the sign-up, both consents and their proof, the till's profile and the audit row together."""
    person = saving.person
    _refuse_waiting(connection, person.phone)
    if personas.find_by_phone(connection, person.phone)[0]:
        raise Duplicate(
            "This number was signed up a moment ago.", "Look the shopper up.", candidates=[], code="signed_up_meanwhile"
        )
    signing_body = {"person": msgspec.to_builtins(person), "looked": saving.looked}
    signing = _intent(register, Kind.SIGN_UP, "aiq", person.phone, acting, signing_body)
    outbox.record(connection, signing)
    consent_rows.keep(connection, saving.records, saving.proof)
    customer = None
    if saving.till is not None:
        credential, system, draft = saving.till
        body = {"credential": credential, "draft": msgspec.to_builtins(draft)}
        customer = _intent(register, Kind.CUSTOMER, system, person.phone, acting, body)
        outbox.record(connection, customer)
    facts = {"intent": signing.id, "phone": mask(person.phone), "loyalty": person.loyalty, "texts": person.texts}
    audit.append(connection, at=to_ms(signing.created), kind="sign-up", staff=acting.name, facts=facts)
    return signing, customer


def _intent(register: Register, kind: Kind, system: str, phone: str, acting: Actor, body: dict[str, Any]) -> Intent:
    return Intent(
        kind=kind,
        system=system,
        phone=phone,
        body=body,
        staff=acting.name,
        created=register.clock.now(),
        moved_mono=register.clock.mono(),
    )
