"""Dutchie's sales: transactions by window or by number, and the closing report of a stretch of time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from budtender.simulator.dutchie import Dutchie
from budtender.simulator.dutchie_customers import moment_in
from budtender.simulator.dutchie_habits import MIXED, POSITIVE
from budtender.simulator.exchange import Answer, Call, Operation, Refusal, as_json
from budtender.simulator.goods import GRAM
from budtender.simulator.history import HAPPY_HOUR
from budtender.simulator.records import till_time
from budtender.simulator.rewards import DAY
from budtender.simulator.sales import RETAIL, Line, Sale
from budtender.simulator.totals import DayTotals, cost_of

#: The widest window by date of sale that clients in use were allowed: 1,440 hours.
WIDEST = 60 * DAY
TAX_NAME, TAX_RATE = "State excise", 0.15
_SHORTEST_REPORT, _LONGEST_REPORT = DAY / 2, 31 * DAY
_UNITS = {GRAM: 1}
_EACH_UNIT = 2


def transactions(far: Dutchie, call: Call) -> Answer:
    """Lists documents by exactly one of number, dates of sale and dates of change."""
    found = [_transaction(far, call, sale) for sale in _asked_for(far, call)]
    return as_json(found)


def _asked_for(far: Dutchie, call: Call) -> Iterable[Sale]:
    changed = [moment_in(call, name) for name in ("fromlastmodifieddateutc", "tolastmodifieddateutc")]
    sold = [moment_in(call, name) for name in ("fromdateutc", "todateutc")]
    ways = ["transactionid" in call.query, any(changed), any(sold)]
    if sum(ways) != 1:
        raise _invalid("TransactionId", "Exactly one of transactionId, transaction dates, modified dates is needed.")
    store_id, shop = far.store_of(call).id, far.world.shop
    if ways[0]:
        sale = shop.sales.find(call.number("transactionid", 0))
        return [sale] if sale is not None and sale.store_id == store_id else []
    low, high = changed if ways[1] else sold
    if low is None or high is None or low > high:
        raise _invalid("ToDateUTC", "Both ends of a range are needed, the earlier one first.")
    if ways[2] and high - low > WIDEST:
        raise _invalid("ToDateUTC", "The date range must not be longer than 1440 hours.")
    seen = far.world.now - far.habits.delay
    within = shop.sales.modified(low, min(high, seen)) if ways[1] else shop.sales.sold(low, high)
    return (sale for sale in within if sale.store_id == store_id and sale.modified_at <= seen)


def _invalid(name: str, message: str) -> Refusal:
    return Refusal(400, message, {name: message}, form="rules")


def _transaction(far: Dutchie, call: Call, sale: Sale) -> dict[str, Any]:
    sign = -1 if sale.return_of and far.habits.returns == POSITIVE else 1
    store = far.store_of(call)
    employee = next((one.name for one in far.world.shop.employees if one.id == sale.employee_id), None)
    return {
        **dict.fromkeys(_UNUSED),
        "transactionId": sale.id,
        "customerId": sale.customer_id,
        "employeeId": sale.employee_id,
        "transactionDate": till_time(sale.sold_at),
        "transactionDateLocalTime": _local(far, sale.sold_at),
        "lastModifiedDateUTC": till_time(sale.modified_at),
        "voidDate": None if sale.void_at is None else till_time(sale.void_at),
        "isVoid": sale.void_at is not None,
        "isReturn": bool(sale.return_of),
        "returnOnTransactionId": sale.return_of or None,
        "totalItems": len(sale.lines),
        "terminalName": f"{store.nickname} {sale.register}",
        "transactionType": sale.kind,
        "orderType": "Instore",
        "wasPreOrdered": False,
        "customerTypeId": 2 if sale.medical else 1,
        "isMedical": sale.medical,
        "completedByUser": employee,
        "responsibleForSaleUserId": sale.employee_id,
        "referenceId": sale.reference or None,
        **_amounts(sale, sign),
        **_parts(far, call, sale, sign),
    }


def _amounts(sale: Sale, sign: int) -> dict[str, Any]:
    """Returns what a document comes to and how it was paid."""
    net, tax, off = (sign * cents for cents in (sale.net_cents, sale.tax_cents, sale.discount_cents))
    total = _dollars(net + tax)
    in_cash = sale.payment == "cash"
    return {
        "subtotal": _dollars(net + off),
        "totalDiscount": _dollars(off),
        "totalBeforeTax": _dollars(net),
        "tax": _dollars(tax),
        "total": total,
        "paid": total,
        "changeDue": 0.0,
        "totalCredit": 0.0,
        "isTaxInclusive": False,
        "loyaltyEarned": None if not sale.loyalty_cents else 0.0,
        "loyaltySpent": _dollars(sign * sale.loyalty_cents),
        "cashPaid": total if in_cash else None,
        "debitPaid": None if in_cash else total,
    }


def _parts(far: Dutchie, call: Call, sale: Sale, sign: int) -> dict[str, Any]:
    """Returns the lists within a document, most of which come only when they are asked for."""
    taxes = [{"rateName": TAX_NAME, "amount": _dollars(sign * sale.tax_cents)}]
    return {
        "items": [_item(far, call, sale, line) for line in sale.lines] if call.flag("includedetail") else None,
        "discounts": [_applied(far, line, sign) for line in sale.lines if line.discount_cents] or None,
        "feesAndDonations": [] if call.flag("includefeesanddonations") else None,
        "taxSummary": taxes if call.flag("includetaxes") else None,
        "orderIds": [] if call.flag("includeorderids") else None,
    }


#: What no sale of this till has: other ways of paying, tips, deliveries, invoices, corrections.
_UNUSED = (
    "adjustmentForTransactionId",
    "authCode",
    "checkInDate",
    "checkPaid",
    "creditPaid",
    "electronicPaid",
    "electronicPaymentMethod",
    "estDeliveryDateLocal",
    "estTimeArrivalLocal",
    "giftPaid",
    "integratedPaid",
    "integratedPayments",
    "invoiceName",
    "invoiceNumber",
    "manualPaid",
    "manualPayments",
    "mmapPaid",
    "nonRevenueFeesAndDonations",
    "orderMethod",
    "orderSource",
    "prePaymentAmount",
    "revenueFeesAndDonations",
    "tipAmount",
)


def _item(far: Dutchie, call: Call, sale: Sale, line: Line) -> dict[str, Any]:
    habits = far.habits
    back = bool(sale.return_of)
    sign = -1 if back and habits.returns == POSITIVE else 1
    quantity = abs(line.quantity) if back and habits.returns in (POSITIVE, MIXED) else line.quantity
    product = far.world.shop.goods.products[line.product_id]
    package = far.world.shop.goods.packages.get(line.package_id)
    price = line.total_cents - line.discount_cents + (line.tax_cents if habits.taxed_prices else 0)
    returned = far.world.shop.sales.find(line.returned_by) if line.returned_by else None
    taxes = [{"rateName": TAX_NAME, "rate": TAX_RATE, "amount": _dollars(sign * line.tax_cents), **_of(line)}]
    return {
        "transactionId": sale.id,
        "productId": line.product_id,
        "totalPrice": _dollars(sign * price),
        "quantity": float(quantity),
        "unitPrice": _dollars(line.unit_cents),
        "unitCost": _dollars(product.cost_cents),
        "packageId": package.label if package else None,
        "sourcePackageId": None,
        "totalDiscount": _dollars(sign * line.discount_cents),
        "inventoryId": line.package_id,
        "unitId": _UNITS.get(product.unit, _EACH_UNIT),
        "unitWeight": float(product.grams),
        "unitWeightUnit": "g",
        "flowerEquivalent": None,
        "flowerEquivalentUnit": "g",
        "discounts": [_applied(far, line, sign)] if line.discount_cents else None,
        "taxes": taxes if call.flag("includetaxes") else None,
        "returnDate": till_time(returned.sold_at) if returned else None,
        "isReturned": returned is not None,
        "returnedByTransactionId": line.returned_by or None,
        "returnReason": "Customer request" if returned else None,
        "batchName": package.batch if package else None,
        "transactionItemId": line.id,
        "vendor": product.vendor or None,
        "isCoupon": line.coupon,
    }


def _of(line: Line) -> dict[str, int]:
    return {"transactionItemId": line.id}


def _applied(far: Dutchie, line: Line, sign: int) -> dict[str, Any]:
    rewards = list(far.world.rewards.values())
    place = line.discount_id - 70_001
    name = "Happy hour" if line.discount_id == HAPPY_HOUR else "Discount"
    return {
        "discountId": line.discount_id,
        "discountName": rewards[place].name if 0 <= place < len(rewards) else name,
        "discountReason": None,
        "amount": _dollars(sign * line.discount_cents),
        **_of(line),
    }


def closing_report(far: Dutchie, call: Call) -> Answer:
    """Adds up a stretch of time at the key's location; a wrong stretch is 400 with a bare text."""
    low, high = moment_in(call, "fromdateutc"), moment_in(call, "todateutc")
    if low is None or high is None:
        raise Refusal(400, "fromDateUTC and toDateUTC are required.", form="text")
    if not _SHORTEST_REPORT < high - low <= _LONGEST_REPORT:
        raise Refusal(400, "The range must be longer than 12 hours and at most 31 days.", form="text")
    sales = list(_counted(far, call, low, high))
    day = DayTotals()
    for sale in sales:
        day.add(sale)
    report = _base_report(far, day, [sale for sale in sales if sale.void_at is None])
    return as_json(report if far.habits.plain_report else report | _tips())


