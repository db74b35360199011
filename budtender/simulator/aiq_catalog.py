"""AIQ's reference lists: stores, discounts, the programme, audiences, and its own interface description."""

from __future__ import annotations

import random
import re
from typing import Any

import msgspec

from budtender.simulator import ingestion
from budtender.simulator.aiq import Aiq, checked, success
from budtender.simulator.exchange import Answer, Call, Operation, as_json, wire_number
from budtender.simulator.rewards import DAY

PLATFORM = "leaflogix"
_GOODS = (("Sunset Haze 3.5g", "Acme"), ("Ginger Chews 100mg", "Cloud Pantry"), ("Quiet Balm", "Fernway"))
_AUDIENCES = (("Regulars", 240), ("Lapsed 90 days", 310), ("Edibles", 125), ("Birthday this month", 41))


def stores(far: Aiq, _: Call) -> Answer:
    """Lists all stores, each with the till's name for it."""
    rows = [
        {
            "id": store.id,
            "name": store.name,
            "nickname": store.nickname,
            "userID": far.world.uid,
            "phone": f"3035550{180 + place}",
            "onlineShopURL": "",
            "reviewLinks": {},
            "addr": {
                "street": store.street,
                "city": store.city,
                "state": far.world.state,
                "zipCode": store.zip_code,
                "country": "US",
            },
            "sourceMapping": {PLATFORM: store.location},
        }
        for place, store in enumerate(far.world.stores)
    ]
    return success({"stores": rows})


def discounts(far: Aiq, _: Call) -> Answer:
    """Lists the account's discounts."""
    rows = [
        {
            "id": reward.id,
            "name": reward.name,
            "pageTitle": reward.title,
            "dollarValue": wire_number(reward.dollars),
            "percentageValue": wire_number(reward.percent),
            "pointsDeduction": wire_number(reward.points),
            "tierDiscount": reward.tier,
        }
        for reward in far.world.rewards.values()
    ]
    return success(rows or None)


def groups(far: Aiq, _: Call) -> Answer:
    """Lists the discount groups."""
    return success([{"id": "1", "name": "Loyalty", "discounts": list(far.world.rewards)}])


def program(far: Aiq, _: Call) -> Answer:
    """Shows the programme: one point a dollar, three tiers."""
    tiers = [
        {"points": threshold, "discount": percent, "max": 50}
        for threshold, percent in ((250, 5), (1000, 10), (2500, 15))
    ]
    shown = {"id": "1", "name": "Simulated rewards", "userID": far.world.uid, "accrual": 1, "expiration": 365}
    return success(shown | {"tiers": tiers})


def audiences(_: Aiq, call: Call) -> Answer:
    """Lists audiences; null past the end."""
    start, limit = call.number("start", 0), call.number("limit", 100)
    checked(start >= 0 and limit >= 0, "start and limit must not be negative")
    rows = [
        {"id": str(700 + place), "name": name, "audienceSize": size, "traits": None}
        for place, (name, size) in enumerate(_AUDIENCES)
    ]
    return success(rows[start : start + limit] or None)


def orders(far: Aiq, call: Call) -> Answer:
    """Lists a persona's purchases as flat line items, newest first; null when there are none."""
    persona = far.persona(call.params["contactID"], at=far.world.seen_at)
    start, limit = call.number("start", 0), call.number("limit", 100)
    checked(start >= 0 and limit >= 0, "start and limit must not be negative")
    rng = random.Random(persona.contact_id)
    rows: list[dict[str, Any]] = ingestion.lines_of(far.world, persona)
    for _ in range(rng.randrange(0, 4)):
        name, brand = rng.choice(_GOODS)
        rows.append(
            {
                "name": name,
                "brand": brand,
                "quantity": rng.randrange(1, 4),
                "totalPrice": rng.randrange(800, 6000) / 100,
                "timestamp": far.world.started - rng.randrange(1, 300) * DAY,
                "storeName": rng.choice(far.world.stores).name,
            }
        )
    rows.sort(key=lambda line: -line["timestamp"])
    return success(rows[start : start + limit] or None)


def recommendations(far: Aiq, call: Call) -> Answer:
    """Lists products a persona may like."""
    far.persona(call.params["contactID"], at=far.world.seen_at)
    return success([{"name": name, "brand": brand} for name, brand in _GOODS])


def passes(far: Aiq, call: Call) -> Answer:
    """Shows the links of the wallet passes; one of them may be missing."""
    persona = far.persona(call.params["contactID"], at=far.world.seen_at)
    return success({"apple": f"{far.url}/passes/{persona.contact_id}.pkpass"})


def description(far: Aiq, _: Call) -> Answer:
    """Shows this far side's own interface description, made from its route table."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in far.operations:
        template = operation.path
        entry: dict[str, Any] = {
            "summary": operation.summary,
            "parameters": [
                {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
                for name in re.findall(r"{(\w+)}", template)
            ],
            "responses": {"200": {"description": "Done"}},
        }
        if operation.body is not None:
            entry["requestBody"] = {"required": True, "content": {"application/json": {"schema": {}}}}
            schema, _parts = msgspec.json.schema_components([operation.body])
            entry["requestBody"]["content"]["application/json"]["schema"] = _resolved(schema[0], _parts)
        paths.setdefault(template, {})[operation.method.lower()] = entry
    info = {"title": "Simulated AIQ", "version": "1"}
    return as_json({"openapi": "3.1.0", "info": info, "paths": paths})


def _resolved(schema: Any, parts: dict[str, Any]) -> Any:
    """Returns a schema with its references written out."""
    if isinstance(schema, dict):
        if "$ref" in schema:
            return _resolved(parts[schema["$ref"].rpartition("/")[2]], parts)
        return {key: _resolved(value, parts) for key, value in schema.items() if key != "discriminator"}
    if isinstance(schema, list):
        return [_resolved(value, parts) for value in schema]
    return schema


OPERATIONS = (
    Operation("GET", "/api/v1.1/stores/{uid}", stores, "Stores"),
    Operation("GET", "/api/v2/discount/groups", groups, "Discount groups"),
    Operation("GET", "/api/v2/discount/{uid}", discounts, "Discounts"),
    Operation("GET", "/api/v2/loyalty/default/{uid}", program, "The loyalty program"),
    Operation("GET", "/api/v1.1/audiences/{uid}", audiences, "Audiences"),
    Operation("GET", "/api/v1.1/contact/orders/{uid}/{contactID}", orders, "Purchases of one persona"),
    Operation("GET", "/api/v2/contact/recommendations/{contactID}", recommendations, "Recommendations"),
    Operation("GET", "/api/v2/walletPassDownloadLinks/{contactID}", passes, "Wallet passes"),
    Operation("GET", "/api/v1/swagger", description, "This description"),
)
