"""Which version of POSaBIT's interface, and which form of the key, serves each list.

v3 is the maintained version and takes an integrator's token with the venue's; v1 and v2 take the venue's alone and are
to be switched off (vendor's overview and authentication pages). Which lists v3 has is not published in full, so each
is tried from the newest version down, and what answered is remembered. Paths that hold the token are never used:
addresses end up in logs.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

import msgspec

from budtender.connectors.http import TILL, Answer, Deadlines, Http, Priority
from budtender.connectors.posabit_wire import SYSTEM
from budtender.errors import Misconfigured, NotFound, Refused

MENU_FEED = "Menu Feed"
INCOMING_ORDERS = "Incoming Orders"
VENUE_DATA = "Venue Data"
ENHANCED = "Enhanced Customer Data"

WHY_ENHANCED = (
    "Without Enhanced Customer Data Access personas and sales cannot be joined. It is not among POSaBIT's settings: "
    "only your POSaBIT account representative can enable it."
)
#: What to do about each permission that is not granted.
ASK_FOR: Mapping[str, str] = {
    MENU_FEED: "Tick Menu Feed Access for this key in POSaBIT; it is needed for strengths and pictures of products.",
    INCOMING_ORDERS: "Tick Incoming Orders Access for this key in POSaBIT; it is needed for online orders.",
    VENUE_DATA: "Tick Venue Data Access for this key in POSaBIT; it is needed for sales, stock and promotions.",
    ENHANCED: WHY_ENHANCED,
}

_PAGED = frozenset({"page", "per_page"})
_WINDOW = frozenset({"q[updated_at_gt]", "q[updated_at_lt]"})
_SORTED = frozenset({"q[s]"})
#: A public client found that v3 wants both; they are kept so wide that nobody is left out.
_DATED = frozenset({"start_date", "end_date"})
_FOUND = frozenset({"q[telephone_eq]", "q[birthday_eq]", "q[last_name_i_cont]"})
_STOCKED = frozenset({"q[quantity_on_hand_gt]"})
_WIDE = {"start_date": "2010-01-01", "end_date": "2099-12-31"}


class Route(msgspec.Struct, frozen=True):
    """One way to a list: its path, the query names it takes, and whether the integrator's token goes with it."""

    version: str
    path: str
    takes: frozenset[str] = frozenset()
    integrator: bool = False


class List(msgspec.Struct, frozen=True):
    """A list by what it is called, the permission it needs, and the ways to it, the newest first."""

    name: str
    permission: str
    routes: tuple[Route, ...]


INFO = List("info", VENUE_DATA, (Route("v3", "/v3/info", integrator=True), Route("v2", "/v2/venue/info")))
CUSTOMERS = List(
    "customers",
    ENHANCED,
    (
        Route("v3", "/v3/venue/customers", _PAGED | _WINDOW | _SORTED | _DATED | _FOUND, integrator=True),
        Route("v2", "/v2/venue/customers", _PAGED | _WINDOW | _SORTED | _FOUND),
        Route("v1", "/v1/venue/customers", frozenset({"page"})),
    ),
)
#: The versions whose customers can be searched, read one by one, created and changed.
ONE_CUSTOMER = List("customers", ENHANCED, CUSTOMERS.routes[:2])
SALES = List(
    "sales_histories",
    VENUE_DATA,
    (
        Route("v3", "/v3/venue/sales_histories", _PAGED | _WINDOW | _SORTED | _DATED, integrator=True),
        Route("v2", "/v2/venue/sales_histories", _PAGED | _WINDOW | _SORTED),
        Route("v1", "/v1/venue/sales_histories", frozenset({"page"})),
    ),
)
INVENTORY = List(
    "inventory",
    VENUE_DATA,
    (
        Route("v3", "/v3/venue/inventories", _PAGED | _WINDOW | _SORTED | _DATED, integrator=True),
        Route("v2", "/v2/venue/inventories", _PAGED | _WINDOW | _STOCKED),
        Route("v1", "/v1/venue/inventories", frozenset({"page"})),
    ),
)
COUPONS = List(
    "coupons",
    VENUE_DATA,
    (Route("v3", "/v3/venue/coupons", _PAGED, integrator=True), Route("v2", "/v2/venue/coupons", _PAGED)),
)
ORDERS = List(
    "incoming_orders",
    INCOMING_ORDERS,
    (Route("v3", "/v3/incoming_orders", _PAGED, integrator=True), Route("v3 alone", "/v3/incoming_orders", _PAGED)),
)


