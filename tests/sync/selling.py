"""A register behind stores that sell, and what the world says they sold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

from budtender.backoffice import integrations
from budtender.cache import tickets
from budtender.simulator import Simulation
from budtender.simulator.sales import RETAIL, Sale
from budtender.sync.engine import Engine, RoundTrip
from tests.counter.counter import SYSTEM, Counter, MovedClock

CENT = Decimal("0.01")


class Brisk(MovedClock):
    """A clock on which every look takes a moment, so that nobody has to wait for a vendor's pace."""

    def wall(self) -> float:
        self.ahead += 0.7
        return super().wall()


class Selling(Counter):
    """A counter whose tills' sales are read as well."""

    def __init__(self, home: Path, sim: Simulation) -> None:
        super().__init__(home, sim)
        self.clock = Brisk()

    async def connect_stores(self, system: str) -> None:
        """Every store of the world is connected."""
        self.system = system
        for account in self.sim.accounts:
            if account.system == system:
                await integrations.connect_till(
                    self.register,
                    system,
                    account.store,
                    account.key,
                    SYSTEM,
                    base_url=account.base_url,
                    second_key=account.second_key,
                    location=account.location,
                )

    async def sync(self, seconds: float = 600) -> RoundTrip:
        """Some time later the engine goes round once; the vendors' pace is not what is tried here."""
        self.clock.pass_by(seconds)
        self.sim.clock.advance(max(0.0, self.clock.wall() - self.sim.clock.now()))
        return await Engine(self.register).once()

    def assert_sold(self) -> None:
        """What this register makes of each store and day is what the world says of it."""
        rows = self.register.db.read(lambda c: tickets.totals(c, "2000-01-01", "2999-12-31"))
        truth = self.sim.shop.totals()
        assert all(row.uncertain == 0 for row in rows)
        if self.system == "flourish":
            # What is voided there is a sale that was given back on another day, so only the sums agree.
            assert sum(row.net_cents for row in rows) == sum(day.net_cents for day in truth.values())
            assert sum(row.units for row in rows) == sum(day.units for day in truth.values())
            return
        mine = sorted(
            (r.day, r.sales, r.net_cents, r.returns, r.returns_cents, r.voids, r.units, r.tax_cents) for r in rows
        )
        theirs = sorted(
            (day.isoformat(), t.sales, t.net_cents, t.returns, t.return_cents, t.voids, t.units, t.tax_cents)
            for (_, day), t in truth.items()
        )
        # A day on which goods were moved between stores and nothing sold is a row of noughts in the world alone.
        assert mine == [day for day in theirs if any(day[1:])]

    def owed(self) -> Iterable[Sale]:
        """The documents that AIQ has to know of: somebody's, and not void."""
        guests = set(self.sim.shop.guests.values())
        with self.sim.world.moment():
            return [
                sale
                for sale in self.sim.shop.sales
                if sale.kind == RETAIL and sale.void_at is None and sale.customer_id not in guests
            ]

    def assert_told(self) -> None:
        """AIQ, once it has worked off what it was told, has every document once and for what it came to.

        A voided one may be there with what gives it back. AIQ works a total out of price and quantity, so half cents
        of what is sold by weight may fall either way.
        """
        self.sim.overnight()
        if self.system == "flourish":
            # Its refunds are this register's own documents, so only the sum agrees.
            owed_in_all = Decimal(sum(sale.net_cents for sale in self.owed())) / 100
            told_in_all = sum(sale.total for sale in self.sim.world.sales.values())
            assert abs(told_in_all - owed_in_all) <= CENT * len(self.sim.world.sales) / 10
            return
        told: dict[str, Decimal] = defaultdict(Decimal)
        for pos_id, sale in self.sim.world.sales.items():
            told[pos_id.removesuffix("-void").rpartition("-")[2]] += sale.total
        owed = {str(sale.id): Decimal(sale.net_cents) / 100 for sale in self.owed()}
        assert owed.keys() <= told.keys()
        wrong = {key: (told[key], owed.get(key, 0)) for key in told if abs(told[key] - owed.get(key, 0)) > CENT}
        assert wrong == {}

    def refusals(self) -> list[tuple[str, str, str, str]]:
        """The rows that AIQ would not take: kind, credential, the till's id, and why."""
        rows = self.register.db.read(lambda c: c.execute("SELECT kind, credential, id, reason FROM unsent").fetchall())
        return [tuple(row) for row in rows]

    def calls_to(self, word: str) -> int:
        """How many calls AIQ had for one of its words."""
        return sum(f"/createUpdate{word}/" in call.path for call in self.sim.calls)
