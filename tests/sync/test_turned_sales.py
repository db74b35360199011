"""A sale that its till turns into the refund comes to nothing, here and in AIQ, however often it is read."""

from __future__ import annotations

from datetime import timedelta

import pytest

from budtender.cache import tickets
from budtender.cache.tickets import DayTotals
from tests.sync.selling import Selling
from tests.sync.venue import VENUE, Venue, connect, present, told


def _came_to(selling: Selling) -> tuple[int, int, int, int]:
    rows: list[DayTotals] = selling.register.db.read(lambda c: tickets.totals(c, "2000-01-01", "2999-12-31"))
    net, units = sum(row.net_cents for row in rows), sum(row.units for row in rows)
    return sum(row.sales for row in rows), sum(row.returns for row in rows), net, int(units)


@pytest.mark.requirement("A-025")
async def test_a_sale_that_is_turned_into_its_refund_comes_to_nothing(register: Selling, venue: Venue) -> None:
    for number in (1, 2):
        venue.sell(number, present(register) - timedelta(days=4))
    await connect(register, venue)
    await register.sync()
    assert _came_to(register) == (2, 0, 4000, 4)
    (item,) = venue.sales[1]["items"]
    back = {"quantity": -2, "tax": -190, "total": -2190}
    for _ in range(2):  # it is read again and again
        venue.edit(1, present(register), tax=-190, total=-2190, status="refunded", items=[{**item, **back}])
        await register.sync()
        assert _came_to(register) == (2, 1, 2000, 2)
    assert told(register) == {f"{VENUE}-1": 20, f"{VENUE}-2": 20, f"{VENUE}-1-R1": -20}


async def test_a_sale_that_is_only_said_to_be_returned_counts_neither_here_nor_in_aiq(
    register: Selling, venue: Venue
) -> None:
    for number in (1, 2, 3):
        venue.sell(number, present(register) - timedelta(days=4))
    await connect(register, venue)
    await register.sync()
    venue.edit(1, present(register), status="Refunded")
    venue.edit(2, present(register), status="partially refunded")
    await register.sync()
    assert _came_to(register) == (1, 0, 2000, 2)
    # How much of the second came back is not told, so it stays what it was until the till says it.
    sold = {f"{VENUE}-{number}": 20 for number in (1, 2, 3)}
    assert told(register) == {**sold, f"{VENUE}-1-void": -20}
