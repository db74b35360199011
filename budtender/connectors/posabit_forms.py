"""What is sent to POSaBIT about a customer, and what came of it."""

from __future__ import annotations

from budtender.connectors.posabit_wire import SYSTEM
from budtender.connectors.profile import by_name, by_phone, refuse_incomplete, same
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
_NEEDED = ("first_name", "last_name", "phone")
#: What a shopper is known by, in this order.
WAYS = (by_phone, by_name)
RECREATIONAL = "recreational"


def creation_form(draft: CustomerDraft) -> Form:
    """A new customer; InputError naming what is missing.

    A recreational profile needs a phone, a medical one its card (POSaBIT's help page on creating customers), which a
    loyalty sign-up does not have.
    """
    refuse_incomplete(draft, _NEEDED, SYSTEM)
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


def dropped(draft: CustomerDraft, kept: Customer) -> list[str]:
    """The fields of a draft that a customer does not show after they were written."""
    asked = {ours: value for _, ours in _FIELDS if (value := getattr(draft, ours))}
    lost = [ours for ours, value in asked.items() if not same(value, getattr(kept, ours))]
    if draft.birth_date and kept.birth_date != draft.birth_date:
        lost.append("birth_date")
    if draft.phone and parse_phone(draft.phone) not in kept.phones:
        lost.append("phone")
    return lost
