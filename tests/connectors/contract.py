"""Holds requests against a vendor's interface description, where the working papers lie beside the repository."""

from __future__ import annotations

import json
import re
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from tests.connectors.page_server import Asked

APIS = Path(__file__).parents[3] / "shared" / "apis"


def assert_conforms(asked: Asked, description: str) -> None:
    """The verb, path, query, needed headers and body of a request are what `description` has.

    Skips where the description is missing.
    """
    document = described(description)
    template, operation = _operation(document, asked)
    parameters = [_resolved(document, parameter) for parameter in operation]
    _assert_query(document, asked, template, parameters)
    for parameter in parameters:
        if parameter["in"] == "header" and parameter.get("required"):
            assert asked.headers.get(parameter["name"].lower()), f"{template}: no header {parameter['name']}"
    given = dict(zip(re.findall(r"{(\w+)}", template), _values(template, asked.path), strict=True))
    for parameter in parameters:
        if parameter["in"] == "path":
            _validate(document, _typed(given[parameter["name"]], parameter["schema"]), parameter["schema"])
    body = document["paths"][template][asked.method.lower()].get("requestBody")
    if body is None:
        assert asked.body is None
    else:
        _validate(document, asked.body, body["content"]["application/json"]["schema"])


def _assert_query(document: Any, asked: Asked, template: str, parameters: list[Any]) -> None:
    known = {parameter["name"].casefold(): parameter for parameter in parameters if parameter["in"] == "query"}
    assert {name.casefold() for name in asked.query} <= known.keys(), f"{template}: unknown query name"
    for name, text in asked.query.items():
        schema = _resolved(document, known[name.casefold()].get("schema", {}))
        if schema.get("type") == "array":
            schema = _resolved(document, schema["items"])
        _validate(document, _typed(text, schema), schema)
        if schema.get("format") in ("date", "date-time"):
            datetime.fromisoformat(text)


@cache
def described(name: str) -> Any:
    """An interface description; skips where it is missing."""
    path = APIS / name
    if not path.exists():
        pytest.skip(f"{name} is not beside this repository")
    text = path.read_text(encoding="utf-8")
    return json.loads(text) if path.suffix == ".json" else yaml.safe_load(text)


def _operation(document: Any, asked: Asked) -> tuple[str, list[Any]]:
    """The path template that fits best, and the parameters of the operation."""
    fitting = [template for template in document["paths"] if re.fullmatch(_pattern(template), asked.path)]
    for template in sorted(fitting, key=lambda template: template.count("{")):
        item = document["paths"][template]
        if asked.method.lower() in item:
            return template, [*item.get("parameters", []), *item[asked.method.lower()].get("parameters", [])]
    raise AssertionError(f"{asked.method} {asked.path} is not described")


def _pattern(template: str) -> str:
    return re.sub(r"{\w+}", "([^/]+)", template)


def _values(template: str, path: str) -> tuple[str, ...]:
    found = re.fullmatch(_pattern(template), path)
    assert found is not None
    return found.groups()


def _typed(text: str, schema: Any) -> object:
    """A value of a path or query as the type that its schema wants; text that is none stays text."""
    kinds = schema.get("type", "string")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    if "boolean" in kinds and text in ("true", "false"):
        return text == "true"
    if ("integer" in kinds or "number" in kinds) and text.lstrip("-").isdigit():
        return int(text)
    return text


def _resolved(document: Any, part: Any) -> Any:
    while "$ref" in part:
        target = document
        for step in part["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        part = target
    return part


def _validate(document: Any, value: object, schema: Any) -> None:
    whole = {**schema, "components": document["components"]}
    errors = [error.message for error in Draft202012Validator(whole).iter_errors(value)]
    assert not errors, errors
