"""Which person a record stands for, in AIQ's own order; never by a name alone.

AIQ joins personas overnight by phone, then e-mail, then name and birth date where the retailer enabled it, then
government id, then medical id (AIQ's article on how persona merges happen). Whom it joins loses an id, so ids are
followed and never kept as a key.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from datetime import date, datetime
from enum import StrEnum
from functools import partial
from hashlib import blake2b

from budtender.cache import identity, names, personas, till
from budtender.cache.database import Connection
from budtender.cache.identity import Key
from budtender.cache.names import folded
from budtender.cache.personas import Known
from budtender.connectors.http import Priority
from budtender.errors import NotFound
from budtender.model import Customer, Persona, Value
from budtender.settings import MATCH_BY_NAME
from budtender.sync.pull import follow_into
from budtender.sync.wiring import Wiring

#: Customers traced in one transaction, and looked at for each trait: one name can have thousands.
AT_ONCE = 100
LOOKED_AT = 20
#: Transactions in a row before whatever else is due has its turn.
BATCHES = 200


class By(StrEnum):
    """What two records were recognized as one person by."""

    SOURCE_ID = "source id"
    PHONE = "phone"
    EMAIL = "e-mail"
    NAME_AND_BIRTH = "name and birth date"
    GOVERNMENT_ID = "government id"
    MEDICAL_ID = "medical id"


class Why(StrEnum):
    """Why two records may be one person without a proof."""

    NAME_AND_BIRTH = "same name and birth date"
    NEAR_NAME_AND_BIRTH = "nearly the same name, same birth date"
    NAME_AND_ADDRESS = "same name and address"
    NAME_AND_NEAR_PHONE = "same name, numbers differ by one digit"
    ARCHIVED = "same name, one of them archived"


class Traits(Value, frozen=True, kw_only=True):
    """What a record says of the person behind it, in the form in which it is compared."""

    phones: frozenset[str] = frozenset()
    email: str = ""
    first: str = ""
    last: str = ""
    born: date | None = None
    government_id: str = ""
    medical_id: str = ""
    address: str = ""
    archived: bool = False

    @property
    def name(self) -> str:
        """First and last name as one; empty where either is missing."""
        return f"{self.first} {self.last}" if self.first and self.last else ""


def traits_of(customer: Customer) -> Traits:
    """What a till says of a customer."""
    street, postal = folded(customer.address1 or ""), folded(customer.postal_code or "")[:5]
    return Traits(
        phones=frozenset(customer.phones),
        email=(customer.email or "").strip().casefold(),
        first=folded(customer.first_name),
        last=folded(customer.last_name),
        born=customer.birth_date,
        government_id=(customer.government_id or "").strip().casefold(),
        medical_id=(customer.medical_id or "").strip().casefold(),
        address=f"{street} {postal}" if street and postal else "",
        archived=customer.archived,
    )


def traits_of_persona(persona: Persona) -> Traits:
    """What AIQ says of a persona; it tells neither birth dates nor ids."""
    return Traits(
        phones=frozenset(number for number in (persona.phone, persona.home_phone) if number),
        email=(persona.email or "").strip().casefold(),
        first=folded(persona.first_name),
        last=folded(persona.last_name),
    )


def proofs(traits: Traits, *, by_name: bool) -> list[tuple[By, str]]:
    """What a record is recognized by, the strongest first."""
    named = [(By.NAME_AND_BIRTH, f"{traits.name} {traits.born}")] if by_name and traits.name and traits.born else []
    return [
        *((By.PHONE, number) for number in sorted(traits.phones)),
        *([(By.EMAIL, traits.email)] if traits.email else []),
        *named,
        *([(By.GOVERNMENT_ID, traits.government_id)] if traits.government_id else []),
        *([(By.MEDICAL_ID, traits.medical_id)] if traits.medical_id else []),
    ]


def same(one: Traits, other: Traits, *, by_name: bool) -> By | None:
    """What proves two records to be one person, the strongest proof; None when nothing does."""
    others = set(proofs(other, by_name=by_name))
    return next((by for by, value in proofs(one, by_name=by_name) if (by, value) in others), None)


def suspicion(one: Traits, other: Traits) -> Why | None:
    """Why two records may be one person although nothing proves it; a name alone says so only of an archived one.

    Two birth dates that differ are two people, whatever else agrees.
    """
    if one.born and other.born and one.born != other.born:
        return None
    if one.born and one.born == other.born:
        if one.name and one.name == other.name:
            return Why.NAME_AND_BIRTH
        if one.last and one.last == other.last and _near(one.first, other.first):
            return Why.NEAR_NAME_AND_BIRTH
    if not one.name or one.name != other.name:
        return None
    if one.address and one.address == other.address:
        return Why.NAME_AND_ADDRESS
    if any(_one_digit_off(a, b) for a in one.phones for b in other.phones):
        return Why.NAME_AND_NEAR_PHONE
    return Why.ARCHIVED if one.archived != other.archived else None


def _near(one: str, other: str) -> bool:
    """`Kate` and `Katherine`'s first letters, or one letter more, less or other."""
    short, long = sorted((one, other), key=len)
    if len(short) < 3:
        return False
    if long.startswith(short):
        return True
    if len(long) - len(short) > 1:
        return False
    at = next((n for n, letter in enumerate(short) if letter != long[n]), len(short))
    return short[at:] == long[at + 1 :] or (len(short) == len(long) and short[at + 1 :] == long[at + 1 :])


