"""Dutchie's transactions as tickets: every sale once, every figure with the sign it has."""

from __future__ import annotations

import itertools
import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budtender.connectors.answer import Answer
from budtender.connectors.dutchie import Dutchie
from budtender.connectors.dutchie_batches import PART
from budtender.connectors.dutchie_tickets import TRANSACTIONS, ticket_of
from budtender.errors import InputError
from budtender.model import Cursor, Resource, Ticket, TicketState
from budtender.simulator import Simulation
from budtender.simulator.dutchie_habits import Habits
from budtender.simulator.sales import RETAIL, Sale
from tests.connectors.page_server import Page, PageServer

STORE = 31


@pytest.fixture
def busy() -> Iterator[Simulation]:
    """Two stores with a past of three months."""
    with Simulation(shoppers=40, seed=3, limits=False, stores=2, sales=1_200, days=90) as simulation:
        yield simulation


async def pulled(sim: Simulation, since: Cursor | None = None, key: str = "") -> dict[str, Ticket]:
    """The tickets that a pull brings, by id, and that no batch brings one twice in a different state."""
    connector = Dutchie.connect(sim.url, key or sim.dutchie_key)
    found: dict[str, Ticket] = {}
    async for batch in connector.pull(Resource.SALES, since):
        found |= {row.id: row for row in batch.rows if isinstance(row, Ticket)}
        assert not batch.unreadable
    await connector.aclose()
    return found


def as_expected(sale: Sale, sim: Simulation) -> dict[str, Any]:
    """What a ticket must say of a sale of the world."""
    return {
        "at": datetime.fromtimestamp(sale.sold_at, UTC),
        "net": sale.net_cents,
        "tax": sale.tax_cents,
        "discount": sale.discount_cents,
        "loyalty": sale.loyalty_cents,
        "total": sale.net_cents + sale.tax_cents,
        "refund_of": str(sale.return_of) if sale.return_of else None,
        "state": TicketState.VOIDED if sale.void_at is not None else TicketState.COMPLETED,
        "customer": str(sale.customer_id),
        "employee": str(sale.employee_id),
        "day": sim.shop.day_of(sale.sold_at),
        "lines": [
            (
                str(line.product_id),
                line.quantity,
                line.total_cents - line.discount_cents,
                line.discount_cents,
                line.tax_cents,
                abs(line.quantity) if line.returned_by else Decimal(0),
                line.coupon,
            )
            for line in sale.lines
        ],
    }


def as_told(ticket: Ticket) -> dict[str, Any]:
    return {
        "at": ticket.at,
        "net": ticket.net_cents,
        "tax": ticket.tax_cents,
        "discount": ticket.discount_cents,
        "loyalty": ticket.loyalty_cents,
        "total": ticket.total_cents,
        "refund_of": ticket.refund_of,
        "state": ticket.state,
        "customer": ticket.customer_id,
        "employee": ticket.employee_id,
        "day": ticket.day,
        "lines": [
            (
                line.product_id,
                line.quantity,
                line.total_cents,
                line.discount_cents,
                line.tax_cents,
                line.returned,
                line.coupon,
            )
            for line in ticket.lines
        ],
    }


@pytest.mark.parametrize(
    ("returns", "taxed"), [("negative", False), ("positive", True), ("mixed", False), ("negative", True)]
)
async def test_every_sale_comes_as_it_was(busy: Simulation, returns: str, taxed: bool) -> None:
    busy.dutchie.habits = Habits(returns=returns, taxed_prices=taxed)
    found = await pulled(busy)
    expected = {str(s.id): s for s in busy.shop.sales if s.kind == RETAIL and s.store_id == STORE}
    assert found.keys() == expected.keys()
    for known, ticket in found.items():
        assert as_told(ticket) == as_expected(expected[known], busy), known
    assert {ticket.state for ticket in found.values()} == {TicketState.COMPLETED, TicketState.VOIDED}
    assert any(ticket.refund for ticket in found.values())
    assert any(ticket.discounts for ticket in found.values())


async def test_days_add_up_to_what_the_shop_took(busy: Simulation) -> None:
    net: defaultdict[date, int] = defaultdict(int)
    for ticket in (await pulled(busy)).values():
        if ticket.state is TicketState.COMPLETED:
            assert ticket.day is not None
            net[ticket.day] += ticket.net_cents
    expected = {day: total.net_cents for (store, day), total in busy.shop.totals().items() if store == STORE}
    assert net == expected


