"""What POSaBIT answers about products, stock and menus: pure readers.

One row of the stock is a lot with its product's facts; there is no list of products apart from it. A menu adds
strengths, pictures and texts, under the product ids of its prices.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from budtender.connectors.posabit_wire import SYSTEM, first_number, row
from budtender.connectors.rows import Row
from budtender.connectors.sentences import not_understood
from budtender.errors import ProtocolError
from budtender.model import Package, Product

#: Words of lineage that also stand where the kind of product should (seen by a public client).
_SPECIES = frozenset({"indica", "sativa", "hybrid", "indica_hybrid", "sativa_hybrid", "cbd"})


def read_package(value: object) -> Package:
    """A lot in stock; one that does not say how much of it there is is of no use."""
    r = row(value, "inventory")
    loose = r.loose
    lot_id, quantity = r.ident("id"), r.number("quantity_on_hand", as_text=True)
    if lot_id is None:
        raise r.missing("id")
    if quantity is None:
        raise r.missing("quantity_on_hand")
    category, _ = _kind(r)
    return Package(
        id=lot_id,
        product_id=_product_id(r, lot_id),
        quantity=quantity,
        sellable=loose.number("sellable_quantity", as_text=True),
        unit=loose.ident("unit"),
        sku=loose.ident("sku"),
        name=loose.text("name"),
        category=category,
        brand=loose.text("brand"),
        strain=loose.text("strain"),
        price_cents=loose.integer("price"),
        medical_price_cents=loose.integer("med_price"),
        thc=first_number(loose.text("thc_measure"))[0],
        cbd=first_number(loose.text("cbd_measure"))[0],
        modified=loose.instant("updated_at"),
    )


def read_product(value: object, menu: Mapping[str, Product]) -> Product:
    """The product of a lot; what it does not say is taken from the menu."""
    r = row(value, "inventory")
    loose = r.loose
    lot_id = r.ident("id")
    if lot_id is None:
        raise r.missing("id")
    product_id = _product_id(r, lot_id)
    on_menu = menu.get(product_id)
    category, parent = _kind(r)
    thc, thc_unit = first_number(loose.text("thc_measure"))
    cbd, cbd_unit = first_number(loose.text("cbd_measure"))
    if on_menu is not None and thc is None:
        thc, thc_unit = on_menu.thc, on_menu.thc_unit
    if on_menu is not None and cbd is None:
        cbd, cbd_unit = on_menu.cbd, on_menu.cbd_unit
    return Product(
        id=product_id,
        sku=loose.ident("sku"),
        name=loose.text("name") or "",
        category=category,
        parent_category=parent,
        brand=loose.text("brand"),
        strain=loose.text("strain"),
        species=_species(r),
        size=loose.text("unit"),
        description=loose.text("description") or (on_menu and on_menu.description) or None,
        images=_images(r.value("image")) or (on_menu.images if on_menu else ()),
        price_cents=loose.integer("price"),
        medical_price_cents=loose.integer("med_price"),
        thc=thc,
        thc_unit=thc_unit,
        cbd=cbd,
        cbd_unit=cbd_unit,
        vendor=loose.text("vendor"),
        tags=_texts(loose.items("tags")),
        active=loose.flag("active") is not False,
        online=product_id in menu if menu else None,
        modified=loose.instant("updated_at"),
        created=loose.instant("created_at"),
    )


def read_menu(body: object) -> dict[str, Product]:
    """A menu's products by the ids of their prices, which are the product ids of stock and sales."""
    feed = row(body, "menu_feed")
    if feed.value("menu_groups") is None and feed.text("title", "feed_key") is None:
        raise not_understood(SYSTEM, "a menu has no groups", key="menu_groups")
    found: dict[str, Product] = {}
    for group in _rows(feed, "menu_groups", "menu_group"):
        category = group.loose.text("name")
        for item in _rows(group, "menu_items", "menu_item"):
            found |= {product.id: product for product in _menu_products(item, category)}
    return found


def _rows(r: Row, name: str, what: str) -> Iterator[Row]:
    for value in r.loose.items(name):
        try:
            yield row(value, what)
        except ProtocolError:
            continue


def _menu_products(item: Row, category: str | None) -> Iterator[Product]:
    about = item.loose
    thc, thc_unit = _potency(item, "thc")
    cbd, cbd_unit = _potency(item, "cbd")
    for price in _rows(item, "prices", "price"):
        loose = price.loose
        product_id = loose.ident("id")
        if product_id is None:
            continue
        yield Product(
            id=product_id,
            name=about.text("name") or "",
            category=category,
            brand=about.text("brand"),
            strain=about.text("strain"),
            species=_species(item),
            size=loose.ident("unit"),
            unit=loose.text("unit_type"),
            description=about.text("description"),
            images=_images(item.value("product_image")),
            price_cents=loose.integer("price_cents"),
            thc=thc,
            thc_unit=thc_unit,
            cbd=cbd,
            cbd_unit=cbd_unit,
            tags=_texts(about.items("tag_list")),
            online=True,
        )


def _potency(item: Row, name: str) -> tuple[Decimal | None, str | None]:
    found = item.value(name)
    if not isinstance(found, dict):
        return None, None
    r = row(found, "potency")
    strength = r.loose.number("current", "high", "low", as_text=True)
    return strength, r.loose.text("unit_type")


def _product_id(r: Row, lot_id: str) -> str:
    return r.loose.ident("product_id") or r.loose.ident("sku") or lot_id


def _kind(r: Row) -> tuple[str | None, str | None]:
    """Category and what it is part of; `product_type` is no kind, as it often carries a lineage."""
    category, family = r.loose.text("category"), r.loose.text("product_family")
    return category or family, family if category and family != category else None


def _species(r: Row) -> str | None:
    for name in ("flower_type", "product_type"):
        word = r.loose.text(name)
        if word is not None and word.casefold().replace(" ", "_") in _SPECIES:
            return word
    return None


def _images(found: object) -> tuple[str, ...]:
    """Addresses of pictures: a text, a list, or an object by size of which the largest is taken."""
    if isinstance(found, dict):
        found = [next((found[size] for size in ("og", "lg", "md", "sm", "thumb") if found.get(size)), None)]
    texts = _texts([found] if isinstance(found, str) else found)
    return tuple(text for text in texts if text.startswith(("https://", "http://")))


def _texts(found: object) -> tuple[str, ...]:
    return tuple(text for text in found if isinstance(text, str) and text) if isinstance(found, list | tuple) else ()
