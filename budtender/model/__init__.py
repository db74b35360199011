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
from budtender.model.ingest import Item, Member, Sale, SaleLine
from budtender.model.intents import OPEN_STATES, Intent, Kind, Receipt, State
from budtender.model.people import Actor, Role
from budtender.model.till import (
    Batch,
    Can,
    Cursor,
    Customer,
    CustomerDraft,
    Linked,
    Location,
    Permission,
    PosDiscount,
    Resource,
)
from budtender.model.value import Value

__all__ = [
    "OPEN_STATES",
    "Actor",
    "AdjustmentRow",
    "Audience",
    "Batch",
    "Can",
    "Cursor",
    "Customer",
    "CustomerDraft",
    "Intent",
    "Item",
    "Kind",
    "Linked",
    "Location",
    "Member",
    "OrderLine",
    "Permission",
    "Persona",
    "PosDiscount",
    "Programme",
    "Receipt",
    "RedemptionRow",
    "Resource",
    "Reward",
    "Role",
    "Sale",
    "SaleLine",
    "SignUp",
    "State",
    "Store",
    "Tier",
    "Trait",
    "Value",
    "Wallet",
]
