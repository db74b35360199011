"""A copy of all that a till tells, kept like the engine keeps it: rows by id, a cursor for each credential."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple, TypeVar

from budtender.connectors import CONNECTORS, Pos
from budtender.model import (
    PULLS,
    Can,
    Cursor,
    Customer,
    Package,
    PosDiscount,
    Product,
    Resource,
    Ticket,
    TicketLine,
    TicketState,
)
from budtender.simulator import Simulation

K = TypeVar("K")

#: What is pulled, in this order.
COPIED = (
    Resource.CUSTOMERS,
    Resource.SALES,
    Resource.REFUNDS,
    Resource.PRODUCTS,
    Resource.INVENTORY,
    Resource.DISCOUNTS,
)


class Shopper(NamedTuple):
    """A till's customer as far as every till tells it, but for the phones.

    A profile is gone when it was archived or merged; one till does not tell the two apart.
    """

    first_name: str
    last_name: str
    email: str | None
    birth_date: date | None
    city: str | None
    state: str | None
    postal_code: str | None
    gone: bool


class Line(NamedTuple):
    """One line of a sale, in whole cents."""

    sku: str
    quantity: Decimal
    net_cents: int
    discount_cents: int


class SaleFacts(NamedTuple):
    """A sale as it was made, whatever became of it since; nobody's when `customer_id` is None."""

    store: str
    at: datetime
    customer_id: str | None
    net_cents: int
    tax_cents: int
    discount_cents: int
    lines: tuple[Line, ...]


class Kept(NamedTuple):
    """What a shopper at a store has bought in the end: after returns and voids."""

    net_cents: int
    units: Mapping[str, Decimal]


class Copy:
    """What one till has told so far, over all its credentials."""

    def __init__(self, name: str, simulation: Simulation) -> None:
        self.can = CONNECTORS[name].can
        self.customers: dict[str, Customer] = {}
        self.tickets: dict[tuple[str, str], Ticket] = {}
        self.products: dict[str, Product] = {}
        self.packages: dict[tuple[str, str], Package] = {}
        self.discounts: dict[str, PosDiscount] = {}
        self.unreadable = 0
        self._name = name
        self._accounts = [account for account in simulation.accounts if account.system == name]
        self._cursors: dict[tuple[str, Resource], Cursor | None] = {}

    async def pull(self, *, stop_after: int = 0) -> bool:
        """Take over what is new at every store; `stop_after` breaks longer pulls off after so many batches.

        Returns whether every pull came to its end.
        """
        whole = True
        for account in self._accounts:
            till = CONNECTORS[self._name].connect(
                account.base_url, account.key, second_key=account.second_key, location=account.location
            )
            for resource in COPIED:
                if PULLS[resource] in self.can:
                    whole &= await self._pull(till, account.store, resource, stop_after)
            await till.aclose()
        return whole

    async def _pull(self, till: Pos, store: str, resource: Resource, stop_after: int) -> bool:
        before = {key for key in self.packages if key[0] == store}
        snapshot = False
        taken = 0
        pull = till.pull(resource, self._cursors.get((store, resource)))
        async with contextlib.aclosing(pull) as batches:  # type: ignore[type-var]
            async for batch in batches:
                if taken == stop_after > 0:
                    return False
                self.unreadable += batch.unreadable
                snapshot = batch.snapshot
                for row in batch.rows:
                    before.discard((store, getattr(row, "id", "")))
                    self._take(store, row)
                if batch.cursor is not None:
                    self._cursors[store, resource] = batch.cursor
                taken += 1
        if resource is Resource.INVENTORY and snapshot:
            for gone in before:
                del self.packages[gone]
        return True

    def _take(self, store: str, row: object) -> None:
        match row:
            case Customer():
                self.customers[row.id] = row
            case Ticket():
                self.tickets[store, row.id.lstrip("0")] = row
            case Product():
                self.products[row.id] = row
            case Package():
                self.packages[store, row.id] = row
            case PosDiscount():
                self.discounts[row.id] = row

    # ── in words that every till shares ───────────────────────────────────────────────────────────────────

    @property
    def shoppers(self) -> dict[str, Shopper]:
        """Every customer who is somebody, by the till's id."""
        return {
            known.id: Shopper(
                known.first_name,
                known.last_name,
                known.email,
                known.birth_date,
                known.city,
                known.state,
                known.postal_code,
                known.archived or known.merged_into is not None,
            )
            for known in self.customers.values()
            if not known.anonymous
        }

    @property
    def phones(self) -> dict[str, frozenset[str]]:
        """The numbers of every customer who is somebody: one till tells two of them, another one."""
        return {known.id: frozenset(known.phones) for known in self.customers.values() if not known.anonymous}

    @property
    def sales(self) -> dict[str, SaleFacts]:
        """Every sale that was finished, by the till's number; refunds are none."""
        return {
            number: SaleFacts(
                store,
                ticket.at,
                self._buyer(ticket),
                ticket.net_cents,
                ticket.tax_cents,
                ticket.discount_cents,
                tuple(sorted(self._facts(line) for line in ticket.lines if not line.coupon)),
            )
            for (store, number), ticket in self.tickets.items()
            if not ticket.refund
        }

    @property
    def kept(self) -> dict[tuple[str, str | None], Kept]:
        """What every shopper has kept, by store and customer."""
        cents: defaultdict[tuple[str, str | None], int] = defaultdict(int)
        units: defaultdict[tuple[str, str | None], defaultdict[str, Decimal]] = defaultdict(
            lambda: defaultdict(Decimal)
        )
        for (store, _), ticket in self.tickets.items():
            who = store, self._buyer(ticket)
            for line in ticket.lines:
                if ticket.state is TicketState.COMPLETED and not line.coupon:
                    back = line.returned if Can.RETURNS_ON_SALE in self.can else Decimal(0)
                    units[who][self._sku(line)] += line.quantity - back
                    cents[who] += int(line.total_cents * (1 - back / line.quantity))
        return {who: Kept(cents[who], _without_zeros(units[who])) for who in units}

    @property
    def voided(self) -> set[str]:
        """The numbers of sales that count nothing any more: voided, or given back whole."""
        return {
            number
            for (_, number), ticket in self.tickets.items()
            if not ticket.refund
            and (ticket.state is TicketState.VOIDED or ticket.refunded_cents == ticket.total_cents > 0)
        }

    @property
    def stock(self) -> dict[tuple[str, str], Decimal]:
        """How much of every product lies at every store, by SKU."""
        found: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
        for (store, _), package in self.packages.items():
            found[store, self._sku(package)] += package.quantity
        return _without_zeros(found)

    def _facts(self, line: TicketLine) -> Line:
        return Line(self._sku(line), line.quantity, line.total_cents, line.discount_cents)

    def _sku(self, row: TicketLine | Package) -> str:
        """The row's own SKU, else that of its product."""
        product = self.products.get(row.product_id or "")
        return row.sku or (product.sku if product else None) or ""

    def _buyer(self, ticket: Ticket) -> str | None:
        """Whose it is; a till may have a customer that stands for people nobody knows."""
        known = self.customers.get(ticket.customer_id or "")
        return None if known is None or known.anonymous else known.id


def _without_zeros(amounts: Mapping[K, Decimal]) -> dict[K, Decimal]:
    return {key: amount for key, amount in amounts.items() if amount}
