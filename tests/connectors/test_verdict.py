"""A no and a request for a pause: the status alone decides, and the pause is kept."""

from __future__ import annotations

import time
from email.utils import formatdate

import pytest

from budtender.connectors.aiq import Aiq
from budtender.connectors.http import Deadlines
from budtender.connectors.limiter import Limiter, Window
from budtender.errors import (
    Misconfigured,
    NotFound,
    RateLimited,
    Refused,
    RemoteError,
    maybe_done,
)
from tests.connectors.call_log import MemoryCallLog
from tests.connectors.door import KEY, QUICK, facing, failed_write, says_nothing_secret
from tests.connectors.fault_server import Fault, FaultServer, answer, cut, hang, reset

# ── a final no ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, Refused),
        (401, Misconfigured),
        (403, Misconfigured),
        (404, NotFound),
        (405, Misconfigured),
        (409, Refused),
        (410, Refused),
        (418, Refused),
        (422, Refused),
    ],
)
@pytest.mark.parametrize("body", [b"", b'{"errors": [{"message": "too many requests"}]}', b"<html>404</html>"])
async def test_status_alone_decides(status: int, kind: type[RemoteError], body: bytes) -> None:
    async with facing(answer(body, status)) as (http, server):
        with pytest.raises(kind) as failed:
            await http.read("GET", "/api/x")
    says_nothing_secret(failed.value)
    assert failed.value.facts["status"] == status
    assert "too many" not in f"{failed.value} {failed.value.facts}"
    assert not maybe_done(failed.value)
    assert len(server.asked) == 1


@pytest.mark.parametrize("fault", [cut(b"{", 400), cut(b"{", 400, reset), cut(b"{", 400, hang)])
async def test_no_that_is_cut_short_is_still_a_no(fault: Fault) -> None:
    async with facing(fault, deadlines=Deadlines(connect=20, read=1, total=20)) as (http, _):
        assert isinstance(await failed_write(http), Refused)


@pytest.mark.parametrize("status", [400, 401, 404, 429])
async def test_words_of_the_far_side_are_not_passed_on(status: int) -> None:
    echo = {"errors": [{"message": f"3035550142 with {KEY}"}], "message": f"3035550142 with {KEY}"}
    async with FaultServer(answer(echo, status)) as server:
        aiq = Aiq.connect(server.url, "9001", KEY)
        with pytest.raises(RemoteError) as failed:
            await aiq.stores()
        await aiq.aclose()
    says_nothing_secret(failed.value)


# ── asked to wait ─────────────────────────────────────────────────────────────────────────────────────────────

SERVER_NOW = 1_900_000_000


@pytest.mark.parametrize(
    ("headers", "low", "high"),
    [
        ({"retry-after": "7"}, 7, 7),
        ({"retry-after": "7.5"}, 7.5, 7.5),
        ({"retry-after": "0"}, 1, 1),
        ({"retry-after": "-5"}, 1, 1),
        ({"retry-after": "99999999999"}, 900, 900),
        ({"retry-after": "9" * 500}, 1, 2),
        ({"retry-after": "soon"}, 1, 2),
        ({"retry-after": "nan"}, 1, 2),
        ({}, 1, 2),
        (
            {
                "retry-after": formatdate(SERVER_NOW + 40, usegmt=True),
                "date": formatdate(SERVER_NOW, usegmt=True),
            },
            40,
            40,
        ),
        ({"retry-after": formatdate(1_000_000_000, usegmt=True)}, 1, 1),
    ],
)
async def test_forms_of_retry_after(headers: dict[str, str], low: float, high: float) -> None:
    async with facing(answer({"Message": "Too many"}, 429, **headers)) as (http, server):
        error = await failed_write(http)
    assert isinstance(error, RateLimited)
    assert low <= error.retry_after <= high
    assert not maybe_done(error)
    assert len(server.asked) == 1


async def test_pause_is_remembered_by_the_limiter() -> None:
    limiter = Limiter("aiq:1", (Window(100, 1),), MemoryCallLog())
    async with facing(answer({}, 429, retry_after="30"), answer({}), limiter=limiter) as (http, server):
        began = time.monotonic()
        await failed_write(http)
        error = await failed_write(http, deadlines=QUICK)
        assert isinstance(error, RateLimited)
        assert error.retry_after + time.monotonic() - began >= 29.9
        assert error.retry_after <= 30
        assert len(server.asked) == 1


async def test_short_pause_is_waited_for_by_a_read() -> None:
    async with facing(answer({}, 429, retry_after="1"), answer({})) as (http, server):
        began = time.monotonic()
        await http.read("GET", "/api/x")
        assert time.monotonic() - began >= 1
        assert len(server.asked) == 2


async def test_own_limit_beyond_the_deadline_sends_nothing() -> None:
    limiter = Limiter("aiq:1", (Window(1, 60),), MemoryCallLog())
    async with facing(answer({}), limiter=limiter) as (http, server):
        began = time.monotonic()
        await http.read("GET", "/api/x")
        error = await failed_write(http, deadlines=QUICK)
        assert isinstance(error, RateLimited)
        assert error.retry_after + time.monotonic() - began >= 59.9
        assert error.retry_after <= 60
        assert len(server.asked) == 1


async def test_an_endpoint_learns_its_limit_from_the_answer_and_holds_up_no_other() -> None:
    limiter = Limiter("dutchie:1", (Window(100, 60),), MemoryCallLog())
    said = answer({"Message": "Too many requests - only 10 per minute allowed"}, 429, retry_after="1")
    async with facing(said, answer({}), limiter=limiter, endpoints={"/reports": (Window(60, 60),)}) as (http, server):
        with pytest.raises(RateLimited):
            await http.write("GET", "/reports")
        for _ in range(20):
            await http.read("GET", "/others")
        for _ in range(7):
            await http.read("GET", "/reports")
        with pytest.raises(RateLimited) as error:
            await http.write("GET", "/reports", deadlines=QUICK)
        assert error.value.retry_after > 10
        assert len(server.asked) == 28
