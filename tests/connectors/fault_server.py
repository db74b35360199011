"""A far side that misbehaves on command: a raw HTTP/1.1 server on loopback with a ledger of what reached it."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
import struct
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple, Self


class Asked(NamedTuple):
    """One request as it arrived."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


Fault = Callable[[asyncio.StreamWriter], Awaitable[None]]


class FaultServer:
    """Plays `faults` one request after the other, the last one for ever, and closes each connection after it."""

    def __init__(self, *faults: Fault, tls: ssl.SSLContext | None = None, slam: bool = False) -> None:
        self.asked: list[Asked] = []
        self.connections = 0
        self.heard = asyncio.Event()
        self._faults = list(faults)
        self._tls = tls
        self._slam = slam
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._tls)
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_exc: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        try:
            if self._slam:
                await reset(writer)
                return
            await self._note(reader)
            fault = self._faults.pop(0) if len(self._faults) > 1 else self._faults[0]
            await fault(writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the other side left first, which is its right
        except asyncio.CancelledError:
            pass  # the test is over, and streams of Python 3.11 complain about a handler that ends cancelled
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _note(self, reader: asyncio.StreamReader) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, target, _ = head[0].split(" ")
        headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in head[1:] if line)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        self.asked.append(Asked(method, target, headers, body))
        self.heard.set()


def answer(body: bytes | Any = b"", status: int = 200, **headers: str) -> Fault:
    """A well-formed answer; what is not bytes is sent as JSON, `_` in a header's name stands for `-`."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    fields = {"content-type": "application/json", "content-length": str(len(content)), "connection": "close"}
    fields |= {name.replace("_", "-").lower(): value for name, value in headers.items()}
    head = f"HTTP/1.1 {status} X\r\n" + "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value)
    return raw(head.encode() + b"\r\n" + content)


def raw(data: bytes) -> Fault:
    """These bytes and the end of the connection."""

    async def send(writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        await writer.drain()

    return send


async def hang(_writer: asyncio.StreamWriter) -> None:
    """No answer, connection open."""
    await asyncio.Event().wait()


async def drip(writer: asyncio.StreamWriter) -> None:
    """A byte at a time, often enough to satisfy any read time-out."""
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n\r\n")
    while True:
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.05)


async def reset(writer: asyncio.StreamWriter) -> None:
    """The connection is torn down, not closed."""
    sock: socket.socket = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def close(_writer: asyncio.StreamWriter) -> None:
    """The connection is closed without a word."""


def cut(body: bytes = b'{"data": [1, 2', status: int = 200, end: Fault = close) -> Fault:
    """An answer that promises more than it sends."""

    async def send(writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: 999\r\n\r\n".encode())
        writer.write(body)
        await writer.drain()
        await end(writer)

    return send
