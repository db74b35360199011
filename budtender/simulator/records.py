"""The till's records of shoppers, in the shape in which Dutchie's interface description gives them."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

ACTIVE, ARCHIVED = "Active", "Archived"
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


def digits(phone: str | None) -> str:
    """Returns the ten digits of a phone in any spelling, without the country code."""
    plain = "".join(sign for sign in phone or "" if sign.isascii() and sign.isdigit())
    return plain[1:] if len(plain) == 11 and plain.startswith("1") else plain


def till_time(seconds: float) -> str:
    """Returns epoch seconds as the till writes times: UTC, seven digits of a second, no offset."""
    return f"{datetime.fromtimestamp(seconds, UTC).isoformat(timespec='microseconds')[:26]}0"
