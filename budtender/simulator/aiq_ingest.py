"""AIQ's ingestion: what a till sends is accepted now and worked off within a day."""

from __future__ import annotations

import re
from datetime import datetime
from functools import partial
from typing import Annotated

import msgspec

from budtender.simulator import ingestion
from budtender.simulator.aiq import Aiq, checked, success
from budtender.simulator.exchange import Answer, Call, Operation, Refusal
from budtender.simulator.ingestion import Member, Visit

MOST_ITEMS = 100
_BIRTHDAY = re.compile(r"\d\d/\d\d/\d{4}", re.ASCII)


class MemberEnvelope(msgspec.Struct):
    """One customer of the till."""

    member: Member


class SaleEnvelope(msgspec.Struct):
    """One sale of the till."""

    visit: Visit


class Item(msgspec.Struct):
    """One article; numbers travel as text, as the vendor's sample shows them."""

    sku: Annotated[str, msgspec.Meta(min_length=1)]
    product_id: Annotated[str, msgspec.Meta(min_length=1)] = msgspec.field(name="productId")
    name: str | None = None
    brand: str | None = None
    category: str | None = None
    quantity: str | None = None
    sales_price: str | None = msgspec.field(default=None, name="salesPrice")
    msrp: str | None = msgspec.field(default=None, name="MSRP")
    total_tax: str | None = msgspec.field(default=None, name="totalTax")
    thc: str | None = None
    cbd: str | None = None
    date_added: str | None = msgspec.field(default=None, name="dateAdded")
    date_updated: str | None = msgspec.field(default=None, name="dateUpdated")
    in_stock: bool | None = msgspec.field(default=None, name="inStock")
    is_saleable: bool | None = msgspec.field(default=None, name="isSaleable")
    is_archived: bool | None = msgspec.field(default=None, name="isArchived")


def upsert_member(far: Aiq, call: Call) -> Answer:
    """Accepts one customer; the answer carries a contact id only if the persona is there already."""
    sent = call.decode(MemberEnvelope).member
    _accept_member(far, sent)
    known = [persona for persona in far.world.personas.with_key(sent.pos_user) if sent.pos_user in persona.source_ids]
    return success({"contactID": known[0].contact_id if known else None, "srcID": sent.pos_user})


def upsert_members(far: Aiq, call: Call) -> Answer:
    """Accepts many customers, all or none."""
    sent = call.decode(list[MemberEnvelope])
    for envelope in sent:
        _check_member(envelope.member)
    for envelope in sent:
        _accept_member(far, envelope.member)
    return success(None)


def _check_member(sent: Member) -> None:
    checked(bool(sent.pos_user), "pos_user is needed")
    checked(not sent.birthday or bool(_BIRTHDAY.fullmatch(sent.birthday)), "birthday must be MM/DD/YYYY")


def _accept_member(far: Aiq, sent: Member) -> None:
    _check_member(sent)
    world = far.world
    world.record("member_upsert", None, source="aiq", note=sent.pos_user, phone=sent.phone_number or "")
    world.backlog.accept("member", sent.pos_user, partial(ingestion.work_member, world, sent))


def upsert_sale(far: Aiq, call: Call) -> Answer:
    """Accepts one sale."""
    _accept_sale(far, call.decode(SaleEnvelope).visit)
    return success(None)


def upsert_sales(far: Aiq, call: Call) -> Answer:
    """Accepts many sales, all or none."""
    sent = call.decode(list[SaleEnvelope])
    for envelope in sent:
        _sold_at(envelope.visit)
    for envelope in sent:
        _accept_sale(far, envelope.visit)
    return success(None)


def _accept_sale(far: Aiq, visit: Visit) -> None:
    at = _sold_at(visit)
    world = far.world
    world.record("sale_upsert", None, source="aiq", note=visit.pos_id)
    world.backlog.accept("sale", visit.pos_id, partial(ingestion.work_sale, world, visit, at))


def _sold_at(visit: Visit) -> int:
    """Returns when a sale was made, in epoch seconds; what AIQ would not take raises Refusal 400."""
    checked(bool(visit.pos_id and visit.visit_details_attributes), "pos_id and lines are needed")
    checked(visit.send_notification in (None, 0, 1), "sendNotification must be 0 or 1")
    try:
        return int(datetime.strptime(visit.transaction_date, "%Y-%m-%d %H:%M:%S %z").timestamp())
    except ValueError as error:
        raise Refusal(400, "transaction_date must look like 2026-03-04 17:22:10 +0000") from error


def upsert_inventory(far: Aiq, call: Call) -> Answer:
    """Accepts up to a hundred articles."""
    items = call.decode(list[Item])
    checked(1 <= len(items) <= MOST_ITEMS, f"between 1 and {MOST_ITEMS} items")
    for item in items:
        far.world.inventory[item.sku, item.product_id] = item
    far.world.record("inventory_upsert", None, source="aiq", note=str(len(items)))
    return success([])


_BASE = "/api/v1.1/createUpdate"

OPERATIONS = (
    Operation("POST", f"{_BASE}Member/{{uid}}", upsert_member, "Create or update a persona", MemberEnvelope),
    Operation("POST", f"{_BASE}Members/{{uid}}", upsert_members, "The same for many", list[MemberEnvelope]),
    Operation("POST", f"{_BASE}Sale/{{uid}}", upsert_sale, "Create or update a sale", SaleEnvelope),
    Operation("POST", f"{_BASE}Sales/{{uid}}", upsert_sales, "The same for many", list[SaleEnvelope]),
    Operation("POST", f"{_BASE}Inventory/{{uid}}", upsert_inventory, "Create or update items", list[Item]),
)
