"""What a Dutchie key may do: what AIQ's article asks the key to be permitted by name, told from its roles.

A key has roles, one cheap call shows each (roles from the vendor's OpenAPI file); a store asks Dutchie's support for
customers, transactions, products and inventory (AIQ's article on the Dutchie connection).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

import msgspec

from budtender.connectors import dutchie_calls as calls
from budtender.model import Permission


class Right(msgspec.Struct, frozen=True):
    """Something a key may be permitted; `roles` are the alternatives, each of one or more roles, the best first."""

    name: str
    roles: tuple[tuple[str, ...], ...]
    purpose: str


RIGHTS = (
    Right("customers", (("Customer",),), "find, create and change customers"),
    Right("transactions", (("Reporting",),), "read sales, returns and the closing report"),
    Right("products", (("Reporting",), ("Inventory",)), "name what is sold"),
    Right("inventory", (("Inventory",),), "read what is in stock"),
    Right("discounts", (("Inventory", "Reporting"),), "tell which reward is which discount"),
    Right("orders", (("PreOrder",),), "read and send online orders"),
    Right("rooms", (("Room",),), "tell the rooms of the stock apart"),
    Right("staff", (("Employee",),), "name the staff on sales"),
)


def probes(now: datetime) -> dict[str, tuple[str, dict[str, Any]]]:
    """For each role a call that it alone lets through, about nothing."""
    return {
        "Customer": ("/customer/referral-sources", {}),
        "Reporting": ("/reporting/register-adjustments", calls.between(calls.CHANGED, now - timedelta(minutes=1), now)),
        "Inventory": (calls.PRODUCTS, {calls.CHANGED[0]: calls.iso(now)}),
        "PreOrder": ("/preorder/Status", {"PreOrderId": 0}),
        "Room": ("/room/rooms", {}),
        "Employee": (calls.EMPLOYEES, {}),
    }


def permissions(held: Collection[str]) -> list[Permission]:
    """Every right, granted or with what to ask Dutchie's support for."""
    return [_permission(right, held) for right in RIGHTS]


def _permission(right: Right, held: Collection[str]) -> Permission:
    if any(set(needed) <= set(held) for needed in right.roles):
        return Permission(name=right.name, granted=True)
    missing = [role for role in right.roles[0] if role not in held]
    roles = f"the role {missing[0]}" if len(missing) == 1 else f"the roles {' and '.join(missing)}"
    hint = f"Ask Dutchie's support to permit {right.name} on this key ({roles}); it is needed to {right.purpose}."
    return Permission(name=right.name, granted=False, hint=hint)
