"""Every expected failure carries a stable `code`, so that a window can say it in the language of its user."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import budtender
from budtender import errors

ROOT = Path(budtender.__file__).parent
FAILURES = {
    name
    for name, thing in vars(errors).items()
    if isinstance(thing, type) and issubclass(thing, errors.Failure) and name not in ("Failure", "RemoteError")
}
#: Rooms whose failures no window ever shows: commands, and what stands beside the product.
APART = ("cli", "simulator", "demo", "doctor", "contract.py", "log.py")
#: Of the connectors, those that speak to the counter; a till's own complaints are named by their kind alone.
CONNECTORS = ("sentences.py", "http.py", "address.py", "aiq")
#: Words made of a fact that is named otherwise.
IN_WORDS = {"what": "field", "why": "code", "more": "tries_left", "name": "name"}
CODE = re.compile(r"[a-z][a-z0-9_]*")


def _modules() -> list[Path]:
    paths = (path.relative_to(ROOT) for path in sorted(ROOT.rglob("*.py")))
    near = [path for path in paths if path.parts[0] not in APART and str(path) != "errors.py"]
    return [path for path in near if path.parts[0] != "connectors" or path.name.startswith(CONNECTORS)]


def _made(path: Path) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse((ROOT / path).read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FAILURES:
            yield node


@pytest.mark.parametrize("path", _modules(), ids=str)
def test_every_failure_has_a_code(path: Path) -> None:
    for call in _made(path):
        given = {keyword.arg: keyword.value for keyword in call.keywords}
        assert given.keys() & {"code", None}, f"{path}:{call.lineno} has no code"
        code = given.get("code")
        if isinstance(code, ast.Constant):
            assert CODE.fullmatch(str(code.value)), f"{path}:{call.lineno}: {code.value!r}"


@pytest.mark.parametrize("path", _modules(), ids=str)
def test_every_value_in_a_title_is_a_fact(path: Path) -> None:
    """A translation puts the same numbers and names into its own sentence."""
    for call in _made(path):
        title = call.args[0]
        values = [part for part in ast.walk(title) if isinstance(part, ast.FormattedValue)]
        facts = call.keywords
        missing = [ast.unparse(v.value) for v in values if not _told(v.value, facts)]
        assert not missing, f"{path}:{call.lineno}: {missing} is in the title and no fact"


def _told(value: ast.expr, facts: list[ast.keyword]) -> bool:
    """Whether a fact holds something the value is made of."""
    names = {node.id for node in ast.walk(value) if isinstance(node, ast.Name)}
    for fact in facts:
        if fact.arg is None or fact.arg in {IN_WORDS.get(name) for name in names}:
            return True
        if fact.arg != "code" and names & {node.id for node in ast.walk(fact.value) if isinstance(node, ast.Name)}:
            return True
    return False
