"""What a till's interface can do, what can be pulled from it, and how far a pull has come."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from budtender.model.customer import Customer, PosPoints
from budtender.model.discount import DiscountGroup, PosDiscount
from budtender.model.stock import Package, Product
from budtender.model.ticket import Ticket
from budtender.model.value import Row, Value


class Can(StrEnum):
    """What a till's interface is able to do; pages and rules ask this, never the till's name."""

    PULL_CUSTOMERS = "pull customers"
    PULL_SALES = "pull sales"
    PULL_REFUNDS = "pull refunds"
    PULL_PRODUCTS = "pull products"
    PULL_INVENTORY = "pull inventory"
    PULL_DISCOUNTS = "pull discounts"
    PULL_GROUPS = "pull discount groups"
    PULL_POINTS = "pull the till's own points"
    PULL_EMPLOYEES = "pull employees"
    CLOSING_REPORT = "read the closing report"
    #: Returns are marked on the sale and are no documents of their own.
    RETURNS_ON_SALE = "mark returns on the sale"
    #: One credential reaches several locations.
    MANY_LOCATIONS = "reach many locations"
    #: Customers come with the points of the till's own program.
    CUSTOMER_POINTS = "tell a customer's points"
    #: A customer that was merged names the one it went into; elsewhere it is only archived.
    TELL_MERGES = "tell into whom a customer was merged"
    FIND_BY_PHONE = "find by phone"
    CREATE_CUSTOMER = "create customer"
    #: It makes no customer without one.
    NEEDS_EMAIL = "ask an e-mail address of a new customer"
    UPDATE_CUSTOMER = "update customer"
    #: Profiles can be archived, and are kept with their sales; there is more of them than one year.
    ARCHIVES = "keep archived profiles"
    LINK_BY_AIQ_ID = "link rewards by AIQ id"
    LINK_BY_POS_ID = "link rewards by POS id"
    LINK_BY_NAME = "link rewards by name"


class Resource(StrEnum):
    """What can be pulled from a till.

    `SALES` are tickets that are new or changed. `REFUNDS` are sales of the past that may have been given back since,
    for tills that do not list a sale again when it changes; the engine asks for them once a night.
    """

    CUSTOMERS = "customers"
    SALES = "sales"
    REFUNDS = "refunds"
    PRODUCTS = "products"
    INVENTORY = "inventory"
    DISCOUNTS = "discounts"
    GROUPS = "discount groups"
    POINTS = "points"
    EMPLOYEES = "employees"


#: What a till must be able to do for a resource to be asked of it.
PULLS: Mapping[Resource, Can] = {
    Resource.CUSTOMERS: Can.PULL_CUSTOMERS,
    Resource.SALES: Can.PULL_SALES,
    Resource.REFUNDS: Can.PULL_REFUNDS,
    Resource.PRODUCTS: Can.PULL_PRODUCTS,
    Resource.INVENTORY: Can.PULL_INVENTORY,
    Resource.DISCOUNTS: Can.PULL_DISCOUNTS,
    Resource.GROUPS: Can.PULL_GROUPS,
    Resource.POINTS: Can.PULL_POINTS,
    Resource.EMPLOYEES: Can.PULL_EMPLOYEES,
}


#: The mark of the cursor that the first pull of all begins with where it reaches back to `at` and no further: what has
#: no time of change is to come as well, once.
REACHES_BACK = "first"


class Cursor(Value, frozen=True, kw_only=True):
    """Where the next pull of one resource starts; made and understood by the connector alone, kept by the engine.

    Everything that changed before `at` is stored. While a pull is under way `until` is the fixed end of the window
    being read, so that a pull taken up again reads the same window, `page` the page being read (or a whole offset)
    and `row` how many rows of that page are stored already. `mark` is whatever else the connector needs.

    How far windows overlap is the connector's knowledge: it starts reading that much before `at`.
    """

    at: datetime
    mark: str = ""
    until: datetime | None = None
    page: int = 0
    row: int = 0


class Location(Value, frozen=True, kw_only=True):
    """A retail location that a till credential reaches. `zone` is an IANA time zone, where the till tells it."""

    id: str
    name: str
    company_id: str | None = None
    state: str | None = None
    zone: str | None = None
    license: str | None = None
    active: bool = True


class Employee(Row, frozen=True, kw_only=True):
    """A person who sells, as the till names them on a ticket."""

    id: str
    name: str
    role: str | None = None
    location_id: str | None = None
    active: bool = True


class Permission(Value, frozen=True, kw_only=True):
    """One thing a credential may or may not do, and what to do when it may not."""

    name: str
    granted: bool
    hint: str = ""


class Unread(Value, frozen=True, kw_only=True):
    """A row that came and could not be read: where it stood (a page, a file and line) and why.

    `values` are what came, by column, for the file of refused rows alone: they are shoppers' data and never logged.
    """

    where: str
    reason: str
    values: tuple[tuple[str, str], ...] = ()


class Batch(Value, frozen=True, kw_only=True):
    """Rows of one pull and the cursor that is true once they are stored; both are stored in one transaction.

    A few thousand rows at most: a longer page is handed over in parts, each with its own cursor.
    """

    resource: Resource
    rows: tuple[Customer | Ticket | Product | Package | PosDiscount | DiscountGroup | PosPoints | Employee, ...]
    cursor: Cursor | None = None
    #: The pull lists all there is: what is in none of its batches is gone, once the pull has come to its end.
    snapshot: bool = False
    #: How many rows this pull brings in all, where the till tells it.
    total: int | None = None
    #: Rows that came but could not be read, and are not among `rows`; the first of them in `unread`.
    unreadable: int = 0
    unread: tuple[Unread, ...] = ()
