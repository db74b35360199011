"""Dutchie's discounts: the twins of AIQ's rewards, and some that have nothing to do with AIQ."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import msgspec

from budtender.simulator.dutchie import Dutchie
from budtender.simulator.exchange import Answer, Call, Operation, as_json
from budtender.simulator.records import till_time
from budtender.simulator.rewards import Reward

BY_AIQ = "By Alpine IQ"
#: The discount groups of the till, which customers name and discounts number.
GROUPS = {1: "Veterans", 2: "Seniors", 3: "Staff", 4: "Industry"}
_METHODS = {"Automatic": 1, "Manual": 2, "Code": 3, BY_AIQ: 6}
_CALCULATIONS = {"Amount off": 1, "Percent off": 2, "Price to amount": 3}
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_LISTS = ("products", "productCategories", "brands", "vendors", "strains", "tiers", "tags", "inventoryTags")


class TillDiscount(msgspec.Struct, frozen=True):
    """One discount of the till; `value` is a fraction for "Percent off", else dollars."""

    id: int
    name: str
    method: str
    calculation: str
    value: Decimal
    external_id: str | None = None
    ends_at: float | None = None
    active: bool = True
    deleted: bool = False
    groups: tuple[int, ...] = ()


def till_discounts(far: Dutchie) -> Iterator[TillDiscount]:
    """Yields a twin for each reward of AIQ, then discounts without a twin."""
    for place, reward in enumerate(far.world.rewards.values()):
        yield _twin(70_001 + place, reward, far.world.started)
    yield TillDiscount(70_101, "Happy hour", "Automatic", "Percent off", Decimal("0.1"))
    yield TillDiscount(70_102, "Staff", "Manual", "Percent off", Decimal("0.3"), groups=(3,))
    yield TillDiscount(70_107, "Thank you", "Automatic", "Percent off", Decimal("0.05"), groups=(1, 2))
    yield TillDiscount(70_103, "Flyer", "Code", "Amount off", Decimal(5))
    yield TillDiscount(70_104, "Forgotten loyalty deal", BY_AIQ, "Amount off", Decimal(7))
    yield TillDiscount(70_105, "Last year's deal", BY_AIQ, "Amount off", Decimal(9), "58199", active=False)
    yield TillDiscount(70_106, "Deleted deal", "Manual", "Amount off", Decimal(2), active=False, deleted=True)


def _twin(number: int, reward: Reward, started: int) -> TillDiscount:
    if reward.dollars:
        calculation, value = "Amount off", reward.dollars
    elif reward.percent:
        calculation, value = "Percent off", reward.percent / 100
    else:
        calculation, value = "Price to amount", Decimal("0.01")
    ends_at = None if reward.expires_in is None else float(started + reward.expires_in)
    return TillDiscount(number, reward.name, BY_AIQ, calculation, value, reward.id, ends_at)


def discounts(far: Dutchie, call: Call) -> Answer:
    """Lists discounts with their logic; inactive ones on request."""
    inactive = call.flag("includeinactive")
    found = [known for known in till_discounts(far) if not known.deleted and (known.active or inactive)]
    return as_json([_logic(known, far) for known in found])


def reported(far: Dutchie, call: Call) -> Answer:
    """Lists discounts flat, for reporting; deleted ones on request."""
    deleted = call.flag("includedeleted")
    return as_json([_flat(known, far) for known in till_discounts(far) if deleted or not known.deleted])


def _logic(known: TillDiscount, far: Dutchie) -> dict[str, Any]:
    return {
        "id": known.id,
        "externalId": known.external_id,
        "validDateFrom": till_time(far.world.started - 86_400 * 200),
        "validDateTo": None if known.ends_at is None else till_time(known.ends_at),
        "maxRedemptions": None,
        "redemptionLimit": None,
        "firstTimeCustomerOnly": 0,
        "discountDescription": known.name,
        "discountCode": "FLYER" if known.method == "Code" else None,
        "applicationMethodId": _METHODS[known.method],
        "applicationMethod": known.method,
        "canStackAutomatically": False,
        "onlineName": known.name,
        "locationRestrictions": None,
        "restrictToGroupIds": list(known.groups) or None,
        "startTime": None,
        "endTime": None,
        **dict.fromkeys(_DAYS, True),
        "isActive": known.active,
        "isBundledDiscount": False,
        "constraints": None,
        "reward": _effect(known),
        "menuDisplay": {
            "menuDisplayDescription": None,
            "menuDisplayImageUrl": None,
            "menuDisplayName": known.name,
            "menuDisplayRank": 0,
        },
        "paymentRestrictions": {"payByBankSignupIncentive": False},
    }


def _effect(known: TillDiscount) -> dict[str, Any]:
    """Returns what a discount takes off; the vendor calls this its reward."""
    return {
        "discountRewardId": known.id + 10_000,
        "discountId": known.id,
        "calculationMethodId": _CALCULATIONS[known.calculation],
        "calculationMethod": known.calculation,
        "discountValue": float(known.value),
        "includeNonCannabis": False,
        "highestOrLowest": None,
        "thresholdTypeId": 1,
        "thresholdType": "None",
        "hasThreshold": False,
        "itemGroupTypeId": 5,
        "itemGroupType": "Cart",
        "thresholdMin": None,
        "thresholdMax": None,
        "applyToOnlyOneItem": False,
        "restrictions": None,
    }


def _flat(known: TillDiscount, far: Dutchie) -> dict[str, Any]:
    week = {f"appliesOn{day.capitalize()}": True for day in _DAYS}
    return {
        "isAvailableOnline": False,
        "applicationMethod": known.method,
        "externalId": known.external_id,
        "requireManagerApproval": known.method == "Manual",
        "isDeleted": known.deleted,
        "appliesToLocations": [{"locationName": store.name} for store in far.world.stores],
        "discountId": known.id,
        "discountName": known.name,
        "discountAmount": float(known.value),
        "discountCode": "FLYER" if known.method == "Code" else None,
        "discountType": known.calculation,
        "discountMethod": known.method,
        "isActive": known.active,
        "validFrom": till_time(far.world.started - 86_400 * 200),
        "validUntil": None if known.ends_at is None else till_time(known.ends_at),
        "thresholdType": None,
        "minimumItemsRequired": None,
        "maximumItemsAllowed": None,
        "maximumUsageCount": None,
        "includeNonCannabis": False,
        "firstTimeCustomerOnly": False,
        "stackOnOtherDiscounts": False,
        "weeklyRecurrenceInfo": {"startTime": None, "endTime": None, **week},
        **{name: {"ids": None, "isExclusion": False} for name in (*_LISTS, "customerTypes")},
        "discountGroups": [{"discountGroupId": number, "discountGroupName": GROUPS[number]} for number in known.groups]
        or None,
    }


OPERATIONS = (
    Operation("GET", "/discounts/v2/list", discounts, "Discounts with their logic", role="Inventory"),
    Operation("GET", "/reporting/discounts", reported, "Discounts for reporting", role="Reporting"),
)