def menu(feed_key: str) -> List:
    """A menu by its key; the vendor's pages show either form of the key on it."""
    path = f"/v3/menu_feeds/{feed_key}"
    ways = (Route("v3", path, integrator=True), Route("v3 alone", path), Route("v1", f"/v1/menu_feeds/{feed_key}"))
    return List("menu_feed", MENU_FEED, ways)


class Routes:
    """The ways of one credential; remembers for each list which one answered."""

    def __init__(self, http: Http, token: str, integrator: str) -> None:
        self.http = http
        word = base64.b64encode(f"{integrator}:{token}".encode()).decode()
        self._with_integrator = {"Authorization": f"Basic {word}"} if integrator else None
        self._chosen: dict[str, Route] = {}
        self._unsorted: set[str] = set()

    def headers(self, route: Route) -> Mapping[str, str]:
        """What a call on this route carries beside the venue's own key."""
        return self._with_integrator or {} if route.integrator else {}

    def prefer(self, what: List, version: str) -> None:
        """Use this version of a list from now on."""
        self._chosen[what.name] = next(route for route in what.routes if route.version == version)

    def heeds_windows(self, what: List) -> bool:
        """Whether the version that answered takes a window of time; true where none has answered yet."""
        chosen = self._chosen.get(what.name)
        return chosen is None or chosen.takes >= _WINDOW

    async def read(
        self,
        what: List,
        params: Mapping[str, Any] | None = None,
        *,
        priority: Priority = Priority.COUNTER,
        deadlines: Deadlines = TILL,
    ) -> tuple[Route, Answer]:
        """The answer of the newest version that has the list, and the way it came.

        Misconfigured names the permission that is missing, or the key when no version accepts it.
        """
        failure: Misconfigured | NotFound | None = None
        for route in self._ways(what):
            given = {name: value for name, value in (_WIDE | dict(params or {})).items() if name in route.takes}
            try:
                answer = await self._ask(route, given, priority, deadlines)
            except NotFound as error:
                failure = failure or error
            except Misconfigured as error:
                if error.facts.get("status") == 403:
                    raise not_granted(what.permission, 403) from error
                failure = error
            else:
                self._chosen[what.name] = route
                return route, answer
        self._chosen.pop(what.name, None)
        if isinstance(failure, Misconfigured):
            raise failure
        raise _nowhere(what) from failure

    async def _ask(self, route: Route, given: Mapping[str, Any], priority: Priority, deadlines: Deadlines) -> Answer:
        """One list on one way; without an order where the server does not take one."""
        plain = {name: value for name, value in given.items() if name not in _SORTED}
        headers = self.headers(route)
        if route.path not in self._unsorted:
            try:
                return await self.http.read(
                    "GET", route.path, params=given, headers=headers, priority=priority, deadlines=deadlines
                )
            except Refused as error:
                if error.status not in (400, 422) or len(plain) == len(given):
                    raise
                # How lists are ordered is ordinary for such servers, and not confirmed for this one.
                self._unsorted.add(route.path)
        return await self.http.read(
            "GET", route.path, params=plain, headers=headers, priority=priority, deadlines=deadlines
        )

    async def route(self, what: List, *, priority: Priority = Priority.COUNTER) -> Route:
        """The way to a list, asked for with one row where it is not known yet."""
        known = self._chosen.get(what.name)
        if known is None or known not in what.routes:
            known, _ = await self.read(what, {"page": 1, "per_page": 1}, priority=priority)
        return known

    def _ways(self, what: List) -> list[Route]:
        open_ways = [route for route in what.routes if self._with_integrator or not route.integrator]
        chosen = self._chosen.get(what.name)
        return sorted(open_ways, key=lambda route: route != chosen)


def not_granted(permission: str, status: int) -> Misconfigured:
    """The key is right and may not do this."""
    return Misconfigured(
        f"POSaBIT does not allow this key to do that: {permission} is not enabled.",
        ASK_FOR[permission],
        system=SYSTEM,
        status=status,
        permission=permission,
    )


def _nowhere(what: List) -> Misconfigured:
    """No version has the list: for customers that is how a missing permission looks, too (authentication page)."""
    if what.permission == ENHANCED:
        return not_granted(ENHANCED, 404)
    return Misconfigured(
        f"POSaBIT offers no list of {what.name.replace('_', ' ')} at the set address.",
        "Check the address, and whether POSaBIT has switched this version of its interface off.",
        system=SYSTEM,
        status=404,
    )
