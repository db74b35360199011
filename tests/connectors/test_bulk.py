"""A page that is decoded in pieces is the page that is decoded at once, whatever it holds."""

from __future__ import annotations

import json
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from budtender.connectors.answer import Answer
from budtender.connectors.bulk import Rows
from budtender.errors import ProtocolError


class Row(msgspec.Struct, rename="camel"):
    """Something that a till might list."""

    row_id: int
    name: str | None = None


AT_ONCE = Rows(Row, "dutchie", "row", whole=10**9)
IN_PIECES = Rows(Row, "dutchie", "row", whole=0, piece=3)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
GOOD = st.fixed_dictionaries(
    {"rowId": st.integers(0, 2**40)}, optional={"name": st.none() | st.text(), "other": ANYTHING}
)


def answer_of(rows: Rows[Row], body: bytes) -> Any:
    """What is read of a page, or the sentence against it."""
    try:
        return rows.read(Answer(status=200, headers={}, body=body), lambda row: (row.row_id, row.name))
    except ProtocolError as error:
        return str(error)


@given(
    page=st.lists(GOOD, max_size=20) | st.lists(GOOD | ANYTHING, max_size=8) | ANYTHING, indent=st.none() | st.just(1)
)
def test_any_page_is_the_same_in_pieces(page: Any, indent: int | None) -> None:
    body = json.dumps(page, indent=indent).encode()
    assert answer_of(IN_PIECES, body) == answer_of(AT_ONCE, body)


@given(page=st.lists(GOOD, min_size=1, max_size=9), cut=st.integers(0, 400), put=st.binary(max_size=3))
def test_a_broken_page_is_refused_alike(page: Any, cut: int, put: bytes) -> None:
    whole = json.dumps(page).encode()
    body = whole[:cut] + put + whole[cut + len(put) :]
    assert answer_of(IN_PIECES, body) == answer_of(AT_ONCE, body)
