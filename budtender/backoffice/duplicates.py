"""Records of tills that may be one person: kept for a manager, because nothing proves it and nobody guesses."""

from __future__ import annotations

from datetime import datetime

from budtender.cache import identity
from budtender.cache.database import Connection
from budtender.cache.identity import Key
from budtender.model import Customer, Value
from budtender.names import short_name
from budtender.phone import mask
from budtender.register import Register
from budtender.settings import MATCH_BY_NAME
from budtender.sync import matching
from budtender.sync.matching import Why

MOST = 1_000


class Profile(Value, frozen=True, kw_only=True):
    """One of the two, as much as it takes to find them in the till; `phone` is masked."""

    store: str
    customer_id: str
    name: str
    phone: str | None
    archived: bool
    member: bool | None


class Pair(Value, frozen=True, kw_only=True):
    """Two records that may be one person."""

    one: Profile
    other: Profile
    why: Why
    since: datetime


def duplicates(register: Register) -> list[Pair]:
    """Everybody who may be there twice, the longest known first. Who was merged or proved since is left out."""
    by_name = register.settings.get(MATCH_BY_NAME)

    def work(c: Connection) -> list[Pair]:
        found = (_still(c, suspect, by_name) for suspect in identity.suspects(c, MOST))
        return [pair for pair in found if pair is not None]

    return register.db.read(work)


def _still(connection: Connection, suspect: identity.Suspect, by_name: bool) -> Pair | None:
    one, other = identity.customer(connection, suspect.one), identity.customer(connection, suspect.other)
    if one is None or other is None or one.merged_into is not None or other.merged_into is not None:
        return None
    why = matching.doubt(suspect.one, one, suspect.other, other, by_name=by_name)
    if why is None:
        return None
    return Pair(
        one=_profile(connection, suspect.one, one, by_name),
        other=_profile(connection, suspect.other, other, by_name),
        why=why,
        since=suspect.since,
    )


def _profile(connection: Connection, key: Key, customer: Customer, by_name: bool) -> Profile:
    match = matching.persona_of(connection, customer, by_name=by_name)
    return Profile(
        store=key[0],
        customer_id=customer.id,
        name=short_name(customer.first_name, customer.last_name),
        phone=mask(customer.phones[0]) if customer.phones else None,
        archived=customer.archived,
        member=match.persona.member if match else None,
    )
