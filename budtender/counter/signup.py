"""Sign a new shopper up: age first, then the fields, then who has the number already, then two separate consents."""

from __future__ import annotations

import unicodedata
import uuid
from datetime import date
from email.utils import parseaddr
from typing import Any

import msgspec

from budtender.cache import audit, consents, outbox, personas
from budtender.cache.consents import Consent, Purpose
from budtender.cache.database import Connection
from budtender.cache.rows import to_ms
from budtender.connectors.http import Priority
from budtender.errors import (
    Duplicate,
    InputError,
    NotConnected,
    ProtocolError,
    RateLimited,
    TooYoung,
    Unreachable,
)
from budtender.events import Change
from budtender.log import get_logger
from budtender.model import OPEN_STATES, Actor, Can, CustomerDraft, Intent, Kind, SignUp, State, Value
from budtender.names import checked_name, short_name
from budtender.phone import mask, parse_phone
from budtender.register import Register
from budtender.settings import (
    LANGUAGE,
    MINIMUM_AGE,
    REGION,
    REGISTER_NAME,
    STORE_ID,
    STORE_NAME,
    TILL_CUSTOMER_TYPE,
    TILL_PROFILE,
)
from budtender.sync.pull import ask_for
from budtender.sync.push import push
from budtender.wording import VERSION, consent_text

log = get_logger(__name__)
OLDEST = 120
LONGEST_EMAIL = 254
LONGEST_LINE = 200


class Form(Value, frozen=True, kw_only=True):
    """What the shopper told, as typed. `join` and `texts` are their two separate answers."""

    phone: str
    first_name: str
    last_name: str
    birth_date: str
    email: str = ""
    join: bool = False
    texts: bool = False
    language: str = ""
    source: str = "spoken to staff"
    address: str = ""
    city: str = ""
    state: str = ""
    zip: str = ""


class SignedUp(Value, frozen=True, kw_only=True):
    """A sign-up that is saved. `till` says what became of the profile there, in words, with what is missing."""

    intent: Intent
    name: str
    phone: str
    consents: tuple[Consent, ...]
    pending_in_aiq: bool
    customer: Intent | None
    till: str


def check_age(register: Register, birth_date: str) -> None:
    """Refuse a birth date alone, as soon as it is known. Raises TooYoung, or InputError for what is no date."""
    _refuse_too_young(register, birth_date)


def asks_address(register: Register) -> bool:
    """Whether a profile is going to be made in a till, which takes more than AIQ does."""
    makes = any(Can.CREATE_CUSTOMER in till.can for till in register.tills.values())
    return makes and register.settings.get(TILL_PROFILE)


async def check(register: Register, form: Form) -> None:
    """Refuse what `sign_up` would refuse, before the shopper is asked anything; nothing is saved."""
    _refuse_too_young(register, form.birth_date)
    person = _checked(register, _tidied(register, form))
    await _refuse_duplicate(register, person.phone)


async def sign_up(register: Register, form: Form, acting: Actor) -> SignedUp:
    """Save a sign-up with its consents and send it at once; without a network it waits.

    Raises TooYoung before anything else is looked at and with nothing saved, InputError or PhoneError naming the
    field, Duplicate when the number belongs to somebody.
    """
    born = _refuse_too_young(register, form.birth_date)
    form = _tidied(register, form)
    person = _checked(register, form)
    looked = await _refuse_duplicate(register, person.phone)
    drafts = _drafts(register, person, form, born)
    records = _consents(register, form, person.phone, acting)
    intent, customer = await register.db.write(
        lambda c: _record(c, register, person, records, drafts[0] if drafts else None, acting, looked=looked)
    )
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
    )


# ── checking ──────────────────────────────────────────────────────────────────────────────────────────────


def _refuse_too_young(register: Register, typed: str) -> date:
    hint = "Type it as YYYY-MM-DD, such as 1990-04-18."
    try:
        born = date.fromisoformat(typed.strip())
    except ValueError as error:
        raise InputError("That is not a birth date.", hint, field="birth_date", code="birth_date_shape") from error
    today = register.clock.now().astimezone().date()
    years = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    if born > today or years > OLDEST:
        raise InputError("Nobody has this birth date.", hint, field="birth_date", code="birth_date_impossible")
    least = register.settings.get(MINIMUM_AGE)
    if years < least:
        raise TooYoung(
            f"Not old enough for loyalty here ({least}).", "Nothing was saved.", code="too_young", minimum_age=least
        )
    return born


def _tidied(register: Register, form: Form) -> Form:
    """The form without stray spaces; InputError for a line that is no single short line, or an unknown language."""
    try:
        language = LANGUAGE.read(form.language.strip()) if form.language.strip() else register.settings.get(LANGUAGE)
    except ValueError as error:
        raise InputError(
            f"The questions are put in {LANGUAGE.takes}.",
            "Give one of them.",
            field="language",
            code="language_unknown",
            takes=LANGUAGE.takes,
        ) from error
    return msgspec.structs.replace(
        form,
        language=language,
        source=_line(form.source, "How the answers were given", "source"),
        address=_line(form.address, "The street address", "address"),
        city=_line(form.city, "The city", "city"),
        state=_line(form.state, "The state", "state"),
        zip=_line(form.zip, "The ZIP code", "zip"),
    )


