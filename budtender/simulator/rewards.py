"""AIQ's discounts as the wallet lists them; each has a twin among the till's discounts."""

from __future__ import annotations

from decimal import Decimal

import msgspec

DAY = 86_400


class Reward(msgspec.Struct, frozen=True):
    """One AIQ discount; `expires_in` counts seconds from the start of the simulation, None never expires.

    For a tier reward `points` is a threshold and not a price.
    """

    id: str
    name: str
    title: str
    points: Decimal
    dollars: Decimal = Decimal(0)
    percent: Decimal = Decimal(0)
    reusable: bool = True
    tier: bool = False
    in_store: bool = False
    expires_in: int | None = None
    on_other_host: bool = False


REWARDS = (
    Reward("58213", "Ten dollars off", "Ten dollars off any basket", Decimal(250), dollars=Decimal(10)),
    Reward("58214", "Five percent off", "Five percent off your basket", Decimal(100), percent=Decimal(5)),
    Reward("58215", "Five dollars off", "Five dollars off any basket", Decimal(125), dollars=Decimal(5)),
    Reward("58216", "Twenty percent off", "Twenty percent off one item", Decimal(400), percent=Decimal(20)),
    Reward("58217", "Twenty-five dollars off", "Saved up: $25 off", Decimal(600), dollars=Decimal(25)),
    Reward(
        "58219",
        "Half off an edible",
        "Half off one edible, at the counter",
        Decimal(1000),
        percent=Decimal(50),
        in_store=True,
        expires_in=30 * DAY,
    ),
    Reward(
        "58220",
        "Birthday treat",
        "Three dollars off in your birthday month",
        Decimal(0),
        dollars=Decimal(3),
        reusable=False,
    ),
    Reward(
        "58231",
        "Spring special",
        "Eight dollars off, last spring",
        Decimal(50),
        dollars=Decimal(8),
        expires_in=-40 * DAY,
    ),
    Reward("58232", "Gold tier", "Gold members save 10 %", Decimal(1000), percent=Decimal(10), tier=True),
    Reward("58233", "Double trouble", "Ten off, twice over", Decimal(100), dollars=Decimal(10), percent=Decimal(10)),
    Reward("58234", "Free pre-roll", "A free pre-roll, rung up by the till", Decimal(150)),
    Reward(
        "58235",
        "Partner offer",
        "Redeemed on a host that is not AIQ's",
        Decimal(100),
        dollars=Decimal(5),
        on_other_host=True,
    ),
    Reward("58236", "Welcome gift", "Fifteen dollars off, once", Decimal(300), dollars=Decimal(15), reusable=False),
)

STANDARD = ("58213", "58214", "58215", "58216", "58217", "58219")
