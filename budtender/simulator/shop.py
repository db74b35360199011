"""What happens in the stores: selling, taking back, voiding, and the upkeep of customers, products and stock.

Everything happens at the simulated present and can be pulled from the till from then on. Customers' records are
changed in `upkeep`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from budtender.simulator.goods import Goods, Package, Product
from budtender.simulator.history import discounted, line_of, reversed_line
from budtender.simulator.sales import Line, Sale, Sales
from budtender.simulator.staff import Employee
from budtender.simulator.totals import DayTotals, totals
from budtender.simulator.world import World

#: What was bought: a product and how much of it.
Cart = Sequence[tuple[int, Decimal]]


class Shop:
    """The selling side of the world; every method holds the world still while it works.

    A store, product, package or sale that does not exist raises LookupError; what makes no sense ValueError.
    """

    def __init__(self, world: World, zone: ZoneInfo, employees: tuple[Employee, ...]) -> None:
        self.world = world
        self.zone = zone
        self.goods = Goods()
        self.sales = Sales()
        self.employees = employees
        #: For each store the customer that stands for people nobody knows.
        self.guests: dict[int, int] = {}

    # ── sales ─────────────────────────────────────────────────────────────────────────────────────────────

    def sell(
        self,
        store_id: int,
        customer_id: int | None = None,
        cart: Cart | None = None,
        *,
        discount_cents: int = 0,
        discount_id: int = 0,
        by_points: bool = False,
        at: float | None = None,
        medical: bool = False,
        reference: str = "",
    ) -> Sale:
        """Sells a cart, or one of whatever lies first on the shelf; `at` back-dates it, None for a guest.

        A discount is taken off the first line; `by_points` says that points paid it.
        """
        with self.world.moment() as world:
            lines = self._lines(store_id, cart or [(self.on_shelf(store_id)[0].product_id, Decimal(1))])
            if discount_cents:
                if not 0 < discount_cents <= lines[0].total_cents:
                    raise ValueError(f"{discount_cents} cents cannot be taken off {lines[0].total_cents}")
                lines[0] = discounted(lines[0], discount_cents, discount_id)
            if customer_id is not None and world.customers.get(customer_id) is None:
                raise LookupError(f"no customer has the number {customer_id}")
            sale = Sale(
                id=self.sales.next_id(),
                store_id=store_id,
                customer_id=self.guests[store_id] if customer_id is None else customer_id,
                employee_id=self._on_duty(store_id),
                register=1,
                sold_at=world.now if at is None else min(at, world.now),
                modified_at=world.now,
                lines=tuple(lines),
                loyalty_cents=discount_cents if by_points else 0,
                medical=medical,
                reference=reference,
            )
            for line in lines:
                self._take(line.package_id, line.quantity)
            self.sales.put(sale)
            return sale

    def give_back(self, sale_id: int, line_ids: Sequence[int] | None = None) -> Sale:
        """Takes lines of a sale back (all that are left, if none are named) and returns the return."""
        with self.world.moment() as world:
            sold = self.sales.get(sale_id)
            if sold.return_of or sold.void_at is not None:
                raise ValueError(f"sale {sale_id} is a return or void")
            open_lines = [line for line in sold.lines if not line.returned_by and not line.coupon]
            taken = [line for line in open_lines if line_ids is None or line.id in line_ids]
            if not taken:
                raise ValueError(f"sale {sale_id} has no such line left to take back")
            number = self.sales.next_id()
            ids = {line.id for line in taken}
            marked = tuple(replace(line, returned_by=number) if line.id in ids else line for line in sold.lines)
            self.sales.put(replace(sold, lines=marked, modified_at=world.now))
            paid_by_points = 1 in ids and sold.loyalty_cents
            back = replace(
                sold,
                id=number,
                sold_at=world.now,
                modified_at=world.now,
                lines=tuple(reversed_line(line, place) for place, line in enumerate(taken, start=1)),
                return_of=sale_id,
                loyalty_cents=-sold.loyalty_cents if paid_by_points else 0,
                reference="",
            )
            for line in taken:
                self._take(line.package_id, -line.quantity)
            self.sales.put(back)
            return back

    def void(self, sale_id: int) -> Sale:
        """Voids a sale that nothing was taken back from, or a return, which then never was."""
        with self.world.moment() as world:
            sale = self.sales.get(sale_id)
            if sale.void_at is not None:
                return sale
            if any(line.returned_by for line in sale.lines):
                raise ValueError(f"sale {sale_id} was returned in part or whole")
            if sale.return_of:
                self._unmark(sale)
            voided = replace(sale, void_at=world.now, modified_at=world.now)
            for line in sale.lines:
                self._take(line.package_id, -line.quantity)
            self.sales.put(voided)
            return voided

    def edit_sale(self, sale_id: int, **fields: Any) -> Sale:
        """Changes a finished sale, as a manager may: the payment, the reference, the customer it belongs to."""
        with self.world.moment() as world:
            edited = replace(self.sales.get(sale_id), **fields, modified_at=world.now)
            self.sales.put(edited)
            return edited

    def _unmark(self, back: Sale) -> None:
        sold = self.sales.get(back.return_of)
        lines = tuple(replace(line, returned_by=0) if line.returned_by == back.id else line for line in sold.lines)
        self.sales.put(replace(sold, lines=lines, modified_at=self.world.now))

    def _lines(self, store_id: int, cart: Cart) -> list[Line]:
        lines = []
        for number, (product_id, quantity) in enumerate(cart, start=1):
            product = self.product(product_id)
            if quantity <= 0:
                raise ValueError(f"{quantity} of product {product_id} cannot be sold")
            package = next(iter(self.goods.at(store_id, product_id)), None)
            lines.append(line_of(number, product, package.id if package else 0, quantity))
        return lines

    def _on_duty(self, store_id: int) -> int:
        for employee in self.employees:
            if employee.store_id == store_id and employee.active:
                return employee.id
        raise LookupError(f"no store has the number {store_id}")

    # ── products and stock ────────────────────────────────────────────────────────────────────────────────

    def product(self, product_id: int) -> Product:
        """Returns a product."""
        if product_id not in self.goods.products:
            raise LookupError(f"no product has the number {product_id}")
        return self.goods.products[product_id]

    def on_shelf(self, store_id: int) -> list[Package]:
        """Returns the packages at a store that can be sold now."""
        ready = self.goods.stock(store_id)
        found = [known for known in ready if not known.on_hold and self.goods.products[known.product_id].active]
        if not found:
            raise LookupError(f"nothing lies at store {store_id}")
        return found

    def edit_product(self, product_id: int, **fields: Any) -> Product:
        """Changes a product: its price, its name, whether it is active."""
        with self.world.moment() as world:
            edited = replace(self.product(product_id), **fields, modified_at=world.now)
            self.goods.put_product(edited)
            return edited

    def set_stock(self, package_id: int, quantity: Decimal) -> Package:
        """Counts a package anew; 0 is sold out."""
        with self.world.moment() as world:
            if package_id not in self.goods.packages:
                raise LookupError(f"no package has the number {package_id}")
            counted = replace(self.goods.packages[package_id], quantity=quantity, modified_at=world.now)
            self.goods.put_package(counted)
            return counted

    def receive(self, store_id: int, product_id: int, quantity: Decimal) -> Package:
        """Puts a new package of a product on the shelf of a store."""
        with self.world.moment() as world:
            self.product(product_id)
            self._on_duty(store_id)
            number = self.goods.next_package()
            package = Package(
                id=number,
                product_id=product_id,
                store_id=store_id,
                label=f"1A400000000{store_id:04}{number:09}",
                batch=f"B-{number}",
                room="Sales floor",
                quantity=quantity,
                received_at=world.now,
                modified_at=world.now,
                expires_at=world.now + 365 * 86_400,
            )
            self.goods.put_package(package)
            return package

    def _take(self, package_id: int, quantity: Decimal) -> None:
        package = self.goods.packages.get(package_id)
        if package is not None:
            left = max(Decimal(0), package.quantity - quantity)
            self.goods.put_package(replace(package, quantity=left, modified_at=self.world.now))

    # ── the books ─────────────────────────────────────────────────────────────────────────────────────────

    def day_of(self, seconds: float) -> date:
        """Returns the stores' own calendar day at a time."""
        return datetime.fromtimestamp(seconds, self.zone).date()

    def totals(self, first: date | None = None, last: date | None = None) -> dict[tuple[int, date], DayTotals]:
        """Returns what every store took on every day, both ends included, as it is known now."""
        with self.world.moment():
            found = totals(self._sold_between(first, last), self.zone)
        return dict(sorted(found.items()))

    def _sold_between(self, first: date | None, last: date | None) -> Iterator[Sale]:
        low = _midnight(first, self.zone) if first else 0.0
        for sale in self.sales.sold(low, self.world.now):
            if last is None or self.day_of(sale.sold_at) <= last:
                yield sale


def _midnight(day: date, zone: ZoneInfo) -> float:
    return datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()
