"""What a till sends to AIQ: members, sales, stock."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from budtender.model.aiq import Trait
from budtender.model.value import Value


class Member(Value, frozen=True, kw_only=True):
    """A till's customer on the way to AIQ; `pos_user` is the till's primary key for the person."""

    pos_user: str
    pos_type: str = "In-Store"
    first_name: str = ""
    last_name: str = ""
    email: str | None = None
    phone: str | None = None
    birth_date: date | None = None
    gender: str | None = None
    address1: str | None = None
    address2: str | None = None
    city: str | None = None
    state: str | None = None
    zip: str | None = None
    loyalty: bool = False
    traits: tuple[Trait, ...] = ()


class SaleLine(Value, frozen=True, kw_only=True):
    """One line of a sale; a negative quantity is a return. `discount_cents` is the line's, not the unit's."""

    sku: str
    name: str
    price_cents: int
    quantity: Decimal
    discount_cents: int = 0
    category: str | None = None
    brand: str | None = None
    size: str | None = None
    strain: str | None = None
    grade: str | None = None
    species: str | None = None


class Sale(Value, frozen=True, kw_only=True):
    """A finished sale, or a refund under an id of its own with negative quantities."""

    pos_id: str
    pos_user: str
    at: datetime
    total_cents: int
    location: str
    lines: tuple[SaleLine, ...]
    notify: bool = False


class Item(Value, frozen=True, kw_only=True):
    """A product's stock as AIQ's inventory upsert takes it."""

    sku: str
    product_id: str
    name: str = ""
    brand: str | None = None
    category: str | None = None
    parent_category: str | None = None
    variant: str | None = None
    barcode: str | None = None
    url: str | None = None
    image_url: str | None = None
    description: str | None = None
    supplier_id: str | None = None
    supplier_name: str | None = None
    currency: str | None = None
    tax_cents: int | None = None
    msrp_cents: int | None = None
    price_cents: int | None = None
    quantity: Decimal | None = None
    thc: Decimal | None = None
    cbd: Decimal | None = None
    added: datetime | None = None
    updated: datetime | None = None
    in_stock: bool | None = None
    saleable: bool | None = None
    archived: bool | None = None
    traits: tuple[Trait, ...] = ()
