"""Flourish's items, brands, stock and the discounts that may be used online."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from budtender.simulator.exchange import Answer, Call, Operation, Refusal, wire_number
from budtender.simulator.flourish import PREFIX, Flourish, chosen, dollars, listed, stamp, success, window
from budtender.simulator.flourish_orders import uom
from budtender.simulator.goods import Package, Product
from budtender.simulator.history import HAPPY_HOUR

_FILTERS = {
    "brand_name": lambda product: product.brand,
    "item_name": lambda product: product.name,
    "item_category": lambda product: product.category,
    "active": lambda product: not product.coupon,
    "sellable": lambda product: product.active,
}


def items(far: Flourish, call: Call) -> Answer:
    """Lists the items of the company; a coupon is none."""
    span = window(call, "last_updated_timestamp")
    found = [
        product
        for product in far.world.shop.goods.products.values()
        if not product.coupon
        and (span is None or span[0] <= product.modified_at <= span[1])
        and chosen(call, _FILTERS, product)
    ]
    return listed(call, found, _item)


def item(far: Flourish, call: Call) -> Answer:
    """Shows one item."""
    text = call.params["item_id"]
    product = far.world.shop.goods.products.get(int(text)) if text.isascii() and text.isdigit() else None
    if product is None or product.coupon:
        raise Refusal(404, "Item not found")
    return success(_item(product))


def brands(far: Flourish, call: Call) -> Answer:
    """Lists the brands."""
    names = sorted({product.brand for product in far.world.shop.goods.products.values() if product.brand})
    rows = [{"brand_id": number, "brand_name": name, "active": 1} for number, name in enumerate(names, start=1)]
    return listed(call, rows, lambda row: row)


def summary(far: Flourish, call: Call) -> Answer:
    """Lists what lies at a facility, item by item; what is on hold is there and cannot be sold."""
    store = far.store(call)
    lots: dict[int, list[Package]] = {}
    for package in far.world.shop.goods.stock(store.id):
        lots.setdefault(package.product_id, []).append(package)
    rows = [(far.world.shop.goods.products[product_id], found) for product_id, found in sorted(lots.items())]
    return listed(call, rows, lambda row: _stock(*row))


def discounts(far: Flourish, call: Call) -> Answer:
    """Lists the discounts for use online; those for loyalty are kept to the register and are not among them."""
    far.store(call)
    return success([_discount(HAPPY_HOUR, "Happy hour", "percentage", 10), _discount(70_103, "Flyer", "dollar", 5)])


def _item(product: Product) -> dict[str, Any]:
    return {
        "id": str(product.id),
        "item_name": product.name,
        "retail_display_name": "",
        "active": True,
        "external": False,
        "sku": product.sku,
        "barcode": product.barcode,
        "price": dollars(product.price_cents),
        "cost": dollars(product.cost_cents),
        "item_description": product.description,
        "inventory_type": "Cannabis" if product.cannabis else "Supplies",
        "item_class": product.parent,
        "item_category": product.category,
        # Null in every example that was published.
        "brand": None,
        "strain_name": product.strain or None,
        "strain_type_name": product.species or None,
        "item_strain_type_name": None,
        "sellable": product.active,
        "is_medical": product.medical_only,
        "unit_thc_percent": _number(product.thc),
        "unit_cbd_percent": _number(product.cbd),
        "ecommerce_active": product.online,
        "last_updated_timestamp": stamp(product.modified_at),
        "created_timestamp": stamp(product.created_at),
        "uom": uom(product),
        "unit_weight": _number(product.grams) if product.size else None,
        "weight_uom": "g" if product.size else None,
    }


def _number(value: Decimal | None) -> int | float | None:
    return None if value is None else wire_number(value)


def _stock(product: Product, lots: list[Package]) -> dict[str, Any]:
    quantity = sum((lot.quantity for lot in lots), Decimal(0))
    sellable = sum((lot.quantity for lot in lots if not lot.on_hold), Decimal(0))
    return {
        "inventory_type": "Cannabis" if product.cannabis else "Supplies",
        "item_class": product.parent,
        "item_category": product.category,
        "item_id": str(product.id),
        "item_name": product.name,
        "item_retail_display_name": "",
        "item_variation_id": None,
        "sku": product.sku,
        "strain_name": product.strain or None,
        "lot_number": None,
        "brand": None,
        "price": dollars(product.price_cents),
        "cost": dollars(product.cost_cents),
        "qty": wire_number(quantity),
        "available_qty": wire_number(sellable),
        "non_available_qty": wire_number(quantity - sellable),
        "sellable_qty": wire_number(sellable),
        "on_order_qty": 0,
        "last_updated_timestamp": stamp(max(lot.modified_at for lot in lots)),
        "uom": uom(product),
        "unit_weight": _number(product.grams) if product.size else None,
        "weight_uom": "g" if product.size else None,
    }


def _discount(number: int, name: str, method: str, amount: int) -> dict[str, Any]:
    return {
        "discount_id": number,
        "discount_name": name,
        "description": "",
        "applied_automatically": method == "percentage",
        "promo_code_required": method == "dollar",
        "promo_code": "FLYER" if method == "dollar" else "",
        "method": method,
        "amount": amount,
        "level": "line",
        "order_minimum_amount": 0,
        "max_redemptions_per_order": 1,
        "start_date": "2026-01-01",
        "start_date_time": "00:00",
        "end_date": "",
        "end_date_time": "",
        "start_time": "",
        "end_time": "",
        "eligible_items": [],
        "ineligible_items": [],
    }


OPERATIONS = (
    Operation("GET", f"{PREFIX}/v1/items", items, "Items", role="items"),
    Operation("GET", f"{PREFIX}/v1/items/{{item_id}}", item, "One item", role="items"),
    Operation("GET", f"{PREFIX}/v1/brands", brands, "Brands", role="items"),
    Operation("GET", f"{PREFIX}/v1/inventory/summary", summary, "Stock by item", role="inventory"),
    Operation("GET", f"{PREFIX}/v1/retail-discounts", discounts, "Discounts for online use", role="retail discounts"),
)
