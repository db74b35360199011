"""What Flourish answers about items and their stock, as values: pure readers."""

from __future__ import annotations

from collections.abc import Mapping

from budtender.connectors.flourish_wire import row
from budtender.connectors.rows import Row
from budtender.model import Package, Product

_STOCK_KEYS = ("item_id", "item_variation_id", "lot_number")


def read_item(value: object, brands: Mapping[str, str]) -> Product:
    """An item; `brands` are names by item id, for items that do not tell their own."""
    r = row(value, "item")
    item_id = r.ident("id")
    if item_id is None:
        raise r.missing("id")
    loose = r.loose
    kind = loose.text("inventory_type")
    thc, cbd = loose.number("unit_thc_percent"), loose.number("unit_cbd_percent")
    return Product(
        id=item_id,
        sku=r.ident("sku"),
        name=r.text("retail_display_name", "item_name") or "",
        category=loose.text("item_category"),
        parent_category=loose.text("item_class"),
        brand=brand_of(value) or brands.get(item_id),
        strain=loose.text("strain_name"),
        species=loose.text("item_strain_type_name", "strain_type_name"),
        size=_size(loose),
        unit=loose.text("uom"),
        description=loose.text("item_description"),
        barcode=loose.ident("barcode"),
        price_cents=r.cents("price"),
        cost_cents=r.cents("cost") or None,
        thc=thc,
        thc_unit=None if thc is None else "%",
        cbd=cbd,
        cbd_unit=None if cbd is None else "%",
        active=loose.flag("sellable") is not False,
        archived=loose.flag("active") is False,
        cannabis=None if kind is None else kind.casefold() == "cannabis",
        medical_only=loose.flag("is_medical"),
        online=loose.flag("ecommerce_active"),
        modified=loose.instant("last_updated_timestamp"),
        created=loose.instant("created_timestamp"),
    )


def brand_of(value: object) -> str | None:
    """The brand's name: null in every published example, so that text and an object are both taken."""
    if not isinstance(value, dict):
        return None
    r = row(value, "item")
    told = r.value("brand")
    if isinstance(told, dict):
        return row(told, "brand").loose.text("brand_name", "name")
    return r.loose.text("brand")


def stock_key(value: object) -> str:
    """Tells the rows of the inventory summary apart: one for each item, variation and lot, without an id."""
    if not isinstance(value, dict):
        return ""
    item_id, *rest = (row(value, "stock").loose.ident(name) or "" for name in _STOCK_KEYS)
    return ":".join([item_id, *rest]).rstrip(":") if item_id else ""


def read_stock(value: object, location_id: str) -> Package:
    """The stock of an item, or of a variation of it, at a facility; a cost of nothing is one that nobody entered."""
    r = row(value, "stock")
    item_id = r.ident("item_id")
    if item_id is None:
        raise r.missing("item_id")
    loose = r.loose
    sellable = r.number("sellable_qty", "available_qty")
    quantity = r.number("qty")
    if quantity is None:
        quantity = sellable
    if quantity is None:
        raise r.missing("qty")
    return Package(
        id=f"{location_id}:{stock_key(value)}",
        product_id=item_id,
        quantity=quantity,
        sellable=sellable,
        unit=loose.text("uom"),
        sku=loose.ident("sku"),
        name=loose.text("variation_retail_display_name", "item_retail_display_name", "item_name"),
        category=loose.text("item_category"),
        brand=brand_of(value),
        strain=loose.text("strain_name"),
        size=_size(loose),
        location_id=location_id,
        batch=loose.ident("lot_number"),
        price_cents=r.cents("price"),
        cost_cents=r.cents("cost") or None,
        modified=loose.instant("last_updated_timestamp"),
    )


def _size(r: Row) -> str | None:
    for amount_name, unit_name in (("unit_weight", "weight_uom"), ("unit_volume", "volume_uom")):
        amount, unit = r.number(amount_name), r.text(unit_name)
        if amount and unit:
            return f"{amount.normalize():f} {unit}"
    return None
