"""What a venue sold and took back comes to the same in AIQ as in the till, and leaves no false failure behind."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from budtender.backoffice.disconnect import disconnect
from budtender.cache import tickets
from tests.counter.counter import SYSTEM
from tests.sync.selling import Selling
from tests.sync.venue import VENUE, Venue, connect, present, told


async def sell_and_tell(register: Selling, venue: Venue) -> None:
    """AIQ knows of a sale of twenty dollars."""
    venue.sell(1, present(register) - timedelta(days=2))
    await connect(register, venue)
    await register.sync()
    assert sum(told(register).values()) == 20


@pytest.mark.requirement("A-019", "A-025")
async def test_a_void_that_is_taken_back_and_made_again_comes_to_what_the_till_says(
    register: Selling, venue: Venue
) -> None:
    await sell_and_tell(register, venue)
    for status, comes_to in (("voided", 0), ("completed", 20), ("voided", 0), ("completed", 20)):
        venue.edit(1, present(register), status=status)
        for _ in range(2):
            await register.sync()
            assert sum(told(register).values()) == comes_to, status


@pytest.mark.parametrize("fields", [{"total": 0, "tax": 0, "items": []}, {"total": 4380, "tax": 380}])
async def test_a_void_takes_back_what_aiq_has_whatever_became_of_its_amounts(
    register: Selling, venue: Venue, fields: dict[str, Any]
) -> None:
    await sell_and_tell(register, venue)
    if fields["total"]:
        (item,) = venue.sales[1]["items"]
        fields = {**fields, "items": [{**item, "quantity": 4, "tax": 380, "total": 4380}]}
    venue.edit(1, present(register), status="voided", **fields)
    await register.sync()
    assert sum(told(register).values()) == 0


async def test_a_void_is_told_by_the_key_that_came_after_the_one_that_told_the_sale(
    register: Selling, venue: Venue
) -> None:
    await sell_and_tell(register, venue)
    await disconnect(register.register, "Juniper", SYSTEM)
    venue.edit(1, present(register), status="voided")
    await connect(register, venue, "Juniper Lane")
    await register.sync()
    assert sum(told(register).values()) == 0
    (day,) = register.register.db.read(lambda c: tickets.totals(c, "2000-01-01", "2999-12-31"))
    assert (day.sales, day.voids, day.net_cents) == (0, 1, 0)


async def test_people_who_went_with_their_sales_are_no_failure_of_the_next_round(
    register: Selling, venue: Venue
) -> None:
    venue.sell(1, present(register) - timedelta(days=2))
    await connect(register, venue)
    register.sim.faults.add("drop_before", match="POST /api/v1.1/*", times=None)
    assert "aiq" in (await register.sync()).failures
    register.sim.faults.clear()
    await register.restart()  # a far side that was away is left alone for a while
    for _ in range(2):
        assert (await register.sync(4000)).failures == {}


@pytest.mark.requirement("A-014")
async def test_a_sale_without_lines_is_listed_as_one_that_aiq_does_not_take(register: Selling, venue: Venue) -> None:
    venue.sell(1, present(register) - timedelta(days=2))
    venue.sell(2, present(register) - timedelta(days=2))
    venue.edit(1, present(register), items=[])
    await connect(register, venue)
    assert (await register.sync()).failures == {}
    assert told(register) == {f"{VENUE}-2": 20}
    assert register.refusals() == [("sale", "Juniper", "1", "A sale without lines cannot be sent.")]
    venue.sell(1, present(register))
    await register.sync()
    assert told(register) == {f"{VENUE}-1": 20, f"{VENUE}-2": 20}
    assert register.refusals() == []
