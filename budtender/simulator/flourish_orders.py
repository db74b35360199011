"""Flourish's retail orders: the stores' sales, with what was given back marked on them.

Flourish has no void: what the world voids is given back whole. It has no transfers between stores and no coupons
among retail orders.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from budtender.simulator.exchange import Answer, Call, Operation, Refusal, wire_number
from budtender.simulator.flourish import (
    PREFIX,
    Flourish,
    chosen,
    dollars,
    facility_id,
    listed,
    stamp,
    success,
    window,
)
from budtender.simulator.goods import Product
from budtender.simulator.history import HAPPY_HOUR
from budtender.simulator.opening import FIRST_TWIN
from budtender.simulator.sales import FIRST_SALE, RETAIL, Line, Sale
from budtender.simulator.world import World

PAID, PARTLY, REFUNDED = "Paid", "Partially Refunded", "Refunded"


def orders(far: Flourish, call: Call) -> Answer:
    """Lists orders of the company, or of the facility that is named; there is no filter by last change."""
    store = far.find_store(call)
    completed, created = window(call, "completed_timestamp"), window(call, "created_timestamp")
    low, high = completed or created or (0.0, 1e11)
    filters = {
        "order_id": lambda sale: order_id(sale.id),
        "customer_id": lambda sale: _customer_id(far.world, sale),
        "order_status": lambda _: "Completed",
        "order_payment_status": payment_status,
    }
    found = [
        sale
        for sale in _retail(far.world, low, high)
        if (store is None or sale.store_id == store.id) and chosen(call, filters, sale)
    ]
    return listed(
        call, sorted(found, key=lambda sale: sale.id), lambda sale: shown(far.world, sale) | {"id": order_id(sale.id)}
    )


def order(far: Flourish, call: Call) -> Answer:
    """Shows one order."""
    store = far.store(call)
    text = call.params["order_id"]
    sale = far.world.shop.sales.find(int(text)) if text.isascii() and text.isdigit() else None
    if sale is None or sale.store_id != store.id or sale.kind != RETAIL or sale.return_of:
        raise Refusal(404, "Order not found")
    return success(shown(far.world, sale))


def _retail(world: World, low: float, high: float) -> Iterator[Sale]:
    return (sale for sale in world.shop.sales.sold(low, high) if sale.kind == RETAIL and not sale.return_of)


def order_id(sale_id: int) -> str:
    """Returns the number of an order: text with leading zeros."""
    return f"{sale_id:08}"


def _customer_id(world: World, sale: Sale) -> str | None:
    return None if sale.customer_id in world.shop.guests.values() else str(sale.customer_id)


def payment_status(sale: Sale) -> str:
    """Returns how far an order was given back."""
    back = [_is_back(sale, line) for line in sale.lines if not line.coupon]
    return REFUNDED if back and all(back) else PARTLY if any(back) else PAID


def _is_back(sale: Sale, line: Line) -> bool:
    return bool(line.returned_by) or sale.void_at is not None


def _worth(line: Line) -> int:
    return line.total_cents - line.discount_cents + line.tax_cents


def shown(world: World, sale: Sale) -> dict[str, Any]:
    """Returns an order as it is read."""
    goods = [line for line in sale.lines if not line.coupon]
    refund = sum(_worth(line) for line in goods if _is_back(sale, line))
    store = next(store for store in world.stores if store.id == sale.store_id)
    staff = next((one.name for one in world.shop.employees if one.id == sale.employee_id), None)
    customer_id = _customer_id(world, sale)
    total = dollars(sum(_worth(line) for line in goods))
    return {
        "order_id": order_id(sale.id),
        "facility_id": facility_id(store.id),
        "facility_name": store.name,
        "original_order_id": sale.reference,
        "customer_id": customer_id,
        "original_customer_id": None,
        "order_status": "Completed",
        "order_fulfillment_type": "In-Store",
        "order_origin": "Flourish",
        "payment_status": payment_status(sale),
        "is_backorder": False,
        "is_preorder": False,
        "is_quicksale": customer_id is None,
        "is_replacement": False,
        "is_recreational": not sale.medical,
        "needs_review": False,
        "order_timestamp": stamp(sale.sold_at),
        "sub_total_price": dollars(sum(line.total_cents for line in goods)),
        "taxes": dollars(sum(line.tax_cents for line in goods)),
        "total_discounts": dollars(sum(line.discount_cents for line in goods)),
        "total_price": total,
        "delivery_fee": 0,
        "total_paid": total,
        "total_refund": dollars(refund),
        "total_returns": dollars(refund),
        "order_notes": "",
        "created_timestamp": stamp(sale.sold_at),
        "submitted_timestamp": stamp(sale.sold_at),
        "packed_timestamp": None,
        "completed_timestamp": stamp(sale.sold_at),
        "completed_by": staff,
        "delivered_timestamp": "",
        "last_updated_timestamp": stamp(sale.modified_at),
        "customer": None,
        "order_lines": [_line(world, sale, line) for line in goods],
        "applied_discounts": [_discount(world, line) for line in goods if line.discount_cents],
        "transactions": [_payment(sale, total)],
    }


def _line(world: World, sale: Sale, line: Line) -> dict[str, Any]:
    product = world.shop.goods.products[line.product_id]
    package = world.shop.goods.packages.get(line.package_id)
    back = line.quantity if _is_back(sale, line) else Decimal(0)
    return {
        "item_id": str(product.id),
        "strain_id": None,
        "strain_name": product.strain or None,
        "item_variation_pk": None,
        "sku": product.sku,
        "item_name": product.name,
        "retail_display_name": "",
        "inventory_type_id": 1,
        "item_uom": uom(product),
        "unit_qty": 1,
        "order_qty": wire_number(line.quantity),
        "allocated_qty": wire_number(line.quantity),
        "qty_returned": wire_number(back),
        "unit_price": dollars(line.unit_cents),
        "discount_price": dollars(line.discount_cents),
        "line_total_price": dollars(line.total_cents - line.discount_cents),
        "order_line_status": "Completed",
        "needs_fulfillment": False,
        "taxes": [],
        "order_line_dtls": [
            {
                "package_id": package.label if package else None,
                "lot_number": package.batch if package else None,
                "qty": wire_number(line.quantity),
                "returned": bool(back),
            }
        ],
    }


def uom(product: Product) -> str:
    """Returns the word for a product's unit."""
    return product.unit.capitalize()


