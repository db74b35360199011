"""The till's records of shoppers, in the shape in which Dutchie's interface description gives them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime

import msgspec

_IRREGULAR = {"last_modified": "lastModifiedDateUTC"}


def _wire_name(name: str) -> str:
    head, *tail = name.split("_")
    return _IRREGULAR.get(name, head + "".join(part.capitalize() for part in tail))


class Customer(msgspec.Struct, frozen=True, rename=_wire_name):
    """One customer of the till; times are text without an offset and with seven digits of a second."""

    customer_id: int
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
    cell_phone: str | None = None
    email_address: str | None = None
    status: str | None = "Active"
    mmjid_number: str | None = None
    mmjid_expiration_date: str | None = None
    last_modified: str | None = None
    creation_date: str | None = None
    customer_type: str | None = "Recreational"
    gender: str | None = None
    drivers_license_hash: str | None = None
    date_of_birth: str | None = None
    external_customer_id: str | None = None
    created_by_integrator: str | None = None
    is_anonymous: bool = False
    referral_source: str | None = None
    other_referral_source: str | None = None
    spring_big_member_id: int = 0
    custom_identifier: str | None = None
    discount_groups: list[str] | None = None
    created_at_location: str | None = None
    notes: str | None = None
    is_loyalty_member: bool | None = None
    primary_qualifying_condition: str | None = None
    secondary_qualifying_conditions: list[str] | None = None
    merged_into_customer_id: int | None = None
    opted_into_marketing: bool | None = None
    loyalty_tier: str | None = None


class Customers:
    """All customers of the till, findable by phone and by e-mail."""

    def __init__(self, first_id: int = 1_000_001) -> None:
        self._all: dict[int, Customer] = {}
        self._index: defaultdict[str, set[int]] = defaultdict(set)
        self._next = first_id
        # A creation's key is stored when the creation is complete, and only then.
        self.completed: dict[tuple[str, str], int] = {}

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[Customer]:
        return iter(list(self._all.values()))

    def next_id(self) -> int:
        """Returns an id that no customer has."""
        self._next += 1
        return self._next - 1

    def put(self, customer: Customer) -> None:
        """Adds or replaces a customer by its id."""
        self._all[customer.customer_id] = customer
        for key in _keys(customer):
            self._index[key].add(customer.customer_id)

    def get(self, customer_id: int) -> Customer | None:
        """Returns a customer by id."""
        return self._all.get(customer_id)

    def find(self, phone: str = "", email: str = "") -> list[Customer]:
        """Returns the customers with this phone (any spelling) or this e-mail, oldest first."""
        wanted = {key for key in (digits(phone), email.lower()) if key}
        ids = sorted({known for key in wanted for known in self._index.get(key, ())})
        return [self._all[known] for known in ids if wanted & set(_keys(self._all[known]))]


def digits(phone: str | None) -> str:
    """Returns the ten digits of a phone in any spelling, without the country code."""
    plain = "".join(sign for sign in phone or "" if sign.isascii() and sign.isdigit())
    return plain[1:] if len(plain) == 11 and plain.startswith("1") else plain


def till_time(seconds: float) -> str:
    """Returns epoch seconds as the till writes times: UTC, seven digits of a second, no offset."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond:06}0"


def _keys(customer: Customer) -> tuple[str, ...]:
    keys = (digits(customer.phone), digits(customer.cell_phone), (customer.email_address or "").lower())
    return tuple(key for key in keys if key)
