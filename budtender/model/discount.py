"""A till's discounts and the groups of shoppers it keeps for them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from budtender.model.value import Row


class PosDiscount(Row, frozen=True, kw_only=True):
    """A reward's twin in the till. `aiq_id` is the AIQ discount id that was typed into it, where there is one.

    What the till does not say of a discount is None, never a guess.
    """

    id: str
    name: str
    aiq_id: str | None = None
    #: The till gives it out on AIQ's word alone.
    by_aiq: bool = False
    active: bool = True
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    #: The till's own word for how it is applied.
    method: str | None = None
    cents_off: int | None = None
    percent_off: Decimal | None = None
    automatic: bool | None = None
    needs_code: bool | None = None
    needs_approval: bool | None = None
    private: bool | None = None
    stackable: bool | None = None
    single_item: bool | None = None
    minimum_cents: int | None = None
    #: Locations it is limited to; none for all.
    location_ids: tuple[str, ...] = ()
    group_ids: tuple[str, ...] = ()
    modified: datetime | None = None


class DiscountGroup(Row, frozen=True, kw_only=True):
    """A group of shoppers that discounts are kept for; a customer names its groups by name."""

    id: str
    name: str
