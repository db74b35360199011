"""What is pulled from Flourish, resource by resource."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from functools import partial

import msgspec

from budtender.connectors import flourish_night
from budtender.connectors.flourish_lists import Listing, Lists
from budtender.connectors.flourish_orders import read_order
from budtender.connectors.flourish_pages import Walk
from budtender.connectors.flourish_stock import brand_of, read_item, read_stock, stock_key
from budtender.connectors.flourish_wire import SYSTEM, key_by, read_customer, read_discount, row
from budtender.connectors.rows import read_each
from budtender.connectors.sentences import not_offered
from budtender.errors import Misconfigured, NotFound
from budtender.model import Batch, Cursor, Location, PosDiscount, Resource

_log = logging.getLogger(__name__)
#: Read again before a cursor: changes may become visible late, orders are completed by tills that were offline.
OVERLAP = timedelta(minutes=5)
ORDER_OVERLAP = timedelta(hours=1)
#: Brands are asked for one by one, so no more often than this.
BRANDS_KEPT = timedelta(days=1)
_ORDER_KEY = key_by("order_id", "id")


class Brands:
    """The brands' names by item, for an account whose items do not tell them; kept for a day."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self._until: datetime | None = None

    async def learn(self, lists: Lists, values: Sequence[object]) -> None:
        """Ask which items each brand has, unless items tell it themselves or the answer is still fresh.

        Where there is no list of brands for this key, items are read without.
        """
        now = await lists.now()
        if any(brand_of(value) for value in values) or (self._until is not None and now < self._until):
            return
        try:
            self.names = await self._asked(lists)
        except NotFound as error:
            _log.info("no brands (%s)", error.kind)
        except Misconfigured as error:
            if error.facts.get("status") not in (403, 404):
                raise
            _log.info("no brands (%s)", error.kind)
        self._until = now + BRANDS_KEPT

    async def _asked(self, lists: Lists) -> dict[str, str]:
        names: dict[str, str] = {}
        for value in await lists.all("/v1/brands", {}, key_by("brand_id")):
            brand = row(value, "brand").loose.text("brand_name") if isinstance(value, dict) else None
            if brand is None:
                continue
            ids = [key_by("id")(item) for item in await lists.all("/v1/items", {"brand_name": brand})]
            names |= dict.fromkeys((item_id for item_id in ids if item_id), brand)
        return names


def pull(lists: Lists, resource: Resource, since: Cursor | None, location: str, brands: Brands) -> AsyncIterator[Batch]:
    """The batches of one resource; Misconfigured for one that Flourish does not have."""
    match resource:
        case Resource.CUSTOMERS:
            return lists.changed(_customers(), since)
        case Resource.SALES:
            return lists.changed(_sales(location), since)
        case Resource.REFUNDS:
            return flourish_night.swept(lists, _sales(location), since)
        case Resource.PRODUCTS:
            return lists.changed(_products(lists, brands), since)
        case Resource.INVENTORY:
            return _inventory(lists, since, location)
        case Resource.DISCOUNTS:
            return _discounts(lists, location)
        case _:
            raise not_offered(SYSTEM, resource.value)


def _customers() -> Listing:
    return Listing(
        resource=Resource.CUSTOMERS,
        path="/v1/customers",
        time="last_updated_timestamp",
        key=key_by("id"),
        read=read_customer,
        overlap=OVERLAP,
    )


def _sales(location: str) -> Listing:
    """Orders by when they were completed, whatever became of them since."""
    return Listing(
        resource=Resource.SALES,
        path="/v1/retail-orders",
        time="completed_timestamp",
        key=_ORDER_KEY,
        read=lambda value: read_order(value, location or None),
        overlap=ORDER_OVERLAP,
        ripe={"order_status": "Completed"},
        facility=location,
    )


def _products(lists: Lists, brands: Brands) -> Listing:
    return Listing(
        resource=Resource.PRODUCTS,
        path="/v1/items",
        time="last_updated_timestamp",
        key=key_by("id"),
        read=lambda value: read_item(value, brands.names),
        overlap=OVERLAP,
        prepare=lambda values: brands.learn(lists, values),
    )


async def _facilities(lists: Lists, location: str) -> list[Location]:
    """The facilities in question: the chosen one, or all active ones that may sell."""
    if not location:
        return [place for place, sells in await lists.facilities() if sells and place.active]
    try:
        known = [place for place, _ in await lists.facilities() if place.id == location]
    except Misconfigured:
        # A key without that service still serves a facility whose id is known.
        known = []
    return known or [Location(id=location, name=location)]


async def _inventory(lists: Lists, since: Cursor | None, location: str) -> AsyncIterator[Batch]:
    """The stock as it is now, facility by facility; what is missing from it is sold out."""
    broken_off = since is not None and since.until is not None
    at = since.at if since is not None and broken_off else await lists.now()
    facility, _, last = since.mark.partition(" ") if since is not None and broken_off else ("", "", "")
    places = [place.id for place in await _facilities(lists, location)]
    left = places[places.index(facility) :] if facility in places else places
    walk = Walk(since.page, last) if since is not None and facility in places else Walk()
    for place_id, following in zip(left, [*left[1:], ""], strict=False):  # no place reached: no walk
        async for values, total in lists.pages("/v1/inventory/summary", {}, stock_key, walk, place_id):
            found, bad = read_each(values, partial(read_stock, location_id=place_id))
            yield Batch(
                resource=Resource.INVENTORY,
                rows=tuple(found),
                cursor=_place_in(at, place_id, walk, following),
                snapshot=True,
                total=total if len(places) == 1 else None,
                unreadable=bad,
            )
        walk = Walk()
    if not left:
        yield Batch(resource=Resource.INVENTORY, rows=(), cursor=Cursor(at=at), snapshot=True)


def _place_in(at: datetime, facility: str, walk: Walk, following: str) -> Cursor:
    """Where the next page is: at this facility, at the following one, or nowhere."""
    if not walk.done:
        return Cursor(at=at, until=at, page=walk.offset, mark=f"{facility} {walk.last}")
    return Cursor(at=at, until=at, mark=f"{following} ") if following else Cursor(at=at)


async def _discounts(lists: Lists, location: str) -> AsyncIterator[Batch]:
    """The discounts of each facility, each once, with the facilities that have it."""
    now = await lists.now()
    places = await _facilities(lists, location)
    found: dict[str, PosDiscount] = {}
    bad = 0
    for place in places:
        values = (await lists.page("/v1/retail-discounts", {}, place.id)).rows
        here, unreadable = read_each(values, partial(read_discount, zone=place.zone))
        bad += unreadable
        for discount in here:
            before = found.get(discount.id, discount)
            ids = (*before.location_ids, place.id)
            found[discount.id] = msgspec.structs.replace(before, location_ids=ids)
    rows = tuple(found.values())
    yield Batch(resource=Resource.DISCOUNTS, rows=rows, cursor=Cursor(at=now), unreadable=bad)
