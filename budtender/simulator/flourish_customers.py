"""Flourish's facilities and customers."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from budtender.simulator.exchange import Answer, Call, Operation, Refusal
from budtender.simulator.flourish import (
    PREFIX,
    Flourish,
    chosen,
    facility_id,
    listed,
    paged,
    place,
    success,
    window,
)
from budtender.simulator.records import Customer, digits, till_time
from budtender.simulator.upkeep import ARCHIVED
from budtender.simulator.world import Store

_REQUIRED = ("email", "first_name", "last_name", "dob")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_FILTERS = {
    "first_name": lambda customer: customer.first_name,
    "last_name": lambda customer: customer.last_name,
    "dob": lambda customer: (customer.date_of_birth or "")[:10],
    "state": lambda customer: customer.state,
    "patient_id": lambda customer: customer.mmjid_number,
    "phone_number": lambda customer: digits(customer.phone),
    "email": lambda customer: customer.email_address,
}


class CustomerWrite(msgspec.Struct):
    """What a caller may write."""

    email: str = ""
    first_name: str = ""
    last_name: str = ""
    dob: str = ""
    phone: str | None = None
    state: str | None = None
    patient_id: str | None = None
    address: list[dict[str, Any]] | None = None


# ── facilities ────────────────────────────────────────────────────────────────────────────────────────────


def facilities(far: Flourish, call: Call) -> Answer:
    """Lists the facilities: every store, and a field that sells nothing over a counter."""
    rows = [_shown_store(far, store) for store in far.world.stores] + [_field(far)]
    kinds = {"facility_type": lambda row: row["facility_type"], "active": lambda row: row["active"]}
    return listed(call, [row for row in rows if chosen(call, kinds, row)], lambda row: row)


def facility(far: Flourish, call: Call) -> Answer:
    """Shows one facility."""
    for store in far.world.stores:
        if facility_id(store.id) == call.params["facility_id"]:
            return success(_shown_store(far, store))
    raise Refusal(404, "Facility not found")


def _shown_store(far: Flourish, store: Store) -> dict[str, Any]:
    return {
        "id": facility_id(store.id),
        "facility_name": store.name,
        "alias": store.nickname,
        "facility_type": "Dispensary",
        "company_email": None,
        "company_phone_number": None,
        "address_line_1": store.street,
        "address_line_2": "",
        "city": store.city,
        "state": far.world.state,
        "zip_code": store.zip_code,
        "country": "United States",
        "timezone": far.world.shop.zone.key,
        "billing": None,
        "local_license_number": None,
        "license_number": f"402R-{store.id:05}",
        "license_type": None,
        "external_id": None,
        "website": None,
        "notes": None,
        "active": True,
        "synced_from_compliance": 0,
        "sales_rep_required_for_outbound": False,
        "contacts": None,
        "total_open_balance": None,
        "number_open_invoices": None,
    }


def _field(far: Flourish) -> dict[str, Any]:
    field = _shown_store(far, far.world.stores[0])
    return field | {"id": facility_id(0), "facility_name": "River Field", "alias": None, "facility_type": "Grower"}


# ── customers ─────────────────────────────────────────────────────────────────────────────────────────────


def customers(far: Flourish, call: Call) -> Answer:
    """Lists the company's customers, with filters that all must match."""
    span = window(call, "last_updated_timestamp")
    if span is None and not any(call.all(name) for name in _FILTERS):
        start, size = place(call)
        page = far.world.customers.page(start, size, anonymous=False)
        guests = sum(1 for guest in far.world.shop.guests.values() if far.world.customers.get(guest))
        return paged(call, [_shown(customer) for customer in page], len(far.world.customers) - guests)
    if span is not None:
        found = far.world.customers.modified(*span)
    elif phones := call.all("phone_number"):
        found = iter([known for phone in phones for known in far.world.customers.find(phone=phone)])
    elif emails := call.all("email"):
        found = iter([known for email in emails for known in far.world.customers.find(email=email)])
    else:
        found = iter(far.world.customers)
    rows = [known for known in found if not known.is_anonymous and chosen(call, _FILTERS, known)]
    return listed(call, sorted(rows, key=lambda known: known.customer_id), _shown)