def _one_digit_off(one: str, other: str) -> bool:
    """One digit typed wrongly, or two neighbors the wrong way round."""
    if len(one) != len(other):
        return False
    off = [n for n, digit in enumerate(one) if digit != other[n]]
    swapped = len(off) == 2 and off[1] == off[0] + 1 and one[off[0]] == other[off[1]] and one[off[1]] == other[off[0]]
    return len(off) == 1 or swapped


# ── the persona of a customer ─────────────────────────────────────────────────────────────────────────────


class Match(Value, frozen=True, kw_only=True):
    """The living persona of a customer, and what they were recognized by."""

    persona: Known
    by: By


def persona_of(connection: Connection, customer: Customer, *, by_name: bool) -> Match | None:
    """The persona of a till's customer as far as is known here, in AIQ's order of proofs; merges are followed.

    AIQ tells neither birth dates nor ids of a persona. Those lead to other records of tills, and by way of their
    phone or e-mail to the persona.
    """
    traits = traits_of(customer)
    if match := _direct(connection, customer.id, traits):
        return match
    for by, value in proofs(traits, by_name=by_name):
        if by in (By.PHONE, By.EMAIL):
            continue
        for other in identity.sharing(connection, [digest(by, value)], LOOKED_AT).values():
            theirs = traits_of(other)
            if (by, value) in proofs(theirs, by_name=by_name) and (match := _direct(connection, other.id, theirs)):
                return Match(persona=match.persona, by=by)
    return None


def _direct(connection: Connection, customer_id: str, traits: Traits) -> Match | None:
    for number in sorted(traits.phones):
        if found := _with_phone(connection, number):
            return Match(persona=found, by=By.PHONE)
    if traits.email and (listed := identity.with_email(connection, traits.email)):
        return Match(persona=listed[0], by=By.EMAIL)
    for known in names.find_by_src_id(connection, customer_id):
        # Two tills may number their customers alike, so the number alone is no proof.
        if known.persona is not None and _agrees(traits, traits_of_persona(known.persona)):
            return Match(persona=known, by=By.SOURCE_ID)
    return None


def _agrees(one: Traits, other: Traits) -> bool:
    return bool(one.name) and one.name == other.name


def _with_phone(connection: Connection, number: str) -> Known | None:
    """Who has it as a mobile, the longest known first, as AIQ keeps the oldest; then as a home phone; then a merge."""
    mobile, home = personas.find_by_phone(connection, number)
    for known in sorted(mobile, key=_age) or sorted(home, key=_age):
        return known
    gone = personas.gone_with_phone(connection, number)
    return identity.living(connection, gone.id) if gone else None


def _age(known: Known) -> tuple[float, int]:
    inserted = known.persona.inserted if known.persona else None
    return (inserted.timestamp() if inserted else float("inf"), known.id)


def customers_of(connection: Connection, persona: Persona, *, by_name: bool) -> dict[Key, By]:
    """The tills' customers that a persona is, each with what proves it: its source id, or a phone or e-mail."""
    traits = traits_of_persona(persona)
    wanted = [digest(by, value) for by, value in proofs(traits, by_name=by_name) if by is not By.PHONE]
    looked_at = identity.sharing(connection, wanted, LOOKED_AT)
    for number in traits.phones:
        looked_at |= {(name, one.id): one for name, one in till.customers_with_phone(connection, number)}
    found: dict[Key, By] = {}
    for key, customer in looked_at.items():
        if customer.merged_into is None and (by := same(traits, traits_of(customer), by_name=by_name)):
            found[key] = by
    return found


# ── suspected doubles ─────────────────────────────────────────────────────────────────────────────────────


def digest(kind: str, value: str) -> int:
    """A trait as it is kept: a number that says nothing and is compared fast."""
    return int.from_bytes(blake2b(f"{kind}\0{value}".encode(), digest_size=8).digest(), "big", signed=True)


def digests(traits: Traits) -> list[int]:
    """All that a customer may be found by: what proves, and what only raises a suspicion. Phones have an index."""
    return [digest(by, value) for by, value in proofs(traits, by_name=True) if by is not By.PHONE] + _alike(traits)


def _alike(traits: Traits) -> list[int]:
    found = [digest("named", traits.name)] if traits.name else []
    return found + ([digest("born", f"{traits.last} {traits.born}")] if traits.last and traits.born else [])


