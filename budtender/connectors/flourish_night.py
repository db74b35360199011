"""What became of orders since they were read: the list has no time of last change, so some are read anew by night.

Only what an order was when it was completed, who it was for and how it was paid can be asked for (vendor's Postman
collection). So every night the last days are read whole, for tills that were offline and for corrections of the day;
then what was begun in them and is completed, as an order may not say when; then those that were given back, which are
few; and one of seven parts of the last quarter, so that what is edited without giving money back is seen within a week.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import NamedTuple

from msgspec.structs import replace

from budtender.connectors.flourish_lists import Listing, Lists
from budtender.model import Batch, Cursor, Resource

#: Read whole every night.
LATE_FOR = timedelta(days=3)
#: How long after a sale its refund is looked for every night, and how long once a week.
REFUNDS_FOR = timedelta(days=90)
LATE_REFUNDS_FOR = timedelta(days=365)
#: The parts of the days before the last ones, of which one is read each night.
PARTS = 7
PART = timedelta(days=13)

_GIVEN_BACK = {"order_payment_status": ["Partially Refunded", "Refunded"]}
_COMPLETED = {"order_status": "Completed"}
_LATE, _BEGUN, _REFUNDED, _PART = "late", "begun", "refunded", "part"
_FOLLOWING = {_LATE: _BEGUN, _BEGUN: _REFUNDED, _REFUNDED: _PART, _PART: ""}


class _Place(NamedTuple):
    """Where a night's reading is: which night of seven, what is read, and the place in it when it was begun."""

    night: int
    what: str
    inner: Cursor | None = None


async def swept(lists: Lists, sales: Listing, since: Cursor | None) -> AsyncIterator[Batch]:
    """The orders of one night, from where a night that was broken off stood; `sales` lists those of any time."""
    place = _place(since)
    listing = sales._replace(resource=Resource.REFUNDS, overlap=timedelta(0))
    now = await lists.now()
    while place.what:
        start, until = _window(place, now)
        asked = _listing(listing, place.what)
        async for batch in lists.changed(asked, place.inner or Cursor(at=start), until):
            assert batch.cursor is not None
            yield replace(batch, cursor=_cursor(place, batch.cursor, until, now))
        place = place._replace(what=_FOLLOWING[place.what], inner=None)


def _listing(sales: Listing, what: str) -> Listing:
    if what == _BEGUN:
        return sales._replace(time="created_timestamp", params=_COMPLETED)
    return sales._replace(params=_GIVEN_BACK if what == _REFUNDED else {})


def _window(place: _Place, now: datetime) -> tuple[datetime, datetime]:
    if place.what in (_LATE, _BEGUN):
        return now - LATE_FOR, now
    if place.what == _REFUNDED:
        return now - (LATE_REFUNDS_FOR if place.night == 0 else REFUNDS_FOR), now
    until = now - LATE_FOR - PART * place.night
    return until - PART, until


def _cursor(place: _Place, inner: Cursor, until: datetime, now: datetime) -> Cursor:
    """The same place, as the whole night's; behind the end of one reading, the start of the following one."""
    if inner.until is not None or inner.at < until:
        return replace(inner, mark=f"{place.night}|{place.what}|{inner.mark}")
    if following := _FOLLOWING[place.what]:
        return Cursor(at=now, mark=f"{place.night}|{following}")
    return Cursor(at=now, mark=f"{(place.night + 1) % PARTS}")


def _place(since: Cursor | None) -> _Place:
    """What a cursor of an earlier night or of a broken off one says; the first night for any other."""
    night, _, rest = ("" if since is None else since.mark).partition("|")
    what, within, mark = rest.partition("|")
    number = int(night) if night in {str(known) for known in range(PARTS)} else 0
    if since is None or what not in _FOLLOWING:
        return _Place(number, _LATE)
    return _Place(number, what, replace(since, mark=mark) if within else None)
