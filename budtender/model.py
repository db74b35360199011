"""The nouns of a loyalty counter: frozen values that every layer shares.

Points are `Decimal`, money is `int` cents, times are aware UTC datetimes, phones are E.164. Conversions to and
from a vendor's forms happen in the connectors, to and from a person's in the command line and the window.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

import msgspec


class Value(msgspec.Struct, frozen=True, kw_only=True):
    """A frozen value: equal by content, safe to hand between threads."""


# ── people at the counter ─────────────────────────────────────────────────────────────────────────────────


class Role(StrEnum):
    """What a person on the staff may do; each reaches as far as those before it."""

    BUDTENDER = "budtender"
    LEAD = "lead"
    MANAGER = "manager"
    OWNER = "owner"

    @property
    def rank(self) -> int:
        """Higher reaches further."""
        return list(Role).index(self)


class Actor(Value, frozen=True, kw_only=True):
    """Who acts. `staff_id` is None for the operating-system user before there is any staff."""

    name: str
    role: Role
    staff_id: int | None = None


# ── AIQ ───────────────────────────────────────────────────────────────────────────────────────────────────


class Persona(Value, frozen=True, kw_only=True):
    """AIQ's record of a shopper. `contact_id` is opaque and can die in a merge, so it is never a primary key."""

    contact_id: str
    phone: str | None = None
    home_phone: str | None = None
    first_name: str = ""
    last_name: str = ""
    email: str | None = None
    src_id: str | None = None
    platform: str | None = None
    favorite_store_id: int | None = None
    points: Decimal | None = None
    #: True or False only where AIQ said so; None while it has not.
    member: bool | None = None
    inserted: datetime | None = None
    opted_in: datetime | None = None
    opted_out: datetime | None = None


class Reward(Value, frozen=True, kw_only=True):
    """AIQ's discount as one persona's wallet shows it."""

    id: str
    name: str = ""
    title: str = ""
    #: What redeeming takes; for a tier reward the threshold that opens it, and no price.
    points: Decimal = Decimal(0)
    cents_off: int | None = None
    percent_off: Decimal | None = None
    available: bool = False
    reusable: bool = False
    tier: bool = False
    in_store_only: bool = False
    expires: datetime | None = None
    pos_discount_id: str | None = None
    #: Absolute address that takes the points when it is PUT; fresh from a wallet read, never built here.
    redemption_url: str | None = None


class Wallet(Value, frozen=True, kw_only=True):
    """What AIQ says one persona can spend. `points` is None when the retailer hides them, or AIQ does not say."""

    contact_id: str | None
    points: Decimal | None
    hidden: bool = False
    rewards: tuple[Reward, ...] = ()
    badges: tuple[str, ...] = ()
    #: Rewards that came but could not be read, and are not among `rewards`.
    unreadable: int = 0


class RedemptionRow(Value, frozen=True, kw_only=True):
    """One row of AIQ's redemptions window. `ref` is AIQ's own id for the row, or a digest of it when it has none."""

    ref: str
    contact_id: str | None
    reward_id: str | None
    reward_name: str | None
    points: Decimal | None
    at: datetime | None


class AdjustmentRow(Value, frozen=True, kw_only=True):
    """One row of AIQ's adjustments window."""

    ref: str
    contact_id: str | None
    points: Decimal | None
    note: str
    at: datetime | None


class OrderLine(Value, frozen=True, kw_only=True):
    """One line of what a persona bought, as AIQ tells it; lines of one purchase share `at`."""

    name: str
    brand: str | None = None
    quantity: Decimal | None = None
    total_cents: int | None = None
    at: datetime | None = None
    store: str | None = None


class Tier(Value, frozen=True, kw_only=True):
    """A step of the loyalty programme: from `points` on, `discount` per cent."""

    points: Decimal
    discount: Decimal | None = None
    maximum: Decimal | None = None


class Programme(Value, frozen=True, kw_only=True):
    """AIQ's loyalty programme; what its numbers count is not public, so they are for showing only."""

    id: str | None
    name: str = ""
    accrual: Decimal | None = None
    expiration: Decimal | None = None
    tiers: tuple[Tier, ...] = ()


class Audience(Value, frozen=True, kw_only=True):
    """A segment of personas in AIQ."""

    id: str
    name: str = ""
    size: int | None = None


class Store(Value, frozen=True, kw_only=True):
    """A retail location in AIQ, with the names other systems know it by."""

    id: int
    name: str
    nickname: str | None = None
    state: str | None = None
    source_names: Mapping[str, str] = {}


class Trait(Value, frozen=True, kw_only=True):
    """A custom attribute of a persona or an item: `parent` groups, `key` names."""

    key: str
    value: str
    parent: str = ""


class SignUp(Value, frozen=True, kw_only=True):
    """A shopper who joins now. `loyalty` and `texts` are true only with a consent record."""

    phone: str
    first_name: str
    last_name: str
    loyalty: bool
    texts: bool
    email: str | None = None
    email_opt_in: bool = False
    address: str | None = None
    favorite_store_id: int | None = None
    traits: tuple[Trait, ...] = ()


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


# ── the till ──────────────────────────────────────────────────────────────────────────────────────────────


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


# ── the outbox ────────────────────────────────────────────────────────────────────────────────────────────


class Kind(StrEnum):
    """What an intent owes a remote system."""

    REDEEM = "redeem"
    ADJUST = "adjust"
    SIGN_UP = "sign_up"
    OPT_OUT = "opt_out"
    CUSTOMER = "customer"


class State(StrEnum):
    """How far an intent has come; `sending` is committed before the first byte leaves."""

    WAITING = "waiting"
    SENDING = "sending"
    DONE = "done"
    REFUSED = "refused"
    UNKNOWN = "unknown"


OPEN_STATES = frozenset({State.WAITING, State.SENDING, State.UNKNOWN})


class Intent(Value, frozen=True, kw_only=True):
    """One write owed to a remote system.

    `points` is the signed change of the shopper's balance: negative for a redemption, positive for points given
    back. `needs_person` marks an unknown outcome that reading could not settle; `evidence` then holds both numbers.
    """

    id: str
    kind: Kind
    state: State
    system: str
    body: Mapping[str, Any]
    staff: str
    created: datetime
    persona_id: int | None = None
    phone: str | None = None
    visit_id: str | None = None
    reward_id: str | None = None
    undoes: str | None = None
    depends_on: str | None = None
    points: Decimal = Decimal(0)
    #: The mirror's balance when the intent was recorded.
    balance: Decimal | None = None
    urgent: bool = False
    attempts: int = 0
    #: Answers lost so far.
    lost: int = 0
    #: When it was last sent, on the remote system's clock as far as that is known.
    sent: datetime | None = None
    #: Monotonic reading of its last move; waits are measured from here.
    moved_mono: float = 0.0
    not_before: datetime | None = None
    answered: datetime | None = None
    absorbed: datetime | None = None
    needs_person: bool = False
    last_error: str = ""
    evidence: Mapping[str, Any] = {}
    remote_ref: str | None = None

    @property
    def key(self) -> str:
        """Our mark in a remote system's free text, by which the write can be found again."""
        return f"bt-{self.id}"


class Receipt(Value, frozen=True, kw_only=True):
    """What a remote system answered to a write that it carried out."""

    remote_id: str | None = None
    raw: Mapping[str, Any] = {}
