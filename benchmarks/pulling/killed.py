"""A first sync of a whole company, killed ten times in the middle, beside one that was not: both must end equal.

Equal are the customers that are mirrored, how far each list has been read, and the people whom AIQ was told of.
`python -m benchmarks.pulling.killed [ROWS STORES KILLS]` takes 62,500 customers at each of 16 stores, a million in
all, unless told otherwise. It prints what each took and ends with exit code 1 when the two differ.
"""

from __future__ import annotations

import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from benchmarks.home import OWNER
from benchmarks.pulling.life import Home, TellingVault, ran
from benchmarks.pulling.measure import Process, feed_of
from benchmarks.pulling.ours import Brisk
from budtender.backoffice import integrations
from budtender.cache import copying, till
from budtender.cache.database import Connection
from budtender.register import Register

ROWS, STORES, KILLS = 62_500, 16, 10
SEED = 16


class Seen(NamedTuple):
    """What a home has come to, and what AIQ was told by it."""

    customers: int
    digest: str
    #: Of each list: the key, what it is of, its page, and whether it was read to its end.
    cursors: tuple[tuple[str, ...], ...]
    told: str


async def _connected(folder: Path, url: str, aiq: str, uid: str, stores: int) -> Home:
    vault = TellingVault()
    async with await Register.open(folder, vault=vault, clock=Brisk()) as register:
        await integrations.connect_aiq(register, uid, "key", OWNER, base_url=aiq)
        for n in range(stores):
            await integrations.connect_till(register, "dutchie", f"Store {n}", f"key-{n}", OWNER, base_url=url)
    return Home(folder=str(folder), secrets=vault.kept)


async def _seen(home: Home, told: str) -> Seen:
    def work(c: Connection) -> Seen:
        count, digest = 0, blake2b()
        for row in c.execute("SELECT credential, id, phone, body, sent, due FROM customer ORDER BY credential, id"):
            digest.update(repr(tuple(row)).encode())
            count += 1
        return Seen(count, digest.hexdigest(), tuple(_cursors(c)), told)

    async with await Register.open(Path(home.folder), vault=home.vault()) as register:
        return register.db.read(work)


def _cursors(connection: Connection) -> Iterator[tuple[str, ...]]:
    """Both were read at another time, so no time has to be the same, but none may be in the middle of its list."""
    states = {(state.credential, state.resource): state for state in copying.all_of(connection)}
    for row in connection.execute("SELECT credential, resource FROM cursor ORDER BY credential, resource"):
        cursor, state = till.cursor(connection, *row), states[tuple(row)]
        assert cursor is not None
        whole = cursor.until is None and state.begun is None and state.good is not None and not state.failures
        yield (*row, f"page {cursor.page}", "whole" if whole else "BROKEN OFF")


def _killed(home: Home, kills: int, signs: int) -> int:
    """Run to the end, killed so many times at places spread over the whole of it; returns how many kills struck."""
    rng, struck = random.Random(SEED), 0
    for _ in range(kills):
        struck += not ran(home, rng.randint(1, max(2, 2 * signs // (kills + 1))))
    ran(home, None)
    return struck


def main() -> int:
    """Run both and compare."""
    rows, stores, kills = (int(word) for word in sys.argv[1:4]) if len(sys.argv) > 3 else (ROWS, STORES, KILLS)
    aiq = Process("aiq")
    with tempfile.TemporaryDirectory(prefix="budtender-bench-") as folder, feed_of(rows) as (_, url):
        far = aiq.line()
        whole = asyncio.run(_connected(Path(folder) / "whole", url, far, "9001", stores))
        broken = asyncio.run(_connected(Path(folder) / "broken", url, far, "9002", stores))
        began = time.perf_counter()
        ran(whole, None)
        took = time.perf_counter() - began
        print(f"not killed: {took:.0f} s", flush=True)
        began = time.perf_counter()
        # A sign of progress for every few thousand rows, and one for every hundred people whom AIQ is told of.
        struck = _killed(broken, kills, signs=stores * max(8, rows // 4_000) + rows // 100)
        print(f"killed {struck} times: {time.perf_counter() - began:.0f} s", flush=True)
        told = [aiq.ask(uid).split() for uid in ("9001", "9002")]
        one, other = (
            asyncio.run(_seen(home, " ".join(said[:2]))) for home, said in zip((whole, broken), told, strict=True)
        )
    aiq.end()
    people = [int(said[0]) for said in told]
    print(f"customers: {one.customers:,} and {other.customers:,}; told to AIQ: {people[0]:,} and {people[1]:,}")
    wrong = [name for name, mine, theirs in zip(Seen._fields, one, other, strict=True) if mine != theirs]
    wrong += ["broken off"] if any("BROKEN OFF" in cursor for cursor in one.cursors + other.cursors) else []
    wrong += ["rows missing"] if one.customers != rows * stores or people[0] != rows else []
    for cursor in sorted(set(one.cursors) ^ set(other.cursors)):
        print("of one only:", *cursor)
    print("equal" if not wrong else f"NOT EQUAL: {', '.join(wrong)}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
