"""The rows of a till that were refused, each with its reason, in a file that a person can open and mend.

The file holds shoppers' data as it came, so it lies in the home, is for its owner alone and is gone after a month.
Cells are written so that no spreadsheet takes one for a formula.
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import TextIO

from budtender.model import Unread

FOLDER = "refused"
KEPT = timedelta(days=30)
#: Rows of one day and list; more tell nothing new, and a disk is finite.
MOST_ROWS = 10_000
_WHERE_AND_REASON = 2
_RISKY = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[-+]?[\d.,]+")


class RefusedRows:
    """The file for one resource of one till, today's; a row that comes again is written once."""

    def __init__(self, folder: Path, credential: str, resource: str) -> None:
        self._folder = folder / FOLDER
        self._name = "-".join(re.sub(r"\W+", "_", part) for part in (credential, resource))
        self._known: set[int] = set()
        self._columns: tuple[str, ...] | None = None
        self._path: Path | None = None

    def path(self, at: datetime) -> Path:
        """Where the rows of that day are."""
        return self._folder / f"{self._name}-{at:%Y-%m-%d}.csv"

    def add(self, rows: Sequence[Unread], at: datetime) -> Path:
        """Append rows; returns the file. OSError when it cannot be written."""
        path = self.path(at)
        if path != self._path:
            self._begin(path, at)
        fresh = [row for row in rows if self._is_new(row)]
        with _opened(path) as file:
            writer = csv.writer(file)
            for row in fresh:
                columns = tuple(name for name, _ in row.values)
                if columns != self._columns:
                    self._columns = columns
                    writer.writerow(_safe(("where", "reason", *columns)))
                writer.writerow(_safe((row.where, row.reason, *(value for _, value in row.values))))
        return path

    def _begin(self, path: Path, at: datetime) -> None:
        self._folder.mkdir(mode=0o700, exist_ok=True)
        for old in self._folder.glob("*.csv"):
            with suppress(OSError):
                if at.timestamp() - old.stat().st_mtime > KEPT.total_seconds():
                    old.unlink()
        self._path, self._columns = path, None
        self._known = set(_written(path))

    def _is_new(self, row: Unread) -> bool:
        if len(self._known) >= MOST_ROWS:
            return False
        key = _key((row.where, row.reason, *(value for _, value in row.values)))
        if key in self._known:
            return False
        self._known.add(key)
        return True


def _written(path: Path) -> Iterable[int]:
    """What a file holds already; a row may come from another place when it comes again."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            for cells in csv.reader(file):
                yield _key(cells)
    except (OSError, UnicodeError, csv.Error):
        return


def _key(cells: Sequence[str]) -> int:
    """What a row is known by: what stood in it, or where it was when it is a whole file or page."""
    told = cells[1:] if len(cells) > _WHERE_AND_REASON else cells
    return hash(tuple(_safe(told)))


def _safe(cells: Iterable[str]) -> list[str]:
    """Cells that no spreadsheet takes for a formula."""
    return [f"'{cell}" if cell.startswith(_RISKY) and not _NUMBER.fullmatch(cell) else cell for cell in cells]


def _opened(path: Path) -> TextIO:
    """The file to append to, for its owner alone."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    return os.fdopen(handle, "a", encoding="utf-8", newline="")
