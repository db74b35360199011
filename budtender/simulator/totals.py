"""What a day at a store came to: in the shop as it happened, and at AIQ as it was told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import msgspec

from budtender.simulator.goods import Goods
from budtender.simulator.sales import RETAIL, Sale


class DayTotals(msgspec.Struct):
    """One day of one store, by the store's own calendar; a sale counts on its day, its return on the return's.

    Voided documents are counted and add nothing else; returns are in `net_cents`, `tax_cents` and `units` as
    negative amounts, and `return_cents` is what they gave back, a positive amount without tax.
    """

    sales: int = 0
    returns: int = 0
    voids: int = 0
    gross_cents: int = 0
    discount_cents: int = 0
    net_cents: int = 0
    tax_cents: int = 0
    return_cents: int = 0
    void_cents: int = 0
    loyalty_cents: int = 0
    lines: int = 0
    units: Decimal = Decimal(0)

    def add(self, sale: Sale) -> None:
        """Counts one document of the till."""
        if sale.kind != RETAIL:
            return
        if sale.void_at is not None:
            self.voids += 1
            self.void_cents += sale.net_cents
            return
        if sale.return_of:
            self.returns += 1
            self.return_cents -= sale.net_cents
        else:
            self.sales += 1
        self.gross_cents += sale.net_cents + sale.discount_cents
        self.discount_cents += sale.discount_cents
        self.net_cents += sale.net_cents
        self.tax_cents += sale.tax_cents
        self.loyalty_cents += sale.loyalty_cents
        goods = [line for line in sale.lines if not line.coupon]
        self.lines += len(goods)
        self.units += sum((line.quantity for line in goods), Decimal(0))


def totals(sales: Iterable[Sale], zone: ZoneInfo) -> dict[tuple[int, date], DayTotals]:
    """Returns the totals of every store and day in `sales`, which are read one by one."""
    found: dict[tuple[int, date], DayTotals] = {}
    for sale in sales:
        day = datetime.fromtimestamp(sale.sold_at, zone).date()
        found.setdefault((sale.store_id, day), DayTotals()).add(sale)
    return found


def cost_of(sales: Iterable[Sale], goods: Goods) -> int:
    """Returns what the sold goods cost the store, in cents."""
    cost = sum(
        (line.quantity * goods.products[line.product_id].cost_cents for sale in sales for line in sale.lines),
        Decimal(0),
    )
    return int(cost.to_integral_value())
