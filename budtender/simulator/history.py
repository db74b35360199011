"""The sales of the past: each a pure function of the seed and its place, so that many cost nothing until asked for."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from budtender.simulator.chance import draw, pick
from budtender.simulator.goods import GRAM, Goods, Product
from budtender.simulator.sales import FIRST_SALE, RETAIL, TRANSFER, Line, Sale

DAY = 86_400
_OPENS, _OPEN_FOR = 9, 12 * 3600
# One sale in so many is a return, a void, a transfer between stores, one with a coupon, one by nobody known.
_RETURN, _VOID, _TRANSFER, _COUPON, _GUEST = 53, 97, 211, 61, 29
_RETURN_AT, _VOID_AT, _TRANSFER_AT = 7, 11, 3
# A return takes back one of this many sales before it at the same store, and a void comes within so many days.
_BACK, _LATE = 25, 3
_TAX = Decimal("0.15")
_HUNDRED = Decimal(100)


class History:
    """`count` sales over the days before `started`, evenly over all stores, within opening hours.

    Args:
        buyers: for each store how many customers it has, and what gives the one at a place among them.
        guests: for each store the customer that stands for people nobody knows.
    """

    def __init__(
        self,
        seed: int,
        count: int,
        days: int,
        started: float,
        zone: ZoneInfo,
        goods: Goods,
        store_ids: Sequence[int],
        employees: Sequence[Sequence[int]],
        buyers: Sequence[tuple[int, Callable[[int], int]]],
        guests: Sequence[int],
        reward_ids: Sequence[int],
    ) -> None:
        if count and len(store_ids) % _RETURN == 0:
            raise ValueError(f"the number of stores must not be a multiple of {_RETURN}")
        self._seed = seed
        self._count = count
        self._started = started
        self._stores = tuple(store_ids)
        self._employees = employees
        self._buyers = buyers
        self._guests = guests
        self._rewards = tuple(reward_ids)
        self._mornings = _mornings(started, days, zone)
        self._shelves = [_shelf(goods, store_id) for store_id in store_ids]
        self._coupon = next((product for product in goods.products.values() if product.coupon), None)
        self._inverse = pow(len(store_ids), -1, _RETURN) if count else 0
        # No sale of the past was changed later than this after it was made.
        lag = (_BACK * len(store_ids) + 1) * days * DAY / max(count, 1) + 2 * DAY
        self._lag = max(lag, (_LATE + 1) * DAY)

    def __len__(self) -> int:
        return self._count

    def at(self, place: int) -> float:
        """Returns when a sale was made; later places are never earlier."""
        day, rest = divmod(place * len(self._mornings), self._count)
        return float(int(self._mornings[day] + rest * _OPEN_FOR // self._count))

    def sold(self, low: float, high: float) -> range:
        """Returns the places whose sales were made from `low` to `high`."""
        places = range(self._count)
        return range(bisect_left(places, low, key=self.at), bisect_right(places, high, key=self.at))

    def modified(self, low: float, high: float) -> range:
        """Returns the places among which are all sales that were changed last from `low` to `high`."""
        return self.sold(low - self._lag, high)

    def sale(self, place: int) -> Sale:
        """Returns the sale at a place."""
        original = self._returns(place)
        return self._plain(place) if original is None else self._return(place, original)

    # ── what kind of sale ─────────────────────────────────────────────────────────────────────────────────

    def _returns(self, place: int) -> int | None:
        """Returns the place of the sale that this one takes back; None for a sale that takes nothing back."""
        if place % _RETURN != _RETURN_AT:
            return None
        original = place - len(self._stores) * (1 + draw(self._seed, place, 1) % _BACK)
        fits = original >= 0 and original % _RETURN != _RETURN_AT
        return original if fits and original % _TRANSFER != _TRANSFER_AT and self._void_at(original) is None else None

    def _returned_by(self, place: int) -> int | None:
        """Returns the place of the return that takes this sale back; there is at most one."""
        steps = (_RETURN_AT - place) * self._inverse % _RETURN
        later = place + len(self._stores) * steps
        return later if 1 <= steps <= _BACK and later < self._count and self._returns(later) == place else None

    def _void_at(self, place: int) -> float | None:
        if place % _VOID != _VOID_AT or place % _RETURN == _RETURN_AT:
            return None
        late = self.at(place) + 60 + draw(self._seed, place, 2) % (_LATE * DAY)
        return late if late < self._started else None

    # ── one sale ──────────────────────────────────────────────────────────────────────────────────────────

    def _plain(self, place: int) -> Sale:
        bits = draw(self._seed, place)
        at, store = self.at(place), place % len(self._stores)
        void_at, back = self._void_at(place), self._returned_by(place)
        lines = self._lines(place, store, bits)
        if back is not None:
            last = _taken_back(back, len(lines))
            lines = tuple(_marked(line, FIRST_SALE + back) if line.id <= last else line for line in lines)
        return Sale(
            id=FIRST_SALE + place,
            store_id=self._stores[store],
            customer_id=self._customer(place, store),
            employee_id=pick(self._employees[store], bits >> 8),
            register=1 + (bits >> 12) % 3,
            sold_at=at,
            modified_at=void_at or (self.at(back) if back is not None else at),
            lines=lines,
            kind=TRANSFER if place % _TRANSFER == _TRANSFER_AT else RETAIL,
            void_at=void_at,
            loyalty_cents=lines[0].discount_cents if lines[0].discount_id in self._rewards else 0,
            payment=("cash", "debit", "cash")[(bits >> 20) % 3],
            medical=(bits >> 24) % 10 == 0,
        )

    def _return(self, place: int, original: int) -> Sale:
        sold = self._plain(original)
        at = self.at(place)
        taken = [line for line in sold.lines if line.returned_by]
        return Sale(
            id=FIRST_SALE + place,
            store_id=sold.store_id,
            customer_id=sold.customer_id,
            employee_id=pick(self._employees[place % len(self._stores)], draw(self._seed, place)),
            register=sold.register,
            sold_at=at,
            modified_at=at,
            lines=tuple(reversed_line(line, number) for number, line in enumerate(taken, start=1)),
            return_of=sold.id,
            loyalty_cents=-sold.loyalty_cents if taken[0].id == 1 else 0,
            payment=sold.payment,
            medical=sold.medical,
        )

    def _customer(self, place: int, store: int) -> int:
        count, buyer = self._buyers[store]
        if not count or place % _GUEST == 0:
            return self._guests[store]
        return buyer(draw(self._seed, place, 3) % count)

    def _lines(self, place: int, store: int, bits: int) -> tuple[Line, ...]:
        shelf = self._shelves[store]
        count = (1, 1, 2, 2, 3, 4)[(bits >> 28) % 6]
        lines = []
        for number in range(1, count + 1):
            choice = draw(self._seed, place, 10 + number)
            package_id, product = shelf[choice % len(shelf)]
            lines.append(line_of(number, product, package_id, _quantity(product, choice >> 16)))
        if (bits >> 32) % 5 == 0:
            lines[0] = self._discounted(lines[0], bits >> 36)
        if place % _COUPON == 0 and self._coupon is not None:
            lines.append(Line(count + 1, self._coupon.id, 0, Decimal(1), 0, 0, coupon=True))
        return tuple(lines)

    def _discounted(self, line: Line, bits: int) -> Line:
        """Returns a line with a tenth off by the happy hour, or five dollars off by a reward."""
        if bits % 3 or not self._rewards:
            return discounted(line, line.total_cents // 10, HAPPY_HOUR)
        return discounted(line, min(500, line.total_cents), pick(self._rewards, bits >> 4))


#: The number of the till's discount that everybody gets.
HAPPY_HOUR = 70_101


def line_of(number: int, product: Product, package_id: int, quantity: Decimal) -> Line:
    """Returns a line at the product's price, taxed, without a discount."""
    total = int((quantity * product.price_cents).to_integral_value())
    return Line(number, product.id, package_id, quantity, product.price_cents, total, tax_cents=_tax(total))


