"""A made-up till of one's own, on the shared world: a REST interface as its owner's programmer might write it.

It is the one that the worked example in resources/custom describes: a key in a header, ranges of time with the first
moment included and the last not, pages with their counts, dollars, and refunds as rows of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec

from budtender.simulator import upkeep
from budtender.simulator.exchange import Answer, Call, Operation, Refusal, as_json
from budtender.simulator.goods import GRAM
from budtender.simulator.records import Customer, digits
from budtender.simulator.sales import RETAIL, Line, Sale
from budtender.simulator.world import Store, World

PREFIX = "/custom/api"
MOST_ROWS = 200


class OwnTill:
    """The till's system as its callers see it; `keys` are accepted, each with the store it is bound to."""

    def __init__(self, world: World, keys: Mapping[str, Store], operations: tuple[Operation, ...]) -> None:
        self.world = world
        self.keys = dict(keys)
        self.operations = operations
        self._undated: list[int] | None = None

    def answer(self, operation: Operation, call: Call) -> Answer:
        """Checks the key, then does the work within one moment of the world."""
        if call.headers.get("x-api-key", "") not in self.keys:
            return self.failed(401, "unknown key")
        with self.world.moment():
            try:
                return operation.handler(self, call)
            except Refusal as refusal:
                return self.failed(refusal.status, refusal.message)

    def store_of(self, call: Call) -> Store:
        """Returns the store that the caller's key is bound to."""
        return self.keys[call.headers["x-api-key"]]

    def undated(self) -> list[Customer]:
        """Returns the customers whose records have no time of change; nobody loses one who has got one."""
        if self._undated is None:
            self._undated = [known.customer_id for known in self.world.customers if known.last_modified is None]
        still = [self.world.customers.get(known) for known in self._undated]
        return [known for known in still if known is not None and known.last_modified is None]

    def unknown(self, call: Call) -> Answer:
        """Answers a wrong route."""
        return self.failed(404 if call.method in ("GET", "HEAD") else 405, "no such route")

    def failed(self, status: int, message: str) -> Answer:
        """Returns an error."""
        return as_json({"error": message}, status)


def keys_of(world: World) -> dict[str, str]:
    """Returns the keys by store name."""
    return {store.name: f"sim-custom-{world.seed}-{store.id}-not-a-real-key" for store in world.stores}


