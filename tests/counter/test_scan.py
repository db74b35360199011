"""Keys of a scanner and of a person, told apart by their times: nothing is lost, doubled, or let into a field."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budtender.counter import scan
from budtender.counter.scan import Burst, Taken
from tests.cards import CR, card, elements

LICENCE = card(elements(date(1990, 4, 18), date(2031, 4, 18)))
GAPS = st.floats(0, 0.4)


def typed(keys: Iterable[tuple[str, float] | tuple[str, float, bool]]) -> tuple[str, list[str]]:
    """What is in the field at the end and what was scanned, with `pause` called whenever it is due.

    A key is what it types, the seconds since the one before, and whether somebody waits for what it completes.
    """
    burst, at, field, scans = Burst(), 0.0, "", list[str]()

    def tell(taken: Taken) -> None:
        nonlocal field
        field += taken.released
        assert field.endswith(taken.recalled), "what is taken back is what went on last"
        field = field[: len(field) - len(taken.recalled)]
        if taken.scan is not None:
            assert taken.scan.startswith(taken.recalled)
            scans.append(taken.scan)
        assert taken.scan is not None or not taken.after
        field += taken.after

    for text, gap, *at_once in keys:
        at += gap
        if burst.due is not None and burst.due <= at:
            tell(burst.pause(burst.due))
        tell(burst.key(text, at, at_once=at_once == [True]))
    if burst.due is not None:
        tell(burst.pause(burst.due))
    assert burst.due is None
    return field, scans


@given(keys=st.lists(st.tuples(st.characters() | st.sampled_from("@5\r"), GAPS, st.booleans()), max_size=60))
def test_every_key_goes_to_one_place_and_keeps_its_turn(keys: list[tuple[str, float, bool]]) -> None:
    field, scans = typed(keys)
    together = "".join(text for text, _gap, _at_once in keys)
    assert sorted(field + "".join(scans)) == sorted(together)
    remaining = iter(together)
    assert all(any(c == key for key in remaining) for c in field), "the field has its keys in order"


@given(
    text=st.text(st.characters(exclude_characters="@"), max_size=40), gap=st.floats(0.0351, 1), at_once=st.booleans()
)
def test_a_person_is_never_taken_for_a_scanner(text: str, gap: float, at_once: bool) -> None:
    assert typed([(c, gap, at_once) for c in text]) == (text, [])


def test_thirty_keys_a_second_lose_none() -> None:
    """A phone number at 33 ms a key is faster than the limit, and shorter than a scan."""
    assert typed([(c, 1 / 30) for c in "3035550142"]) == ("3035550142", [])


@given(text=st.text(st.characters(exclude_characters="\r\n"), min_size=12, max_size=60), gap=st.floats(0, 0.0349))
def test_twelve_fast_keys_are_a_scan(text: str, gap: float) -> None:
    assert typed([(c, gap) for c in text]) == ("", [text])


@given(
    text=st.text(st.characters(exclude_characters="\r\n@"), min_size=12, max_size=60),
    gap=st.floats(0, 0.0349),
    at_once=st.sets(st.integers(0, 60)),
)
def test_they_are_whole_whichever_of_them_somebody_waits_for(text: str, gap: float, at_once: set[int]) -> None:
    assert typed([(c, gap, n in at_once) for n, c in enumerate(text)]) == ("", [text])


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


def test_a_key_that_somebody_waits_for_goes_on_at_once_and_is_still_known_as_a_scans_first() -> None:
    burst = Burst()
    assert burst.key("2", 1.0, at_once=True) == Taken(released="2")
    for n, c in enumerate("55501420000", 1):
        assert burst.key(c, 1.06 + 0.005 * n) == Taken(), "what follows it has a moment longer: the answer is drawn"
    assert burst.pause(2.0) == Taken(scan="255501420000", recalled="2")


def test_a_key_that_somebody_waits_for_does_not_overtake_those_that_are_held() -> None:
    burst = Burst()
    assert burst.key("4", 1.0) == Taken()
    assert burst.key("2", 1.01, at_once=True) == Taken()
    assert burst.pause(1.05) == Taken(released="42")


def test_a_licence_after_the_last_digit_leaves_the_digit() -> None:
    """A licence begins with @, so what was typed before it by hand is no part of it."""
    assert typed([("2", 0.2, True), (LICENCE[0], 0.02), *((c, 0.004) for c in LICENCE[1:])]) == ("2", [LICENCE])


#: What makers type for a line feed, a record separator and a carriage return; a command stands as a private character.
F9 = chr(scan.COMMANDS[0])
SEPARATORS = st.sampled_from(["\n", "\r", "\x1e", "\x1d", "\x1c", F9, chr(scan.COMMANDS[7]), "◙", "<LF>", " ", ""])


@given(
    lf=SEPARATORS,
    rs=SEPARATORS,
    cr=SEPARATORS,
    at=st.sampled_from(["@", '"', "]L2@"]),
    gaps=st.lists(st.floats(0, 0.034), min_size=1, max_size=9),
    before=st.text("0123456789", max_size=scan.FEWEST - 1),
    soon=st.floats(0.001, 0.2),
    after=st.text("0123456789", max_size=9),
    then=st.floats(0.11, 0.4),
)
def test_whatever_a_scanner_types_for_a_separator_and_a_person_around_it(
    lf: str,
    rs: str,
    cr: str,
    at: str,
    gaps: list[float],
    before: str,
    soon: float,
    after: str,
    then: float,
) -> None:
    """Nothing of a licence is let go, and nothing is lost of what a person typed before and after it."""
    meant = {"@": at, "\n": lf, "\x1e": rs, "\r": cr}
    scanned = "".join(meant.get(c, c) for c in LICENCE)
    keys = [(c, 0.05 if n else 1.0) for n, c in enumerate(before)]
    keys += [(c, gaps[n % len(gaps)] if n else soon) for n, c in enumerate(scanned)]
    keys += [(c, then) for c in after]
    assert typed(keys) == (before + after, [scanned])


@given(pace=st.floats(0.001, 0.09), after=st.floats(0.28, 1))
def test_a_slow_scanner_is_told_from_the_person_after_it(pace: float, after: float) -> None:
    assert typed([*((c, pace) for c in LICENCE), ("7", after)]) == ("7", [LICENCE])


@given(rests=st.lists(st.floats(0.036, 0.24), min_size=1, max_size=scan.RESTS), where=st.integers(20, 300))
def test_a_scanner_may_rest(rests: list[float], where: int) -> None:
    """Radio is sent again, and a machine that is busy types late."""
    gaps = dict(enumerate(rests, where))
    assert typed([(c, gaps.get(n, 0.004)) for n, c in enumerate(LICENCE)]) == ("", [LICENCE])


def test_a_suffix_that_comes_late_presses_nothing() -> None:
    assert typed([*((c, 0.004) for c in LICENCE), ("\r", 0.2), (F9, 0.03)]) == ("", [f"{LICENCE}\r{F9}"])


@pytest.mark.parametrize("text", ["3035550142", "dana", "", "@a"])
def test_a_command_is_a_scans_only_where_one_has_begun(text: str) -> None:
    burst, at = Burst(), 1.0
    for c in text:
        burst.key(c, at)
        at += 0.01
    assert burst.begun(at) == text.startswith("@")
    assert not burst.begun(at + 0.3)


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
