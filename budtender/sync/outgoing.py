"""What a till says, as AIQ takes it: pure conversions."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from msgspec.structs import replace

from budtender.cache.outgoing import DueTicket
from budtender.cache.stock import Stock
from budtender.model import Customer, Item, Member, Product, Sale, SaleLine, Ticket, TicketLine, TicketState, Trait

#: The trait that audiences are built on: "Custom brand traits: Discount Groups contains X" (AIQ's Dutchie article).
GROUPS = "Discount Groups"
Products = Mapping[tuple[str, str], Product]


def member_of(customer: Customer, pos_user: str, *, phone: str | None, loyalty: bool, changed: bool) -> Member:
    """A customer as the persona that AIQ knows by `pos_user`; `phone` is the one number that it is told.

    `loyalty` only with a stored consent, because AIQ then texts a double opt-in. A number that nobody can be
    called by is left out: AIQ would blank the one that it has.
    """
    groups = customer.discount_groups
    # Left out, AIQ would keep the groups of before.
    traits = (Trait(key=GROUPS, value=", ".join(groups)),) if groups or changed else ()
    return Member(
        pos_user=pos_user,
        first_name=customer.first_name,
        last_name=customer.last_name,
        email=customer.email,
        phone=phone,
        birth_date=customer.birth_date,
        gender=customer.gender,
        address1=customer.address1,
        address2=customer.address2,
        city=customer.city,
        state=customer.state,
        zip=customer.postal_code,
        loyalty=loyalty,
        traits=traits,
    )


def groups_of(customer: Customer, pos_user: str) -> Member:
    """The same with nothing but the discount groups, for whose other changes are not to go on to AIQ."""
    return Member(pos_user=pos_user, traits=(Trait(key=GROUPS, value=", ".join(customer.discount_groups)),))


def sale_id(due: DueTicket) -> str:
    """A ticket's id in AIQ: tills number theirs for each location, and an AIQ account has many locations."""
    return f"{due.place}-{due.ticket.id}"


def sales_of(
    due: DueTicket, pos_user: str, location: str, products: Products, *, was_void: bool = False
) -> tuple[Sale, ...]:
    """A ticket as AIQ is to have it, with the true time of sale: the sale, and what gives back one that counts no more.

    What gives it back has an id of its own (`void_id`): a voided one, one that the till says was returned whole, and
    one that is nobody's by now. The sale goes along with it, for its amounts may have changed since AIQ was told them.
    A ticket that counts again after AIQ was told that it did not (`was_void`) is told with a void that gives nothing
    back.
    """
    ticket, pos_id = due.ticket, sale_id(due)
    taken_back = is_taken_back(due)
    found = [(pos_id, ticket)]
    if taken_back or was_void:
        back = _given_back(ticket)
        undone = replace(back, total_cents=0, lines=(*back.lines, *ticket.lines))
        found.append((void_id(pos_id), back if taken_back else undone))
    return tuple(_sale(name, document, due.credential, pos_user, location, products) for name, document in found)


def is_taken_back(due: DueTicket) -> bool:
    """Whether what AIQ has of a ticket is to come to nothing there."""
    return due.given_back or due.ticket.state in (TicketState.VOIDED, TicketState.UNKNOWN)


def void_id(pos_id: str) -> str:
    """The id in AIQ of what gives a sale back as a whole."""
    return f"{pos_id}-void"


def _sale(pos_id: str, ticket: Ticket, credential: str, pos_user: str, location: str, products: Products) -> Sale:
    lines = tuple(
        _line(line, products.get((credential, line.product_id or "")))
        for line in ticket.lines
        if not (line.coupon and line.total_cents == 0)
    )
    return Sale(
        pos_id=pos_id,
        pos_user=pos_user,
        at=ticket.at,
        total_cents=ticket.total_cents,
        location=location,
        lines=lines,
    )


def _given_back(ticket: Ticket) -> Ticket:
    lines = tuple(
        replace(line, quantity=-line.quantity, discount_cents=-line.discount_cents, total_cents=-line.total_cents)
        for line in ticket.lines
    )
    return replace(ticket, total_cents=-ticket.total_cents, lines=lines)


def _line(line: TicketLine, product: Product | None) -> SaleLine:
    known = product or Product(id=line.product_id or line.id)
    return SaleLine(
        sku=line.sku or known.sku or known.id,
        name=line.name or known.name or f"Product {known.id}",
        price_cents=line.price_cents,
        quantity=line.quantity,
        discount_cents=line.discount_cents,
        category=line.category or known.category,
        brand=line.brand or known.brand,
        size=line.size or known.size,
        strain=line.strain or known.strain,
        species=line.species or known.species,
    )


def items_of(stock: Stock) -> list[Item]:
    """A product's stock as AIQ takes it, one item for each SKU it is sold under; AIQ has one stock for all stores."""
    named: dict[str, Product] = {}
    for product in stock.products:
        named.setdefault(product.sku or "", product)
    quantities: dict[str, Decimal] = dict.fromkeys(named, Decimal(0))
    for package, quantity in stock.packages:
        sku = package.sku or next(iter(named), "")
        quantities[sku] = quantities.get(sku, Decimal(0)) + quantity
        named.setdefault(
            sku,
            Product(
                id=stock.product_id,
                sku=package.sku,
                name=package.name or "",
                category=package.category,
                brand=package.brand,
                strain=package.strain,
                price_cents=package.price_cents,
            ),
        )
    prices = {
        package.sku or "": package.price_cents for package, _ in stock.packages if package.price_cents is not None
    }
    return [_item(stock, named[sku], quantity, prices.get(sku)) for sku, quantity in quantities.items()]


def _item(stock: Stock, product: Product, quantity: Decimal, price: int | None) -> Item:
    price = price if price is not None else product.price_cents
    return Item(
        sku=product.sku or "",
        product_id=stock.product_id,
        name=product.name,
        brand=product.brand,
        category=product.category,
        parent_category=product.parent_category,
        variant=product.size,
        barcode=product.barcode,
        image_url=product.images[0] if product.images else None,
        description=product.description,
        supplier_id=product.vendor_id,
        supplier_name=product.vendor,
        price_cents=price,
        quantity=quantity,
        thc=product.thc,
        cbd=product.cbd,
        added=product.created,
        updated=product.modified,
        in_stock=quantity > 0,
        saleable=product.active,
        archived=product.archived,
    )
