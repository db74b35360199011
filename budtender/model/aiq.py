"""AIQ's nouns: shoppers, their wallets, and what happened to their points."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from budtender.model.value import Value


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
    #: What a form asked for beside; told with one persona alone, where it is told at all.
    birth_date: date | None = None
    address1: str | None = None
    city: str | None = None
    state: str | None = None
    postal_code: str | None = None


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
    phone: str | None = None
    reward_id: str | None
    reward_name: str | None
    points: Decimal | None
    at: datetime | None


class AdjustmentRow(Value, frozen=True, kw_only=True):
    """One row of AIQ's adjustments window; `note` is None when the row tells none that can be read."""

    ref: str
    contact_id: str | None
    points: Decimal | None
    note: str | None
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
    """A step of the loyalty program: from `points` on, `discount` per cent."""

    points: Decimal
    discount: Decimal | None = None
    maximum: Decimal | None = None


class Programme(Value, frozen=True, kw_only=True):
    """AIQ's loyalty program; what its numbers count is not public, so they are for showing only."""

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