def _counted(far: Dutchie, call: Call, low: float, high: float) -> Iterator[Sale]:
    store_id = far.store_of(call).id
    for sale in far.world.shop.sales.sold(low, high):
        if sale.store_id == store_id and sale.kind == RETAIL and sale.sold_at < high:
            yield sale


#: What no store of this world has, and the summaries that the report leaves out.
_NOTHING = (
    "coupons",
    "startingBalance",
    "deposits",
    "adjustments",
    "revenueFeesDonations",
    "nonRevenueFeesDonations",
    "rounding",
    "overShort",
)
_LEFT_OUT = ("categorySummary", "customerTypeSummary", "orderTypeSummary", "orderSourceSummary")


def _base_report(far: Dutchie, day: DayTotals, sales: list[Sale]) -> dict[str, Any]:
    discount = day.discount_cents - day.loyalty_cents
    total = day.net_cents + day.tax_cents
    goods = far.world.shop.goods
    cannabis = sum(
        line.total_cents - line.discount_cents
        for sale in sales
        for line in sale.lines
        if goods.products[line.product_id].cannabis
    )
    paid: Counter[str] = Counter()
    for sale in sales:
        paid[sale.payment.title()] += sale.net_cents + sale.tax_cents
    return {
        **dict.fromkeys(_NOTHING, 0.0),
        **dict.fromkeys(_LEFT_OUT),
        "grossSales": _dollars(day.gross_cents),
        "discount": _dollars(discount),
        "loyalty": _dollars(day.loyalty_cents),
        "totalTax": _dollars(day.tax_cents),
        "cost": _dollars(cost_of(sales, goods)),
        "itemTotal": _dollars(day.gross_cents),
        "transactionCount": day.sales,
        "itemCount": day.lines,
        "customerCount": len({sale.customer_id for sale in sales}),
        "newCustomerCount": 0,
        "voidCount": day.voids,
        "voidTotal": _dollars(day.void_cents),
        "returnTotal": _dollars(day.return_cents),
        "endingBalance": _dollars(total),
        "totalPayments": _dollars(total),
        "invoiceTotal": _dollars(total),
        "cannabisSales": _dollars(cannabis),
        "nonCannabisSales": _dollars(day.net_cents - cannabis),
        "netSales": _dollars(day.net_cents),
        "totalIncome": _dollars(total),
        "averageCartNetSales": round(day.net_cents / 100 / day.sales, 2) if day.sales else None,
        "paymentSummary": [{"paymentType": name, "totalPaid": _dollars(cents)} for name, cents in paid.items()],
        "taxSummary": [{"taxRate": TAX_NAME, "totalTax": _dollars(day.tax_cents)}],
    }


