"""The door: takes one request from its arrival to its answer, past latency, faults and the far side."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.types import Receive, Scope, Send

from budtender.simulator.calls import Calls, Received
from budtender.simulator.exchange import Answer, Call, FarSide, Operation
from budtender.simulator.faults import Fault, Faults
from budtender.simulator.mischief import Exchange, perform
from budtender.simulator.world import World

_MOST_BYTES = 32 * 1024 * 1024
#: Seconds between two looks at whether a latency has been ended.
_GLANCE = 0.01


@dataclass(slots=True)
class House:
    """What every door shares; `latency_ms` is real time before each answer."""

    world: World
    faults: Faults
    calls: Calls
    latency_ms: float = 0.0


class Door:
    """The ASGI end of one operation of a far side."""

    def __init__(self, house: House, far: FarSide, operation: Operation) -> None:
        self.house = house
        self.far = far
        self.operation = operation

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        call = await _call_of(scope, receive)
        house = self.house
        house.calls.add(Received(call.method, self.operation.path, call.path, house.world.now, time.monotonic()))
        exchange = Exchange(self.far, self.operation, call, house.world, (scope, receive, send))
        try:
            await self._serve(exchange)
        except asyncio.CancelledError:
            # The simulator was stopped and has cut the line: there is nobody left to answer.
            if not exchange.lost:
                raise

    async def _serve(self, exchange: Exchange) -> None:
        if self.house.latency_ms:
            await asyncio.sleep(self.house.latency_ms / 1000)
        call = exchange.call
        for fault in self.house.faults.pick(call.method, call.path, self.operation.path):
            if fault.name == "latency":
                await self._linger(fault)
            else:
                await perform(fault, exchange)
                return
        await exchange.reply(exchange.work())

    async def _linger(self, fault: Fault) -> None:
        """Keeps a request waiting as long as the fault says, or until the fault is ended."""
        ends = time.monotonic() + fault.seconds
        while self.house.faults.holds(fault):
            left = ends - time.monotonic()
            if left <= 0:
                break
            await asyncio.sleep(min(left, _GLANCE))


def no_such_route(house: House, far: FarSide) -> Door:
    """Returns the door behind which there is nothing."""

    def handler(far: FarSide, call: Call) -> Answer:
        return far.unknown(call)

    return Door(house, _Nowhere(far), Operation("*", "", handler, "no such route"))


class _Nowhere:
    """A far side's answer to routes that do not exist; nobody's key is checked there."""

    operations: tuple[Operation, ...] = ()

    def __init__(self, far: FarSide) -> None:
        self.far = far

    def answer(self, operation: Operation, call: Call) -> Answer:
        return operation.handler(self.far, call)

    def unknown(self, call: Call) -> Answer:
        return self.far.unknown(call)

    def failed(self, status: int, message: str) -> Answer:
        return self.far.failed(status, message)


async def _call_of(scope: Scope, receive: Receive) -> Call:
    """Reads a whole request; what is larger than any real host takes is cut off."""
    body = bytearray()
    more = True
    while more and len(body) < _MOST_BYTES:
        message = await receive()
        if message["type"] == "http.disconnect":
            break
        body += message.get("body", b"")
        more = message.get("more_body", False)
    query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    return Call(
        method=scope["method"],
        path=scope["path"],
        params={name: str(value) for name, value in scope.get("path_params", {}).items()},
        query={name.lower(): value for name, value in query},
        headers={name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]},
        body=bytes(body),
        repeated=_repeated(query),
    )


def _repeated(query: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    values: dict[str, tuple[str, ...]] = {}
    for name, value in query:
        if value:
            values[name.lower()] = (*values.get(name.lower(), ()), value)
    return values