async def trace_due(wiring: Wiring, leave: Callable[[], bool] = lambda: False) -> int:
    """Keep what new and changed customers are recognized by, and whom they may be a double of; returns how many.

    The looking is done beside: the counter waits for the one writer, and never for more than a few rows. A customer
    counts as traced once both are kept.
    """
    by_name, done = wiring.settings.get(MATCH_BY_NAME), 0
    for _ in range(BATCHES):
        rows = [] if leave() else await asyncio.to_thread(wiring.db.read, partial(identity.untraced, most=AT_ONCE))
        if not rows:
            break
        traits = await asyncio.to_thread(_traits, rows)
        await wiring.db.write(partial(identity.add_traits, rows=traits))
        pairs = await asyncio.to_thread(wiring.db.read, partial(_pairs, rows=rows, by_name=by_name))
        await wiring.db.write(partial(_keep, rows=rows, pairs=pairs, at=wiring.clock.now()))
        done += len(rows)
    return done


Rows = list[tuple[str, Customer, int]]
Pairs = dict[Key, list[tuple[Key, str]]]


def _traits(rows: Rows) -> list[tuple[int, str, str]]:
    return [
        (trait, credential, customer.id) for credential, customer, _ in rows for trait in digests(traits_of(customer))
    ]


def _pairs(connection: Connection, *, rows: Rows, by_name: bool) -> Pairs:
    """The suspicions of those with whom they have changed."""
    found: Pairs = {}
    for credential, customer, _ in rows:
        key = (credential, customer.id)
        fresh = list(_suspects(connection, key, customer, by_name))
        if fresh or identity.is_suspected(connection, key):
            found[key] = fresh
    return found


def _keep(connection: Connection, *, rows: Rows, pairs: Pairs, at: datetime) -> None:
    for key, others in pairs.items():
        identity.suspect(connection, key, others, at)
    identity.traced(connection, [(version, credential, customer.id) for credential, customer, version in rows])


def _suspects(connection: Connection, key: Key, customer: Customer, by_name: bool) -> Iterable[tuple[Key, str]]:
    if not _is_person(customer):
        return
    traits = traits_of(customer)
    for other_key, other in identity.sharing(connection, _alike(traits), LOOKED_AT).items():
        if other_key != key and _is_person(other) and (why := doubt(key, customer, other_key, other, by_name=by_name)):
            yield other_key, why.value


def _is_person(customer: Customer) -> bool:
    return not customer.anonymous and customer.merged_into is None


def doubt(key: Key, customer: Customer, other_key: Key, other: Customer, *, by_name: bool) -> Why | None:
    """Why two customers may be one person; None when they surely are one, or nothing says so.

    Several keys of one company list the same profiles: those are one record.
    """
    one, two = traits_of(customer), traits_of(other)
    if (key[1] == other_key[1] and one == two) or same(one, two, by_name=by_name):
        return None
    return suspicion(one, two)


# ── merges ────────────────────────────────────────────────────────────────────────────────────────────────


async def follow(wiring: Wiring, persona_id: int) -> Known | None:
    """The living persona behind one of ours: AIQ's merges let ids die, and what they owe follows the survivor.

    A dead id is looked for by phone, then e-mail, then the till's own id; with nobody, or with several, it is marked
    as gone. One call when it still lives. Raises RemoteError.
    """
    known = wiring.db.read(lambda c: personas.get(c, persona_id))
    if known.persona is None:
        return known
    try:
        persona = await wiring.aiq.detail(known.persona.contact_id, priority=Priority.BACKGROUND)
    except NotFound:
        return await _survivor(wiring, known, known.persona)
    at = wiring.clock.now()
    await wiring.db.write(lambda c: personas.upsert(c, persona, at))
    return wiring.db.read(lambda c: personas.get(c, persona_id))


async def _survivor(wiring: Wiring, known: Known, dead: Persona) -> Known | None:
    found = await _look_for(wiring, dead)
    at = wiring.clock.now()

    def work(c: Connection) -> int | None:
        survivor = personas.upsert(c, found, at) if found else None
        if survivor != known.id:
            follow_into(c, wiring, known.id, survivor, at)
        return survivor

    survivor = await wiring.db.write(work)
    return None if survivor is None else wiring.db.read(lambda c: personas.get(c, survivor))


async def _look_for(wiring: Wiring, dead: Persona) -> Persona | None:
    """The one living persona that has what the dead one had."""
    for number in filter(None, (dead.phone, dead.home_phone)):
        listed = await wiring.aiq.find(number, priority=Priority.BACKGROUND)
        if len(listed) == 1:
            return listed[0]
    if dead.email:
        everyone = await wiring.aiq.find(dead.email, priority=Priority.BACKGROUND)
        listed = [p for p in everyone if (p.email or "").casefold() == dead.email.casefold()]
        if len(listed) == 1:
            return listed[0]
    return await wiring.aiq.find_by_src_id(dead.src_id, priority=Priority.BACKGROUND) if dead.src_id else None
