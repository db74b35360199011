"""`python -m benchmarks [WORD]`: measure everything, or one row by its word, and print one table.

A whole run also writes results.json and the README's table. A missed
target is said and is no failure: the exit code is 0.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from time import perf_counter

from rich.console import Console

from benchmarks import calls, limiter, lookup, window
from benchmarks.pulling import measure as pulling
from benchmarks.table import save, show

ROWS = {
    "lookup": lookup.measure,
    "window": window.measure,
    "calls": calls.measure,
    "limiter": limiter.measure,
    "pulling": pulling.measure,
}


def main() -> None:
    """Measure what was asked for, one row after the other so that none disturbs another."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure, each figure beside its floor.")
    parser.add_argument("word", nargs="?", choices=list(ROWS), help="measure only this row; results.json is left alone")
    word = parser.parse_args().word
    console = Console(width=None if sys.stdout.isatty() else 120)
    began, figures = perf_counter(), []
    for name, measure in ROWS.items():
        if word in (None, name):
            with console.status(f"measuring {name} …"):
                figures += asyncio.run(measure())
    show(figures, console)
    if word is None:
        save(figures, perf_counter() - began)


if __name__ == "__main__":
    main()
