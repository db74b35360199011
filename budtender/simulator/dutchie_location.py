"""Dutchie's own location, and the small calls by which a caller finds out what its key may do."""

from __future__ import annotations

import uuid
from typing import Any

from budtender.simulator.dutchie import ANYBODY, Dutchie
from budtender.simulator.exchange import Answer, Call, Operation, Refusal, as_json
from budtender.simulator.records import till_time

COMPANY_ID = 4200
COMPANY = "Simulated Dispensaries"


def location_id(store_id: int) -> int:
    """Returns the till's number for a store, which is not AIQ's."""
    return 500 + store_id


def whoami(far: Dutchie, call: Call) -> Answer:
    """Tells which location the key is bound to, in either spelling of the keys."""
    store = far.store_of(call)
    if far.pascal_whoami:
        seen = {"LocationName": store.name, "LocationId": location_id(store.id)}
        return as_json(seen | {"CompanyName": COMPANY, "CompanyId": COMPANY_ID})
    return as_json(
        {
            "locationId": location_id(store.id),
            "lspId": COMPANY_ID,
            "locationName": store.name,
            "lspName": COMPANY,
            "address": store.street,
            "address2": None,
            "city": store.city,
            "state": far.world.state,
            "postalCode": store.zip_code,
            "licenseNumber": f"402R-{store.id:05}",
            "doingBusinessAs": store.nickname,
            "shareCustomerProfiles": far.habits.shares_profiles,
            "globalId": None,
            "locationGlobalId": str(uuid.uuid5(uuid.NAMESPACE_URL, store.location)),
            "lspGlobalId": str(uuid.uuid5(uuid.NAMESPACE_URL, COMPANY)),
            "region": "us-simulated",
            "regionId": None,
        }
    )


def health(_: Dutchie, __: Call) -> Answer:
    """Says that the service is up; no key is asked for."""
    return as_json({"result": True, "message": None, "data": None})


def nothing(_: Dutchie, __: Call) -> Answer:
    """Answers an empty list."""
    return as_json([])


def order_status(far: Dutchie, call: Call) -> Answer:
    """Shows one pre-order, or the open ones; there are none, so one by number is a blank record."""
    if "preorderid" not in call.query:
        return as_json([])
    number = call.number("preorderid", 0)
    if number < 0:
        raise Refusal(400, "PreOrderId must not be negative.")
    return as_json({"preOrderId": number, "status": None, "orderDate": till_time(far.world.now), "items": None})


def employees(far: Dutchie, _: Call) -> Answer:
    """Lists the staff of the whole company; who never had a card of their own has one that ran out in year 1."""
    names = {store.id: store.name for store in far.world.stores}
    found: list[dict[str, Any]] = [
        {
            "userId": one.id,
            "loginId": f"{one.name.split()[0].lower()}{one.id}",
            "fullName": one.name,
            "defaultLocation": names[one.store_id],
            "status": "Active" if one.active else "Inactive",
            "stateId": None,
            "mmjExpiration": "0001-01-01T00:00:00",
            "permissionsLocation": names[one.store_id],
            "groups": f"{one.role}s",
        }
        for one in far.world.shop.employees
    ]
    return as_json(found)


OPERATIONS = (
    Operation("GET", "/whoami", whoami, "The location of the key"),
    Operation("GET", "/okcomputer", health, "Health", role=ANYBODY),
    Operation("GET", "/reporting/register-adjustments", nothing, "Register adjustments", role="Reporting"),
    Operation("GET", "/preorder/Status", order_status, "Pre-orders", role="PreOrder"),
    Operation("GET", "/employees", employees, "Staff", role="Employee"),
)
