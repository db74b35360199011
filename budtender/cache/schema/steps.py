"""Numbered steps, and how they are carried out: each once, in its order, in a transaction of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

Step = Callable[[Any], None]
#: The set's name in sqlite-utils' own table.
SET = "budtender"


class Steps:
    """The numbered steps by name. sqlite-utils, which carries them out, is loaded only when there is one to carry out:
    it takes as long to load as everything else that a start needs together."""

    def __init__(self, *steps: tuple[str, Step]) -> None:
        self._steps: Sequence[tuple[str, Step]] = steps

    def __iter__(self) -> Iterator[tuple[str, Step]]:
        return iter(self._steps)

    def apply(self, connection: Any, *, stop_before: str | None = None) -> None:
        """Carry out what has not been, each step in a transaction of its own, up to `stop_before` if it is named."""
        import sqlite_utils

        migrations = sqlite_utils.Migrations(SET)
        for name, step in self._steps:
            migrations(name=name)(step)
        migrations.apply(sqlite_utils.Database(connection), stop_before=stop_before)


def applied(connection: Any) -> set[str]:
    """The names of the steps that the file holds; none for one that is still empty."""
    table = connection.execute("SELECT 1 FROM sqlite_master WHERE name = '_sqlite_migrations'").fetchone()
    rows = connection.execute("SELECT name FROM _sqlite_migrations WHERE migration_set = ?", (SET,)) if table else ()
    return {row[0] for row in rows}


def sql(*scripts: str, **functions: Callable[[str], str | None]) -> Step:
    """A step that runs scripts, in which these functions of one text can be called."""

    def step(db: Any) -> None:
        for name, function in functions.items():
            db.conn.create_function(name, 1, function, deterministic=True)
        for script in scripts:
            for statement in statements(script):
                db.conn.execute(statement)

    return step


def statements(script: str) -> list[str]:
    """The single statements of a script; `executescript` would commit the step's transaction."""
    parts: list[str] = []
    lines: list[str] = []
    for line in script.strip().splitlines():
        lines.append(line)
        whole = "\n".join(lines)
        bare = line.split("--")[0].rstrip()
        in_trigger = "CREATE TRIGGER" in whole and not bare.endswith("END;")
        if bare.endswith(";") and not in_trigger:
            parts.append(whole)
            lines = []
    return parts