async def test_a_pull_after_a_pull_brings_what_has_changed(busy: Simulation) -> None:
    """Changes become visible late, with the time at which they were made: the windows overlap by more than that."""
    busy.dutchie.habits = Habits(delay=300)
    connector = Dutchie.connect(busy.url, busy.dutchie_key)
    seen: dict[str, Ticket] = {}
    cursor: Cursor | None = None
    for hour in range(8):
        sold = busy.shop.sell(STORE, None)
        if hour % 3 == 1:
            busy.shop.give_back(sold.id)
        if hour % 3 == 2:
            busy.shop.void(sold.id)
        async for batch in connector.pull(Resource.SALES, cursor):
            seen |= {row.id: row for row in batch.rows if isinstance(row, Ticket)}
            cursor = batch.cursor or cursor
        busy.clock.advance(299)
        assert cursor is not None
        # The connector goes by the time of the far side's answers, which is the simulated one here.
        cursor = Cursor(at=min(cursor.at, datetime.fromtimestamp(busy.clock.now(), UTC)), mark=cursor.mark)
    busy.clock.advance(301)
    async for batch in connector.pull(Resource.SALES, cursor):
        seen |= {row.id: row for row in batch.rows if isinstance(row, Ticket)}
    await connector.aclose()
    expected = {str(s.id): s for s in busy.shop.sales if s.kind == RETAIL and s.store_id == STORE}
    assert {known: as_told(ticket) for known, ticket in seen.items()} == {
        known: as_expected(sale, busy) for known, sale in expected.items()
    }


async def test_both_keys_of_a_store_bring_the_same_sales(busy: Simulation) -> None:
    """A store's medical key is bound to the same location: the location and the id tell a sale apart."""
    keys = (busy.dutchie_key, busy.dutchie_medical_keys["Harbor Street"])
    first, second = [await pulled(busy, key=key) for key in keys]
    assert first == second
    locations = []
    for key in keys:
        connector = Dutchie.connect(busy.url, key)
        locations += await connector.locations()
        await connector.aclose()
    assert locations[0].id == locations[1].id
    assert any(ticket.medical for ticket in first.values())
    other = await pulled(busy, key=busy.dutchie_keys["Cottonwood Avenue"])
    assert other.keys().isdisjoint(first)


async def test_windows_of_sales_have_both_ends_and_all_flags(paged_till: Dutchie, till_pages: PageServer) -> None:
    at = datetime.fromisoformat
    since = Cursor(at=datetime.now(UTC) - timedelta(days=10))
    batches = [batch async for batch in paged_till.pull(Resource.SALES, since)]
    queries = [asked.query for asked in till_pages.requests("GET /reporting/transactions")]
    assert all(
        query.keys()
        == {
            "FromLastModifiedDateUTC",
            "ToLastModifiedDateUTC",
            "IncludeDetail",
            "IncludeTaxes",
            "IncludeOrderIds",
        }
        for query in queries
    )
    for first, second in itertools.pairwise(queries):
        gap = at(first["ToLastModifiedDateUTC"]) - at(second["FromLastModifiedDateUTC"])
        assert timedelta(0) <= gap <= timedelta(seconds=1)
    assert [batch.cursor is not None for batch in batches] == [True] * len(queries)


async def test_a_long_window_is_handed_over_in_parts_that_move_the_cursor_once(
    paged_till: Dutchie, till_pages: PageServer
) -> None:
    rows = [{"transactionId": number, "transactionDate": "2026-03-04T10:00:00"} for number in range(1, 11_501)]
    till_pages.play("GET /reporting/transactions", Page(body=rows))
    since = Cursor(at=datetime.now(UTC) - timedelta(hours=2))
    batches = [batch async for batch in paged_till.pull(Resource.SALES, since)]
    assert [len(batch.rows) for batch in batches] == [PART, PART, 11_500 - 2 * PART]
    cursors = [batch.cursor for batch in batches if batch.cursor]
    assert [cursor.until is None for cursor in cursors] == [False, False, True]
    assert cursors[0].at == cursors[1].at < cursors[2].at
    assert cursors[0].until == cursors[2].at