def _page(call: Call, name: str, found: list[Any]) -> Answer:
    size = min(max(1, call.number("per_page", 50)), MOST_ROWS)
    number = call.number("page", 1)
    if number < 1:
        raise Refusal(400, "page begins at 1")
    rows = found[(number - 1) * size : number * size]
    return as_json({name: rows, "total": len(found), "total_pages": max(1, -(-len(found) // size)), "page": number})


def _range(call: Call) -> tuple[float, float]:
    return _moment(call, "updated_from", 0.0), _moment(call, "updated_to", 1e11)


def _moment(call: Call, name: str, default: float) -> float:
    text = call.query.get(name)
    if not text:
        return default
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise Refusal(400, f"{name} is no time") from error
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


# ── shoppers ──────────────────────────────────────────────────────────────────────────────────────────────


class Written(msgspec.Struct):
    """What a caller may write of a shopper."""

    first_name: str | None = None
    last_name: str | None = None
    mobile: str | None = None
    email: str | None = None
    birth_date: str | None = None


class Envelope(msgspec.Struct):
    """The wrapping of what is written."""

    shopper: Written


def shoppers(far: OwnTill, call: Call) -> Answer:
    """Lists shoppers by the time of their last change, or those with a phone; those without a time come always."""
    phone = call.query.get("phone", "")
    low, high = _range(call)
    if phone:
        found = far.world.customers.find(phone=phone)
    elif low > 0.0:
        found = [known for known in far.world.customers.modified(low, high) if _changed(known) < high]
        found += far.undated()
    else:
        found = [known for known in far.world.customers if known.last_modified is None or _changed(known) < high]
    kept = sorted((known for known in found if not known.is_anonymous), key=lambda known: known.customer_id)
    return _page(call, "shoppers", [_shopper(known) for known in kept])


def _changed(known: Customer) -> float:
    return datetime.fromisoformat(f"{(known.last_modified or '1970-01-01')[:26]}+00:00").timestamp()


def shopper(far: OwnTill, call: Call) -> Answer:
    """Returns one shopper."""
    return as_json({"shopper": _shopper(_one(far, call))})


def _one(far: OwnTill, call: Call) -> Customer:
    number = call.params["id"]
    found = far.world.customers.get(int(number)) if number.isdigit() else None
    if found is None or found.is_anonymous:
        raise Refusal(404, "no such shopper")
    return found


def create(far: OwnTill, call: Call) -> Answer:
    """Creates a shopper."""
    given = call.decode(Envelope).shopper
    if not (given.first_name and given.mobile):
        raise Refusal(422, "first_name and mobile are needed")
    store = far.store_of(call)
    made = upkeep.add(far.world, store.id, given.first_name, given.last_name or "", given.mobile, **_more(given))
    far.world.record("customer_create", None, source="custom", note=str(made.customer_id), phone=digits(made.phone))
    return as_json({"shopper": _shopper(made)}, 201)


def change(far: OwnTill, call: Call) -> Answer:
    """Changes the fields that are given."""
    known = _one(far, call)
    given = call.decode(Envelope).shopper
    fields = _more(given)
    for name, value in (("first_name", given.first_name), ("last_name", given.last_name), ("phone", given.mobile)):
        if value is not None:
            fields[name] = value
    made = upkeep.edit(far.world, known.customer_id, **fields)
    far.world.record("customer_update", None, source="custom", note=str(made.customer_id), phone=digits(made.phone))
    return as_json({"shopper": _shopper(made)})


def _more(given: Written) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    if given.email is not None:
        fields["email_address"] = given.email
    if given.birth_date is not None:
        fields["date_of_birth"] = f"{given.birth_date}T00:00:00"
    return fields


def _shopper(known: Customer) -> dict[str, Any]:
    return {
        "id": known.customer_id,
        "mobile": known.cell_phone,
        "phone": known.phone,
        "first_name": known.first_name,
        "last_name": known.last_name,
        "email": known.email_address,
        "birth_date": (known.date_of_birth or "")[:10] or None,
        "address": {"street": known.address1, "city": known.city, "state": known.state, "zip": known.postal_code},
        "type": known.customer_type,
        "loyalty_member": known.is_loyalty_member,
        "points": known.customer_id % 500,
        "agreed_to_marketing": known.opted_into_marketing,
        "deleted": known.status == upkeep.ARCHIVED,
        "merged_into": known.merged_into_customer_id,
        "groups": known.discount_groups or [],
        "created_at": _time(known.creation_date),
        "updated_at": _time(known.last_modified),
    }


def _time(till_time: str | None) -> str | None:
    return None if till_time is None else f"{till_time[:23]}Z"


# ── transactions and stock ────────────────────────────────────────────────────────────────────────────────


def transactions(far: OwnTill, call: Call) -> Answer:
    """Lists the store's sales and refunds by the time of their last change."""
    low, high = _range(call)
    store_id = far.store_of(call).id
    found = [
        sale
        for sale in far.world.shop.sales.modified(low, min(high, far.world.now + 1))
        if sale.store_id == store_id and sale.kind == RETAIL and sale.modified_at < high
    ]
    return _page(call, "transactions", [_transaction(far, sale) for sale in sorted(found, key=lambda sale: sale.id)])


def _transaction(far: OwnTill, sale: Sale) -> dict[str, Any]:
    guest = sale.customer_id in far.world.shop.guests.values()
    status = "voided" if sale.void_at is not None else "refunded" if sale.return_of else "completed"
    return {
        "id": sale.id,
        "sold_at": _iso(sale.sold_at),
        "updated_at": _iso(sale.modified_at),
        "shopper_id": None if guest else sale.customer_id,
        "employee_id": sale.employee_id,
        "status": status,
        "refund_of": sale.return_of or None,
        # This till writes a refund's amounts as they were sold; its status says what they are.
        "total": _dollars(abs(sale.net_cents + sale.tax_cents)),
        "tax": _dollars(abs(sale.tax_cents)),
        "discount": _dollars(abs(sale.discount_cents)),
        "lines": [_line(far, line) for line in sale.lines if not line.coupon],
    }


def _line(far: OwnTill, line: Line) -> dict[str, Any]:
    product = far.world.shop.goods.products[line.product_id]
    return {
        "id": line.id,
        "sku": product.sku,
        "product_id": product.id,
        "name": product.name,
        "quantity": float(abs(line.quantity)),
        "unit_price": _dollars(line.unit_cents),
        "discount": _dollars(abs(line.discount_cents)),
        "tax": _dollars(abs(line.tax_cents)),
        "total": _dollars(abs(line.total_cents - line.discount_cents)),
        "unit_cost": _dollars(product.cost_cents),
        "category": product.category,
        "brand": product.brand,
        "strain": product.strain or None,
        "species": product.species or None,
        "size": product.size or None,
    }


def inventory(far: OwnTill, call: Call) -> Answer:
    """Lists what lies at the store."""
    goods = far.world.shop.goods
    rows = []
    for lot in sorted(goods.stock(far.store_of(call).id), key=lambda lot: lot.id):
        product = goods.products[lot.product_id]
        rows.append(
            {
                "lot_id": lot.id,
                "product_id": product.id,
                "quantity": float(lot.quantity),
                "unit": "g" if product.unit == GRAM else "each",
                "sku": product.sku,
                "name": product.name,
                "category": product.category,
                "brand": product.brand,
                "strain": product.strain or None,
                "species": product.species or None,
                "size": product.size or None,
                "price": _dollars(product.price_cents),
                "unit_cost": _dollars(product.cost_cents),
                "thc": None if product.thc is None else float(product.thc),
                "cbd": None if product.cbd is None else float(product.cbd),
                "active": product.active,
                "updated_at": _iso(max(lot.modified_at, product.modified_at)),
            }
        )
    return _page(call, "inventory", rows)


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")


def _dollars(cents: int) -> float:
    return float(Decimal(cents) / 100)


OPERATIONS = (
    Operation("GET", f"{PREFIX}/shoppers", shoppers, "Shoppers"),
    Operation("POST", f"{PREFIX}/shoppers", create, "Create a shopper", Envelope),
    Operation("GET", f"{PREFIX}/shoppers/{{id}}", shopper, "One shopper"),
    Operation("PATCH", f"{PREFIX}/shoppers/{{id}}", change, "Change a shopper", Envelope),
    Operation("GET", f"{PREFIX}/transactions", transactions, "Sales"),
    Operation("GET", f"{PREFIX}/inventory", inventory, "Stock"),
)
