"""A sign-up before it is saved: what the shopper told, what of it can be used, the record of what they agreed to."""

from __future__ import annotations

import unicodedata
import uuid
from datetime import date
from email.utils import parseaddr
from typing import Protocol

import msgspec

from budtender.cache.consents import Consent, Proof, Purpose
from budtender.clock import Clock
from budtender.errors import InputError, NotAllowed, TooYoung
from budtender.model import Actor, SignUp, Value
from budtender.names import checked_name
from budtender.phone import parse_phone
from budtender.settings import (
    LANGUAGE,
    MINIMUM_AGE,
    PATIENTS,
    REGION,
    REGISTER_NAME,
    STATE,
    STORE_ID,
    STORE_NAME,
    Settings,
)
from budtender.states import age_on, least_age, profile_of
from budtender.wording import VERSION, consent_text

OLDEST = 120
LONGEST_EMAIL = 254
LONGEST_LINE = 200
#: A signature is a few thousand bytes, a picture of the screen some ten thousand.
LARGEST_SIGNATURE, LARGEST_SCREEN = 64 * 1024, 512 * 1024
_PNG = b"\x89PNG\r\n\x1a\n"


class Desk(Protocol):
    """The part of a register that signing up is judged by."""

    @property
    def settings(self) -> Settings: ...
    @property
    def clock(self) -> Clock: ...


class Form(Value, frozen=True, kw_only=True):
    """What the shopper told, as typed. `join` and `texts` are their two separate answers.

    `patient` says that a patient card was shown. `store` is the AIQ store that the shopper wants to count to, where it
    is not the register's own. `source` is how the answers were given; `signature` and `screen` are
    PNG pictures of what was signed and of the questions as they were shown, `paper` the number of a signed form.
    """

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
    patient: bool = False
    store: int | None = None
    signature: bytes = b""
    screen: bytes = b""
    paper: str = ""


# ── checking ──────────────────────────────────────────────────────────────────────────────────────────────


def least_age_here(settings: Settings, *, patient: bool = False) -> int:
    """The age from which somebody may take part in this store; less with a patient card, where it serves patients."""
    served = patient and settings.get(PATIENTS)
    return least_age(profile_of(settings.get(STATE)), settings.get(MINIMUM_AGE), patient=served)


def refuse_too_young(register: Desk, typed: str, *, patient: bool = False) -> date:
    """The birth date. Raises TooYoung, or InputError for what is no date of a living person."""
    hint = "Type it as YYYY-MM-DD, such as 1990-04-18."
    try:
        born = date.fromisoformat(typed.strip())
    except ValueError as error:
        raise InputError("That is not a birth date.", hint, field="birth_date", code="birth_date_shape") from error
    today = register.clock.today()
    years = age_on(born, today)
    if born > today or years > OLDEST:
        raise InputError("Nobody has this birth date.", hint, field="birth_date", code="birth_date_impossible")
    least = least_age_here(register.settings, patient=patient)
    if years < least:
        raise TooYoung(
            f"Not old enough for loyalty here ({least}).",
            "Nothing was saved.",
            code="too_young",
            minimum_age=least,
            patient_may=least_age_here(register.settings, patient=True) <= years,
        )
    return born


def tidied(register: Desk, form: Form) -> Form:
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
        paper=_line(form.paper, "The number of the paper form", "paper"),
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


def checked(register: Desk, form: Form) -> SignUp:
    """The sign-up that AIQ is sent.

    Raises InputError or PhoneError naming the field, NotAllowed where the store's state says no.
    """
    _refuse_by_state(register.settings, form)
    _picture(form.signature, LARGEST_SIGNATURE, "The signature", "signature")
    _picture(form.screen, LARGEST_SCREEN, "The picture of the screen", "screen")
    store = form.store or register.settings.get(STORE_ID)
    return SignUp(
        phone=parse_phone(form.phone, register.settings.get(REGION)),
        first_name=checked_name(form.first_name, "The first name", "first_name"),
        last_name=checked_name(form.last_name, "The last name", "last_name"),
        email=_checked_email(form.email),
        loyalty=form.join,
        texts=form.texts,
        favorite_store_id=store or None,
    )


def _refuse_by_state(settings: Settings, form: Form) -> None:
    """Hold to what the store's state says of loyalty and of keeping a name and a number."""
    profile = profile_of(settings.get(STATE))
    patient = form.patient and settings.get(PATIENTS)
    if form.join and not (profile.loyalty_patient if patient else profile.loyalty_adult):
        raise NotAllowed(
            f"Loyalty is not allowed for this shopper in {profile.state}.",
            "The sale goes on without it.",
            code="no_loyalty_here",
            state=profile.state,
            patient=patient,
        )


def refuse_without_yes(settings: Settings, form: Form) -> None:
    """Where a state asks for a yes before a name and a number are kept, nothing is kept without one."""
    profile = profile_of(settings.get(STATE))
    if profile.written_yes and not (form.join or form.texts):
        raise NotAllowed(
            f"Without a yes nothing may be kept of a shopper in {profile.state}.",
            "The sale goes on without a sign-up.",
            code="yes_needed",
            state=profile.state,
        )


def _picture(body: bytes, largest: int, what: str, field: str) -> None:
    if body and (not body.startswith(_PNG) or len(body) > largest):
        raise InputError(
            f"{what} is no PNG picture of at most {largest} bytes.",
            "Ask the shopper again.",
            field=field,
            code="picture_shape",
            largest=largest,
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


# ── consent ───────────────────────────────────────────────────────────────────────────────────────────────


def proof_of(form: Form) -> Proof | None:
    """What was signed and shown, kept once beside both answers; None where there is nothing of the kind."""
    if not (form.signature or form.screen or form.paper):
        return None
    return Proof(id=uuid.uuid4().hex, signature=form.signature or None, screen=form.screen or None, paper=form.paper)


def consents(register: Desk, form: Form, phone: str, acting: Actor, proof: Proof | None) -> list[Consent]:
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
            proof=proof.id if proof else None,
        )
        for purpose, granted in answers
    ]