ITEM: dict[str, Any] = {"transactionItemId": 1, "productId": 9, "quantity": 1, "unitPrice": 20.5, "totalPrice": 20.5}
PLAIN: dict[str, Any] = {
    "transactionId": 7,
    "customerId": 5,
    "transactionDate": "2026-03-04T10:00:00",
    "subtotal": 20.5,
    "totalDiscount": 0,
    "totalBeforeTax": 20.5,
    "tax": 1.64,
    "total": 22.14,
    "items": [ITEM],
}


@pytest.mark.parametrize(
    "odd",
    [
        {"items": [ITEM | {"sku": 118, "packageId": 42}]},
        {"transactionId": "8", "customerId": "5", "items": [ITEM | {"productId": "9"}]},
        {"customerId": 5.0, "terminalName": 3, "orderSource": 1},
        {"orderIds": [None, 4], "discounts": {}, "employeeId": ""},
        {"total": "22.14", "tax": "1.64"},
        {"items": [ITEM, None]},
    ],
    ids=["numbers as text", "ids as text", "text as numbers", "nulls in lists", "figures as text", "no item"],
)
@pytest.mark.parametrize("pascal", [False, True])
async def test_a_value_of_another_type_than_described_does_not_cost_the_sale(
    paged_till: Dutchie, till_pages: PageServer, odd: dict[str, Any], pascal: bool
) -> None:
    rows = [PLAIN, PLAIN | {"transactionId": 8} | odd]
    if pascal:
        rows = json.loads(json.dumps(rows), object_pairs_hook=lambda pairs: {k[0].upper() + k[1:]: v for k, v in pairs})
    till_pages.play("GET /reporting/transactions", Page(body=rows))
    since = Cursor(at=datetime.now(UTC) - timedelta(hours=2))
    (batch,) = [batch async for batch in paged_till.pull(Resource.SALES, since)]
    as_described, other = [row for row in batch.rows if isinstance(row, Ticket)]
    assert batch.unreadable == 0
    assert (other.id, other.customer_id, other.total_cents, other.net_cents) == ("8", "5", 2_214, 2_050)
    assert (other.lines[0].product_id, other.lines[0].total_cents) == ("9", 2_050)
    assert other.at == as_described.at


@pytest.mark.parametrize("broken", [{"total": "a lot"}, {"isVoid": 1}, {"customerId": [5]}, {"items": "none"}])
async def test_a_figure_that_is_none_costs_its_row_and_no_other(
    paged_till: Dutchie, till_pages: PageServer, broken: dict[str, Any]
) -> None:
    till_pages.play("GET /reporting/transactions", Page(body=[PLAIN, PLAIN | {"transactionId": 8} | broken]))
    since = Cursor(at=datetime.now(UTC) - timedelta(hours=2))
    (batch,) = [batch async for batch in paged_till.pull(Resource.SALES, since)]
    assert [row.id for row in batch.rows if isinstance(row, Ticket)] == ["7"]
    assert batch.unreadable == len(batch.unread) == 1


async def test_the_closing_report(busy: Simulation) -> None:
    connector = Dutchie.connect(busy.url, busy.dutchie_key)
    day = busy.shop.day_of(busy.world.started) - timedelta(days=5)
    start = datetime(day.year, day.month, day.day, tzinfo=busy.shop.zone).astimezone(UTC)
    end = start + timedelta(days=1)
    for plain in (False, True):
        busy.dutchie.habits = Habits(plain_report=plain)
        report = await connector.closing_report(start, end)
        total = busy.shop.totals(day, day)[STORE, day]
        assert (report.start, report.end, report.sales, report.voids) == (start, end, total.sales, total.voids)
        assert (report.net_cents, report.tax_cents, report.gross_cents) == (
            total.net_cents,
            total.tax_cents,
            total.gross_cents,
        )
        assert report.loyalty_cents == total.loyalty_cents
    for wrong in (timedelta(hours=12), timedelta(days=31, seconds=1)):
        with pytest.raises(InputError, match="12 hours"):
            await connector.closing_report(start, start + wrong)
    await connector.aclose()


# ── single rows ───────────────────────────────────────────────────────────────────────────────────────────


def read(*rows: dict[str, Any]) -> list[Ticket | None]:
    tickets, _, _ = TRANSACTIONS.read(Answer(200, {}, json.dumps(rows).encode(), "dutchie"), ticket_of)
    return tickets


def sale(**fields: Any) -> dict[str, Any]:
    figures = {"subtotal": 30.0, "totalDiscount": 5.0, "totalBeforeTax": 25.0, "tax": 3.75, "total": 28.75}
    return {"transactionId": 7, "transactionDate": "2026-03-04T10:00:00.1234567", **figures} | fields


