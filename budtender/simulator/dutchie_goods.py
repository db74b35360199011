"""Dutchie's products and stock: for menus, where much is hidden, and for reporting, where nothing is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from budtender.simulator.dutchie import Dutchie
from budtender.simulator.dutchie_customers import moment_in
from budtender.simulator.exchange import Answer, Call, Operation, as_json
from budtender.simulator.goods import GRAM, Lab, Package, Product
from budtender.simulator.records import till_time

ROOMS = {"Sales floor": 1, "Vault": 2}
_LAB_UNITS = ("mg", "%", "mg/g", "ND", "LOQ", "Pass/Fail")
# Those of the vendor's spellings of a unit that were seen or are documented.
_UNIT_WORDS = {True: ("g", "Gram", "grams"), False: ("ea", "Quantity", "each", "Units")}
_EMPTY = [
    "internalName",
    "lineageName",
    "distillationName",
    "maxPurchaseablePerTransaction",
    "dosage",
    "instructions",
    "allergens",
    "producerId",
    "producerName",
    "grossWeight",
    "taxCategories",
    "ndc",
    "daysSupply",
    "illinoisTaxCategory",
    "externalCategory",
    "externalId",
    "regulatoryName",
    "regulatoryCategory",
    "administrationMethod",
    "unitCBDContentDose",
    "unitTHCContentDose",
    "oilVolume",
    "ingredientList",
    "expirationDays",
    "abbreviation",
    "servingSize",
    "servingSizePerUnit",
    "approvalDateUTC",
    "ecomCategory",
    "ecomSubcategory",
    "customMetadata",
    "flavor",
    "onlineTitle",
    "onlineDescription",
    "lowInventoryThreshold",
    "flowerEquivalent",
    "recFlowerEquivalent",
]
_EMPTY_OF_A_LOT = [
    "effectivePotencyMg",
    "externalPackageId",
    "labResultUrl",
    "lineage",
    "manufacturingDate",
    "packageNDC",
    "potencyIndicator",
    "producer",
    "producerId",
    "recFlowerEquivalent",
    "sampleDate",
]
_ALLERGENS = ("milk", "eggs", "fish", "peanuts", "treeNuts", "sesame", "shellfish", "soybeans", "wheat")


def products(far: Dutchie, call: Call) -> Answer:
    """Lists what is open to this interface and available online."""
    wanted = call.query.get("isactive")
    found = [
        product
        for product in _changed(far, call)
        if product.online and (wanted is None or product.active == call.flag("isactive"))
    ]
    return as_json([_product(far, product) for product in found])


def all_products(far: Dutchie, call: Call) -> Answer:
    """Lists every product, also those that are not sold any more."""
    return as_json([_product(far, product) for product in _changed(far, call)])


def _changed(far: Dutchie, call: Call) -> Iterator[Product]:
    start = moment_in(call, "fromlastmodifieddateutc") or 0.0
    seen = far.world.now - far.habits.product_delay
    for product in far.world.shop.goods.products.values():
        if start <= product.modified_at <= seen:
            yield product


def _product(far: Dutchie, product: Product) -> dict[str, Any]:
    return {
        **dict.fromkeys(_EMPTY),
        **_kind(far, product),
        "imageUrls": [product.image, f"{product.image}?side=2"] if product.image else None,
        "netWeight": float(product.grams),
        "netWeightUnitId": 1,
        "netWeightUnit": "g",
        "productGrams": float(product.grams),
        "vendorId": _number(far, "vendor", product.vendor),
        "vendorName": product.vendor or None,
        "unitType": "Weight" if product.unit == GRAM else "Quantity",
        "defaultUnit": "Gram" if product.unit == GRAM else "Each",
        "upc": product.barcode or None,
        "createdDate": till_time(product.created_at),
        "lastModifiedDateUTC": till_time(product.modified_at),
        "standardAllergens": dict.fromkeys(_ALLERGENS, False),
        "broadcastedResponses": {"responses": None},
        **_switches(product),
        **_strengths(product),
        **_prices(product),
        **_tier(product),
    }


def _kind(far: Dutchie, product: Product) -> dict[str, Any]:
    """Returns what a product and each of its packages tell alike."""
    return {
        "productId": product.id,
        "sku": product.sku,
        "productName": product.name,
        "description": product.description or None,
        "masterCategory": product.parent,
        "categoryId": _number(far, "category", product.category),
        "category": product.category,
        "imageUrl": product.image or None,
        "strainId": _number(far, "strain", product.strain),
        "strain": product.strain or None,
        "strainType": product.species or None,
        "size": product.size or None,
        "brandId": _number(far, "brand", product.brand),
        "brandName": product.brand or None,
        "isCannabis": product.cannabis,
        "alternateName": None,
        "tags": None,
    }


def _switches(product: Product) -> dict[str, bool]:
    return {
        **dict.fromkeys(("isFinished", "isNutrient", "isTestProduct", "syncExternally"), False),
        **dict.fromkeys(("allowAutomaticDiscounts", "isTaxable", "posProducts"), True),
        "isActive": product.active,
        "isCoupon": product.coupon,
        "isMedicalOnly": product.medical_only,
        "onlineProduct": product.online,
        "onlineAvailable": product.online,
    }


def _strengths(product: Product) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, strength in (("thc", product.thc), ("cbd", product.cbd)):
        found[f"{name}Content"] = None if strength is None else float(strength)
        found[f"{name}ContentUnit"] = None if strength is None else "%"
    return found


def _prices(product: Product) -> dict[str, float]:
    return {
        "price": product.price_cents / 100,
        "medPrice": product.medical_cents / 100,
        "recPrice": product.price_cents / 100,
        "unitCost": product.cost_cents / 100,
    }


def _tier(product: Product) -> dict[str, Any]:
    if not product.steps:
        return dict.fromkeys(("pricingTier", "pricingTierName", "pricingTierDescription", "pricingTierData"))
    ends = [*(step.grams for step in product.steps[1:]), None]
    return {
        "pricingTier": product.id,
        "pricingTierName": "By weight",
        "pricingTierDescription": None,
        "pricingTierData": [
            {
                "startWeight": float(step.grams),
                "endWeight": None if end is None else float(end),
                "price": step.cents / 100,
                "medicalPrice": step.cents * 9 // 10 / 100,
            }
            for step, end in zip(product.steps, ends, strict=True)
        ],
    }


def inventory(far: Dutchie, call: Call) -> Answer:
    """Lists what can be put on a menu; for some keys nothing is, though there is stock."""
    if far.habits.no_inventory:
        return as_json([])
    goods = far.world.shop.goods
    return as_json(
        [_package(far, call, known) for known in _stock(far, call) if goods.products[known.product_id].online]
    )


def all_inventory(far: Dutchie, call: Call) -> Answer:
    """Lists all stock with what it cost."""
    return as_json([_costed(far, call, known) for known in _stock(far, call)])


def _stock(far: Dutchie, call: Call) -> Iterator[Package]:
    return far.world.shop.goods.stock(far.store_of(call).id)


def _costed(far: Dutchie, call: Call, package: Package) -> dict[str, Any]:
    product = far.world.shop.goods.products[package.product_id]
    held = 0.0 if call.flag("includeallocated") else None
    return _package(far, call, package) | {"unitCost": product.cost_cents / 100, "allocatedQuantity": held}


def _package(far: Dutchie, call: Call, package: Package) -> dict[str, Any]:
    product = far.world.shop.goods.products[package.product_id]
    words: Sequence[str] = _UNIT_WORDS[product.unit == GRAM]
    room = {"roomId": ROOMS[package.room], "room": package.room, "quantityAvailable": float(package.quantity)}
    return {
        **dict.fromkeys(_EMPTY_OF_A_LOT),
        **_kind(far, product),
        "inventoryId": package.id,
        "quantityAvailable": float(package.quantity),
        "quantityUnits": words[package.id % len(words)],
        "unitWeight": float(product.grams),
        "unitWeightUnit": "g",
        "flowerEquivalent": 0.0,
        "flowerEquivalentUnits": "g",
        "batchId": package.id,
        "batchName": package.batch,
        "packageId": package.label,
        "packageStatus": "Quarantine" if package.on_hold else "Active",
        "unitPrice": product.price_cents / 100,
        "medUnitPrice": product.medical_cents / 100,
        "recUnitPrice": product.price_cents / 100,
        "packagedDate": till_time(package.received_at),
        "expirationDate": till_time(package.expires_at),
        "lastModifiedDateUtc": till_time(package.modified_at),
        "vendorId": _number(far, "vendor", product.vendor),
        "vendor": product.vendor or None,
        "roomQuantities": [room] if call.flag("includeroomquantities") else None,
        "pricingTierName": "By weight" if product.steps else None,
        "medicalOnly": product.medical_only,
        **_tests(call, package),
    }


def _tests(call: Call, package: Package) -> dict[str, Any]:
    """Returns what a laboratory found; its figures come only when they are asked for."""
    return {
        "labResults": [_lab(lab) for lab in package.labs] if call.flag("includelabresults") else None,
        "testedDate": till_time(package.received_at) if package.labs else None,
        "labTestStatus": "TestPassed" if package.labs else None,
    }


def _lab(lab: Lab) -> dict[str, Any]:
    number = _LAB_UNITS.index(lab.unit) + 1
    return {
        "labTest": lab.test,
        "value": None if lab.value is None else float(lab.value),
        "labResultUnitId": number,
        "labResultUnit": "Percentage" if lab.unit == "%" else lab.unit,
    }


def _number(far: Dutchie, what: str, name: str) -> int | None:
    """Returns the till's number for a brand, strain and the like: its place among all of them."""
    names = sorted({str(getattr(product, what)) for product in far.world.shop.goods.products.values()} - {""})
    return names.index(name) + 1 if name else None


def rooms(_: Dutchie, __: Call) -> Answer:
    """Lists the rooms."""
    flags = ("isQuarantineRoom", "isVaultRoom", "isWaitingRoom", "isSalesFloor", "isPOSRoom", "isInventoryRoom")
    more = ("isPreOrderRoom", "isEcommerceRoom")
    true = {"Sales floor": "isSalesFloor", "Vault": "isVaultRoom"}
    return as_json(
        [
            {"roomId": number, "roomName": name, **dict.fromkeys((*flags, *more), False), true[name]: True}
            for name, number in ROOMS.items()
        ]
    )


OPERATIONS = (
    Operation("GET", "/products", products, "Products for menus", role="Inventory"),
    Operation("GET", "/reporting/products", all_products, "All products", role="Reporting"),
    Operation("GET", "/inventory", inventory, "Stock for menus", role="Inventory"),
    Operation("GET", "/reporting/inventory", all_inventory, "All stock", role="Reporting"),
    Operation("GET", "/room/rooms", rooms, "Rooms", role="Room"),
)
