"""The short way for ten plain digits answers what the general way answers."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budtender import phone
from budtender.errors import PhoneError

NOTHING = re.compile(r"(?!)")


def answer(text: str, region: str) -> str:
    try:
        return phone.parse_phone(text, region)
    except PhoneError as error:
        return str(error)


@given(
    text=st.one_of(
        st.from_regex(r"[0-9]{10}", fullmatch=True),
        st.from_regex(r"(303|720|983|800|900|242|876)[0-9]{7}\s?", fullmatch=True),
        st.from_regex(r"\d{10}", fullmatch=True),
        st.from_regex(r" {0,2}(303|720|876) {0,2}[2-9](?:[0-9] {0,3}){6}", fullmatch=True),
        st.text("0123456789 ", max_size=45),
    ),
    region=st.sampled_from(["US", "CA", "MX"]),
)
def test_short_and_general_way_agree(text: str, region: str) -> None:
    short = answer(text, region)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(phone, "_plain_us", lambda: NOTHING)
        assert short == answer(text, region)


@pytest.mark.parametrize("text", ["3035550142", "9832005555", "2125550100", "303 555 0142"])
def test_what_people_type_takes_the_short_way(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("phonenumbers.parse")
    assert phone.parse_phone(text) == f"+1{text.replace(' ', '')}"


def general(text: str) -> str | None:
    try:
        return phone.parse_phone(text)
    except PhoneError:
        return None


@given(
    st.one_of(
        st.from_regex(r"(\+?1)?[ .-]?\(?(303|719|800|876)\)?[ .-]?[2-9][0-9]{2}[ .-]?[0-9]{4}", fullmatch=True),
        st.text("0123456789 ()-.+", max_size=16),
    )
)
def test_what_clerks_type_is_the_same_number_by_the_short_way(text: str) -> None:
    found = phone.from_remote(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(phone, "_plain_us", lambda: NOTHING)
        assert found == (general(text) if text else None)


@pytest.mark.parametrize(
    "text", ["(303) 555-0142", "+13035550142", "13035550142", "303-555-0142", "1 303 555 0142", "303.555.0142"]
)
def test_what_clerks_type_takes_the_short_way(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("phonenumbers.parse")
    assert phone.from_remote(text) == "+13035550142"
