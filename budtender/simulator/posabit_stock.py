"""POSaBIT's venue, stock, menu, coupons and orders."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

from budtender.simulator.exchange import Answer, Call, Operation, Refusal, as_json
from budtender.simulator.goods import GRAM, Package, Product
from budtender.simulator.history import HAPPY_HOUR
from budtender.simulator.opening import FIRST_TWIN
from budtender.simulator.posabit import (
    INCOMING_ORDERS,
    MENU_FEED,
    PREFIX,
    VENUE_DATA,
    Posabit,
    iso,
    page_number,
    page_size,
    window,
)
from budtender.simulator.world import Store

MOST_LOTS = 100
MOST_COUPONS = 1_000
_LABELS = {
    "America/Los_Angeles": "Pacific Time (US & Canada)",
    "America/Denver": "Mountain Time (US & Canada)",
    "America/Phoenix": "Arizona",
    "America/Chicago": "Central Time (US & Canada)",
}
#: Discounts without a reward; the first is a reward's name as somebody mistyped it.
_OTHERS = ((70_099, "ten  dollars OFF"), (HAPPY_HOUR, "Happy hour"), (70_102, "Staff"))


def info(far: Posabit, call: Call) -> Answer:
    """Tells the venue of the key, or, without one, all venues of the integrator with their keys."""
    try:
        return as_json({"code": 1, **_venue(far, far.store_of(call))})
    except KeyError:
        return as_json([{**_venue(far, store), "token": token} for token, store in far.keys.items()])


def _venue(far: Posabit, store: Store) -> dict[str, Any]:
    return {
        "name": store.name,
        "license": f"4{store.id:05}",
        "region": far.world.state,
        "locale": "en",
        "vertical": "cannabis",
        "telephone": "",
        "address": f"{store.street}, {store.city}",
        "street_address_line_1": store.street,
        "city": store.city,
        "state": far.world.state,
        "zip_code": store.zip_code,
        "country": "US",
        "timezone": _LABELS.get(far.world.shop.zone.key, "Eastern Time (US & Canada)"),
        "latitude": None,
        "longitude": None,
        "domains": [],
        "tax_rates": [{"id": 1, "name": "Tax", "rate": 1500, "tax_rate": "15.0", "price_included": False}],
        "payment_methods": ["cash", "debit"],
        "venue_settings": {"online_order_curbside": "0", "online_order_delivery": "0"},
    }


def inventories(far: Posabit, call: Call) -> Answer:
    """Lists the lots of the venue by page, sold-out ones too unless they are left out."""
    shop, store_id = far.world.shop, far.store_of(call).id
    low, high = window(call)
    more_than = call.query.get("q[quantity_on_hand_gt]")
    found = [
        (lot, shop.goods.products[lot.product_id])
        for lot in sorted(shop.goods.packages.values(), key=lambda lot: lot.id)
        if lot.store_id == store_id and (more_than is None or lot.quantity > Decimal(more_than))
    ]
    if low is not None or high is not None:
        found = [both for both in found if (low or 0.0) < _changed(*both) < (high or 1e11)]
    size = page_size(call, MOST_LOTS)
    start = (page_number(call) - 1) * size
    return far.page(call, "inventory", len(found), size, [_lot(*both) for both in found[start : start + size]])


def _changed(lot: Package, product: Product) -> float:
    return max(lot.modified_at, product.modified_at)


def _lot(lot: Package, product: Product) -> dict[str, Any]:
    sellable = Decimal(0) if lot.on_hold else lot.quantity
    return {
        "id": lot.id,
        "product_id": product.id,
        "name": product.name,
        "unit": "g" if product.unit == GRAM else product.size,
        "sku": product.sku,
        "vendor": product.vendor,
        "vendor_license": None,
        "brand": product.brand,
        "category": product.category,
        "compliance_type": None,
        "flower_type": product.species.lower() or None,
        "concentrate_type": None,
        "product_type": product.species.lower() or None,
        "product_family": product.parent,
        "description": product.description,
        "description_html": None,
        "strain": product.strain or None,
        "thc_measure": None if product.thc is None else f"{product.thc}%",
        "cbd_measure": None if product.cbd is None else f"{product.cbd}%",
        "tier_name": None,
        "price": product.price_cents,
        "med_price": product.medical_cents,
        "last_price": product.price_cents,
        "quantity_on_hand": str(lot.quantity),
        "sellable_quantity": str(sellable),
        "ecomm_quantity": str(sellable),
        "tags": [],
        "image": [product.image] if product.image else [],
        "rooms": [],
        "active": product.active,
        "bulk_item": product.unit == GRAM,
        "discountable": True,
        "doh_compliant": None,
        "created_at": iso(lot.received_at),
        "updated_at": iso(_changed(lot, product)),
    }


def feed_key(store: Store) -> str:
    """Returns the key of a venue's menu."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"menu {store.location}"))


