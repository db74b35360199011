"""What the mirror makes of a till's rows: customers, tickets with what was given back of them, and plain lists."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, tzinfo
from functools import partial
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from budtender.cache import books, snapshots, stock, tickets, till
from budtender.cache.database import Connection
from budtender.model import (
    Batch,
    Customer,
    DiscountGroup,
    Employee,
    Package,
    PosDiscount,
    PosPoints,
    Product,
    Resource,
    Ticket,
    TicketState,
    Value,
)
from budtender.model.zones import zone_of
from budtender.sync import returns, scope

T = TypeVar("T")


class Place(Value, frozen=True, kw_only=True):
    """Where a credential's tickets were made, unless they say otherwise, and the zones of the places they may name."""

    location_id: str
    zones: Mapping[str, str]
    #: By which name AIQ is told of locations whose id another vendor's location has as well.
    other_vendors: Mapping[str, str]

    def zone(self, location_id: str | None) -> tzinfo | None:
        """The time zone of a location, as far as the till told it."""
        name = self.zones.get(location_id or self.location_id)
        with contextlib.suppress(ZoneInfoNotFoundError, ValueError):
            return ZoneInfo(name) if name else None
        return None


class Keeping(Value, frozen=True, kw_only=True):
    """How the rows of one run are kept. It holds what was known when the run began, and nothing that changes.

    `number` is the run's own, by which the rows of a list that were not told again are known at its end.
    """

    credential: str
    number: int
    place: Place
    #: Whether a sale's own marks tell what was given back of it.
    returns_on_sale: bool
    #: From when on a customer's changes go on to AIQ; None while they do not.
    since: datetime | None
    #: Whoever was not heard of since is there from the archive alone; None without one.
    horizon: datetime | None
    now: Callable[[], datetime]

    def put(self, connection: Connection, batch: Batch) -> None:
        """Keep the rows of one batch, which belongs into the transaction of its cursor."""
        number, name = self.number, self.credential
        if batch.resource is Resource.CUSTOMERS:
            archive = partial(scope.from_archive, horizon=self.horizon) if self.horizon else None
            till.put_customers(connection, name, _of(batch, Customer), since=self.since, archive=archive)
        elif batch.resource in (Resource.SALES, Resource.REFUNDS):
            self._put_tickets(connection, _of(batch, Ticket))
        elif batch.resource is Resource.PRODUCTS:
            stock.put_products(connection, name, _of(batch, Product), number)
        elif batch.resource is Resource.INVENTORY:
            stock.put_packages(connection, name, _of(batch, Package), number)
        elif batch.resource is Resource.DISCOUNTS:
            snapshots.put_discounts(connection, name, _of(batch, PosDiscount), number)
        else:
            rows = [row for row in batch.rows if isinstance(row, DiscountGroup | PosPoints | Employee)]
            snapshots.put_listed(connection, name, batch.resource, rows, number)

    def _put_tickets(self, connection: Connection, sales: Sequence[Ticket]) -> None:
        put = partial(
            tickets.put,
            connection,
            self.credential,
            location_id=self.place.location_id,
            zone=self.place.zone,
            other_vendors=self.place.other_vendors,
        )
        now = self.now()
        put([kept for sale in sales for kept in self._as_kept(connection, sale, now)])
        if not self.returns_on_sale:
            return
        put([refund for sale in sales for refund in self._refunds(connection, sale, now)])

    def _refunds(self, connection: Connection, sale: Ticket, now: datetime) -> list[Ticket]:
        """What is to be kept of the refunds that a sale's marks tell: a sale that counts nothing gives nothing back."""
        marked = bool(sale.refunded_cents) or any(line.returned for line in sale.lines)
        counts = sale.state is TicketState.COMPLETED
        if not marked and counts:
            return []
        before = tickets.refunds_of(connection, self.credential, sale.id)
        told = returns.standing(before, sale)
        made = returns.refund_of(sale, tickets.booked(before), now) if marked and counts else None
        return told if made is None else [*told, made]

    def _as_kept(self, connection: Connection, sale: Ticket, now: datetime) -> list[Ticket]:
        """A document as it is to be kept, and the sale it was before, where that is somebody else's by now."""
        if sale.state is TicketState.VOIDED:
            return [returns.with_amounts(tickets.find(connection, self.credential, sale.id), sale)]
        if not sale.refund:
            return [sale]
        before = tickets.find(connection, self.credential, sale.id)
        kept = returns.turned(before, sale, now)
        if before is None or kept is sale:
            return [sale]
        return [msgspec.structs.replace(before, customer_id=sale.customer_id), kept]


def _of(batch: Batch, kind: type[T]) -> list[T]:
    return [row for row in batch.rows if isinstance(row, kind)]


def place_of(connection: Connection, credential: str) -> Place:
    """Where a credential's tickets are made, as far as its till has told."""
    account = next((c.account for c in books.ever_connected(connection) if c.name == credential), "")
    known = till.locations(connection)
    zones = {
        place.id: zone for name, place in known if name == credential and (zone := place.zone or zone_of(place.state))
    }
    return Place(location_id=account or credential, zones=zones, other_vendors=_taken(connection, credential))


def _taken(connection: Connection, credential: str) -> Mapping[str, str]:
    """The locations whose ids AIQ knows of a vendor that was connected before this one; with a name of their own.

    Tills number locations and tickets alike, and AIQ tells sales apart by their ids alone (core integration article).
    """
    ever = sorted(books.ever_connected(connection), key=lambda c: (c.added, c.name))
    mine = next((c.system for c in ever if c.name == credential), None)
    before = [c for c in itertools.takewhile(lambda c: c.system != mine, ever) if c.system != "aiq"]
    names = {c.name for c in before}
    ids = {c.account or c.name for c in before}
    ids |= {place.id for name, place in till.locations(connection) if name in names}
    return {place: f"{mine}-{place}" for place in ids}
