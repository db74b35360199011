"""Dutchie's customers by the thousand: the fields that are used, decoded in one step.

Fields are those of the vendor's OpenAPI file. What the file calls required may be missing and what it calls text may
come as a number; such rows are read by `dutchie_wire`.
"""

from __future__ import annotations

import msgspec

from budtender.connectors import bulk
from budtender.connectors.bulk import Rows, Text
from budtender.connectors.dutchie_wire import SYSTEM, is_archived
from budtender.connectors.fingerprint import fingerprint
from budtender.model import Customer
from budtender.phone import from_remote

#: What nearly every profile is.
_ACTIVE = "Active"


def wire_name(name: str) -> str:
    """How Dutchie spells a field."""
    head, *tail = name.split("_")
    return head + "".join(part.capitalize() for part in tail)


class CustomerRow(msgspec.Struct, rename=wire_name, gc=False):
    """What is used of a customer."""

    customer_id: int
    first_name: Text | None = None
    last_name: Text | None = None
    address1: Text | None = None
    address2: Text | None = None
    city: Text | None = None
    state: Text | None = None
    postal_code: Text | None = None
    phone: Text | None = None
    cell_phone: Text | None = None
    email_address: Text | None = None
    status: Text | None = None
    mmjid_number: Text | None = None
    last_modified: Text | None = msgspec.field(default=None, name="lastModifiedDateUTC")
    creation_date: Text | None = None
    customer_type: Text | None = None
    gender: Text | None = None
    drivers_license_hash: Text | None = None
    date_of_birth: Text | None = None
    external_customer_id: Text | None = None
    is_anonymous: bool | None = None
    discount_groups: list[Text | None] | None = None
    is_loyalty_member: bool | None = None
    merged_into_customer_id: int | None = None
    opted_into_marketing: bool | None = None
    loyalty_tier: Text | None = None


def customer_of(row: CustomerRow) -> Customer:
    """The customer in a row; of an anonymous one no more than that. An id beyond 64 bits is no customer's."""
    if row.is_anonymous:
        return _nobody(bulk.known(row.customer_id, SYSTEM, "customer", "customerId"), row)
    if _says_more(row):
        return _in_full(row)
    # Half as long as in full: a call with fifteen names takes a third of one with twenty-five.
    first = from_remote(row.phone)
    return Customer(
        id=bulk.known(row.customer_id, SYSTEM, "customer", "customerId"),
        # The mobile one first: AIQ keeps one number of a customer, and it is the one that is texted.
        phones=_numbers(from_remote(row.cell_phone), first) if row.cell_phone else (first,) if first else (),
        first_name=row.first_name.strip() if row.first_name else "",
        last_name=row.last_name.strip() if row.last_name else "",
        email=row.email_address.strip() or None if row.email_address else None,
        birth_date=bulk.day(row.date_of_birth),
        address1=row.address1.strip() or None if row.address1 else None,
        city=row.city.strip() or None if row.city else None,
        state=row.state.strip() or None if row.state else None,
        postal_code=row.postal_code.strip() or None if row.postal_code else None,
        status=row.status,
        type=row.customer_type.strip() or None if row.customer_type else None,
        pos_loyalty=row.is_loyalty_member,
        modified=bulk.instant(row.last_modified),
        created=bulk.instant(row.creation_date),
    )


def _says_more(row: CustomerRow) -> bool:
    """Whether a row says anything that most do not."""
    return bool(
        row.discount_groups
        or row.gender
        or row.address2
        or row.merged_into_customer_id
        or row.loyalty_tier
        or row.external_customer_id
        or row.drivers_license_hash
        or row.mmjid_number
        or row.opted_into_marketing is not None
        or (row.status is not None and row.status != _ACTIVE)
    )


def _in_full(row: CustomerRow) -> Customer:
    # Much of it is missing still, and calling for each of a million rows takes longer than all the rest.
    groups, status, merged = row.discount_groups, _kept(row.status), row.merged_into_customer_id
    return Customer(
        id=bulk.known(row.customer_id, SYSTEM, "customer", "customerId"),
        phones=_numbers(from_remote(row.cell_phone), from_remote(row.phone)),
        first_name=row.first_name.strip() if row.first_name else "",
        last_name=row.last_name.strip() if row.last_name else "",
        email=_kept(row.email_address) if row.email_address else None,
        birth_date=bulk.day(row.date_of_birth),
        gender=_kept(row.gender) if row.gender else None,
        address1=_kept(row.address1) if row.address1 else None,
        address2=_kept(row.address2) if row.address2 else None,
        city=_kept(row.city) if row.city else None,
        state=_kept(row.state) if row.state else None,
        postal_code=_kept(row.postal_code) if row.postal_code else None,
        status=status,
        type=_kept(row.customer_type) if row.customer_type else None,
        discount_groups=tuple(name for known in groups if (name := _kept(known))) if groups else (),
        pos_loyalty=row.is_loyalty_member,
        tier=_kept(row.loyalty_tier) if row.loyalty_tier else None,
        marketing=row.opted_into_marketing,
        external_id=_kept(row.external_customer_id) if row.external_customer_id else None,
        government_id=_kept(row.drivers_license_hash) if row.drivers_license_hash else None,
        medical_id=fingerprint(row.mmjid_number) if row.mmjid_number else None,
        archived=status is not None and status != _ACTIVE and is_archived(status),
        merged_into=bulk.ident(merged) if merged else None,
        modified=bulk.instant(row.last_modified),
        created=bulk.instant(row.creation_date),
    )


def _nobody(customer_id: str, row: CustomerRow) -> Customer:
    """A profile that was made for one sale to somebody nobody knows."""
    modified, created = bulk.instant(row.last_modified), bulk.instant(row.creation_date)
    return Customer(id=customer_id, anonymous=True, modified=modified, created=created)


def _kept(value: str | None) -> str | None:
    """Text without surrounding space; None when nothing is left. NUL and length have been looked after."""
    return value.strip() or None if value else None


def _numbers(first: str | None, second: str | None) -> tuple[str, ...]:
    if first is None or first == second:
        return () if second is None else (second,)
    return (first,) if second is None else (first, second)


class Glance(msgspec.Struct, rename=wire_name, gc=False):
    """What tells whether a customer has a time of change, at a third of the price."""

    customer_id: int
    last_modified: Text | None = msgspec.field(default=None, name="lastModifiedDateUTC")


CUSTOMERS = Rows(CustomerRow, SYSTEM, "customer")
GLANCES = Rows(Glance, SYSTEM, "customer")
