"""Whatever happens in the stores and on the way, the register and AIQ come to what the world says."""

from __future__ import annotations

import asyncio
import os
import tempfile
from pathlib import Path
from typing import Any, ClassVar

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from budtender.backoffice import outbox
from budtender.cache import personas
from budtender.model import Customer
from budtender.simulator import Simulation, upkeep
from budtender.simulator.records import digits
from budtender.simulator.sales import RETAIL
from tests.sync.selling import Selling

DAY = 86_400.0
READS = {
    "dutchie": ("GET /reporting/transactions", "GET /customer/customers", "GET /inventory", "GET /whoami"),
    "posabit": ("GET /*sales_histories", "GET /*customers", "GET /*inventories"),
    "flourish": ("GET /*retail-orders", "GET /*customers", "GET /*inventory/summary"),
    "custom": ("GET /*transactions", "GET /*shoppers"),
}
#: Longer than a night; what is not refunded Flourish tells again in the course of a week of them.
NIGHT = 97_200
WRITES = (
    "POST /api/v1.1/createUpdateSales/*",
    "POST /api/v1.1/createUpdateSale/*",
    "POST /api/v1.1/createUpdateMember*",
)


class Convergence(RuleBasedStateMachine):
    """A register behind two stores that go on selling, over a network that loses what it can."""

    system: ClassVar[str]

    @initialize(seed=st.integers(1, 40))
    def open(self, seed: int) -> None:
        """A world that has sold for a month."""
        self.runner = asyncio.Runner()
        self.folder = tempfile.TemporaryDirectory(prefix="budtender-converge-")
        self.sim = Simulation(shoppers=24, stores=2, crowd=30, sales=60, days=30, limits=False, seed=seed)
        self.sim.start()
        self.counter = Selling(Path(self.folder.name) / "home", self.sim)
        self.do(self.counter.open())
        self.do(self.counter.connect())
        self.do(self.counter.connect_stores(self.system))
        self.do(self.counter.set(sync_personas="on"))
        self.troubled = False

    def do(self, work: Any) -> Any:
        """Run something to its end."""
        return self.runner.run(work)

    @rule(times=st.integers(1, 25))
    def life_goes_on(self, times: int) -> None:
        """Sales, returns, voids, edits, merges, archives, new people, moved numbers."""
        self.sim.life.happen(times)

    @rule(seconds=st.sampled_from([30.0, 600.0, 7_200.0, 1.5 * DAY]))
    def sync(self, seconds: float) -> None:
        """The engine goes round, whatever comes of it."""
        self.do(self.counter.sync(seconds))

    @rule()
    def restart(self) -> None:
        """The program ends and starts again."""
        self.do(self.counter.restart())

    @rule()
    def night(self) -> None:
        """AIQ works off what it was told and merges people."""
        self.sim.overnight()

    @rule(data=st.data(), fault=st.sampled_from(["drop_before", "drop_after", "status"]), after=st.integers(0, 3))
    def trouble(self, data: st.DataObject, fault: str, after: int) -> None:
        """Some answer will be lost, or be none."""
        match = data.draw(st.sampled_from((*READS[self.counter.system], *WRITES)))
        details = {"status": 503, "effect": data.draw(st.booleans())} if fault == "status" else {}
        self.sim.faults.add(fault, match=match, after=after, times=data.draw(st.integers(1, 4)), **details)
        self.troubled = True

    @rule(match=st.sampled_from(WRITES), times=st.integers(1, 12))
    def refusal(self, match: str, times: int) -> None:
        """AIQ will not take some of what it is sent."""
        self.sim.faults.add("status", match=match, times=times, status=422)
        self.troubled = True

    @precondition(lambda self: self.troubled)
    @rule()
    def trouble_ends(self) -> None:
        """The network is well again."""
        self.sim.faults.clear()
        self.troubled = False

    @rule(n=st.integers(0, 10**6), to=st.integers(0, 10**6), guest=st.booleans())
    def hand_over(self, n: int, to: int, guest: bool) -> None:
        """A sale is said to be somebody else's, or nobody's."""
        shop = self.sim.shop
        with self.sim.world.moment():
            sales = [sale for sale in shop.sales if sale.kind == RETAIL]
            people = [
                known.customer_id
                for known in self.sim.world.customers
                if known.status == upkeep.ACTIVE and not known.merged_into_customer_id and not known.is_anonymous
            ]
        sale = sales[n % len(sales)]
        shop.edit_sale(sale.id, customer_id=shop.guests[sale.store_id] if guest else people[to % len(people)])

    @rule(n=st.integers(0, 10**6))
    def elsewhere(self, n: int) -> None:
        """Somebody's points move at another till."""
        people = [p for p in self.sim.world.personas.everyone() if p.member and p.mobile and 0 < p.points < 10**6]
        if people:
            self.sim.earn(people[n % len(people)].mobile, 5)

    @invariant()
    def nothing_is_doubled_on_the_way(self) -> None:
        """No document of the till is there twice, however often it was read."""
        if hasattr(self, "counter"):
            rows = self.counter.register.db.read(
                lambda c: c.execute(
                    "SELECT count(*) AS n, count(DISTINCT credential || id) AS once FROM ticket"
                ).fetchone()
            )
            assert rows["n"] == rows["once"]

    def teardown(self) -> None:
        """At last all is well, time goes by, and everything agrees."""
        if not hasattr(self, "counter"):
            return
        try:
            self.sim.faults.clear()
            self.do(self.counter.restart())
            self.do(outbox.try_refused(self.counter.register))
            self.do(self.counter.sync(2 * DAY))
            self.do(self.counter.sync(3_600))
            for _ in range(8 if self.counter.system == "flourish" else 0):
                self.do(self.counter.sync(NIGHT))
            assert self.counter.refusals() == []
            self.counter.assert_sold()
            self.counter.assert_told()
            self.customers_agree()
            self.personas_agree()
        finally:
            self.do(self.counter.register.close())
            self.sim.stop()
            self.runner.close()
            self.folder.cleanup()

    def customers_agree(self) -> None:
        """The till's customers are here as they are there."""
        rows = self.counter.register.db.read(lambda c: c.execute("SELECT body FROM customer").fetchall())
        mine = {c.id: c for c in (msgspec.json.decode(row["body"], type=Customer) for row in rows) if not c.anonymous}
        with self.sim.world.moment():
            theirs = {str(c.customer_id): c for c in self.sim.world.customers if not c.is_anonymous}
        assert mine.keys() <= theirs.keys()
        for key, known in mine.items():
            true = theirs[key]
            numbers = {digits(phone) for phone in (true.phone, true.cell_phone) if phone}
            assert known.last_name == (true.last_name or "")
            assert {phone[2:] for phone in known.phones} <= numbers
            if self.counter.system == "dutchie":
                assert known.archived == (true.status == "Archived")
                assert known.merged_into == (
                    str(true.merged_into_customer_id) if true.merged_into_customer_id else None
                )

    def personas_agree(self) -> None:
        """After a night and the weekly pass AIQ's personas are here, with their points, and nobody else."""
        self.sim.overnight()
        self.do(self.counter.sync(9 * DAY))
        for _ in range(8):
            self.do(self.counter.sync(600))
        with self.sim.world.moment():
            true = {p.contact_id.lower(): p for p in self.sim.world.personas.everyone() if not p.blocked}
        true = {key: p for key, p in true.items() if abs(p.points) < 10**9}
        rows = self.counter.register.db.read(
            lambda c: c.execute("SELECT id, contact_id FROM persona WHERE gone_at IS NULL").fetchall()
        )
        mine = {row["contact_id"].lower(): row["id"] for row in rows}
        assert mine.keys() == true.keys()
        for key, persona in true.items():
            if not persona.hides_points:
                balance = self.counter.register.db.read(lambda c, n=mine[key]: personas.balance(c, n))  # type: ignore[misc]
                assert balance.shown == persona.points


@pytest.mark.timeout(600)
@pytest.mark.parametrize("system", sorted(READS))
def test_whatever_happens_all_come_to_the_same(system: str) -> None:
    run_state_machine_as_test(
        type(system, (Convergence,), {"system": system}),
        settings=settings(
            # An example is half a minute of a whole world: a failing one is told as it is, and not made smaller.
            max_examples=int(os.environ.get("BUDTENDER_EXAMPLES", "2")),
            stateful_step_count=10,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.explicit, Phase.reuse, Phase.generate),
        ),
    )
