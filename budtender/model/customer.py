"""The till's record of a shopper, and what is asked of a till about one."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from budtender.model.value import Row, Value


class Customer(Row, frozen=True, kw_only=True):
    """The till's record of a shopper.

    `pos_loyalty`, `points` and `tier` are the till's own program, never AIQ's. `government_id` and `medical_id` are
    hashes of what the till knows a person by; they serve matching and are never shown.
    """

    id: str
    phones: tuple[str, ...] = ()
    first_name: str = ""
    last_name: str = ""
    email: str | None = None
    birth_date: date | None = None
    gender: str | None = None
    address1: str | None = None
    address2: str | None = None
    city: str | None = None
    state: str | None = None
    postal_code: str | None = None
    status: str | None = None
    type: str | None = None
    discount_groups: tuple[str, ...] = ()
    pos_loyalty: bool | None = None
    points: Decimal | None = None
    tier: str | None = None
    #: Whether the shopper agreed to marketing, as the till has it; None when it does not say.
    marketing: bool | None = None
    external_id: str | None = None
    government_id: str | None = None
    medical_id: str | None = None
    anonymous: bool = False
    #: The till keeps the profile and does not offer it any more.
    archived: bool = False
    merged_into: str | None = None
    modified: datetime | None = None
    created: datetime | None = None


class CustomerDraft(Value, frozen=True, kw_only=True):
    """A customer to create or change in a till. `key` makes the creation recognizable when it is repeated."""

    key: str
    first_name: str
    last_name: str
    id: str | None = None
    phone: str | None = None
    email: str | None = None
    birth_date: date | None = None
    address1: str | None = None
    city: str | None = None
    state: str | None = None
    postal_code: str | None = None
    type: str | None = None
    external_id: str | None = None


class Linked(Value, frozen=True, kw_only=True):
    """The till's customer that a shopper was tied to.

    `existed` when the profile was there before; `changed` when the till altered an existing one all the same.
    """

    customer: Customer
    existed: bool
    changed: bool = False


class PosPoints(Row, frozen=True, kw_only=True):
    """A customer's standing in the till's own loyalty program, where the till tells it apart from the customer."""

    customer_id: str
    points: Decimal
    earned: Decimal | None = None
    spent: Decimal | None = None
