"""The nouns of a loyalty counter: frozen values that every layer shares.

Points are `Decimal`, money is `int` cents, times are aware UTC datetimes, phones are E.164. Conversions to and
from a vendor's forms happen in the connectors, to and from a person's in the command line and the window.
"""

from __future__ import annotations

from budtender.model.aiq import (
    AdjustmentRow,
    Audience,
    OrderLine,
    Persona,
    Programme,
    RedemptionRow,
    Reward,
    SignUp,
    Store,
    Tier,
    Trait,
    Wallet,
)
from budtender.model.customer import Customer, CustomerDraft, Linked, PosPoints
from budtender.model.discount import DiscountGroup, PosDiscount
from budtender.model.ingest import Item, Member, Sale, SaleLine
from budtender.model.intents import OPEN_STATES, Intent, Kind, Receipt, State
from budtender.model.people import Actor, Role
from budtender.model.stock import Package, Product, RoomStock
from budtender.model.ticket import ClosingReport, Ticket, TicketDiscount, TicketLine, TicketState
from budtender.model.till import (
    PULLS,
    REACHES_BACK,
    Batch,
    Can,
    Cursor,
    Employee,
    Location,
    Permission,
    Resource,
    Unread,
)
from budtender.model.value import Value

__all__ = [
    "OPEN_STATES",
    "PULLS",
    "REACHES_BACK",
    "Actor",
    "AdjustmentRow",
    "Audience",
    "Batch",
    "Can",
    "ClosingReport",
    "Cursor",
    "Customer",
    "CustomerDraft",
    "DiscountGroup",
    "Employee",
    "Intent",
    "Item",
    "Kind",
    "Linked",
    "Location",
    "Member",
    "OrderLine",
    "Package",
    "Permission",
    "Persona",
    "PosDiscount",
    "PosPoints",
    "Product",
    "Programme",
    "Receipt",
    "RedemptionRow",
    "Resource",
    "Reward",
    "Role",
    "RoomStock",
    "Sale",
    "SaleLine",
    "SignUp",
    "State",
    "Store",
    "Ticket",
    "TicketDiscount",
    "TicketLine",
    "TicketState",
    "Tier",
    "Trait",
    "Unread",
    "Value",
    "Wallet",
]