@pytest.mark.parametrize("kind", ["Transfer", "WholesaleOrder", "wholesaleorder "])
def test_what_is_no_sale_to_a_shopper_is_left_out(kind: str) -> None:
    assert read(sale(transactionType=kind)) == [None]
    (known,) = read(sale(transactionType="RETAIL"))
    assert known is not None
    assert known.state is TicketState.COMPLETED
    (odd,) = read(sale(transactionType="Swap"))
    assert odd is not None
    assert (odd.state, odd.status) == (TicketState.UNKNOWN, "Swap")


@pytest.mark.parametrize("date", ["0001-01-01T00:00:00", "", "never"])
def test_a_date_of_voiding_that_is_none_voids_nothing(date: str) -> None:
    kept, voided = read(sale(voidDate=date, isVoid=False), sale(voidDate="2026-03-05T10:00:00", isVoid=False))
    assert kept is not None
    assert voided is not None
    assert (kept.state, voided.state) == (TicketState.COMPLETED, TicketState.VOIDED)


def test_points_that_are_no_money_are_no_discount() -> None:
    money, points = read(sale(loyaltySpent=5.0), sale(loyaltySpent=250.0))
    assert money is not None
    assert points is not None
    assert (money.loyalty_cents, points.loyalty_cents) == (500, 0)


def test_a_line_is_read_by_what_fits_the_document() -> None:
    item = {"transactionItemId": 1, "productId": 3, "quantity": 2, "unitPrice": 15.0, "totalDiscount": 5.0}
    taxes = [{"amount": 3.75}]
    for price in (25.0, 28.75, 30.0, 99.0, None):
        (ticket,) = read(sale(items=[item | {"totalPrice": price, "taxes": taxes}]))
        assert ticket is not None
        assert [line.total_cents for line in ticket.lines] == [2_500], price


def test_discounts_are_the_lines_own_and_not_told_twice() -> None:
    applied = {"discountId": 9, "discountName": "Ten off", "amount": 5.0, "transactionItemId": 1}
    item = {"transactionItemId": 1, "quantity": 1, "totalPrice": 25.0, "discounts": [applied]}
    both, alone = read(sale(items=[item], discounts=[applied]), sale(items=None, discounts=[applied]))
    for ticket in (both, alone):
        assert ticket is not None
        assert [(one.id, one.cents, one.line_id) for one in ticket.discounts] == [("9", 500, "1")]


def test_a_guest_is_nobody_and_a_row_without_time_is_unreadable() -> None:
    (guest,) = read(sale(customerId=0))
    assert guest is not None
    assert guest.customer_id is None
    answer = Answer(200, {}, json.dumps([sale(), sale(transactionDate=None), {"transactionId": "x"}]).encode())
    tickets, unread, bad = TRANSACTIONS.read(answer, ticket_of)
    assert (len(tickets), bad) == (1, 2)
    assert [one.where for one in unread] == ["row 2", "row 3"]
    assert "transactionDate" in unread[0].reason


_MONEY = st.decimals(-5_000, 5_000, places=2)


@given(subtotal=_MONEY, discount=_MONEY, tax=_MONEY, quantity=st.decimals(-50, 50, places=3), signs=st.booleans())
def test_a_return_is_negative_whatever_its_signs(
    subtotal: Decimal, discount: Decimal, tax: Decimal, quantity: Decimal, signs: bool
) -> None:
    flip = -1 if signs else 1
    item: dict[str, Any] = {"transactionItemId": 1, "quantity": float(quantity), "totalPrice": float(subtotal)}
    row = sale(
        isReturn=True,
        returnOnTransactionId=6,
        subtotal=float(flip * subtotal),
        totalDiscount=float(discount),
        totalBeforeTax=float(flip * subtotal),
        tax=float(flip * tax),
        total=float(tax),
        items=[item],
    )
    (ticket,) = read(row)
    assert ticket is not None
    figures = (ticket.net_cents, ticket.total_cents, ticket.discount_cents, ticket.tax_cents)
    assert all(cents <= 0 for cents in figures)
    assert abs(ticket.net_cents) == abs(int(subtotal * 100))
    assert all(line.quantity <= 0 and line.total_cents <= 0 for line in ticket.lines)
    assert (ticket.refund, ticket.refund_of) == (True, "6")
