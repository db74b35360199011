"""The control plane for what happens in the stores, under `/_simulator/shop/`: JSON both ways.

Money is in cents, quantities are text; customers, products, packages and sales go by the till's numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec
from starlette.requests import Request
from starlette.routing import Route

from budtender.simulator import upkeep
from budtender.simulator.books import booked
from budtender.simulator.control import PREFIX, endpoint_of
from budtender.simulator.records import Customer

if TYPE_CHECKING:
    from budtender.simulator.simulation import Simulation

_EDITABLE = frozenset(Customer.__struct_fields__) - {"customer_id", "last_modified", "creation_date"}
_SALE_EDITABLE = frozenset({"customer_id", "employee_id", "payment", "reference", "sold_at"})


def routes(simulation: Simulation) -> list[Route]:
    """Returns the routes by which things are made to happen in the stores."""
    control = _Control(simulation)
    table: tuple[tuple[str, str, Callable[[Request, dict[str, Any]], object]], ...] = (
        ("GET", "/totals", control.totals),
        ("GET", "/booked", control.booked),
        ("POST", "/sell", control.sell),
        ("POST", "/return", control.give_back),
        ("POST", "/void", control.void),
        ("POST", "/sale", control.edit_sale),
        ("POST", "/customer", control.edit_customer),
        ("POST", "/move-phone", control.move_phone),
        ("POST", "/merge", control.merge),
        ("POST", "/archive", control.archive),
        ("POST", "/group", control.group),
        ("POST", "/product", control.edit_product),
        ("POST", "/stock", control.stock),
        ("POST", "/life", control.life),
    )
    return [Route(f"{PREFIX}/shop{path}", endpoint_of(action), methods=[method]) for method, path, action in table]


class _Control:
    """Answers of the control plane; `body` is the JSON object of the request."""

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation
        self._shop = simulation.shop

    def totals(self, request: Request, _: dict[str, Any]) -> object:
        query = request.query_params
        first, last = (date.fromisoformat(query[name]) if name in query else None for name in ("from", "to"))
        return self._rows(self._shop.totals(first, last))

    def booked(self, _: Request, __: dict[str, Any]) -> object:
        return self._rows(booked(self._simulation.world))

    def _rows(self, found: dict[tuple[int, date], Any]) -> object:
        names = {store.id: store.name for store in self._simulation.world.stores}
        return [
            {"store": names.get(store_id, ""), "day": day, **msgspec.to_builtins(row)}
            for (store_id, day), row in found.items()
        ]

    def sell(self, _: Request, body: dict[str, Any]) -> object:
        cart = [(int(line["product"]), Decimal(str(line.get("quantity", 1)))) for line in body.get("cart", ())]
        return self._shop.sell(
            self._store(body),
            body.get("customer"),
            cart,
            discount_cents=int(body.get("discount_cents", 0)),
            discount_id=int(body.get("discount", 0)),
            by_points=bool(body.get("by_points", False)),
            at=body.get("at"),
        )

    def _store(self, body: dict[str, Any]) -> int:
        stores = self._simulation.world.stores
        wanted = body.get("store", stores[0].name)
        for store in stores:
            if wanted in (store.id, store.name):
                return store.id
        raise LookupError(f"no store is called {wanted}")

    def give_back(self, _: Request, body: dict[str, Any]) -> object:
        return self._shop.give_back(int(body["sale"]), body.get("lines"))

    def void(self, _: Request, body: dict[str, Any]) -> object:
        return self._shop.void(int(body["sale"]))

    def edit_sale(self, _: Request, body: dict[str, Any]) -> object:
        return self._shop.edit_sale(int(body["sale"]), **_only(body["set"], _SALE_EDITABLE))

    def edit_customer(self, _: Request, body: dict[str, Any]) -> object:
        if "customer" in body:
            return upkeep.edit(self._simulation.world, int(body["customer"]), **_only(body["set"], _EDITABLE))
        fields = _only(body["set"], _EDITABLE)
        names = fields.pop("first_name", ""), fields.pop("last_name", "")
        return upkeep.add(self._simulation.world, self._store(body), *names, fields.pop("phone", None), **fields)

    def move_phone(self, _: Request, body: dict[str, Any]) -> object:
        return {"phone": upkeep.move_phone(self._simulation.world, int(body["from"]), int(body["to"]))}

    def merge(self, _: Request, body: dict[str, Any]) -> object:
        return upkeep.merge(self._simulation.world, int(body["loser"]), int(body["survivor"]))

    def archive(self, _: Request, body: dict[str, Any]) -> object:
        return upkeep.archive(self._simulation.world, int(body["customer"]), bool(body.get("archived", True)))

    def group(self, _: Request, body: dict[str, Any]) -> object:
        member = bool(body.get("member", True))
        return upkeep.join_group(self._simulation.world, int(body["customer"]), str(body["group"]), member)

    def edit_product(self, _: Request, body: dict[str, Any]) -> object:
        fields = _only(body["set"], frozenset({"name", "price_cents", "medical_cents", "active", "online"}))
        return self._shop.edit_product(int(body["product"]), **fields)

    def stock(self, _: Request, body: dict[str, Any]) -> object:
        return self._shop.set_stock(int(body["package"]), Decimal(str(body["quantity"])))

    def life(self, _: Request, body: dict[str, Any]) -> object:
        life = self._simulation.life
        if "an_hour" in body:
            life.an_hour = float(body["an_hour"])
        if "happen" in body:
            life.happen(int(body["happen"]))
        return {"an_hour": life.an_hour, "events": life.events}


def _only(fields: dict[str, Any], allowed: frozenset[str]) -> dict[str, Any]:
    for name in fields:
        if name not in allowed:
            raise ValueError(f"{name} cannot be set; what can: {', '.join(sorted(allowed))}")
    return dict(fields)