def _line(typed: str, what: str, field: str) -> str:
    tidy = " ".join(unicodedata.normalize("NFC", typed).split())
    if len(tidy) > LONGEST_LINE:
        raise InputError(
            f"{what} has {len(tidy)} characters; {LONGEST_LINE} fit.",
            "Type a shorter form.",
            field=field,
            code="too_long",
            length=len(tidy),
            longest=LONGEST_LINE,
        )
    if not tidy.isprintable():
        raise InputError(
            f"{what} holds invisible control characters.",
            "Type it instead of pasting it.",
            field=field,
            code="control_characters",
        )
    return tidy


def _checked(register: Register, form: Form) -> SignUp:
    store = register.settings.get(STORE_ID)
    return SignUp(
        phone=parse_phone(form.phone, register.settings.get(REGION)),
        first_name=checked_name(form.first_name, "The first name", "first_name"),
        last_name=checked_name(form.last_name, "The last name", "last_name"),
        email=_checked_email(form.email),
        loyalty=form.join,
        texts=form.texts,
        favorite_store_id=store or None,
    )


def _checked_email(typed: str) -> str | None:
    text = typed.strip()
    if not text:
        return None
    _name, address = parseaddr(text)
    local, _at, domain = address.rpartition("@")
    whole = address == text and local and "." in domain.strip(".") and len(text) <= LONGEST_EMAIL
    if not whole or any(c.isspace() or not c.isprintable() for c in text):
        raise InputError(
            "That is not an e-mail address.", "Type it again, or leave it out.", field="email", code="email_shape"
        )
    return text


async def _refuse_duplicate(register: Register, phone: str) -> bool:
    """Look here and in AIQ before signing up; False when AIQ did not answer, which leaves that look to the sending."""
    looked = True
    try:
        await ask_for(register, phone, Priority.COUNTER)
    except (Unreachable, RateLimited, ProtocolError, NotConnected) as error:
        log.info("duplicates looked for in the cache only", why=error.kind)
        looked = False
    mobile, home = register.db.read(lambda c: personas.find_by_phone(c, phone))
    names = [short_name(known.first_name, known.last_name) for known in mobile or home]
    if names:
        raise Duplicate(
            f"This number belongs to {names[0]}" + ("" if names[0].endswith(".") else "."),
            "If it is the same person, open their wallet; if the number moved to somebody new, ask a manager.",
            candidates=[{"name": name} for name in names],
            code="number_taken",
            name=names[0],
        )
    waiting = register.db.read(lambda c: outbox.of_phone(c, phone, Kind.SIGN_UP))
    if any(intent.state in OPEN_STATES for intent in waiting):
        raise Duplicate(
            "This number is being signed up already.",
            "See `budtender outbox list`.",
            candidates=[],
            code="sign_up_waiting",
        )
    return looked


# ── consent ───────────────────────────────────────────────────────────────────────────────────────────────


def _consents(register: Register, form: Form, phone: str, acting: Actor) -> list[Consent]:
    """Both answers, yes or no, each with the exact words that were put to the shopper."""
    settings, now = register.settings, register.clock.now()
    answers: list[tuple[Purpose, bool]] = [("loyalty", form.join), ("texts", form.texts)]
    return [
        Consent(
            id=uuid.uuid4().hex,
            phone=phone,
            purpose=purpose,
            granted=granted,
            wording=consent_text(purpose, form.language, settings.get(STORE_NAME)),
            version=VERSION,
            language=form.language,
            source=form.source,
            at=now,
            zone=str(now.astimezone().tzinfo),
            staff=acting.name,
            register=settings.get(REGISTER_NAME),
            store=settings.get(STORE_NAME),
        )
        for purpose, granted in answers
    ]


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


# ── saving ────────────────────────────────────────────────────────────────────────────────────────────────


def _record(
    connection: Connection,
    register: Register,
    person: SignUp,
    records: list[Consent],
    till: tuple[str, str, CustomerDraft] | None,
    acting: Actor,
    *,
    looked: bool,
) -> tuple[Intent, Intent | None]:
    """Save the sign-up, both consents, the till's profile and the audit row together."""
    if any(i.state in OPEN_STATES for i in outbox.of_phone(connection, person.phone, Kind.SIGN_UP)):
        raise Duplicate(
            "This number is being signed up already.",
            "See `budtender outbox list`.",
            candidates=[],
            code="sign_up_waiting",
        )
    if personas.find_by_phone(connection, person.phone)[0]:
        raise Duplicate(
            "This number was signed up a moment ago.", "Look the shopper up.", candidates=[], code="signed_up_meanwhile"
        )
    signing_body = {"person": msgspec.to_builtins(person), "looked": looked}
    signing = _intent(register, Kind.SIGN_UP, "aiq", person.phone, acting, signing_body)
    outbox.record(connection, signing)
    consents.keep(connection, records)
    customer = None
    if till is not None:
        credential, system, draft = till
        body = {"credential": credential, "draft": msgspec.to_builtins(draft)}
        customer = _intent(register, Kind.CUSTOMER, system, person.phone, acting, body)
        outbox.record(connection, customer)
    facts = {"intent": signing.id, "phone": mask(person.phone), "loyalty": person.loyalty, "texts": person.texts}
    audit.append(connection, at=to_ms(signing.created), kind="sign-up", staff=acting.name, facts=facts)
    return signing, customer


def _intent(register: Register, kind: Kind, system: str, phone: str, acting: Actor, body: dict[str, Any]) -> Intent:
    return Intent(
        id=uuid.uuid4().hex,
        kind=kind,
        state=State.WAITING,
        system=system,
        phone=phone,
        body=body,
        staff=acting.name,
        created=register.clock.now(),
        moved_mono=register.clock.mono(),
    )
