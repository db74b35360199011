"""One world, seen through every till: the same shoppers, sales, returns, merges and moved phones come out equal.

What is held against each other is in the words of our model; where a till cannot tell something apart, the words are
those that every till can.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from budtender.connectors import CONNECTORS
from budtender.model import PULLS, Can, Resource
from budtender.phone import from_remote
from budtender.simulator import Simulation, upkeep
from budtender.simulator.records import Customer
from budtender.simulator.sales import Sale
from tests.connectors.till_copy import Copy, Kept, Line, SaleFacts, Shopper

TILLS = [name for name in sorted(CONNECTORS) if PULLS[Resource.SALES] in CONNECTORS[name].can]


@pytest.fixture
def world() -> Iterator[Simulation]:
    with Simulation(shoppers=60, stores=2, crowd=120, sales=300, days=60, seed=3, limits=False) as simulation:
        yield simulation


@pytest.fixture(params=TILLS)
def copy(request: pytest.FixtureRequest, world: Simulation) -> Copy:
    assert isinstance(request.param, str)
    return Copy(request.param, world)


# ── the world in the same words ───────────────────────────────────────────────────────────────────────────


def _shoppers(world: Simulation) -> dict[str, Shopper]:
    return {str(known.customer_id): _shopper(known) for known in world.world.customers if not known.is_anonymous}


def _shopper(known: Customer) -> Shopper:
    return Shopper(
        known.first_name or "",
        known.last_name or "",
        known.email_address,
        date.fromisoformat(known.date_of_birth[:10]) if known.date_of_birth else None,
        known.city,
        known.state,
        known.postal_code,
        known.status == upkeep.ARCHIVED or known.merged_into_customer_id is not None,
    )


def _numbers(known: Customer) -> list[str]:
    """A customer's numbers, the one to call first."""
    return [number for text in (known.phone, known.cell_phone) if (number := from_remote(text))]


def _assert_phones(copy: Copy, world: Simulation) -> None:
    """Every till tells the number to call, and none that is not the customer's any more."""
    for customer_id, told in copy.phones.items():
        known = world.world.customers.get(int(customer_id))
        assert known is not None
        numbers = _numbers(known)
        assert told <= set(numbers)
        assert set(numbers[:1]) <= told


def _sold(world: Simulation) -> list[Sale]:
    return [sale for sale in world.shop.sales if sale.kind == "Retail" and not sale.return_of]


def _buyer(world: Simulation, sale: Sale) -> str | None:
    return None if sale.customer_id in world.shop.guests.values() else str(sale.customer_id)


def _store(world: Simulation, sale: Sale) -> str:
    return next(store.name for store in world.world.stores if store.id == sale.store_id)


def _sales(world: Simulation) -> dict[str, SaleFacts]:
    goods = world.shop.goods.products
    return {
        str(sale.id): SaleFacts(
            _store(world, sale),
            _milliseconds(sale.sold_at),
            _buyer(world, sale),
            sale.net_cents,
            sale.tax_cents,
            sale.discount_cents,
            tuple(
                sorted(
                    Line(
                        goods[line.product_id].sku,
                        line.quantity,
                        line.total_cents - line.discount_cents,
                        line.discount_cents,
                    )
                    for line in sale.lines
                    if not line.coupon
                )
            ),
        )
        for sale in _sold(world)
    }


def _milliseconds(seconds: float) -> datetime:
    """A time as exactly as the least exact till tells it."""
    return datetime.fromtimestamp(int(seconds * 1_000) / 1_000, UTC)


