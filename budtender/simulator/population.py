"""Fills a world with stores, personas and customers from its seed."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import msgspec

from budtender.simulator import people
from budtender.simulator.cases import CASES, Case
from budtender.simulator.personas import Persona
from budtender.simulator.records import Customer, till_time
from budtender.simulator.rewards import DAY, STANDARD
from budtender.simulator.world import Store, World

# Dates of sign-up are fixed, so that a seed gives the same people whenever the simulation is started.
FIRST_DAY = 1_577_836_800  # 1 January 2020
LAST_DAY = 1_767_225_600  # 1 January 2026

_STORES = (
    (31, "Harbor Street", "Harbor", "HARBOR-01", "12 Harbor St", "81003"),
    (32, "Cottonwood Avenue", "Cottonwood", "COTTON-02", "480 Cottonwood Ave", "81004"),
    (33, "Old Mill", "Mill", "MILL-03", "7 Old Mill Rd", "81005"),
    (34, "Summit Square", "Summit", "SUMMIT-04", "1 Summit Sq", "81006"),
)
_MORE_STREETS = ("Aspen", "Birch", "Canyon", "Dogwood", "Elder", "Fir", "Ginkgo", "Hazel", "Ivy", "Juniper")
MOST_STORES = 50
_GROUPS = ("Veterans", "Seniors", "Staff", "Industry")


def populate(world: World, shoppers: int, stores: int = len(_STORES)) -> None:
    """Adds the stores, the named cases and as many further personas as make up `shoppers`."""
    world.stores = tuple(_stores(stores))
    for case in CASES:
        _add_case(world, case)
    numbers = people.phones(world.state)
    for serial in range(max(0, shoppers - len(world.personas))):
        _add_stranger(world, serial, next(numbers))
    for _ in range(shoppers // 50):
        _add_till_only(world, next(numbers))


def _stores(count: int) -> Iterator[Store]:
    if not 1 <= count <= MOST_STORES:
        raise ValueError(f"between 1 and {MOST_STORES} stores, not {count}")
    for number, name, nickname, location, street, zip_code in _STORES[:count]:
        yield Store(number, name, nickname, location, street, "Pueblo", zip_code)
    for place in range(len(_STORES), count):
        word = _MORE_STREETS[place % len(_MORE_STREETS)]
        name = f"{word} {('Street', 'Avenue', 'Road', 'Square', 'Lane')[place // len(_MORE_STREETS)]}"
        number = 31 + place
        yield Store(number, name, name, f"{word.upper()}-{place + 1:02}", f"{place} {name}", "Pueblo", "81003")


def _add_case(world: World, case: Case) -> None:
    first, last = case.name
    member: dict[str, Any] = {
        "first_name": first,
        "last_name": last,
        "mobile": case.number,
        "email": people.email_for(first, last, int(case.number[-4:])),
        "birth_date": people.birth_date(world.rng),
        "favorite_store": world.stores[0].id,
        "inserted": 1_735_689_600,
        "signup_at": 1_735_689_600,
        "optin_at": 1_735_689_600,
        "points": Decimal("412.5"),
        "rewards": STANDARD,
    }
    records = [member | dict(case.traits)] if case.traits is not None else []
    for place, other in enumerate(case.others, start=1):
        records.append(_another(member, other, place))
    for record in records:
        persona = Persona(contact_id=world.contact_id(), **record)
        if not persona.source_ids:
            source = _add_customer(world, persona) if case.in_till else f"FORM-{case.number}"
            persona = msgspec.structs.replace(persona, source_ids=(source,))
        world.personas.load(persona)
    if case.traits is None:
        _add_customer(world, Persona(contact_id="", **member))


def _another(member: Mapping[str, Any], other: Mapping[str, Any], place: int) -> dict[str, Any]:
    """Returns a further persona of a case; `home: None` means the number of the case."""
    record = dict(member) | dict(other)
    if "home" in other and other["home"] is None:
        record["home"] = member["mobile"]
    if "email" not in other:
        record["email"] = people.email_for(record["first_name"], record["last_name"], 900 + place)
    record["optin_at"] = member["optin_at"] - place * DAY
    record["birth_date"] = f"19{60 + place}-0{place}-1{place}"
    return record


def _add_stranger(world: World, serial: int, mobile: str) -> None:
    rng = world.rng
    first, last = rng.choice(people.FIRST_NAMES), rng.choice(people.LAST_NAMES)
    inserted = rng.randrange(FIRST_DAY, LAST_DAY)
    points = Decimal(rng.randrange(0, 120_000)) / 100
    member = rng.random() < 0.9
    persona = Persona(
        contact_id=world.contact_id(),
        first_name=first,
        last_name=last,
        mobile=mobile,
        email=people.email_for(first, last, serial) if rng.random() < 0.8 else "",
        birth_date=people.birth_date(rng),
        favorite_store=rng.choice(world.stores).id if rng.random() < 0.7 else 0,
        inserted=inserted,
        signup_at=inserted if member else 0,
        optin_at=inserted if rng.random() < 0.6 else 0,
        member=member,
        points=(points if rng.random() < 0.4 else points.quantize(Decimal(1))) if member else Decimal(0),
        spent=points * 3,
        rewards=STANDARD if member else (),
    )
    if rng.random() < 0.75:
        source = _add_customer(world, persona)
    else:
        source = f"FORM-{serial}"
        persona = msgspec.structs.replace(persona, platform="webform")
    world.personas.load(msgspec.structs.replace(persona, source_ids=(source,)))


def _add_till_only(world: World, phone: str) -> None:
    rng = world.rng
    first, last = rng.choice(people.FIRST_NAMES), rng.choice(people.LAST_NAMES)
    person = Persona(contact_id="", first_name=first, last_name=last, mobile=phone, birth_date=people.birth_date(rng))
    _add_customer(world, person)


def _add_customer(world: World, persona: Persona) -> str:
    """Adds the till's record of a person and returns its id as text."""
    rng = world.rng
    customer_id = world.customers.next_id()
    store = rng.choice(world.stores)
    modified = world.started - rng.randrange(0, 400 * DAY)
    created = modified - rng.randrange(0, 300 * DAY)
    world.customers.put(
        Customer(
            customer_id=customer_id,
            unique_id=str(rng.getrandbits(62)),
            name=persona.full_name,
            first_name=persona.first_name,
            last_name=persona.last_name,
            address1=f"{rng.randrange(1, 999)} {rng.choice(('Aspen', 'Juniper', 'Larkspur', 'Yarrow'))} St",
            city=store.city,
            state=world.state,
            postal_code=store.zip_code,
            phone=_till_spelling(rng, persona.mobile),
            cell_phone=persona.mobile if rng.random() < 0.3 else None,
            email_address=persona.email or None,
            # A few rows were never modified since an import and carry no date.
            last_modified=till_time(modified + 0.1234567) if rng.random() < 0.99 else None,
            creation_date=till_time(created),
            customer_type="Medical" if rng.random() < 0.1 else "Recreational",
            date_of_birth=f"{persona.birth_date}T00:00:00",
            discount_groups=rng.sample(_GROUPS, 1) if rng.random() < 0.2 else None,
            created_at_location=store.name,
            is_loyalty_member=persona.member,
            opted_into_marketing=None if rng.random() < 0.5 else persona.optin_at > 0,
        )
    )
    return str(customer_id)


def _till_spelling(rng: random.Random, phone: str) -> str:
    """Returns a phone as clerks type it: five spellings occur."""
    area, exchange, line = phone[:3], phone[3:6], phone[6:]
    spellings = (
        phone,
        f"({area}) {exchange}-{line}",
        f"{area}-{exchange}-{line}",
        f"+1{phone}",
        f"1 {area} {exchange} {line}",
    )
    return rng.choice(spellings)
