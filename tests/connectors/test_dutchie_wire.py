"""Whatever Dutchie sends is read as values or refused as one kind of error."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budtender.connectors import dutchie_lists, dutchie_wire
from budtender.errors import ProtocolError

_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**40), 10**40) | st.decimals() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
_KEYS = [
    "customerId",
    "phone",
    "cellPhone",
    "firstName",
    "emailAddress",
    "dateOfBirth",
    "discountGroups",
    "isAnonymous",
    "mergedIntoCustomerId",
    "lastModifiedDateUTC",
    "creationDate",
    "locationId",
    "LOCATIONID",
    "lspId",
    "id",
    "discountId",
    "externalId",
    "applicationMethod",
    "isActive",
    "validDateTo",
    "message",
    "errors",
    "propertyErrors",
    "postalCode",
]
_objects = st.dictionaries(st.sampled_from(_KEYS), _values, max_size=10) | _values


@pytest.mark.parametrize("read", [dutchie_wire.read_customer, dutchie_wire.read_location, dutchie_wire.rows_in])
@given(value=_objects)
def test_any_object_is_read_or_refused(read: Any, value: object) -> None:
    with suppress(ProtocolError):
        read(value)


@given(modern=st.lists(_objects, max_size=4), reporting=st.lists(_objects, max_size=4))
def test_any_discounts_are_read_or_counted(modern: list[object], reporting: list[object]) -> None:
    found, bad = dutchie_lists.read_discounts(modern, reporting)
    assert len(found) + bad <= len(modern) + len(reporting)


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_an_id_is_whole(number: Decimal) -> None:
    body = {"customerId": number}
    whole = number == number.to_integral_value() and abs(number) < 2**63
    if whole:
        assert dutchie_wire.read_customer(body).id == str(int(number))
    else:
        with pytest.raises(ProtocolError):
            dutchie_wire.read_customer(body)


def test_a_restriction_that_is_written_as_text_is_one_all_the_same() -> None:
    row = {"id": 7, "discountDescription": "Ten off", "locationRestrictions": ["531", 532, None, True, 531]}
    ((found,), bad) = dutchie_lists.read_discounts([row | {"restrictToGroupIds": ["3"]}], [])
    assert (found.location_ids, found.group_ids, bad) == (("531", "532"), ("3",), 0)
