"""Which of several profiles in a till is a shopper's, and what is said of what a new one lacks."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import permutations

import pytest
from msgspec.structs import replace

from budtender.connectors.profile import by_email, by_name, by_phone, match, refuse_incomplete
from budtender.errors import InputError
from budtender.model import Customer, CustomerDraft

DRAFT = CustomerDraft(
    key="k",
    first_name="Nia",
    last_name="Okafor",
    phone="3035550188",
    email="nia@example.org",
    birth_date=date(1990, 4, 18),
)
OLD, NEW = datetime(2019, 1, 1, tzinfo=UTC), datetime(2024, 1, 1, tzinfo=UTC)
OWN = Customer(id="own", first_name=" nia", phones=("+13035550188",), created=NEW)


def test_of_a_shared_phone_it_is_the_one_of_that_name_then_in_use_then_oldest() -> None:
    """Nobody is linked to the profile of whom they live with while they have one, be it put away."""
    older, away = replace(OWN, id="older", created=OLD), replace(OWN, id="away", archived=True, created=OLD)
    undated, other = replace(OWN, id="undated", created=None), replace(OWN, id="other", first_name="Ben", created=OLD)
    for everybody in permutations([other, away, undated, OWN, older]):
        left, order = list(everybody), []
        while known := match(DRAFT, left, by_phone):
            order.append(known.id)
            left.remove(known)
        assert order == ["older", "own", "undated", "away", "other"]


def test_the_first_way_that_leads_to_anybody_counts() -> None:
    mail = Customer(id="mail", email="NIA@example.org ", created=OLD)
    name = Customer(id="name", first_name="nia", last_name="OKAFOR ", birth_date=DRAFT.birth_date, created=OLD)
    everybody = [name, mail, OWN]
    assert match(DRAFT, everybody, by_phone, by_email, by_name) is OWN
    assert match(DRAFT, everybody, by_email, by_phone, by_name) is mail
    assert match(DRAFT, [name], by_email, by_phone, by_name) is name
    assert match(DRAFT, [name], by_email, by_phone) is None


@pytest.mark.parametrize("fields", [{"birth_date": None}, {"first_name": "Ada"}, {"last_name": "Other"}])
def test_nobody_is_known_by_less_than_full_name_and_birth_date(fields: dict[str, str | None]) -> None:
    name = Customer(id="name", first_name="Nia", last_name="Okafor", birth_date=DRAFT.birth_date)
    assert match(DRAFT, [replace(name, **fields)], by_name) is None
    assert match(replace(DRAFT, **fields), [name], by_name) is None


def test_what_is_not_known_matches_nobody_else_s_blank() -> None:
    blank = Customer(id="blank")
    draft = CustomerDraft(key="k", first_name="", last_name="", phone="", email="")
    assert match(draft, [blank], by_phone, by_email, by_name) is None


def test_all_that_is_missing_is_named_once_in_words() -> None:
    refuse_incomplete(DRAFT, ["first_name", "phone", "email", "birth_date"], "dutchie")
    with pytest.raises(InputError) as refused:
        refuse_incomplete(DRAFT, ["phone", "address1", "postal_code", "type", "loyalty_number"], "dutchie")
    assert refused.value.title == (
        "Dutchie needs the shopper's street address, postal code, customer type and loyalty number."
    )
    assert refused.value.hint
    assert refused.value.facts["missing"] == ["address1", "postal_code", "type", "loyalty_number"]
    assert (refused.value.code, refused.value.facts["field"]) == ("till_needs", "address1")
