"""What Flourish answers about retail orders, as tickets: pure readers.

By the vendor's collection a refund changes the order it is for and makes no document of its own, `discount_price` is
dollars off and no price, and the total is the subtotal with taxes and delivery and without discounts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from msgspec.structs import replace

from budtender.connectors.flourish_wire import row
from budtender.connectors.rows import Row
from budtender.model import Ticket, TicketDiscount, TicketLine, TicketState

_STATES = {
    "completed": TicketState.COMPLETED,
    "created": TicketState.OPEN,
    "submitted": TicketState.OPEN,
    "packed": TicketState.OPEN,
    "out for delivery": TicketState.OPEN,
    "cancelled": TicketState.VOIDED,
    "undeliverable": TicketState.VOIDED,
}
#: Payment states that only a finished sale can have.
_GIVEN_BACK = frozenset({"refunded", "partially refunded"})
_TIMES = ("completed_timestamp", "order_timestamp", "created_timestamp")


def read_order(value: object, location_id: str | None = None) -> Ticket:
    """An order; `location_id` is the facility that was asked, where one was."""
    r = row(value, "order")
    loose = r.loose
    order_id = r.ident("order_id", "id")
    if order_id is None:
        raise r.missing("order_id")
    at = next((when for name in _TIMES if (when := loose.instant(name)) is not None), None)
    if at is None:
        raise r.missing(_TIMES[0])
    lines = _lines(r)
    tax = r.cents("taxes") or 0
    net = _net(r, lines)
    total = r.cents("total_price")
    own_id = loose.ident("original_order_id")
    recreational = loose.flag("is_recreational")
    refunded = _refunded(r, net + tax)
    if _is_refunded(r) and not any(line.returned for line in lines):
        # All of it was given back, wherever that was noted.
        lines = tuple(replace(line, returned=line.quantity) for line in lines)
    return Ticket(
        id=order_id,
        at=at,
        net_cents=net,
        total_cents=net + tax + _delivery(r) if total is None else total,
        discount_cents=r.cents("total_discounts") or 0,
        tax_cents=tax,
        state=_state(r),
        status=loose.text("order_status"),
        refunded_cents=refunded,
        # The order's last change is the nearest to a time of refund that it tells.
        refunded_at=loose.instant("last_updated_timestamp") if refunded else None,
        customer_id=_customer(r),
        location_id=location_id or loose.ident("facility_id"),
        terminal=next((name for paid in loose.objects("transactions") if (name := paid.text("till_name"))), None),
        employee_id=loose.ident("completed_by", "created_by"),
        modified=loose.instant("last_updated_timestamp"),
        source=loose.text("order_origin"),
        medical=None if recreational is None else not recreational,
        order_ids=() if own_id is None else (own_id,),
        lines=lines,
        discounts=_discounts(r, lines),
    )


def _state(r: Row) -> TicketState:
    """What the status says; which one an order has after a full refund is not documented, so the payment's counts."""
    paid = (r.loose.text("payment_status") or "").casefold()
    if paid in _GIVEN_BACK and r.loose.instant("completed_timestamp") is not None:
        return TicketState.COMPLETED
    return _STATES.get((r.loose.text("order_status") or "").casefold(), TicketState.UNKNOWN)


def _net(r: Row, lines: Sequence[TicketLine]) -> int:
    """Net sales: the subtotal less discounts, else the total less taxes and delivery, else what the lines come to."""
    subtotal, total = r.cents("sub_total_price"), r.cents("total_price")
    if subtotal is not None:
        return subtotal - (r.cents("total_discounts") or 0)
    if total is not None:
        return total - (r.cents("taxes") or 0) - _delivery(r)
    return sum(line.total_cents for line in lines)


def _delivery(r: Row) -> int:
    return r.cents("delivery_fee") or 0


def _refunded(r: Row, whole: int) -> int:
    """All that was given back so far; the whole sale where the order says no more than that it was."""
    cents = max(abs(r.cents(name) or 0) for name in ("total_refund", "total_returns"))
    return whole if not cents and _is_refunded(r) else cents


def _is_refunded(r: Row) -> bool:
    return (r.loose.text("payment_status") or "").casefold() == "refunded"


def _customer(r: Row) -> str | None:
    """Whose order it is; a quick sale is nobody's."""
    if r.loose.flag("is_quicksale"):
        return None
    embedded = r.value("customer")
    within = row(embedded, "customer").loose.ident("id") if isinstance(embedded, dict) else None
    return r.ident("customer_id") or within


# ── lines ─────────────────────────────────────────────────────────────────────────────────────────────────


def _lines(r: Row) -> tuple[TicketLine, ...]:
    """The lines; they carry no id, so equal ones are counted in the order in which they come."""
    seen: Counter[str] = Counter()
    lines = []
    for value in r.items("order_lines"):
        line = row(value, "order line")
        parts = (line.ident("item_id"), line.loose.ident("item_variation_pk"))
        name = ":".join(part for part in parts if part) or line.ident("sku") or "line"
        seen[name] += 1
        lines.append(_line(line, name if seen[name] == 1 else f"{name}#{seen[name]}"))
    return tuple(lines)


def _line(line: Row, line_id: str) -> TicketLine:
    loose = line.loose
    told = line.number("order_qty")
    quantity = Decimal(1) if told is None else told
    price = line.cents("unit_price") or 0
    discount = line.cents("discount_price") or 0
    total = line.cents("line_total_price")
    tags = [tag for package in loose.objects("order_line_dtls") if (tag := package.ident("package_id"))]
    return TicketLine(
        id=line_id,
        quantity=quantity,
        price_cents=price,
        discount_cents=discount,
        total_cents=_whole(price * quantity) - discount if total is None else total,
        product_id=line.ident("item_id"),
        sku=line.ident("sku"),
        name=loose.text("retail_display_name", "item_name", "variation_name"),
        strain=loose.text("strain_name"),
        size=_size(loose),
        unit=loose.text("item_uom"),
        package_id=tags[0] if tags else None,
        returned=_returned(line),
    )


def _size(line: Row) -> str | None:
    amount, unit = line.number("unit_qty"), line.text("item_uom")
    return None if amount is None or unit is None else f"{amount.normalize():f} {unit}"


def _returned(line: Row) -> Decimal:
    """How much came back: the line says it, else those of its packages do that are marked as returned."""
    told = line.number("qty_returned")
    if told is not None:
        return abs(told)
    back = [package.number("qty") for package in line.loose.objects("order_line_dtls") if package.flag("returned")]
    return sum((abs(quantity) for quantity in back if quantity is not None), Decimal(0))


def _discounts(r: Row, lines: Sequence[TicketLine]) -> tuple[TicketDiscount, ...]:
    by_sku = {line.sku: line.id for line in reversed(lines) if line.sku}
    return tuple(
        TicketDiscount(
            id=given.ident("discount_id"),
            name=given.text("discount_name") or "",
            cents=given.cents("discount_value"),
            line_id=by_sku.get(given.ident("sku") or ""),
        )
        for given in r.loose.objects("applied_discounts")
    )


def _whole(cents: Decimal) -> int:
    return int(cents.quantize(Decimal(1), ROUND_HALF_UP))
