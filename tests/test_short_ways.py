"""The short ways for values that are read with every shopper answer what the general ways answer."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from budtender.cache.rows import from_e4, to_e4
from budtender.names import shown

#: A mark of direction: never shown, and with it a text takes the general way.
MARK = "\u200e"


@given(st.integers(-(10**13), 10**13))
def test_points_come_back_as_they_were_without_zeros_behind_them(value: int) -> None:
    points = from_e4(value)
    assert points == Decimal(value) / 10_000
    assert to_e4(points) == value
    text = str(points)
    assert "E" not in text
    assert "." not in text or text[-1] not in "0."


@given(st.text() | st.text(alphabet=st.sampled_from("aé \t\u00a0\u2028<b>%s\u202eß漢")))
def test_plain_text_is_shown_as_any_text_is(text: str) -> None:
    assert shown(text) == shown(text + MARK)
    assert shown(text).isprintable()
