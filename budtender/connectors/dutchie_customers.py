"""What is sent to Dutchie about a customer."""

from __future__ import annotations

from budtender.connectors.dutchie_wire import SYSTEM
from budtender.connectors.profile import by_email, by_name, by_phone, refuse_incomplete
from budtender.errors import InputError
from budtender.model import Customer, CustomerDraft
from budtender.phone import parse_phone, ten_digits

Form = dict[str, object]

#: Longest idempotency key that is kept, enough for a UUID (public review notes).
LONGEST_KEY = 36
NEW_STATUS = "Active"

#: What creating needs, beside the status: Dutchie's names and ours.
_NEEDED = (
    ("firstName", "first_name"),
    ("address1", "address1"),
    ("city", "city"),
    ("state", "state"),
    ("postalCode", "postal_code"),
    ("customerType", "type"),
)
#: As Dutchie's own web shop matches.
WAYS = (by_phone, by_email, by_name)
_OPTIONAL = (("lastName", "last_name"), ("emailAddress", "email"), ("externalCustomerId", "external_id"))


def search_form(draft: CustomerDraft) -> Form:
    """Everything the draft can be recognized by; the criteria match independently of each other."""
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
    refuse_incomplete(draft, [ours for _, ours in _NEEDED], SYSTEM)
    return change_form(draft) | {"status": NEW_STATUS, "idempotencyKey": draft.key}


def change_form(draft: CustomerDraft) -> Form:
    """What the draft says, and nothing else: fields left out keep their value."""
    form: Form = {theirs: value for theirs, ours in (*_NEEDED, *_OPTIONAL) if (value := getattr(draft, ours))}
    if draft.phone:
        form["phone"] = ten_digits(parse_phone(draft.phone))
    if draft.birth_date:
        form["dateOfBirth"] = _midnight(draft)
    return form


def present_form(customer: Customer) -> Form:
    """What a customer has now of the fields that an update needs when it is not taken sparse."""
    form: Form = {theirs: value for theirs, ours in _NEEDED if (value := getattr(customer, ours))}
    return form | {"status": customer.status or NEW_STATUS}


def _midnight(draft: CustomerDraft) -> str:
    return f"{draft.birth_date:%Y-%m-%d}T00:00:00"
