"""An AIQ account that is too large to be simulated: its personas are made up page by page, its calls are timed."""

from __future__ import annotations

import json
import threading
import time
from bisect import bisect_left
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import parse_qsl, urlsplit

from tests.counter.counter import MovedClock

EMPTY = b'{"code": 200, "success": true, "data": []}'


class HugeAccount:
    """Serves so many personas; `clock` is the register's, whose hours count."""

    def __init__(self, size: int, clock: MovedClock) -> None:
        self.size = size
        self.pages = 0
        self._times: list[float] = []
        self._clock = clock
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def answer(self, target: str) -> bytes:
        """The body for one request, which is timed."""
        self._times.append(time.time() + self._clock.ahead)
        parts = urlsplit(target)
        if not parts.path.startswith("/api/v1.1/piis/"):
            return EMPTY
        query = dict(parse_qsl(parts.query))
        start, limit = int(query["start"]), int(query["limit"])
        if query.get("dir") == "desc":
            return b'{"data": {"results": null, "total": 0}}'
        self.pages += 1
        rows = [
            {"contactID": f"c-{n}", "mobilePhone": f"720{2_000_000 + n}", "loyaltyPoints": n % 500, "inserted": n + 1}
            for n in range(start, min(start + limit, self.size))
        ]
        return json.dumps({"data": {"results": rows, "size": len(rows), "total": self.size}}).encode()

    def most_within(self, seconds: float) -> int:
        """The most calls in any stretch of so many seconds."""
        times = sorted(self._times)
        return max(place - bisect_left(times, at - seconds) for place, at in enumerate(times, start=1))


def _handler(account: HugeAccount) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = account.answer(self.path)
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    return Handler
