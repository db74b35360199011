"""When each resource is copied next: how often, spread by chance, and how long to wait after a failure.

How often tills are asked is ours to choose below their limits; the vendors' help pages promise data within a day.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import datetime, timedelta

from budtender.cache.copying import Copying
from budtender.errors import Failure, RateLimited
from budtender.model import Resource

SECOND = timedelta(seconds=1)
_MINUTES, _HOUR, _DAY = timedelta(minutes=5), timedelta(hours=1), timedelta(days=1)
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=1)
#: How often a till is asked for each resource, in the order in which those that are due together are asked for: the
#: short lists first, products before the sales that name them, customers before the sales that are theirs.
TILL: Mapping[Resource, timedelta] = {
    Resource.DISCOUNTS: _MINUTES,
    Resource.GROUPS: _HOUR,
    Resource.EMPLOYEES: _DAY,
    Resource.PRODUCTS: _HOUR,
    Resource.CUSTOMERS: _MINUTES,
    Resource.SALES: _MINUTES,
    Resource.INVENTORY: 3 * _MINUTES,
    Resource.REFUNDS: _DAY,
    Resource.POINTS: _DAY,
}
#: Which locations a credential reaches, and in which time zone.
LOCATIONS = "locations"
LOCATIONS_EVERY = _DAY
#: Two registers of one store, or sixteen stores of one account, do not all ask at the same moment.
SPREAD = 0.1


def is_due(state: Copying, now: datetime, every: timedelta = _DAY) -> bool:
    """Whether its time has come; a time further away than any pause was set by a clock that ran ahead."""
    return state.next is None or state.next <= now or state.next > now + 2 * max(every, LONGEST_PAUSE)


def next_good(every: timedelta, now: datetime) -> datetime:
    """When to ask again after a good answer."""
    return now + every * random.uniform(1 - SPREAD, 1 + SPREAD)  # noqa: S311  (spreads, keeps no secret)


def next_bad(failure: Failure, failures: int, now: datetime) -> datetime:
    """When to ask again after so many failures in a row; never sooner than the far side asked for."""
    pause = min(FIRST_PAUSE * 2 ** min(failures, 10), LONGEST_PAUSE)
    asked = timedelta(seconds=failure.retry_after) if isinstance(failure, RateLimited) else timedelta(0)
    spread: timedelta = pause * random.uniform(0.5, 1.0)  # noqa: S311  (spreads, keeps no secret)
    return now + max(asked, spread)
