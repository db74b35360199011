"""What the rows of a till of one's own mean: shoppers, documents, products and stock, by their description."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

from msgspec.structs import replace

from budtender.connectors.custom_mapping import Entity, Source, States
from budtender.connectors.custom_record import Record, RowRefused
from budtender.connectors.fingerprint import fingerprint
from budtender.model import Customer, Package, Product, Ticket, TicketLine, TicketState
from budtender.phone import from_remote

NOTHING = Decimal(0)
Values = Mapping[str, Any]


def read_shopper(values: Values, entity: Entity, source: Source) -> Customer:
    """A shopper. A number that is no phone is blank and refuses nothing."""
    r = Record(values, entity.fields, source)
    numbers = (from_remote(r.ident("phone")), from_remote(r.ident("phone2")))
    return Customer(
        id=r.needed("id"),
        phones=tuple(dict.fromkeys(number for number in numbers if number)),
        first_name=r.text("first_name") or "",
        last_name=r.text("last_name") or "",
        email=r.text("email"),
        birth_date=r.day("birth_date"),
        gender=r.text("gender"),
        address1=r.text("address1"),
        address2=r.text("address2"),
        city=r.text("city"),
        state=r.text("state"),
        postal_code=r.ident("postal_code"),
        status=r.text("status"),
        type=r.text("type"),
        discount_groups=r.names("groups"),
        pos_loyalty=r.flag("loyalty"),
        points=r.number("points"),
        tier=r.text("tier"),
        marketing=r.flag("marketing"),
        external_id=r.ident("external_id"),
        government_id=fingerprint(r.ident("government_id")),
        medical_id=fingerprint(r.ident("medical_id")),
        archived=r.flag("archived") or False,
        merged_into=_unless_zero(r.ident("merged_into")),
        modified=r.when("modified"),
        created=r.when("created"),
    )


def read_ticket(values: Values, lines: Sequence[Values], entity: Entity, source: Source) -> Ticket:
    """A document and its lines; amounts that are not given are added up from the lines."""
    r = Record(values, entity.fields, source)
    ticket_id, at = r.needed("id"), r.when("at")
    if at is None:
        raise RowRefused(f"at ({entity.fields['at']}) is missing")
    status, refund_of = r.text("status"), _unless_zero(r.ident("refund_of"))
    state, given_back = _state(status, entity.status)
    # A row that names the sale it takes back is a refund, also where its status says that it was voided since.
    refund = given_back or (r.flag("refund") or False) or refund_of is not None
    read, sums, refund = _figures(r, lines, entity, source, refund=refund)
    refunded, read = (0, read) if refund else _given_back(r, status, entity, read, sums.total)
    modified = r.when("modified")
    return Ticket(
        id=ticket_id,
        at=at,
        net_cents=sums.net,
        total_cents=sums.total,
        discount_cents=sums.discount,
        tax_cents=sums.tax,
        tip_cents=sums.tip,
        loyalty_cents=sums.loyalty,
        points_earned=r.number("points_earned"),
        state=state,
        status=status,
        refund=refund,
        refund_of=refund_of,
        refunded_cents=refunded,
        refunded_at=modified if refunded else None,
        customer_id=_unless_zero(r.ident("customer_id")),
        location_id=r.ident("location_id"),
        terminal=r.ident("terminal"),
        employee_id=r.ident("employee_id"),
        day=r.day("day") or at.astimezone(source.zone).date(),
        modified=modified,
        source=r.text("source"),
        medical=r.flag("medical"),
        order_ids=tuple(order for order in (r.ident("order_id"),) if order),
        lines=read,
    )


def _given_back(
    r: Record, status: str | None, entity: Entity, lines: tuple[TicketLine, ...], total: int
) -> tuple[int, tuple[TicketLine, ...]]:
    """What of a sale that stays the document it was was given back, and its lines, which may not say so themselves."""
    whole = (status or "").casefold() in _folded(entity.status.returned)
    if whole and not any(line.returned for line in lines):
        lines = tuple(replace(line, returned=line.quantity) for line in lines)
    return abs(r.cents("refunded") or 0) or (total if whole else 0), lines


def _unless_zero(ident: str | None) -> str | None:
    """An id; a till whose column has to hold a number writes 0 where there is nobody and nothing."""
    return None if ident == "0" else ident


def _state(status: str | None, states: States) -> tuple[TicketState, bool]:
    """The state that a word means, and whether it makes a refund; a word in no list is not understood."""
    if status is None or states == States():
        return TicketState.COMPLETED, False
    word = status.casefold()
    if word in _folded(states.refund):
        return TicketState.COMPLETED, True
    for words, state in (
        (states.completed + states.returned, TicketState.COMPLETED),
        (states.open, TicketState.OPEN),
        (states.voided, TicketState.VOIDED),
    ):
        if word in _folded(words):
            return state, False
    return TicketState.UNKNOWN, False


def _folded(words: Sequence[str]) -> set[str]:
    return {word.casefold() for word in words}


class _Sums(NamedTuple):
    """What a document comes to: its tax, the total with it, what is left without it, and parts of that."""

    tax: int
    total: int
    net: int
    discount: int
    tip: int
    loyalty: int

    @property
    def give_back(self) -> bool:
        """Whether the amounts alone say that it is a refund."""
        return self.total < 0 or self.net < 0


def _figures(
    r: Record, rows: Sequence[Values], entity: Entity, source: Source, *, refund: bool
) -> tuple[tuple[TicketLine, ...], _Sums, bool]:
    """The lines and sums of a document, and whether it is a refund after all; then everything is negative."""
    lines = _lines(rows, entity, source, refund=refund)
    sums = _sums(r, lines)
    sold = [line for line in lines if line.quantity >= 0]
    if not refund and (sums.give_back or (lines and not sold)):
        refund = True
        if len(sold) == len(lines):
            # The document alone says that it gives back; a line that does as well would say that the others are sold.
            lines = _lines(rows, entity, source, refund=True)
    sums = _Sums(*(-abs(cents) for cents in sums)) if refund else sums._replace(discount=abs(sums.discount))
    return lines, sums, refund


def _sums(r: Record, lines: Sequence[TicketLine]) -> _Sums:
    tax, total, net, discount = r.cents("tax"), r.cents("total"), r.cents("net"), r.cents("discount")
    if tax is None:
        tax = total - net if total is not None and net is not None else sum(line.tax_cents for line in lines)
    if total is not None and total < 0:
        tax = -abs(tax)  # some tills turn only what was paid
    if net is None:
        net = sum(line.total_cents for line in lines) if total is None else total - tax
    if discount is None:
        discount = sum(line.discount_cents for line in lines)
    whole = net + tax if total is None else total
    return _Sums(tax, whole, net, discount, r.cents("tip") or 0, r.cents("loyalty") or 0)


def _lines(rows: Sequence[Values], entity: Entity, source: Source, *, refund: bool) -> tuple[TicketLine, ...]:
    return tuple(_line(row, place, entity, source, refund=refund) for place, row in enumerate(rows, start=1))


def _line(values: Values, place: int, entity: Entity, source: Source, *, refund: bool) -> TicketLine:
    r = Record(values, entity.lines, source)
    quantity = r.number("quantity")
    if quantity is None:
        raise RowRefused(f"quantity ({entity.lines['quantity']}) of line {place} is missing")
    discount, tax, price = r.cents("discount") or 0, r.cents("tax") or 0, r.cents("price")
    total = r.cents("total")
    if total is None:
        total = _rounded(abs(quantity) * (price or 0)) - abs(discount)
        total = -total if quantity < 0 else total
    if refund or quantity < 0 or total < 0:
        quantity, total, discount, tax = -abs(quantity), -abs(total), -abs(discount), -abs(tax)
    if price is None:
        price = _rounded(abs((total + discount) / quantity)) if quantity else 0
    cost, unit_cost = r.cents("cost"), r.cents("unit_cost")
    if cost is None and unit_cost is not None:
        cost = _rounded(quantity * unit_cost)
    if cost is not None and quantity < 0:
        cost = -abs(cost)
    return TicketLine(
        id=r.ident("id") or str(place),
        quantity=quantity,
        price_cents=abs(price),
        discount_cents=discount,
        tax_cents=tax,
        total_cents=total,
        cost_cents=cost,
        product_id=r.ident("product_id"),
        sku=r.ident("sku"),
        name=r.text("name"),
        category=r.text("category"),
        brand=r.text("brand"),
        strain=r.text("strain"),
        species=r.text("species"),
        size=r.text("size"),
        unit=r.text("unit"),
        package_id=r.ident("package_id"),
        returned=NOTHING if refund else abs(r.number("returned") or NOTHING),
    )


def _rounded(number: Decimal) -> int:
    return int(number.quantize(Decimal(1), ROUND_HALF_UP))


def read_package(values: Values, entity: Entity, source: Source) -> Package:
    """A lot in stock; a till without lots has one for each product. What is not told is left out, never zero."""
    r = Record(values, entity.fields, source)
    product_id, quantity = r.needed("product_id"), r.number("quantity")
    if quantity is None:
        raise RowRefused(f"quantity ({entity.fields['quantity']}) is missing")
    return Package(
        id=r.ident("id") or product_id,
        product_id=product_id,
        quantity=quantity,
        sellable=r.number("sellable"),
        unit=r.text("unit"),
        sku=r.ident("sku"),
        name=r.text("name"),
        category=r.text("category"),
        brand=r.text("brand"),
        strain=r.text("strain"),
        size=r.text("size"),
        tag=r.ident("tag"),
        batch=r.ident("batch"),
        price_cents=r.cents("price"),
        medical_price_cents=r.cents("medical_price"),
        cost_cents=_cost(r),
        thc=r.number("thc"),
        cbd=r.number("cbd"),
        expires=r.day("expires"),
        modified=r.when("modified"),
    )


def _cost(r: Record) -> int | None:
    """What a unit costs the store, also where only the margin is told."""
    cost, price, margin = r.cents("cost"), r.cents("price"), r.number("margin_percent")
    if cost is not None or price is None or margin is None:
        return cost
    return _rounded(price * (1 - margin / 100))


def read_product(values: Values, entity: Entity, source: Source) -> Product:
    """A product, from a list of products or from the stock, whose rows name theirs."""
    r = Record(values, entity.fields, source)
    return Product(
        id=r.needed("product_id" if r.has("product_id") else "id"),
        sku=r.ident("sku"),
        name=r.text("name") or "",
        category=r.text("category"),
        parent_category=r.text("parent_category"),
        brand=r.text("brand"),
        strain=r.text("strain"),
        species=r.text("species"),
        size=r.text("size"),
        unit=r.text("unit"),
        description=r.text("description"),
        barcode=r.ident("barcode"),
        price_cents=r.cents("price"),
        medical_price_cents=r.cents("medical_price"),
        cost_cents=_cost(r),
        thc=r.number("thc"),
        cbd=r.number("cbd"),
        vendor=r.text("vendor"),
        active=r.flag("active") is not False,
        archived=r.flag("archived") or False,
        modified=r.when("modified"),
        created=r.when("created"),
    )
