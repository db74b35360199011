"""What is sent to Flourish about a customer."""

from __future__ import annotations

from collections.abc import Mapping

from budtender.connectors.flourish_wire import SYSTEM
from budtender.connectors.profile import by_email, by_name, by_phone, refuse_incomplete
from budtender.model import CustomerDraft
from budtender.phone import parse_phone, ten_digits

Form = dict[str, object]

COUNTRY = "United States"
#: What creating needs: the vendor's names and ours.
_NEEDED = (("first_name", "first_name"), ("last_name", "last_name"), ("email", "email"), ("dob", "birth_date"))
#: What a shopper is known by, in this order: Flourish keeps the e-mail address unique.
WAYS = (by_email, by_phone, by_name)


def searches(draft: CustomerDraft) -> list[Mapping[str, str]]:
    """What a shopper may be found by, one list call each: filters given together must all match."""
    found: list[Mapping[str, str]] = []
    if draft.email:
        found.append({"email": draft.email})
    if draft.phone:
        found.append({"phone_number": ten_digits(parse_phone(draft.phone))})
    if draft.last_name and draft.birth_date:
        found.append({"last_name": draft.last_name, "dob": draft.birth_date.isoformat()})
    return found


def creation_form(draft: CustomerDraft) -> Form:
    """A new customer; InputError naming all that is missing, for an address or a date is never invented."""
    refuse_incomplete(draft, [ours for _, ours in _NEEDED], SYSTEM)
    assert draft.birth_date is not None
    form: Form = {theirs: getattr(draft, ours) for theirs, ours in _NEEDED}
    form["dob"] = draft.birth_date.isoformat()
    if draft.phone:
        form["phone"] = ten_digits(parse_phone(draft.phone))
    if draft.address1 and draft.city and draft.state and draft.postal_code:
        form["address"] = [
            {
                "address_line_1": draft.address1,
                "city": draft.city,
                "state": draft.state,
                "postcode": draft.postal_code,
                "country": COUNTRY,
                "type": "shipping",
                "is_primary": True,
            }
        ]
    return form
