"""What was sent to AIQ and is worked off later: personas and sales, up to a day after they were accepted."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
from msgspec.structs import replace

from budtender.simulator import people, points
from budtender.simulator.backlog import Sale
from budtender.simulator.personas import Persona
from budtender.simulator.rewards import STANDARD
from budtender.simulator.world import World


class Trait(msgspec.Struct):
    """A custom attribute of a persona, which audiences are built on."""

    key: str
    value: str


class Member(msgspec.Struct):
    """What a till knows of a customer; the key is `pos_user`."""

    pos_user: str
    pos_type: str | None = None
    email: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    address1: str | None = None
    address2: str | None = None
    city: str | None = None
    state: str | None = None
    zip: str | None = None
    birthday: str | None = None
    phone_number: str | None = None
    gender: str | None = None
    loyalty: bool | None = None
    custom_attributes: list[Trait] = msgspec.field(default=[], name="customAttributes")


def work_member(world: World, sent: Member) -> None:
    """Creates or updates the persona of a till's customer; corrections made by hand win."""
    now = int(world.now)
    phone = sent.phone_number or ""
    brought = {
        "first_name": sent.first_name,
        "last_name": sent.last_name,
        "email": sent.email,
        "mobile": (phone if people.is_phone(phone) else "") if sent.phone_number is not None else None,
        "birth_date": _iso(sent.birthday),
    }
    fields: dict[str, Any] = {name: value for name, value in brought.items() if value is not None}
    known = _with_source(world, sent.pos_user)
    traits = {trait.key: trait.value for trait in sent.custom_attributes}
    if traits:
        fields["traits"] = {**(known.traits if known is not None else {}), **traits}
    if known is not None:
        kept = {_CORRECTED[key] for key in known.overrides}
        persona = replace(known, **{name: value for name, value in fields.items() if name not in kept})
    else:
        persona = Persona(
            contact_id=world.contact_id(),
            source_ids=(sent.pos_user,),
            inserted=now,
            member=False,
            **fields,
        )
    if sent.loyalty and not persona.member:
        persona = replace(persona, member=True, signup_at=now, optreq_at=now, rewards=STANDARD)
        if persona.mobile:
            world.text(persona.mobile, "Reply YES to join our rewards and get our texts.", persona)
    world.personas.put(persona, world.now)


_CORRECTED = {"email": "email", "mobilePhone": "mobile", "firstName": "first_name", "lastName": "last_name"}


def _iso(birthday: str | None) -> str | None:
    """Returns MM/DD/YYYY as YYYY-MM-DD."""
    if not birthday:
        return None
    month, day, year = birthday.split("/")
    return f"{year}-{month}-{day}"


def _with_source(world: World, pos_user: str) -> Persona | None:
    known = [persona for persona in world.personas.with_key(pos_user) if pos_user in persona.source_ids]
    return known[0] if known else None


class Line(msgspec.Struct):
    """One line of a sale; a negative quantity is a return."""

    sku: str
    name: str
    price: int | float
    quantity: int | float
    discount: int | float | None = None
    category: str | None = None
    brand: str | None = None
    size: str | None = None
    strain: str | None = None
    grade: str | None = None
    species: str | None = None


class Visit(msgspec.Struct):
    """A sale as a till sends it; the key is `pos_id`."""

    pos_id: str
    pos_user: str
    transaction_date: str
    transaction_total: int | float
    location: str
    visit_details_attributes: list[Line]
    send_notification: int | None = msgspec.field(default=None, name="sendNotification")


def total_of(visit: Visit) -> Decimal:
    """Returns the total that AIQ computes itself, from the lines and without tax."""
    amounts = (
        Decimal(str(line.price)) * Decimal(str(line.quantity)) - Decimal(str(line.discount or 0))
        for line in visit.visit_details_attributes
    )
    return sum(amounts, Decimal(0)).quantize(Decimal("0.01"))


def work_sale(world: World, visit: Visit, at: int) -> None:
    """Books a sale, again if it was booked before; a member earns a point a dollar, nobody else anything."""
    earlier = world.sales.get(visit.pos_id)
    persona = _with_source(world, visit.pos_user)
    total = total_of(visit)
    earned = total if persona is not None and persona.member else Decimal(0)
    store = next((store.name for store in world.stores if visit.location in (store.location, store.name)), "")
    world.sales[visit.pos_id] = Sale(
        visit.pos_id,
        persona.contact_id if persona else "",
        total,
        earned,
        at,
        store,
        tuple(msgspec.to_builtins(line) for line in visit.visit_details_attributes),
    )
    former = world.personas.survivor(earlier.contact_id) if earlier else None
    if former is not None and earlier is not None and former != persona:
        # The till says now that somebody else bought it.
        world.personas.put(replace(former, spent=former.spent - earlier.total), world.now)
        if earlier.points:
            points.earn(world, former, -earlier.points, note=visit.pos_id, source="sale")
        earlier = None
    if persona is None:
        return
    spent = total - (earlier.total if earlier else 0)
    change = earned - (earlier.points if earlier else 0)
    persona = replace(persona, spent=persona.spent + spent)
    world.personas.put(persona, world.now)
    if change:
        points.earn(world, persona, change, note=visit.pos_id, source="sale")


def lines_of(world: World, persona: Persona) -> list[dict[str, Any]]:
    """Returns the booked lines of a persona as the purchase history shows them."""
    return [
        {
            "name": line["name"],
            "brand": line["brand"],
            "quantity": line["quantity"],
            "totalPrice": line["price"] * line["quantity"] - (line["discount"] or 0),
            "timestamp": sale.at,
            "storeName": sale.store,
        }
        for sale in world.sales.values()
        if sale.contact_id and world.personas.survivor(sale.contact_id) == persona
        for line in sale.lines
    ]