def _tips() -> dict[str, Any]:
    """Returns what the newer form of the report adds."""
    return {
        "totalTips": None,
        "payByBankTips": 0.0,
        "payByBankTransactionFees": 0.0,
        "payByBankBatchFile": None,
        "feesDonations": None,
        "dutchiePayTips": None,
        "dutchiePayTotalAdjustmentAmount": None,
        "dutchiePayBatchFileSums": None,
    }


def loyalty(far: Dutchie, _: Call) -> Answer:
    """Lists the till's own points, which have nothing to do with AIQ's; only members have any."""
    found = [
        {"customerId": known.customer_id, "loyaltyBalance": points, "loyaltySpent": 0.0, "loyaltyEarned": points}
        for known in far.world.customers
        if known.is_loyalty_member and (points := known.customer_id % 4000 / 20)
    ]
    return as_json(found)


def _dollars(cents: int) -> float:
    return float(Decimal(cents) / 100)


def _local(far: Dutchie, seconds: float) -> str:
    return datetime.fromtimestamp(seconds, far.world.shop.zone).replace(tzinfo=None).isoformat()


OPERATIONS = (
    Operation("GET", "/reporting/transactions", transactions, "Sales, returns, voids", role="Reporting"),
    Operation("GET", "/reporting/closing-report", closing_report, "Closing report", role="Reporting"),
    Operation("GET", "/reporting/loyalty-snapshot", loyalty, "The till's own points", role="Reporting"),
)
