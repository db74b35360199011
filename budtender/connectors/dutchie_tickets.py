"""Dutchie's transactions as tickets: sales, returns as documents of their own, voids, each counted once.

A return comes twice, as a transaction of its own and as marks on the items of the sale; the transaction counts, on
its own day, and the marks only tell how much of a line came back. The sign of a return's figures is not dependable in
the data of clients in use, so it is set here. Items have no names: products are told apart by their id.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

import msgspec

from budtender.connectors import bulk
from budtender.connectors.bulk import Rows, cents
from budtender.connectors.dutchie_records import wire_name
from budtender.connectors.dutchie_wire import SYSTEM
from budtender.connectors.sentences import not_understood
from budtender.model import Ticket, TicketDiscount, TicketLine, TicketState

#: The endpoint holds sales to shoppers beside transfers and wholesale orders, which are none.
_RETAIL = "retail"
_NOT_RETAIL = frozenset({"transfer", "wholesaleorder"})
#: How far off in cents the lines of a document may add up, each by half a cent of rounding.
_ROUNDING = 1
_NOTHING = Decimal(0)
_GRAM = 1


class Applied(msgspec.Struct, rename=wire_name, gc=False):
    """A discount on a line or a document."""

    discount_id: int | None = None
    discount_name: str | None = None
    amount: Decimal | None = None
    transaction_item_id: int | None = None


class Taxed(msgspec.Struct, rename=wire_name, gc=False):
    """A tax on a line."""

    amount: Decimal | None = None


class ItemRow(msgspec.Struct, rename=wire_name, gc=False):
    """What is used of a line."""

    transaction_item_id: int | None = None
    product_id: int | None = None
    inventory_id: int | None = None
    package_id: str | None = None
    sku: str | None = None
    quantity: Decimal | None = None
    unit_id: int | None = None
    unit_price: Decimal | None = None
    unit_cost: Decimal | None = None
    total_price: Decimal | None = None
    total_discount: Decimal | None = None
    discounts: list[Applied] | None = None
    taxes: list[Taxed] | None = None
    is_returned: bool | None = None
    is_coupon: bool | None = None


class TransactionRow(msgspec.Struct, rename=wire_name, gc=False):
    """What is used of a transaction."""

    transaction_id: int
    customer_id: int | None = None
    employee_id: int | None = None
    responsible_for_sale_user_id: int | None = None
    transaction_date: str | None = None
    transaction_date_local_time: str | None = None
    last_modified: str | None = msgspec.field(default=None, name="lastModifiedDateUTC")
    void_date: str | None = None
    is_void: bool | None = None
    is_return: bool | None = None
    return_on_transaction_id: int | None = None
    transaction_type: str | None = None
    subtotal: Decimal | None = None
    total_discount: Decimal | None = None
    total_before_tax: Decimal | None = None
    tax: Decimal | None = None
    total: Decimal | None = None
    tip_amount: Decimal | None = None
    loyalty_earned: Decimal | None = None
    loyalty_spent: Decimal | None = None
    terminal_name: str | None = None
    order_source: str | None = None
    is_medical: bool | None = None
    order_ids: list[int] | None = None
    items: list[ItemRow] | None = None
    discounts: list[Applied] | None = None


TRANSACTIONS = Rows(TransactionRow, SYSTEM, "transaction")


def ticket_of(row: TransactionRow) -> Ticket | None:
    """The ticket in a row; None for what is no sale to a shopper. ProtocolError for one without id or time."""
    kind = (row.transaction_type or _RETAIL).strip().casefold()
    if kind in _NOT_RETAIL:
        return None
    ticket_id = bulk.known(row.transaction_id, SYSTEM, "transaction", "transactionId")
    at = bulk.instant(row.transaction_date)
    if at is None:
        raise not_understood(SYSTEM, "a transaction has no readable transactionDate", key="transactionDate")
    refund = bool(row.is_return) or bool(row.return_on_transaction_id)
    totals = _Totals(row, refund)
    lines = _lines(row.items or (), totals, refund)
    return Ticket(
        id=ticket_id,
        at=at,
        net_cents=totals.net,
        total_cents=totals.total,
        discount_cents=totals.discount,
        tax_cents=totals.tax,
        tip_cents=totals.signed(row.tip_amount),
        loyalty_cents=totals.loyalty(row.loyalty_spent),
        points_earned=bulk.amount(row.loyalty_earned),
        state=_state(row, kind),
        status=row.transaction_type,
        refund=refund,
        refund_of=bulk.nonzero(row.return_on_transaction_id),
        customer_id=bulk.nonzero(row.customer_id),
        terminal=bulk.text(row.terminal_name),
        employee_id=bulk.nonzero(row.responsible_for_sale_user_id) or bulk.nonzero(row.employee_id),
        day=bulk.day(row.transaction_date_local_time),
        modified=bulk.instant(row.last_modified),
        source=bulk.text(row.order_source),
        medical=row.is_medical,
        order_ids=tuple(str(number) for number in row.order_ids or ()),
        lines=lines,
        discounts=_discounts(row, refund),
    )


def _state(row: TransactionRow, kind: str) -> TicketState:
    if row.is_void or bulk.instant(row.void_date) is not None:
        return TicketState.VOIDED
    return TicketState.COMPLETED if kind == _RETAIL else TicketState.UNKNOWN


class _Totals:
    """The figures of a document in cents, a refund's all negative; what is missing follows from the others."""

    def __init__(self, row: TransactionRow, refund: bool) -> None:
        self._refund = refund
        self.discount = self.signed(row.total_discount)
        self.tax = self.signed(row.tax)
        subtotal, net, total = (
            None if value is None else self.signed(value) for value in (row.subtotal, row.total_before_tax, row.total)
        )
        if net is None:
            net = subtotal - self.discount if subtotal is not None else (total or 0) - self.tax
        self.net = net
        self.gross = net + self.discount if subtotal is None else subtotal
        self.total = net + self.tax if total is None else total

    def signed(self, value: Decimal | None) -> int:
        """An amount with the sign that it has on this document."""
        known = cents(value) or 0
        return -abs(known) if self._refund else known

    def loyalty(self, value: Decimal | None) -> int:
        """What points paid, a part of the discount; the description calls it points, which are no money when more."""
        spent = self.signed(value)
        return spent if abs(spent) <= abs(self.discount) else 0


