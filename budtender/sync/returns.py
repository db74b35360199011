"""Refunds that have no document of their own in the till: each becomes a ticket with negative amounts.

Some tills only mark a return on the sale, others turn the sale's own document into the refund.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from msgspec.structs import replace

from budtender.cache.tickets import MONEY, Booked
from budtender.model import Ticket, TicketLine, TicketState


def refund_of(sale: Ticket, booked: Booked, now: datetime) -> Ticket | None:
    """The refund for what was given back since the last one, None when nothing was.

    Shares of a line's amounts are rounded so that the refunds of a whole line come to the line, however many they
    were. Money given back without goods is a line of its own. Goods that come back after it bring back no more net
    sales than the sale has left, and what money goes beyond them is taxes and fees.
    """
    lines = [line for line in (_given_back(line, booked) for line in sale.lines) if line is not None]
    told = sale.refunded_cents - booked.cents if sale.refunded_cents else sum(_with_tax(line) for line in lines)
    if not lines and told <= 0:
        return None
    left = max(sale.net_cents - booked.net_cents, 0)
    if not lines:
        money = min(told, left)
        name = f"{MONEY}{booked.count + 1}"
        lines = [TicketLine(id=name, quantity=Decimal(-1), price_cents=money, total_cents=-money)]
    lines = _lowered(lines, -sum(line.total_cents for line in lines) - left)
    net = sum(line.total_cents for line in lines)
    return Ticket(
        id=f"{sale.id}-R{booked.count + 1}",
        at=sale.refunded_at or sale.modified or now,
        net_cents=net,
        total_cents=-told,
        discount_cents=sum(line.discount_cents for line in lines),
        tax_cents=_tax(sale, booked, lines, told + net),
        refund=True,
        refund_of=sale.id,
        customer_id=sale.customer_id,
        location_id=sale.location_id,
        terminal=sale.terminal,
        employee_id=sale.employee_id,
        source=sale.source,
        medical=sale.medical,
        lines=tuple(lines),
    )


def _tax(sale: Ticket, booked: Booked, lines: Sequence[TicketLine], beyond: int) -> int:
    """The tax given back: that of the lines, or where the till tells only the sale's, their share of it.

    No more than the money that was given back beyond the net sales.
    """
    if sale.net_cents <= 0 or any(line.tax_cents for line in sale.lines):
        return sum(line.tax_cents for line in lines)
    first = Decimal(booked.net_cents) / sale.net_cents
    last = first - Decimal(sum(line.total_cents for line in lines)) / sale.net_cents
    return -max(0, min(_share(sale.tax_cents, first, last), beyond))


def _lowered(lines: Sequence[TicketLine], cents: int) -> list[TicketLine]:
    """Lines given back for so much less, as if it had been taken off their price."""
    found = []
    for line in lines:
        less = max(0, min(cents, -line.total_cents))
        cents -= less
        found.append(
            replace(line, total_cents=line.total_cents + less, discount_cents=line.discount_cents - less)
            if less
            else line
        )
    return found


def turned(sale: Ticket | None, document: Ticket, now: datetime) -> Ticket:
    """The document as it is to be kept: where it was a sale before, what turned it round is a refund of that sale.

    Kept as it comes it would count below nothing what came to nothing.
    """
    was_sold = sale is not None and sale.state is TicketState.COMPLETED and not sale.refund
    if not was_sold or not document.refund or document.refund_of or document.state is not TicketState.COMPLETED:
        return document
    return replace(
        document, id=f"{document.id}-R1", refund_of=document.id, at=document.modified or now, day=None, order_ids=()
    )


def standing(refunds: Sequence[Ticket], sale: Ticket) -> list[Ticket]:
    """Those of a sale's refunds that stand otherwise than the sale does, as they are to be kept.

    They are void as long as it counts nothing, and it may have been somebody else's, or of a place not yet told.
    """
    state = TicketState.COMPLETED if sale.state is TicketState.COMPLETED else TicketState.VOIDED
    now = [replace(r, state=state, customer_id=sale.customer_id, location_id=sale.location_id) for r in refunds]
    return [refund for refund, before in zip(now, refunds, strict=True) if refund != before]


def with_amounts(before: Ticket | None, voided: Ticket) -> Ticket:
    """A voided document with the amounts that it had: some tills empty one they void, and AIQ has it in full."""
    if before is None or voided.total_cents or voided.net_cents or not before.lines:
        return voided
    return replace(before, state=voided.state, status=voided.status, modified=voided.modified)


def _with_tax(line: TicketLine) -> int:
    return -(line.total_cents + line.tax_cents)


def _given_back(line: TicketLine, booked: Booked) -> TicketLine | None:
    before = booked.lines.get(line.id, Decimal(0))
    back = min(line.returned, line.quantity) - before
    if back <= 0 or line.quantity <= 0:
        return None
    first, last = before / line.quantity, (before + back) / line.quantity
    return replace(
        line,
        quantity=-back,
        discount_cents=-_share(line.discount_cents, first, last),
        tax_cents=-_share(line.tax_cents, first, last),
        total_cents=-_share(line.total_cents, first, last),
        cost_cents=None if line.cost_cents is None else -_share(line.cost_cents, first, last),
        returned=Decimal(0),
    )


def _share(cents: int, first: Decimal, last: Decimal) -> int:
    return _rounded(cents * last) - _rounded(cents * first)


def _rounded(cents: Decimal) -> int:
    return int(cents.quantize(Decimal(1), ROUND_HALF_UP))
