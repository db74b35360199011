"""Dutchie's customers by the thousand: the fields that are used, decoded in one step.

Fields are those of the vendor's OpenAPI file. What the file calls required may be missing and what it calls text may
come as a number; such rows are read by `dutchie_wire`.
"""

from __future__ import annotations

import msgspec

from budtender.connectors import bulk
from budtender.connectors.bulk import Rows
from budtender.connectors.dutchie_wire import SYSTEM, is_archived
from budtender.model import Customer
from budtender.phone import from_remote


def wire_name(name: str) -> str:
    """How Dutchie spells a field."""
    head, *tail = name.split("_")
    return head + "".join(part.capitalize() for part in tail)


class CustomerRow(msgspec.Struct, rename=wire_name, gc=False):
    """What is used of a customer."""

    customer_id: int
    first_name: str | None = None
    last_name: str | None = None
    address1: str | None = None
    address2: str | None = None
    city: str | None = None
    state: str | None = None
    postal_code: str | None = None
    phone: str | None = None
    cell_phone: str | None = None
    email_address: str | None = None
    status: str | None = None
    mmjid_number: str | None = None
    last_modified: str | None = msgspec.field(default=None, name="lastModifiedDateUTC")
    creation_date: str | None = None
    customer_type: str | None = None
    gender: str | None = None
    drivers_license_hash: str | None = None
    date_of_birth: str | None = None
    external_customer_id: str | None = None
    is_anonymous: bool | None = None
    discount_groups: list[str | None] | None = None
    is_loyalty_member: bool | None = None
    merged_into_customer_id: int | None = None
    opted_into_marketing: bool | None = None
    loyalty_tier: str | None = None


def customer_of(row: CustomerRow) -> Customer:
    """The customer in a row; an id beyond 64 bits is no customer's."""
    text = bulk.text
    first, second = from_remote(row.phone), from_remote(row.cell_phone)
    groups = row.discount_groups
    status = text(row.status)
    merged = row.merged_into_customer_id
    return Customer(
        id=bulk.known(row.customer_id, SYSTEM, "customer", "customerId"),
        phones=_numbers(first, second),
        first_name=text(row.first_name) or "",
        last_name=text(row.last_name) or "",
        email=text(row.email_address),
        birth_date=bulk.day(row.date_of_birth),
        gender=text(row.gender),
        address1=text(row.address1),
        address2=text(row.address2),
        city=text(row.city),
        state=text(row.state),
        postal_code=text(row.postal_code),
        status=status,
        type=text(row.customer_type),
        discount_groups=tuple(name for known in groups if (name := text(known))) if groups else (),
        pos_loyalty=row.is_loyalty_member,
        tier=text(row.loyalty_tier),
        marketing=row.opted_into_marketing,
        external_id=text(row.external_customer_id),
        government_id=text(row.drivers_license_hash),
        medical_id=text(row.mmjid_number),
        anonymous=row.is_anonymous or False,
        archived=is_archived(status),
        merged_into=bulk.ident(merged) if merged else None,
        modified=bulk.instant(row.last_modified),
        created=bulk.instant(row.creation_date),
    )


def _numbers(first: str | None, second: str | None) -> tuple[str, ...]:
    if first is None or first == second:
        return () if second is None else (second,)
    return (first,) if second is None else (first, second)


CUSTOMERS = Rows(CustomerRow, SYSTEM, "customer")
