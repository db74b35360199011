"""What is sent to POSaBIT about a customer, and which of several found customers a shopper is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from budtender.errors import InputError
from budtender.model import Customer, CustomerDraft
from budtender.phone import parse_phone, ten_digits

Form = dict[str, object]

#: The fields by POSaBIT's names and ours. Reads show these address names; another client wrote other ones, and what
#: POSaBIT does not know it drops without an error.
_FIELDS = (
    ("first_name", "first_name"),
    ("last_name", "last_name"),
    ("email", "email"),
    ("address", "address1"),
    ("city", "city"),
    ("state", "state"),
    ("zipcode", "postal_code"),
)
_NEEDED = (("first_name", "first name"), ("last_name", "last name"), ("phone", "phone number"))
RECREATIONAL = "recreational"


def creation_form(draft: CustomerDraft) -> Form:
    """A new customer; InputError naming what is missing.

    A recreational profile needs a phone, a medical one its card (POSaBIT's help page on creating customers), which a
    loyalty sign-up does not have.
    """
    for ours, words in _NEEDED:
        if not getattr(draft, ours):
            raise InputError(
                f"POSaBIT needs the shopper's {words}.",
                "Create the profile in the till itself, or give it at the next sign-up.",
                field=ours,
                code="till_needs",
                system="posabit",
                missing=[ours],
            )
    if (draft.type or RECREATIONAL).casefold() != RECREATIONAL:
        raise InputError(
            f"A {draft.type} profile is created in POSaBIT itself.",
            "It needs the card and its expiry.",
            field="type",
            code="till_makes_it",
            system="posabit",
        )
    return {"customer": change_form(draft) | {"customer_type": RECREATIONAL}}


def change_form(draft: CustomerDraft) -> Form:
    """What the draft says, and nothing else: fields left out keep their value."""
    form: Form = {theirs: value for theirs, ours in _FIELDS if (value := getattr(draft, ours))}
    if draft.phone:
        form["telephone"] = ten_digits(parse_phone(draft.phone))
    if draft.birth_date:
        form["birthday"] = draft.birth_date.isoformat()
    return form


def searches(draft: CustomerDraft) -> list[Form]:
    """What the draft can be looked for by: the phone, then birth date and last name."""
    found: list[Form] = []
    if draft.phone:
        found.append({"q[telephone_eq]": ten_digits(parse_phone(draft.phone))})
    if draft.birth_date and draft.last_name:
        found.append({"q[birthday_eq]": draft.birth_date.isoformat(), "q[last_name_i_cont]": draft.last_name})
    return found


def match(draft: CustomerDraft, found: Sequence[Customer]) -> Customer | None:
    """The customer a draft is about: by phone, else by full name and birth date.

    Of several one that is in use, then the one with the same first name, then the oldest. Never by name alone, and
    never twins.
    """
    phone = parse_phone(draft.phone) if draft.phone else None
    by_phone = [c for c in found if phone and phone in c.phones]
    by_name = [
        c
        for c in found
        if draft.birth_date
        and c.birth_date == draft.birth_date
        and _same(c.last_name, draft.last_name)
        and _same(c.first_name, draft.first_name)
    ]
    late = datetime.max.replace(tzinfo=UTC)
    for matches in (by_phone, by_name):
        if matches:
            first = draft.first_name
            return min(matches, key=lambda c: (c.archived, not _same(c.first_name, first), c.created or late))
    return None


def dropped(draft: CustomerDraft, kept: Customer) -> list[str]:
    """The fields of a draft that a customer does not show after they were written."""
    asked = {ours: value for _, ours in _FIELDS if (value := getattr(draft, ours))}
    lost = [ours for ours, value in asked.items() if not _same(value, getattr(kept, ours))]
    if draft.birth_date and kept.birth_date != draft.birth_date:
        lost.append("birth_date")
    if draft.phone and parse_phone(draft.phone) not in kept.phones:
        lost.append("phone")
    return lost


def _same(one: str | None, other: str | None) -> bool:
    return (one or "").strip().casefold() == (other or "").strip().casefold()
