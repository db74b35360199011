"""Row 1: find by phone among 1,000,000 personas, from the cache alone.

Measured is `find_shopper` from ten typed digits to its answer, on the encrypted register without an AIQ account, so
that nothing but the cache can answer. A hit ends with the shopper. A miss ends where AIQ would be asked, with
NotConnected; it counts what the cache takes to say that it knows nobody. Hits and misses are judged apart, because
the median of both together would be the slowest miss. The garbage collector runs as it does in the program. Every
persona was asked for just now; outbox and consents are empty, as they are for a shopper who was not signed up here.

The floor is one indexed select of the same row by bare `sqlite3`, on a plain file with the same rows, indexes,
journal and page cache, for the same numbers in the same rounds. The same select through the register's own reader,
for other numbers so that no page is warm, tells how much of the difference is encryption.
"""

from __future__ import annotations

import random
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from itertools import chain, islice
from pathlib import Path
from time import perf_counter_ns
from typing import Any

from benchmarks.home import temporary_register
from benchmarks.table import Figure, percentile
from budtender.cache.database import COUNTER_CACHE_KIB, Connection
from budtender.cache.rows import to_ms
from budtender.counter.lookup import Found, find_shopper
from budtender.errors import NotConnected
from budtender.register import Register

PERSONAS = 1_000_000
BATCH = 50_000
#: The writer's page cache while it fills; the readers, which are measured, keep theirs.
FILLING_CACHE_KIB = 262_144
#: Hits, and as many misses.
ASKED = 10_000
ROUNDS = 20
SEED = 20
AREAS = ("303", "719", "720", "970")
EXCHANGES, LINES = 800, 10_000
#: Shares no factor with the number of phones there are, so that counting by it meets each once.
STRIDE = 7_368_787
FIRST = ("Ana", "Ben", "Chloé", "Dana", "Eli", "Fatima", "Gus", "Hana", "Ivan", "June")
LAST = ("Reyes", "Okafor", "Quist", "Lindqvist", "Nguyen", "Moreau", "Patel", "Stone", "Tran", "Weiss")
SELECT = "SELECT * FROM persona WHERE phone = ?"
COLUMNS = """contact_id, phone, home_phone, first_name, last_name, email, src_id, platform, favorite_store_id, member,
    points_e4, points_at, inserted_at, opted_in_at, opted_out_at, asked_at"""

Times = dict[str, list[float]]


async def measure() -> list[Figure]:
    """Fill both files, ask both in turn, and judge hits, misses and the slowest hundredth."""
    with tempfile.TemporaryDirectory(prefix="budtender-bench-") as folder:
        async with temporary_register() as register:
            await fill(register)
            register.db.serve_counter()  # as the window does
            with closing(_plain_copy(register, Path(folder) / "plain.db")) as plain:
                return _figures(await _ask(register, plain))


# ── the rows ──────────────────────────────────────────────────────────────────────────────────────────────


def digits(number: int) -> str:
    """The n-th phone: ten digits that look drawn by chance, no two alike."""
    rest, line = divmod(number * STRIDE % (len(AREAS) * EXCHANGES * LINES), LINES)
    area, exchange = divmod(rest, EXCHANGES)
    return f"{AREAS[area]}{exchange + 200}{line:04}"


def _personas(now: int) -> Iterator[tuple[Any, ...]]:
    chance = random.Random(SEED)
    day = 86_400_000
    for n in range(PERSONAS):
        joined = now - chance.randrange(1, 2000) * day
        yield (
            f"{chance.getrandbits(96):024x}",
            f"+1{digits(n)}",
            f"+1{digits(n + 3 * PERSONAS)}" if chance.random() < 0.1 else None,
            chance.choice(FIRST),
            chance.choice(LAST),
            f"shopper{n}@example.com",
            f"dutchie:::{n}",
            "dutchie",
            chance.randrange(1, 9),
            int(chance.random() < 0.9),
            chance.randrange(0, 10_000_000, 2500),
            now,
            joined,
            joined,
            joined + day if chance.random() < 0.03 else None,
            now,
        )


async def fill(register: Register) -> None:
    """Fill the register with the million personas of these rows."""
    rows = _personas(to_ms(register.clock.now()))
    marks = ", ".join("?" * (COLUMNS.count(",") + 1))

    def work(c: Connection) -> None:
        c.executemany(f"INSERT INTO persona ({COLUMNS}) VALUES ({marks})", batch)

    register.db.prepare(lambda c: c.execute(f"PRAGMA cache_size = -{FILLING_CACHE_KIB}"))
    # The index of names is built at once at the end: row by row it takes five times as long.
    register.db.prepare(lambda c: c.execute("DROP TRIGGER persona_named"))
    while batch := list(islice(rows, BATCH)):
        await register.db.write(work)
    await register.db.write(lambda c: c.execute("INSERT INTO persona_name (persona_name) VALUES ('rebuild')"))
    register.db.prepare(lambda c: c.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall())


