"""Numbers as the window writes them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication

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


@pytest.fixture
def in_spanish(qapp: QApplication) -> Iterator[None]:
    language.speak(qapp, "es")
    yield
    language.speak(qapp, "en")


@pytest.mark.usefixtures("in_spanish")
@pytest.mark.parametrize(("hour", "written"), [(13, "la 1:05"), (1, "la 1:05"), (11, "las 11:05"), (16, "las 4:05")])
def test_spanish_tells_the_hour_with_its_article(hour: int, written: str) -> None:
    at = datetime(2026, 3, 4, hour, 5).astimezone()
    assert language.hour(at).startswith(written)
    assert language.hour(at).endswith(language.clock_time(at))


@pytest.mark.usefixtures("in_spanish")
def test_spanish_writes_dates_and_months_with_de() -> None:
    assert language.date_text(date(2026, 1, 3)) == "3 de enero de 2026"
    assert language.month(date(2026, 2, 1)) == "febrero de 2026"


def test_english_writes_them_as_it_does() -> None:
    at = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
    assert language.hour(at) == language.clock_time(at)
    assert language.date_text(date(2026, 1, 3)) == "Jan 3, 2026"
    assert language.month(date(2026, 2, 1)) == "February 2026"
