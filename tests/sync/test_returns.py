"""Refunds made of marks on a sale come to what was given back, however often and in whatever parts they are seen."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from budtender.cache import schema, tickets
from budtender.cache.database import Database
from budtender.model import Ticket, TicketLine, TicketState
from budtender.sync.returns import refund_of
from tests.writing import write_now

AT = datetime(2026, 3, 4, 17, 22, tzinfo=UTC)


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    folder: Path = tmp_path_factory.mktemp("tickets")
    db = Database(folder / "register.db", os.urandom(32))
    db.prepare(schema.migrate)
    yield db
    db.close()


def put(db: Database, credential: str, *book: Ticket) -> int:
    return write_now(db, partial(tickets.put, credential=credential, tickets=book, location_id="1"))


lines = st.builds(
    lambda n, quantity, price, discount, tax: TicketLine(
        id=str(n),
        quantity=Decimal(quantity),
        price_cents=price,
        discount_cents=min(discount, price * quantity),
        tax_cents=tax,
        total_cents=price * quantity - min(discount, price * quantity),
    ),
    st.integers(1, 10**9),
    st.integers(1, 9),
    st.integers(0, 9_999),
    st.integers(0, 3_000),
    st.integers(0, 500),
)
sales = st.lists(lines, min_size=1, max_size=4, unique_by=lambda line: line.id).map(
    lambda lines: Ticket(
        id="S",
        at=AT,
        net_cents=sum(line.total_cents for line in lines),
        total_cents=sum(line.total_cents + line.tax_cents for line in lines),
        tax_cents=sum(line.tax_cents for line in lines),
        customer_id="C",
        lines=tuple(lines),
    )
)


@settings(max_examples=60, deadline=None)
@given(sale=sales, looks=st.lists(st.lists(st.floats(0, 1), min_size=4, max_size=4), max_size=4), data=st.data())
def test_refunds_come_to_what_was_given_back(
    db: Database, sale: Ticket, looks: list[list[float]], data: st.DataObject
) -> None:
    write_now(db, lambda c: c.execute("DELETE FROM ticket"))
    write_now(db, lambda c: c.execute("DELETE FROM ticket_line"))
    back = [Decimal(0)] * len(sale.lines)
    for look in [*looks, [1.0] * 4]:
        back = [
            max(before, Decimal(int(share * float(line.quantity))))
            for before, share, line in zip(back, look, sale.lines, strict=False)
        ]
        seen = replace(sale, lines=tuple(replace(line, returned=n) for line, n in zip(sale.lines, back, strict=True)))
        for _ in range(data.draw(st.integers(1, 2))):  # the same page may come twice
            put(db, "till", seen)
            booked = db.read(lambda c: tickets.booked(tickets.refunds_of(c, "till", "S")))
            refund = refund_of(seen, booked, AT)
            if refund is not None:
                assert all(line.quantity < 0 for line in refund.lines)
                put(db, "till", refund)
    booked = db.read(lambda c: tickets.booked(tickets.refunds_of(c, "till", "S")))
    assert {line.id: line.quantity for line in sale.lines} == dict(booked.lines)
    assert booked.cents == sale.total_cents
    (day,) = db.read(lambda c: tickets.totals(c, "2026-03-04", "2026-03-04"))
    assert (day.sales, day.net_cents, day.units, day.tax_cents) == (1, 0, Decimal(0), 0)


def test_money_without_goods_is_a_refund_too(db: Database) -> None:
    sale = Ticket(id="M", at=AT, net_cents=1000, total_cents=1000, refunded_cents=300, customer_id="C")
    refund = refund_of(sale, tickets.Booked(lines={}, cents=100, count=1), AT)
    assert refund is not None
    assert (refund.id, refund.total_cents, refund.net_cents) == ("M-R2", -200, -200)
    assert refund_of(sale, tickets.Booked(lines={}, cents=300, count=2), AT) is None


@settings(max_examples=60, deadline=None)
@given(sale=sales, money=st.lists(st.floats(0, 1), max_size=3))
def test_money_and_then_goods_give_back_no_more_than_was_sold(db: Database, sale: Ticket, money: list[float]) -> None:
    write_now(db, lambda c: c.execute("DELETE FROM ticket"))
    write_now(db, lambda c: c.execute("DELETE FROM ticket_line"))
    all_back = replace(sale, lines=tuple(replace(line, returned=line.quantity) for line in sale.lines))
    given_back = 0
    for look in [*money, 1.0]:
        given_back = max(given_back, int(look * sale.total_cents))
        is_last = look == 1.0
        seen = replace(all_back if is_last else sale, refunded_cents=given_back)
        put(db, "till", seen)
        refund = refund_of(seen, db.read(lambda c: tickets.booked(tickets.refunds_of(c, "till", "S"))), AT)
        if refund is not None:
            assert refund.net_cents == sum(line.total_cents for line in refund.lines)
            assert all(line.quantity < 0 for line in refund.lines)
            put(db, "till", refund)
    (day,) = db.read(lambda c: tickets.totals(c, "2026-03-04", "2026-03-04"))
    assert (day.net_cents, day.units) == (0, Decimal(0))


def test_only_what_is_finished_counts_and_a_location_with_two_keys_counts_once(db: Database) -> None:
    write_now(db, lambda c: c.execute("DELETE FROM ticket"))
    line = TicketLine(id="1", quantity=Decimal("1.5"), price_cents=1000, total_cents=1500)
    sale = Ticket(id="1", at=AT, net_cents=1500, total_cents=1620, lines=(line,), loyalty_cents=200)
    book = [
        sale,
        replace(sale, id="2", state=TicketState.VOIDED),
        replace(sale, id="3", state=TicketState.OPEN),
        replace(sale, id="4", state=TicketState.UNKNOWN),
        replace(sale, id="5", refund=True, net_cents=-500, lines=(replace(line, quantity=Decimal("-0.5")),)),
    ]
    for credential in ("medical", "recreational"):
        assert put(db, credential, *book) == 5
        assert put(db, credential, *book) == 0
    (day,) = db.read(lambda c: tickets.totals(c, "2026-03-01", "2026-03-31"))
    assert (day.sales, day.net_cents, day.returns, day.returns_cents) == (1, 1000, 1, 500)
    assert (day.voids, day.voids_cents, day.units, day.uncertain) == (1, 1500, Decimal(1), 1)
