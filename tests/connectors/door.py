"""Opening the door to the network in front of a far side that misbehaves."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import pytest

from budtender.connectors.http import Deadlines, Http
from budtender.errors import RemoteError
from tests.connectors.fault_server import Fault, FaultServer

KEY = "k-5e1f-secret"
#: Longer than any machine stands still: for whoever is answered.
PATIENT = Deadlines(connect=20, read=20, total=60)
#: For whoever waits in vain, so that the test does not.
QUICK = Deadlines(connect=0.4, read=0.4, total=0.6)


@asynccontextmanager
async def door(url: str, **options: Any) -> AsyncIterator[Http]:
    http = Http(system="aiq", base_url=url, headers={"x-apikey": KEY}, **({"deadlines": PATIENT} | options))
    try:
        yield http
    finally:
        await http.aclose()


@asynccontextmanager
async def facing(*faults: Fault, slam: bool = False, **options: Any) -> AsyncIterator[tuple[Http, FaultServer]]:
    async with FaultServer(*faults, slam=slam) as server, door(server.url, **options) as http:
        yield http, server


@contextmanager
def nobody() -> Iterator[str]:
    """An address that refuses every connection: its port is taken, and nobody listens there."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{silent.getsockname()[1]}"


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
