"""Carries out a fault on one request: what the caller gets to see, and whether the effect happens."""

from __future__ import annotations

import asyncio
import functools
import zlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec
from starlette.types import Receive, Scope, Send

from budtender.simulator.clock import http_date
from budtender.simulator.exchange import HTML, Answer, Call, FarSide, Operation
from budtender.simulator.faults import Fault
from budtender.simulator.world import World

_ERROR_PAGE = (
    "<!DOCTYPE html>\n<html><head><title>{status}</title></head>"
    "<body><center><h1>{status}</h1></center><hr><center>proxy</center></body></html>\n"
)
_SIGN_IN_PAGE = "<!DOCTYPE html>\n<html><body><h1>Welcome to the guest network</h1></body></html>\n"


class Exchange:
    """One request on its way: what the far side would do, and the line to the caller."""

    def __init__(
        self,
        far: FarSide,
        operation: Operation,
        call: Call,
        world: World,
        line: tuple[Scope, Receive, Send],
    ) -> None:
        self.far = far
        self.operation = operation
        self.call = call
        self.world = world
        self.scope, self.receive, self.send = line

    def work(self) -> Answer:
        """Lets the far side do what was asked."""
        return self.far.answer(self.operation, self.call)

    def work_late(self) -> None:
        """Does what was asked when nobody listens any more; the checks at arrival are not repeated."""
        self.far.answer(self.operation, replace(self.call, late=True))

    async def reply(self, answer: Answer) -> None:
        """Sends an answer in full."""
        await self.begin(answer, len(answer.body))
        await self.send({"type": "http.response.body", "body": answer.body})

    async def begin(self, answer: Answer, length: int) -> None:
        """Sends the head of an answer, announcing a body of `length` bytes."""
        headers = {"content-length": str(length), "date": http_date(self.world.now), **answer.headers}
        if answer.content_type:
            headers["content-type"] = answer.content_type
        raw = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]
        await self.send({"type": "http.response.start", "status": answer.status, "headers": raw})

    async def drop(self, *, flush: bool = False) -> None:
        """Closes the connection; what was sent before still arrives if `flush` is set."""
        transport: asyncio.Transport = self.scope["state"]["transport"]
        if flush:
            transport.close()
        else:
            transport.abort()
        while (await self.receive())["type"] != "http.disconnect":
            pass

    @property
    def lost(self) -> bool:
        """Whether the caller has gone."""
        transport: asyncio.Transport = self.scope["state"]["transport"]
        return transport.is_closing()


async def perform(fault: Fault, exchange: Exchange) -> None:
    """Answers, or fails to answer, as the fault says."""
    await _PERFORM[fault.name](fault, exchange)


async def _drop_before(_: Fault, exchange: Exchange) -> None:
    await exchange.drop()


async def _drop_after(_: Fault, exchange: Exchange) -> None:
    exchange.work()
    await exchange.drop()


async def _late(fault: Fault, exchange: Exchange) -> None:
    exchange.world.later(fault.seconds, exchange.work_late)
    await exchange.drop()


async def _status(fault: Fault, exchange: Exchange) -> None:
    if fault.effect:
        exchange.work()
    body = fault.body if fault.body != "auto" else ("html" if fault.status >= 500 else "json")
    if body == "json":
        answer = exchange.far.failed(fault.status, "simulated fault")
    elif body == "html":
        answer = Answer(fault.status, _ERROR_PAGE.format(status=fault.status).encode(), HTML)
    else:
        answer = Answer(fault.status, content_type="")
    await exchange.reply(answer)


async def _not_json(fault: Fault, exchange: Exchange) -> None:
    if fault.effect:
        exchange.work()
    await exchange.reply(Answer(fault.status, _SIGN_IN_PAGE.encode(), HTML))


async def _redirect(fault: Fault, exchange: Exchange) -> None:
    if fault.effect:
        exchange.work()
    await exchange.reply(Answer(fault.status, content_type="", headers={"Location": fault.location}))


