"""AIQ on loopback, as far as it is told of people: it keeps for each key a digest of what it was told last.

`python -m benchmarks.pulling.aiq` prints its address; each line it reads from standard input is the number of an
account, answered with how many people it was told of, a digest of them all, and in how many calls.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from hashlib import blake2b
from typing import Any

import msgspec

from benchmarks.pulling.loopback import serving

DONE = b'{"code": 200, "success": true, "data": null}'


class Told:
    """What each account was told, by the till's key of each person."""

    def __init__(self) -> None:
        self.people: dict[str, dict[str, bytes]] = defaultdict(dict)
        self.calls: dict[str, int] = defaultdict(int)

    def take(self, path: str, body: bytes) -> None:
        """Keep what a call says."""
        account = path.rpartition("/")[2]
        self.calls[account] += 1
        if "/createUpdateMember" not in path:
            return
        said: Any = msgspec.json.decode(body)
        for one in said if isinstance(said, list) else [said]:
            member = one["member"]
            digest = blake2b(msgspec.json.encode(member, order="sorted"), digest_size=16).digest()
            self.people[account][member["pos_user"]] = digest

    def summary(self, account: str) -> str:
        """How many people, a digest of all that was said of them last, and the calls it took."""
        people, digest = self.people[account], blake2b()
        for key in sorted(people):
            digest.update(key.encode() + people[key])
        return f"{len(people)} {digest.hexdigest()} {self.calls[account]}"


def main() -> None:
    """Serve until standard input ends."""
    told = Told()

    def answer(path: str, body: bytes) -> bytes:
        if body:
            told.take(path, body)
        return DONE

    with serving(answer) as url:
        print(url, flush=True)
        for line in sys.stdin:
            print(told.summary(line.strip()), flush=True)


if __name__ == "__main__":
    main()
