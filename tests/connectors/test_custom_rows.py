"""What a row of a till of one's own means, and why one is refused."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from budtender.connectors.custom_mapping import EXAMPLES, Entity, Source, States, read_description
from budtender.connectors.custom_record import Record, RowRefused
from budtender.connectors.custom_rows import read_package, read_product, read_shopper, read_ticket
from budtender.connectors.fingerprint import fingerprint
from budtender.model import TicketState

EXAMPLE = read_description((EXAMPLES / "rest.toml").read_text(encoding="utf-8"))
SOURCE = EXAMPLE.source
assert EXAMPLE.shoppers
assert EXAMPLE.transactions
assert EXAMPLE.inventory
SHOPPERS, SALES, STOCK = EXAMPLE.shoppers, EXAMPLE.transactions, EXAMPLE.inventory


def record(value: object, source: Source = SOURCE) -> Record:
    return Record({"x": value}, {"x": "x"}, source)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("1,234.50", "1234.5"),
        ("$5", "5"),
        ("-3", "-3"),
        ("(12.00)", "-12"),
        (" .5 ", "0.5"),
        (7, "7"),
        (2.25, "2.25"),
        ("1e3", "1000"),
        ("", None),
        (None, None),
    ],
)
def test_a_number_is_read_as_people_write_it(written: object, number: str | None) -> None:
    assert record(written).number("x") == (None if number is None else Decimal(number))


@pytest.mark.parametrize("written", ["12,5", "1.234,50", "abc", True, "nan", "1e400", "--1", [1]])
def test_what_is_no_number_is_refused_and_not_bent(written: object) -> None:
    with pytest.raises(RowRefused, match=r"x \(x\) is not a number"):
        record(written).number("x")


@pytest.mark.parametrize(("money", "written", "cents"), [("dollars", "12.345", 1235), ("cents", "1250", 1250)])
def test_money_is_cents_or_dollars_as_declared(money: Any, written: str, cents: int) -> None:
    assert record(written, replace(SOURCE, money=money)).cents("x") == cents


@pytest.mark.parametrize(
    ("times", "written", "when"),
    [
        ("iso", "2026-03-04T10:00:00Z", datetime(2026, 3, 4, 10, tzinfo=UTC)),
        ("iso", "2026-03-04 10:00:00", datetime(2026, 3, 4, 17, tzinfo=UTC)),
        ("epoch", 1772600000, datetime(2026, 3, 4, 4, 53, 20, tzinfo=UTC)),
        ("epoch_ms", "1772600000500", datetime(2026, 3, 4, 4, 53, 20, 500_000, tzinfo=UTC)),
        ("%m/%d/%Y %H:%M", "03/04/2026 10:00", datetime(2026, 3, 4, 17, tzinfo=UTC)),
        ("native", datetime(2026, 3, 4, 10), datetime(2026, 3, 4, 17, tzinfo=UTC)),  # noqa: DTZ001
        ("native", date(2026, 3, 4), datetime(2026, 3, 4, 7, tzinfo=UTC)),
    ],
)
def test_a_time_is_read_as_declared_and_the_store_s_own_without_an_offset(
    times: str, written: object, when: datetime
) -> None:
    assert record(written, replace(SOURCE, times=times)).when("x") == when


def test_paths_alternatives_and_constants_lead_to_values() -> None:
    values = {"a": {"b": [{"c": 1}, {"c": 2}]}, "n": "", "Sold at": 5, "d.e": 6}
    fields = {"one": "a.b[1].c", "two": "n|a.b[0].c", "three": "=CO", "four": "Sold at", "five": "d.e", "six": "a.z.y"}
    r = Record(values, fields, SOURCE)
    assert [r.value(name) for name in fields] == [2, 1, "CO", 5, 6, None]


def test_an_id_of_a_spreadsheet_is_whole_again() -> None:
    assert [record(value).ident("x") for value in (12.0, Decimal("12.0"), "012", 12, "")] == [
        "12",
        "12",
        "012",
        "12",
        None,
    ]


def test_a_phone_that_is_none_is_blank_and_refuses_nothing() -> None:
    found = read_shopper({"id": 7, "mobile": "12", "phone": "x", "deleted": "no"}, SHOPPERS, SOURCE)
    assert (found.id, found.phones, found.archived) == ("7", (), False)


def test_a_card_s_number_leaves_as_its_hash_alone() -> None:
    entity = replace(SHOPPERS, fields={**SHOPPERS.fields, "government_id": "licence"})
    found = read_shopper({"id": 7, "licence": "d-12 34"}, entity, SOURCE)
    assert found.government_id == fingerprint("D1234")
    assert "1234" not in str(found)
    assert fingerprint(found.government_id) == found.government_id


def test_a_shopper_without_a_number_is_refused_with_the_field_and_without_the_values() -> None:
    with pytest.raises(RowRefused) as refused:
        read_shopper({"first_name": "Nia"}, SHOPPERS, SOURCE)
    assert str(refused.value) == "id (id) is missing"


@pytest.mark.parametrize("nobody", [0, "0", "", None])
def test_a_zero_where_a_number_has_to_stand_is_nobody(nobody: object) -> None:
    entity = replace(SALES, fields={**SALES.fields, "customer_id": "who", "refund_of": "of"})
    ticket = read_ticket(_SALE | {"who": nobody, "of": nobody}, _LINES, entity, SOURCE)
    assert (ticket.customer_id, ticket.refund_of, ticket.refund) == (None, None, False)
    assert read_shopper({"id": 7, "merged_into": nobody}, SHOPPERS, SOURCE).merged_into is None


# ── documents ─────────────────────────────────────────────────────────────────────────────────────────────

_SALE = {"id": 1, "sold_at": "2026-03-04T10:00:00Z"}
_LINES = [{"quantity": 2, "unit_price": 10, "discount": 3, "tax": 1}, {"quantity": 1, "unit_price": 5}]


def test_amounts_that_are_not_given_are_added_up_from_the_lines() -> None:
    ticket = read_ticket(_SALE, _LINES, SALES, SOURCE)
    assert (ticket.net_cents, ticket.tax_cents, ticket.total_cents, ticket.discount_cents) == (2200, 100, 2300, 300)
    assert [line.total_cents for line in ticket.lines] == [1700, 500]
    assert ticket.day == date(2026, 3, 4)


@pytest.mark.parametrize(
    ("status", "state", "refund"),
    [
        ("completed", TicketState.COMPLETED, False),
        ("REFUNDED", TicketState.COMPLETED, True),
        ("voided", TicketState.VOIDED, False),
        ("open", TicketState.OPEN, False),
        ("moved", TicketState.UNKNOWN, False),
        (None, TicketState.COMPLETED, False),
    ],
)
def test_a_status_means_what_the_description_says(status: str | None, state: TicketState, refund: bool) -> None:
    ticket = read_ticket({**_SALE, "status": status}, _LINES, SALES, SOURCE)
    assert (ticket.state, ticket.refund, ticket.status) == (state, refund, status)
    assert ticket.net_cents == (-2200 if refund else 2200)
    assert all((line.quantity < 0) == refund for line in ticket.lines)


_cents = st.integers(0, 10**6)


@given(
    lines=st.lists(st.tuples(st.integers(1, 9), _cents, _cents), min_size=1, max_size=4),
    how=st.sampled_from(["sale", "status", "quantities", "everything"]),
    given_total=st.booleans(),
)
def test_a_refund_is_the_sale_turned_round_however_it_is_written(
    lines: list[tuple[int, int, int]], how: str, given_total: bool
) -> None:
    source, sign = replace(SOURCE, money="cents"), -1 if how == "everything" else 1
    count = -1 if how in ("quantities", "everything") else 1
    rows = [
        {"quantity": count * quantity, "unit_price": price, "total": sign * quantity * price, "tax": sign * tax}
        for quantity, price, tax in lines
    ]
    net, tax = sum(q * p for q, p, _ in lines), sum(tax for *_, tax in lines)
    row: dict[str, Any] = {**_SALE, "status": "refunded" if how == "status" else "completed"}
    if given_total:
        row |= {"total": sign * (net + tax), "tax": sign * tax}
    ticket = read_ticket(row, rows, SALES, source)
    turned = 1 if how == "sale" else -1
    assert (ticket.net_cents, ticket.tax_cents, ticket.total_cents) == (
        turned * net,
        turned * tax,
        turned * (net + tax),
    )
    assert sum(line.total_cents for line in ticket.lines) == ticket.net_cents
    assert ticket.refund == (how != "sale")


@given(
    lines=st.lists(st.tuples(st.integers(1, 9), st.integers(1, 10**6), _cents), min_size=1, max_size=4),
    taxed=st.sampled_from([-1, 1]),
)
def test_a_total_below_nothing_turns_lines_that_do_not_say_so_themselves(
    lines: list[tuple[int, int, int]], taxed: int
) -> None:
    source, entity = replace(SOURCE, money="cents"), replace(SALES, fields={**SALES.fields, "tip": "tip"})
    entity = replace(entity, lines={**entity.lines, "cost": "cost"})
    rows = [{"quantity": q, "unit_price": price, "tax": tax, "cost": 7} for q, price, tax in lines]
    net, tax = sum(q * price for q, price, _ in lines), sum(tax for *_, tax in lines)
    ticket = read_ticket({**_SALE, "total": -(net + tax), "tax": taxed * tax, "tip": 3}, rows, entity, source)
    assert ticket.refund
    assert [line.quantity for line in ticket.lines] == [-q for q, *_ in lines]
    assert {line.cost_cents for line in ticket.lines} == {-7}
    assert sum(line.total_cents for line in ticket.lines) == ticket.net_cents == -net
    assert (ticket.total_cents, ticket.tax_cents, ticket.tip_cents) == (-(net + tax), -tax, -3)


def test_of_an_exchange_what_is_sold_stays_sold() -> None:
    rows = [{"quantity": -2, "unit_price": 10}, {"quantity": 1, "unit_price": 5}]
    ticket = read_ticket(_SALE, rows, SALES, SOURCE)
    assert (ticket.refund, ticket.net_cents) == (True, -1500)
    assert [line.quantity for line in ticket.lines] == [-2, 1]


@pytest.mark.requirement("A-025")
def test_a_sale_may_say_by_itself_what_of_it_was_given_back() -> None:
    marking = replace(
        SALES,
        status=replace(SALES.status, returned=("given back",)),
        fields={**SALES.fields, "refunded": "given_back"},
        lines={**SALES.lines, "returned": "came_back"},
    )
    whole = read_ticket({**_SALE, "status": "Given back"}, _LINES, marking, SOURCE)
    assert (whole.state, whole.refund, whole.net_cents, whole.refunded_cents) == (
        TicketState.COMPLETED,
        False,
        2200,
        2300,
    )
    assert [line.returned for line in whole.lines] == [2, 1]
    parts = [{**_LINES[0], "came_back": 1}, _LINES[1]]
    part = read_ticket({**_SALE, "status": "completed", "given_back": "8.50"}, parts, marking, SOURCE)
    assert (part.net_cents, part.refunded_cents) == (2200, 850)
    assert [line.returned for line in part.lines] == [1, 0]
    none = read_ticket({**_SALE, "status": "completed"}, _LINES, marking, SOURCE)
    assert (none.refunded_cents, none.refunded_at) == (0, None)


@pytest.mark.parametrize(("names", "refund"), [("7", True), (7, True), ("", False), (None, False), (0, False)])
def test_a_row_that_names_the_sale_it_takes_back_is_a_refund_even_when_voided(names: object, refund: bool) -> None:
    ticket = read_ticket({**_SALE, "status": "voided", "refund_of": names}, _LINES, SALES, SOURCE)
    assert (ticket.state, ticket.refund, ticket.refund_of) == (TicketState.VOIDED, refund, "7" if refund else None)
    assert (ticket.net_cents < 0) == refund


@pytest.mark.requirement("A-003")
@pytest.mark.requirement("A-006")
def test_stock_brings_cost_and_margin_where_the_till_has_them_and_nothing_where_not() -> None:
    row = {"product_id": 3, "quantity": "12.5", "price": 20, "unit_cost": 8, "thc": None}
    lot = read_package(row, STOCK, SOURCE)
    assert (lot.id, lot.product_id, lot.quantity, lot.price_cents, lot.cost_cents) == (
        "3",
        "3",
        Decimal("12.5"),
        2000,
        800,
    )
    assert (lot.thc, lot.medical_price_cents, lot.modified) == (None, None, None)
    by_margin = Entity(
        fields={"product_id": "product_id", "quantity": "quantity", "price": "price", "margin_percent": "m"}
    )
    assert read_package({**row, "m": 60}, by_margin, SOURCE).cost_cents == 800
    assert read_package({**row, "price": None}, by_margin, SOURCE).cost_cents is None
    assert read_product(row, STOCK, SOURCE).cost_cents == 800


_odd = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.decimals() | st.text(max_size=12) | st.datetimes(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=5,
)
_KEYS = sorted(
    {
        path
        for e in (SHOPPERS, SALES, STOCK)
        for paths in (*e.fields.values(), *e.lines.values())
        for path in paths.split("|")
    }
)
_rows = st.dictionaries(st.sampled_from(_KEYS), _odd, max_size=8)


@given(row=_rows, lines=st.lists(_rows, max_size=3), times=st.sampled_from(["iso", "epoch", "epoch_ms", "%Y-%m-%d"]))
def test_any_row_is_read_or_refused(row: dict[str, Any], lines: list[dict[str, Any]], times: str) -> None:
    source = replace(SOURCE, times=times)
    for read, entity in ((read_shopper, SHOPPERS), (read_package, STOCK), (read_product, STOCK)):
        with suppress(RowRefused):
            read(row, entity, source)
    with suppress(RowRefused):
        read_ticket({"id": 1, "sold_at": "2026-01-01", **row}, lines, SALES, source)


def test_words_of_a_status_are_only_needed_where_there_is_one() -> None:
    plain = replace(SALES, status=States())
    assert read_ticket({**_SALE, "status": "anything"}, _LINES, plain, SOURCE).state is TicketState.COMPLETED
