"""Opens the stores of a populated world: staff, shelves, a crowd of customers and the sales of the past."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from budtender.simulator import assortment
from budtender.simulator.crowd import FIRST_ID, Crowd
from budtender.simulator.history import History
from budtender.simulator.records import Customer, till_time
from budtender.simulator.shop import Shop
from budtender.simulator.staff import hire
from budtender.simulator.world import World

#: The number of the till's discount that is the twin of AIQ's first reward; the others follow.
FIRST_TWIN = 70_001
_FIRST_GUEST = 990_001
_ZONES = {
    "AZ": "America/Phoenix",
    "CA": "America/Los_Angeles",
    "CO": "America/Denver",
    "IL": "America/Chicago",
    "MA": "America/New_York",
    "MI": "America/Detroit",
    "NV": "America/Los_Angeles",
    "NY": "America/New_York",
    "OR": "America/Los_Angeles",
    "WA": "America/Los_Angeles",
}


def open_stores(world: World, *, crowd: int = 0, crowd_days: int = 1_095, sales: int = 0, days: int = 400) -> Shop:
    """Returns the open stores, with `crowd` further customers and `sales` spread over the `days` before today."""
    for what, count in (
        ("crowd", crowd),
        ("days of a crowd", crowd_days - 1),
        ("sales", sales),
        ("days of sales", days - 1),
    ):
        if count < 0:
            raise ValueError(f"{count} is no number for {what}")
    ids = [store.id for store in world.stores]
    shop = Shop(world, ZoneInfo(_ZONES.get(world.state, "America/Denver")), hire(ids, world.seed))
    assortment.stock(shop.goods, ids, world.seed, world.started)
    known = list(world.customers)
    for place, store in enumerate(world.stores):
        shop.guests[store.id] = _FIRST_GUEST + place
        if sales:
            world.customers.put(_guest(world, _FIRST_GUEST + place, store.name))
    if crowd:
        cities = [(store.city, store.zip_code, store.name) for store in world.stores]
        world.customers.draw_crowd(Crowd(world.seed, crowd, world.state, cities, world.started, crowd_days))
    shop.sales.begin_with(
        History(
            world.seed,
            sales,
            days,
            world.started,
            shop.zone,
            shop.goods,
            ids,
            [[one.id for one in shop.employees if one.store_id == store_id] for store_id in ids],
            [_buyers(known, store.name, place, len(ids), crowd) for place, store in enumerate(world.stores)],
            [shop.guests[store_id] for store_id in ids],
            [FIRST_TWIN + place for place in range(len(world.rewards))],
        )
    )
    world.shop = shop
    return shop


def _buyers(known: list[Customer], store: str, place: int, stores: int, crowd: int) -> tuple[int, Callable[[int], int]]:
    """Returns how many customers a store has, and what gives the one at a place: the held ones, then the crowd's."""
    held = [one.customer_id for one in known if one.created_at_location == store and not one.is_anonymous]
    of_crowd = len(range(place, crowd, stores))
    return (
        len(held) + of_crowd,
        lambda nth: held[nth] if nth < len(held) else FIRST_ID + place + stores * (nth - len(held)),
    )


def _guest(world: World, number: int, store: str) -> Customer:
    opened = till_time(world.started - 900 * 86_400)
    return Customer(
        customer_id=number,
        unique_id=str(number),
        name="Guest",
        first_name="Guest",
        is_anonymous=True,
        last_modified=till_time(world.started - 3_600),
        creation_date=opened,
        created_at_location=store,
    )