def _discount(world: World, line: Line) -> dict[str, Any]:
    return {
        "discount_id": line.discount_id or None,
        "discount_name": discount_name(world, line.discount_id),
        "level": "line",
        "method": "dollar",
        "amount": dollars(line.discount_cents),
        "discount_value": dollars(line.discount_cents),
        "promo_code": "",
        "approved_by": None,
        "sku": world.shop.goods.products[line.product_id].sku,
    }


def discount_name(world: World, discount_id: int) -> str:
    """Returns a discount's name; one that was typed in has none of its own."""
    rewards = list(world.rewards.values())
    if 0 <= discount_id - FIRST_TWIN < len(rewards):
        return rewards[discount_id - FIRST_TWIN].name
    return "Happy hour" if discount_id == HAPPY_HOUR else "Custom"


def _payment(sale: Sale, total: float) -> dict[str, Any]:
    return {
        "transaction_id": sale.id - FIRST_SALE + 1,
        "is_successful": True,
        "is_voided": False,
        "amount": total,
        "amount_going_in": total,
        "change_given": 0,
        "payment_type": sale.payment.capitalize(),
        "till_name": f"Till {sale.register}",
    }


OPERATIONS = (
    Operation("GET", f"{PREFIX}/v1/retail-orders", orders, "Retail orders", role="retail orders"),
    Operation("GET", f"{PREFIX}/v1/retail-orders/{{order_id}}", order, "One retail order", role="retail orders"),
)
