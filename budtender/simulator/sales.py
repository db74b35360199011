"""The till's sales: finished ones, returns and voids, held where they changed and made up where they did not."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Protocol

import msgspec

RETAIL, TRANSFER = "Retail", "Transfer"


class Line(msgspec.Struct, frozen=True):
    """One line of a sale; negative on a return. `total_cents` is before `discount_cents`, and tax comes on top.

    `returned_by` is the id of the sale by which this line came back, 0 if it did not.
    """

    id: int
    product_id: int
    package_id: int
    quantity: Decimal
    unit_cents: int
    total_cents: int
    discount_cents: int = 0
    tax_cents: int = 0
    discount_id: int = 0
    returned_by: int = 0
    coupon: bool = False


class Sale(msgspec.Struct, frozen=True):
    """A finished sale of a till; `return_of` is the sale that a return takes back, 0 for a plain sale.

    A void keeps its amounts. `loyalty_cents` is what points paid, and part of the lines' discounts.
    """

    id: int
    store_id: int
    customer_id: int
    employee_id: int
    register: int
    sold_at: float
    modified_at: float
    lines: tuple[Line, ...]
    kind: str = RETAIL
    return_of: int = 0
    void_at: float | None = None
    loyalty_cents: int = 0
    payment: str = "cash"
    medical: bool = False
    reference: str = ""

    @property
    def net_cents(self) -> int:
        """What was taken without tax; negative on a return, and not zero on a void."""
        return sum(line.total_cents - line.discount_cents for line in self.lines)

    @property
    def tax_cents(self) -> int:
        """The tax on top."""
        return sum(line.tax_cents for line in self.lines)

    @property
    def discount_cents(self) -> int:
        """What was taken off, points included."""
        return sum(line.discount_cents for line in self.lines)


class Past(Protocol):
    """Sales from before the simulation started, made up when they are asked for."""

    def __len__(self) -> int: ...
    def sale(self, place: int) -> Sale: ...
    def sold(self, low: float, high: float) -> range:
        """The places whose sales were made from `low` to `high`."""

    def modified(self, low: float, high: float) -> range:
        """The places among which are all sales that were changed last from `low` to `high`."""


#: The past's sales are numbered from here, the present's after them.
FIRST_SALE = 5_000_001


class Sales:
    """All sales; those of the past cost no memory until somebody changes them."""

    def __init__(self) -> None:
        self._past: Past | None = None
        self._held: dict[int, Sale] = {}
        self._next = FIRST_SALE

    def begin_with(self, past: Past) -> None:
        """Puts a past before the first sale."""
        self._past = past
        self._next = FIRST_SALE + len(past)

    def __len__(self) -> int:
        return self._next - FIRST_SALE

    def next_id(self) -> int:
        """Returns an id that no sale has; the caller puts a sale there."""
        self._next += 1
        return self._next - 1

    def put(self, sale: Sale) -> None:
        """Adds or replaces a sale by its id."""
        self._held[sale.id] = sale

    def find(self, sale_id: int) -> Sale | None:
        """Returns a sale by its id."""
        held = self._held.get(sale_id)
        if held is None and self._past is not None and 0 <= sale_id - FIRST_SALE < len(self._past):
            return self._past.sale(sale_id - FIRST_SALE)
        return held

    def get(self, sale_id: int) -> Sale:
        """Returns a sale by its id; an unknown one raises LookupError."""
        sale = self.find(sale_id)
        if sale is None:
            raise LookupError(f"no sale has the number {sale_id}")
        return sale

    def __iter__(self) -> Iterator[Sale]:
        for place in range(len(self._past) if self._past is not None else 0):
            if FIRST_SALE + place not in self._held:
                yield self._past.sale(place)  # type: ignore[union-attr]
        yield from list(self._held.values())

    def sold(self, low: float, high: float) -> Iterator[Sale]:
        """Yields the sales made from `low` to `high`, both included."""
        if self._past is not None:
            yield from self._of_past(self._past, self._past.sold(low, high))
        yield from [sale for sale in self._held.values() if low <= sale.sold_at <= high]

    def modified(self, low: float, high: float) -> Iterator[Sale]:
        """Yields the sales last changed from `low` to `high`, both included."""
        if self._past is not None:
            for sale in self._of_past(self._past, self._past.modified(low, high)):
                if low <= sale.modified_at <= high:
                    yield sale
        yield from [sale for sale in self._held.values() if low <= sale.modified_at <= high]

    def _of_past(self, past: Past, places: range) -> Iterator[Sale]:
        return (past.sale(place) for place in places if FIRST_SALE + place not in self._held)
