"""A sale that is somebody else's or nobody's by now, or was made elsewhere than was told first, is in AIQ once."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from budtender.backoffice import integrations
from budtender.backoffice.disconnect import disconnect
from budtender.backoffice.totals import totals
from budtender.cache import tickets
from budtender.simulator import upkeep
from budtender.simulator.sales import Sale
from tests.connectors.page_server import PageServer
from tests.counter.counter import SYSTEM
from tests.sync.company import WILLOW
from tests.sync.selling import Selling
from tests.sync.venue import Venue

NOTHING = Decimal(0)
TILLS = pytest.mark.parametrize("selling", ["dutchie", "posabit", "flourish", "custom"], indirect=True)
#: Longer than a night: what a till tells of a changed order only in its nightly sweep has come then.
NIGHT = 97_200


def by_customer(selling: Selling) -> dict[str, Decimal]:
    """What AIQ, once it has worked off what it was told, counts for each persona with a sale."""
    selling.sim.overnight()
    told: dict[str, Decimal] = defaultdict(Decimal)
    for sale in selling.sim.world.sales.values():
        told[sale.contact_id] += sale.total
    return {who: total for who, total in told.items() if total}


def two_people(selling: Selling) -> tuple[int, int]:
    store = selling.sim.world.stores[0].id
    people = [("Ida", "Grove", "7205550161"), ("Jon", "Heath", "7205550162")]
    found = [upkeep.add(selling.sim.world, store, *one, email_address=f"{one[0]}@example.org") for one in people]
    return found[0].customer_id, found[1].customer_id


def spent(selling: Selling, phone: str) -> Decimal:
    known = by_customer(selling)
    persona = selling.sim.world.find(phone)
    return Decimal(0) if persona is None else known.get(persona.contact_id, Decimal(0))


def guest_at(selling: Selling, sale: Sale) -> int:
    return selling.sim.shop.guests[sale.store_id]


@TILLS
@pytest.mark.requirement("A-019", "A-025")
async def test_a_sale_follows_whoever_the_till_says_bought_it(selling: Selling) -> None:
    await selling.sync()
    ida, jon = two_people(selling)
    shop = selling.sim.shop
    sale = shop.sell(selling.sim.world.stores[0].id, ida)
    worth = Decimal(sale.net_cents) / 100
    await selling.sync()
    assert (spent(selling, "7205550161"), spent(selling, "7205550162")) == (worth, NOTHING)
    for buyer, expected in (
        (jon, (NOTHING, worth)),
        (guest_at(selling, sale), (NOTHING, NOTHING)),
        (ida, (worth, NOTHING)),
    ):
        shop.edit_sale(sale.id, customer_id=buyer)
        # What is not refunded Flourish tells again within a week.
        for _ in range(8 if selling.system == "flourish" else 2):
            await selling.sync(NIGHT)
        assert (spent(selling, "7205550161"), spent(selling, "7205550162")) == expected, buyer
        selling.assert_sold()
        selling.assert_told()


async def test_a_sale_that_nobody_bought_and_that_is_voided_then_stays_given_back(selling: Selling) -> None:
    await selling.sync()
    ida, _ = two_people(selling)
    sale = selling.sim.shop.sell(selling.sim.world.stores[0].id, ida)
    await selling.sync()
    selling.sim.shop.edit_sale(sale.id, customer_id=guest_at(selling, sale))
    await selling.sync()
    selling.sim.shop.void(sale.id)
    await selling.sync()
    assert spent(selling, "7205550161") == 0
    selling.assert_told()


@pytest.mark.parametrize("what", ["void", "guest"])
async def test_what_aiq_took_and_whose_answer_was_lost_is_given_back_as_well(selling: Selling, what: str) -> None:
    await selling.sync()
    ida, _ = two_people(selling)
    sale = selling.sim.shop.sell(selling.sim.world.stores[0].id, ida)
    lost = selling.sim.faults.add("drop_after", match="POST /api/v1.1/createUpdateSale/*", times=None)
    await selling.sync()
    assert lost.fired
    selling.sim.faults.clear()
    assert spent(selling, "7205550161") > 0
    if what == "void":
        selling.sim.shop.void(sale.id)
    else:
        selling.sim.shop.edit_sale(sale.id, customer_id=guest_at(selling, sale))
    await selling.restart()
    await selling.sync(4_000)
    await selling.sync(4_000)
    assert spent(selling, "7205550161") == 0
    selling.assert_told()


@pytest.mark.requirement("A-025")
async def test_a_refund_goes_with_its_sale_and_an_order_keeps_its_id_when_its_place_is_told(
    register: Selling, company: tuple[PageServer, dict[str, Any]]
) -> None:
    server, order = company
    order |= {"facility_id": None}
    await integrations.connect_till(
        register.register, "flourish", "Company", "key-1", SYSTEM, base_url=server.url, location=WILLOW
    )
    # As a key is connected that was connected before a facility had to be chosen.
    await register.register.db.write(lambda c: c.execute("UPDATE connection SET account = '' WHERE name = 'Company'"))
    await register.restart()
    await register.sync()
    (first,) = told(register)
    assert first == "Company-00000017"
    (line,) = order["order_lines"]
    line["qty_returned"] = 1
    order |= {"payment_status": "Partially Refunded", "total_refund": 11.0}
    await register.sync(NIGHT)
    assert sum(told(register).values()) == 20
    order |= {"facility_id": WILLOW}
    for _ in range(2):
        await register.sync(NIGHT)
        assert first in told(register)
        assert sum(told(register).values()) == 20
        days = register.register.db.read(lambda c: tickets.totals(c, "2000-01-01", "2999-12-31"))
        assert {day.location_id for day in days} == {WILLOW}
        assert sum(day.net_cents for day in days) == 2000
    assert len({key.removesuffix("-R1") for key in told(register)} - {first}) <= 1
    order |= {"customer_id": None, "is_quicksale": True}
    await register.sync(NIGHT)
    await register.sync(NIGHT)
    assert by_customer(register) == {}


def told(register: Selling) -> dict[str, Decimal]:
    register.sim.overnight()
    return {key: sale.total for key, sale in register.sim.world.sales.items() if "00000017" in key}


async def test_a_key_that_came_after_gives_back_what_the_former_one_told(
    register: Selling, company: tuple[PageServer, dict[str, Any]]
) -> None:
    server, order = company

    async def connect(name: str) -> None:
        await integrations.connect_till(
            register.register, "flourish", name, "key-1", SYSTEM, base_url=server.url, location=WILLOW
        )

    await connect("Willow")
    await register.sync()
    assert sum(told(register).values()) == 30
    await disconnect(register.register, "Willow", SYSTEM)
    order |= {"customer_id": None, "is_quicksale": True}
    await connect("Willow Lane")
    await register.sync(NIGHT)
    assert by_customer(register) == {}
    assert register.refusals() == []


@pytest.mark.parametrize("what", ["guest", "void", "nothing"])
async def test_a_till_with_a_guest_of_its_own_gives_back_by_its_new_key(selling: Selling, what: str) -> None:
    await selling.sync()
    ida, _ = two_people(selling)
    store = selling.sim.world.stores[0]
    sale = selling.sim.shop.sell(store.id, ida)
    await selling.sync()
    await disconnect(selling.register, store.name, SYSTEM)
    if what == "void":
        selling.sim.shop.void(sale.id)
    elif what == "guest":
        selling.sim.shop.edit_sale(sale.id, customer_id=guest_at(selling, sale))
    account = next(one for one in selling.sim.accounts if one.system == "dutchie" and one.store == store.name)
    await integrations.connect_till(
        selling.register, "dutchie", "Another name", account.key, SYSTEM, base_url=account.base_url
    )
    await selling.sync()
    assert spent(selling, "7205550161") == (Decimal(sale.net_cents) / 100 if what == "nothing" else 0)
    selling.assert_told()


async def test_two_vendors_whose_stores_have_the_same_id_are_kept_apart(
    register: Selling, company: tuple[PageServer, dict[str, Any]], venue: Venue
) -> None:
    server, order = company
    order |= {"order_id": "17"}
    venue.sell(17, datetime.fromtimestamp(register.clock.wall(), UTC) - timedelta(hours=2))
    await integrations.connect_till(
        register.register, "flourish", "Willow", "key-1", SYSTEM, base_url=server.url, location=WILLOW
    )
    register.clock.pass_by(60)
    await integrations.connect_till(
        register.register, "posabit", "Juniper", "venue-1", SYSTEM, base_url=venue.url, location=WILLOW
    )
    for _ in range(2):
        await register.sync(NIGHT)
        register.sim.overnight()
        sales = {key: sale.total for key, sale in register.sim.world.sales.items() if key.endswith("-17")}
        assert sales == {f"{WILLOW}-17": 30, f"posabit-{WILLOW}-17": 20}
        today = datetime.fromtimestamp(register.clock.wall(), UTC).date()
        rows = await totals(register.register, today - timedelta(days=30), today, reports=False)
        assert sorted((row.store, row.totals.net_cents) for row in rows) == [("Juniper", 2000), ("Willow", 3000)]
    await disconnect(register.register, "Juniper", SYSTEM)
    await integrations.connect_till(
        register.register, "posabit", "Pine", "venue-1", SYSTEM, base_url=venue.url, location=WILLOW
    )
    await register.sync(NIGHT)
    register.sim.overnight()
    assert {key for key in register.sim.world.sales if key.endswith("-17")} == set(sales)
