"""Rows 4, 5, 6 and 12: every script in a process of its own, ours, the floor and the peer in turn on one feed."""

from __future__ import annotations

import asyncio
import importlib.util
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from benchmarks.table import Figure

SMALL, LARGE, SMALLEST = 100_000, 1_000_000, 10_000
#: Runs of each script at the small size; the best counts, for the machine is shared.
ROUNDS = 3
LATENCY, STORES = 0.15, 16
TRIPS, SHORT_TRIPS = 5, 40
#: Seconds after which a change lies before the end of a pull, whose clock is told by the second.
VISIBLE = 2.0
MIB = 1024


class Process:
    """A script that answers each line it is given with one line."""

    def __init__(self, module: str, *arguments: object) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", f"benchmarks.pulling.{module}", *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def line(self) -> str:
        """The next line it prints."""
        assert self._process.stdout is not None
        text = self._process.stdout.readline()
        if not text:
            raise RuntimeError("a measured script ended early")
        return text.strip()

    def tell(self, word: str) -> None:
        """Give it a line."""
        assert self._process.stdin is not None
        self._process.stdin.write(word + "\n")
        self._process.stdin.flush()

    def ask(self, word: str) -> str:
        """Give it a line and wait for its answer."""
        self.tell(word)
        return self.line()

    def figures(self, word: str = "") -> dict[str, float]:
        """The figures it answers with."""
        found: dict[str, float] = msgspec.json.decode(self.ask(word) if word else self.line())
        return found

    def end(self) -> None:
        """Let it end."""
        self._process.communicate()


@contextmanager
def feed_of(rows: int) -> Iterator[tuple[Process, str]]:
    """A feed of so many customers, with its address."""
    feed = Process("feed", rows)
    try:
        yield feed, feed.line()
    finally:
        feed.end()


def _floor(url: str, *arguments: str) -> dict[str, float]:
    with tempfile.TemporaryDirectory(prefix="budtender-bench-") as folder:
        return _once("floor", url, str(Path(folder) / "floor.db"), *arguments)


def _peer(url: str) -> dict[str, float]:
    with tempfile.TemporaryDirectory(prefix="budtender-bench-") as folder:
        return _once("peer", url, folder)


def _once(module: str, *arguments: str) -> dict[str, float]:
    process = Process(module, *arguments)
    found = process.figures()
    process.end()
    return found


def _ours(url: str) -> dict[str, float]:
    return _once("ours", url, "1")


def _rate(found: dict[str, float]) -> float:
    return found["rows"] / found["seconds"]


async def measure() -> list[Figure]:
    """Everything, one script after the other so that none disturbs another."""
    return await asyncio.to_thread(_measure)


def _measure() -> list[Figure]:
    with feed_of(SMALL) as (_, url), feed_of(LARGE) as (large_feed, large_url):
        figures = _at_the_small_size(url)
        floor = _floor(large_url)
        before, large, after = _ours(url), _ours(large_url), _ours(url)
        figures.append(_against_floor("first pull of 1,000,000 Dutchie customers", large, floor))
        figures.append(_scaling([before, after], large))
        with feed_of(SMALLEST) as (feed, smallest_url):
            figures.append(_memory(_ours(smallest_url), large))
            idle, found = _unchanged([(feed, smallest_url), (large_feed, large_url)])
        figures += _nothing_changed(idle, found, _floor(large_url, "changed"))
    figures.append(_stores())
    return figures


def _at_the_small_size(url: str) -> list[Figure]:
    runs = [(_floor(url), _ours(url)) for _ in range(ROUNDS)]
    floor = max((one for one, _ in runs), key=_rate)
    ours = max((other for _, other in runs), key=_rate)
    peer = _peer(url) if importlib.util.find_spec("dlt") else None
    figures = [_against_floor("first pull of 100,000 Dutchie customers", ours, floor)]
    if peer is not None:
        ratio = _rate(ours) / _rate(peer)
        figures.append(
            Figure(
                row=4,
                what="the same beside dlt",
                figure=round(_rate(ours)),
                unit="rows/s",
                beside="dlt into a plain SQLite file",
                floor=round(_rate(peer)),
                ratio=round(ratio, 2),
                target="≥ 4 × dlt",
                met=ratio >= 4,
                note="the same feed, once each",
            )
        )
    return figures


def _against_floor(what: str, ours: dict[str, float], floor: dict[str, float]) -> Figure:
    ratio = _rate(ours) / _rate(floor)
    by_cpu = (floor["cpu"] / floor["rows"]) / (ours["cpu"] / ours["rows"])
    return Figure(
        row=4,
        what=what,
        figure=round(_rate(ours)),
        unit="rows/s",
        beside="httpx, msgspec, executemany into an encrypted file",
        floor=round(_rate(floor)),
        ratio=round(ratio, 2),
        target="≥ 0.6 × floor",
        met=ratio >= 0.6,
        note=f"sync --once without the vendor's pace; by processor time {by_cpu:.2f} × floor",
    )


