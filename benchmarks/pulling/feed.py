"""The far side of a pull: Dutchie's customers on loopback, made from the simulator's names and kept in a file.

Rows lie in the file in the order of their last change, so an answer is one stretch of bytes and serving takes next to
nothing away from whoever asks. `python -m benchmarks.pulling.feed ROWS` makes a feed and serves it: the first line it
prints is its address; each line it reads from standard input is a number of rows that are changed now, answered with a
line; `delay SECONDS` makes every answer take so long, `calls` tells how many there were.
"""

from __future__ import annotations

import mmap
import random
import sys
import tempfile
import time
from array import array
from bisect import bisect_left
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import msgspec

from benchmarks.pulling.loopback import serving
from budtender.simulator import people
from budtender.simulator.records import Customer, till_time

SEED = 4
#: How far back the changes reach; a first pull looks back a year.
SPAN = 350 * 86_400.0
#: Nothing was changed so lately that it is read again only because readings overlap.
SINCE = 7_200.0
FIRST_ID = 1_000_001
_ENCODE = msgspec.json.Encoder().encode
_LIST = b"[]"
_WHO = b'{"locationId": 1, "locationName": "Harbor Street", "lspId": 7, "lspName": "Harbor", "state": "CO"}'


class Feed:
    """So many customers, changed evenly over the last year, and afterwards by `change`."""

    def __init__(self, rows: int, folder: Path) -> None:
        self._rng = random.Random(SEED)
        self._count = rows
        self._now = time.time()
        self._times = array("d")
        self._starts = array("Q")
        self._changed: list[tuple[float, bytes]] = []
        self.delay = 0.0
        self.calls = 0
        path = folder / "customers.json"
        with path.open("wb") as file:
            place = 0
            for n in range(rows):
                self._times.append(self._now - SINCE - SPAN + SPAN * n / rows)
                self._starts.append(place)
                place += file.write(self._row(n, self._times[-1]) + b",")
            self._starts.append(place)
        with path.open("rb") as file:
            self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)

    def _row(self, n: int, modified: float) -> bytes:
        first = people.FIRST_NAMES[n * 7 % len(people.FIRST_NAMES)]
        last = people.LAST_NAMES[n * 13 % len(people.LAST_NAMES)]
        return _ENCODE(
            Customer(
                customer_id=FIRST_ID + n,
                unique_id=str(self._rng.getrandbits(62)),
                name=f"{first} {last}",
                first_name=first,
                last_name=last,
                address1=f"{n % 9_000 + 100} Harbor Street",
                city="Denver",
                state="CO",
                postal_code="80202",
                phone=f"720{2_000_000 + n % 7_900_000}",
                email_address=f"shopper{n}@example.org",
                date_of_birth="1990-04-05T00:00:00",
                discount_groups=["Veterans"] if n % 9 == 0 else None,
                is_loyalty_member=n % 3 == 0,
                creation_date=till_time(modified - 1_000),
                last_modified=till_time(modified),
            )
        )

    def change(self, rows: int) -> None:
        """So many customers are changed now."""
        now = time.time()
        self._changed = [(now, self._row(self._rng.randrange(self._count), now)) for _ in range(rows)]

    def between(self, low: float, high: float) -> bytes:
        """The customers last changed in a stretch of time."""
        first, last = bisect_left(self._times, low), bisect_left(self._times, high)
        late = [row for at, row in self._changed if low <= at <= high]
        return self._list(first, last, late)

    def page(self, number: int, size: int) -> bytes:
        """One page of all customers."""
        first = min(number * size, self._count)
        return self._list(first, min(first + size, self._count), [])

    def _list(self, first: int, last: int, late: list[bytes]) -> bytes:
        held = self._bytes[self._starts[first] : self._starts[last]][:-1] if last > first else b""
        return b"[" + b",".join([part for part in (held, *late) if part]) + b"]"

    def answer(self, target: str) -> bytes:
        """The body for one request."""
        self.calls += 1
        parts = urlsplit(target)
        query = {name.casefold(): value for name, value in parse_qsl(parts.query)}
        if parts.path.casefold() == "/whoami":
            return _WHO
        if parts.path == "/customer/customers":
            return self.between(_seconds(query["fromlastmodifieddateutc"]), _seconds(query["tolastmodifieddateutc"]))
        if parts.path == "/customer/customers-paginated":
            return self.page(int(query["pagenumber"]), int(query["pagesize"]))
        return _LIST


def _seconds(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def main() -> None:
    """Serve until standard input ends."""
    with tempfile.TemporaryDirectory(prefix="budtender-feed-") as folder:
        feed = Feed(int(sys.argv[1]), Path(folder))

        def answer(path: str, _body: bytes) -> bytes:
            body = feed.answer(path)
            if feed.delay:
                time.sleep(feed.delay)
            return body

        with serving(answer) as url:
            print(url, flush=True)
            for line in sys.stdin:
                word, _, value = line.strip().partition(" ")
                if word == "delay":
                    feed.delay = float(value)
                elif word == "change":
                    feed.change(int(value))
                print(feed.calls, flush=True)
                if word == "calls":
                    feed.calls = 0


if __name__ == "__main__":
    main()
