"""How values lie in a row: points as whole ten-thousandths, times as epoch milliseconds, structs as JSON."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

import msgspec

from budtender.errors import InputError

_encode = msgspec.json.Encoder().encode
_E4 = 10_000
POINT = Decimal(_E4)
#: Nobody has so many points; a larger number is a mistake or an attack, and would not fit the column's sums.
MOST_POINTS = Decimal(10**9)


def to_e4(points: Decimal) -> int:
    """Points as whole ten-thousandths. Raises InputError for a number that is no balance."""
    if not points.is_finite() or abs(points) > MOST_POINTS:
        raise InputError(
            f"{points:.3g} is no number of points.",
            "Type a number of points.",
            field="points",
            code="points_shape",
            points=str(points),
        )
    return int((points * POINT).to_integral_value(rounding=ROUND_HALF_EVEN))


def from_e4(value: int) -> Decimal:
    """Ten-thousandths as points, without trailing zeros (`412.5`, `250`)."""
    whole, rest = divmod(value, _E4)
    if not rest:
        return Decimal(whole)
    return (Decimal(value) / POINT).normalize()


def maybe_e4(value: int | None) -> Decimal | None:
    """The same for a column that may be empty."""
    return None if value is None else from_e4(value)


def to_ms(at: datetime) -> int:
    """An aware time as epoch milliseconds."""
    return round(at.timestamp() * 1000)


def from_ms(value: int) -> datetime:
    """Epoch milliseconds as an aware UTC time."""
    return datetime.fromtimestamp(value / 1000, UTC)


def maybe_ms(value: int | None) -> datetime | None:
    """The same for a column that may be empty."""
    return None if value is None else from_ms(value)


def ms_or_none(at: datetime | None) -> int | None:
    """A time that may be missing, for a column that may be empty."""
    return None if at is None else to_ms(at)


def dump(value: Any) -> str:
    """A struct or plain value as JSON text."""
    return _encode(value).decode()
