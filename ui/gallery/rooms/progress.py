"""The line below a page while something long is downloaded."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from budtender.counter.progress import Progress, summed
from ui.gallery.world import STORE, TAKEN, World
from ui.progress import shown_of
from ui.widgets.progress import Shown


def lines(_world: World) -> Mapping[str, Shown]:
    """Every such line, with what it tells."""
    first = _customers(STORE)
    told: Mapping[str, tuple[list[Progress], datetime | None]] = {
        "running": ([first], None),
        "uncounted": ([_sales(STORE)], None),
        "several": ([first, _sales("Elm Street"), _customers("Mill Road")], None),
        "paused": ([first], TAKEN + timedelta(hours=1)),
        "waits": ([_customers(STORE, waits=True)], None),
    }
    drawn = {name: shown_of(summed(rows, until), TAKEN) for name, (rows, until) in told.items()}
    return {f"progress.{name}": shown for name, shown in drawn.items() if shown is not None}


def _customers(credential: str, *, waits: bool = False) -> Progress:
    return Progress(
        credential=credential,
        resource="customers",
        rows=148_500,
        total=337_000,
        share=0.44,
        left=timedelta(minutes=3, seconds=10),
        waits=waits,
    )


def _sales(credential: str) -> Progress:
    return Progress(credential=credential, resource="sales", rows=2_310_044)
