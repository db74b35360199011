"""Dutchie's customers: lists by window and by page, search, look-up, create and update."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import msgspec
from msgspec.structs import replace

from budtender.simulator.customers import Sight
from budtender.simulator.dutchie import Dutchie
from budtender.simulator.exchange import Answer, Call, Operation, Refusal, as_json
from budtender.simulator.records import Customer, digits, till_time
from budtender.simulator.rewards import DAY

WIDEST_WINDOW = 90 * DAY
DEFAULT_ROWS = 1000
TYPES = ("Recreational", "Medical", "Caregiver")
STATUSES = ("Active", "Cancelled", "Hold", "Banned")
_REQUIRED = ("first_name", "address1", "city", "state", "postal_code", "status", "customer_type")


class CustomerEdit(msgspec.Struct, rename="camel"):
    """What a caller may write; a field left out keeps its value on update."""

    customer_id: int | None = None
    unique_id: str | None = None
    name: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    middle_name: str | None = None
    name_suffix: str | None = None
    name_prefix: str | None = None
    address1: str | None = None
    address2: str | None = None
    city: str | None = None
    state: str | None = None
    postal_code: str | None = None
    phone: str | None = None
    email_address: str | None = None
    status: str | None = None
    mmjid_number: str | None = None
    drivers_license: str | None = msgspec.field(default=None, name="driversLicenseID")
    drivers_license_expiration: str | None = None
    mmjid_expiration_date: str | None = None
    customer_type: str | None = None
    date_of_birth: str | None = None
    external_customer_id: str | None = None
    gender: str | None = None
    idempotency_key: str | None = None
    referral_source: str | None = None
    custom_identifier: str | None = None
    notes: str | None = None
    is_loyalty_member: bool | None = None


class CustomerSearch(msgspec.Struct, rename="camel"):
    """What to search by; a last name needs a date of birth."""

    last_name: str | None = None
    date_of_birth: str | None = None
    phone: str | None = None
    email_address: str | None = None
    mmjid_number: str | None = None
    drivers_license_id: str | None = None


def customers(far: Dutchie, call: Call) -> Answer:
    """Lists customers, or one by id; an absent one is 404, a window over 90 days is 400."""
    if "customerid" in call.query or "uniqueid" in call.query:
        return as_json([_one(far, call)])
    start, end = _window(call)
    if start is not None and (end or far.world.now) - start > WIDEST_WINDOW:
        raise Refusal(400, "The date range must not be longer than 90 days.")
    return as_json(list(_modified(far, call, start, end)))


def all_customers(far: Dutchie, call: Call) -> Answer:
    """Lists customers for reporting, without a limit on the window."""
    return as_json(list(_modified(far, call, *_window(call))))


def page(far: Dutchie, call: Call) -> Answer:
    """Lists one page of customers; the end is an empty list."""
    size = call.number("pagesize", min(DEFAULT_ROWS, far.most_rows))
    number = call.number("pagenumber", far.first_page)
    if far.clamps:
        size, number = min(size, far.most_rows), max(number, far.first_page)
    if not 1 <= size <= far.most_rows or number < far.first_page:
        raise Refusal(400, f"PageSize must not be greater than {far.most_rows}.")
    start = (number - far.first_page) * size
    window = _window(call)
    if window != (None, None):
        return as_json(list(islice(_modified(far, call, *window), start, start + size)))
    return as_json(far.world.customers.written(start, size, _sight(far, call)))


def _one(far: Dutchie, call: Call) -> Customer:
    unique_id = call.query.get("uniqueid")
    if unique_id is not None:
        if not unique_id.isdigit():
            raise Refusal(400, "uniqueId must be a whole number.")
        found = next((customer for customer in far.world.customers if customer.unique_id == unique_id), None)
    else:
        found = far.world.customers.get(call.number("customerid", 0))
    if found is None or not _sight(far, call).holds(found):
        raise Refusal(404, "")
    return found


def _modified(far: Dutchie, call: Call, start: float | None, end: float | None) -> Iterator[Customer | msgspec.Raw]:
    """Yields the customers modified in a window, both ends included; rows without a date only without one."""
    customers, sight = far.world.customers, _sight(far, call)
    if start is None and end is None:
        return iter(customers.written(0, len(customers), sight))
    seen = far.world.now - far.habits.delay
    return customers.written_since(start, min(end if end is not None else seen, seen), sight)


def _sight(far: Dutchie, call: Call) -> Sight:
    home = None if far.habits.shares_profiles else far.store_of(call).name
    anonymous = call.flag("includeanonymous", default=True)
    return Sight(anonymous=anonymous, gone=not far.habits.hides_archived, home=home)


def _window(call: Call) -> tuple[float | None, float | None]:
    return moment_in(call, "fromlastmodifieddateutc"), moment_in(call, "tolastmodifieddateutc")


def moment_in(call: Call, name: str) -> float | None:
    """Returns a time from the query in epoch seconds, None when it is not there; what is no time is 400."""
    text = call.query.get(name)
    return _parsed(text, name).timestamp() if text else None


def _parsed(text: str, name: str) -> datetime:
    """Returns a time, taken as UTC if it names no offset; anything else raises Refusal 400."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise Refusal(400, f"The value '{text}' is not valid for {name}.") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def search(far: Dutchie, call: Call) -> Answer:
    """Searches what the key's location sees by each field on its own; one person can appear once for each."""
    asked = call.decode(CustomerSearch)
    if not any((asked.mmjid_number, asked.drivers_license_id, asked.email_address, asked.phone)) and not (
        asked.last_name and asked.date_of_birth
    ):
        raise Refusal(400, "At least one search criterion must be provided.")
    sight = _sight(far, call)
    found = [
        msgspec.to_builtins(customer) | {"matchType": kind}
        for kind, same in _matches(far, asked)
        for customer in same
        if sight.holds(customer)
    ]
    return as_json(found)


