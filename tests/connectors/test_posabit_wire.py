"""Whatever POSaBIT sends is read as values or refused as one kind of error."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budtender.connectors import posabit_sales, posabit_stock, posabit_wire, strict_json
from budtender.connectors.rows import read_each
from budtender.errors import ProtocolError
from budtender.model import Ticket, TicketDiscount, TicketState
from tests.connectors.page_server import PAGES


def _recorded(name: str) -> Any:
    return strict_json.parse((PAGES / "posabit" / name).read_bytes())


def test_the_venue_is_known_by_its_licence_and_its_zone_by_its_own_name() -> None:
    venue = posabit_wire.read_location(_recorded("info-v2.json"))
    assert (venue.id, venue.name, venue.state, venue.zone) == ("415001", "Juniper Lane", "WA", "America/Los_Angeles")


@pytest.mark.parametrize(
    ("label", "zone"),
    [("Arizona", "America/Phoenix"), ("America/Denver", "America/Denver"), ("Moon", None), ("../etc/passwd", None)],
)
def test_a_zone_is_one_that_exists_or_none(label: str, zone: str | None) -> None:
    assert posabit_wire.read_location({"name": "Elm", "timezone": label}).zone == zone


@pytest.mark.requirement("P-016")
def test_a_customer_comes_wrapped_or_bare_and_agrees_to_marketing_only_with_the_terms() -> None:
    rows = _recorded("customers-v3.json")["customers"]
    found, bad = read_each(rows, posabit_wire.read_customer)
    nia, other, bare = found
    assert bad == 1
    assert (nia.id, nia.phones, nia.birth_date, nia.points) == (
        "11",
        ("+13035550188",),
        date(1990, 4, 18),
        Decimal(120),
    )
    assert (nia.pos_loyalty, nia.marketing, nia.archived, nia.postal_code) == (True, True, False, "81003")
    assert nia.modified == datetime(2026, 3, 4, 17, 22, 10, 123_000, tzinfo=UTC)
    assert (other.phones, other.birth_date, other.postal_code, other.modified) == ((), None, "81004", None)
    # A stop is final, whatever else is ticked; an opt-in without the terms is none.
    assert (other.marketing, other.pos_loyalty, other.archived) == (False, False, True)
    assert (bare.id, bare.marketing) == ("13", False)


def test_a_licence_leaves_as_its_hash_whatever_its_case() -> None:
    low, high = (posabit_wire.read_customer({"id": 1, "drivers_license": text}) for text in ("d-1", "D-1"))
    assert low.government_id == high.government_id
    assert "d-1" not in str(low).casefold()


def test_sales_refunds_voids_and_what_is_not_understood() -> None:
    found, bad = read_each(_recorded("sales-v2.json")["sales_histories"], posabit_sales.read_ticket)
    assert bad == 1
    sale, refund, void, odd, back, unfinished = found
    assert (sale.net_cents, sale.total_cents, sale.tax_cents, sale.discount_cents) == (6000, 6900, 900, 1000)
    assert (sale.day, sale.state, sale.refund, sale.customer_id) == (
        date(2026, 3, 4),
        TicketState.COMPLETED,
        False,
        "11",
    )
    assert (sale.order_ids, sale.employee_id, sale.terminal) == (("A-77",), "9", "3")
    first, second = sale.lines
    assert (first.quantity, first.price_cents, first.discount_cents, first.total_cents) == (
        Decimal(2),
        3000,
        1000,
        5000,
    )
    assert (first.size, first.cost_cents, first.package_id) == ("3.5 g", 2000, "71")
    assert (second.price_cents, second.total_cents, second.tax_cents) == (1000, 1000, 150)
    assert sale.discounts == (TicketDiscount(id="8", name="Ten dollars off", cents=1000, line_id="1"),)
    assert (refund.refund, refund.net_cents, refund.tax_cents, refund.discount_cents) == (True, -2500, -375, -500)
    (line,) = refund.lines
    assert (line.quantity, line.price_cents, line.total_cents, line.discount_cents) == (Decimal(-1), 3000, -2500, -500)
    assert [(known.id, known.name, known.cents) for known in refund.discounts] == [
        ("8", "", None),
        (None, "Happy hour", None),
    ]
    assert [ticket.state for ticket in (void, odd, back, unfinished)] == [
        TicketState.VOIDED,
        TicketState.UNKNOWN,
        TicketState.COMPLETED,
        TicketState.OPEN,
    ]
    assert odd.status == "partially_refunded"
    assert void.customer_id is None
    # Only its quantity says that this one is a refund.
    assert (back.refund, back.net_cents, back.lines[0].quantity) == (True, -2000, Decimal("-1.5"))


def _sale(**changed: Any) -> dict[str, Any]:
    item = {"item_id": 5, "quantity": 2, "sub_total": 2000, "discount": 100, "tax": 190, "total": 2090, "cost": 800}
    sale = {"id": 1, "ordered_at": "2026-03-05T20:00:00.000Z", "tax": 190, "total": 2090, "discount": 100, **changed}
    return {"items": [item], **sale}


def test_numbers_may_be_written_as_text() -> None:
    plain, text = _sale(), _sale()
    text["items"] = [{name: str(value) for name, value in text["items"][0].items()}]
    text |= {name: str(text[name]) for name in ("tax", "total", "discount")}
    assert posabit_sales.read_ticket(text) == posabit_sales.read_ticket(plain)
    _, bad = read_each([_sale(total="20.90"), _sale(total="much"), _sale(total="NaN")], posabit_sales.read_ticket)
    assert bad == 3  # cents are whole: dollars in their place are not guessed at


@pytest.mark.requirement("A-025")
def test_a_refund_that_only_its_total_tells_of_gives_back_its_lines() -> None:
    refund: Ticket = posabit_sales.read_ticket(_sale(total=-2090, tax=-190))
    assert (refund.refund, refund.net_cents) == (True, -1900)
    (line,) = refund.lines
    assert (line.quantity, line.total_cents, line.discount_cents, line.tax_cents, line.cost_cents) == (
        Decimal(-2),
        -1900,
        -100,
        -190,
        -800,
    )
    sold, back = {"quantity": 1, "total": 500}, {"quantity": -1, "total": -900}
    exchange: Ticket = posabit_sales.read_ticket(_sale(total=-400, tax=0, items=[sold, back]))
    assert [line.quantity for line in exchange.lines] == [1, -1]


@pytest.mark.parametrize(
    ("local", "day"),
    [
        ("2026-03-05T19:00:00.000-08:00", date(2026, 3, 5)),
        ("2026-03-05 19:00:00", date(2026, 3, 5)),
        ("2026-03-06T03:00:00.000Z", None),
        ("03/05/2026 7:00 PM", None),
        (None, None),
    ],
)
def test_the_day_is_the_venue_s_own_or_left_to_its_zone(local: str | None, day: date | None) -> None:
    sale = _sale(ordered_at="2026-03-06T03:00:00.000Z", ordered_at_local=local)
    assert posabit_sales.read_ticket(sale).day == day


def test_a_guest_may_be_written_as_nought_and_a_time_with_its_zone_in_letters() -> None:
    ticket: Ticket = posabit_sales.read_ticket(_sale(customer_id=0, ordered_at="2026-03-05 20:00:00 UTC"))
    assert (ticket.customer_id, ticket.at) == (None, datetime(2026, 3, 5, 20, tzinfo=UTC))


@pytest.mark.requirement("P-016")
@pytest.mark.parametrize("stop", [True, 1, "1", "true"])
def test_a_stop_is_a_stop_however_it_is_ticked(stop: object) -> None:
    row = {"id": 1, "marketing_opt_in": "1", "terms_agreed": 1}
    assert posabit_wire.read_customer(row).marketing is True
    assert posabit_wire.read_customer({**row, "sms_opt_out": stop}).marketing is False


def test_stock_is_text_with_decimals_and_the_menu_completes_products() -> None:
    menu = posabit_stock.read_menu(_recorded("menu-v3.json"))
    rows = _recorded("inventory-v2.json")["inventory"]
    (lot, other), bad = read_each(rows, posabit_stock.read_package)
    assert bad == 1
    assert (lot.id, lot.product_id, lot.quantity, lot.sellable) == ("71", "31", Decimal("369.7"), Decimal(300))
    assert (lot.price_cents, lot.medical_price_cents, lot.thc) == (3000, 2700, Decimal("19.2"))
    assert (other.product_id, other.category, other.price_cents) == ("72", "Pre-rolls", None)
    amber, roll = (posabit_stock.read_product(value, menu) for value in rows[:2])
    assert (amber.species, amber.category, amber.parent_category) == ("Indica", "Flower", "Bud")
    assert (amber.thc, amber.thc_unit, amber.cbd, amber.cbd_unit) == (Decimal("19.2"), "%", Decimal(1), "mg")
    assert (amber.online, amber.images, amber.description) == (True, ("https://images.example.org/31.jpg",), "Plain.")
    assert (roll.online, roll.species, roll.images) == (False, None, ("https://images.example.org/r.jpg",))
    assert menu["31"].images == ("https://images.example.org/l.jpg",)


def test_a_promotion_is_known_by_its_name_as_it_is_written() -> None:
    found, bad = read_each(_recorded("coupons-v2.json")["coupons"], posabit_wire.read_discount)
    assert bad == 1
    assert [(known.id, known.name, known.active) for known in found] == [
        ("8", "Ten dollars off", True),
        ("9", "ten  dollars OFF", True),
        ("10", "Gone", False),
    ]


# ── anything ──────────────────────────────────────────────────────────────────────────────────────────────

_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**40), 10**40) | st.decimals() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
_PAGES = sorted((PAGES / "posabit").glob("*.json"))
_KEYS = sorted({key for page in _PAGES for key in re.findall(r'"(\w+)":', page.read_text(encoding="utf-8"))})
_objects = st.dictionaries(st.sampled_from(_KEYS), _values, max_size=10) | _values


@pytest.mark.parametrize(
    "read",
    [
        posabit_wire.read_location,
        posabit_wire.read_customer,
        posabit_wire.read_discount,
        posabit_sales.read_ticket,
        posabit_stock.read_package,
        posabit_stock.read_menu,
        lambda value: posabit_stock.read_product(value, {}),
        lambda value: posabit_wire.listed(value, "customers"),
    ],
)
@given(value=_objects)
def test_any_object_is_read_or_refused(read: Any, value: object) -> None:
    with suppress(ProtocolError):
        read(value)


_cents = st.integers(0, 10**7)


@given(
    lines=st.lists(st.tuples(st.integers(1, 9), _cents, _cents, _cents), min_size=1, max_size=4),
    negative=st.booleans(),
    signs=st.sampled_from(["all", "amounts", "quantities"]),
    included=st.booleans(),
)
def test_money_adds_up_whatever_the_signs_of_a_refund_and_whatever_the_subtotal_holds(
    lines: list[tuple[int, int, int, int]], negative: bool, signs: str, included: bool
) -> None:
    items = []
    for number, (quantity, net, discount, tax) in enumerate(lines, start=1):
        amount = -1 if negative and signs != "quantities" else 1
        count = -1 if negative and signs != "amounts" else 1
        before = net + discount + (tax if included else 0)
        items.append(
            {
                "item_id": number,
                "quantity": count * quantity,
                "sub_total": amount * before,
                "discount": amount * discount,
                "tax": amount * tax,
                "total": amount * (net + tax),
            }
        )
    ticket: Ticket = posabit_sales.read_ticket({"id": 1, "ordered_at": "2026-03-05T20:00:00Z", "items": items})
    net = sum(line[1] for line in lines)
    sign = -1 if negative and (signs != "amounts" or any(line[1] + line[3] for line in lines)) else 1
    assert ticket.net_cents == sign * net
    assert sum(line.total_cents for line in ticket.lines) == ticket.net_cents
    assert ticket.total_cents - ticket.tax_cents == ticket.net_cents
    assert all((line.quantity < 0) == (line.total_cents < 0) for line in ticket.lines if line.total_cents)
    assert ticket.refund == (sign < 0)
