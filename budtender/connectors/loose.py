"""Rows that are not quite as described, brought to the description where that bends no figure.

Keys come in another case, ids as text or as numbers with a fraction of nothing, text as numbers, lists with nulls in
them or as an empty object. One such value must not cost a sale; a figure that is none still does.
"""

from __future__ import annotations

import types
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec

T = TypeVar("T", bound=msgspec.Struct)


def loosely(value: object, kind: type[T]) -> T:
    """The row of this kind in `value`; msgspec.ValidationError where it is none even so."""
    return msgspec.convert(_object(value, kind), kind)


def _object(value: object, kind: type[msgspec.Struct]) -> object:
    if not isinstance(value, dict):
        return value
    folded = {key.casefold(): part for key, part in value.items()}
    hints = get_type_hints(kind)
    found = {}
    for field in msgspec.structs.fields(kind):
        part = value.get(field.encode_name, folded.get(field.encode_name.casefold()))
        if part is not None and (tidy := _part(part, hints[field.name])) is not None:
            found[field.encode_name] = tidy
    return found


def _part(value: Any, hint: Any) -> Any:
    for kind in _kinds(hint):
        if get_origin(kind) is list:
            (inner,) = get_args(kind)
            if isinstance(value, list):
                return [_part(part, inner) for part in value if part is not None]
            return value or None
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
            return _object(value, kind)
        if kind in (int, Decimal) and isinstance(value, str | Decimal):
            return _number(value, kind)
        if kind is str and isinstance(value, int | Decimal) and not isinstance(value, bool):
            return str(value)
    return value


def _kinds(hint: Any) -> Iterator[Any]:
    """What a hint allows beside null."""
    if get_origin(hint) in (Union, types.UnionType):
        for part in get_args(hint):
            if part is not type(None):
                yield from _kinds(part)
    else:
        yield hint


def _number(value: str | Decimal, kind: type) -> Any:
    """A number written as text, and a whole one written with a fraction; what is none stays as it is."""
    if isinstance(value, str) and not value.strip():
        return None
    try:
        number = Decimal(value)
    except InvalidOperation:
        return value
    if kind is Decimal or not number.is_finite() or abs(number) >= 2**63 or number != int(number):
        return number
    return int(number)
