"""What AIQ did not take once more: a day after its last try, or when somebody asks for it.

What AIQ said no to may have been its own fault, or mended there; a row that a till never changes would wait for ever.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from budtender.cache import unsent
from budtender.sync.scope import OUTSIDE
from budtender.sync.wiring import Wiring

AFTER = timedelta(days=1)
#: So many an hour: each may take two calls of the 1,440 that an hour leaves to the engine.
MOST_AN_HOUR = 50
#: So many when somebody asks; those after them have their turn with the next asking.
MOST_AT_ONCE = 10_000


async def refused_due(wiring: Wiring, _leave: Callable[[], bool]) -> int:
    """Have those sent again that were tried a day ago, the oldest first; returns how many."""
    now = wiring.clock.now()
    return await wiring.db.write(lambda c: unsent.try_again(c, OUTSIDE, MOST_AN_HOUR, between=(now - AFTER, now)))


async def all_refused(wiring: Wiring) -> int:
    """Have all of them sent again with the next round trip; returns how many."""
    return await wiring.db.write(lambda c: unsent.try_again(c, OUTSIDE, MOST_AT_ONCE))
