"""What a remote system answered, and how long it was given for that."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import msgspec

from budtender.connectors import strict_json
from budtender.connectors.sentences import not_understood

T = TypeVar("T")


class Deadlines(msgspec.Struct, frozen=True):
    """Seconds for making a connection, for each silence while reading, and for a whole call with all its waits."""

    connect: float
    read: float
    total: float


#: A shopper is waiting.
TILL = Deadlines(connect=3, read=5, total=8)
#: Bulk reads and writes; tills' reports have taken two minutes on record.
BATCH = Deadlines(connect=3, read=60, total=180)


#: An answer of fewer bytes is read in a few milliseconds, and a thread of its own would only cost time.
SHORT = 250_000


def go_on() -> None:
    """Nobody has to be let by."""


class Answer(msgspec.Struct, frozen=True):
    """An HTTP answer with its decoded body; the names of `headers` are in lower case.

    Whoever reads a long one on a thread of its own calls `aside` between its pieces: it waits while others go first.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    system: str = ""
    aside: Callable[[], None] = go_on

    def json(self) -> Any:
        """The body as JSON with fractions as Decimal, None when it is empty; ProtocolError when it is not strict."""
        try:
            return strict_json.parse(self.body)
        except strict_json.NotStrict as error:
            raise not_understood(self.system, str(error)) from error

    async def in_pieces(self, read: Callable[[Answer], T]) -> T:
        """What `read` makes of it: of a long one on a thread of its own, where alone it may stand aside."""
        if len(self.body) > SHORT:
            return await asyncio.to_thread(read, self)
        return read(msgspec.structs.replace(self, aside=go_on))
