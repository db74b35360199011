"""A till's documents: sales, refunds, and the day as the vendor itself adds it up.

Amounts are as they count: a refund is a document of its own whose quantities and amounts are negative, a voided one
keeps its amounts and counts nothing. A sale counts in full on its day, its refund on the day of the refund.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from budtender.model.value import Row, Value

NOTHING = Decimal(0)


class TicketState(StrEnum):
    """Whether a document counts. `UNKNOWN` is a status the papers do not name: kept, reported, not counted."""

    COMPLETED = "completed"
    OPEN = "open"
    VOIDED = "voided"
    UNKNOWN = "unknown"


class TicketDiscount(Row, frozen=True, kw_only=True):
    """A discount as it was applied; `cents` is None where the till names it without its share."""

    id: str | None = None
    name: str = ""
    cents: int | None = None
    #: The line it was given on; None for the whole document.
    line_id: str | None = None


class TicketLine(Row, frozen=True, kw_only=True):
    """One line. `price_cents` is the unit's before discounts, everything else is the line's.

    `total_cents` is after discounts and, as far as the till keeps them apart, before taxes. `returned` is how much of
    it the till says was brought back later; for money the refund's own document counts. `coupon` lines are no goods.
    """

    id: str
    quantity: Decimal
    price_cents: int
    discount_cents: int = 0
    tax_cents: int = 0
    total_cents: int = 0
    cost_cents: int | None = None
    product_id: str | None = None
    sku: str | None = None
    name: str | None = None
    category: str | None = None
    brand: str | None = None
    strain: str | None = None
    species: str | None = None
    size: str | None = None
    unit: str | None = None
    package_id: str | None = None
    returned: Decimal = NOTHING
    coupon: bool = False


class Ticket(Row, frozen=True, kw_only=True):
    """A sale, or a refund with an id of its own.

    `at` is the true time of sale, `day` the store's own day where the till tells it, `modified` what the next pull
    goes by. `net_cents` is what counts as net sales: after discounts, before taxes and tips. `loyalty_cents` is the
    part of `discount_cents` that was paid with the till's points.

    Tills that only mark a return on the sale (`Can.RETURNS_ON_SALE`) fill the lines' `returned` and `refunded_cents`,
    all that was given back so far, and `refunded_at` when they tell it; the engine makes the refunds out of it.
    """

    id: str
    at: datetime
    net_cents: int
    total_cents: int
    discount_cents: int = 0
    tax_cents: int = 0
    tip_cents: int = 0
    loyalty_cents: int = 0
    points_earned: Decimal | None = None
    state: TicketState = TicketState.COMPLETED
    #: The till's own word for its state.
    status: str | None = None
    refund: bool = False
    #: The sale that a refund is for, where it is known.
    refund_of: str | None = None
    refunded_cents: int = 0
    refunded_at: datetime | None = None
    #: None for an anonymous sale.
    customer_id: str | None = None
    #: The till's location, where a credential reaches several; None for the credential's own.
    location_id: str | None = None
    terminal: str | None = None
    employee_id: str | None = None
    day: date | None = None
    modified: datetime | None = None
    source: str | None = None
    medical: bool | None = None
    order_ids: tuple[str, ...] = ()
    lines: tuple[TicketLine, ...] = ()
    discounts: tuple[TicketDiscount, ...] = ()


class ClosingReport(Value, frozen=True, kw_only=True):
    """What the vendor itself says a stretch of time came to; None for what it does not say."""

    start: datetime
    end: datetime
    sales: int | None = None
    voids: int | None = None
    units: Decimal | None = None
    gross_cents: int | None = None
    discount_cents: int | None = None
    loyalty_cents: int | None = None
    coupon_cents: int | None = None
    net_cents: int | None = None
    tax_cents: int | None = None
    returns_cents: int | None = None
    voids_cents: int | None = None
