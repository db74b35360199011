"""What is made of Flourish's answers: recorded pages, read row by row."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from budtender.connectors.answer import Answer
from budtender.connectors.flourish_orders import read_order
from budtender.connectors.flourish_stock import read_item, read_stock, stock_key
from budtender.connectors.flourish_wire import opened, page, read_customer, read_discount, read_facility
from budtender.connectors.rows import read_each
from budtender.errors import Misconfigured, NotFound, ProtocolError, RateLimited, Refused, RemoteError, Unreachable
from budtender.model import TicketState
from tests.connectors.page_server import PAGES


def _answer(body: Any) -> Answer:
    return Answer(200, {}, body.encode() if isinstance(body, str) else json.dumps(body).encode(), "flourish")


def _rows(name: str) -> Any:
    return page(_answer((PAGES / "flourish" / f"{name}.json").read_text(encoding="utf-8"))).rows


def test_a_page_has_rows_and_a_total() -> None:
    assert page(_answer({"message": "", "status": 200, "meta": {"total": 7}, "data": [1, 2]})) == ([1, 2], 7)
    assert page(_answer({"status": 200, "data": None})) == ((), None)
    assert page(_answer({"status": 200, "meta": {"total": -1}, "data": []})) == ([], None)
    assert page(_answer({"meta": [], "data": []})) == ([], None)


@pytest.mark.parametrize("body", ["null", "[]", "7", "{", "{}", '{"status": 200}', '{"data": 7}', '{"data": {}}'])
def test_what_is_no_page_is_not_understood(body: str) -> None:
    with pytest.raises(ProtocolError):
        page(_answer(body))


@pytest.mark.parametrize(
    ("status", "failure"),
    [
        (400, Refused),
        (401, Misconfigured),
        (403, Misconfigured),
        (404, NotFound),
        (429, RateLimited),
        (500, Unreachable),
    ],
)
def test_a_failure_may_come_under_200(status: int, failure: type[RemoteError]) -> None:
    for read in (opened, page):
        with pytest.raises(failure):
            read(_answer({"message": "303 555 0171 is unknown", "status": status}))


def test_facilities_that_never_sell_are_told_apart() -> None:
    found, bad = read_each(_rows("facilities"), read_facility)
    assert bad == 1
    assert [(place.name, place.active, sells) for place, sells in found] == [
        ("Meadow Grow", True, False),
        ("Old Quarry", False, True),
        ("Willow Lane", True, True),
        ("Corner Farm", True, True),
    ]
    willow = found[2][0]
    assert (willow.state, willow.zone, willow.license) == ("CO", "America/Denver", "402R-00003")
    assert (found[3][0].state, found[3][0].zone, found[3][0].license) == (None, None, None)


@pytest.mark.requirement("F-025")
def test_customers_come_without_health_data() -> None:
    found, bad = read_each(_rows("customers"), read_customer)
    assert bad == 1
    ines, otto, merged = found
    assert (ines.id, ines.first_name, ines.last_name, ines.email) == ("3042", "Inés", "Marsh", "ines.marsh@example.org")
    assert ines.phones == ("+13035550171", "+13035550172")
    assert ines.birth_date == date(1987, 6, 5)
    assert (ines.address1, ines.address2, ines.city, ines.state, ines.postal_code) == (
        "3 Home Rd",
        "Unit 4",
        "Salida",
        "CO",
        "81201",
    )
    assert (ines.discount_groups, ines.type, ines.archived, ines.merged_into) == (("veteran",), "Medical", False, None)
    assert ines.modified == datetime(2026, 3, 4, 17, 22, 10, 123_000, tzinfo=UTC)
    assert ines.medical_id == hashlib.sha256(b"P100200").hexdigest()
    assert ines.government_id == hashlib.sha256(b"941234567").hexdigest()
    assert "penicillin" not in repr(ines)
    assert "P-100" not in repr(ines)
    assert (otto.phones, otto.birth_date, otto.archived, otto.modified, otto.address1) == ((), None, True, None, None)
    assert merged.merged_into == "3042"


@pytest.mark.parametrize(
    ("payment", "back", "returned"),
    [("Refunded", [0, 0], [2, 1]), ("Refunded", [1, 0], [1, 0]), ("Partially Refunded", [0, 0], [0, 0])],
)
def test_an_order_that_is_refunded_gives_back_its_lines_where_none_says_so(
    payment: str, back: list[int], returned: list[int]
) -> None:
    lines = [
        {"item_id": str(place), "order_qty": quantity, "unit_price": 10, "qty_returned": back[place]}
        for place, quantity in enumerate((2, 1))
    ]
    order = {"id": "1", "completed_timestamp": "2026-03-04T10:00:00Z", "order_status": "Completed", "taxes": 3}
    told = {"payment_status": payment, "sub_total_price": 30, "total_price": 33, "total_refund": 33}
    ticket = read_order({**order, **told, "order_lines": lines})
    assert [line.returned for line in ticket.lines] == returned
    assert ticket.refunded_cents == 3_300


def _as_text(value: Any) -> Any:
    """The same answer with its fractions and whole numbers as text, flags left alone."""
    if isinstance(value, dict):
        return {name: _as_text(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_as_text(part) for part in value]
    return str(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else value


def test_money_and_quantities_may_be_written_as_text() -> None:
    rows = _rows("orders")
    assert read_each(_as_text(rows), read_order) == read_each(rows, read_order)
    _, bad = read_each([{**rows[0], "taxes": "some"}, {**rows[0], "taxes": "NaN"}], read_order)
    assert bad == 2


def test_an_order_is_a_ticket() -> None:
    found, bad = read_each(_rows("orders"), read_order)
    assert bad == 1
    order, guest, odd = found
    assert (order.id, order.customer_id, order.location_id) == ("00001119", "3042", "5c0000000000000000000003")
    assert order.at == datetime(2026, 3, 4, 17, 5, 0, 250_000, tzinfo=UTC)
    assert (order.net_cents, order.tax_cents, order.discount_cents, order.total_cents) == (7_000, 1_050, 500, 8_250)
    assert (order.state, order.medical, order.employee_id, order.terminal) == (
        TicketState.COMPLETED,
        False,
        "Juno P",
        "Till 2",
    )
    assert (order.refunded_cents, order.refunded_at) == (2_875, datetime(2026, 3, 6, 9, tzinfo=UTC))
    first, second, third = order.lines
    assert (first.id, first.price_cents, first.discount_cents, first.total_cents) == ("70:7001", 3_000, 500, 2_500)
    assert (first.sku, first.name, first.size, first.package_id) == (
        "FL-70",
        "Basalt",
        "3.5 Gram",
        "1A4000000000001000000001",
    )
    assert (second.id, second.quantity, second.returned) == ("71", Decimal(2), Decimal(1))
    assert (third.id, third.quantity, third.total_cents, third.returned) == ("71#2", Decimal(0), 0, Decimal(1))
    assert [(d.id, d.name, d.cents, d.line_id) for d in order.discounts] == [
        ("815", "Five off", 500, "70:7001"),
        (None, "Odd cents", 5, None),
    ]
    assert (guest.id, guest.customer_id, guest.location_id) == ("00001120", None, None)
    assert (guest.at, guest.net_cents, guest.refunded_cents) == (datetime(2026, 3, 5, 10, tzinfo=UTC), 1_000, 1_150)
    assert (odd.state, odd.status) == (TicketState.UNKNOWN, "Resting")


def test_the_facility_that_was_asked_is_the_orders() -> None:
    assert read_order(_rows("orders")[1], "5c01").location_id == "5c01"


@pytest.mark.parametrize(
    ("status", "payment", "state"),
    [
        ("Completed", "Paid", TicketState.COMPLETED),
        ("completed", None, TicketState.COMPLETED),
        ("Out for Delivery", "Paid", TicketState.OPEN),
        ("Cancelled", "Awaiting Payment", TicketState.VOIDED),
        ("Undeliverable", "Refunded", TicketState.COMPLETED),
        ("Returned", "Refunded", TicketState.COMPLETED),
        ("Returned", "Paid", TicketState.UNKNOWN),
        (None, None, TicketState.UNKNOWN),
    ],
)
def test_a_status_says_whether_an_order_counts(status: str | None, payment: str | None, state: TicketState) -> None:
    order = {"order_id": "1", "completed_timestamp": "2026-03-05T10:00:00Z", "order_status": status}
    assert read_order(order | {"payment_status": payment}).state is state


def test_items_tell_brand_size_and_cost_as_far_as_they_do() -> None:
    found, bad = read_each(_rows("items"), lambda value: read_item(value, {"70": "Alder & Ash", "71": "Never"}))
    assert bad == 1
    basalt, gummies = found
    assert (basalt.name, basalt.sku, basalt.brand, basalt.species, basalt.size) == (
        "Basalt",
        "FL-70",
        "Alder & Ash",
        "Indica",
        "3.5 Gram",
    )
    assert (basalt.price_cents, basalt.cost_cents, basalt.thc, basalt.cbd, basalt.cannabis) == (
        3_000,
        1_235,
        Decimal("21.5"),
        None,
        True,
    )
    assert (basalt.category, basalt.parent_category, basalt.online, basalt.active) == (
        "Packed flower",
        "Flower",
        True,
        True,
    )
    assert (gummies.brand, gummies.sku, gummies.cost_cents, gummies.archived, gummies.size) == (
        "Dry Creek",
        None,
        None,
        True,
        "20 ml",
    )


def test_stock_is_told_apart_by_variation() -> None:
    rows = _rows("inventory")
    assert [stock_key(value) for value in rows] == ["70:7001", "70", "71", ""]
    found, bad = read_each(rows, lambda value: read_stock(value, "5c01"))
    assert bad == 2
    assert [(lot.id, lot.quantity, lot.sellable, lot.brand, lot.cost_cents) for lot in found] == [
        ("5c01:70:7001", Decimal(12), Decimal("9.5"), "Dry Creek", None),
        ("5c01:70", Decimal(2), Decimal(2), None, None),
    ]


def test_discounts_keep_the_hours_of_their_facility() -> None:
    found, bad = read_each(_rows("discounts"), lambda value: read_discount(value, "America/Denver"))
    assert bad == 1
    five, tenth = found
    assert (five.id, five.name, five.cents_off, five.percent_off, five.minimum_cents) == (
        "815",
        "Five off",
        500,
        None,
        2_000,
    )
    assert five.valid_from == datetime(2026, 1, 1, 15, 30, tzinfo=UTC)
    assert five.valid_until == datetime(2026, 7, 1, 5, 59, 59, 999_999, tzinfo=UTC)
    assert (tenth.cents_off, tenth.percent_off, tenth.automatic, tenth.valid_from) == (None, Decimal(10), True, None)


@pytest.mark.parametrize("zone", [None, "", "Nowhere/Else", "../etc", "America"])
def test_a_zone_that_is_none_is_utc(zone: str | None) -> None:
    value = {"discount_id": 1, "discount_name": "x", "start_date": "2026-01-01", "start_date_time": "99:99"}
    assert read_discount(value, zone).valid_from == datetime(2026, 1, 1, tzinfo=UTC)
