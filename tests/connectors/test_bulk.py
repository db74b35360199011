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
IN_PIECES = Rows(Row, "dutchie", "row", whole=0, piece=30)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
#: Rows within a row, and text that looks like the end of one and the beginning of the next.
WITHIN = st.lists(st.fixed_dictionaries({"rowId": st.integers(0, 9)}, optional={"other": ANYTHING}), max_size=9)
LIKE_ROWS = st.lists(st.sampled_from(['},{"rowId":', '"', "}", "]", "[", "\\", ","]), max_size=6).map("".join)
GOOD = st.fixed_dictionaries(
    {"rowId": st.integers(0, 2**40)},
    optional={"name": st.none() | st.text() | LIKE_ROWS, "other": ANYTHING | WITHIN | LIKE_ROWS},
)
#: As tills write it, as Python does, and one value a line.
WRITTEN = st.sampled_from([{"separators": (",", ":")}, {}, {"indent": 1}])


def answer_of(rows: Rows[Row], body: bytes) -> Any:
    """What is read of a page, or the sentence against it."""
    try:
        return rows.read(Answer(status=200, headers={}, body=body), lambda row: (row.row_id, row.name))
    except ProtocolError as error:
        return str(error)


@given(page=st.lists(GOOD, max_size=20) | st.lists(GOOD | ANYTHING, max_size=8) | ANYTHING, written=WRITTEN)
def test_any_page_is_the_same_in_pieces(page: Any, written: dict[str, Any]) -> None:
    body = json.dumps(page, **written).encode()
    assert answer_of(IN_PIECES, body) == answer_of(AT_ONCE, body)
    answer = Answer(status=200, headers={}, body=body)
    assert IN_PIECES.alike(answer) == AT_ONCE.alike(answer)


@given(page=st.lists(GOOD, min_size=1, max_size=9), cut=st.integers(0, 400), put=st.binary(max_size=3), written=WRITTEN)
def test_a_broken_page_is_refused_alike(page: Any, cut: int, put: bytes, written: dict[str, Any]) -> None:
    whole = json.dumps(page, **written).encode()
    body = whole[:cut] + put + whole[cut + len(put) :]
    assert answer_of(IN_PIECES, body) == answer_of(AT_ONCE, body)


@given(written=WRITTEN)
def test_others_are_let_by_between_the_pieces(written: dict[str, Any]) -> None:
    page = [{"rowId": n, "name": "Ana", "other": [{"id": 1}, {"id": 2}]} for n in range(100)]
    asides: list[int] = []
    answer = Answer(status=200, headers={}, body=json.dumps(page, **written).encode())
    rows, _, bad = IN_PIECES.read(answer, lambda row: row.row_id, aside=lambda: asides.append(1))
    assert (rows, bad) == (list(range(100)), 0)
    assert len(asides) > 50