def _scaling(small: list[dict[str, float]], large: dict[str, float]) -> Figure:
    beside = statistics.mean(map(_rate, small))
    ratio = _rate(large) / beside
    cpu = statistics.mean(one["cpu"] / one["rows"] for one in small)
    return Figure(
        row=4,
        what="rows/s at 1,000,000 beside rows/s at 100,000",
        figure=round(_rate(large)),
        unit="rows/s",
        beside="at 100,000, right before and right after",
        floor=round(beside),
        ratio=round(ratio, 2),
        target="≥ 0.8 × at 100,000",
        met=ratio >= 0.8,
        note=f"by processor time {cpu / (large['cpu'] / large['rows']):.2f} ×",
    )


def _memory(little: dict[str, float], large: dict[str, float]) -> Figure:
    grown = (large["peak_kib"] - little["peak_kib"]) / MIB
    return Figure(
        row=5,
        what="memory of the first pull: peak at 1,000,000 less peak at 10,000",
        figure=round(grown, 1),
        unit="MiB",
        beside="no growth",
        floor=0,
        ratio=None,
        target="≤ 60 MiB",
        met=grown <= 60,
        note=f"peaks {large['peak_kib'] / MIB:.0f} and {little['peak_kib'] / MIB:.0f} MiB",
    )


def _unchanged(feeds: list[tuple[Process, str]]) -> list[dict[str, float]]:
    """Of each feed the time of another pull and its calls, with nothing changed and with a thousand changes.

    They take turns, so that what else the machine does befalls all alike.
    """
    each = [Process("ours", url, 1) for _, url in feeds]
    found = list[dict[str, float]]()
    for ours in each:
        ours.line()
        ours.figures("customers")
        found.append({})
    for changes in (0, 1_000):
        for feed, _ in feeds:
            feed.ask(f"change {changes}")
        time.sleep(VISIBLE)
        for feed, _ in feeds:
            feed.ask("calls")
        trips = [[ours.figures("customers") for ours in each] for _ in range(SHORT_TRIPS)]
        for one, (feed, _), runs in zip(found, feeds, zip(*trips, strict=True), strict=True):
            if any(run["came"] != changes for run in runs):
                raise RuntimeError(f"{changes} changes were to come, and {[run['came'] for run in runs]} came")
            one[f"calls {changes}"] = int(feed.ask("calls")) / SHORT_TRIPS
            one[f"seconds {changes}"] = min(run["seconds"] for run in runs)
    for feed, _ in feeds:
        feed.ask("change 0")
    for ours in each:
        ours.end()
    return found


def _nothing_changed(small: dict[str, float], large: dict[str, float], floor: dict[str, float]) -> list[Figure]:
    figures = []
    for changes in (0, 1_000):
        ratio = large[f"seconds {changes}"] / small[f"seconds {changes}"]
        figures.append(
            Figure(
                row=6,
                what=f"another pull with {changes:,} changes among 1,000,000",
                figure=round(large[f"seconds {changes}"] * 1_000, 1),
                unit="ms",
                beside="the same among 10,000",
                floor=round(small[f"seconds {changes}"] * 1_000, 1),
                ratio=round(ratio, 2),
                target="≤ 1.2 × among 10,000",
                met=ratio <= 1.2,
                note=f"{large[f'calls {changes}']:g} calls and {small[f'calls {changes}']:g}; "
                f"the bare script for one changed page {floor['seconds'] * 1_000:.0f} ms",
            )
        )
    return figures


def _stores() -> Figure:
    with feed_of(1_000) as (feed, url):
        times = []
        for stores in (1, STORES):
            ours = Process("ours", url, stores)
            if stores == 1:
                ours.line()
            ours.figures("trip")
            feed.ask(f"delay {LATENCY}")
            times.append(min(ours.figures("trip")["seconds"] for _ in range(TRIPS)))
            feed.ask("delay 0")
            ours.end()
    one, all_of_them = times
    return Figure(
        row=12,
        what="a round trip over 16 Dutchie credentials, 150 ms a call",
        figure=round(all_of_them, 2),
        unit="s",
        beside="one credential",
        floor=round(one, 2),
        ratio=round(all_of_them / one, 2),
        target="≤ 2 × one",
        met=all_of_them <= 2 * one,
        note=f"the best of {TRIPS}, nothing changed",
    )
