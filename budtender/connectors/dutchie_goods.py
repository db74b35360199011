"""Dutchie's products and packages as values.

Fields are those of the vendor's OpenAPI file; nearly all of them may be null. Words that AIQ and clients in use saw in
other spellings are brought to one.
"""

from __future__ import annotations

from decimal import Decimal

from budtender.connectors.dutchie_wire import row
from budtender.connectors.rows import Row
from budtender.model import Package, Product, RoomStock

EACH, GRAM, MILLIGRAM = "each", "g", "mg"
_UNITS = {
    **dict.fromkeys(("quantity", "each", "ea", "unit", "units"), EACH),
    **dict.fromkeys(("gram", "grams", "g", "weight"), GRAM),
    **dict.fromkeys(("milligram", "milligrams", "mg"), MILLIGRAM),
}
#: Free text: packages and tests whose word has one of these in it are not to be sold.
_HELD = ("quarantine", "hold", "testing", "failed", "recall", "destroy", "waste")
_NOTHING = Decimal(0)


def unit_of(word: str | None) -> str | None:
    """A unit in the one spelling used here; an unknown word as it came."""
    return _UNITS.get(word.casefold(), word) if word else None


def read_product(value: object) -> Product:
    """A product of the organization, sold or not."""
    r = row(value, "product")
    loose = r.loose
    product_id = _needed(r, "productId")
    active = r.flag("isActive") is not False
    return Product(
        id=product_id,
        sku=loose.ident("sku"),
        name=loose.text("productName", "internalName", "onlineTitle") or f"Product {product_id}",
        category=loose.text("category"),
        parent_category=loose.text("masterCategory"),
        brand=loose.text("brandName"),
        strain=loose.text("strain"),
        species=loose.text("strainType"),
        size=loose.text("size"),
        unit=unit_of(loose.text("defaultUnit", "unitType")),
        description=loose.text("description", "onlineDescription"),
        barcode=loose.ident("upc"),
        images=_images(loose),
        price_cents=loose.cents("price", "recPrice"),
        medical_price_cents=loose.cents("medPrice"),
        cost_cents=loose.cents("unitCost"),
        thc=loose.number("thcContent"),
        thc_unit=loose.text("thcContentUnit"),
        cbd=loose.number("cbdContent"),
        cbd_unit=loose.text("cbdContentUnit"),
        vendor_id=loose.ident("vendorId"),
        vendor=loose.text("vendorName"),
        tags=_tags(loose),
        active=active and not r.flag("isTestProduct"),
        cannabis=loose.flag("isCannabis"),
        medical_only=loose.flag("isMedicalOnly"),
        online=loose.flag("onlineAvailable", "onlineProduct"),
        coupon=loose.flag("isCoupon") or False,
        modified=loose.instant("lastModifiedDateUTC"),
        created=loose.instant("createdDate"),
    )


def _images(r: Row) -> tuple[str, ...]:
    listed = [link.strip() for link in r.items("imageUrls") if isinstance(link, str) and link.strip()]
    first = r.text("imageUrl")
    return tuple(dict.fromkeys([first, *listed] if first else listed))


def _tags(r: Row) -> tuple[str, ...]:
    names = (value.get("tagName") for value in r.items("tags") if isinstance(value, dict))
    return tuple(dict.fromkeys(name.strip() for name in names if isinstance(name, str) and name.strip()))


def read_package(value: object) -> Package:
    """One lot in stock, with nothing to be sold of it where its status says so."""
    r = row(value, "package")
    loose = r.loose
    quantity = r.number("quantityAvailable", as_text=True)
    if quantity is None:
        raise r.missing("quantityAvailable")
    labs = {
        name: number
        for lab in loose.items("labResults")
        if isinstance(lab, dict) and (name := _word(lab.get("labTest"))) and (number := _share(lab)) is not None
    }
    return Package(
        id=_needed(r, "inventoryId"),
        product_id=_needed(r, "productId"),
        quantity=quantity,
        sellable=_sellable(r, quantity),
        unit=unit_of(loose.text("quantityUnits")),
        sku=loose.ident("sku"),
        name=loose.text("productName"),
        category=loose.text("category"),
        brand=loose.text("brandName"),
        strain=loose.text("strain"),
        size=loose.text("size"),
        tag=loose.ident("packageId"),
        batch=loose.ident("batchName"),
        price_cents=loose.cents("unitPrice", "recUnitPrice", "medUnitPrice"),
        medical_price_cents=loose.cents("medUnitPrice"),
        cost_cents=loose.cents("unitCost"),
        thc=labs.get("thc"),
        cbd=labs.get("cbd"),
        expires=loose.day("expirationDate"),
        tested=loose.day("testedDate"),
        medical_only=loose.flag("medicalOnly"),
        rooms=_rooms(loose),
        modified=loose.instant("lastModifiedDateUtc", "lastModifiedDateUTC"),
    )


def _sellable(r: Row, quantity: Decimal) -> Decimal:
    """Nothing of what is held back; else all but what pre-orders hold, where the list tells."""
    words = f"{r.text('packageStatus') or ''} {r.text('labTestStatus') or ''}".casefold()
    if any(word in words for word in _HELD):
        return _NOTHING
    held = r.loose.number("allocatedQuantity") or _NOTHING
    return max(_NOTHING, quantity - held)


def _rooms(r: Row) -> tuple[RoomStock, ...]:
    found = []
    for room in r.objects("roomQuantities"):
        room_id, quantity = room.ident("roomId"), room.number("quantityAvailable", as_text=True)
        if room_id is not None and quantity is not None:
            found.append(RoomStock(room_id=room_id, room=room.text("room") or "", quantity=quantity))
    return tuple(found)


def _word(value: object) -> str:
    return value.strip().casefold() if isinstance(value, str) else ""


def _share(lab: dict[str, object]) -> Decimal | None:
    """A lab's figure as it stands; None for what was not detected or is no measure (units 4 to 6)."""
    number, unit = lab.get("value"), lab.get("labResultUnitId")
    if isinstance(number, bool) or not isinstance(number, int | Decimal) or unit in (4, 5, 6):
        return None
    known = Decimal(number)
    return known if known.is_finite() and abs(known) < 10**6 else None


def _needed(r: Row, name: str) -> str:
    found = r.ident(name)
    if found is None:
        raise r.missing(name)
    return found
