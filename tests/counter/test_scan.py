"""Keys of a scanner and of a person, told apart by their times: nothing is lost, doubled, or let into a field."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budtender.counter import scan
from budtender.counter.scan import Burst, Taken
from tests.cards import CR, card, elements

LICENCE = card(elements(date(1990, 4, 18), date(2031, 4, 18)))
GAPS = st.floats(0, 0.4)


def typed(keys: list[tuple[str, float]]) -> tuple[str, list[str]]:
    """What reaches the field and what was scanned, with `pause` called whenever it is due."""
    burst, at, told = Burst(), 0.0, list[Taken]()
    for text, gap in keys:
        at += gap
        if burst.due is not None and burst.due <= at:
            told.append(burst.pause(burst.due))
        told.append(burst.key(text, at))
    if burst.due is not None:
        told.append(burst.pause(burst.due))
    assert burst.due is None
    return "".join(taken.released for taken in told), [taken.scan for taken in told if taken.scan is not None]


@given(keys=st.lists(st.tuples(st.characters(), GAPS), max_size=60))
def test_every_key_goes_to_one_place_and_keeps_its_turn(keys: list[tuple[str, float]]) -> None:
    field, scans = typed(keys)
    together = "".join(text for text, _gap in keys)
    assert sorted(field + "".join(scans)) == sorted(together)
    remaining = iter(together)
    assert all(any(c == key for key in remaining) for c in field), "the field has its keys in order"


@given(text=st.text(st.characters(exclude_characters="@"), max_size=40), gap=st.floats(0.0351, 1))
def test_a_person_is_never_taken_for_a_scanner(text: str, gap: float) -> None:
    assert typed([(c, gap) for c in text]) == (text, [])


def test_thirty_keys_a_second_lose_none() -> None:
    """A phone number at 33 ms a key is faster than the limit, and shorter than a scan."""
    assert typed([(c, 1 / 30) for c in "3035550142"]) == ("3035550142", [])


@given(text=st.text(st.characters(exclude_characters="\r\n"), min_size=12, max_size=60), gap=st.floats(0, 0.0349))
def test_twelve_fast_keys_are_a_scan(text: str, gap: float) -> None:
    assert typed([(c, gap) for c in text]) == ("", [text])


def test_eleven_fast_keys_are_not() -> None:
    assert typed([(c, 0.01) for c in "30355501421"]) == ("30355501421", [])


def test_a_licence_is_one_scan_with_its_line_breaks() -> None:
    assert typed([(c, 0.004) for c in LICENCE]) == ("", [LICENCE])


def test_a_busy_machine_does_not_let_the_rest_of_a_scan_through() -> None:
    keys = [(c, 0.2 if n in (40, 90, 200) else 0.004) for n, c in enumerate(LICENCE)]
    assert typed(keys) == ("", [LICENCE])


def test_a_slow_scanner_shows_by_its_beginning() -> None:
    assert typed([(c, 0.06) for c in LICENCE]) == ("", [LICENCE])
    old = LICENCE.replace("ANSI ", "AAMVA")
    assert typed([(c, 0.06) for c in old]) == ("", [old])


@pytest.mark.parametrize("text", ["dana@example.com", "a@ansi.example", "@ana", "@a", "@"])
def test_an_e_mail_address_reaches_its_field(text: str) -> None:
    for gap in (0.05, 0.12, 0.5):
        assert typed([(c, gap) for c in text]) == (text, [])


def test_what_was_typed_before_a_scan_stays_where_it_was() -> None:
    keys = [(c, 0.2) for c in "303"] + [(LICENCE[0], 0.3)] + [(c, 0.004) for c in LICENCE[1:]]
    assert typed([*keys, ("5", 0.6)]) == ("3035", [LICENCE])


def test_enter_alone_is_not_held() -> None:
    burst = Burst()
    assert burst.key("\r", 1.0).released == "\r"
    assert burst.due is None


def test_a_key_is_held_for_35_ms_at_most() -> None:
    burst = Burst()
    assert burst.key("3", 1.0).released == ""
    assert burst.due == pytest.approx(1.035)
    assert burst.pause(1.02).released == ""
    assert burst.pause(1.036).released == "3"


def test_two_scans_are_two() -> None:
    codes = ["AIQ-0011223344", "AIQ-5566778899"]
    keys = [(c, 0.3 if n == 0 else 0.005) for code in codes for n, c in enumerate(code + CR)]
    assert typed(keys) == ("", [f"{code}{CR}" for code in codes])


def test_kinds_of_scan() -> None:
    assert scan.kind_of(LICENCE) == "licence"
    assert scan.kind_of(LICENCE.replace("\n", " ")) == "licence"
    assert scan.kind_of("AIQ-0011223344\r") == "barcode"
    assert scan.kind_of("+13035550142") == "barcode"
    for nothing in ("", "3035550142", "Dana Reyes-Holm", "no digits here", "¡0011223344556!"):
        assert not scan.is_scan(nothing)