def by_external_id(far: Dutchie, call: Call) -> Answer:
    """Lists the customers that carry an id of the caller's own."""
    wanted = call.query.get("externalid", "")
    if not wanted:
        raise Refusal(400, "externalId is required.")
    found = [customer for customer in far.world.customers if customer.external_customer_id == wanted]
    return as_json([msgspec.to_builtins(customer) | {"matchType": "ExternalId"} for customer in found])


def lookup(far: Dutchie, call: Call) -> Answer:
    """Returns the oldest customer that the first matching field leads to; none is 404 with a text."""
    for _, found in _matches(far, _identity(call.decode(CustomerEdit))):
        if found:
            return as_json(_oldest(found))
    raise Refusal(404, "Customer not found")


def _identity(edit: CustomerEdit) -> CustomerSearch:
    return CustomerSearch(
        last_name=edit.last_name,
        date_of_birth=edit.date_of_birth,
        phone=edit.phone,
        email_address=edit.email_address,
        mmjid_number=edit.mmjid_number,
        drivers_license_id=edit.drivers_license,
    )


def _oldest(found: list[Customer]) -> Customer:
    return min(found, key=lambda customer: (customer.creation_date or "", customer.customer_id))


def _matches(far: Dutchie, asked: CustomerSearch) -> Iterator[tuple[str, list[Customer]]]:
    """Yields who matches by each field given, strongest first."""
    customers = far.world.customers
    if asked.mmjid_number:
        yield "MMJID", [known for known in customers if known.mmjid_number == asked.mmjid_number]
    if asked.drivers_license_id:
        hashed = _hashed(asked.drivers_license_id)
        yield "DriversLicense", [known for known in customers if known.drivers_license_hash == hashed]
    if asked.email_address:
        yield "Email", customers.find(email=asked.email_address)
    if asked.phone:
        yield "Phone", customers.find(phone=asked.phone)
    if asked.last_name and asked.date_of_birth:
        last, born = asked.last_name.casefold(), asked.date_of_birth[:10]
        yield (
            "LastNameAndDateOfBirth",
            [
                known
                for known in customers
                if (known.last_name or "").casefold() == last and (known.date_of_birth or "")[:10] == born
            ],
        )


def write(far: Dutchie, call: Call) -> Answer:
    """Creates a customer when no id is given, else updates one; returns the whole record."""
    edit = call.decode(CustomerEdit)
    _check_values(far, edit)
    return as_json(_update(far, edit) if edit.customer_id else _create(far, call, edit))


def _check_values(far: Dutchie, edit: CustomerEdit) -> None:
    wrong: dict[str, str] = {}
    if edit.status is not None and edit.status not in STATUSES:
        wrong["Status"] = f"Status must be one of {', '.join(STATUSES)}."
    if edit.customer_type is not None and edit.customer_type not in TYPES:
        wrong["CustomerType"] = "CustomerType is not known."
    if edit.date_of_birth is not None:
        born = _parsed(edit.date_of_birth, "dateOfBirth")
        if born.year < 1800 or born.timestamp() > far.world.now:
            wrong["DateOfBirth"] = "DateOfBirth must be between 1800-01-01 and today."
    if edit.idempotency_key is not None and len(edit.idempotency_key) > 36:
        wrong["IdempotencyKey"] = "IdempotencyKey must not be longer than 36 characters."
    if wrong:
        raise Refusal(400, "The request is invalid.", wrong)


