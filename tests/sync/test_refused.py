"""Refused rows on disk: readable, once each, and nothing a spreadsheet would run."""

from __future__ import annotations

import csv
import os
import stat
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from budtender.model import Unread
from budtender.sync.refused import KEPT, RefusedRows

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)


def cells_of(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def unread(where: str = "a.csv, line 2", **values: str) -> Unread:
    return Unread(where=where, reason="id (No) is missing", values=tuple(values.items()))


def test_rows_stand_under_their_own_columns_with_place_and_reason(tmp_path: Path) -> None:
    refused = RefusedRows(tmp_path, "Elm / Oak", "sales")
    path = refused.add([unread(No="", Name="Nia"), unread("a.csv, line 3", No="7", Name="Ben")], NOW)
    refused.add([unread("b.csv, line 2", Other="x")], NOW)
    assert path == tmp_path / "refused" / "Elm_Oak-sales-2026-03-04.csv"
    assert cells_of(path) == [
        ["where", "reason", "No", "Name"],
        ["a.csv, line 2", "id (No) is missing", "", "Nia"],
        ["a.csv, line 3", "id (No) is missing", "7", "Ben"],
        ["where", "reason", "Other"],
        ["b.csv, line 2", "id (No) is missing", "x"],
    ]


def test_a_row_that_comes_again_is_written_once_also_after_a_restart(tmp_path: Path) -> None:
    for where in ("a.csv, line 2", "b.csv, line 9"):
        path = RefusedRows(tmp_path, "Elm", "sales").add([unread(where, No="=1", Name="Nia")], NOW)
    assert len(cells_of(path)) == 2


def test_files_that_are_refused_whole_each_have_their_row(tmp_path: Path) -> None:
    files = [Unread(where=name, reason="there is no column No") for name in ("a.csv", "b.csv")]
    for _ in range(2):
        path = RefusedRows(tmp_path, "Elm", "sales").add(files, NOW)
    assert [cells[0] for cells in cells_of(path)[1:]] == ["a.csv", "b.csv"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps rights in lists, not in a mode")
def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = RefusedRows(tmp_path, "Elm", "sales").add([unread(No="1")], NOW)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_files_are_gone_after_a_month(tmp_path: Path) -> None:
    old = RefusedRows(tmp_path, "Elm", "sales").add([unread(No="1")], NOW - KEPT - timedelta(days=2))
    at = (NOW - KEPT - timedelta(days=2)).timestamp()
    os.utime(old, (at, at))
    new = RefusedRows(tmp_path, "Elm", "customers").add([unread(No="1")], NOW)
    assert not old.exists()
    assert new.exists()


@given(st.lists(st.lists(st.text(max_size=8), min_size=1, max_size=3), min_size=1, max_size=5))
@settings(suppress_health_check=list(HealthCheck), deadline=None)
def test_no_cell_is_a_formula_and_every_cell_can_be_read_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]
) -> None:
    texts = [[text.encode("utf-8", "replace").decode() for text in row] for row in rows]
    told = [
        Unread(where=str(number), reason="why", values=tuple((str(place), text) for place, text in enumerate(row)))
        for number, row in enumerate(texts)
    ]
    path = RefusedRows(tmp_path_factory.mktemp("home"), "Elm", "sales").add(told, NOW)
    body = [cells for cells in cells_of(path) if cells[0] != "where"]
    unique = {tuple(row): row for row in texts}
    assert len(body) == len(unique)
    for cells, row in zip(body, unique.values(), strict=True):
        for cell, text in zip(cells[2:], row, strict=True):
            assert cell in (text, f"'{text}")
            assert not cell.startswith(("=", "@", "\t", "\r"))
            assert not cell.startswith(("+", "-")) or not cell.strip("+-.,0123456789")
