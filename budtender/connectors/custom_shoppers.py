"""What is written to a till of one's own about a shopper, and whom a sign-up is about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from budtender.connectors.custom_mapping import Source, Write
from budtender.errors import InputError
from budtender.model import Customer, CustomerDraft
from budtender.phone import parse_phone, ten_digits

_PLAIN = (
    "first_name",
    "last_name",
    "email",
    "address1",
    "city",
    "state",
    "postal_code",
    "type",
    "external_id",
)


def body_of(draft: CustomerDraft, write: Write, source: Source) -> dict[str, Any]:
    """What the draft says, under the till's names; fields left out keep their value."""
    values: dict[str, object] = {name: getattr(draft, name) for name in _PLAIN if getattr(draft, name)}
    if draft.phone:
        values["phone"] = ten_digits(parse_phone(draft.phone))
    if draft.birth_date:
        iso = source.dates == "iso"
        values["birth_date"] = draft.birth_date.isoformat() if iso else draft.birth_date.strftime(source.dates)
    body: dict[str, Any] = {}
    for ours, theirs in write.fields.items():
        if ours in values:
            _put(body, theirs.split("."), values[ours])
    return {write.wrap: body} if write.wrap else body


def _put(body: dict[str, Any], path: Sequence[str], value: object) -> None:
    for name in path[:-1]:
        body = body.setdefault(name, {})
    body[path[-1]] = value


def refuse_incomplete(draft: CustomerDraft, write: Write) -> None:
    """InputError naming what this till needs and the draft lacks."""
    for name in write.needs:
        if not getattr(draft, name, None):
            raise InputError(
                f"The till needs the shopper's {name.replace('_', ' ')}.",
                "Create the profile in the till itself, or give it at the next sign-up.",
                field=name,
                code="till_needs",
                system="custom",
                missing=[name],
            )


def match(draft: CustomerDraft, found: Sequence[Customer]) -> Customer | None:
    """The shopper with the draft's phone: of several one in use, then one with the same first name, then the oldest."""
    phone = parse_phone(draft.phone) if draft.phone else None
    same = [known for known in found if phone and phone in known.phones]
    late = datetime.max.replace(tzinfo=UTC)
    first = draft.first_name.strip().casefold()
    return min(
        same,
        key=lambda known: (known.archived, known.first_name.strip().casefold() != first, known.created or late),
        default=None,
    )