def discounted(line: Line, cents: int, discount_id: int) -> Line:
    """Returns the line with so much taken off, and the tax on what is left."""
    tax = _tax(line.total_cents - cents)
    return Line(
        line.id,
        line.product_id,
        line.package_id,
        line.quantity,
        line.unit_cents,
        line.total_cents,
        cents,
        tax,
        discount_id,
        line.returned_by,
    )


def reversed_line(line: Line, number: int) -> Line:
    """Returns the line of a return that takes `line` back whole."""
    return Line(
        number,
        line.product_id,
        line.package_id,
        -line.quantity,
        line.unit_cents,
        -line.total_cents,
        -line.discount_cents,
        -line.tax_cents,
        line.discount_id,
        0,
        line.coupon,
    )


def _marked(line: Line, return_id: int) -> Line:
    return Line(
        line.id,
        line.product_id,
        line.package_id,
        line.quantity,
        line.unit_cents,
        line.total_cents,
        line.discount_cents,
        line.tax_cents,
        line.discount_id,
        return_id,
        line.coupon,
    )


def _taken_back(place: int, lines: int) -> int:
    """Returns up to which line a return takes a sale back: every other one only the first line."""
    return lines if place % 2 else 1


def _tax(cents: int) -> int:
    return int((cents * _TAX).to_integral_value())


def _quantity(product: Product, bits: int) -> Decimal:
    if product.unit == GRAM:
        return Decimal(100 + bits % 1000) / _HUNDRED
    return Decimal((1, 1, 1, 2, 3)[bits % 5])


def _shelf(goods: Goods, store_id: int) -> list[tuple[int, Product]]:
    return [
        (package.id, product)
        for product in goods.products.values()
        if product.active and not product.coupon
        for package in goods.at(store_id, product.id)[:1]
    ]


def _mornings(started: float, days: int, zone: ZoneInfo) -> list[float]:
    """Returns when the stores opened each day by their own clocks, up to the day before the simulation started."""
    today = datetime.fromtimestamp(started, zone).replace(hour=_OPENS, minute=0, second=0, microsecond=0)
    return [(today - timedelta(days=back)).timestamp() for back in range(days, 0, -1)]
