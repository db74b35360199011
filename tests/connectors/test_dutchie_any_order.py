"""In whatever order a till is used, pulled and left in the middle: at the end everything is known once, as it is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import aclosing, suppress
from datetime import UTC, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from budtender.connectors.dutchie import Dutchie
from budtender.model import Cursor, Customer, Resource, Ticket
from budtender.phone import from_remote
from budtender.simulator import Simulation, upkeep
from budtender.simulator.dutchie_habits import Habits
from budtender.simulator.sales import RETAIL

STORE = 31
PULLED = (Resource.CUSTOMERS, Resource.SALES)
DEEDS = ("sell", "return", "void", "edit sale", "edit", "merge", "archive", "phone", "wait", "pull", "broken pull")


class Register:
    """What a program keeps of a till: rows by id and a cursor for each resource, both after every batch."""

    def __init__(self, sim: Simulation) -> None:
        self.sim = sim
        self.rows: dict[Resource, dict[str, Any]] = {resource: {} for resource in PULLED}
        self.cursors: dict[Resource, Cursor | None] = dict.fromkeys(PULLED)

    async def pull(self, most: int | None = None) -> None:
        """Pull both resources with a new connection; `most` batches of each, then it breaks off."""
        till = Dutchie.connect(self.sim.url, self.sim.dutchie_key)
        for resource in PULLED:
            async with aclosing(till.pull(resource, self.cursors[resource])) as batches:  # type: ignore[type-var]
                left = most
                async for batch in batches:
                    for row in batch.rows:
                        if isinstance(row, Customer | Ticket):
                            self.rows[resource][row.id] = row
                    self.cursors[resource] = batch.cursor or self.cursors[resource]
                    left = None if left is None else left - 1
                    if left == 0:
                        break
        await till.aclose()


def happen(sim: Simulation, deed: str, which: int) -> None:
    """One thing in the till; what makes no sense just then does not happen."""
    shop, world = sim.shop, sim.world
    people = [known.customer_id for known in world.customers if not known.is_anonymous]
    one, other = people[which % len(people)], people[(which * 7 + 1) % len(people)]
    sales = list(shop.sales)
    sale = sales[(which * 13) % len(sales)]
    backdated = sim.clock.now() - which * 5_000 if which % 4 == 0 else None
    deeds: dict[str, Callable[[], object]] = {
        "sell": lambda: shop.sell(STORE, one if which % 3 else None, at=backdated),
        "return": lambda: shop.give_back(sale.id, [1] if which % 2 else None),
        "void": lambda: shop.void(sale.id),
        "edit sale": lambda: shop.edit_sale(sale.id, payment="debit", customer_id=one),
        "edit": lambda: upkeep.edit(world, one, last_name=f"Name {which}"),
        "merge": lambda: upkeep.merge(world, one, other),
        "archive": lambda: upkeep.archive(world, one, archived=bool(which % 3)),
        "phone": lambda: upkeep.move_phone(world, one, other),
        "wait": lambda: sim.clock.advance(which * 97),
    }
    with suppress(ValueError):
        deeds[deed]()


def known_customers(sim: Simulation) -> dict[str, tuple[Any, ...]]:
    return {
        str(known.customer_id): (
            None if known.is_anonymous else known.last_name,
            () if known.is_anonymous else tuple(_numbers(known.cell_phone, known.phone)),
            str(known.merged_into_customer_id) if known.merged_into_customer_id else None,
            known.status == "Archived",
        )
        for known in sim.world.customers
    }


def _numbers(*phones: str | None) -> list[str]:
    return list(dict.fromkeys(number for number in map(from_remote, phones) if number))


@settings(max_examples=12, deadline=None)
@given(
    steps=st.lists(st.tuples(st.sampled_from(DEEDS), st.integers(0, 40)), min_size=5, max_size=30),
    delay=st.sampled_from([0.0, 60.0, 299.0]),
    returns=st.sampled_from(["negative", "positive", "mixed"]),
    pages=st.sampled_from(["spec", "guide"]),
)
def test_any_order_of_deeds_and_pulls_ends_in_the_truth(
    steps: list[tuple[str, int]], delay: float, returns: str, pages: str
) -> None:
    with (
        Simulation(
            shoppers=0,
            stores=1,
            crowd=30,
            crowd_days=60,
            sales=40,
            days=30,
            limits=False,
            dutchie_pages=pages,
            dutchie_habits=Habits(returns=returns, delay=delay),
        ) as sim,
        asyncio.Runner() as runner,
    ):
        register = Register(sim)
        for deed, which in steps:
            if deed == "pull":
                runner.run(register.pull())
            elif deed == "broken pull":
                runner.run(register.pull(1 + which % 4))
            else:
                happen(sim, deed, which)
        sim.clock.advance(delay + 1)
        runner.run(register.pull())
        tickets = register.rows[Resource.SALES]
        truth = {str(sale.id): sale for sale in sim.shop.sales if sale.kind == RETAIL}
        customers = register.rows[Resource.CUSTOMERS]
        expected = known_customers(sim)
    assert tickets.keys() == truth.keys()
    for number, sale in truth.items():
        told = tickets[number]
        assert (told.net_cents, told.customer_id, told.refund_of) == (
            sale.net_cents,
            str(sale.customer_id),
            str(sale.return_of) if sale.return_of else None,
        )
        assert told.at == datetime.fromtimestamp(sale.sold_at, UTC)
        assert (told.state.value == "voided") is (sale.void_at is not None)
        assert [line.returned > 0 for line in told.lines] == [line.returned_by > 0 for line in sale.lines]
    found = {
        number: (None if c.anonymous else c.last_name, c.phones, c.merged_into, c.archived)
        for number, c in customers.items()
    }
    assert found == expected
