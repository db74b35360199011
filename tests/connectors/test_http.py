"""What is sent, how often, and what happens right before the first byte leaves."""

from __future__ import annotations

import asyncio
import gzip
import json
import logging
import time
import zlib
from collections.abc import Callable
from decimal import Decimal
from email.utils import formatdate
from typing import Any

import pytest

from budtender.connectors.http import Deadlines, Http, Priority
from budtender.connectors.limiter import Limiter, Slot, Window
from budtender.errors import (
    Misconfigured,
    RateLimited,
    Unreachable,
    maybe_done,
)
from tests.connectors.call_log import MemoryCallLog
from tests.connectors.door import KEY, door, facing, failed_write, nobody
from tests.connectors.fault_server import Fault, answer, close, cut, hang, reset

# ── the good answer ───────────────────────────────────────────────────────────────────────────────────────────


async def test_read_and_what_is_sent() -> None:
    async with facing(answer({"points": 12.5})) as (http, server):
        got = await http.read("POST", "/api/v2/wallet", params={"a": "x y", "b": None}, json={"n": Decimal("1.50")})
    assert got.json() == {"points": Decimal("12.5")}
    asked = server.asked[0]
    assert (asked.method, asked.target) == ("POST", "/api/v2/wallet?a=x+y")
    assert asked.headers["user-agent"] == "Budtender/0.1.0 (+desktop register companion)"
    assert asked.headers["accept"] == "application/json"
    assert asked.headers["x-apikey"] == KEY
    assert asked.headers["content-type"] == "application/json"
    assert asked.body == b'{"n":1.50}'


@pytest.mark.parametrize("status", [200, 204])
async def test_empty_answer_is_none(status: int) -> None:
    async with facing(answer(b"", status)) as (http, _):
        assert (await http.write("PUT", "/api/x")).json() is None


@pytest.mark.parametrize(
    ("encoding", "compress"),
    [
        ("gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", lambda data: zlib.compress(data, wbits=-15)),
    ],
)
async def test_compressed_answer(encoding: str, compress: Callable[[bytes], bytes]) -> None:
    rows = [{"id": i, "name": f"shopper {i * i}"} for i in range(40_000)]
    async with facing(answer(compress(json.dumps(rows).encode()), content_encoding=encoding)) as (http, _):
        assert (await http.read("GET", "/api/x")).json() == rows


async def test_offset_of_the_far_sides_clock() -> None:
    async with facing(answer({}, date=formatdate(time.time() + 3600, usegmt=True))) as (http, _):
        assert http.clock_offset == 0.0
        await http.read("GET", "/api/x")
        assert http.clock_offset == pytest.approx(3600, abs=3)


async def test_proxies_of_the_environment_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    with nobody() as url:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, url)
        async with facing(answer({})) as (http, _):
            assert (await http.read("GET", "/api/x")).status == 200


