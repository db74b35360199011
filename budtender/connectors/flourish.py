"""Flourish: customers, orders, items, stock and discounts of a company, or of one of its facilities."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import ClassVar, Self
from uuid import UUID

from budtender.connectors import flourish_pull
from budtender.connectors.call import BeforeSend
from budtender.connectors.flourish_customers import WAYS, creation_form, searches
from budtender.connectors.flourish_lists import Lists, headers
from budtender.connectors.flourish_wire import SYSTEM, opened, page, read_customer
from budtender.connectors.http import Http, Priority
from budtender.connectors.limiter import Limiter, Window
from budtender.connectors.profile import match, people
from budtender.connectors.rows import read_each
from budtender.connectors.sentences import not_offered
from budtender.errors import Misconfigured, NotFound, Refused
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

#: One cheap call for each service a key may have, whether it needs a facility, and what the service is for.
_SERVICES = (
    ("facilities", "/v1/facilities", False, "tell the stores apart"),
    ("customers", "/v1/customers", False, "find and create customers"),
    ("retail orders", "/v1/retail-orders", False, "read sales and refunds"),
    ("items", "/v1/items", False, "read products"),
    ("inventory", "/v1/inventory/summary", True, "read stock and prices"),
    ("retail discounts", "/v1/retail-discounts", True, "read the names of discounts"),
)
#: Lists that take no `limit`.
_UNPAGED = frozenset({"/v1/retail-discounts"})


class Flourish:
    """A company in Flourish, seen from one of its facilities (vendor's Postman collection and help pages)."""

    name: ClassVar[str] = SYSTEM
    base_url: ClassVar[str] = "https://app.flourishsoftware.com/external/api"
    can: ClassVar[frozenset[Can]] = frozenset(
        {
            Can.PULL_CUSTOMERS,
            Can.PULL_SALES,
            Can.PULL_REFUNDS,
            Can.PULL_PRODUCTS,
            Can.PULL_INVENTORY,
            Can.PULL_DISCOUNTS,
            Can.RETURNS_ON_SALE,
            Can.MANY_LOCATIONS,
            Can.TELL_MERGES,
            Can.FIND_BY_PHONE,
            Can.CREATE_CUSTOMER,
            Can.NEEDS_EMAIL,
            Can.LINK_BY_POS_ID,
        }
    )
    second_key_is: ClassVar[str] = "user name"
    details_are: ClassVar[str] = ""
    source_name: ClassVar[str] = "Flourish"
    usual_hours: ClassVar[int] = 4
    #: The vendor names no limit; a 429 teaches one.
    windows: ClassVar[tuple[Window, ...]] = (Window(2, 1), Window(120, 60))

    def __init__(self, http: Http, location: str = "") -> None:
        self.http = http
        self._location = location
        self._brands = flourish_pull.Brands()

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
        """A company reached by a key: with a user name (`second_key`) it is a user's, without one a service's.

        `location` is the facility whose sales and stock are read; without one those of all that sell.
        There are no `details`.
        """
        if second_key.strip():
            word = base64.b64encode(f"{second_key.strip()}:{key.strip()}".encode()).decode()
            credential = {"Authorization": f"Basic {word}"}
        else:
            credential = {"x-api-key": key.strip()}
        return cls(Http(system=SYSTEM, base_url=base_url, headers=credential, limiter=limiter), location.strip())

    @property
    def clock_offset(self) -> float:
        """How many seconds the till's clock is ahead of this machine's; 0 where no answer told it yet."""
        return self.http.clock_offset

    async def aclose(self) -> None:
        """Close the connections to Flourish."""
        await self.http.aclose()

    # ── the credential ────────────────────────────────────────────────────────────────────────────────────

    async def locations(self) -> list[Location]:
        """The facilities of the company that may sell over a counter, active ones first; all when none may."""
        found = await self._lists().facilities()
        chosen = [location for location, sells in found if sells] or [location for location, _ in found]
        return sorted(chosen, key=lambda location: not location.active)

    async def check(self) -> list[Permission]:
        """Which services this key has; Misconfigured when the key itself is wrong."""
        facility = self._location
        permissions = []
        for name, path, needs_facility, purpose in _SERVICES:
            if needs_facility and not facility:
                facility = await self._any_facility()
            permissions.append(await self._permission(name, path, facility if needs_facility else "", purpose))
        return permissions

    async def _any_facility(self) -> str:
        try:
            return next((location.id for location in await self.locations()), "")
        except Misconfigured:
            return ""

    async def _permission(self, name: str, path: str, facility: str, purpose: str) -> Permission:
        params = {} if path in _UNPAGED else {"limit": 1}
        try:
            page(await self.http.read("GET", path, params=params, headers=headers(facility)))
        except Misconfigured as error:
            if error.facts.get("status") != 403:
                raise
            hint = (
                f"In Flourish, under Settings → Integrations → API Keys, add the service “{name}” to this key;"
                f" it is needed to {purpose}."
            )
            return Permission(name=name, granted=False, hint=hint)
        except (NotFound, Refused):
            # The key was let through; the facility has nothing of it.
            pass
        return Permission(name=name, granted=True)

    # ── customers ─────────────────────────────────────────────────────────────────────────────────────────

    async def find_by_phone(self, phone: str, *, priority: Priority = Priority.COUNTER) -> list[Customer]:
        """Customers of the company whose number this is, each once, without merged profiles."""
        number = parse_phone(phone)
        found = await self._search({"phone_number": ten_digits(number)}, priority)
        return [customer for customer in found if number in customer.phones]

    async def find_customer(self, customer_id: str, *, priority: Priority = Priority.COUNTER) -> Customer | None:
        """One customer by id, merged ones too; None when there is none."""
        if not (customer_id.isascii() and customer_id.isalnum()):
            return None
        try:
            value = opened(await self.http.read("GET", f"/v1/customers/{customer_id}", priority=priority))
        except NotFound:
            return None
        return None if value is None else read_customer(value)

    async def create_customer(
        self,
        draft: CustomerDraft,
        *,
        installation_key: UUID,
        priority: Priority = Priority.COUNTER,
        before_send: BeforeSend | None = None,
    ) -> Linked:
        """The customer for this shopper: the one that exists already, else a new one.

        An existing one is linked and nothing is written. InputError names what Flourish needs and the draft lacks.
        There is no key that makes a repeated creation recognizable; what does is that an e-mail address is unique.
        """
        found: list[Customer] = []
        for filters in searches(draft):
            found += await self._search(filters, priority)
            if (known := match(draft, found, *WAYS)) is not None:
                return Linked(customer=known, existed=True)
        answer = await self.http.write(
            "POST", "/v1/customers", json=creation_form(draft), priority=priority, before_send=before_send
        )
        return Linked(customer=read_customer(opened(answer, is_write=True)), existed=False)

    async def update_customer(
        self,
        draft: CustomerDraft,
        *,
        priority: Priority = Priority.COUNTER,
        before_send: BeforeSend | None = None,
    ) -> Customer:
        """Never done: an update replaces the whole record, and Flourish is where contact details are kept."""
        hint = "Change it there."
        raise Misconfigured("A customer is changed in Flourish itself, not from here.", hint, system=SYSTEM)

    async def _search(self, filters: Mapping[str, str], priority: Priority) -> list[Customer]:
        values = await self._lists(priority).all("/v1/customers", filters)
        found, _ = read_each(values, read_customer)
        return people(found)

    # ── pull ──────────────────────────────────────────────────────────────────────────────────────────────

    def pull(self, resource: Resource, since: Cursor | None) -> AsyncIterator[Batch]:
        """What changed since a cursor, window by window; without one, everything there ever was.

        Orders come once they are completed. They are not listed again when they are refunded, so REFUNDS reads those
        of the last ninety days that were, once a week those of a year, and in the course of a week all orders of the
        last quarter anew. Discounts are those that may be used online at this moment: one that is only for loyalty, as
        rewards should be, is not among them, and what is missing is not gone.
        """
        lists = self._lists(Priority.BACKGROUND)
        return flourish_pull.pull(lists, resource, since, self._location, self._brands)

    async def closing_report(self, start: datetime, end: datetime) -> ClosingReport:
        """Not offered by Flourish."""
        raise not_offered(SYSTEM, "a closing report")

    def _lists(self, priority: Priority = Priority.COUNTER) -> Lists:
        return Lists(self.http, priority)
