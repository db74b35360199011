"""A first sync of a whole company, killed ten times in the middle, beside one that was not: both must end equal.

`python -m benchmarks.pulling.killed [ROWS STORES KILLS]` takes 62,500 customers at each of 16 stores, a million in
all, unless told otherwise. It prints what each took and ends with exit code 1 when the two differ.
"""

from __future__ import annotations

import asyncio
import random
import sys
import tempfile
import time
from hashlib import blake2b
from pathlib import Path

from benchmarks.home import OWNER
from benchmarks.pulling.life import Home, TellingVault, ran
from benchmarks.pulling.measure import feed_of
from benchmarks.pulling.ours import Brisk
from budtender.backoffice import integrations
from budtender.cache.database import Connection
from budtender.register import Register

ROWS, STORES, KILLS = 62_500, 16, 10
SEED = 16


async def _connected(folder: Path, url: str, stores: int) -> Home:
    vault = TellingVault()
    async with await Register.open(folder, vault=vault, clock=Brisk()) as register:
        for n in range(stores):
            await integrations.connect_till(register, "dutchie", f"Store {n}", f"key-{n}", OWNER, base_url=url)
    return Home(folder=str(folder), secrets=vault.kept)


async def _seen(home: Home) -> tuple[int, str]:
    """How many customers a home mirrors, and a digest of all of them."""

    def work(c: Connection) -> tuple[int, str]:
        count, digest = 0, blake2b()
        for row in c.execute("SELECT credential, id, phone, body FROM customer ORDER BY credential, id"):
            digest.update(repr(tuple(row)).encode())
            count += 1
        return count, digest.hexdigest()

    async with await Register.open(Path(home.folder), vault=home.vault()) as register:
        return register.db.read(work)


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
    with tempfile.TemporaryDirectory(prefix="budtender-bench-") as folder, feed_of(rows) as (_, url):
        whole = asyncio.run(_connected(Path(folder) / "whole", url, stores))
        broken = asyncio.run(_connected(Path(folder) / "broken", url, stores))
        began = time.perf_counter()
        ran(whole, None)
        took = time.perf_counter() - began
        print(f"not killed: {took:.0f} s", flush=True)
        began = time.perf_counter()
        # A sign of progress for every few thousand rows.
        struck = _killed(broken, kills, signs=stores * max(8, rows // 4_000))
        print(f"killed {struck} times: {time.perf_counter() - began:.0f} s", flush=True)
        one, other = asyncio.run(_seen(whole)), asyncio.run(_seen(broken))
    print(f"customers: {one[0]:,} and {other[0]:,}; {'equal' if one == other else 'NOT EQUAL'}")
    return 0 if one == other and one[0] == rows * stores else 1


if __name__ == "__main__":
    sys.exit(main())
