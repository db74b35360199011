"""How far back, of which market, and nothing from a frozen till: what a store's settings let through."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from budtender.backoffice import status as statuses
from budtender.model import Customer
from budtender.simulator import Simulation, upkeep
from budtender.simulator.records import till_time
from budtender.simulator.sales import RETAIL
from budtender.sync import scope
from tests.sync.selling import Selling

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
TILLS = ["dutchie", "posabit", "flourish"]


@pytest.fixture
def old_market() -> Iterator[Simulation]:
    """A store that has sold for three years."""
    with Simulation(shoppers=30, stores=1, sales=240, days=1_100, limits=False) as running:
        yield running


@pytest.fixture
async def old(tmp_path: Path, old_market: Simulation) -> AsyncIterator[Selling]:
    counter = Selling(tmp_path / "home", old_market)
    await counter.open()
    await counter.connect()
    await counter.connect_stores("dutchie")
    yield counter
    await counter.register.close()


# ── pure ──────────────────────────────────────────────────────────────────────────────────────────────────


@given(state=st.sampled_from([None, "", "CO", "co", "Colorado", " colorado ", "C.O.", "WY", "Wyoming", "New York"]))
def test_a_state_is_the_same_however_it_is_written(state: str | None) -> None:
    inside = scope.in_market(state, "CO")
    assert inside is scope.in_market(state, "Colorado")
    assert inside is (state not in ("WY", "Wyoming", "New York"))
    assert scope.in_market(state, "")


@pytest.mark.requirement("D-049", "D-050")
@given(days=st.integers(1, 7_300))
def test_the_first_copy_reaches_back_as_set_and_over_everything_with_archives(days: int) -> None:
    assert scope.reach(NOW, days, archives=False) == NOW - timedelta(days=days)
    assert scope.reach(NOW, days, archives=True) is None


@given(ago=st.integers(0, 3_000), days=st.integers(1, 1_000))
def test_from_the_archive_is_who_would_not_have_come_without_it(ago: int, days: int) -> None:
    customer = Customer(id="1", modified=NOW - timedelta(days=ago))
    horizon = NOW - timedelta(days=days)
    assert scope.from_archive(customer, horizon) is (ago > days)
    assert not scope.from_archive(customer, None)
    assert not scope.from_archive(Customer(id="1"), horizon)


def test_a_negative_balance_is_explained() -> None:
    assert "archive since Mar 1, 2026" in scope.why_negative(NOW)
    assert "Earning goes on." in scope.why_negative(NOW)


# ── the market of a key ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.requirement("D-065", "P-030", "F-029")
@pytest.mark.parametrize("selling", TILLS, indirect=True)
async def test_only_the_market_of_the_key_is_synced_until_that_is_switched_off(selling: Selling) -> None:
    sim = selling.sim
    buyers = list(Tally(sale.customer_id for sale in selling.owed()))
    stranger = buyers[0]
    upkeep.edit(sim.world, stranger, state="WY")
    for other in buyers[1:]:
        upkeep.edit(sim.world, other, state="CO")
    await selling.set(relevant_market="on")
    await selling.register.db.write(lambda c: c.execute("UPDATE connection SET market = 'CO'"))
    await selling.sync()
    sim.overnight()
    theirs = [sale for sale in selling.owed() if sale.customer_id == stranger]
    assert theirs
    told = {pos_id.removesuffix("-void").rpartition("-")[2] for pos_id in sim.world.sales}
    if selling.system != "flourish":
        assert told == {str(sale.id) for sale in selling.owed()} - {str(sale.id) for sale in theirs}
    assert len(told) < len(list(selling.owed()))
    reasons = {row[3] for row in selling.refusals()}
    assert reasons == {scope.OUTSIDE}
    for till in statuses.status(selling.register)[1:]:
        assert {why for _, why, _ in till.reasons} <= {scope.OUTSIDE}
        assert {kind: count for kind, _, count in till.reasons} == till.refused
    await selling.sync()
    await selling.set(relevant_market="off")
    await selling.sync()
    selling.assert_told()
    assert selling.refusals() == []


async def test_a_sale_follows_the_market_of_who_is_left_of_a_merge(selling: Selling) -> None:
    sim = selling.sim
    merged, *others = Tally(sale.customer_id for sale in selling.owed())
    for other in (merged, *others):
        upkeep.edit(sim.world, other, state="CO")
    left = upkeep.add(sim.world, sim.world.stores[0].id, "Ada", "Stone", "7205550177")
    upkeep.edit(sim.world, left.customer_id, state="WY")
    upkeep.merge(sim.world, merged, left.customer_id)
    await selling.set(relevant_market="on", sync_personas="on")
    await selling.register.db.write(lambda c: c.execute("UPDATE connection SET market = 'CO'"))
    await selling.sync()
    sim.overnight()
    theirs = {str(sale.id) for sale in selling.owed() if sale.customer_id == merged}
    assert theirs
    assert not theirs & {pos_id.rpartition("-")[2] for pos_id in sim.world.sales}
    upkeep.edit(sim.world, left.customer_id, state="CO")
    for _ in range(2):
        await selling.sync()
    selling.assert_told()
    assert all(sale.contact_id for sale in sim.world.sales.values())
    assert selling.refusals() == []


async def test_what_was_voided_while_it_was_held_back_is_not_given_back_to_aiq(selling: Selling) -> None:
    sim = selling.sim
    stranger, *others = Tally(sale.customer_id for sale in selling.owed())
    upkeep.edit(sim.world, stranger, state="WY")
    for other in others:
        upkeep.edit(sim.world, other, state="CO")
    await selling.set(relevant_market="on")
    await selling.register.db.write(lambda c: c.execute("UPDATE connection SET market = 'CO'"))
    sold = sim.shop.sell(sim.world.stores[0].id, stranger)
    await selling.sync()
    sim.shop.void(sold.id)
    await selling.sync()
    await selling.set(relevant_market="off")
    await selling.sync()
    selling.assert_told()
    assert not [pos_id for pos_id in sim.world.sales if pos_id.endswith("-void")]


# ── archives ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.requirement("D-049")
async def test_without_the_archives_the_copy_reaches_back_a_year_or_as_set(old: Selling) -> None:
    await old.set(history_days="200")
    await old.sync()
    first = old.register.db.read(lambda c: c.execute("SELECT min(day) AS day FROM ticket").fetchone())["day"]
    oldest = datetime.fromtimestamp(old.sim.clock.now(), UTC) - timedelta(days=203)
    assert first >= oldest.date().isoformat()
    assert 0 < old.count("ticket") < len(list(old.sim.shop.sales))


@pytest.mark.parametrize("selling", TILLS, indirect=True)
async def test_who_has_no_time_of_change_comes_with_the_first_copy(selling: Selling) -> None:
    sim = selling.sim
    undated = upkeep.add(sim.world, sim.world.stores[0].id, "Ada", "Stone", "7205550177")
    old = upkeep.add(sim.world, sim.world.stores[0].id, "Old", "Stone", "7205550178")
    long_ago = till_time(sim.clock.now() - timedelta(days=700).total_seconds())
    with sim.world.moment():
        sim.world.customers.put(replace(undated, last_modified=None))
        sim.world.customers.put(replace(old, last_modified=long_ago))
    await selling.sync()
    rows = selling.register.db.read(lambda c: c.execute("SELECT id FROM customer").fetchall())
    known = {row["id"] for row in rows}
    assert str(undated.customer_id) in known
    assert str(old.customer_id) not in known


@pytest.mark.requirement("D-048", "D-050", "D-051", "D-052", "D-053", "D-054", "D-056", "X-09")
async def test_archives_are_mirrored_backwards_and_both_sides_count_the_same(old: Selling) -> None:
    sim = old.sim
    await old.sync()
    sim.overnight()
    year_only = old.count("ticket")
    buyers = [number for number, _ in Tally(sale.customer_id for sale in old.owed()).most_common()]
    upkeep.archive(sim.world, buyers[0])
    upkeep.merge(sim.world, buyers[1], buyers[2])
    await old.sync()
    assert old.count("ticket") - year_only <= 1
    await old.set(mirror_archives="on")
    trip = await old.sync()
    assert trip.failures == {}
    assert old.count("ticket") == len([sale for sale in sim.shop.sales if sale.kind == RETAIL])
    old.assert_sold()
    old.assert_told()
    with sim.world.moment():
        phones = Tally(p.mobile for p in sim.world.personas.everyone() if p.mobile and p.source_ids)
        holders = [sim.world.personas.survivor(sale.contact_id) for sale in sim.world.sales.values()]
        orders = Tally(persona.contact_id for persona in holders if persona is not None)
    assert not [phone for phone, n in phones.items() if n > 1]
    # What was bought on the archived profile is still that person's, and the merged ones' sales are the survivor's.
    for number in (buyers[0], buyers[2]):
        persona = next(p for p in sim.world.personas.everyone() if str(number) in p.source_ids)
        own = {buyers[1], buyers[2]} if number == buyers[2] else {number}
        assert orders[persona.contact_id] == sum(sale.customer_id in own for sale in old.owed())
    till = next(one for one in statuses.status(old.register) if one.connected.system == "dutchie")
    assert till.archives is not None
    assert till.counts["from_archive"] == old.register.db.read(
        lambda c: c.execute("SELECT count(*) AS n FROM customer WHERE archive = 1").fetchone()["n"]
    )
    calls = len(sim.calls)
    await old.sync(60)
    assert len(sim.calls) - calls < 60  # the archive is read once


# ── frozen ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.requirement("D-059", "P-034", "F-023")
@pytest.mark.parametrize("selling", TILLS, indirect=True)
async def test_a_frozen_till_is_asked_nothing_and_says_as_of_when(selling: Selling) -> None:
    await selling.sync()
    tickets = selling.count("ticket")
    copied = max(
        one.state.good
        for credential in statuses.status(selling.register)
        if credential.connected.system == selling.system
        for one in credential.copied
        if one.state.good
    )
    await selling.set(last_backup=selling.system)
    before = len([call for call in selling.sim.calls if not call.path.startswith("/api/")])
    selling.sim.shop.sell(selling.sim.world.stores[0].id)
    for _ in range(2):
        await selling.sync(90_000)
    assert len([call for call in selling.sim.calls if not call.path.startswith("/api/")]) == before
    assert selling.count("ticket") == tickets
    frozen = [one for one in statuses.status(selling.register) if one.connected.system == selling.system]
    assert max(one.backup for one in frozen if one.backup) == copied
    await selling.set(last_backup="")
    await selling.sync()
    assert selling.count("ticket") > tickets
