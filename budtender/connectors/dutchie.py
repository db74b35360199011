"""Dutchie POS: customers and discounts of one location, as far as the counter needs them."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Self
from uuid import UUID

from budtender.connectors.dutchie_customers import change_form, creation_form, match, present_form, search_form
from budtender.connectors.dutchie_windows import OVERLAP, Windows
from budtender.connectors.dutchie_wire import (
    SYSTEM,
    read_customer,
    read_discounts,
    read_location,
    rows_in,
)
from budtender.connectors.http import BATCH, Http, Priority
from budtender.connectors.limiter import Limiter, Window
from budtender.connectors.rows import read_each
from budtender.errors import InputError, Misconfigured, NotFound, ProtocolError, Refused, Unreachable
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
)
from budtender.phone import parse_phone, ten_digits

#: Nothing in Dutchie, formerly LeafLogix, is older.
BEGINNING = datetime(2010, 1, 1, tzinfo=UTC)
#: The default page of the paged customer list by the OpenAPI file, and the largest one by the guide.
PAGE = 1_000
SMALL_PAGE = 100
#: More pages than any organisation has customers for; a server that repeats itself ends sooner, by its ids.
MOST_PAGES = 2_000

#: One cheap call for each role a key may have (roles from the OpenAPI file), with what the role is for.
_ROLES = (
    ("Customer", "/customer/referral-sources", "find, create and change customers"),
    ("Reporting", "/reporting/register-adjustments", "read sales and the names of discounts"),
    ("Inventory", "/products", "read products, stock and discounts"),
    ("PreOrder", "/preorder/Status", "read and send online orders"),
    ("Room", "/room/rooms", "tell the rooms of the stock apart"),
    ("Employee", "/employees", "name the staff on sales"),
)


class Dutchie:
    """One location of Dutchie POS (vendor's OpenAPI file and developer pages)."""

    name: ClassVar[str] = SYSTEM
    base_url: ClassVar[str] = "https://api.pos.dutchie.com"
    can: ClassVar[frozenset[Can]] = frozenset(
        {
            Can.PULL_CUSTOMERS,
            Can.PULL_DISCOUNTS,
            Can.FIND_BY_PHONE,
            Can.CREATE_CUSTOMER,
            Can.UPDATE_CUSTOMER,
            Can.LINK_BY_AIQ_ID,
        }
    )
    second_key_is: ClassVar[str] = "integrator key"
    details_are: ClassVar[str] = ""
    #: Limits are per endpoint and key, 60 a minute for reports and 120 or more for the rest; four fifths of the
    #: smaller for the whole key stays below all of them.
    windows: ClassVar[tuple[Window, ...]] = (Window(4, 1), Window(48, 60))

    def __init__(self, http: Http) -> None:
        self.http = http

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
        """A location reached by its key; `second_key` is the integrator's, where the key comes in two parts.

        `location` and `details` are not used: the key says it all.
        """
        word = base64.b64encode(f"{key.strip()}:{second_key.strip()}".encode()).decode()
        headers = {"Authorization": f"Basic {word}"}
        return cls(Http(system=SYSTEM, base_url=base_url, headers=headers, limiter=limiter))

    async def aclose(self) -> None:
        """Close the connections to Dutchie."""
        await self.http.aclose()

    # ── the credential ────────────────────────────────────────────────────────────────────────────────────

    async def whoami(self) -> Location:
        """The location that this key belongs to; the first call to make with a new key."""
        return read_location((await self.http.read("GET", "/whoami")).json())

    async def locations(self) -> list[Location]:
        """The one location of this key."""
        return [await self.whoami()]

    async def check(self) -> list[Permission]:
        """Which roles this key has; Misconfigured when the key itself is wrong."""
        return [await self._permission(*role) for role in _ROLES]

    async def _permission(self, role: str, path: str, purpose: str) -> Permission:
        now = self._now()
        params: dict[str, dict[str, Any]] = {
            "Reporting": {
                "fromLastModifiedDateUTC": _iso(now - timedelta(minutes=1)),
                "toLastModifiedDateUTC": _iso(now),
            },
            "Inventory": {"fromLastModifiedDateUTC": _iso(now)},
            "PreOrder": {"PreOrderId": 0},
        }
        try:
            await self.http.read("GET", path, params=params.get(role))
        except Misconfigured as error:
            if error.facts.get("status") != 403:
                raise
            hint = f"Ask Dutchie's support to add the role {role} to this key; it is needed to {purpose}."
            return Permission(name=role, granted=False, hint=hint)
        except (NotFound, Refused):
            # The role let the request through; it was about nothing on purpose.
            pass
        return Permission(name=role, granted=True)

    # ── customers ─────────────────────────────────────────────────────────────────────────────────────────

    async def find_by_phone(self, phone: str, *, priority: Priority = Priority.COUNTER) -> list[Customer]:
        """Customers of this location whose number this is, each once, without merged and anonymous profiles."""
        number = parse_phone(phone)
        found = await self._search({"phone": ten_digits(number)}, priority)
        return [customer for customer in found if number in customer.phones]

    async def find_customer(self, customer_id: str, *, priority: Priority = Priority.COUNTER) -> Customer | None:
        """One customer by id, merged ones too; None when there is none."""
        try:
            answer = await self.http.read(
                "GET", "/customer/customers", params={"customerID": _number(customer_id)}, priority=priority
            )
        except NotFound:
            return None
        for value in rows_in(answer.json()):
            customer = read_customer(value)
            if customer.id == customer_id:
                return customer
        return None

    async def create_customer(
        self,
        draft: CustomerDraft,
        *,
        installation_key: UUID,
        priority: Priority = Priority.COUNTER,
        before_send: Callable[[], Awaitable[None]] | None = None,
    ) -> Linked:
        """The customer for this shopper: the one that exists already, else a new one.

        An existing one is linked and nothing is written. InputError names what Dutchie needs and the draft lacks.
        Both keys make a repeated creation recognisable, but only once the first has completed, so it is not
        repeated by itself. Dutchie looks for doubles as well; a profile older than the request is one of those.
        """
        if (form := search_form(draft)) and (known := match(draft, await self._search(form, priority))):
            return Linked(customer=known, existed=True)
        form = creation_form(draft)
        sent = self._now()
        answer = await self.http.write(
            "POST",
            "/customer/customer",
            params={"bypassDeduplication": "false"},
            json=form,
            headers={"ConsumerKey": str(installation_key)},
            priority=priority,
            before_send=before_send,
        )
        customer = read_customer(answer.json())
        # Both clocks are Dutchie's as far as it told its own; a minute covers what is left.
        just_before = sent - timedelta(minutes=1)
        existed = customer.created is not None and customer.created < just_before
        changed = existed and customer.modified is not None and customer.modified >= just_before
        return Linked(customer=customer, existed=existed, changed=changed)

    async def update_customer(
        self,
        draft: CustomerDraft,
        *,
        priority: Priority = Priority.COUNTER,
        before_send: Callable[[], Awaitable[None]] | None = None,
    ) -> Customer:
        """Change only what the draft says, on the customer it names; NotFound when there is none. Safe to repeat."""
        if draft.id is None:
            raise InputError("Which Dutchie customer to change was not said.", field="id")
        form = change_form(draft) | {"customerId": _number(draft.id)}
        try:
            return await self._change(form, priority, before_send)
        except Refused as error:
            # WORKAROUND: the schema asks for seven fields on an update as well, though the text says it is sparse.
            if error.status != 400:
                raise
            customer = await self.find_customer(draft.id, priority=priority)
            if customer is None or present_form(customer).keys() <= form.keys():
                raise
            return await self._change(present_form(customer) | form, priority, before_send)

    async def _change(
        self, form: Mapping[str, object], priority: Priority, before_send: Callable[[], Awaitable[None]] | None
    ) -> Customer:
        answer = await self.http.write(
            "POST", "/customer/customer", json=form, priority=priority, before_send=before_send, again=True
        )
        return read_customer(answer.json())

    async def _search(self, form: Mapping[str, object], priority: Priority) -> list[Customer]:
        answer = await self.http.read("POST", "/customer/search", json=form, priority=priority)
        found, _ = read_each(rows_in(answer.json()), read_customer)
        kept = [c for c in found if not c.anonymous and c.merged_into is None]
        return list({customer.id: customer for customer in kept}.values())

    # ── pull ──────────────────────────────────────────────────────────────────────────────────────────────

    def pull(self, resource: Resource, since: Cursor | None) -> AsyncIterator[Batch]:
        """What changed since a cursor, window by window; without one, everything there ever was.

        Customers come with archived and merged ones and without anonymous ones, discounts always whole. Each batch
        carries the cursor that is true once its rows are stored.
        """
        if resource is Resource.CUSTOMERS:
            return self._customers(since)
        if resource is Resource.DISCOUNTS:
            return self._discounts()
        raise Misconfigured(f"{resource.value.title()} cannot be read from Dutchie.", system=SYSTEM)

    async def _customers(self, since: Cursor | None) -> AsyncIterator[Batch]:
        if not self.http.clock_offset:
            # A register's clock that runs ahead would put the cursor into the future, past changes still to come.
            await self.whoami()
        end = self._now()
        windows = Windows(BEGINNING if since is None else min(since.at, end) - OVERLAP, end)
        while (window := windows.present()) is not None:
            try:
                body = await self._customers_between(*window)
            except (Refused, Unreachable, ProtocolError) as error:
                if not _too_much(error) or not windows.narrowed():
                    raise
                continue
            values = rows_in(body)
            windows.completed(len(values))
            yield _batch(values, Cursor(at=window[1]))
        if since is None:
            # Windows miss rows that have no time of change.
            async for values in self._all_customers():
                yield _batch(values, Cursor(at=end))

    async def _customers_between(self, start: datetime, end: datetime) -> object:
        params = {
            "fromLastModifiedDateUTC": _iso(start),
            "toLastModifiedDateUTC": _iso(end),
            "includeAnonymous": "false",
        }
        return await self._report("/customer/customers", params)

    async def _all_customers(self) -> AsyncIterator[Sequence[object]]:
        """Every customer by pages, once or more often.

        The papers disagree whether pages count from 0 with up to 10,000 rows or from 1 with up to 100, and only an
        empty page is documented as the end. A server that takes page 0 for page 1 gives the first page twice.
        """
        seen: set[str] = set()
        page, size = 0, PAGE
        while page < MOST_PAGES:
            params = {"PageNumber": page, "PageSize": size, "includeAnonymous": "false"}
            try:
                values = rows_in(await self._report("/customer/customers-paginated", params))
            except Refused as error:
                if error.status != 400 or page > 0:
                    raise
                page, size = (0, SMALL_PAGE) if size == PAGE else (1, SMALL_PAGE)
                continue
            ids = {customer.id for customer in read_each(values, read_customer)[0]}
            if not values or (page > 1 and ids <= seen):
                return
            seen |= ids
            yield values
            page += 1

    async def _discounts(self) -> AsyncIterator[Batch]:
        now = self._now()
        modern = rows_in(await self._report("/discounts/v2/list", {"includeInactive": "true"}))
        reporting = rows_in(await self._report("/reporting/discounts", {"includeDeleted": "true"}))
        found, bad = read_discounts(modern, reporting)
        cursor = Cursor(at=now)
        yield Batch(resource=Resource.DISCOUNTS, rows=tuple(found), cursor=cursor, snapshot=True, unreadable=bad)

    async def closing_report(self, start: datetime, end: datetime) -> ClosingReport:
        """Not read from Dutchie."""
        raise Misconfigured(f"The closing report of {start:%Y-%m-%d} cannot be read from Dutchie.", system=SYSTEM)

    async def _report(self, path: str, params: Mapping[str, Any]) -> object:
        answer = await self.http.read("GET", path, params=params, priority=Priority.BACKGROUND, deadlines=BATCH)
        return answer.json()

    def _now(self) -> datetime:
        """The present time by Dutchie's clock, as far as it told it."""
        return datetime.now(UTC) + timedelta(seconds=self.http.clock_offset)


def _batch(values: Sequence[object], cursor: Cursor) -> Batch:
    found, bad = read_each(values, read_customer)
    rows = tuple(customer for customer in found if not customer.anonymous)
    return Batch(resource=Resource.CUSTOMERS, rows=rows, cursor=cursor, unreadable=bad)


def _too_much(error: Refused | Unreachable | ProtocolError) -> bool:
    """Whether half the window may succeed: it was refused as a range, too large, or took too long to answer."""
    if isinstance(error, Refused):
        return error.status in (400, 413)
    if isinstance(error, Unreachable):
        return error.sent
    return bool(error.facts.get("too_large"))


def _number(customer_id: str) -> int:
    if not (customer_id.isascii() and customer_id.isdigit()):
        raise InputError("A Dutchie customer is known by a number.", field="id")
    return int(customer_id)


def _iso(when: datetime) -> str:
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
