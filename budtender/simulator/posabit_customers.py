"""POSaBIT's customers: lists by page and window, search, single reads, create and change."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from budtender.simulator import upkeep
from budtender.simulator.crowd import FIRST_ID as CROWD
from budtender.simulator.exchange import Answer, Call, Operation, Refusal, as_json
from budtender.simulator.posabit import ENHANCED, PREFIX, Posabit, iso, page_number, page_size, window
from budtender.simulator.records import Customer, digits

MOST_ROWS = 250
_GENDERS = {"F": "female", "M": "male"}


class Written(msgspec.Struct):
    """What a caller may write; names that POSaBIT does not know are dropped without a word."""

    first_name: str | None = None
    last_name: str | None = None
    telephone: str | None = None
    email: str | None = None
    birthday: str | None = None
    gender: str | None = None
    address: str | None = None
    city: str | None = None
    state: str | None = None
    zipcode: str | None = None
    drivers_license: str | None = None
    customer_type: str | None = None
    loyalty_member: bool | None = None
    marketing_opt_in: bool | None = None


class Envelope(msgspec.Struct):
    """The wrapping of what is written."""

    customer: Written


def customers(far: Posabit, call: Call) -> Answer:
    """Lists customers by page; v3 wraps each, the others do not. v3 wants both ends of a range (a public client)."""
    v3 = "/v3/" in call.path
    if v3 and not (call.query.get("start_date") and call.query.get("end_date")):
        raise Refusal(400, "start_date and end_date are required")
    size = page_size(call, MOST_ROWS)
    total, found = _listed(far, call, (page_number(call) - 1) * size, size)
    rows = [_shown(far, known, v3=v3) for known in found]
    return far.page(call, "customers", total, size, [{"customer": row} for row in rows] if v3 else rows)


def _listed(far: Posabit, call: Call, start: int, size: int) -> tuple[int, list[Customer]]:
    """Returns how many customers fit what is asked for, and those of one page, the oldest first."""
    low, high = window(call)
    phone, born = call.query.get("q[telephone_eq]", ""), call.query.get("q[birthday_eq]", "")
    last = call.query.get("q[last_name_i_cont]", "").casefold()
    customers = far.world.customers
    if not (phone or born or last or low is not None or high is not None) and customers.crowd:
        return _crowded(far, start, size)
    if phone:
        pool: Iterator[Customer] = iter(customers.find(phone=phone))
    elif low is not None or high is not None:
        pool = customers.modified(low, high)
    else:
        pool = iter(customers)
    found = [
        known
        for known in pool
        if not known.is_anonymous
        and (not phone or phone in (digits(known.phone), digits(known.cell_phone)))
        and (not born or (known.date_of_birth or "")[:10] == born)
        and last in (known.last_name or "").casefold()
    ]
    found.sort(key=lambda known: _order(far, known))
    return len(found), found[start : start + size]


def _crowded(far: Posabit, start: int, size: int) -> tuple[int, list[Customer]]:
    """Pages through a crowd without making it up whole: first who was there, then the crowd, then who came since."""
    customers = far.world.customers
    everybody = customers.page(0, len(customers) - customers.crowd, anonymous=False)
    held = [known for known in everybody if known.customer_id < CROWD]
    held.sort(key=lambda known: _order(far, known))
    old = [known for known in held if not _order(far, known)[0]]
    new = held[len(old) :]
    page = old[start : start + size]
    if len(page) < size:
        first = max(0, start - len(old))
        page += customers.page(len(held) + first, min(size - len(page), customers.crowd - first), anonymous=False)
    if len(page) < size:
        first = max(0, start - len(old) - customers.crowd)
        page += new[first : first + size - len(page)]
    return len(held) + customers.crowd, page


def _order(far: Posabit, known: Customer) -> tuple[bool, int]:
    """By number; who came since the start comes last, as numbers are handed out in order."""
    return (known.creation_date or "") >= iso(far.world.started)[:-1], known.customer_id


def customer(far: Posabit, call: Call) -> Answer:
    """Returns one customer."""
    return as_json({"customer": _shown(far, _one(far, call), v3="/v3/" in call.path)})


def _one(far: Posabit, call: Call) -> Customer:
    number = call.params["id"]
    found = far.world.customers.get(int(number)) if number.isdigit() else None
    if found is None or found.is_anonymous:
        raise Refusal(404, "Not found")
    return found


def create(far: Posabit, call: Call) -> Answer:
    """Creates a customer, also one with a phone that somebody has already; a second licence is 422."""
    given = call.decode(Envelope).customer
    if not (given.first_name and given.last_name):
        raise Refusal(422, "First name and last name can't be blank")
    licence = (given.drivers_license or "").upper()
    if licence and any(known.drivers_license_hash == licence for known in far.world.customers):
        raise Refusal(422, "Drivers license has already been taken")
    made = upkeep.add(
        far.world, far.store_of(call).id, given.first_name, given.last_name, given.telephone, **_fields(given)
    )
    far.world.record("customer_create", None, source="posabit", note=str(made.customer_id), phone=digits(made.phone))
    return as_json({"customer": _shown(far, made, v3="/v3/" in call.path)})


def change(far: Posabit, call: Call) -> Answer:
    """Changes the fields that are given."""
    known = _one(far, call)
    given = call.decode(Envelope).customer
    fields = _fields(given)
    for name, value in (("first_name", given.first_name), ("last_name", given.last_name), ("phone", given.telephone)):
        if value is not None:
            fields[name] = value
    made = upkeep.edit(far.world, known.customer_id, **fields)
    far.world.record("customer_update", None, source="posabit", note=str(made.customer_id), phone=digits(made.phone))
    return as_json({"customer": _shown(far, made, v3="/v3/" in call.path)})


def _fields(given: Written) -> dict[str, Any]:
    genders = {name: letter for letter, name in _GENDERS.items()}
    fields: dict[str, Any] = {
        "email_address": given.email,
        "date_of_birth": f"{given.birthday}T00:00:00" if given.birthday else None,
        "gender": genders.get(given.gender or ""),
        "address1": given.address,
        "city": given.city,
        "state": given.state,
        "postal_code": given.zipcode,
        "drivers_license_hash": (given.drivers_license or "").upper() or None,
        "customer_type": (given.customer_type or "").capitalize() or None,
        "is_loyalty_member": given.loyalty_member,
        "opted_into_marketing": given.marketing_opt_in,
    }
    return {name: value for name, value in fields.items() if value is not None}


def _shown(far: Posabit, known: Customer, *, v3: bool) -> dict[str, Any]:
    born = (known.date_of_birth or "")[:10] or None
    points = {} if v3 and not far.v3_points else {"points": known.customer_id % 500}
    return {
        "id": known.customer_id,
        "first_name": known.first_name,
        "last_name": known.last_name,
        "telephone": known.phone or known.cell_phone,
        "email": known.email_address,
        "birthday": born,
        "birth_year": int(born[:4]) if born else None,
        "gender": _GENDERS.get(known.gender or ""),
        "address": known.address1,
        "city": known.city,
        "state": known.state,
        "zipcode": known.postal_code,
        "customer_type": (known.customer_type or "recreational").lower(),
        "drivers_license": known.drivers_license_hash,
        "id_expiration": None,
        "medical_card_expiration": None,
        **points,
        "loyalty": known.is_loyalty_member,
        "marketing_opt_in": known.opted_into_marketing,
        "sms_opt_in": known.opted_into_marketing,
        "sms_opt_out": False,
        "terms_agreed": known.opted_into_marketing,
        # A merged profile is put away; nothing says into which.
        "active": known.status != upkeep.ARCHIVED and known.merged_into_customer_id is None,
        "created_at": _told(known.creation_date),
        "updated_at": _told(known.last_modified),
    }


def _told(till_time: str | None) -> str | None:
    """Returns a time of the till's records, which has seven digits of a second, with three and a Z."""
    return None if till_time is None else f"{till_time[:23]}Z"


OPERATIONS = (
    Operation("GET", f"{PREFIX}/v3/venue/customers", customers, "Customers", role=ENHANCED),
    Operation("GET", f"{PREFIX}/v2/venue/customers", customers, "Customers", role=ENHANCED),
    Operation("GET", f"{PREFIX}/v1/venue/customers", customers, "Customers", role=ENHANCED),
    *(
        operation
        for version in ("v3", "v2")
        for operation in (
            Operation("POST", f"{PREFIX}/{version}/venue/customers", create, "Create a customer", Envelope, ENHANCED),
            Operation("GET", f"{PREFIX}/{version}/venue/customers/{{id}}", customer, "One customer", role=ENHANCED),
            Operation(
                "PUT", f"{PREFIX}/{version}/venue/customers/{{id}}", change, "Change a customer", Envelope, ENHANCED
            ),
        )
    ),
)
