"""Opening the door to the network in front of a far side that misbehaves."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from budtender.connectors.http import Deadlines, Http
from budtender.errors import RemoteError
from tests.connectors.fault_server import Fault, FaultServer

KEY = "k-5e1f-secret"
#: Short, so that the tests are; no room for a second try.
QUICK = Deadlines(connect=0.4, read=0.4, total=0.6)
#: Room for tries.
PATIENT = Deadlines(connect=1, read=1, total=5)


@asynccontextmanager
async def door(url: str, **options: Any) -> AsyncIterator[Http]:
    http = Http(system="aiq", base_url=url, headers={"x-apikey": KEY}, **({"deadlines": QUICK} | options))
    try:
        yield http
    finally:
        await http.aclose()


@asynccontextmanager
async def facing(*faults: Fault, slam: bool = False, **options: Any) -> AsyncIterator[tuple[Http, FaultServer]]:
    async with FaultServer(*faults, slam=slam) as server, door(server.url, **options) as http:
        yield http, server


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def says_nothing_secret(error: RemoteError) -> None:
    told = f"{error} {error.facts}"
    assert KEY not in told
    assert "3035550142" not in told
    assert "http" not in told
    assert error.title.startswith(("AIQ", "The", "A sign-in page"))
    assert "AIQ" in error.title
    assert error.hint


async def failed_write(http: Http, **options: Any) -> RemoteError:
    with pytest.raises(RemoteError) as failed:
        await http.write("PUT", "/api/v1.1/redeem/3035550142", json={"a": 1}, **options)
    says_nothing_secret(failed.value)
    return failed.value