def _plain_copy(register: Register, path: Path) -> sqlite3.Connection:
    """The same table in a plain file, made by the same statements and filled with the same rows."""
    plain = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode = WAL", f"cache_size = -{COUNTER_CACHE_KIB}", "mmap_size = 0"):
        plain.execute(f"PRAGMA {pragma}")

    def copy(c: Connection) -> None:
        made = """SELECT sql FROM sqlite_master WHERE tbl_name = 'persona' AND type IN ('table', 'index')
                  AND sql IS NOT NULL ORDER BY type = 'index'"""
        table, *indexes = (row[0] for row in c.execute(made).fetchall())
        plain.execute(table)
        rows = iter(c.execute("SELECT * FROM persona"))
        plain.execute("BEGIN")
        for first in rows:
            batch = chain([first], islice(rows, BATCH - 1))
            plain.executemany(f"INSERT INTO persona VALUES ({', '.join('?' * len(first))})", map(tuple, batch))
        plain.execute("COMMIT")
        for index in indexes:
            plain.execute(index)

    register.db.read(copy)
    plain.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    return plain


# ── the measuring ─────────────────────────────────────────────────────────────────────────────────────────


async def _ask(register: Register, plain: sqlite3.Connection) -> dict[str, Times]:
    """Microseconds of each way, for hits and misses; the ways take turns every few hundred questions."""
    chance = random.Random(SEED + 1)
    numbers = {
        "hit": [digits(n) for n in chance.sample(range(PERSONAS), 2 * ASKED)],
        "miss": [digits(n) for n in chance.sample(range(PERSONAS, 2 * PERSONAS), 2 * ASKED)],
    }
    times: dict[str, Times] = {way: {"hit": [], "miss": []} for way in ("ours", "floor", "encrypted")}
    for start in range(0, ASKED, ASKED // ROUNDS):
        for kind, all_of_them in numbers.items():
            some = all_of_them[start : start + ASKED // ROUNDS]
            others = all_of_them[ASKED + start : ASKED + start + ASKED // ROUNDS]
            times["floor"][kind] += _select(plain, some, kind)
            times["ours"][kind] += await _find(register, some, kind)
            times["encrypted"][kind] += register.db.read(partial(_select, numbers=others, kind=kind))
    return times


async def _find(register: Register, numbers: list[str], kind: str) -> list[float]:
    times = []
    for number in numbers:
        found: Found | None
        began = perf_counter_ns()
        try:  # without `suppress`, whose time would be counted
            found = await find_shopper(register, number)
        except NotConnected:
            found = None
        times.append((perf_counter_ns() - began) / 1000)
        assert (found is not None) == (kind == "hit")
    return times


def _select(connection: Connection | sqlite3.Connection, numbers: list[str], kind: str) -> list[float]:
    times = []
    for number in numbers:
        phone = f"+1{number}"
        began = perf_counter_ns()
        rows = connection.execute(SELECT, (phone,)).fetchall()
        times.append((perf_counter_ns() - began) / 1000)
        assert len(rows) == (kind == "hit")
    return times


def _figures(times: dict[str, Times]) -> list[Figure]:
    return [*(_median(times, kind) for kind in ("hit", "miss")), _slowest(times)]


def _median(times: dict[str, Times], kind: str) -> Figure:
    ours, floor, encrypted = (percentile(times[way][kind], 50) for way in ("ours", "floor", "encrypted"))
    return Figure(
        row=1,
        what=f"find by phone among {PERSONAS:,} personas, {kind}, p50",
        figure=round(ours, 1),
        unit="µs",
        beside="bare sqlite3, plain file",
        floor=round(floor, 1),
        ratio=round(ours / floor, 2),
        target="≤ 3 × floor",
        met=ours <= 3 * floor,
        note=f"the same select on the encrypted file: {encrypted:.1f} µs",
    )


def _slowest(times: dict[str, Times]) -> Figure:
    ours, floor = (percentile(times[way]["hit"] + times[way]["miss"], 99) for way in ("ours", "floor"))
    return Figure(
        row=1,
        what="the same, hits and misses together, p99",
        figure=round(ours, 1),
        unit="µs",
        beside="bare sqlite3, plain file",
        floor=round(floor, 1),
        ratio=round(ours / floor, 2),
        target="≤ 1,000 µs",
        met=ours <= 1000,
        note=f"{ASKED:,} hits and {ASKED:,} misses, garbage collector on",
    )
