"""POSaBIT: customers, sales, stock and promotions of one venue, on the newest version of its interface that answers."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from typing import ClassVar, Self
from uuid import UUID

from budtender.connectors import posabit_routes as routes
from budtender.connectors.call import BeforeSend
from budtender.connectors.http import Http, Priority
from budtender.connectors.limiter import Limiter, Window
from budtender.connectors.posabit_forms import WAYS, change_form, creation_form, dropped, searches
from budtender.connectors.posabit_pull import Pull, iso
from budtender.connectors.posabit_routes import Routes
from budtender.connectors.posabit_sales import read_ticket
from budtender.connectors.posabit_wire import SYSTEM, listed, read_customer, read_location
from budtender.connectors.profile import by_phone, match, number_of, people
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

#: A page of what a search finds.
PAGE = 250
#: A menu that no venue has; asking for it tells whether menus may be asked for.
_NO_MENU = "00000000-0000-0000-0000-000000000000"
#: Of so many sales of the last days one at least would have a customer, were customers shown.
_ENOUGH_SALES = 10

_log = logging.getLogger(__name__)


class Posabit:
    """One venue of POSaBIT (vendor's developer pages on authentication, venue API v1 to v3 and menu feeds)."""

    name: ClassVar[str] = SYSTEM
    base_url: ClassVar[str] = "https://app.posabit.com/api"
    can: ClassVar[frozenset[Can]] = frozenset(
        {
            Can.PULL_CUSTOMERS,
            Can.PULL_SALES,
            Can.PULL_PRODUCTS,
            Can.PULL_INVENTORY,
            Can.PULL_DISCOUNTS,
            Can.CUSTOMER_POINTS,
            Can.FIND_BY_PHONE,
            Can.CREATE_CUSTOMER,
            Can.UPDATE_CUSTOMER,
            Can.LINK_BY_NAME,
        }
    )
    second_key_is: ClassVar[str] = "integrator token"
    details_are: ClassVar[str] = "key of the menu feed"
    source_name: ClassVar[str] = "posabit"
    usual_hours: ClassVar[int] = 24
    #: No limit is published; a public client leaves 100 to 200 ms between pages.
    windows: ClassVar[tuple[Window, ...]] = (Window(5, 1), Window(150, 60))

    def __init__(self, http: Http, token: str, integrator: str = "", menu_feed: str = "") -> None:
        self.http = http
        self._routes = Routes(http, token, integrator)
        self._pull = Pull(http, self._routes, menu_feed)

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
        """A venue reached by its key; with an integrator's token as `second_key` also on v3.

        `details` is the key of the venue's menu feed, where it has one. `location` is not used: the key says it.
        """
        token = key.strip()
        headers = {"Authorization": f"Bearer {token}"}
        http = Http(system=SYSTEM, base_url=base_url, headers=headers, limiter=limiter)
        return cls(http, token, second_key.strip(), details.strip())

    @property
    def clock_offset(self) -> float:
        """How many seconds the till's clock is ahead of this machine's; 0 where no answer told it yet."""
        return self.http.clock_offset

    async def aclose(self) -> None:
        """Close the connections to POSaBIT."""
        await self.http.aclose()

    # ── the credential ────────────────────────────────────────────────────────────────────────────────────

    async def locations(self) -> list[Location]:
        """The one venue of this key."""
        _, answer = await self._routes.read(routes.INFO)
        body = answer.json()
        if isinstance(body, list):
            return [read_location(value) for value in body]
        return [read_location(body)]

    async def check(self) -> list[Permission]:
        """Which of the four permissions this key has, by name.

        Misconfigured when the key itself or the key of the menu feed is wrong.
        """
        try:
            await self._routes.read(routes.INFO)
        except Misconfigured as error:
            # Facts of the venue are part of one of the four; the others are told all the same.
            if error.facts.get("status") != 403:
                raise
        await self._pull.prove_menu()
        menu = await self._permission(routes.MENU_FEED, routes.menu(_NO_MENU), absent_is_granted=True)
        orders = await self._permission(routes.INCOMING_ORDERS, routes.ORDERS)
        venue = await self._permission(routes.VENUE_DATA, routes.SALES)
        enhanced = await self._permission(routes.ENHANCED, routes.CUSTOMERS)
        if enhanced.granted and venue.granted and await self._sales_are_anonymous():
            enhanced = Permission(name=routes.ENHANCED, granted=False, hint=routes.WHY_ENHANCED)
        return [menu, orders, venue, enhanced]

    async def _permission(self, name: str, what: routes.List, *, absent_is_granted: bool = False) -> Permission:
        try:
            await self._routes.read(what, {"page": 1, "per_page": 1})
        except Misconfigured as error:
            if not (absent_is_granted and error.facts.get("status") == 404):
                return Permission(name=name, granted=False, hint=routes.ASK_FOR[name])
        except Refused:
            # The key was let through; what was asked for is none on purpose.
            pass
        return Permission(name=name, granted=True)

    async def _sales_are_anonymous(self) -> bool:
        """Whether many sales of the last days have no customer at all, which is how the missing permission looks."""
        week = iso(self._pull.now() - timedelta(days=7))
        _, answer = await self._routes.read(routes.SALES, {"page": 1, "per_page": 50, "q[updated_at_gt]": week})
        sales, _ = read_each(listed(answer.json(), routes.SALES.name), read_ticket)
        return len(sales) >= _ENOUGH_SALES and all(sale.customer_id is None for sale in sales)

    # ── customers ─────────────────────────────────────────────────────────────────────────────────────────

    async def find_by_phone(self, phone: str, *, priority: Priority = Priority.COUNTER) -> list[Customer]:
        """Customers of this venue whose number this is, each once."""
        draft = CustomerDraft(key="", first_name="", last_name="", phone=phone)
        (form,) = searches(draft)
        return [known for known in await self._search(form, priority) if by_phone(draft, known)]

    async def find_customer(self, customer_id: str, *, priority: Priority = Priority.COUNTER) -> Customer | None:
        """One customer by id; None when there is none."""
        route = await self._routes.route(routes.ONE_CUSTOMER, priority=priority)
        path = f"{route.path}/{number_of(customer_id, SYSTEM)}"
        try:
            answer = await self.http.read("GET", path, headers=self._routes.headers(route), priority=priority)
        except NotFound:
            return None
        customer = read_customer(answer.json())
        return customer if customer.id == customer_id else None

    async def create_customer(
        self,
        draft: CustomerDraft,
        *,
        installation_key: UUID,
        priority: Priority = Priority.COUNTER,
        before_send: BeforeSend | None = None,
    ) -> Linked:
        """The customer for this shopper: the one that exists already, else a new one.

        POSaBIT takes a second profile with the same phone without a word and knows no key of ours, so the shopper is
        looked for first and a creation is never repeated by itself. InputError names what a new one lacks.
        """
        for form in searches(draft):
            if known := match(draft, await self._search(form, priority), *WAYS):
                return Linked(customer=known, existed=True)
        body = creation_form(draft)
        route = await self._routes.route(routes.ONE_CUSTOMER, priority=priority)
        answer = await self.http.write(
            "POST",
            route.path,
            json=body,
            headers=self._routes.headers(route),
            priority=priority,
            before_send=before_send,
        )
        customer = read_customer(answer.json())
        _warn_of_dropped(draft, customer)
        return Linked(customer=customer, existed=False)

    async def update_customer(
        self,
        draft: CustomerDraft,
        *,
        priority: Priority = Priority.COUNTER,
        before_send: BeforeSend | None = None,
    ) -> Customer:
        """Change only what the draft says, on the customer it names; NotFound when there is none. Safe to repeat."""
        number = number_of(draft.id, SYSTEM)
        route = await self._routes.route(routes.ONE_CUSTOMER, priority=priority)
        answer = await self.http.write(
            "PUT",
            f"{route.path}/{number}",
            json={"customer": change_form(draft)},
            headers=self._routes.headers(route),
            priority=priority,
            before_send=before_send,
            again=True,
        )
        customer = read_customer(answer.json())
        _warn_of_dropped(draft, customer)
        return customer

    async def _search(self, form: Mapping[str, object], priority: Priority) -> list[Customer]:
        params = {"page": 1, "per_page": PAGE, **form}
        _, answer = await self._routes.read(routes.ONE_CUSTOMER, params, priority=priority)
        found, _ = read_each(listed(answer.json(), routes.CUSTOMERS.name), read_customer)
        return people(found)

    # ── pull ──────────────────────────────────────────────────────────────────────────────────────────────

    def pull(self, resource: Resource, since: Cursor | None) -> AsyncIterator[Batch]:
        """What changed since a cursor; without one, everything there ever was, of stock what there is.

        A sale that is edited or given back comes again under its id. Taken up in the middle, a pull goes on with the
        page it was at.
        """
        if resource is Resource.CUSTOMERS:
            return self._pull.customers(since)
        if resource is Resource.SALES:
            return self._pull.sales(since)
        if resource is Resource.INVENTORY:
            return self._pull.stock(since)
        if resource is Resource.PRODUCTS:
            return self._pull.products(since)
        if resource is Resource.DISCOUNTS:
            return self._pull.discounts()
        raise not_offered(SYSTEM, resource.value)

    async def closing_report(self, start: datetime, end: datetime) -> ClosingReport:
        """Not offered by POSaBIT's interface."""
        raise not_offered(SYSTEM, "a closing report")


def _warn_of_dropped(draft: CustomerDraft, customer: Customer) -> None:
    if lost := dropped(draft, customer):
        _log.warning("POSaBIT did not keep %s of customer %s", ", ".join(lost), customer.id)