async def test_nothing_is_logged_of_an_exchange(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    async with facing(answer(b"", 500), answer({})) as (http, _):
        await http.read("GET", "/api/v1.1/contact/3035550142")
    assert not caplog.records


# ── tries ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("fault", [reset, close, cut(), cut(end=reset), answer({}, 503)])
async def test_read_is_tried_three_times(fault: Fault) -> None:
    async with facing(fault, fault, answer({})) as (http, server):
        await http.read("GET", "/api/x")
        assert len(server.asked) == 3


async def test_read_gives_up_after_three_tries() -> None:
    async with facing(answer({}, 503)) as (http, server):
        with pytest.raises(Unreachable):
            await http.read("GET", "/api/x")
        assert len(server.asked) == 3


async def test_write_again_is_tried_like_a_read_and_announced_once() -> None:
    told = []

    async def before_send() -> None:
        told.append(1)

    async with facing(close, answer({})) as (http, server):
        await http.write("POST", "/api/x", json={"a": 1}, again=True, before_send=before_send)
        assert [asked.body for asked in server.asked] == [b'{"a":1}'] * 2
        assert len(told) == 1


async def test_no_try_begins_that_could_not_be_read_to_its_end() -> None:
    async with facing(close, answer({}), deadlines=Deadlines(connect=20, read=20, total=20)) as (http, server):
        with pytest.raises(Unreachable):
            await http.read("GET", "/api/x")
        assert len(server.asked) == 1


async def test_outage_is_not_answered_with_three_times_the_load() -> None:
    """Every second answer is bad, so that the breaker stays closed; three tries are given, then no more."""
    faults = [answer({}, 503), answer({})] * 10
    async with facing(*faults, clock=lambda: 0.0) as (http, server):
        for _ in range(3):
            await http.read("GET", "/api/x")
        for _ in range(3):
            with pytest.raises(Unreachable):
                await http.read("GET", "/api/x")
            await http.read("GET", "/api/x")
        assert len(server.asked) == 12


async def test_system_that_fails_is_left_alone_and_tried_again() -> None:
    clock = [0.0]
    async with facing(*[answer({}, 503)] * 5, answer({}), clock=lambda: clock[0]) as (http, server):
        for _ in range(5):
            await failed_write(http)
        error = await failed_write(http)
        assert isinstance(error, Unreachable)
        assert not maybe_done(error)
        assert error.facts["retry_after"] == 15
        assert "15 seconds" in error.hint
        assert len(server.asked) == 5
        clock[0] = 15
        await http.write("PUT", "/api/x")
        await http.write("PUT", "/api/x")


async def test_refusals_do_not_count_as_unreachable() -> None:
    async with facing(answer({}, 400), slam=False) as (http, server):
        for _ in range(12):
            await failed_write(http)
        assert len(server.asked) == 12


# ── right before the first byte ───────────────────────────────────────────────────────────────────────────────


async def test_before_send_comes_after_limiter_and_connection_and_before_the_first_byte() -> None:
    events: list[str] = []

    class Watched(MemoryCallLog):
        async def reserve(self, *given: Any, **named: Any) -> Slot:
            events.append("limit")
            return await super().reserve(*given, **named)

    limiter = Limiter("aiq:1", (Window(9, 1),), Watched())
    async with facing(answer({}), limiter=limiter) as (http, server):

        async def before_send() -> None:
            await asyncio.sleep(0.05)
            events.append(f"before_send with {server.connections} connection, {len(server.asked)} requests")

        await http.write("PUT", "/api/x", json={}, before_send=before_send, priority=Priority.BACKGROUND)
    assert events == ["limit", "before_send with 1 connection, 0 requests"]


async def test_a_slot_is_taken_when_all_is_ready_to_send() -> None:
    """A slot that is used late crowds the next second: six processes would send six calls in one."""
    ready: list[bool] = []

    class Watched(MemoryCallLog):
        async def reserve(self, *given: Any, **named: Any) -> Slot:
            ready.append("_client" in vars(http))
            return await super().reserve(*given, **named)

    async with facing(answer({}), limiter=Limiter("aiq:1", (Window(9, 1),), Watched())) as (http, _):
        await http.read("GET", "/api/x")
    assert ready == [True]


async def test_a_slot_that_aged_while_all_was_made_ready_is_taken_anew() -> None:
    """Each of several processes takes a slot early and commits for a second; their calls would leave together."""
    now, log = [1_000.0], MemoryCallLog()

    async def commit_slowly() -> None:
        now[0] += 0.9

    limiter = Limiter("aiq:1", (Window(1, 10),), log, clock=lambda: now[0], steady=lambda: now[0])
    async with facing(answer({}), limiter=limiter) as (http, server):
        await http.write("PUT", "/api/x", json={}, before_send=commit_slowly)
        assert len(server.asked) == 1
    now[0] += 9.5
    slot = await log.reserve("aiq:1", (Window(1, 10),), lambda: now[0])
    assert slot.wait == pytest.approx(0.5), "counted from when it left, and once"


async def test_nothing_is_sent_when_no_slot_is_left_in_the_end() -> None:
    now, log = [1_000.0], MemoryCallLog()
    windows = (Window(1, 50_000),)

    async def overtaken() -> None:
        now[0] += 60_000
        await log.reserve("aiq:1", windows, lambda: now[0])

    limiter = Limiter("aiq:1", windows, log, clock=lambda: now[0], steady=lambda: now[0])
    async with facing(answer({}), limiter=limiter) as (http, server):
        error = await failed_write(http, before_send=overtaken)
        assert not server.asked
    assert isinstance(error, RateLimited)
    assert not maybe_done(error)


async def test_nothing_is_sent_when_before_send_raises() -> None:
    class DiskFull(Exception):
        pass

    async def before_send() -> None:
        raise DiskFull

    async with facing(answer({})) as (http, server):
        for _ in range(6):
            with pytest.raises(DiskFull):
                await http.write("PUT", "/api/x", json={"a": 1}, before_send=before_send)
        assert not server.asked
        await http.write("PUT", "/api/x")
        assert len(server.asked) == 1


async def test_before_send_is_not_reached_without_a_connection() -> None:
    told = []

    async def before_send() -> None:
        told.append(1)

    with nobody() as url:
        async with door(url) as http:
            await failed_write(http, before_send=before_send)
    assert not told


async def test_calls_that_are_given_up_leave_the_door_usable() -> None:
    async with facing(hang, answer({})) as (http, server):
        task = asyncio.create_task(http.write("PUT", "/api/x"))
        await server.heard.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await http.write("PUT", "/api/x")


# ── keys that cannot be keys ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("key", ["with\nnewline", "schlüssel", "a\x00b"])
def test_key_that_cannot_be_sent(key: str) -> None:
    with pytest.raises(Misconfigured) as failed:
        Http(system="aiq", base_url="https://lab.alpineiq.com", headers={"x-apikey": key})
    assert key not in str(failed.value)
