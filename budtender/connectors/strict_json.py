"""JSON as the standard means it, and nothing that Python's reader lets through beside it."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any, NoReturn

#: The range of the numbers that other JSON readers know; a larger exponent is no quantity but an attack.
_LARGEST_EXPONENT = 308

#: The start of an escape that may stand for half a character.
_SURROGATE_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")


class NotStrict(ValueError):
    """The text is not JSON, or is JSON that two readers would read differently; the message says why."""


def parse(body: bytes) -> Any:
    """The value in `body`, fractions as Decimal, None when there is nothing but white space; NotStrict otherwise.

    Refused beside plain bad syntax: NaN and Infinity, a key that comes twice in one object, bytes that are not
    UTF-8, halves of surrogate pairs, numbers beyond 10³⁰⁸, more nesting than the reader can follow.
    """
    if not body.strip():
        return None
    try:
        text = body.decode("utf-8")
        value = _READER.decode(text)
    except RecursionError as error:
        raise NotStrict("nested too deep") from error
    except NotStrict:
        raise
    except ValueError as error:
        raise NotStrict("not JSON") from error
    if _SURROGATE_ESCAPE.search(text):
        _refuse_half_characters(value)
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise NotStrict("a key comes twice")
    return value


def _fraction(text: str) -> Decimal:
    value = Decimal(text)
    if value and abs(value.adjusted()) > _LARGEST_EXPONENT:
        raise NotStrict("a number without measure")
    return value


def _whole(text: str) -> int:
    if len(text) > _LARGEST_EXPONENT:
        raise NotStrict("a number without measure")
    return int(text)


def _constant(name: str) -> NoReturn:
    raise NotStrict(f"{name} is no number")


_READER = json.JSONDecoder(object_pairs_hook=_object, parse_float=_fraction, parse_int=_whole, parse_constant=_constant)


def _refuse_half_characters(value: Any) -> None:
    rest = [value]
    while rest:
        part = rest.pop()
        if isinstance(part, str):
            try:
                part.encode("utf-8")
            except UnicodeEncodeError as error:
                raise NotStrict("half a character") from error
        elif isinstance(part, list):
            rest.extend(part)
        elif isinstance(part, dict):
            rest.extend(part)
            rest.extend(part.values())
