"""Dutchie's short lists as values: discounts, groups, staff, its own points, and the closing report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

import msgspec

from budtender.connectors import bulk
from budtender.connectors.bulk import Rows
from budtender.connectors.dutchie_records import wire_name
from budtender.connectors.dutchie_wire import SYSTEM, row
from budtender.connectors.rows import Row, read_each
from budtender.connectors.sentences import not_understood
from budtender.model import ClosingReport, DiscountGroup, Employee, PosDiscount, PosPoints

T = TypeVar("T")
#: Part of the application method of a discount that AIQ drives; the number that goes with it is not public.
_BY_AIQ = "alpine"
_PERCENT, _AMOUNT = "percent", ("amount", "dollar")
_HUNDRED = Decimal(100)


# ── discounts ─────────────────────────────────────────────────────────────────────────────────────────────


def read_discounts(modern: Sequence[object], reporting: Sequence[object]) -> tuple[list[PosDiscount], int]:
    """The two discount lists joined on their id, and how many rows could not be read.

    The modern list has the present state, the reporting list names, deletion and the typed id; either may lack a
    discount. `externalId` is taken as AIQ's id only on discounts that AIQ applies, as other systems use it too.
    """
    news, bad_news = read_each(modern, lambda value: _with_id(value, "id"))
    reports, bad_reports = read_each(reporting, lambda value: _with_id(value, "discountId"))
    joined: dict[str, list[Row]] = {}
    for discount_id, r in [*news, *reports]:
        joined.setdefault(discount_id, []).append(r)
    found, bad = read_each(joined.items(), _discount)
    return found, bad_news + bad_reports + bad


def _with_id(value: object, name: str) -> tuple[str, Row]:
    r = row(value, "discount")
    discount_id = r.ident(name)
    if discount_id is None:
        raise r.missing(name)
    return discount_id, r


def _discount(joined: tuple[str, list[Row]]) -> PosDiscount:
    discount_id, halves = joined
    methods = [(r.text("applicationMethod") or "").casefold() for r in halves]
    by_aiq = any(_BY_AIQ in method for method in methods)
    cents_off, percent_off = _worth(halves)
    return PosDiscount(
        id=discount_id,
        name=_first(halves, lambda r: r.text("discountName", "discountDescription", "onlineName")) or "",
        aiq_id=_first(halves, lambda r: r.ident("externalId")) if by_aiq else None,
        by_aiq=by_aiq,
        active=all(r.flag("isActive") is not False and not r.flag("isDeleted") for r in halves),
        valid_from=_first(halves, lambda r: r.instant("validDateFrom", "validFrom")),
        valid_until=_first(halves, lambda r: r.instant("validDateTo", "validUntil")),
        method=_first(halves, lambda r: r.text("applicationMethod")),
        cents_off=cents_off,
        percent_off=percent_off,
        automatic=any("automatic" in method for method in methods) if any(methods) else None,
        needs_code=any("code" in method for method in methods) if any(methods) else None,
        needs_approval=_first(halves, lambda r: r.loose.flag("requireManagerApproval")),
        stackable=_first(halves, lambda r: r.loose.flag("stackOnOtherDiscounts", "canStackAutomatically")),
        single_item=_first(_rewards(halves), lambda r: r.loose.flag("applyToOnlyOneItem")),
        location_ids=_ids(halves, "locationRestrictions"),
        group_ids=_ids(halves, "restrictToGroupIds") or tuple(group.id for group in _groups_of(halves)),
    )


def _rewards(halves: Sequence[Row]) -> list[Row]:
    """The part of a discount that says what it takes off, which the vendor calls its reward."""
    return [row(value, "reward") for r in halves if isinstance(value := r.value("reward"), dict)]


def _worth(halves: Sequence[Row]) -> tuple[int | None, Decimal | None]:
    """What it takes off, in cents or per cent; a fraction stands for per cent in the data of clients in use."""
    for r in _rewards(halves):
        words = (r.loose.text("calculationMethod") or "").casefold()
        value = r.loose.number("discountValue")
        if value is None:
            continue
        if _PERCENT in words:
            return None, value * _HUNDRED if abs(value) <= 1 else value
        if any(word in words for word in _AMOUNT) and "off" in words:
            return bulk.cents(value), None
    return None, None


def _ids(halves: Sequence[Row], name: str) -> tuple[str, ...]:
    """The ids in a list; none means all of them, so that one written as text must not be lost."""
    values = (value for r in halves for value in r.items(name) if not isinstance(value, bool))
    known = (bulk.ident(value) for value in values if isinstance(value, int | str))
    return tuple(dict.fromkeys(number for number in known if number))


def _groups_of(halves: Sequence[Row]) -> list[DiscountGroup]:
    values = [value for r in halves for value in r.items("discountGroups") if isinstance(value, dict)]
    return read_each(values, _group)[0]


def _group(value: object) -> DiscountGroup:
    r = row(value, "discount group")
    group_id = r.ident("discountGroupId")
    if group_id is None:
        raise r.missing("discountGroupId")
    return DiscountGroup(id=group_id, name=r.text("discountGroupName") or "")


def read_groups(reporting: Sequence[object]) -> tuple[list[DiscountGroup], int]:
    """The groups that discounts are kept for, each once; one that no discount names is known by name only, from the
    customers in it."""
    discounts, bad = read_each(reporting, lambda value: _with_id(value, "discountId"))
    found = {group.id: group for _, r in discounts for group in _groups_of([r])}
    return list(found.values()), bad


def _first(rows: Sequence[Row], read: Callable[[Row], T | None]) -> T | None:
    return next((value for r in rows if (value := read(r)) is not None), None)


# ── staff and points ──────────────────────────────────────────────────────────────────────────────────────


def read_employee(value: object) -> Employee:
    """A person of the whole organization, whatever location they belong to."""
    r = row(value, "employee")
    user_id = r.ident("userId")
    if user_id is None:
        raise r.missing("userId")
    status = (r.loose.text("status") or "").casefold()
    return Employee(
        id=user_id,
        name=r.text("fullName", "loginId") or "",
        role=r.loose.text("groups"),
        active=status in ("", "active"),
    )


class PointsRow(msgspec.Struct, rename=wire_name, gc=False):
    """A customer's standing in Dutchie's own program."""

    customer_id: int
    loyalty_balance: Decimal | None = None
    loyalty_earned: Decimal | None = None
    loyalty_spent: Decimal | None = None


POINTS = Rows(PointsRow, SYSTEM, "loyalty balance")


def points_of(line: PointsRow) -> PosPoints:
    """A balance with all its digits: points are decimals."""
    balance = bulk.amount(line.loyalty_balance)
    if balance is None:
        raise not_understood(SYSTEM, "a loyalty balance has no readable loyaltyBalance", key="loyaltyBalance")
    return PosPoints(
        customer_id=bulk.known(line.customer_id, SYSTEM, "loyalty balance", "customerId"),
        points=balance,
        earned=bulk.amount(line.loyalty_earned),
        spent=bulk.amount(line.loyalty_spent),
    )


# ── the closing report ────────────────────────────────────────────────────────────────────────────────────


def read_closing_report(body: object, start: datetime, end: datetime) -> ClosingReport:
    """What both forms of the report have in common; it keeps discounts, loyalty and coupons apart.

    Whether its count of items means lines or pieces is not public, so it is left out.
    """
    r = row(body, "closing report")
    return ClosingReport(
        start=start,
        end=end,
        sales=r.integer("transactionCount"),
        voids=r.integer("voidCount"),
        gross_cents=r.cents("grossSales"),
        discount_cents=r.cents("discount"),
        loyalty_cents=r.cents("loyalty"),
        coupon_cents=r.cents("coupons"),
        net_cents=r.cents("netSales"),
        tax_cents=r.cents("totalTax"),
        returns_cents=r.cents("returnTotal"),
        voids_cents=r.cents("voidTotal"),
    )
