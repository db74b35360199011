"""A far side on loopback that answers with pages written down beforehand and remembers every request."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple, Self
from urllib.parse import parse_qsl, urlsplit

PAGES = Path(__file__).parent / "pages"


class Asked(NamedTuple):
    """One request as it arrived."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any


class Page(NamedTuple):
    """One answer; a `body` that is no text is sent as JSON."""

    status: int = 200
    body: Any = None
    content_type: str = "application/json"


class PageServer:
    """Plays the pages of each `METHOD /path` one after the other, the last one for ever; others are 404."""

    def __init__(self, default: Page | None = None) -> None:
        self.asked: list[Asked] = []
        #: Seconds that this side's clock is ahead of the machine's.
        self.clock_ahead = 0.0
        self._default = default or Page(404)
        self._pages: dict[str, list[Page]] = {}
        self._made: dict[str, Callable[[Asked], Any]] = {}
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

    def play(self, route: str, *pages: Page) -> None:
        """Answer `route` with these pages from now on."""
        self._pages[route] = list(pages)

    def play_recorded(self, route: str, *names: str) -> None:
        """Answer `route` with recorded pages, named by their path under `pages`."""
        self.play(route, *(Page(body=(PAGES / name).read_text(encoding="utf-8")) for name in names))

    def answers(self, route: str, body: Callable[[Asked], Any]) -> None:
        """Answer `route` with what a function makes of each request: a body, or a whole page."""
        self._made[route] = body

    def forget(self) -> None:
        """Every route answers the default again, and no request was made."""
        self._pages.clear()
        self.asked.clear()

    def requests(self, route: str) -> list[Asked]:
        """Every request that this route received."""
        return [asked for asked in self.asked if f"{asked.method} {asked.path}" == route]

    def answer(self, asked: Asked) -> Page:
        """The page for a request, which is remembered."""
        self.asked.append(asked)
        if made := self._made.get(f"{asked.method} {asked.path}"):
            told = made(asked)
            return told if isinstance(told, Page) else Page(body=told)
        pages = self._pages.get(f"{asked.method} {asked.path}")
        if pages is None:
            return self._default
        return pages.pop(0) if len(pages) > 1 else pages[0]


def _handler(server: PageServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        #: One packet for head and body: two would wait for each other's acknowledgement.
        wbufsize = -1

        def _serve(self) -> None:
            text = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            parts = urlsplit(self.path)
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = json.loads(text) if text else None
            page = server.answer(Asked(self.command, parts.path, dict(parse_qsl(parts.query)), headers, body))
            sent = page.body if isinstance(page.body, str) else "" if page.body is None else json.dumps(page.body)
            content = sent.encode()
            self.send_response(page.status)
            self.send_header("Content-Type", page.content_type)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = _serve  # noqa: N815 (the names the standard library looks for)

        def date_time_string(self, timestamp: float | None = None) -> str:
            return formatdate((timestamp or time.time()) + server.clock_ahead, usegmt=True)

        def log_message(self, *_: object) -> None:
            """Tests read `asked` instead."""

    return Handler
