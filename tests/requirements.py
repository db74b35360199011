"""Which requirement is proved by which test: `make requirements`, or `python -m tests.requirements [--user WORD]`.

The rows are read from the working papers that lie beside the repository; where they do not, the tests are listed by
the ids they carry. Tests are read and not run, so that this takes a moment and no network.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
import textwrap
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

TESTS = Path(__file__).parent
PAPERS = TESTS.parents[1] / "shared" / "requirements" / "requirements.md"
_ID = re.compile(r"[A-Z]-\d{2,3}")


class Row(NamedTuple):
    """A requirement; `user` is who feels it, "" for a place where the papers disagree."""

    id: str
    text: str
    user: str


def rows_in(papers: str) -> list[Row]:
    """The requirements of the tables in a Markdown text, in its order.

    A row begins with its id; the requirement is in its last cell but one where it names a user, else in its second.
    """
    rows = []
    for line in papers.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if _ID.fullmatch(cells[0]) and len(cells) >= 4:
            whole = len(cells) >= 7
            rows.append(Row(cells[0], cells[-2] if whole else cells[1], cells[-1] if whole else ""))
    return rows


def tests_by_id(folder: Path) -> dict[str, list[str]]:
    """For each id the tests that carry it, as `file::test`; the file alone where all of it carries one."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for path in sorted(folder.rglob("test_*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for name, requirement in _marks(tree, ""):
            place = path.relative_to(folder).as_posix() + (f"::{name}" if name else "")
            if place not in found[requirement]:
                found[requirement].append(place)
    return dict(found)


def _marks(node: ast.AST, within: str) -> Iterator[tuple[str, str]]:
    """The name of a test and an id for each mark, also for marks of single parameters."""
    for child in ast.iter_child_nodes(node):
        name = within
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not within:
            name = child.name
        if isinstance(child, ast.Call) and ast.unparse(child.func).endswith("mark.requirement"):
            for word in child.args:
                if isinstance(word, ast.Constant) and isinstance(word.value, str):
                    yield within, word.value
        yield from _marks(child, name)


# ── told ──────────────────────────────────────────────────────────────────────────────────────────────────


def report(rows: Sequence[Row], proofs: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """The lines to print: every row with its tests, the rows without one, how many of whose they are."""
    for row in rows:
        if row.id in proofs:
            yield f"{row.id}  {_short(row)}"
            yield from (f"       {place}" for place in proofs[row.id])
    without = [row for row in rows if row.id not in proofs]
    if without:
        yield ""
        yield "Without a test:"
        yield from (f"{row.id}  {_short(row)}" for row in without)
    yield ""
    for user in dict.fromkeys(row.user for row in rows):
        mine = [row for row in rows if row.user == user]
        proved = sum(row.id in proofs for row in mine)
        yield f"{user or 'papers that disagree'}: {proved} of {len(mine)} rows have a test."


def unknown_ids(rows: Sequence[Row], proofs: Mapping[str, Sequence[str]]) -> list[str]:
    """The ids that a test carries and no row has."""
    return sorted(proofs.keys() - {row.id for row in rows})


def _short(row: Row) -> str:
    user = f"({row.user}) " if row.user else ""
    return textwrap.shorten(user + row.text, 100, placeholder=" …")


def main(words: Sequence[str] | None = None, *, papers: Path = PAPERS, tests: Path = TESTS) -> int:
    """Print the report; 1 when a test carries an id that no row has."""
    parser = argparse.ArgumentParser(prog="make requirements", description="Which requirement is proved by which test.")
    parser.add_argument("--user", help="only the rows of one kind of user: budtender, manager or engine")
    user = parser.parse_args(words).user
    proofs = tests_by_id(tests)
    if not papers.exists():
        _say(f"The requirements do not lie beside this repository ({papers}); these ids are carried by tests:")
        _say(*(f"{requirement}  {', '.join(places)}" for requirement, places in sorted(proofs.items())))
        return 0
    rows = rows_in(papers.read_text(encoding="utf-8"))
    _say(*report([row for row in rows if user in (None, row.user)], proofs))
    wrong = unknown_ids(rows, proofs)
    _say(*(f"No row is called {requirement}: {', '.join(proofs[requirement])}" for requirement in wrong))
    return 1 if wrong else 0


def _say(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))


if __name__ == "__main__":
    sys.exit(main())
