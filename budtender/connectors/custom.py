"""A till of one's own, by its description: over REST, from CSV files in a folder, or by queries to its database."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Self
from uuid import UUID

from budtender.connectors import custom_rest
from budtender.connectors.call import BeforeSend
from budtender.connectors.custom_chunks import Chunk, Found, in_thread
from budtender.connectors.custom_files import Files
from budtender.connectors.custom_mapping import Call, Description, Entity, Write, example, read_description
from budtender.connectors.custom_pages import chunks
from budtender.connectors.custom_record import Record, RowRefused, shown
from budtender.connectors.custom_rest import SYSTEM, Rest
from budtender.connectors.custom_rows import read_package, read_product, read_shopper, read_ticket
from budtender.connectors.custom_shoppers import body_of
from budtender.connectors.custom_sql import Queries
from budtender.connectors.http import Http, Priority
from budtender.connectors.limiter import Limiter, Window
from budtender.connectors.profile import by_phone, match, people, refuse_incomplete
from budtender.connectors.sentences import not_offered, not_understood
from budtender.errors import InputError, Misconfigured, NotFound
from budtender.model import (
    Batch,
    Can,
    ClosingReport,
    Cursor,
    Customer,
    CustomerDraft,
    Linked,
    Location,
    Permission,
    Resource,
    Unread,
)
from budtender.phone import parse_phone, ten_digits

#: Which part of a description a resource is read from; products from the stock where they have no part of their own.
_PARTS: Mapping[Resource, tuple[str, ...]] = {
    Resource.CUSTOMERS: ("shoppers",),
    Resource.SALES: ("transactions",),
    Resource.PRODUCTS: ("products", "inventory"),
    Resource.INVENTORY: ("inventory",),
}
_CAN = {
    Resource.CUSTOMERS: Can.PULL_CUSTOMERS,
    Resource.SALES: Can.PULL_SALES,
    Resource.PRODUCTS: Can.PULL_PRODUCTS,
    Resource.INVENTORY: Can.PULL_INVENTORY,
}


class Custom:
    """One store of a till that is described by its owner."""

    name: ClassVar[str] = SYSTEM
    base_url: ClassVar[str] = "https://pos.example.com/api"
    #: All that a description can make possible; each till's own `can` is what its description has.
    can: ClassVar[frozenset[Can]] = frozenset(
        {
            *_CAN.values(),
            Can.CUSTOMER_POINTS,
            Can.TELL_MERGES,
            Can.RETURNS_ON_SALE,
            Can.FIND_BY_PHONE,
            Can.CREATE_CUSTOMER,
            Can.UPDATE_CUSTOMER,
            Can.LINK_BY_NAME,
        }
    )
    second_key_is: ClassVar[str] = ""
    details_are: ClassVar[str] = "description of the till, as TOML"
    source_name: ClassVar[str] = ""
    usual_hours: ClassVar[int] = 24
    windows: ClassVar[tuple[Window, ...]] = (Window(5, 1), Window(120, 60))

    def __init__(self, description: Description, http: Http | None, key: str, location: str = "") -> None:
        self.description = description
        self._location = description.source.location or location or _known_by(description, key)
        self.http = http
        self._rest = Rest(http, description.source) if http is not None else None
        self._files = Files(description.source)
        self._queries = Queries(description.source, key)

    @classmethod
    def connect(
        cls,
        base_url: str,
        key: str,
        limiter: Limiter | None = None,
        *,
        second_key: str = "",
        location: str = "",
        details: str = "",
    ) -> Self:
        """The till that `details` describe, or the one of the worked example; InputError when they cannot be used.

        `base_url` counts where it is not the example's, `location` where the description names none: it is what the
        store was known by before. There is no second key.
        """
        description = read_description(details or example())
        source = description.source
        # What it can do is a matter of the class for every other till, and here of each till.
        own: type[Self] = type(cls.__name__, (cls,), {"can": _possible(description)})
        if source.kind != "rest":
            return own(description, None, key.strip(), location)
        address = source.base_url if base_url.rstrip("/") in ("", cls.base_url) else base_url
        http = custom_rest.connected(source, description.auth, address, key.strip(), limiter)
        return own(description, http, key.strip(), location)

    @property
    def clock_offset(self) -> float:
        """How many seconds the till's clock is ahead of this machine's; 0 where no answer told it yet."""
        return self.http.clock_offset if self.http is not None else 0.0

    async def aclose(self) -> None:
        """Close the connections."""
        if self.http is not None:
            await self.http.aclose()

    # ── the credential ────────────────────────────────────────────────────────────────────────────────────

    async def locations(self) -> list[Location]:
        """The one store, after its first list has been looked into."""
        await self._look(*next(self.description.entities()))
        source = self.description.source
        name = source.name or source.location or "the store"
        return [Location(id=self._location, name=name, state=source.state or None, zone=source.timezone)]

    async def check(self) -> list[Permission]:
        """Which lists can be read; Misconfigured when the key itself is wrong."""
        return [await self._permission(name, entity) for name, entity in self.description.entities()]

    async def _permission(self, name: str, entity: Entity) -> Permission:
        try:
            await self._look(name, entity)
        except (Misconfigured, NotFound) as error:
            if error.facts.get("status") == 401:
                raise
            return Permission(name=f"read {name}", granted=False, hint=f"{error.title} {error.hint}")
        return Permission(name=f"read {name}", granted=True)

    async def _look(self, _name: str, entity: Entity) -> None:
        """Read the first rows of a list, of no time at all where it has windows."""
        if self._rest is not None:
            now = datetime.now(UTC)
            async for _ in self._rest.steps(entity, now - timedelta(minutes=1), now):
                return
        elif self.description.source.kind == "csv":
            await asyncio.to_thread(self._files.check, entity)
        else:
            await asyncio.to_thread(self._queries.check, entity)

    # ── shoppers ──────────────────────────────────────────────────────────────────────────────────────────

    async def find_by_phone(self, phone: str, *, priority: Priority = Priority.COUNTER) -> list[Customer]:
        """Shoppers whose number this is, each once, without merged ones."""
        number = parse_phone(phone)
        entity, call = self._call("find", "looked up by phone")
        found = await self._shoppers(entity, call, {"phone": ten_digits(number)}, priority)
        return [known for known in people(found) if number in known.phones]

    async def find_customer(self, customer_id: str, *, priority: Priority = Priority.COUNTER) -> Customer | None:
        """One shopper by id; None when there is none."""
        entity, call = self._call("one", "read one by one")
        try:
            found = await self._shoppers(entity, call, {"id": _plain(customer_id)}, priority)
        except NotFound:
            return None
        return next((known for known in found if known.id == customer_id), None)

    async def create_customer(
        self,
        draft: CustomerDraft,
        *,
        installation_key: UUID,
        priority: Priority = Priority.COUNTER,
        before_send: BeforeSend | None = None,
    ) -> Linked:
        """The shopper with this phone: the one that exists already, else a new one. Never repeated by itself.

        InputError names what a new one lacks.
        """
        entity, write = self._write("create")
        if draft.phone and (known := match(draft, await self.find_by_phone(draft.phone, priority=priority), by_phone)):
            return Linked(customer=known, existed=True)
        refuse_incomplete(draft, write.needs, SYSTEM)
        written = await self._send(entity, write, write.create, draft, priority, before_send, again=False)
        return Linked(customer=written, existed=False)

    async def update_customer(
        self,
        draft: CustomerDraft,
        *,
        priority: Priority = Priority.COUNTER,
        before_send: BeforeSend | None = None,
    ) -> Customer:
        """Change only what the draft says, on the shopper it names. Safe to repeat."""
        entity, write = self._write("update")
        if draft.id is None:
            raise InputError("Which shopper to change was not said.", "Look the shopper up again by phone.", field="id")
        return await self._send(entity, write, write.update, draft, priority, before_send, again=True)

    async def _send(
        self,
        entity: Entity,
        write: Write,
        call: str,
        draft: CustomerDraft,
        priority: Priority,
        before_send: BeforeSend | None,
        *,
        again: bool,
    ) -> Customer:
        assert self._rest is not None
        method, _, path = call.partition(" ")
        body = body_of(draft, write, self.description.source)
        answer = await self._rest.send(
            method, path, {"id": _plain(draft.id or "")}, body, priority=priority, before_send=before_send, again=again
        )
        rows = custom_rest.one_row(answer, entity.one.rows if entity.one else write.wrap)
        return self._read_shopper(rows, entity)

    def _call(self, kind: str, what: str) -> tuple[Entity, Call]:
        entity = self.description.shoppers
        call: Call | None = getattr(entity, kind) if entity is not None else None
        if entity is None or call is None or self._rest is None:
            raise self._not_described(f"Shoppers cannot be {what}")
        return entity, call

    def _write(self, verb: str) -> tuple[Entity, Write]:
        entity = self.description.shoppers
        write = entity.write if entity is not None else None
        if entity is None or write is None or not getattr(write, verb) or self._rest is None:
            raise self._not_described(f"Shoppers cannot be {verb}d")
        return entity, write

    def _not_described(self, what: str) -> Misconfigured:
        return Misconfigured(
            f"{what} in this till: it is not described.", "Describe it and connect again.", system=SYSTEM
        )

    async def _shoppers(
        self, entity: Entity, call: Call, filled: Mapping[str, str], priority: Priority
    ) -> list[Customer]:
        assert self._rest is not None
        found = []
        for row in await self._rest.rows(call, filled, priority):
            try:
                found.append(read_shopper(row, entity, self.description.source))
            except RowRefused:
                continue
        return found

    def _read_shopper(self, row: Mapping[str, Any], entity: Entity) -> Customer:
        try:
            return read_shopper(row, entity, self.description.source)
        except RowRefused as error:
            raise not_understood(SYSTEM, "a shopper cannot be read after a write") from error

    # ── pull ──────────────────────────────────────────────────────────────────────────────────────────────

    def pull(self, resource: Resource, since: Cursor | None) -> AsyncIterator[Batch]:
        """What changed since a cursor, by windows of time, files or queries; refused rows with the reason of each."""
        parts = _PARTS.get(resource, ())
        entity = next((found for part in parts if (found := getattr(self.description, part)) is not None), None)
        if entity is None:
            raise not_offered(SYSTEM, resource.value)
        return self._pulled(resource, entity, since)

    async def closing_report(self, start: datetime, end: datetime) -> ClosingReport:
        """There is none."""
        raise not_offered(SYSTEM, "a closing report")

    async def _pulled(self, resource: Resource, entity: Entity, since: Cursor | None) -> AsyncIterator[Batch]:
        # A list of a till that shifts while it is read by pages repeats rows; a file or query that does so has several
        # for one lot, of which only one would count.
        whole = resource is Resource.INVENTORY and self._rest is None
        lots: set[str] = set()
        async for chunk in self._chunks(resource, entity, since):
            rows: list[Any] = []
            refused = list(chunk.refused)
            for found in chunk.rows:
                try:
                    row = self._read(resource, entity, found)
                    if row.id in lots:
                        raise RowRefused(f"{entity.fields.get('id') or entity.fields['product_id']} came before")
                except RowRefused as error:
                    refused += _unread(found, str(error))
                else:
                    rows.append(row)
                    if whole and chunk.snapshot:
                        lots.add(row.id)
            yield Batch(
                resource=resource,
                rows=tuple({row.id: row for row in rows}.values()),
                cursor=chunk.cursor,
                snapshot=chunk.snapshot and resource is Resource.INVENTORY,
                total=chunk.total,
                unreadable=len(refused),
                unread=tuple(refused),
            )

    def _chunks(self, resource: Resource, entity: Entity, since: Cursor | None) -> AsyncIterator[Chunk]:
        source = self.description.source
        if self._rest is not None and self.http is not None:
            return chunks(self._rest, self.http, source, entity, since, sales=resource is Resource.SALES)
        now = datetime.now(UTC)
        if source.kind == "csv":
            return in_thread(lambda: self._files.chunks(entity, since, now))
        return in_thread(lambda: self._queries.chunks(entity, since, now))

    def _read(self, resource: Resource, entity: Entity, found: Found) -> Any:
        source = self.description.source
        if resource is Resource.CUSTOMERS:
            return read_shopper(found.values, entity, source)
        if resource is Resource.PRODUCTS:
            return read_product(found.values, entity, source)
        if resource is Resource.INVENTORY:
            return read_package(found.values, entity, source)
        lines = found.lines or Record(found.values, entity.fields, source).rows("lines")
        return read_ticket(found.values, lines, entity, source)


def _possible(description: Description) -> frozenset[Can]:
    """What a description makes possible."""
    parts = dict(description.entities())
    can = {_CAN[resource] for resource, names in _PARTS.items() if any(name in parts for name in names)}
    shoppers = description.shoppers
    if description.transactions is not None and description.transactions.marks_returns:
        can.add(Can.RETURNS_ON_SALE)
    if shoppers is not None and shoppers.fields.get("points"):
        can.add(Can.CUSTOMER_POINTS)
    if shoppers is not None and shoppers.fields.get("merged_into"):
        can.add(Can.TELL_MERGES)
    if shoppers is not None and description.source.kind == "rest":
        if shoppers.find is not None:
            can.add(Can.FIND_BY_PHONE)
        if shoppers.write is not None and shoppers.write.create and shoppers.find is not None:
            can.add(Can.CREATE_CUSTOMER)
        if shoppers.write is not None and shoppers.write.update:
            can.add(Can.UPDATE_CUSTOMER)
    return frozenset({*can, Can.LINK_BY_NAME})


def _known_by(description: Description, key: str) -> str:
    """What tells a store from others where nothing names it: where its data is and, over REST, whose key it is."""
    source = description.source
    parts = (source.base_url, key) if source.kind == "rest" else (source.folder, source.database)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


def _plain(customer_id: str) -> str:
    """An id that can stand in an address without leading elsewhere."""
    if "/" in customer_id or ".." in customer_id or "\\" in customer_id:
        raise InputError("No shopper of this till is known by that.", "Look the shopper up again by phone.", field="id")
    return customer_id


def _unread(found: Found, reason: str) -> list[Unread]:
    """A refused row, or all lines of a refused document, each as it came."""
    rows = found.lines or [found.values]
    return [Unread(where=found.where, reason=reason, values=tuple(shown(row))) for row in rows]