def _create(far: Dutchie, call: Call, edit: CustomerEdit) -> Customer:
    """Creates once for a key, and not at all for a person who is known, unless told to.

    The key needs both its halves, and is stored when the work is complete: a twin that started before does not
    see it.
    """
    missing = [name for name in _REQUIRED if not getattr(edit, name)]
    if missing:
        wire = {name: _pascal(name) for name in missing}
        raise Refusal(400, "The request is invalid.", {wire[name]: f"{wire[name]} is required." for name in missing})
    world = far.world
    key = (call.headers.get("consumerkey", ""), edit.idempotency_key or "")
    done = world.customers.completed.get(key) if all(key) and not call.late else None
    if done is not None and (known := world.customers.get(done)):
        return known
    customer = None if call.flag("bypassdeduplication") else _twin(far, edit)
    if customer is None:
        now = till_time(world.now)
        customer_id = world.customers.next_id()
        blank = Customer(
            customer_id,
            unique_id=str(world.rng.getrandbits(62)),
            creation_date=now,
            created_at_location=far.store_of(call).name,
            created_by_integrator="Simulated integrator",
            opted_into_marketing=None,
        )
        customer = _edited(far, blank, edit)
        world.customers.put(customer)
        world.record("customer_create", None, source="dutchie", note=str(customer_id), phone=digits(customer.phone))
    if all(key):
        world.customers.completed[key] = customer.customer_id
    return customer


def _twin(far: Dutchie, edit: CustomerEdit) -> Customer | None:
    """Returns the oldest known customer whom the till takes for the same person."""
    same = [customer for _, found in _matches(far, _identity(edit)) for customer in found]
    return _oldest(same) if same else None


def _update(far: Dutchie, edit: CustomerEdit) -> Customer:
    known = far.world.customers.get(edit.customer_id or 0)
    if known is None:
        raise Refusal(404, f"Customer {edit.customer_id} does not exist")
    customer = _edited(far, known, edit)
    far.world.customers.put(customer)
    far.world.record(
        "customer_update", None, source="dutchie", note=str(customer.customer_id), phone=digits(customer.phone)
    )
    return customer


def _edited(far: Dutchie, customer: Customer, edit: CustomerEdit) -> Customer:
    given: dict[str, Any] = {
        name: value
        for name in CustomerEdit.__struct_fields__
        if (value := getattr(edit, name)) is not None and name in Customer.__struct_fields__ and name != "customer_id"
    }
    if edit.name and not edit.first_name:
        given["first_name"] = edit.name
    if edit.drivers_license:
        given["drivers_license_hash"] = _hashed(edit.drivers_license)
    edited = replace(customer, **given, last_modified=till_time(far.world.now))
    return replace(edited, name=f"{edited.first_name or ''} {edited.last_name or ''}".strip())


def _hashed(licence: str) -> str:
    return hashlib.sha256(licence.encode()).hexdigest().upper()


def _pascal(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))


def customer_types(_: Dutchie, __: Call) -> Answer:
    """Lists the types of customers."""
    return as_json(
        [
            {"id": place, "name": name, "isMedical": name != "Recreational", "isRetail": name == "Recreational"}
            for place, name in enumerate(TYPES, start=1)
        ]
    )


def referral_sources(_: Dutchie, __: Call) -> Answer:
    """Lists how customers say they heard of the store."""
    return as_json(["Friend", "Website", "Walk-in", "Other"])


OPERATIONS = (
    Operation("GET", "/customer/customers", customers, "Customers", role="Customer"),
    Operation("GET", "/customer/customers-paginated", page, "Customers by page", role="Customer"),
    Operation("GET", "/reporting/customers", all_customers, "All customers", role="Reporting"),
    Operation("GET", "/reporting/customers-paginated", page, "All customers by page", role="Reporting"),
    Operation("GET", "/customer/by-external-id", by_external_id, "Customers by own id", role="Customer"),
    Operation("POST", "/customer/search", search, "Search customers", CustomerSearch, "Customer"),
    Operation("POST", "/customer/customerLookup", lookup, "Look one customer up", CustomerEdit, "Customer"),
    Operation("POST", "/customer/customer", write, "Create or update a customer", CustomerEdit, "Customer"),
    Operation("GET", "/customer/customer-types", customer_types, "Types of customers"),
    Operation("GET", "/customer/referral-sources", referral_sources, "Referral sources", role="Customer"),
)