def customer(far: Flourish, call: Call) -> Answer:
    """Shows one customer."""
    text = call.params["customer_id"]
    known = far.world.customers.get(int(text)) if text.isascii() and text.isdigit() else None
    if known is None or known.is_anonymous:
        raise Refusal(404, "Customer not found")
    shown = _shown(known)
    for address in shown["address"] or ():
        address["address_type"] = address.pop("type")
    return success(shown)


def create(far: Flourish, call: Call) -> Answer:
    """Creates a customer, whose e-mail address must be new."""
    form = call.decode(CustomerWrite)
    missing = [name for name in _REQUIRED if not getattr(form, name)]
    if missing:
        raise Refusal(400, f"{', '.join(missing)} required")
    if not _DAY.fullmatch(form.dob) or "@" not in form.email:
        raise Refusal(400, "dob or email is not valid")
    if form.patient_id and not form.state:
        raise Refusal(400, "state is required with patient_id")
    world = far.world
    if world.customers.find(email=form.email):
        raise Refusal(400, "email already exists")
    made = _made(far, form)
    world.customers.put(made)
    world.record("customer_create", None, source="flourish", note=str(made.customer_id), phone=digits(made.phone))
    return success(_shown(made), code="CUS0002")


def _made(far: Flourish, form: CustomerWrite) -> Customer:
    now = till_time(far.world.now)
    home: dict[str, Any] = (form.address or [{}])[0]
    return Customer(
        customer_id=far.world.customers.next_id(),
        unique_id=str(far.world.rng.getrandbits(62)),
        name=f"{form.first_name} {form.last_name}",
        first_name=form.first_name,
        last_name=form.last_name,
        email_address=form.email,
        date_of_birth=f"{form.dob}T00:00:00",
        phone=form.phone,
        address1=home.get("address_line_1"),
        city=home.get("city"),
        state=home.get("state") or form.state,
        postal_code=home.get("postcode"),
        mmjid_number=form.patient_id,
        creation_date=now,
        last_modified=now,
    )


def _shown(known: Customer) -> dict[str, Any]:
    merged = known.merged_into_customer_id
    return {
        "id": str(known.customer_id),
        "email": known.email_address,
        "first_name": known.first_name,
        "last_name": known.last_name,
        "middle_name": known.middle_name,
        "preferred_name": None,
        "dob": (known.date_of_birth or "")[:10] or None,
        "allergies": "",
        "state": known.state or "",
        "patient_id": known.mmjid_number,
        "phone": digits(known.phone) or None,
        "home_phone": digits(known.cell_phone) or None,
        "address": _addresses(known),
        "is_verified": True,
        "is_active": known.status != ARCHIVED,
        "available_credit": 0,
        "created_timestamp": _zoned(known.creation_date),
        "created_by": known.created_at_location,
        "last_updated_timestamp": _zoned(known.last_modified),
        "last_updated_by": None,
        "medical_card_expiration": "",
        "state_id": known.drivers_license_hash,
        "merged_customer_id": None if merged is None else str(merged),
        "merged_timestamp": None if merged is None else _zoned(known.last_modified),
        "customer_group": next(iter(known.discount_groups or ()), None),
        "customer_type": known.customer_type,
        "customer_origin": "Flourish",
        "customer_status": known.status,
        "customer_disciplinary_status": "no issues",
        "physician": None,
    }


def _addresses(known: Customer) -> list[dict[str, Any]]:
    if not known.address1 and not known.postal_code:
        return []
    return [
        {
            "id": known.customer_id,
            "type": "Shipping",
            "is_primary": True,
            "active": True,
            "address_line_1": known.address1,
            "address_line_2": known.address2 or "",
            "city": known.city,
            "state": known.state,
            "postcode": known.postal_code,
            "country": "United States",
        }
    ]


def _zoned(text: str | None) -> str | None:
    """Returns a time of the till's records with as many digits as Flourish writes."""
    return f"{text[:23]}Z" if text else None


OPERATIONS = (
    Operation("GET", f"{PREFIX}/v1/facilities", facilities, "Facilities", role="facilities"),
    Operation("GET", f"{PREFIX}/v1/facilities/{{facility_id}}", facility, "One facility", role="facilities"),
    Operation("GET", f"{PREFIX}/v1/customers", customers, "Customers", role="customers"),
    Operation("GET", f"{PREFIX}/v1/customers/{{customer_id}}", customer, "One customer", role="customers"),
    Operation("POST", f"{PREFIX}/v1/customers", create, "Create a customer", CustomerWrite, "customers"),
)