async def _truncate(fault: Fault, exchange: Exchange) -> None:
    answer = exchange.work()
    half = answer.body[: max(1, len(answer.body) // 2)]
    if fault.body == "silent":
        await exchange.reply(replace(answer, body=half))
        return
    await exchange.begin(answer, len(answer.body))
    await exchange.send({"type": "http.response.body", "body": half, "more_body": True})
    await exchange.drop(flush=True)


async def _rate_limit(fault: Fault, exchange: Exchange) -> None:
    form = fault.retry_after
    if form == "alternate":
        form = "seconds" if fault.fired % 2 else "date"
    headers = {
        "seconds": {"Retry-After": str(int(fault.seconds))},
        "date": {"Retry-After": http_date(exchange.world.now + fault.seconds + 0.999)},
        "garbage": {"Retry-After": "soon"},
        "none": {},
    }[form]
    answer = exchange.far.failed(429, "Too many requests - only 1 per minute allowed")
    await exchange.reply(replace(answer, headers=headers))


async def _drip(fault: Fault, exchange: Exchange) -> None:
    answer = exchange.work()
    await exchange.begin(answer, len(answer.body))
    for place in range(len(answer.body)):
        if exchange.lost:
            return
        byte = answer.body[place : place + 1]
        await exchange.send({"type": "http.response.body", "body": byte, "more_body": True})
        await asyncio.sleep(fault.seconds)
    await exchange.send({"type": "http.response.body", "body": b""})


async def _huge(fault: Fault, exchange: Exchange) -> None:
    answer = exchange.work()
    body = await asyncio.to_thread(_bomb, fault.megabytes)
    await exchange.reply(replace(answer, body=body, headers={"Content-Encoding": "gzip"}))


@functools.cache
def _bomb(megabytes: int) -> bytes:
    """Returns a valid JSON envelope of that size, zipped to about a thousandth of it."""
    squeeze = zlib.compressobj(6, wbits=31)
    parts = [squeeze.compress(b'{"code":200,"success":true,"data":"')]
    blank = b" " * 1_048_576
    parts += [squeeze.compress(blank) for _ in range(megabytes)]
    parts += [squeeze.compress(b'"}'), squeeze.flush()]
    return b"".join(parts)


def _altered(alter: Callable[[Any], Any]) -> Callable[[Fault, Exchange], Any]:
    """Returns a fault that changes the JSON of an answer; an envelope's own keys stay as they are."""

    async def perform_altered(_: Fault, exchange: Exchange) -> None:
        answer = exchange.work()
        value = msgspec.json.decode(answer.body) if answer.body else None
        if isinstance(value, dict) and "success" in value:
            value = value | {"data": alter(value.get("data"))}
        else:
            value = alter(value)
        await exchange.reply(replace(answer, body=msgspec.json.encode(value)))

    return perform_altered


def _confused(value: Any) -> Any:
    """Returns a value with every type wrong: numbers as text, text as numbers or lists, lists as objects."""
    if isinstance(value, dict):
        return {key: _confused(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return {str(place): _confused(inner) for place, inner in enumerate(value)}
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, str):
        return int(value) if value.isascii() and value.isdigit() and len(value) < 16 else [value]
    return value


def _nulled(value: Any) -> Any:
    """Returns the same objects and lists with every other value null."""
    if isinstance(value, dict):
        return {key: _nulled(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_nulled(inner) for inner in value]
    return None


_PERFORM: dict[str, Callable[[Fault, Exchange], Any]] = {
    "drop_before": _drop_before,
    "drop_after": _drop_after,
    "late": _late,
    "status": _status,
    "truncate": _truncate,
    "wrong_types": _altered(_confused),
    "null_fields": _altered(_nulled),
    "not_json": _not_json,
    "rate_limit": _rate_limit,
    "drip": _drip,
    "huge": _huge,
    "redirect": _redirect,
}
