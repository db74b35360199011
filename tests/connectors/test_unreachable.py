"""No answer of the system itself: what is certainly not sent, and what may have been carried out."""

from __future__ import annotations

import gc
import socket
import sys
from pathlib import Path
from typing import Any

import pytest

from budtender.connectors.http import Deadlines
from budtender.errors import (
    Unreachable,
    maybe_done,
)
from tests.connectors.certificates import Authority
from tests.connectors.door import QUICK, door, facing, failed_write, nobody
from tests.connectors.fault_server import Fault, FaultServer, answer, close, drip, hang, reset

# ── no answer ─────────────────────────────────────────────────────────────────────────────────────────────────


async def test_refused_connection_is_known_not_sent() -> None:
    with nobody() as url:
        async with door(url) as http:
            error = await failed_write(http)
    assert isinstance(error, Unreachable)
    assert not maybe_done(error)


async def test_unknown_name_is_known_not_sent() -> None:
    async with door("https://no-such-host.invalid", deadlines=QUICK) as http:
        error = await failed_write(http)
    assert isinstance(error, Unreachable)
    assert not maybe_done(error)


async def test_connection_that_hangs_is_known_not_sent() -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        port = full.getsockname()[1]
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(("127.0.0.1", port))
        async with door(f"http://127.0.0.1:{port}", deadlines=QUICK) as http:
            error = await failed_write(http)
        for filler in fillers:
            filler.close()
    assert isinstance(error, Unreachable)
    assert not maybe_done(error)


async def test_total_deadline_before_a_connection_is_known_not_sent() -> None:
    """TCP stands and TLS never answers, and our own deadline is the first to end it."""
    async with FaultServer(hang) as server:
        url = server.url.replace("http:", "https:")
        async with door(url, deadlines=Deadlines(connect=5, read=5, total=0.3)) as http:
            error = await failed_write(http)
    gc.collect()  # a connection that was forgotten warns now, and a warning fails the test
    assert isinstance(error, Unreachable)
    assert not maybe_done(error)


@pytest.mark.parametrize(
    "fault", [hang, drip, reset, close, answer({}, 408)], ids=lambda f: getattr(f, "__name__", "408")
)
async def test_lost_answer_is_unknown_and_never_repeated(fault: Fault) -> None:
    async with facing(fault, deadlines=Deadlines(connect=2, read=0.3, total=2)) as (http, server):
        error = await failed_write(http)
    assert isinstance(error, Unreachable)
    assert maybe_done(error)
    assert len(server.asked) == 1


async def test_connection_torn_down_before_anything_was_read_is_unknown() -> None:
    async with facing(slam=True) as (http, server):
        error = await failed_write(http)
    assert isinstance(error, Unreachable)
    assert maybe_done(error)
    assert server.connections == 1


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_server_trouble_is_unknown_and_its_page_not_shown(status: int) -> None:
    page = answer(b"<html>Bad gateway 3035550142</html>", status, content_type="text/html")
    async with facing(page) as (http, server):
        error = await failed_write(http)
    assert isinstance(error, Unreachable)
    assert maybe_done(error)
    assert error.facts["status"] == status
    assert "gateway" not in f"{error} {error.facts}"
    assert len(server.asked) == 1


async def test_sign_in_page_is_not_followed_and_learns_no_key() -> None:
    async with FaultServer(answer({})) as elsewhere:
        redirect = answer(b"", 302, location=f"{elsewhere.url}/login")
        async with facing(redirect) as (http, server):
            error = await failed_write(http)
        assert isinstance(error, Unreachable)
        assert error.facts["reason"] == "sign-in page"
        assert maybe_done(error)
        assert elsewhere.connections == 0
        assert len(server.asked) == 1


@pytest.mark.parametrize(
    "page",
    [
        answer(b"<html>Welcome to Airport WiFi</html>", content_type="text/html; charset=utf-8"),
        answer(b"\n <!doctype html><p>Sign in", content_type="application/json"),
        answer(b"<html></html>", 511, content_type="text/html"),
    ],
)
async def test_web_page_in_place_of_json(page: Fault) -> None:
    async with facing(page) as (http, _):
        error = await failed_write(http)
    assert isinstance(error, Unreachable)
    assert "sign-in page" in error.title
    assert maybe_done(error)


# ── TLS ───────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_unknown_certificate(tmp_path: Path) -> None:
    async with FaultServer(answer({}), tls=Authority(tmp_path).server()) as server, door(server.url) as http:
        error = await failed_write(http)
    assert isinstance(error, Unreachable)
    assert error.title == "The secure connection to AIQ failed."
    assert not maybe_done(error)
    assert not server.asked


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the trust store cannot be set for one test")
@pytest.mark.parametrize(
    ("certificate", "good"), [({}, True), ({"address": "127.0.0.2"}, False), ({"days": -1}, False)]
)
async def test_certificate_of_another_host_or_time(
    certificate: dict[str, Any], good: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.path))
    async with FaultServer(answer({}), tls=authority.server(**certificate)) as server, door(server.url) as http:
        if good:
            await http.write("PUT", "/api/x")
        else:
            error = await failed_write(http)
            assert error.title == "The secure connection to AIQ failed."
    assert bool(server.asked) is good


async def test_plain_http_where_tls_is_expected_learns_no_key() -> None:
    async with (
        FaultServer(answer({})) as server,
        door(server.url.replace("http:", "https:"), deadlines=QUICK) as http,
    ):
        error = await failed_write(http)
    assert isinstance(error, Unreachable)
    assert not maybe_done(error)
    assert not server.asked
