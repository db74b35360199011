"""What is sent to Dutchie about a customer, and which of several found customers a shopper is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from budtender.errors import InputError
from budtender.model import Customer, CustomerDraft
from budtender.phone import parse_phone, ten_digits

Form = dict[str, object]

#: Longest idempotency key that is kept, enough for a UUID (public review notes).
LONGEST_KEY = 36
NEW_STATUS = "Active"

#: What creating needs, beside the status: Dutchie's names, ours, and how a person says them.
_NEEDED = (
    ("firstName", "first_name", "first name"),
    ("address1", "address1", "street address"),
    ("city", "city", "city"),
    ("state", "state", "state"),
    ("postalCode", "postal_code", "postal code"),
    ("customerType", "type", "customer type"),
)
_OPTIONAL = (("lastName", "last_name"), ("emailAddress", "email"), ("externalCustomerId", "external_id"))


def search_form(draft: CustomerDraft) -> Form:
    """Everything the draft can be recognised by; the criteria match independently of each other."""
    form: Form = {}
    if draft.phone:
        form["phone"] = ten_digits(parse_phone(draft.phone))
    if draft.email:
        form["emailAddress"] = draft.email
    if draft.last_name and draft.birth_date:
        form |= {"lastName": draft.last_name, "dateOfBirth": _midnight(draft)}
    return form


def creation_form(draft: CustomerDraft) -> Form:
    """A new customer; InputError naming what is missing, for an address is never invented."""
    if not draft.key or len(draft.key) > LONGEST_KEY:
        raise InputError(f"The key of a new customer has 1 to {LONGEST_KEY} characters.", field="key")
    for _, ours, words in _NEEDED:
        if not getattr(draft, ours):
            raise InputError(
                f"Dutchie needs the shopper's {words}.",
                "Create the profile in the till itself, or give it at the next sign-up.",
                field=ours,
                code="till_needs",
                system="dutchie",
                missing=[ours],
            )
    return change_form(draft) | {"status": NEW_STATUS, "idempotencyKey": draft.key}


def change_form(draft: CustomerDraft) -> Form:
    """What the draft says, and nothing else: fields left out keep their value."""
    names = [*((theirs, ours) for theirs, ours, _ in _NEEDED), *_OPTIONAL]
    form: Form = {theirs: value for theirs, ours in names if (value := getattr(draft, ours))}
    if draft.phone:
        form["phone"] = ten_digits(parse_phone(draft.phone))
    if draft.birth_date:
        form["dateOfBirth"] = _midnight(draft)
    return form


def present_form(customer: Customer) -> Form:
    """What a customer has now of the fields that an update needs when it is not taken sparse."""
    form: Form = {theirs: value for theirs, ours, _ in _NEEDED if (value := getattr(customer, ours))}
    return form | {"status": customer.status or NEW_STATUS}


def match(draft: CustomerDraft, found: Sequence[Customer]) -> Customer | None:
    """The customer a draft is about: by phone, else by e-mail address, else by full name and birth date.

    Of several the one with the same first name, then the oldest, as Dutchie's own web shop matches.
    """
    phone = parse_phone(draft.phone) if draft.phone else None
    by_phone = [c for c in found if phone and phone in c.phones]
    by_email = [c for c in found if draft.email and _same(c.email, draft.email)]
    by_name = [
        c
        for c in found
        if draft.birth_date
        and c.birth_date == draft.birth_date
        and _same(c.last_name, draft.last_name)
        and _same(c.first_name, draft.first_name)
    ]
    late = datetime.max.replace(tzinfo=UTC)
    for matches in (by_phone, by_email, by_name):
        if matches:
            return min(matches, key=lambda c: (not _same(c.first_name, draft.first_name), c.created or late))
    return None


def _same(one: str | None, other: str | None) -> bool:
    return (one or "").strip().casefold() == (other or "").strip().casefold()


def _midnight(draft: CustomerDraft) -> str:
    return f"{draft.birth_date:%Y-%m-%d}T00:00:00"
