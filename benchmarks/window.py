"""Rows 2, 3, 7, 8 and 9: the window, as it ships, each time in a process of its own on a display of its own.

The register holds 1,000,000 personas. “Sync running” is the engine's first pull of a million customers of Dutchie's,
which another process serves on loopback, begun anew for each row; idle is the same register with no till connected.
The floor of start and memory is an empty PySide6 window with one line edit, started in the same rounds.
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.home import OWNER
from benchmarks.lookup import digits, fill
from benchmarks.pulling.measure import feed_of
from benchmarks.table import Figure, percentile
from budtender.backoffice import integrations
from budtender.backoffice.disconnect import disconnect
from budtender.register import Register
from ui.screen import VirtualDisplay

ROUNDS = 7
PHONES = [digits(n * 4_999) for n in range(200)]
#: Enough that the pull outlasts what is measured beside it.
CUSTOMERS = 1_000_000


async def measure() -> list[Figure]:
    """Make the home, then one window after the other."""
    with tempfile.TemporaryDirectory(prefix="budtender-bench-") as folder, _display():
        home = Path(folder) / "home"
        async with await Register.open(home) as register:
            await fill(register)
        start, floor, empty_memory = await asyncio.to_thread(_starts, home)
        rest = await asyncio.to_thread(_child, "process", "rest", home, *PHONES)
        idle_keys = await asyncio.to_thread(_child, "process", "keys", home, *PHONES)
        idle_timer = await asyncio.to_thread(_child, "process", "timer", home)
        with feed_of(CUSTOMERS) as (_, url):
            busy_keys = await _beside_a_pull(home, url, "keys", *PHONES)
            busy_timer = await _beside_a_pull(home, url, "timer")
    return [
        _typing(idle_keys[0]["milliseconds"], busy_keys[0]["milliseconds"], _meanwhile(busy_keys[1])),
        _stalls(idle_timer[0]["milliseconds"], busy_timer[0]["milliseconds"], _meanwhile(busy_timer[1])),
        _starting(start, floor),
        _memory(rest[0]["mib"], empty_memory),
        _idle(rest[1]["seconds"]),
    ]


async def _beside_a_pull(home: Path, url: str, what: str, *words: str) -> list[dict[str, Any]]:
    """One measurement beside the first pull of a till that was just connected."""
    async with await Register.open(home) as register:
        await integrations.connect_till(register, "dutchie", what, f"key-{what}", OWNER, base_url=url)
    found = await asyncio.to_thread(_child, "process", what, home, *words)
    async with await Register.open(home) as register:
        await disconnect(register, what, OWNER)
    return found


# ── the rows ──────────────────────────────────────────────────────────────────────────────────────────────


def _meanwhile(found: dict[str, Any]) -> str:
    """What the engine did beside the measured window."""
    ended = "" if found["under_way"] else "; the pull ended before the measurement"
    return f"{found['pulled']:,} customers pulled meanwhile{ended}"


def _typing(idle: list[float], busy: list[float], meanwhile: str) -> Figure:
    figure, floor = percentile(busy, 95), percentile(idle, 95)
    return Figure(
        row=2,
        what="tenth digit to painted name, sync running, p95",
        figure=figure,
        unit="ms",
        beside="no sync",
        floor=floor,
        ratio=figure / floor,
        target="≤ 50 ms, ≤ 1.5 × idle",
        met=figure <= 50 and figure <= 1.5 * floor,
        note=f"digits every 60 ms, 0.7 s to read; the engine gives way to keys; {meanwhile}",
    )


def _stalls(idle: list[float], busy: list[float], meanwhile: str) -> Figure:
    figure, floor, worst = percentile(busy, 99), percentile(idle, 99), max(busy)
    return Figure(
        row=3,
        what="delay of a 4 ms timer of the window's loop, sync running, p99",
        figure=figure,
        unit="ms",
        beside="no sync",
        floor=floor,
        ratio=None,
        target="p99 ≤ 8 ms, worst ≤ 50 ms",
        met=figure <= 8 and worst <= 50,
        note=f"worst {worst:.1f} ms; idle {max(idle):.1f} ms; {meanwhile}",
    )


def _starting(start: list[float], floor: list[float]) -> Figure:
    figure, beside = statistics.median(start), statistics.median(floor)
    return Figure(
        row=7,
        what="start to a field that takes keys, 1,000,000 personas, p50",
        figure=figure,
        unit="s",
        beside="empty PySide6 window",
        floor=beside,
        ratio=figure / beside,
        target="≤ 2.5 × floor",
        met=figure <= 2.5 * beside,
        note=f"{ROUNDS} starts of each in turn, warm disk",
    )


def _memory(figure: float, floor: float) -> Figure:
    return Figure(
        row=8,
        what="memory of the open window after one shopper",
        figure=figure,
        unit="MiB",
        beside="empty PySide6 window",
        floor=floor,
        ratio=figure / floor,
        target="≤ 2 × floor",
        met=figure <= 2 * floor,
        note="resident set; engine and encrypted cache included",
    )


def _idle(seconds: float) -> Figure:
    return Figure(
        row=9,
        what="processor time in an idle minute",
        figure=seconds,
        unit="s",
        beside="nothing",
        floor=0,
        ratio=None,
        target="≤ 0.5 s",
        met=seconds <= 0.5,
        note="window, engine and timers",
    )


# ── processes ─────────────────────────────────────────────────────────────────────────────────────────────


def _starts(home: Path) -> tuple[list[float], list[float], float]:
    """Seconds to a field that takes keys, ours and the empty window's in turn; and the empty window's memory."""
    ours, floor, memory = [], [], []
    for _ in range(ROUNDS):
        began = time.time()
        ready, held = _child("start", "empty")
        floor.append(ready["at"] - began)
        memory.append(held["mib"])
        began = time.time()
        ours.append(_child("start", "ours", home)[0]["at"] - began)
    return ours, floor, statistics.median(memory)


def _child(module: str, *words: str | Path) -> list[dict[str, Any]]:
    """What one window's process told. Its modules are compiled once, as in any installation."""
    command = [sys.executable, "-m", f"benchmarks.window_{module}", *map(str, words)]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, timeout=600, env=environment)
    return [json.loads(line) for line in done.stdout.splitlines()]


@contextmanager
def _display() -> Iterator[None]:
    """A display that nobody else draws on."""
    display = VirtualDisplay.start()
    if display is None:
        raise RuntimeError("Xvfb is missing")
    before = {name: os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")}
    os.environ.pop("WAYLAND_DISPLAY", None)
    os.environ |= {"DISPLAY": display.name, "QT_QPA_PLATFORM": "xcb"}
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value
        display.stop()
