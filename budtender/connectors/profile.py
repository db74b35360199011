"""A shopper's profile in a till: which of those found it is, and what a new one lacks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime

from budtender.connectors.sentences import display_name
from budtender.errors import InputError
from budtender.model import Customer, CustomerDraft
from budtender.phone import parse_phone

#: Whether a customer is whom a draft is about, by one of the ways to tell.
Way = Callable[[CustomerDraft, Customer], bool]

_LATE = datetime.max.replace(tzinfo=UTC)
#: The fields that people call otherwise.
_WORDS = {
    "phone": "phone number",
    "email": "e-mail address",
    "address1": "street address",
    "type": "customer type",
}


def by_phone(draft: CustomerDraft, known: Customer) -> bool:
    """By one of the numbers. Raises PhoneError where the draft's is none."""
    phone = parse_phone(draft.phone) if draft.phone else None
    return phone is not None and phone in known.phones


def by_email(draft: CustomerDraft, known: Customer) -> bool:
    """By the e-mail address."""
    return bool(draft.email) and same(known.email, draft.email)


def by_name(draft: CustomerDraft, known: Customer) -> bool:
    """By full name and birth date: never by name alone, and never a twin."""
    return (
        draft.birth_date is not None
        and known.birth_date == draft.birth_date
        and same(known.last_name, draft.last_name)
        and same(known.first_name, draft.first_name)
    )


def people(customers: Iterable[Customer]) -> list[Customer]:
    """Whom a search has found, each once, without merged and anonymous profiles, which are nobody of their own."""
    return list({one.id: one for one in customers if not one.anonymous and one.merged_into is None}.values())


def match(draft: CustomerDraft, found: Sequence[Customer], *ways: Way) -> Customer | None:
    """The customer a draft is about, by the first of the ways that leads to any.

    Of several the one with the same first name, as people share a phone; then one that is in use, then the oldest.
    """
    for way in ways:
        if known := [customer for customer in found if way(draft, customer)]:
            return min(known, key=lambda c: (not same(c.first_name, draft.first_name), c.archived, c.created or _LATE))
    return None


def same(one: str | None, other: str | None) -> bool:
    """Whether two texts differ in case and surrounding space at most."""
    return (one or "").strip().casefold() == (other or "").strip().casefold()


def number_of(customer_id: str | None, system: str) -> int:
    """The number that a customer of this till is known by; InputError for what is none, which never leaves."""
    if customer_id is None or not (customer_id.isascii() and customer_id.isdigit()):
        raise InputError(
            f"A customer of {display_name(system)} is known by a number, and none was given.",
            "Look the customer up again by phone.",
            field="id",
            system=system,
        )
    return int(customer_id)


def refuse_incomplete(draft: CustomerDraft, needed: Sequence[str], system: str) -> None:
    """InputError naming all that a new profile needs and the draft lacks: nothing is invented."""
    missing = [name for name in needed if not getattr(draft, name, None)]
    if not missing:
        return
    words = [_WORDS.get(name, name.replace("_", " ")) for name in missing]
    listed = " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))
    raise InputError(
        f"{display_name(system)} needs the shopper's {listed}.",
        "Ask for it at the next sign-up, or create the profile in the till itself.",
        field=missing[0],
        code="till_needs",
        system=system,
        missing=missing,
    )