class _Figures(NamedTuple):
    """A line's figures in cents, with the sign that they have on its document."""

    price: int
    off: int
    tax: int


def _lines(items: Sequence[ItemRow], totals: _Totals, refund: bool) -> tuple[TicketLine, ...]:
    figures = [_figures(item, totals) for item in items]
    nets = _line_nets(items, figures, totals)
    return tuple([_line(item, place, figures[place], nets[place], refund) for place, item in enumerate(items)])


def _figures(item: ItemRow, totals: _Totals) -> _Figures:
    tax = 0
    for taxed in item.taxes or ():
        tax += totals.signed(taxed.amount)
    return _Figures(totals.signed(item.total_price), totals.signed(item.total_discount), tax)


def _line_nets(items: Sequence[ItemRow], figures: Sequence[_Figures], totals: _Totals) -> list[int]:
    """What each line comes to after discounts and before taxes.

    A line's total price is with taxes and discounts by the description, without taxes in real data. What fits the
    document is taken; where nothing fits, the price of a unit tells.
    """
    slack = _ROUNDING * max(1, len(items))
    whole = sum([line.price for line in figures])
    if all(item.total_price is not None for item in items):
        if abs(whole - totals.net) <= slack:
            return [line.price for line in figures]
        if abs(whole - totals.total) <= slack:
            return [line.price - line.tax for line in figures]
        if abs(whole - totals.gross) <= slack:
            return [line.price - line.off for line in figures]
    return [_by_unit(item, line, totals) for item, line in zip(items, figures, strict=True)]


def _by_unit(item: ItemRow, line: _Figures, totals: _Totals) -> int:
    unit, quantity = bulk.amount(item.unit_price), bulk.amount(item.quantity)
    if unit is None or quantity is None:
        return line.price
    return totals.signed(unit * quantity) - line.off


def _line(item: ItemRow, place: int, figures: _Figures, net: int, refund: bool) -> TicketLine:
    quantity = abs(known) if (known := bulk.amount(item.quantity)) and refund else known or _NOTHING
    cost = cents(item.unit_cost)
    number = item.transaction_item_id
    return TicketLine(
        id=str(place + 1 if number is None else number),
        quantity=-quantity if refund else quantity,
        price_cents=abs(cents(item.unit_price) or 0),
        discount_cents=figures.off,
        tax_cents=figures.tax,
        total_cents=net,
        cost_cents=None if cost is None else int(cost * (-quantity if refund else quantity)),
        product_id=bulk.nonzero(item.product_id),
        sku=bulk.text(item.sku),
        unit="g" if item.unit_id == _GRAM else None,
        package_id=bulk.nonzero(item.inventory_id) or bulk.text(item.package_id),
        returned=quantity if item.is_returned and not refund else _NOTHING,
        coupon=bool(item.is_coupon),
    )


def _discounts(row: TransactionRow, refund: bool) -> tuple[TicketDiscount, ...]:
    """The discounts by line; the document repeats them and is asked only when no line has any."""
    of_lines = [applied for item in row.items or () for applied in item.discounts or ()]
    return tuple(_discount(applied, refund) for applied in of_lines or row.discounts or ())


def _discount(applied: Applied, refund: bool) -> TicketDiscount:
    known = cents(applied.amount)
    return TicketDiscount(
        id=bulk.nonzero(applied.discount_id),
        name=bulk.text(applied.discount_name) or "",
        cents=-abs(known) if refund and known is not None else known,
        line_id=bulk.nonzero(applied.transaction_item_id),
    )
