"""Numbers as the window writes them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui import language


@given(st.decimals(min_value=-(10**30), max_value=10**30, places=4), st.sampled_from(["en", "es"]))
def test_points_are_written_to_the_last_digit(value: Decimal, of: str) -> None:
    here = language.locale(of)
    written = language.points(value, of)
    plain = written.replace(here.groupSeparator(), "").replace(here.decimalPoint(), ".")
    assert Decimal(plain.replace(here.negativeSign(), "-")) == value
    assert not written.endswith("0") or "." not in plain


@pytest.mark.parametrize(
    ("value", "written"), [("412.5000", "412.5"), ("-0.00", "0"), ("-120", "-120"), ("1e30", "1" + ",000" * 10)]
)
def test_points_have_groups_and_no_more_decimals_than_they_need(value: str, written: str) -> None:
    assert language.points(Decimal(value), "en") == written
