"""Answers made up from a vendor's interface description, as far from it as a server may stray.

Beside what the description allows there are nulls, missing and further keys, values of other types, and words that no
list of values has.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

_ODD: st.SearchStrategy[Any] = (
    st.none() | st.booleans() | st.integers() | st.text(max_size=6) | st.just([]) | st.just({}) | st.just([{}])
)
_DEEPEST = 6


def answers(
    document: Any, template: str, method: str, limits: Mapping[str, st.SearchStrategy[Any]] | None = None
) -> st.SearchStrategy[Any]:
    """Bodies of a good answer of an operation; keys among `limits` get the values named there."""
    response = document["paths"][template][method]["responses"]["200"]
    schema = resolved(document, response)["content"]["application/json"]["schema"]
    return values(document, schema, limits or {})


def values(
    document: Any, schema: Any, limits: Mapping[str, st.SearchStrategy[Any]], depth: int = 0
) -> st.SearchStrategy[Any]:
    """Values of a schema, and in every sixth place or so something else."""
    schema = resolved(document, schema)
    if depth > _DEEPEST:
        return st.none()
    parts = schema.get("oneOf") or schema.get("anyOf")
    if parts:
        return st.one_of([values(document, part, limits, depth + 1) for part in parts])
    kinds = schema.get("type", "object")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    fitting = [_of_kind(document, schema, kind, limits, depth) for kind in kinds]
    if depth == 0:
        return st.one_of(fitting)
    return st.integers(0, 5).flatmap(lambda chance: _ODD if chance == 5 else st.one_of(fitting))


def _of_kind(
    document: Any, schema: Any, kind: str, limits: Mapping[str, st.SearchStrategy[Any]], depth: int
) -> st.SearchStrategy[Any]:
    if kind == "object":
        known = {
            name: limits[name] if name in limits else values(document, part, limits, depth + 1)
            for name, part in schema.get("properties", {}).items()
        }
        return st.fixed_dictionaries({}, optional={**known, "added_last_week": _ODD})
    if kind == "array":
        return st.lists(values(document, schema.get("items", {}), limits, depth + 1), max_size=3)
    if "enum" in schema:
        return st.sampled_from(schema["enum"]) | st.text(max_size=8)
    return _scalar(kind, str(schema.get("format", "")))


def _scalar(kind: str, form: str) -> st.SearchStrategy[Any]:
    if kind == "string" and form.startswith("date"):
        times = st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001
        return times.map(lambda at: at.date().isoformat() if form == "date" else at.isoformat()) | st.text(max_size=12)
    return {
        "string": st.text(max_size=12) | st.integers().map(str),
        "integer": st.integers(-5, 10**6) | st.integers(),
        "number": st.floats(allow_nan=False, allow_infinity=False) | st.integers(),
        "boolean": st.booleans(),
        "null": st.none(),
    }[kind]


def resolved(document: Any, part: Any) -> Any:
    """A part of a description, behind its references."""
    while "$ref" in part:
        target = document
        for step in part["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        part = target
    return part
