"""Reading the barcode of a licence: header variants, both orders of a date, old cards, and what scanners lose."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budtender import aamva
from tests.cards import CR, HEAD, LF, RS, canadian, card, elements, us

BORN, EXPIRES = date(1990, 4, 18), date(2031, 4, 18)
NAMES = st.text(st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ-' "), min_size=1, max_size=24).filter(
    lambda name: name == " ".join(name.split()) and any(c.isalpha() for c in name) and name not in aamva.NO_NAME
)
DAYS = st.dates(date(1900, 1, 1), date(2099, 12, 31))


def test_a_card_of_today() -> None:
    read = aamva.read(card(elements(BORN, EXPIRES, middle="LEE")))
    assert read == aamva.Licence(
        born=BORN,
        expires=EXPIRES,
        first_name="Dana",
        last_name="Reyes",
        middle_name="Lee",
        country="us",
        state="CO",
    )


@given(first=NAMES, last=NAMES, born=DAYS, expires=DAYS, country=st.sampled_from(["USA", "CAN"]))
def test_what_is_on_the_card_is_read(first: str, last: str, born: date, expires: date, country: str) -> None:
    read = aamva.read(card(elements(born, expires, first=first, last=last, country=country)))
    assert read is not None
    assert (read.born, read.expires) == (born, expires)
    assert (read.first_name.upper(), read.last_name.upper()) == (first, last)
    assert read.country == {"USA": "us", "CAN": "ca"}[country]


@given(day=DAYS)
def test_no_date_can_be_read_two_ways(day: date) -> None:
    for text in (us(day), canadian(day)):
        read = aamva.read(card({**elements(BORN, EXPIRES), "DBA": text}))
        assert read is not None
        assert read.expires == day


@pytest.mark.parametrize("version", ["00", "01", "02", "03", "04", "08", "09", "10"])
def test_every_version_of_the_header(version: str) -> None:
    read = aamva.read(card(elements(BORN, EXPIRES), version=version))
    assert read is not None
    assert read.last_name == "Reyes"


@pytest.mark.parametrize(
    "head",
    ["@ANSI ", f"@{LF}{RS}{CR}ANSI", f"@{LF}\x1c{CR}AAMVA", "@ ANSI ", "%@\n\nANSI ", "ansi ", "@␊␞␍ANSI "],
)
def test_every_beginning(head: str) -> None:
    text = card(elements(BORN, EXPIRES), head=head)
    assert aamva.is_licence(text)
    read = aamva.read(text)
    assert read is not None
    assert (read.first_name, read.born) == ("Dana", BORN)


@pytest.mark.parametrize("separator", [LF, CR, CR + LF, RS, LF + LF, "␊", "<LF>", "\\n", "\u2028"])
def test_every_separator_that_is_left(separator: str) -> None:
    read = aamva.read(card(elements(BORN, EXPIRES), separator=separator))
    assert read is not None
    assert (read.first_name, read.last_name, read.born, read.expires) == ("Dana", "Reyes", BORN, EXPIRES)


@pytest.mark.parametrize("separator", ["", " ", "  ", "\t"])
def test_names_survive_lost_separators_where_they_are_certain(separator: str) -> None:
    text = card(elements(BORN, EXPIRES, first="MARY DANA", last="DE LA CRUZ"), separator=separator, head="@ANSI ")
    read = aamva.read(text.replace(CR, separator))
    assert read is not None
    assert (read.first_name, read.last_name) == ("Mary Dana", "De La Cruz")
    assert (read.born, read.expires, read.country) == (BORN, EXPIRES, "us")


@pytest.mark.parametrize(("first", "last"), [("SOLEDAD", "REYES"), ("DANA", "ANDACHT"), ("DANA", "MADDEN")])
def test_a_name_that_could_be_cut_wrongly_is_left_out(first: str, last: str) -> None:
    """Without separators “SOLEDAD” ends in the letters of the next field."""
    whole = elements(BORN, EXPIRES, first=first, last=last)
    read = aamva.read(card(whole, separator="").replace(CR, ""))
    assert read is not None
    assert (read.first_name, read.last_name) in [("", ""), (first.title(), last.title())]
    assert (read.born, read.expires) == (BORN, EXPIRES)
    kept = aamva.read(card(whole))
    assert kept is not None
    assert (kept.first_name, kept.last_name) == (first.title(), last.title())


@given(first=NAMES, last=NAMES, separator=st.sampled_from(["", " "]))
def test_a_lost_separator_never_makes_another_name(first: str, last: str, separator: str) -> None:
    text = card(elements(BORN, EXPIRES, first=first, last=last), separator=separator).replace(CR, separator)
    read = aamva.read(text)
    assert read is not None
    assert read.born == BORN
    assert (read.first_name.upper(), read.last_name.upper()) in [("", ""), (first, last)]


def test_cards_of_2000_have_one_name_field() -> None:
    old = {"DAQ": "1", "DAA": "REYES,DANA,LEE", "DBA": "20310418", "DBB": "19900418", "DBC": "F", "DAJ": "CO"}
    read = aamva.read(card(old, version="01"))
    assert read is not None
    assert (read.last_name, read.first_name, read.middle_name) == ("Reyes", "Dana", "Lee")
    assert (read.born, read.expires) == (BORN, EXPIRES)
    spaced = aamva.read(card({**old, "DAA": "REYES DANA"}, version="01"))
    assert spaced is not None
    assert (spaced.last_name, spaced.first_name, spaced.middle_name) == ("Reyes", "Dana", "")


@pytest.mark.parametrize("given_names", ["DANA,LEE", "DANA LEE"])
def test_cards_of_2005_have_the_given_names_together(given_names: str) -> None:
    parts = elements(BORN, EXPIRES)
    for key in ("DAC", "DAD", "DDE", "DDF", "DDG"):
        del parts[key]
    read = aamva.read(card({**parts, "DCT": given_names}, version="03"))
    assert read is not None
    assert (read.last_name, read.first_name, read.middle_name) == ("Reyes", "Dana", "Lee")


def test_what_a_card_has_cut_is_said() -> None:
    read = aamva.read(card({**elements(BORN, EXPIRES), "DDE": "T", "DDF": "U"}))
    assert read is not None
    assert read.truncated == {"last_name"}


def test_a_canadian_card() -> None:
    read = aamva.read(card(elements(BORN, EXPIRES, country="CAN", state="ON", first="ZOÉ", last="CÔTÉ-O'NEIL")))
    assert read is not None
    assert (read.first_name, read.last_name) == ("Zoé", "Côté-O'Neil")
    assert (read.country, read.state, read.born) == ("ca", "ON", BORN)
    without = elements(BORN, EXPIRES, country="CAN", state="ON")
    del without["DCG"]
    told = aamva.read(card(without))
    assert told is not None
    assert told.country == "ca"


def test_the_document_number_is_told_only_as_a_digest() -> None:
    text = card(elements(BORN, EXPIRES))
    plain, one, two = aamva.read(text), aamva.read(text, b"pepper"), aamva.read(text, b"other")
    assert plain is not None
    assert one is not None
    assert two is not None
    assert plain.document is None
    assert one.document != two.document
    assert "94-123" not in repr(one)
    assert "EXAMPLE" not in repr(one)


@pytest.mark.parametrize("expires", ["", "00000000", "99999999", "NONE", "13322031"])
def test_a_card_without_an_end(expires: str) -> None:
    read = aamva.read(card({**elements(BORN, EXPIRES), "DBA": expires}))
    assert read is not None
    assert read.expires is None


@pytest.mark.parametrize("born", ["", "02301990", "19900230", "1990041", "DENVER"])
def test_without_a_birth_date_it_is_not_readable(born: str) -> None:
    assert aamva.read(card({**elements(BORN, EXPIRES), "DBB": born})) is None


@pytest.mark.parametrize("rest", ["", " 6360200", " 63602009", " 6e60200?0002DL", " no such card 12"])
def test_a_damaged_licence_is_a_licence_that_cannot_be_read(rest: str) -> None:
    text = f"@{LF}{RS}{CR}ANSI{rest}{CR}"
    assert aamva.is_licence(text)
    assert aamva.read(text) is None


@given(text=st.text(max_size=300))
def test_anything_may_be_scanned(text: str) -> None:
    aamva.read(text)
    aamva.read(HEAD + "6360200802DL" + text, b"pepper")
    assert not aamva.is_licence("0" + text.replace("ANSI", "").replace("ansi", "")) or "A" in text.upper()


@given(cut=st.integers(0, 250), data=st.data())
def test_a_scan_that_lost_a_part_is_read_right_or_not_at_all(cut: int, data: st.DataObject) -> None:
    text = card(elements(BORN, EXPIRES))
    end = data.draw(st.integers(cut, len(text)))
    read = aamva.read(text[:cut] + text[end:])
    if read is not None and "DBB04181990" in text[:cut] + text[end:]:
        assert read.born == BORN


def test_a_book_is_no_licence() -> None:
    assert aamva.read(card({**elements(BORN, EXPIRES), "DAG": "A" * 5000})) is None


@pytest.mark.parametrize("lf", ["◙", "\t", "␊"])
def test_what_windows_makes_of_a_number_on_the_keypad_is_a_separator(lf: str) -> None:
    text = card(elements(BORN, EXPIRES), separator=lf, head=f"@{lf}▲♪ANSI ")
    licence = aamva.read(text)
    assert licence is not None
    assert (licence.first_name, licence.last_name) == ("Dana", "Reyes")


def test_a_licence_that_has_lost_its_beginning_is_one_and_cannot_be_read() -> None:
    """Its first keys went to the window that was in front before."""
    text = card(elements(BORN, EXPIRES))[40:]
    assert aamva.is_licence(text)
    assert aamva.read(text) is None
    assert not aamva.is_licence("AIQ-DBB04181990-00112233")
