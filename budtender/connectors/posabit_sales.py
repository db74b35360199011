"""What POSaBIT answers about sales: pure readers.

The vendor publishes neither the values of `status` and `sale_type` nor the signs of a refund's amounts, and does not
say whether `sub_total` is before discounts or holds the tax where prices include it. So nothing here depends on it:
net is what was paid less its tax, and a negative quantity or payment makes the whole line negative.
"""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from msgspec.structs import replace

from budtender.connectors.posabit_wire import row
from budtender.connectors.rows import Row
from budtender.model import Ticket, TicketDiscount, TicketLine, TicketState

_UNDONE = ("void", "cancel")
_GIVEN_BACK = ("refund", "return")
_UNFINISHED = frozenset({"open", "pending", "processing", "draft", "held", "hold", "parked", "in_progress"})


def read_ticket(value: object) -> Ticket:
    """A sale or a refund; guests and voided ones included."""
    r = row(value, "sales_history")
    loose = r.loose
    sale_id = r.ident("id")
    at = r.instant("ordered_at") or r.instant("created_at")
    if sale_id is None:
        raise r.missing("id")
    if at is None:
        raise r.missing("ordered_at")
    rows = [row(item, "item") for item in r.items("items")]
    lines = tuple(_line(item, place) for place, item in enumerate(rows, start=1))
    tax, total = _paid(r, lines)
    refund = total < 0 or (bool(lines) and all(line.quantity < 0 for line in lines))
    if refund:
        tax, total = -abs(tax), -abs(total)
        if all(line.quantity >= 0 for line in lines):
            # The document alone says that it gives back; a line of it that is sold would say otherwise.
            lines = tuple(map(_given_back, lines))
    state = _state(r, refund)
    return Ticket(
        id=sale_id,
        at=at,
        net_cents=total - tax,
        total_cents=total,
        discount_cents=_discount(r, lines, refund),
        tax_cents=tax,
        state=state,
        refunded_cents=total if state is TicketState.UNKNOWN and "partial" not in _said(r) else 0,
        status=loose.text("status"),
        refund=refund,
        customer_id=_somebody(r),
        terminal=loose.ident("terminal_id"),
        employee_id=loose.ident("user_id"),
        day=_local_day(r),
        modified=loose.instant("updated_at"),
        source=loose.text("order_source"),
        medical=loose.flag("is_medical"),
        order_ids=tuple(order for order in (loose.ident("local_order_id"),) if order),
        lines=lines,
        discounts=tuple(found for item, line in zip(rows, lines, strict=True) for found in _discounts(item, line)),
    )


def _somebody(r: Row) -> str | None:
    """Who bought; nobody is null and, where a number has to stand, 0."""
    customer_id = r.loose.ident("customer_id")
    return None if customer_id == "0" else customer_id


def _local_day(r: Row) -> date | None:
    """The day in the venue; how the local time is written is not published, and one in UTC is none."""
    local, at = r.loose.text("ordered_at_local"), r.loose.text("ordered_at")
    return None if local is None or local == at else r.loose.day("ordered_at_local")


def _paid(r: Row, lines: tuple[TicketLine, ...]) -> tuple[int, int]:
    """Tax and total, of the document or, where it does not say, of its lines."""
    tax, total = r.integer("tax"), r.integer("total")
    if tax is None:
        tax = sum(line.tax_cents for line in lines)
    if total is None:
        total = sum(line.total_cents + line.tax_cents for line in lines)
    return tax, total


def _discount(r: Row, lines: tuple[TicketLine, ...], refund: bool) -> int:
    cents = r.integer("discount")
    if cents is None:
        return sum(line.discount_cents for line in lines)
    return -abs(cents) if refund else abs(cents)


def _state(r: Row, refund: bool) -> TicketState:
    """Whether it counts. A status that speaks of giving back, on a document that is no refund, is not understood."""
    said = _said(r)
    if any(word in said for word in _UNDONE):
        return TicketState.VOIDED
    if not refund and any(word in said for word in _GIVEN_BACK):
        return TicketState.UNKNOWN
    status = (r.loose.text("status") or "").casefold().replace(" ", "_").replace("-", "_")
    return TicketState.OPEN if status in _UNFINISHED else TicketState.COMPLETED


def _said(r: Row) -> str:
    return " ".join(word.casefold() for name in ("status", "sale_type") if (word := r.loose.text(name)))


def _line(r: Row, place: int) -> TicketLine:
    quantity = r.number("quantity")
    quantity = Decimal(1) if quantity is None else quantity
    tax, discount, total = _amounts(r)
    negative = quantity < 0 or total < 0 or (not total and discount < 0)
    if negative:
        quantity, tax, discount, total = -abs(quantity), -abs(tax), -abs(discount), -abs(total)
    net = total - tax
    loose = r.loose
    cost = loose.integer("cost")
    return TicketLine(
        id=r.ident("item_id") or str(place),
        quantity=quantity,
        price_cents=_unit_price(net + discount, quantity),
        discount_cents=discount,
        tax_cents=tax,
        total_cents=net,
        cost_cents=-abs(cost) if negative and cost is not None else cost,
        product_id=loose.ident("product_id"),
        sku=loose.ident("sku"),
        name=loose.text("product_name"),
        category=loose.text("category", "family_name"),
        brand=loose.text("brand"),
        size=_size(r),
        unit=loose.text("unit_of_weight"),
        package_id=loose.ident("inventory_id"),
    )


def _given_back(line: TicketLine) -> TicketLine:
    return replace(
        line,
        quantity=-line.quantity,
        discount_cents=-line.discount_cents,
        tax_cents=-line.tax_cents,
        total_cents=-line.total_cents,
        cost_cents=None if line.cost_cents is None else -line.cost_cents,
    )


def _amounts(r: Row) -> tuple[int, int, int]:
    """Tax, discount and what was paid, with the tax."""
    tax, discount = r.integer("tax") or 0, r.integer("discount") or 0
    total, before = r.integer("total"), r.integer("sub_total") or 0
    return tax, discount, (before - discount + tax if total is None else total)


def _unit_price(cents: int, quantity: Decimal) -> int:
    if not quantity:
        return cents
    return int((cents / quantity).quantize(Decimal(1), ROUND_HALF_UP))


def _size(r: Row) -> str | None:
    weight = r.loose.number("unit_weight", "weight")
    unit = r.loose.text("unit_of_weight")
    return None if weight is None or not weight else f"{weight.normalize():f}{' ' + unit if unit else ''}"


def _discounts(r: Row, line: TicketLine) -> list[TicketDiscount]:
    """What touched a line; its share is known only where nothing else did."""
    rows = [row(value, "discount") for value in r.loose.items("discount_list")]
    found = [
        TicketDiscount(
            id=r.loose.ident("coupon_id"),
            name=r.loose.text("coupon_name") or "",
            cents=line.discount_cents if len(rows) == 1 else None,
            line_id=line.id,
        )
        for r in rows
    ]
    return [discount for discount in found if discount.id or discount.name]