def _kept(world: Simulation) -> dict[tuple[str, str | None], Kept]:
    cents: defaultdict[tuple[str, str | None], int] = defaultdict(int)
    units: defaultdict[tuple[str, str | None], defaultdict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for sale in _sold(world):
        who = _store(world, sale), _buyer(world, sale)
        for line in sale.lines:
            if sale.void_at is None and not line.returned_by and not line.coupon:
                units[who][world.shop.goods.products[line.product_id].sku] += line.quantity
                cents[who] += line.total_cents - line.discount_cents
    return {who: Kept(cents[who], {sku: n for sku, n in units[who].items() if n}) for who in units}


def _stock(world: Simulation) -> dict[tuple[str, str], Decimal]:
    """What lies in the stores of products that are offered online: one till lists no others."""
    found: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for store in world.world.stores:
        for package in world.shop.goods.stock(store.id):
            product = world.shop.goods.products[package.product_id]
            if product.online:
                found[store.name, product.sku] += package.quantity
    return {key: amount for key, amount in found.items() if amount}


def _assert_equal(copy: Copy, world: Simulation) -> None:
    assert copy.unreadable == 0
    assert copy.shoppers == _shoppers(world)
    _assert_phones(copy, world)
    assert _to_milliseconds(copy.sales) == _sales(world)
    assert _worth_something(copy.kept) == _worth_something(_kept(world))
    if PULLS[Resource.INVENTORY] in copy.can:
        offered = {product.sku for product in world.shop.goods.products.values() if product.online}
        assert {key: amount for key, amount in copy.stock.items() if key[1] in offered} == _stock(world)


def _to_milliseconds(sales: dict[str, SaleFacts]) -> dict[str, SaleFacts]:
    return {number: sale._replace(at=_milliseconds(sale.at.timestamp())) for number, sale in sales.items()}


def _worth_something(kept: dict[tuple[str, str | None], Kept]) -> dict[tuple[str, str | None], Kept]:
    """Without shoppers who have given everything back: whether they are still listed is the till's affair."""
    return {who: what for who, what in kept.items() if what.net_cents or what.units}


# ── what happens ──────────────────────────────────────────────────────────────────────────────────────────


async def test_a_first_pull_brings_the_world_as_it_is(copy: Copy, world: Simulation) -> None:
    assert await copy.pull()
    _assert_equal(copy, world)


async def test_merges_archives_and_moved_phones_arrive(copy: Copy, world: Simulation) -> None:
    await copy.pull()
    people = [known for known in world.world.customers if _numbers(known) and not _shopper(known).gone]
    loser, survivor, left, giver, taker, renamed = (known.customer_id for known in people[:6])
    upkeep.merge(world.world, loser, survivor)
    upkeep.archive(world.world, left)
    number = from_remote(upkeep.move_phone(world.world, giver, taker))
    upkeep.edit(world.world, renamed, last_name="Ōtani", email_address="otani@example.org")
    newcomer = upkeep.add(world.world, 31, "Perpetua", "Quill", "(303) 555-0160")
    await copy.pull()
    _assert_equal(copy, world)
    shoppers = copy.shoppers
    assert copy.phones[str(giver)] == frozenset()
    assert number in copy.phones[str(taker)]
    assert shoppers[str(left)].gone
    assert shoppers[str(loser)].gone
    assert not shoppers[str(survivor)].gone
    assert copy.phones[str(newcomer.customer_id)] == {"+13035550160"}
    if Can.TELL_MERGES in copy.can:
        assert copy.customers[str(loser)].merged_into == str(survivor)


async def test_returns_and_voids_count_once(copy: Copy, world: Simulation) -> None:
    shelf = [package.product_id for package in world.shop.on_shelf(31)]
    buyer = next(known.customer_id for known in world.world.customers if not known.is_anonymous)
    cart = [(shelf[0], Decimal(2)), (shelf[7], Decimal(1)), (shelf[3], Decimal(1))]
    partly = world.shop.sell(31, buyer, cart, discount_cents=100, discount_id=70_101)
    whole = world.shop.sell(31, buyer, cart)
    void = world.shop.sell(31, buyer, cart)
    old = world.shop.sell(32, buyer, None, at=world.clock.now() - 40 * 86_400)
    await copy.pull()
    _assert_equal(copy, world)
    world.shop.give_back(partly.id, [1])
    world.shop.give_back(whole.id)
    world.shop.void(void.id)
    world.shop.give_back(old.id)
    for _ in range(2):
        await copy.pull()
        _assert_equal(copy, world)
    world.shop.give_back(partly.id, [2])
    await copy.pull()
    _assert_equal(copy, world)
    assert str(void.id) in copy.voided


async def test_prices_and_stock_arrive(copy: Copy, world: Simulation) -> None:
    await copy.pull()
    package = world.shop.on_shelf(32)[2]
    world.shop.edit_product(package.product_id, price_cents=4_242)
    world.shop.set_stock(package.id, Decimal(0))
    world.shop.receive(32, package.product_id, Decimal(17))
    await copy.pull()
    _assert_equal(copy, world)
    product = copy.products[str(package.product_id)]
    known = world.shop.goods.products[package.product_id]
    assert (product.price_cents, product.sku, product.name) == (4_242, known.sku, known.name)
    assert (product.brand, product.category) == (known.brand, known.category)


async def test_a_life_of_a_hundred_events_comes_out_equal(copy: Copy, world: Simulation) -> None:
    await copy.pull()
    for _ in range(2):
        world.life.happen(50)
        await copy.pull()
        _assert_equal(copy, world)


@pytest.mark.parametrize("name", TILLS)
async def test_pulls_that_are_broken_off_again_and_again_come_out_equal(name: str) -> None:
    with Simulation(shoppers=30, stores=1, crowd=60, sales=60, days=20, seed=4, limits=False) as world:
        copy = Copy(name, world)
        for batches in itertools.count(2):
            if await copy.pull(stop_after=batches):
                break
            if batches < 5:
                world.life.happen(10)
        assert batches > 2
        await copy.pull()
        _assert_equal(copy, world)
