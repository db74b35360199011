"""The assortment of a simulated chain of stores, from its seed: invented brands, plausible prices."""

from __future__ import annotations

import random
from collections.abc import Iterable
from decimal import Decimal

from budtender.simulator.goods import EACH, GRAM, Goods, Lab, Package, Product, Step
from budtender.simulator.rewards import DAY

PRODUCTS = 120
FIRST_PRODUCT = 3001
FIRST_PACKAGE = 70_001
COUPON = FIRST_PRODUCT + PRODUCTS

_BRANDS = ("Alder & Ash", "Bluebird", "Copper Kettle", "Dry Creek", "Evenfall", "Foxglove Farm")
_STRAINS = (
    ("Amber Dusk", "Indica"),
    ("Basalt", "Indica"),
    ("Canyon Wren", "Sativa"),
    ("Dandelion", "Hybrid"),
    ("East Wind", "Sativa"),
    ("Fogbank", "Hybrid"),
    ("Granite", "Indica"),
    ("Honeydew", "Hybrid"),
)
# Category, what it is part of, unit, grams a unit, cents a unit from and to.
_CATEGORIES = (
    ("Bulk flower", "Flower", GRAM, "1", 600, 1400),
    ("Packed flower", "Flower", EACH, "3.5", 2000, 4500),
    ("Pre-rolls", "Flower", EACH, "1", 500, 1500),
    ("Vape cartridges", "Concentrates", EACH, "0.5", 2500, 5500),
    ("Live resin", "Concentrates", EACH, "1", 3000, 6000),
    ("Gummies", "Edibles", EACH, "0.1", 800, 2500),
    ("Chocolate", "Edibles", EACH, "0.1", 900, 2200),
    ("Seltzer", "Beverages", EACH, "0.01", 500, 1200),
    ("Salve", "Topicals", EACH, "0.2", 1500, 4000),
    ("Papers", "Accessories", EACH, "0", 150, 900),
)
_TERPENES = ("Beta Myrcene", "Limonene", "Beta Caryophyllene", "Linalool", "Alpha Pinene", "Humulene")
_ROOMS = ("Sales floor", "Sales floor", "Vault")


def stock(goods: Goods, store_ids: Iterable[int], seed: int, started: int) -> None:
    """Fills shelves: every store has most products, some of them in two packages, a few sold out."""
    # Drawn apart from the people, who stay the same whatever is sold.
    rng = random.Random(f"goods {seed}")
    for place in range(PRODUCTS):
        goods.put_product(_product(rng, place, started))
    goods.put_product(_coupon(started))
    number = FIRST_PACKAGE
    for store_id in store_ids:
        for product in list(goods.products.values()):
            for _ in range(rng.choice((0, 1, 1, 1, 2)) if not product.coupon else 0):
                goods.put_package(_package(rng, number, store_id, product, started))
                number += 1


def _product(rng: random.Random, place: int, started: int) -> Product:
    category, parent, unit, grams, low, high = _CATEGORIES[place % len(_CATEGORIES)]
    strain, species = rng.choice(_STRAINS) if parent != "Accessories" else ("", "")
    brand = rng.choice(_BRANDS)
    price = rng.randrange(low, high, 50)
    created = started - rng.randrange(30, 900) * DAY
    flower = parent == "Flower"
    return Product(
        id=FIRST_PRODUCT + place,
        sku=f"SIM-{FIRST_PRODUCT + place}",
        name=f"{brand} {strain} {category}".replace("  ", " "),
        category=category,
        parent=parent,
        brand=brand,
        vendor=f"{brand} Supply",
        strain=strain,
        species=species,
        unit=unit,
        grams=Decimal(grams),
        price_cents=price,
        medical_cents=price * 9 // 10,
        cost_cents=price * 2 // 5,
        created_at=created,
        modified_at=started - rng.randrange(1, 30) * DAY,
        size=f"{grams} g" if parent != "Accessories" else "",
        cannabis=parent != "Accessories",
        medical_only=place % 37 == 36,
        active=place % 29 != 28,
        online=place % 13 != 12,
        thc=Decimal(rng.randrange(100, 320)) / 10 if flower else None,
        cbd=Decimal(rng.randrange(0, 20)) / 10 if flower else None,
        description=f"{strain or 'Plain'} by {brand}.",
        image=f"https://images.example.org/{FIRST_PRODUCT + place}.jpg" if place % 3 else "",
        barcode=f"0000{FIRST_PRODUCT + place:08}",
        steps=_steps(price) if unit == GRAM else (),
    )


def _steps(price: int) -> tuple[Step, ...]:
    return (Step(Decimal(1), price), Step(Decimal("3.5"), price * 9 // 10), Step(Decimal(7), price * 4 // 5))


def _coupon(started: int) -> Product:
    """Returns the product as which the till lists a slip of paper that takes something off."""
    return Product(
        id=COUPON,
        sku="SIM-COUPON",
        name="Flyer coupon",
        category="Coupons",
        parent="Coupons",
        brand="",
        vendor="",
        strain="",
        species="",
        unit=EACH,
        grams=Decimal(0),
        price_cents=0,
        medical_cents=0,
        cost_cents=0,
        created_at=started - 900 * DAY,
        modified_at=started - 900 * DAY,
        cannabis=False,
        coupon=True,
        online=False,
    )


def _package(rng: random.Random, number: int, store_id: int, product: Product, started: int) -> Package:
    received = started - rng.randrange(1, 90) * DAY
    quantity = Decimal(rng.randrange(200, 4000)) / (10 if product.unit == GRAM else 1)
    return Package(
        id=number,
        product_id=product.id,
        store_id=store_id,
        label=f"1A400000000{store_id:04}{number:09}",
        batch=f"B-{rng.randrange(10_000, 99_999)}",
        room=rng.choice(_ROOMS),
        quantity=quantity.quantize(Decimal(1)) if product.unit == EACH else quantity,
        received_at=received,
        modified_at=received,
        expires_at=received + 365 * DAY,
        labs=_labs(rng, product) if product.cannabis else (),
        on_hold=number % 97 == 0,
    )


def _labs(rng: random.Random, product: Product) -> tuple[Lab, ...]:
    unit = "%" if product.parent in ("Flower", "Concentrates") else "mg"
    potency = (
        Lab("THC", Decimal(rng.randrange(10, 60)) / 10, unit),
        Lab("THCA", Decimal(rng.randrange(100, 300)) / 10, unit),
        Lab("CBD", None if rng.random() < 0.3 else Decimal(rng.randrange(0, 30)) / 10, unit),
    )
    terpenes = (Lab(name, Decimal(rng.randrange(1, 150)) / 100, "mg/g") for name in rng.sample(_TERPENES, 3))
    return (*potency, *terpenes)
