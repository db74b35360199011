"""`python -m benchmarks [WORD]`: measure everything, or one part by its word, and print the figures as they come.

A whole run also keeps each part in results.json and the README's table, with `--keep` one part does. A missed target is
said and is no failure: the exit code is 0.
"""

from __future__ import annotations

import argparse
import asyncio
import sys

from rich.console import Console

from benchmarks import calls, limiter, lookup, window
from benchmarks.pulling import measure as pulling
from benchmarks.table import save, show

PARTS = {
    "lookup": lookup.measure,
    "window": window.measure,
    "calls": calls.measure,
    "limiter": limiter.measure,
    "pulling": pulling.measure,
}


def main() -> None:
    """Measure what was asked for, one part after the other so that none disturbs another."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure, each figure beside its floor.")
    parser.add_argument("word", nargs="?", choices=list(PARTS), help="measure only this part")
    parser.add_argument("--keep", action="store_true", help="keep this part's figures as a whole run does")
    asked = parser.parse_args()
    console = Console(width=None if sys.stdout.isatty() else 120)
    for name, measure in PARTS.items():
        if asked.word in (None, name):
            with console.status(f"measuring {name} …"):
                figures = asyncio.run(measure())
            show(figures, console)
            if asked.word is None or asked.keep:
                save(figures)


if __name__ == "__main__":
    main()
