"""POSaBIT's sales: whole cents, refunds as sales of their own with negative amounts, guests without a customer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from budtender.simulator.exchange import Answer, Call, Operation
from budtender.simulator.history import HAPPY_HOUR
from budtender.simulator.opening import FIRST_TWIN
from budtender.simulator.posabit import ENHANCED, PREFIX, VENUE_DATA, Posabit, iso, page_number, page_size, window
from budtender.simulator.sales import RETAIL, Line, Sale

MOST_ROWS = 250


def sales(far: Posabit, call: Call) -> Answer:
    """Lists the venue's sales by page, the oldest first."""
    store_id = far.store_of(call).id
    found = sorted(
        (sale for sale in _changed(far, call) if sale.store_id == store_id and sale.kind == RETAIL),
        key=lambda sale: sale.id,
    )
    size = page_size(call, MOST_ROWS)
    start = (page_number(call) - 1) * size
    rows = [_shown(far, sale) for sale in found[start : start + size]]
    return far.page(call, "sales_histories", len(found), size, rows)


def _changed(far: Posabit, call: Call) -> Iterator[Sale]:
    low, high = window(call)
    if low is None and high is None:
        return iter(far.world.shop.sales)
    low, high = low or 0.0, high or far.world.now
    changed = far.world.shop.sales.modified(low, high)
    return (sale for sale in changed if low < sale.modified_at < high)


def _shown(far: Posabit, sale: Sale) -> dict[str, Any]:
    shop = far.world.shop
    guest = sale.customer_id in shop.guests.values() or ENHANCED not in far.permissions
    goods = [line for line in sale.lines if not line.coupon]
    local = datetime.fromtimestamp(sale.sold_at, shop.zone)
    return {
        "id": sale.id,
        "is_medical": sale.medical,
        "ordered_at": iso(sale.sold_at),
        "ordered_at_local": local.isoformat(timespec="milliseconds"),
        "sale_type": "refund" if sale.return_of else "sale",
        "order_source": "pos",
        "terminal_till_id": sale.register,
        "terminal_id": sale.register,
        "local_order_id": sale.reference or None,
        "customer_id": None if guest else sale.customer_id,
        "user_id": sale.employee_id,
        "sub_total": sum(line.total_cents for line in goods),
        "discount": sale.discount_cents,
        "tax": sale.tax_cents,
        "total": sale.net_cents + sale.tax_cents,
        "cost": sum(_cost(far, line) for line in goods),
        "status": "voided" if sale.void_at is not None else "completed",
        "items": [_item(far, sale, line) for line in goods],
        "sales_tenders": [
            {
                "sales_tender_id": sale.id,
                "subtotal": sale.net_cents,
                "tax": sale.tax_cents,
                "total": sale.net_cents + sale.tax_cents,
                "payment_method_name": sale.payment,
            }
        ],
        "created_at": iso(sale.sold_at),
        "updated_at": iso(sale.modified_at),
    }


def _item(far: Posabit, sale: Sale, line: Line) -> dict[str, Any]:
    product = far.world.shop.goods.products[line.product_id]
    name = discount_name(far, line.discount_id)
    return {
        "item_id": sale.id * 100 + line.id,
        "sales_history_id": sale.id,
        "product_id": product.id,
        "inventory_id": line.package_id or None,
        "lot_id": line.package_id or None,
        "lot_number": None,
        "is_marijuana": product.cannabis,
        "quantity": _number(line.quantity),
        "weight": _number(product.grams),
        "unit_weight": _number(product.grams),
        "unit_of_weight": "g",
        "weight_in_grams": _number(product.grams * abs(line.quantity)),
        "cost": _cost(far, line),
        "sub_total": line.total_cents,
        "tax": line.tax_cents,
        "discount": line.discount_cents,
        "total": line.total_cents - line.discount_cents + line.tax_cents,
        "sku": product.sku,
        "category": product.category,
        "brand": product.brand,
        "product_name": product.name,
        "family_name": product.parent,
        "tier_name": None,
        "discount_list": [{"coupon_id": line.discount_id, "coupon_name": name}] if name else [],
    }


def discount_name(far: Posabit, number: int) -> str:
    """Returns the name of the till's discount with this number, nothing if there is none."""
    rewards = list(far.world.rewards.values())
    if 0 <= number - FIRST_TWIN < len(rewards):
        return rewards[number - FIRST_TWIN].name
    return "Happy hour" if number == HAPPY_HOUR else ""


def _cost(far: Posabit, line: Line) -> int:
    return int((line.quantity * far.world.shop.goods.products[line.product_id].cost_cents).to_integral_value())


def _number(quantity: Decimal) -> int | float:
    return int(quantity) if quantity == int(quantity) else float(quantity)


OPERATIONS = tuple(
    Operation("GET", f"{PREFIX}/{version}/venue/sales_histories", sales, "Sales", role=VENUE_DATA)
    for version in ("v3", "v2", "v1")
)
