"""AIQ on loopback, as far as it is told of people: it keeps for each key a digest of what it was told last.

`python -m benchmarks.pulling.aiq` prints its address; each line it reads from standard input is the number of an
account, answered with how many people it was told of, a digest of them all, and in how many calls.
"""

from __future__ import annotations

import sys
import threading
from collections import defaultdict
from hashlib import blake2b
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import msgspec

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


def _handler(told: Told) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            told.take(self.path, self.rfile.read(int(self.headers.get("Content-Length") or 0)))
            self._answer()

        def _answer(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(DONE)))
            self.end_headers()
            self.wfile.write(DONE)
            self.wfile.flush()

        def log_message(self, *_: object) -> None:
            return

    return Handler


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Whoever is killed hangs up in the middle."""


def main() -> None:
    """Serve until standard input ends."""
    told = Told()
    server = _Server(("127.0.0.1", 0), _handler(told))
    threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True).start()
    print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
    for line in sys.stdin:
        print(told.summary(line.strip()), flush=True)
    server.shutdown()


if __name__ == "__main__":
    main()
