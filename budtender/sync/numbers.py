"""Which of a customer's numbers counts: AIQ keeps one, is matched by it and texts it."""

from __future__ import annotations

from budtender.cache import consents, names, namesakes
from budtender.cache.database import Connection
from budtender.model import Customer


def number_of(connection: Connection, credential: str, customer: Customer) -> str | None:
    """The one number that AIQ is told: that by which it knows the customer already.

    Else the one that was given at this counter for loyalty, else the first, which is the mobile one where a till says.
    Another one would part them from the number that they are a member with.
    """
    phones = customer.phones
    if len(phones) < 2:
        return phones[0] if phones else None
    pos_user = namesakes.pos_user(connection, credential, customer.id)
    known = [persona.phone for persona in names.find_by_src_id(connection, pos_user)]
    agreed = [phone for phone in phones if has_agreed(connection, phone)]
    return next(phone for phone in (*known, *agreed, *phones) if phone in phones)


def has_agreed(connection: Connection, phone: str) -> bool:
    """Whether whoever has this number said yes here to being a member."""
    said = consents.newest(connection, phone, "loyalty")
    return said is not None and said.granted
