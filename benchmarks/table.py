"""What a measurement found, the table on the terminal, and the file that keeps the last of each."""

from __future__ import annotations

import math
import os
import platform
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import msgspec
import sqlcipher3.dbapi2 as sqlcipher
from rich.console import Console
from rich.table import Table

RESULTS = Path(__file__).with_name("results.json")
README = Path(__file__).parent.parent / "README.md"


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One figure and the floor or peer that `beside` names, both in `unit`.

    `ratio` is the one divided by the other, None where that says nothing.
    """

    row: int
    what: str
    figure: float
    unit: str
    beside: str
    floor: float
    ratio: float | None
    target: str
    met: bool
    note: str


class Machine(msgspec.Struct, frozen=True, kw_only=True):
    """What the figures depend on, and nothing that tells one machine from another of its kind."""

    system: str
    architecture: str
    cores: int
    python: str
    sqlite: str
    sqlcipher: str


def this_machine() -> Machine:
    """Where this runs; `sqlite` is the floor's, `sqlcipher` the SQLite inside the register's."""
    return Machine(
        system=platform.system(),
        architecture=platform.machine(),
        cores=os.cpu_count() or 1,
        python=platform.python_version(),
        sqlite=sqlite3.sqlite_version,
        sqlcipher=sqlcipher.sqlite_version,
    )


def percentile(values: Sequence[float], percent: int) -> float:
    """The smallest of the values that at least so many per cent of them do not exceed."""
    return sorted(values)[math.ceil(len(values) * percent / 100) - 1]


def show(figures: Sequence[Figure], console: Console) -> None:
    """Print one table of all figures, each with its note."""
    table = Table("#", "what", "figure", "floor", "ratio", "target", "", title="Measured on this machine")
    for place in range(2, 5):
        table.columns[place].justify = "right"
    for f in figures:
        met = "[green]met[/]" if f.met else "[bold red]not met[/]"
        ratio = "" if f.ratio is None else f"{f.ratio:.2f}"
        floor = f"{_number(f.floor)} {f.unit}\n[dim]{f.beside}[/]"
        what = f"{f.what}\n[dim]{f.note}[/]"
        table.add_row(str(f.row), what, f"{_number(f.figure)} {f.unit}", floor, ratio, f.target, met, end_section=True)
    console.print(table)


class Kept(msgspec.Struct, frozen=True):
    """The last figures of every row, and the machine that the newest were taken on."""

    machine: Machine
    figures: list[Figure]


def save(figures: Sequence[Figure]) -> None:
    """Keep the figures of one part in place of its earlier ones, also in the README's table."""
    rows = {figure.row for figure in figures}
    earlier = msgspec.json.decode(RESULTS.read_bytes(), type=Kept).figures if RESULTS.exists() else []
    others = [figure for figure in earlier if figure.row not in rows]
    kept = Kept(this_machine(), sorted([*others, *figures], key=lambda figure: figure.row))
    RESULTS.write_bytes(msgspec.json.format(msgspec.json.encode(kept), indent=2) + b"\n")
    before, _old, after = _parts(README.read_text("utf-8"))
    README.write_text(before + _in_markdown(kept.figures) + after, "utf-8")


def _parts(text: str) -> tuple[str, str, str]:
    """The README before, between and after the marks of its table."""
    head, begin, rest = text.partition("<!-- bench:begin -->\n")
    table, end, tail = rest.partition("<!-- bench:end -->")
    return head + begin, table, end + tail


def _in_markdown(figures: Sequence[Figure]) -> str:
    machine = this_machine()
    rows = ["| # | what | figure | floor | ratio | target | |", "|---|---|---|---|---|---|---|"]
    for f in figures:
        ratio = "" if f.ratio is None else f"{f.ratio:.2g}"
        met = "met" if f.met else "**not met**"
        floor = f"{_number(f.floor)} {f.unit} ({f.beside})"
        rows.append(f"| {f.row} | {f.what} | {_number(f.figure)} {f.unit} | {floor} | {ratio} | {f.target} | {met} |")
    where = f"{machine.system}, {machine.cores} shared cores, Python {machine.python}, SQLite {machine.sqlcipher}"
    return "\n".join([*rows, "", f"Taken on {where}.", ""])


def _number(value: float) -> str:
    return f"{value:.0f}" if value == round(value) else f"{value:.3g}"
