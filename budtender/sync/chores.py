"""What is worked out of the copies beside the round trips: who is who, and what the settings ask to be done."""

from __future__ import annotations

from collections.abc import Callable

from budtender.sync import links, matching, points_import, reaching, signups
from budtender.sync.wiring import Wiring


async def chores_due(wiring: Wiring, leave: Callable[[], bool] = lambda: False) -> None:
    """Everything of the kind that is due. What it saves is sent with the next round trip."""
    await matching.trace_due(wiring, leave)
    await signups.profiles_due(wiring, leave)
    await reaching.reach_due(wiring, leave)
    await points_import.import_due(wiring, leave)
    await links.check_due(wiring, leave)
