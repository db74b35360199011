"""A customer read the quick way is the one that the slow way reads, whatever the row says or leaves out."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from budtender.connectors.answer import Answer
from budtender.connectors.dutchie_records import CUSTOMERS, customer_of
from budtender.connectors.dutchie_wire import read_customer
from budtender.errors import ProtocolError
from budtender.model import Customer

TEXT = st.none() | st.sampled_from(["", " ", "Dana", "  Dana ", "0", "Zoë\u0000", "a\tb", "\u00a0Ann\u2003"])
TEXTS = (
    "firstName",
    "lastName",
    "address1",
    "address2",
    "city",
    "state",
    "postalCode",
    "emailAddress",
    "customerType",
    "gender",
    "driversLicenseHash",
    "externalCustomerId",
    "mmjidNumber",
    "loyaltyTier",
)
PHONE = st.none() | st.sampled_from(["", "3035550142", "(303) 555-0142", "+1 303 555 0142", "5550142", "none"])
TIME = st.none() | st.sampled_from(
    ["", "2026-01-05T10:00:00", "2026-01-05T10:00:00.1234567", "2026-01-05T10:00:00Z", "2026-13-40T99:00:00", "soon"]
)
ROWS = st.fixed_dictionaries(
    {"customerId": st.integers(1, 2**40)},
    optional={
        **dict.fromkeys(TEXTS, TEXT),
        "phone": PHONE,
        "cellPhone": PHONE,
        "lastModifiedDateUTC": TIME,
        "creationDate": TIME,
        "dateOfBirth": TIME,
        "status": st.none() | st.sampled_from(["", "Active", " Active", "Archived", "archived ", "Inactive"]),
        "discountGroups": st.none() | st.lists(st.none() | st.sampled_from(["", "Veterans", " Staff "]), max_size=3),
        "isLoyaltyMember": st.none() | st.booleans(),
        "optedIntoMarketing": st.none() | st.booleans(),
        "mergedIntoCustomerId": st.none() | st.integers(0, 2**40),
    },
)


@given(ROWS)
def test_the_quick_way_reads_what_the_slow_way_reads(row: dict[str, object]) -> None:
    quick, _, bad = CUSTOMERS.read(Answer(200, {}, msgspec.json.encode([row])), customer_of, read_customer)
    assert bad == 0
    assert quick == [slow(row)]


@pytest.mark.parametrize("key", [*TEXTS, "status", "discountGroups", "optedIntoMarketing", "mergedIntoCustomerId"])
def test_nothing_that_a_row_says_alone_is_left_out(key: str) -> None:
    value = {"discountGroups": ["Veterans"], "optedIntoMarketing": False, "mergedIntoCustomerId": 7}.get(key, " Dana ")
    row = {"customerId": 1, key: value}
    quick, _, _ = CUSTOMERS.read(Answer(200, {}, msgspec.json.encode([row])), customer_of, read_customer)
    assert quick == [slow(row)]
    assert quick != [Customer(id="1")]


def slow(row: dict[str, object]) -> Customer:
    try:
        return read_customer(row)
    except ProtocolError as error:
        raise AssertionError(row) from error
