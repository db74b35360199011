"""What the stores sell: products, and the packages in which they lie on the shelf."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import msgspec

EACH, GRAM = "each", "gram"


class Lab(msgspec.Struct, frozen=True):
    """One line of a lab's report; `unit` is %, mg or mg/g, a value of None was not detected."""

    test: str
    value: Decimal | None
    unit: str = "%"


class Step(msgspec.Struct, frozen=True):
    """One step of a price by weight: from so many grams on, cents a gram."""

    grams: Decimal
    cents: int


class Product(msgspec.Struct, frozen=True):
    """One product of all stores; money in cents for one unit, times in epoch seconds."""

    id: int
    sku: str
    name: str
    category: str
    parent: str
    brand: str
    vendor: str
    strain: str
    species: str
    unit: str
    grams: Decimal
    price_cents: int
    medical_cents: int
    cost_cents: int
    created_at: float
    modified_at: float
    size: str = ""
    cannabis: bool = True
    medical_only: bool = False
    coupon: bool = False
    active: bool = True
    online: bool = True
    thc: Decimal | None = None
    cbd: Decimal | None = None
    description: str = ""
    image: str = ""
    barcode: str = ""
    steps: tuple[Step, ...] = ()


class Package(msgspec.Struct, frozen=True):
    """A lot of one product at one store; what is sold out has a quantity of 0 and is not listed by a till."""

    id: int
    product_id: int
    store_id: int
    label: str
    batch: str
    room: str
    quantity: Decimal
    received_at: float
    modified_at: float
    expires_at: float
    labs: tuple[Lab, ...] = ()
    on_hold: bool = False


class Goods:
    """All products and packages."""

    def __init__(self) -> None:
        self.products: dict[int, Product] = {}
        self.packages: dict[int, Package] = {}
        self._at: dict[tuple[int, int], list[int]] = {}

    def put_product(self, product: Product) -> None:
        """Adds or replaces a product."""
        self.products[product.id] = product

    def put_package(self, package: Package) -> None:
        """Adds or replaces a package."""
        if package.id not in self.packages:
            self._at.setdefault((package.store_id, package.product_id), []).append(package.id)
        self.packages[package.id] = package

    def next_package(self) -> int:
        """Returns an id that no package has."""
        return max(self.packages, default=0) + 1

    def at(self, store_id: int, product_id: int) -> list[Package]:
        """Returns the packages of a product at a store, the oldest first."""
        return [self.packages[known] for known in self._at.get((store_id, product_id), ())]

    def stock(self, store_id: int) -> Iterator[Package]:
        """Yields what lies at a store, without what is sold out."""
        return (known for known in self.packages.values() if known.store_id == store_id and known.quantity > 0)
