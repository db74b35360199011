"""An answer that comes and cannot be used: too large, cut, garbled, or JSON that two readers read differently."""

from __future__ import annotations

import gzip
import subprocess
import sys
import zlib

import pytest

from budtender.connectors.http import Answer
from budtender.errors import (
    ProtocolError,
    maybe_done,
)
from tests.connectors.door import facing, failed_write, says_nothing_secret
from tests.connectors.fault_server import Fault, answer, cut, raw, reset

MIB = 1024 * 1024


@pytest.mark.parametrize(
    "body",
    [
        b'{"a": NaN}',
        b'{"a": -Infinity}',
        b'{"a": 1, "a": 2}',
        b'{"a": 1e999}',
        b'{"a": ' + b"9" * 5000 + b"}",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"a": "\xff"}',
        b'["\\ud83d"]',
        b'{"\\ud83d": 1}',
        b'{"a": 1',
        b'{"a": 1} x',
        b"OK",
    ],
    ids=lambda body: repr(body[:12]),
)
async def test_json_that_is_not_strict(body: bytes) -> None:
    async with facing(answer(body)) as (http, _):
        got = await http.write("PUT", "/api/x")
        with pytest.raises(ProtocolError) as failed:
            got.json()
    says_nothing_secret(failed.value)
    assert maybe_done(failed.value)


def test_whole_surrogate_pairs_are_text() -> None:
    assert Answer(200, {}, b'["\\ud83d\\ude00", "\\\\ud83d"]').json() == ["😀", "\\ud83d"]


@pytest.mark.parametrize(
    "fault",
    [
        cut(),
        cut(end=reset),
        answer(gzip.compress(b'{"a": 1}' * 1000)[:-20], content_encoding="gzip"),
        answer(gzip.compress(b"{}") + b"more", content_encoding="gzip"),
        answer(b"no gzip", content_encoding="gzip"),
        answer(b"{}", content_encoding="br"),
        answer(b" " * (16 * MIB + 1)),
        raw(b"HTTP/1.1 200 OK\r\n\r\n" + b" " * (17 * MIB)),
    ],
    ids=["closed", "reset", "gzip cut", "gzip and more", "no gzip", "brotli", "large", "endless"],
)
async def test_body_that_cannot_be_taken_leaves_the_effect_unknown(fault: Fault) -> None:
    async with facing(fault) as (http, server):
        error = await failed_write(http)
    assert isinstance(error, ProtocolError)
    assert maybe_done(error)
    assert len(server.asked) == 1


async def test_last_part_that_stays_inside_the_decoder_is_taken() -> None:
    """Deflate without a wrapper ends in a run whose end does not fit into the part that is decoded at once."""
    body = bytes(256 * 1024 + 21)
    squeezed = zlib.compress(body, 9, wbits=-15)
    async with facing(answer(squeezed, content_encoding="deflate")) as (http, _):
        assert (await http.read("GET", "/api/x")).body == body


@pytest.mark.parametrize("body", [b"a" * (16 * MIB), b"[1, 2]"], ids=["full", "small"])
async def test_body_within_the_limit_is_taken(body: bytes) -> None:
    async with facing(answer(gzip.compress(body, 1), content_encoding="gzip")) as (http, _):
        assert (await http.read("GET", "/api/x")).body == body


BOMB = """
import asyncio, pathlib, re, zlib
from budtender.connectors.http import Http
from budtender.errors import ProtocolError
from tests.connectors.fault_server import FaultServer, answer

def peak():
    # Not getrusage: its peak is inherited from the program that started this one.
    return 1024 * int(re.search(r"VmHWM:\\s+(\\d+)", pathlib.Path("/proc/self/status").read_text())[1])

async def main():
    pack = zlib.compressobj(9, wbits=31)
    bomb = b"".join(pack.compress(bytes(1024 * 400)) for _ in range(512)) + pack.flush()
    async with FaultServer(answer({}), answer(bomb, content_encoding="gzip")) as server:
        http = Http(system="aiq", base_url=server.url, headers={})
        await http.read("GET", "/api/x")
        before = peak()
        try:
            await http.read("GET", "/api/x")
        except ProtocolError as error:
            assert error.facts["too_large"]
            print(len(bomb), peak() - before)
        await http.aclose()

asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a program's peak of memory is not told")
def test_gzip_bomb_stays_small() -> None:
    done = subprocess.run([sys.executable, "-c", BOMB], capture_output=True, text=True, timeout=60, check=True)
    sent, grown = map(int, done.stdout.split())
    assert sent < 220 * 1024
    assert grown < 64 * MIB
