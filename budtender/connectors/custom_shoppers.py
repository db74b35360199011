"""What is written to a till of one's own about a shopper."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from budtender.connectors.custom_mapping import Source, Write
from budtender.model import CustomerDraft
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
