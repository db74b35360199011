"""Totals by store and day, beside the vendor's own closing report."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from budtender.backoffice import status
from budtender.backoffice.totals import Difference, totals
from budtender.cache.tickets import DayTotals
from budtender.errors import InputError
from budtender.model import ClosingReport, Resource
from budtender.sync import mirror
from tests.sync.selling import Selling


async def test_totals_agree_with_the_closing_report_and_a_missing_sale_shows(selling: Selling) -> None:
    await selling.sync()
    today = selling.sim.shop.day_of(selling.sim.clock.now())
    first = today - timedelta(days=20)
    rows = await totals(selling.register, first, today)
    assert rows
    assert all(row.difference is not None and row.difference.is_none for row in rows)
    store = selling.sim.world.stores[0]
    sale = selling.sim.shop.sell(store.id)
    (row,) = await totals(selling.register, today, today, store=store.name)
    assert row.difference is not None
    assert (row.difference.sales, row.difference.net_cents) == (-1, -sale.net_cents)
    await selling.sync()
    (row,) = await totals(selling.register, today, today, store=store.name)
    assert row.difference is not None
    assert row.difference.is_none
    assert row.totals.sales >= 1


def test_a_report_that_says_nothing_agrees_with_nothing() -> None:
    at = datetime(2026, 3, 4, tzinfo=UTC)
    ours = DayTotals(location_id="1", day="2026-03-04", sales=2, net_cents=4000)
    assert Difference.between(ours, ClosingReport(start=at, end=at)) is None
    told = Difference.between(ours, ClosingReport(start=at, end=at, net_cents=4000))
    assert told is not None
    assert told.is_none


async def test_without_the_vendor_the_totals_are_there_and_say_why(selling: Selling) -> None:
    await selling.sync()
    today = selling.sim.shop.day_of(selling.sim.clock.now())
    selling.sim.stop()
    rows = await totals(selling.register, today - timedelta(days=20), today)
    assert rows
    assert all(row.report is None and row.note for row in rows)
    assert all(not row.note for row in await totals(selling.register, today - timedelta(days=400), today))
    with pytest.raises(InputError, match="No store"):
        await totals(selling.register, today, today, store="Nowhere")
    with pytest.raises(InputError):
        await totals(selling.register, today, today - timedelta(days=1))


async def test_status_counts_what_is_mirrored_and_what_waits(selling: Selling) -> None:
    await selling.set(send_sales="off")
    await selling.sync()
    aiq, *stores = status.status(selling.register)
    assert aiq.connected.system == "aiq"
    assert aiq.counts["personas"] > 0
    assert len(stores) == 2
    documents = len(list(selling.sim.shop.sales))
    assert sum(store.counts["sales"] for store in stores) <= documents
    for store in stores:
        assert store.counts["customers"] > 0
        assert store.counts["sale_lines"] >= store.counts["sales"] > 0
        assert store.counts["products"] > 0
        assert store.counts["packages"] > 0
        assert store.waiting["sales"].count > 0
        assert store.waiting["sales"].oldest is not None
        assert {copied.state.resource for copied in store.copied} >= {"customers", "sales", "inventory"}
        assert all(copied.age is not None and copied.age < 600 for copied in store.copied)
        assert all(copied.state.next is not None for copied in store.copied)


@pytest.mark.parametrize("status_code", [403, 429, 503])
async def test_what_cannot_be_read_is_told_and_stops_nothing_else(selling: Selling, status_code: int) -> None:
    """A key may lack the right to one list, and Dutchie switches one off, or limits it, by itself."""
    fault = selling.sim.faults.add("status", match="GET /reporting/transactions", status=status_code, times=None)
    trip = await selling.sync()
    assert fault.fired
    assert set(trip.failures) == {account.store for account in selling.sim.accounts if account.system == "dutchie"}
    _, *stores = status.status(selling.register)
    for store in stores:
        sales = next(copied for copied in store.copied if copied.state.resource == "sales")
        assert sales.state.error
        assert sales.state.hint
        assert sales.state.good is None
        assert store.counts["packages"] > 0
    selling.sim.faults.clear()
    await selling.sync(7200)
    selling.assert_sold()


async def test_a_refused_key_is_not_tried_on_every_list(selling: Selling) -> None:
    await selling.sync()
    selling.sim.faults.add("status", match="GET /*", status=401, times=None)
    asked = len(selling.sim.calls)
    trip = await selling.sync()
    tills = [account.store for account in selling.sim.accounts if account.system == "dutchie"]
    assert set(tills) <= set(trip.failures)
    assert len([call for call in selling.sim.calls[asked:] if "/api/" not in call.path]) == len(tills)


async def test_what_failed_last_time_keeps_nothing_else_from_being_read(selling: Selling) -> None:
    """Two errors at once look like an outage, and then the till is left alone."""
    selling.sim.faults.add("status", match="GET /discounts/*", status=500, times=None)
    await selling.sync()
    await selling.sync()
    _, *stores = status.status(selling.register)
    assert all(store.counts["sales"] > 0 and store.counts["packages"] > 0 for store in stores)


async def test_an_emptied_stock_is_not_believed(selling: Selling) -> None:
    await selling.sync()
    register, store = selling.register, selling.sim.world.stores[0]
    before = register.db.read(lambda c: c.execute("SELECT count(*) AS n FROM package WHERE gone_at IS NULL").fetchone())
    for package in selling.sim.shop.goods.stock(store.id):
        selling.sim.shop.set_stock(package.id, package.quantity * 0)
    selling.clock.pass_by(60)
    await mirror.copy_resource(register, store.name, Resource.INVENTORY)
    after = register.db.read(lambda c: c.execute("SELECT count(*) AS n FROM package WHERE gone_at IS NULL").fetchone())
    assert after["n"] == before["n"]
    held = next(one for one in status.status(register) if one.connected.name == store.name)
    said = next(copied.state.error for copied in held.copied if copied.state.resource == "inventory")
    assert said == "The till's list of stock is far shorter than before, so the earlier one is kept."
    await status.accept(register, store.name, "inventory")
    selling.clock.pass_by(60)
    await mirror.copy_resource(register, store.name, Resource.INVENTORY)
    after = register.db.read(lambda c: c.execute("SELECT count(*) AS n FROM package WHERE gone_at IS NULL").fetchone())
    assert after["n"] < before["n"]
    with pytest.raises(InputError):
        await status.accept(register, store.name, "inventory")
    with pytest.raises(InputError):
        await status.accept(register, store.name, "nonsense")
