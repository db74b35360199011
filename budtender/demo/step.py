"""What one step of the demo shows, as values: the page draws them, the tour and the JSON form write them down."""

from __future__ import annotations

from typing import Any

from budtender.model import Value


class Request(Value, frozen=True, kw_only=True):
    """One HTTP request that reached a far side."""

    system: str
    method: str
    path: str


class Grid(Value, frozen=True, kw_only=True):
    """A small table. Columns named in `numbers` are set flush right."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: frozenset[str] = frozenset()


class Stored(Value, frozen=True, kw_only=True):
    """Rows that a step added or changed: where, and what they say."""

    where: str
    what: str


class Step(Value, frozen=True, kw_only=True):
    """One step. `wrong` is empty when it ended as told, else the sentence that says what did not."""

    number: int
    title: str
    told: str
    requests: tuple[Request, ...]
    answered: tuple[str | Grid, ...]
    stored: tuple[Stored, ...]
    wrong: str = ""

    @property
    def outcome(self) -> str:
        """How it ended, in words."""
        return self.wrong or "as told"

    def document(self) -> dict[str, Any]:
        """The step as JSON; tables become lists of rows."""
        return {
            "step": self.number,
            "title": self.title,
            "told": self.told,
            "requests": [{"system": r.system, "method": r.method, "path": r.path} for r in self.requests],
            "answered": [part if isinstance(part, str) else _table(part) for part in self.answered],
            "stored": [{"where": row.where, "what": row.what} for row in self.stored],
            "outcome": self.outcome,
        }


def _table(grid: Grid) -> list[dict[str, str]]:
    return [dict(zip(grid.columns, row, strict=True)) for row in grid.rows]
