"""Dutchie's endpoints and the names of their parameters, in one place: a misspelt name is ignored in silence.

Paths, names and limits are those of the vendor's OpenAPI file and of its page on rate limits; where the two disagree
about a limit the lower one counts until a 429 tells the true one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from budtender.connectors.limiter import Window

WHOAMI = "/whoami"
CUSTOMERS = "/customer/customers"
CUSTOMER_PAGES = "/customer/customers-paginated"
CUSTOMER_SEARCH = "/customer/search"
CUSTOMER_LOOKUP = "/customer/customerLookup"
CUSTOMER_WRITE = "/customer/customer"
TRANSACTIONS = "/reporting/transactions"
CLOSING_REPORT = "/reporting/closing-report"
LOYALTY = "/reporting/loyalty-snapshot"
ALL_PRODUCTS = "/reporting/products"
PRODUCTS = "/products"
INVENTORY = "/inventory"
ALL_INVENTORY = "/reporting/inventory"
DISCOUNTS = "/discounts/v2/list"
ALL_DISCOUNTS = "/reporting/discounts"
EMPLOYEES = "/employees"

#: The names of a window by last change: customers and products spell them one way, transactions another.
CHANGED = ("fromLastModifiedDateUTC", "toLastModifiedDateUTC")
CHANGED_SALES = ("FromLastModifiedDateUTC", "ToLastModifiedDateUTC")
REPORTED = ("fromDateUTC", "toDateUTC")
PAGE_NUMBER, PAGE_SIZE = "PageNumber", "PageSize"

#: Everything a transaction can be told with; without the first it comes without its items.
WHOLE_SALES: Mapping[str, str] = {
    "IncludeDetail": "true",
    "IncludeTaxes": "true",
    "IncludeOrderIds": "true",
}
_ANONYMOUS = "includeAnonymous"
#: Transactions do not say that nobody is known to have bought, only the profiles made for that do.
WITH_ANONYMOUS: Mapping[str, str] = {_ANONYMOUS: "true"}
WITHOUT_ANONYMOUS: Mapping[str, str] = {_ANONYMOUS: "false"}
WHOLE_STOCK: Mapping[str, str] = {"includeLabResults": "true", "includeRoomQuantities": "true"}
#: The list for reporting also tells what is set aside for orders, when it is asked to.
ALL_STOCK: Mapping[str, str] = {**WHOLE_STOCK, "includeAllocated": "true"}

_ALMOST_A_SECOND = timedelta(microseconds=999_999)
_A_MOMENT = timedelta(microseconds=1)


def _minute(calls: int) -> tuple[Window, ...]:
    """Four fifths of so many calls a minute, in whatever bursts: calls to one endpoint follow each other anyway."""
    return (Window(max(1, calls * 4 // 5), 60),)


#: Limits are counted for each key and endpoint by itself.
LIMITS: Mapping[str, Sequence[Window]] = {
    WHOAMI: _minute(200),
    CUSTOMERS: _minute(120),
    CUSTOMER_PAGES: _minute(120),
    CUSTOMER_SEARCH: _minute(360),
    CUSTOMER_LOOKUP: _minute(120),
    CUSTOMER_WRITE: _minute(1500),
    # 600 by the OpenAPI file, 60 by the guide.
    TRANSACTIONS: _minute(60),
    CLOSING_REPORT: _minute(60),
    LOYALTY: (Window(1, 61),),
    ALL_PRODUCTS: _minute(60),
    PRODUCTS: _minute(120),
    INVENTORY: _minute(200),
    ALL_INVENTORY: _minute(60),
    DISCOUNTS: _minute(120),
    ALL_DISCOUNTS: _minute(60),
    EMPLOYEES: _minute(300),
}


def iso(when: datetime) -> str:
    """A time as Dutchie's parameters take it."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def between(names: tuple[str, str], start: datetime, end: datetime) -> dict[str, str]:
    """Both ends of a stretch, to whole seconds around it; with only one of them Dutchie chooses the other."""
    return {names[0]: iso(start), names[1]: iso(end + _ALMOST_A_SECOND)}


def changed_between(names: tuple[str, str], start: datetime, end: datetime) -> dict[str, str]:
    """The same for a window of changes, from before its start, so that windows which touch leave out no moment.

    The description has rows changed "after" one end and "before" the other; clients in use found both ends included.
    """
    return between(names, start - _A_MOMENT, end)
