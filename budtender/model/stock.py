"""What a till sells and has in stock."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from budtender.model.value import Row


class Product(Row, frozen=True, kw_only=True):
    """What a till sells. `species` is sativa, indica and the like; `active` is whether it can be sold now."""

    id: str
    sku: str | None = None
    name: str = ""
    category: str | None = None
    parent_category: str | None = None
    brand: str | None = None
    strain: str | None = None
    species: str | None = None
    size: str | None = None
    unit: str | None = None
    description: str | None = None
    barcode: str | None = None
    images: tuple[str, ...] = ()
    price_cents: int | None = None
    medical_price_cents: int | None = None
    cost_cents: int | None = None
    thc: Decimal | None = None
    thc_unit: str | None = None
    cbd: Decimal | None = None
    cbd_unit: str | None = None
    vendor_id: str | None = None
    vendor: str | None = None
    tags: tuple[str, ...] = ()
    active: bool = True
    archived: bool = False
    cannabis: bool | None = None
    medical_only: bool | None = None
    online: bool | None = None
    coupon: bool = False
    modified: datetime | None = None
    created: datetime | None = None


class RoomStock(Row, frozen=True, kw_only=True):
    """How much of a package lies in one room."""

    room_id: str
    room: str
    quantity: Decimal


class Package(Row, frozen=True, kw_only=True):
    """One lot in stock; a till without lots has one for each product. Absent from a snapshot means none is left.

    `tag` is the number the state tracks it by. `sellable` is how much may be sold, where the till tells it apart.
    """

    id: str
    product_id: str
    quantity: Decimal
    sellable: Decimal | None = None
    unit: str | None = None
    sku: str | None = None
    name: str | None = None
    category: str | None = None
    brand: str | None = None
    strain: str | None = None
    size: str | None = None
    location_id: str | None = None
    tag: str | None = None
    batch: str | None = None
    price_cents: int | None = None
    medical_price_cents: int | None = None
    cost_cents: int | None = None
    thc: Decimal | None = None
    cbd: Decimal | None = None
    expires: date | None = None
    tested: date | None = None
    medical_only: bool | None = None
    rooms: tuple[RoomStock, ...] = ()
    modified: datetime | None = None
