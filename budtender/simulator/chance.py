"""Chance without memory: the same place in the same world always gives the same draw, in any order of asking."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")
_WORD = (1 << 64) - 1


def draw(seed: int, place: int, what: int = 0) -> int:
    """Returns 64 even bits that belong to `place`; `what` tells several draws of one place apart."""
    word = (seed * 0x9E3779B97F4A7C15 + place * 0xD1B54A32D192ED03 + what * 0x8CB92BA72F3D8DD7 + 1) & _WORD
    word = ((word ^ (word >> 30)) * 0xBF58476D1CE4E5B9) & _WORD
    word = ((word ^ (word >> 27)) * 0x94D049BB133111EB) & _WORD
    return word ^ (word >> 31)


def pick(values: Sequence[T], bits: int) -> T:
    """Returns one of `values`."""
    return values[bits % len(values)]
