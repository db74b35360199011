"""The twenty rules that keep Dutchie's data right, each with the test that would fail without it.

They are what the vendor's papers say and what clients in use had to learn.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import budtender.connectors
from budtender.connectors import dutchie_calls as calls
from budtender.connectors.dutchie import Dutchie
from budtender.connectors.limiter import Limiter
from budtender.errors import Refused
from budtender.model import Cursor, Customer, Resource, Ticket, TicketState
from budtender.simulator import Simulation, upkeep
from budtender.simulator.dutchie_habits import Habits
from tests.connectors.call_log import MemoryCallLog
from tests.connectors.page_server import Page, PageServer

STORE = 31
LISTS = [resource for resource in Resource if resource is not Resource.REFUNDS]


@contextmanager
def a_till(**options: Any) -> Iterator[tuple[Simulation, Dutchie]]:
    with Simulation(**({"shoppers": 30, "seed": 1, "limits": False} | options)) as simulation:
        yield simulation, Dutchie.connect(simulation.url, simulation.dutchie_key)


async def rows_of(till: Dutchie, resource: Resource, since: Cursor | None = None) -> list[Any]:
    return [row async for batch in till.pull(resource, since) for row in batch.rows]


@pytest.mark.requirement("D-005")
@pytest.mark.requirement("D-006")
async def test_rule_1_a_key_says_its_location_and_two_keys_may_say_the_same() -> None:
    with a_till() as (sim, till):
        medical = Dutchie.connect(sim.url, sim.dutchie_medical_keys["Harbor Street"])
        other = Dutchie.connect(sim.url, sim.dutchie_keys["Old Mill"])
        ids = [(await connector.whoami()).id for connector in (till, medical, other)]
        for connector in (till, medical, other):
            await connector.aclose()
    assert ids[0] == ids[1] != ids[2]


async def test_rule_2_every_request_says_who_asks_and_what_it_takes(
    paged_till: Dutchie, till_pages: PageServer
) -> None:
    for resource in LISTS:
        await rows_of(paged_till, resource, Cursor(at=datetime.now(UTC)))
    assert {asked.headers["accept"] for asked in till_pages.asked} == {"application/json"}
    assert all(asked.headers["user-agent"].startswith("Budtender/") for asked in till_pages.asked)


async def test_rule_3_names_of_parameters_stand_in_one_place() -> None:
    """A misspelt flag is ignored in silence and costs every item; so that no name is written twice."""
    with a_till() as (sim, till):
        sim.shop.sell(STORE, None)
        (ticket,) = await rows_of(till, Resource.SALES, Cursor(at=datetime.now(UTC)))
        await till.aclose()
    assert ticket.lines
    written = [path.read_text() for path in Path(budtender.connectors.__file__).parent.glob("dutchie*.py")]
    for name in ("IncludeDetail", "LastModifiedDateUTC", "PageNumber", "includeAnonymous", "includeLabResults"):
        places = [text for text in written if f'"{name}"' in text or f'from{name}"' in text]
        assert len(places) == 1, name


async def test_rule_4_names_are_spelt_as_the_papers_spell_them(paged_till: Dutchie, till_pages: PageServer) -> None:
    """Other spellings work in practice; nothing is left to that."""
    since = Cursor(at=datetime.now(UTC))
    await rows_of(paged_till, Resource.SALES, since)
    await rows_of(paged_till, Resource.CUSTOMERS, since)
    (sales,) = till_pages.requests(f"GET {calls.TRANSACTIONS}")
    assert set(calls.CHANGED_SALES) <= sales.query.keys()
    (customers, *_) = till_pages.requests(f"GET {calls.CUSTOMERS}")
    assert set(calls.CHANGED) <= customers.query.keys()


async def test_rule_5_transactions_are_asked_for_in_one_way_at_a_time(
    paged_till: Dutchie, till_pages: PageServer
) -> None:
    await rows_of(paged_till, Resource.SALES, Cursor(at=datetime.now(UTC) - timedelta(days=400)))
    for asked in till_pages.requests(f"GET {calls.TRANSACTIONS}"):
        assert {"TransactionId", "FromDateUTC", "ToDateUTC"}.isdisjoint(asked.query)


async def test_rule_6_windows_have_both_ends_and_are_bounded(paged_till: Dutchie, till_pages: PageServer) -> None:
    for resource in (Resource.SALES, Resource.CUSTOMERS):
        await rows_of(paged_till, resource)
    for path, names, widest in ((calls.TRANSACTIONS, calls.CHANGED_SALES, 60), (calls.CUSTOMERS, calls.CHANGED, 90)):
        for asked in till_pages.requests(f"GET {path}"):
            start, end = (datetime.fromisoformat(asked.query[name]) for name in names)
            assert timedelta(0) <= end - start <= timedelta(days=widest)


@pytest.mark.parametrize("pages", ["spec", "guide"])
async def test_rule_7_pages_are_walked_whichever_paper_holds(pages: str) -> None:
    with a_till(dutchie_pages=pages, crowd=230) as (sim, till):
        found = {row.id for row in await rows_of(till, Resource.CUSTOMERS) if isinstance(row, Customer)}
        undated = {str(known.customer_id) for known in sim.world.customers if known.last_modified is None}
        await till.aclose()
    assert undated
    assert undated <= found


async def test_rule_8_customers_come_by_windows_and_by_pages_only_what_windows_miss() -> None:
    """A row that is changed while pages are read moves to another page, and its neighbour is passed over."""
    with a_till(crowd=40) as (sim, till):
        seen: list[str] = []
        cursor = None
        async for batch in till.pull(Resource.CUSTOMERS, None):
            if not seen:
                upkeep.edit(sim.world, 2_000_010, last_name="Moved")
            seen += [row.id for row in batch.rows if isinstance(row, Customer)]
            cursor = batch.cursor or cursor
        moved = await rows_of(till, Resource.CUSTOMERS, cursor)
        undated = [str(known.customer_id) for known in sim.world.customers if known.last_modified is None]
        everyone = {str(known.customer_id) for known in sim.world.customers}
        await till.aclose()
    assert {*seen, *(row.id for row in moved if row.last_name == "Moved")} == everyone
    assert seen[-len(undated) :] == undated


async def test_rule_9_null_is_an_empty_list(paged_till: Dutchie, till_pages: PageServer) -> None:
    lists = dict.fromkeys(("items", "discounts", "taxSummary", "orderIds"))
    sale = {"transactionId": 1, "transactionDate": "2026-03-04T10:00:00Z", **lists}
    item = {"transactionItemId": 1, "quantity": 1, "totalPrice": 2, "discounts": None, "taxes": None}
    till_pages.play(f"GET {calls.TRANSACTIONS}", Page(body=[sale, sale | {"transactionId": 2, "items": [item]}]))
    stock = {"inventoryId": 1, "productId": 1, "quantityAvailable": 1}
    nulls = dict.fromkeys(("labResults", "roomQuantities", "tags", "lineage"))
    till_pages.play(f"GET {calls.INVENTORY}", Page(body=[stock | nulls]))
    product = {"productId": 1, **dict.fromkeys(("imageUrls", "tags", "pricingTierData", "taxCategories"))}
    till_pages.play(f"GET {calls.ALL_PRODUCTS}", Page(body=[product]))
    till_pages.play(f"GET {calls.CUSTOMERS}", Page(body=[{"customerId": 1, "discountGroups": None}]))
    till_pages.play(f"GET {calls.ALL_DISCOUNTS}", Page(body=[{"discountId": 1, "discountGroups": None}]))
    for resource, count in (
        (Resource.SALES, 2),
        (Resource.INVENTORY, 1),
        (Resource.PRODUCTS, 1),
        (Resource.CUSTOMERS, 1),
        (Resource.DISCOUNTS, 1),
        (Resource.GROUPS, 0),
    ):
        assert len(await rows_of(paged_till, resource, Cursor(at=datetime.now(UTC)))) == count
    till_pages.play(f"GET {calls.TRANSACTIONS}", Page(body="null"))
    assert await rows_of(paged_till, Resource.SALES, Cursor(at=datetime.now(UTC))) == []


async def test_rule_10_money_is_counted_in_decimals(paged_till: Dutchie, till_pages: PageServer) -> None:
    """0.285 dollars are 29 cents, which binary fractions make 28 of; and a tenth thrice is three tenths."""
    items = [
        {"transactionItemId": place, "quantity": 0.1, "totalPrice": 0.1, "unitPrice": 1.005} for place in (1, 2, 3)
    ]
    text = {"totalBeforeTax": 0.285, "tax": 1.005, "total": 1.29, "items": items}
    sale = {"transactionId": 1, "transactionDate": "2026-03-04T10:00:00Z", **text}
    till_pages.play(f"GET {calls.TRANSACTIONS}", Page(body=[sale]))
    (ticket,) = await rows_of(paged_till, Resource.SALES, Cursor(at=datetime.now(UTC)))
    assert (ticket.net_cents, ticket.tax_cents, ticket.total_cents) == (29, 101, 129)
    assert sum(line.quantity for line in ticket.lines) == Decimal("0.3")
    assert [line.price_cents for line in ticket.lines] == [101] * 3


async def test_rule_11_a_void_keeps_its_amounts_and_counts_nothing() -> None:
    with a_till() as (sim, till):
        sold = sim.shop.sell(STORE, None)
        sim.shop.void(sold.id)
        (ticket,) = await rows_of(till, Resource.SALES, Cursor(at=datetime.now(UTC)))
        await till.aclose()
    assert (ticket.state, ticket.net_cents) == (TicketState.VOIDED, sold.net_cents)


@pytest.mark.parametrize("returns", ["negative", "positive", "mixed"])
async def test_rules_12_and_13_a_return_counts_once_and_negative(returns: str) -> None:
    with a_till(dutchie_habits=Habits(returns=returns)) as (sim, till):
        sold = sim.shop.sell(STORE, None, [(3002, Decimal(2)), (3003, Decimal(1))])
        sim.shop.give_back(sold.id, [1])
        tickets = await rows_of(till, Resource.SALES, Cursor(at=datetime.now(UTC)))
        ((_, day),) = sim.shop.totals().items()
        await till.aclose()
    assert sum(ticket.net_cents for ticket in tickets) == day.net_cents
    assert sum(line.quantity for ticket in tickets for line in ticket.lines) == day.units
    sale = next(ticket for ticket in tickets if not ticket.refund)
    assert [line.returned for line in sale.lines] == [2, 0]


async def test_rule_14_transfers_and_wholesale_are_no_sales() -> None:
    with a_till() as (sim, till):
        sold = sim.shop.sell(STORE, None)
        kept = sim.shop.sell(STORE, None)
        sim.shop.sales.put(sim.shop.edit_sale(sold.id, kind="Transfer"))
        tickets = await rows_of(till, Resource.SALES, Cursor(at=datetime.now(UTC)))
        await till.aclose()
    assert [ticket.id for ticket in tickets] == [str(kept.id)]


async def test_rule_15_people_nobody_knows_are_marked_and_their_sales_count() -> None:
    """Lists hold them unless asked not to, and a sale does not tell: so they come, as nobody and nothing more."""
    with a_till(sales=40, days=20) as (sim, till):
        customers = {row.id: row for row in await rows_of(till, Resource.CUSTOMERS)}
        sim.shop.sell(STORE, None)
        tickets = await rows_of(till, Resource.SALES)
        await till.aclose()
    guests = {str(number) for number in sim.shop.guests.values()}
    assert {row.id for row in customers.values() if row.anonymous} == guests
    guest = customers[str(sim.shop.guests[STORE])]
    assert guest == Customer(id=guest.id, anonymous=True, modified=guest.modified, created=guest.created)
    assert guest.id in {ticket.customer_id for ticket in tickets}


async def test_rule_15_is_said_either_way(paged_till: Dutchie, till_pages: PageServer) -> None:
    await rows_of(paged_till, Resource.CUSTOMERS)
    for path, said in ((calls.CUSTOMERS, "true"), (calls.CUSTOMER_PAGES, "false")):
        assert {asked.query["includeAnonymous"] for asked in till_pages.requests(f"GET {path}")} == {said}


async def test_rule_16_products_are_read_from_the_list_that_hides_nothing() -> None:
    with a_till() as (sim, till):
        found = {row.id: row for row in await rows_of(till, Resource.PRODUCTS)}
        await till.aclose()
    hidden = [known for known in sim.shop.goods.products.values() if not known.online]
    assert hidden
    assert all(found[str(known.id)].online is False for known in hidden)
    inactive = [known for known in sim.shop.goods.products.values() if not known.active]
    assert all(not found[str(known.id)].active for known in inactive)


async def test_rules_17_and_18_stock_is_a_whole_list_and_an_empty_one_is_doubted() -> None:
    """Sold out is absent, so a list replaces the one before; how many rows it has goes with it, for the guard."""
    with a_till(dutchie_habits=Habits(no_inventory=True)) as (_, till):
        batches = [batch async for batch in till.pull(Resource.INVENTORY, None)]
        await till.aclose()
    assert sum(len(batch.rows) for batch in batches) == batches[-1].total
    assert batches[-1].total
    assert all(batch.snapshot for batch in batches)


async def test_rule_19_a_sale_tells_its_stores_own_day() -> None:
    with a_till(sales=400, days=40) as (sim, till):
        tickets = [row for row in await rows_of(till, Resource.SALES) if isinstance(row, Ticket)]
        location = await till.whoami()
        await till.aclose()
    assert location.zone is None
    assert {ticket.day for ticket in tickets} == {
        sim.shop.day_of(sale.sold_at) for sale in sim.shop.sales if sale.store_id == STORE and sale.kind == "Retail"
    }
    assert any(ticket.day != ticket.at.date() for ticket in tickets)


def test_rule_20_nothing_is_written_but_customers() -> None:
    """There is no public way to write a discount, a group, points, a check-in or a refund; no other way is used."""
    for path in Path(budtender.connectors.__file__).parent.glob("dutchie*.py"):
        text = path.read_text()
        assert text.count("http.write(") == (2 if path.name == "dutchie.py" else 0), path.name
    assert calls.CUSTOMER_WRITE == "/customer/customer"


# ── what goes with them ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.requirement("D-046")
async def test_joining_a_group_is_seen_within_a_day_even_if_it_moves_no_time() -> None:
    """Whether it moves the time of change is not public; so all are walked through once a day."""
    with a_till(crowd=10) as (sim, till):
        cursor = None
        async for batch in till.pull(Resource.CUSTOMERS, None):
            cursor = batch.cursor or cursor
        one = upkeep.customer(sim.world, 2_000_005)
        sim.world.customers.put(type(one)(**{**as_dict(one), "discount_groups": ["Growers"]}))
        soon = await rows_of(till, Resource.CUSTOMERS, cursor)
        assert cursor is not None
        sim.clock.advance(86_400)
        await till.whoami()
        late = {row.id: row for row in await rows_of(till, Resource.CUSTOMERS, cursor)}
        await till.aclose()
    assert "2000005" not in {row.id for row in soon}
    assert late["2000005"].discount_groups == ("Growers",)


def as_dict(customer: Any) -> dict[str, Any]:
    return {name: getattr(customer, name) for name in type(customer).__struct_fields__}


@pytest.mark.requirement("D-072")
async def test_the_fields_that_are_synced_are_read() -> None:
    with a_till() as (sim, till):
        one = sim.world.customers.page(0, 1)[0]
        upkeep.edit(
            sim.world,
            one.customer_id,
            first_name="Nova",
            last_name="Quist",
            phone="(970) 555-0142",
            cell_phone=None,
            email_address="nova@example.org",
            gender="F",
            date_of_birth="1990-04-18T00:00:00",
            address1="1 Aspen St",
            address2="Unit 2",
            city="Salida",
            state="CO",
            postal_code="81201",
            mmjid_number="MED-1",
            discount_groups=["Veterans", " ", "Seniors"],
        )
        (found,) = [row for row in await rows_of(till, Resource.CUSTOMERS) if row.id == str(one.customer_id)]
        await till.aclose()
    assert (found.first_name, found.last_name, found.phones) == ("Nova", "Quist", ("+19705550142",))
    assert (found.email, found.gender, str(found.birth_date)) == ("nova@example.org", "F", "1990-04-18")
    assert (found.address1, found.address2, found.city, found.state, found.postal_code) == (
        "1 Aspen St",
        "Unit 2",
        "Salida",
        "CO",
        "81201",
    )
    assert (found.medical_id, found.discount_groups) == (hashlib.sha256(b"MED1").hexdigest(), ("Veterans", "Seniors"))


@pytest.mark.requirement("D-051")
async def test_archived_and_merged_profiles_come_and_say_so() -> None:
    with a_till() as (sim, till):
        one, other, third = (known.customer_id for known in sim.world.customers.page(0, 3))
        upkeep.archive(sim.world, one)
        upkeep.merge(sim.world, other, third)
        found = {row.id: row for row in await rows_of(till, Resource.CUSTOMERS, Cursor(at=datetime.now(UTC)))}
        sim.dutchie.habits = Habits(hides_archived=True)
        assert await till.find_customer(str(one)) is None
        await till.aclose()
    assert (found[str(one)].archived, found[str(one)].status) == (True, "Archived")
    assert found[str(other)].merged_into == str(third)


async def test_each_endpoint_has_a_limit_of_its_own_and_learns_the_true_one(till_pages: PageServer) -> None:
    log = MemoryCallLog()
    waits: list[float] = []
    now = [1_000.0]

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        now[0] += seconds

    limiter = Limiter("key", Dutchie.windows, log, clock=lambda: now[0], sleep=sleep)
    till = Dutchie.connect(till_pages.url, "key-1", limiter)
    too_many = Page(429, {"Message": "Too many requests - only 10 per minute allowed", "TraceId": "x"})
    till_pages.play(f"GET {calls.INVENTORY}", too_many, Page(body=[]))
    since = Cursor(at=datetime.now(UTC))
    for _ in range(7):
        try:
            await rows_of(till, Resource.INVENTORY, since)
        except Refused:
            continue
    spent = now[0] - 1_000
    # Eight a minute are four fifths of ten, and the background takes four fifths of those.
    assert spent > 50
    before = len(waits)
    await till.whoami()
    assert len(waits) - before <= 1
    assert sum(waits[before:]) < 2
    await till.aclose()
