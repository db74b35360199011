"""Flourish's far side: two kinds of keys, facilities by header, one envelope, pages of fifty.

Facts are those of the vendor's Postman collection and help pages. No rate limit is published; a generous one is
played, so that a caller who heeds nothing is noticed.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TypeVar

from budtender.simulator.exchange import Answer, Call, Operation, Refusal, as_json
from budtender.simulator.limits import SlidingLimit
from budtender.simulator.world import Store, World

#: Where the simulator serves it; the vendor's own path follows.
PREFIX = "/flourish/external/api"
LARGEST_PAGE = 50
SERVICES = frozenset({"facilities", "customers", "retail orders", "items", "inventory", "retail discounts"})
_LIMITS = ((20, 1.0), (600, 60.0))
T = TypeVar("T")


class Flourish:
    """Flourish as its callers see it.

    Args:
        user: the user name that belongs to the user's key.
        key: the key that goes with the user name.
        api_key: the key that goes without one.
        services: what the keys may do.
        limits: whether the limit is enforced.
        failures_as_200: whether failures come under HTTP 200 with their number in the body alone.
    """

    def __init__(
        self,
        world: World,
        user: str,
        key: str,
        api_key: str,
        operations: tuple[Operation, ...],
        *,
        services: Iterable[str] = SERVICES,
        limits: bool = True,
        failures_as_200: bool = False,
    ) -> None:
        self.world = world
        self.operations = operations
        self.services = frozenset(services)
        if self.services - SERVICES:
            unknown = min(self.services - SERVICES)
            raise ValueError(f"unknown service {unknown!r}; the services are {', '.join(sorted(SERVICES))}")
        self._user_key = f"{user}:{key}"
        self._api_key = api_key
        self._limit = SlidingLimit(_LIMITS) if limits else None
        self._failures_as_200 = failures_as_200

    def answer(self, operation: Operation, call: Call) -> Answer:
        """Checks key, service and rate, then does the work within one moment of the world."""
        if not self._admits(call):
            return self.failed(401, "Unauthorized")
        if operation.role not in self.services:
            return self.failed(403, "Forbidden")
        if self._limit is not None and not call.late and (wait := self._limit.wait(self._api_key)):
            refused = self.failed(429, "Too many requests")
            return Answer(429, refused.body, refused.content_type, {"Retry-After": str(int(wait) + 1)})
        with self.world.moment():
            try:
                return operation.handler(self, call)
            except Refusal as refusal:
                return self.failed(refusal.status, refusal.message, 200 if self._failures_as_200 else None)

    def _admits(self, call: Call) -> bool:
        if call.headers.get("x-api-key") == self._api_key:
            return True
        scheme, _, coded = call.headers.get("authorization", "").partition(" ")
        try:
            return scheme.lower() == "basic" and base64.b64decode(coded, validate=True).decode() == self._user_key
        except (binascii.Error, UnicodeDecodeError):
            return False

    def unknown(self, call: Call) -> Answer:
        """Answers a wrong route."""
        return self.failed(404 if call.method in ("GET", "HEAD") else 405, "Not found")

    def failed(self, status: int, message: str, http_status: int | None = None) -> Answer:
        """Returns an error in this system's own form; the body repeats the status."""
        return as_json({"message": message, "status": status}, http_status or status)

    def store(self, call: Call) -> Store:
        """Returns the store that the facility header names; a missing or unknown one raises Refusal 400."""
        found = self.find_store(call)
        if found is None:
            raise Refusal(400, "FacilityID header is required")
        return found

    def find_store(self, call: Call) -> Store | None:
        """Returns the store that the facility header names, None without one; an unknown one raises Refusal 400."""
        wanted = call.headers.get("facilityid")
        if not wanted:
            return None
        for store in self.world.stores:
            if facility_id(store.id) == wanted:
                return store
        raise Refusal(400, "FacilityID is not valid")


def facility_id(store_id: int) -> str:
    """Returns Flourish's id of a store: 24 hexadecimal characters."""
    return f"5c{store_id:022x}"


def success(data: object, **more: object) -> Answer:
    """Returns one object in the envelope."""
    return as_json({"message": "Success", "status": 200, **more, "data": data})


def listed(call: Call, rows: Sequence[T], show: Callable[[T], object]) -> Answer:
    """Returns a page of rows in the envelope; only the page's rows are shown."""
    start, size = place(call)
    return paged(call, [show(row) for row in rows[start : start + size]], len(rows))


def place(call: Call) -> tuple[int, int]:
    """Returns offset and limit; a page too large or a place before the start raises Refusal 400."""
    start, size = call.number("offset", 0), call.number("limit", LARGEST_PAGE)
    if start < 0 or not 1 <= size <= LARGEST_PAGE:
        raise Refusal(400, f"limit must be between 1 and {LARGEST_PAGE}")
    return start, size


def paged(call: Call, shown: Sequence[object], total: int) -> Answer:
    """Returns a page that was cut out already, `total` rows being there in all."""
    start, size = place(call)
    behind = start + len(shown)
    more = f"https://elsewhere.example.org{call.path}?offset={behind}" if behind < total else ""
    meta = {"total": total, "offset": start, "limit": size, "count": len(shown), "next": more}
    return success(shown, meta=meta)


def window(call: Call, name: str) -> tuple[float, float] | None:
    """Returns the range given by `name` with `_start` and `_end`, None if neither is; both ends belong to it."""
    low, high = (_seconds(call.query.get(f"{name}_{end}", "")) for end in ("start", "end"))
    if low is None and high is None:
        return None
    return (0.0 if low is None else low), (1e11 if high is None else high)


def _seconds(text: str) -> float | None:
    if not text:
        return None
    try:
        when = datetime.fromisoformat(text)
    except ValueError as error:
        raise Refusal(400, "a timestamp must be ISO 8601") from error
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()


def stamp(seconds: float) -> str:
    """Returns epoch seconds as Flourish writes times: whole seconds without a fraction, others with three digits."""
    whole = datetime.fromtimestamp(seconds, UTC)
    return whole.isoformat(timespec="milliseconds" if whole.microsecond else "seconds").replace("+00:00", "Z")


def dollars(cents: int) -> float:
    """Returns an amount in currency units."""
    return cents / 100


def chosen(call: Call, names: Mapping[str, Callable[[T], object]], row: T) -> bool:
    """Tells whether a row has one of the values given for each filter, without regard to case."""
    for name, of in names.items():
        wanted = {text.casefold() for text in call.all(name)}
        if wanted and str(of(row) or "").casefold() not in wanted:
            return False
    return True
