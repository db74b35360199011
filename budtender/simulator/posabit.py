"""POSaBIT's far side: three versions of one interface, two forms of the key, and permissions per venue.

Facts are those of the vendor's developer pages and of public clients. What they leave open, the values of a sale's
status above all, is played in one plausible way.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from budtender.simulator.exchange import Answer, Call, Operation, Refusal, as_json
from budtender.simulator.world import Store, World

PREFIX = "/posabit/api"
MENU_FEED, INCOMING_ORDERS, VENUE_DATA, ENHANCED = (
    "Menu Feed",
    "Incoming Orders",
    "Venue Data",
    "Enhanced Customer Data",
)
PERMISSIONS = frozenset({MENU_FEED, INCOMING_ORDERS, VENUE_DATA, ENHANCED})
VERSIONS = frozenset({"v3", "v2", "v1"})
#: Lists that v3 may or may not have: no public page shows them.
UNPROVEN = ("/v3/venue/sales_histories", "/v3/venue/inventories", "/v3/venue/coupons")
#: Where v3 is seen with a venue's key alone.
_ALONE = ("/v3/menu_feeds", "/v3/incoming_orders")


class Posabit:
    """The till's system as its callers see it.

    Args:
        keys: accepted venue tokens, each with the store it is bound to.
        integrator: the token that v3 wants beside a venue's.
        permissions: what the venue tokens may do.
        versions: which versions still answer.
        v3_lists: whether v3 has sales, stock and coupons.
        v3_points: whether v3 shows a customer's points.
        hidden_cap: whether a page size above the largest is cut without being told.
    """

    def __init__(
        self,
        world: World,
        keys: Mapping[str, Store],
        integrator: str,
        operations: tuple[Operation, ...],
        *,
        permissions: Iterable[str] = PERMISSIONS,
        versions: Iterable[str] = VERSIONS,
        v3_lists: bool = True,
        v3_points: bool = True,
        hidden_cap: bool = False,
    ) -> None:
        self.world = world
        self.keys = dict(keys)
        self.integrator = integrator
        self.operations = operations
        self.permissions = frozenset(permissions)
        self.versions = frozenset(versions)
        for given, known in ((self.permissions, PERMISSIONS), (self.versions, VERSIONS)):
            if given - known:
                raise ValueError(f"unknown {min(given - known)!r}; there are {', '.join(sorted(known))}")
        self.v3_lists = v3_lists
        self.v3_points = v3_points
        self.hidden_cap = hidden_cap

    def answer(self, operation: Operation, call: Call) -> Answer:
        """Checks version, key and permission, then does the work within one moment of the world."""
        path = operation.path.removeprefix(PREFIX)
        if version_of(path) not in self.versions or (path in UNPROVEN and not self.v3_lists):
            return self.failed(404, "Not found")
        if not self._accepts(path, call):
            return self.failed(401, "Unauthorized")
        if operation.role is not None and operation.role not in self.permissions:
            return self.failed(403, "Forbidden")
        with self.world.moment():
            try:
                return operation.handler(self, call)
            except Refusal as refusal:
                return self.failed(refusal.status, refusal.message)

    def store_of(self, call: Call) -> Store:
        """Returns the venue that the caller's key is bound to."""
        return self.keys[_bearer(call) or _basic(call)[1]]

    def unknown(self, call: Call) -> Answer:
        """Answers a wrong route."""
        return self.failed(404 if call.method in ("GET", "HEAD") else 405, "Not found")

    def failed(self, status: int, message: str) -> Answer:
        """Returns an error; its form is not published."""
        return as_json({"code": 0, "error": message}, status)

    def _accepts(self, path: str, call: Call) -> bool:
        integrator, token = _basic(call)
        with_integrator = integrator == self.integrator and (token in self.keys or (path == "/v3/info" and not token))
        alone = _bearer(call) in self.keys
        if path.startswith("/v3/"):
            return with_integrator or (alone and path.startswith(_ALONE))
        return alone

    # ── lists ─────────────────────────────────────────────────────────────────────────────────────────────

    def page(self, call: Call, key: str, total: int, size: int, found: list[Any]) -> Answer:
        """Returns one page of a list, with its counts."""
        told = call.number("per_page", size) if self.hidden_cap else size
        return as_json(
            {
                "code": 1,
                "total_records": total,
                "current_page": page_number(call),
                "total_pages": max(1, -(-total // told)),
                "per_page": told,
                key: found,
            }
        )


def keys_of(world: World) -> tuple[dict[str, str], str]:
    """Returns the venue tokens by store name, and the integrator's."""
    tokens = {store.name: f"sim-posabit-{world.seed}-{store.id}-not-a-real-key" for store in world.stores}
    return tokens, f"sim-posabit-{world.seed}-integrator-not-a-real-key"


def version_of(path: str) -> str:
    """Returns the version in a path."""
    return path.split("/")[1]


def page_number(call: Call) -> int:
    """Returns the page asked for, from 1."""
    number = call.number("page", 1)
    if number < 1:
        raise Refusal(400, "page must be at least 1")
    return number


def page_size(call: Call, most: int, usual: int = 30) -> int:
    """Returns the rows of a page: as asked, up to `most`."""
    size = call.number("per_page", usual)
    if size < 1:
        raise Refusal(400, "per_page must be at least 1")
    return min(size, most)


def window(call: Call) -> tuple[float | None, float | None]:
    """Returns the bounds that `updated_at` must lie between, neither included."""
    return moment(call, "q[updated_at_gt]"), moment(call, "q[updated_at_lt]")


def moment(call: Call, name: str) -> float | None:
    """Returns a time of the query in epoch seconds; what is no time raises Refusal 400."""
    text = call.query.get(name)
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise Refusal(400, f"{name} is no time") from error
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


def iso(seconds: float) -> str:
    """Returns epoch seconds as POSaBIT writes times: UTC with milliseconds."""
    found = datetime.fromtimestamp(seconds, UTC)
    return f"{found:%Y-%m-%dT%H:%M:%S}.{found.microsecond // 1000:03}Z"


def _bearer(call: Call) -> str:
    scheme, _, token = call.headers.get("authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" else ""


def _basic(call: Call) -> tuple[str, str]:
    scheme, _, coded = call.headers.get("authorization", "").partition(" ")
    try:
        user, _, password = base64.b64decode(coded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return (user, password) if scheme.lower() == "basic" else ("", "")
