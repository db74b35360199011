"""Answers made up from a vendor's interface description, and bent: nulls, missing and further keys, odd values."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest
from hypothesis import strategies as st

from tests.connectors.contract import APIS

_TIMES = (
    "2026-03-04T10:00:00.1234567",
    "2026-03-04T10:00:00Z",
    "2026-03-04",
    "0001-01-01T00:00:00",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59.9999999",
    "soon",
    "",
)
_WORDS = ("Retail", "Active", "Alpine IQ", "303-555-0142", "%", "\x00", "ł" * 9, "true", "7", "NaN", "")
_NUMBERS = (0, 1, -1, 2**31, 2**63, 10**30, 0.1, -2.5, 1e15, 1e300, 12.005)
_JUNK: st.SearchStrategy[Any] = (
    st.none() | st.booleans() | st.sampled_from(_NUMBERS + _WORDS) | st.just([]) | st.just({}) | st.just([[7]])
)
_DEEPEST = 3


@cache
def description(name: str) -> Any:
    """An interface description; skips where it does not lie beside the repository."""
    path = APIS / name
    if not path.exists():
        pytest.skip(f"{name} is not beside this repository")
    return json.loads(path.read_text(encoding="utf-8"))


def odd_lists(name: str, schema: str) -> st.SearchStrategy[Any]:
    """Lists of objects of a schema, more or less; now and then something else altogether."""
    one = _objects(description(name), {"$ref": f"#/components/schemas/{schema}"}, 0)
    wrapped = st.lists(one, max_size=3).map(lambda rows: {"data": rows, "more": None})
    return st.lists(one | _JUNK, max_size=4) | wrapped | _JUNK


def odd_objects(name: str, schema: str) -> st.SearchStrategy[Any]:
    """Objects of a schema, more or less."""
    return _objects(description(name), {"$ref": f"#/components/schemas/{schema}"}, 0) | _JUNK


def _objects(document: Any, schema: Any, depth: int) -> st.SearchStrategy[Any]:
    properties = _resolved(document, schema).get("properties", {})
    if not properties:
        return st.just({})
    ids = [name for name in properties if name in ("id", "name") or name.endswith("Id")][:2]
    names = sorted(properties)

    @st.composite
    def build(draw: st.DrawFn) -> dict[str, Any]:
        chosen = draw(st.lists(st.sampled_from(names), max_size=16, unique=True))
        if draw(st.integers(0, 9)):
            chosen = [*ids, *(name for name in chosen if name not in ids)]
        found = {name: draw(_values(document, properties[name], depth + 1)) for name in chosen}
        if draw(st.booleans()):
            found["aKeyFromTheFuture"] = draw(_JUNK)
        return found

    return build()


def _values(document: Any, schema: Any, depth: int) -> st.SearchStrategy[Any]:
    known = _resolved(document, schema)
    fitting = _fitting(document, known, depth)
    # Mostly what is described; a tenth is anything.
    return st.integers(0, 19).flatmap(lambda chance: _JUNK if chance == 0 else st.none() if chance == 1 else fitting)


def _fitting(document: Any, schema: Any, depth: int) -> st.SearchStrategy[Any]:
    if "enum" in schema:
        return st.sampled_from([*schema["enum"], 99])
    kind = schema.get("type")
    if kind == "integer":
        return st.integers(0, 2**31 - 1) | st.sampled_from([0, 1, 7])
    if kind == "number":
        return st.integers(-10_000, 1_000_000).map(lambda cents: cents / 100)
    if kind == "boolean":
        return st.booleans()
    if kind == "string":
        return st.sampled_from(_TIMES if schema.get("format") == "date-time" else _WORDS)
    if depth > _DEEPEST:
        return st.none()
    if kind == "array":
        return st.lists(_values(document, schema["items"], depth + 1), max_size=3)
    return _objects(document, schema, depth)


def _resolved(document: Any, schema: Any) -> Any:
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema
