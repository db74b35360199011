"""The HTTP server on loopback: in a thread for tests and lessons, or in the foreground."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import threading
from types import FrameType
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

HOST = "127.0.0.1"


class _Protocol(H11Protocol):
    """Hands the connection to the application, which may have to cut it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


class _Server(uvicorn.Server):
    """Stops like a machine that is switched off: at once, connections are cut and what was being done is left."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._ended = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def main_loop(self) -> None:
        """Waits to be ended, and not for a tick of a tenth of a second: every lesson and test ends a world."""
        await self.on_tick(0)
        self._loop = asyncio.get_running_loop()
        if not self.should_exit:
            await self._ended.wait()

    def end(self) -> None:
        """Ends it, from any thread; one that has not begun ends when it does."""
        self.should_exit = True
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
                self._loop.call_soon_threadsafe(self._ended.set)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Ends it at a signal."""
        super().handle_exit(sig, frame)
        self.end()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Cuts connections and tasks, and waits for neither."""
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        tasks = list(self.server_state.tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class Server:
    """Serves an application on loopback; the port is kept when it is stopped and started again."""

    def __init__(self, app: ASGIApp, port: int) -> None:
        self._app = app
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None
        self._socket: socket.socket | None = _bound(port)
        self.port: int = self._socket.getsockname()[1]

    @property
    def running(self) -> bool:
        """Whether requests are answered."""
        return self._thread is not None

    def start(self) -> None:
        """Answers requests from a thread; starting twice raises RuntimeError."""
        if self._thread is not None:
            raise RuntimeError("the simulator is running already")
        server, sock = self._prepare()
        self._thread = threading.Thread(target=server.run, args=([sock],), name="simulator", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Closes all connections and waits for the thread; not running is no error."""
        if self._server is not None and self._thread is not None:
            self._server.end()
            self._thread.join(timeout=10)
        self._close()

    def serve(self) -> None:
        """Answers requests in the foreground until interrupted."""
        server, sock = self._prepare()
        try:
            with contextlib.suppress(KeyboardInterrupt):
                server.run([sock])
        finally:
            self._close()

    def _prepare(self) -> tuple[_Server, socket.socket]:
        sock = self._socket or _bound(self.port)
        options: dict[str, Any] = {
            "loop": "asyncio",
            "ws": "none",
            "lifespan": "off",
            "access_log": False,
            "log_config": None,
            "log_level": "error",
            "server_header": False,
            "date_header": False,
            "proxy_headers": False,
            "timeout_keep_alive": 60,
            "timeout_graceful_shutdown": 1,
        }
        self._socket = sock
        self._server = _Server(uvicorn.Config(self._app, http=_Protocol, **options))
        return self._server, sock

    def _close(self) -> None:
        if self._socket is not None:
            self._socket.close()
        self._socket = self._server = self._thread = None


def _bound(port: int) -> socket.socket:
    """Returns a socket that listens on loopback; callers wait until they are served. OSError if the port is in use."""
    # Named as TCP, so that asyncio switches off Nagle's algorithm on what it accepts: 40 ms an answer otherwise.
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if os.name == "posix":
        # On Windows the same option would let two simulators share one port.
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((HOST, port))
        sock.listen(512)
    except OSError:
        sock.close()
        raise
    return sock