def menu(far: Posabit, call: Call) -> Answer:
    """Returns the whole menu of the venue."""
    store, shop = far.store_of(call), far.world.shop
    if call.params["feed_key"] != feed_key(store):
        raise Refusal(404, "Not found")
    left: dict[int, Decimal] = {}
    for lot in shop.goods.stock(store.id):
        left[lot.product_id] = left.get(lot.product_id, Decimal(0)) + lot.quantity
    groups: dict[str, list[dict[str, Any]]] = {}
    for product_id in sorted(left):
        product = shop.goods.products[product_id]
        if product.online and product.active:
            groups.setdefault(product.parent, []).append(_menu_item(product, left[product_id]))
    return as_json(
        {
            "menu_feed": {
                "title": store.name,
                "feed_key": feed_key(store),
                "description": None,
                "feed_type": "web",
                "menu_groups": [
                    {"name": name, "category_guid": name.lower(), "description": None, "menu_items": items}
                    for name, items in groups.items()
                ],
            }
        }
    )


def _menu_item(product: Product, left: Decimal) -> dict[str, Any]:
    thc = None if product.thc is None else {"low": str(product.thc), "high": str(product.thc), "unit_type": "%"}
    return {
        "id": product.id + 100_000,
        "name": product.name,
        "brand": product.brand,
        "strain": product.strain or None,
        "flower_type": product.species.lower() or None,
        "product_type": product.category,
        "description": product.description,
        "product_image": {"og": product.image} if product.image else None,
        "brand_logo": None,
        "thc": thc,
        "cbd": None,
        "tag_list": [],
        "prices": [
            {
                "id": product.id,
                "name": product.size,
                "price_cents": product.price_cents,
                "unit": product.size,
                "unit_type": product.unit,
                "quantity_on_hand": str(left),
            }
        ],
    }


def coupons(far: Posabit, call: Call) -> Answer:
    """Lists the venue's discounts: a twin of each reward by its name, and some others."""
    twins = [(FIRST_TWIN + place, reward.name) for place, reward in enumerate(far.world.rewards.values())]
    found = [{"id": number, "name": name, "external_ref": None} for number, name in (*twins, *_OTHERS)]
    size = page_size(call, MOST_COUPONS, usual=MOST_COUPONS)
    start = (page_number(call) - 1) * size
    return far.page(call, "coupons", len(found), size, found[start : start + size])


def orders(far: Posabit, call: Call) -> Answer:
    """Lists online orders; there are none."""
    return far.page(call, "incoming_orders", 0, page_size(call, 100), [])


OPERATIONS = (
    Operation("GET", f"{PREFIX}/v3/info", info, "The venue"),
    Operation("GET", f"{PREFIX}/v2/venue/info", info, "The venue"),
    *(
        Operation("GET", f"{PREFIX}/{version}/venue/inventories", inventories, "Stock", role=VENUE_DATA)
        for version in ("v3", "v2", "v1")
    ),
    Operation("GET", f"{PREFIX}/v3/venue/coupons", coupons, "Discounts", role=VENUE_DATA),
    Operation("GET", f"{PREFIX}/v2/venue/coupons", coupons, "Discounts", role=VENUE_DATA),
    Operation("GET", f"{PREFIX}/v3/menu_feeds/{{feed_key}}", menu, "Menu", role=MENU_FEED),
    Operation("GET", f"{PREFIX}/v1/menu_feeds/{{feed_key}}", menu, "Menu", role=MENU_FEED),
    Operation("GET", f"{PREFIX}/v3/incoming_orders", orders, "Online orders", role=INCOMING_ORDERS),
)
