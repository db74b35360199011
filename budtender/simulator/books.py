"""What AIQ has booked of the sales it was told of, by store and day, to be held against what the shop took."""

from __future__ import annotations

from datetime import date, datetime

import msgspec

from budtender.simulator.world import World


class Booked(msgspec.Struct):
    """One day of one store as AIQ has it; a document that comes to nothing (a void) counts nowhere but in `nothing`."""

    sales: int = 0
    returns: int = 0
    nothing: int = 0
    net_cents: int = 0
    lines: int = 0


def booked(world: World) -> dict[tuple[int, date], Booked]:
    """Returns what AIQ has booked on every day of every store, days by the stores' own calendar.

    Store 0 is what came under a location that AIQ does not know.
    """
    ids = {store.name: store.id for store in world.stores}
    found: dict[tuple[int, date], Booked] = {}
    with world.moment():
        for sale in list(world.sales.values()):
            day = datetime.fromtimestamp(sale.at, world.shop.zone).date()
            of_day = found.setdefault((ids.get(sale.store, 0), day), Booked())
            cents = int(sale.total * 100)
            of_day.net_cents += cents
            of_day.lines += len(sale.lines)
            if cents > 0:
                of_day.sales += 1
            elif cents < 0:
                of_day.returns += 1
            else:
                of_day.nothing += 1
    return dict(sorted(found.items()))
