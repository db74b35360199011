"""A till's nouns, and what its interface can do."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from budtender.model.ingest import Item, Sale
from budtender.model.value import Value


class Can(StrEnum):
    """What a till's interface is able to do; pages and rules ask this, never the till's name."""

    PULL_CUSTOMERS = "pull customers"
    PULL_SALES = "pull sales"
    PULL_PRODUCTS = "pull products"
    PULL_INVENTORY = "pull inventory"
    PULL_DISCOUNTS = "pull discounts"
    FIND_BY_PHONE = "find by phone"
    CREATE_CUSTOMER = "create customer"
    UPDATE_CUSTOMER = "update customer"
    LINK_BY_AIQ_ID = "link rewards by AIQ id"
    LINK_BY_POS_ID = "link rewards by POS id"
    LINK_BY_NAME = "link rewards by name"


class Resource(StrEnum):
    """What can be pulled from a till."""

    CUSTOMERS = "customers"
    SALES = "sales"
    PRODUCTS = "products"
    INVENTORY = "inventory"
    DISCOUNTS = "discounts"


class Cursor(Value, frozen=True, kw_only=True):
    """Where the next pull of one resource starts; opaque to everybody but the connector that made it."""

    at: datetime
    mark: str = ""


class Customer(Value, frozen=True, kw_only=True):
    """The till's record of a shopper."""

    id: str
    phones: tuple[str, ...] = ()
    first_name: str = ""
    last_name: str = ""
    email: str | None = None
    birth_date: date | None = None
    address1: str | None = None
    city: str | None = None
    state: str | None = None
    postal_code: str | None = None
    status: str | None = None
    type: str | None = None
    discount_groups: tuple[str, ...] = ()
    pos_loyalty: bool | None = None
    anonymous: bool = False
    merged_into: str | None = None
    modified: datetime | None = None
    created: datetime | None = None


class CustomerDraft(Value, frozen=True, kw_only=True):
    """A customer to create or change in a till. `key` makes the creation recognisable when it is repeated."""

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


class PosDiscount(Value, frozen=True, kw_only=True):
    """A reward's twin in the till. `aiq_id` is the AIQ discount id that was typed into it, where there is one."""

    id: str
    name: str
    aiq_id: str | None = None
    by_aiq: bool = False
    active: bool = True
    valid_from: datetime | None = None
    valid_until: datetime | None = None


class Location(Value, frozen=True, kw_only=True):
    """The retail location that one till credential belongs to."""

    id: str
    name: str
    company_id: str | None = None
    state: str | None = None


class Permission(Value, frozen=True, kw_only=True):
    """One thing a credential may or may not do, and what to do when it may not."""

    name: str
    granted: bool
    hint: str = ""


class Batch(Value, frozen=True, kw_only=True):
    """Rows of one pull and the cursor that goes with them; both are stored in one transaction."""

    resource: Resource
    rows: tuple[Customer | Sale | Item | PosDiscount, ...]
    cursor: Cursor | None = None
    #: Rows that came but could not be read, and are not among `rows`.
    unreadable: int = 0
