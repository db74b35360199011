"""What is sent to Flourish about a customer, and which of several found customers a shopper is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from budtender.errors import InputError
from budtender.model import Customer, CustomerDraft
from budtender.phone import parse_phone, ten_digits

Form = dict[str, object]

COUNTRY = "United States"
#: What creating needs: the vendor's names, ours, and how a person says them.
_NEEDED = (
    ("first_name", "first_name", "first name"),
    ("last_name", "last_name", "last name"),
    ("email", "email", "e-mail address"),
    ("dob", "birth_date", "birth date"),
)


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
    missing = [(ours, words) for _, ours, words in _NEEDED if not getattr(draft, ours)]
    if missing:
        raise InputError(
            f"Flourish needs the shopper's {_listed([words for _, words in missing])}.",
            "Ask for it at the next sign-up, or create the profile in the till itself.",
            field=missing[0][0],
            code="till_needs",
            system="flourish",
            missing=[ours for ours, _ in missing],
        )
    assert draft.birth_date is not None
    form: Form = {theirs: getattr(draft, ours) for theirs, ours, _ in _NEEDED}
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


def match(draft: CustomerDraft, found: Sequence[Customer]) -> Customer | None:
    """The customer a draft is about: by e-mail address, else by phone, else by full name and birth date.

    The e-mail address comes first because Flourish keeps it unique. Of several the one with the same first name,
    then one that is not archived, then the oldest.
    """
    phone = parse_phone(draft.phone) if draft.phone else None
    by_email = [c for c in found if draft.email and _same(c.email, draft.email)]
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
    for matches in (by_email, by_phone, by_name):
        if matches:
            return min(
                matches, key=lambda c: (not _same(c.first_name, draft.first_name), c.archived, c.created or late)
            )
    return None


def _same(one: str | None, other: str | None) -> bool:
    return (one or "").strip().casefold() == (other or "").strip().casefold()


def _listed(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
