"""The world going on by itself: with simulated time there are sales, returns, voids, edits, merges and new faces."""

from __future__ import annotations

import random
from collections.abc import Callable
from decimal import Decimal

from budtender.simulator import people, upkeep
from budtender.simulator.goods import GRAM
from budtender.simulator.records import Customer
from budtender.simulator.sales import FIRST_SALE, Sale
from budtender.simulator.shop import Shop

HOUR = 3600.0


class Life:
    """Lets something happen `an_hour` times a simulated hour, all stores together; 0 lets nothing happen.

    It draws from its own seed, so that it changes nothing else that is drawn.
    """

    def __init__(self, shop: Shop, seed: int, an_hour: float = 0.0) -> None:
        self.shop = shop
        self.events = 0
        self._rng = random.Random(f"life {seed}")
        self._an_hour = 0.0
        self._numbers = people.phones(shop.world.state)
        self._waiting = False
        #: The customers that came here before, by whom life goes on; the crowd is drawn from by number.
        self._known = [known.customer_id for known in shop.world.customers.page(0, 5_000, anonymous=False)]
        self._deeds: tuple[tuple[int, Callable[[], object]], ...] = (
            (70, self._sale),
            (5, self._return),
            (2, self._void),
            (2, self._late_edit),
            (6, self._correction),
            (4, self._newcomer),
            (2, self._moved_number),
            (2, self._merge),
            (2, self._archive),
            (2, self._group),
            (2, self._price),
            (1, self._delivery),
        )
        self.an_hour = an_hour

    @property
    def an_hour(self) -> float:
        """How often something happens; may be changed at any time."""
        return self._an_hour

    @an_hour.setter
    def an_hour(self, value: float) -> None:
        if not 0 <= value <= 1_000_000:
            raise ValueError(f"between 0 and 1000000 events an hour, not {value}")
        self._an_hour = value
        self._wait()

    def happen(self, times: int = 1) -> None:
        """Lets so many things happen now."""
        with self.shop.world.moment():
            for _ in range(times):
                self._happen()

    def _wait(self) -> None:
        if self._an_hour and not self._waiting:
            self._waiting = True
            self.shop.world.later(self._rng.expovariate(self._an_hour / HOUR), self._due)

    def _due(self) -> None:
        self._waiting = False
        if self._an_hour:
            self._happen()
            self._wait()

    def _happen(self) -> None:
        weights = [weight for weight, _ in self._deeds]
        _, deed = self._rng.choices(self._deeds, weights)[0]
        self.events += 1
        deed()

    # ── what can happen ───────────────────────────────────────────────────────────────────────────────────

    def _sale(self) -> None:
        rng, shop = self._rng, self.shop
        store_id = rng.choice(shop.world.stores).id
        customer = self._customer() if rng.random() < 0.95 else None
        shelf = shop.on_shelf(store_id)
        cart = []
        for _ in range(rng.choice((1, 1, 2, 3))):
            product = shop.product(rng.choice(shelf).product_id)
            grams = Decimal(rng.randrange(100, 1_000)) / 100
            cart.append((product.id, grams if product.unit == GRAM else Decimal(rng.randrange(1, 4))))
        backdated = shop.world.now - rng.randrange(3_600, 90_000) if rng.random() < 0.05 else None
        shop.sell(store_id, customer.customer_id if customer else None, cart, at=backdated)

    def _return(self) -> None:
        sale = self._recent()
        if sale is not None and not sale.return_of and sale.void_at is None:
            left = [line.id for line in sale.lines if not line.returned_by and not line.coupon]
            if left:
                self.shop.give_back(sale.id, left[:1] if self._rng.random() < 0.5 else None)

    def _void(self) -> None:
        sale = self._recent()
        if sale is not None and not any(line.returned_by for line in sale.lines):
            self.shop.void(sale.id)

    def _late_edit(self) -> None:
        sale = self._recent()
        if sale is not None:
            self.shop.edit_sale(sale.id, payment=self._rng.choice(("cash", "debit")))

    def _correction(self) -> None:
        customer = self._customer()
        if customer is not None:
            upkeep.edit(self.shop.world, customer.customer_id, last_name=self._rng.choice(people.LAST_NAMES))

    def _newcomer(self) -> None:
        rng, world = self._rng, self.shop.world
        store_id = rng.choice(world.stores).id
        names = rng.choice(people.FIRST_NAMES), rng.choice(people.LAST_NAMES)
        number = next(number for number in self._numbers if not world.customers.find(phone=number))
        added = upkeep.add(world, store_id, *names, number, date_of_birth=f"{people.birth_date(rng)}T00:00:00")
        self._known.append(added.customer_id)

    def _moved_number(self) -> None:
        giver, taker = self._customer(), self._customer()
        if giver and taker and giver.customer_id != taker.customer_id and giver.phone:
            upkeep.move_phone(self.shop.world, giver.customer_id, taker.customer_id)

    def _merge(self) -> None:
        loser, survivor = self._customer(), self._customer()
        if loser and survivor and loser.customer_id != survivor.customer_id:
            upkeep.merge(self.shop.world, loser.customer_id, survivor.customer_id)

    def _archive(self) -> None:
        customer = self._customer()
        if customer is not None:
            upkeep.archive(self.shop.world, customer.customer_id)

    def _group(self) -> None:
        customer = self._customer()
        if customer is not None:
            upkeep.join_group(self.shop.world, customer.customer_id, "Veterans", self._rng.random() < 0.7)

    def _price(self) -> None:
        product = self._rng.choice(list(self.shop.goods.products.values()))
        if not product.coupon:
            self.shop.edit_product(product.id, price_cents=max(100, product.price_cents + 50))

    def _delivery(self) -> None:
        product_id = self._rng.choice(list(self.shop.goods.products))
        self.shop.receive(self._rng.choice(self.shop.world.stores).id, product_id, Decimal(100))

    # ── by whom and of what ───────────────────────────────────────────────────────────────────────────────

    def _customer(self) -> Customer | None:
        """Returns somebody who shops here, neither merged nor archived; None when chance met such a one."""
        rng, customers = self._rng, self.shop.world.customers
        if customers.crowd and rng.random() < 0.5:
            found = customers.page(rng.randrange(len(customers)), 1)[0]
        elif self._known:
            known = customers.get(rng.choice(self._known))
            assert known is not None
            found = known
        else:
            return None
        lives = found.status == upkeep.ACTIVE and not found.merged_into_customer_id and not found.is_anonymous
        return found if lives else None

    def _recent(self) -> Sale | None:
        """Returns one of the last sales; None where there are none."""
        sales = self.shop.sales
        if not len(sales):
            return None
        return sales.find(FIRST_SALE + len(sales) - 1 - self._rng.randrange(min(len(sales), 500)))
