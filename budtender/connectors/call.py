"""One call on its way through the door to the network."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from budtender.connectors.answer import Deadlines
from budtender.connectors.body import LARGEST_BODY
from budtender.connectors.limiter import Limiter, Priority, Taken

#: Awaited right before the first byte of a request leaves; when it raises, nothing is sent.
BeforeSend = Callable[[], Awaitable[None]]


class Call:
    """One call with all its tries: what is asked, until when, and whether any byte of it has left.

    `request` makes the transport's own request, anew for each try.
    """

    def __init__(
        self,
        request: Callable[[], Any],
        *,
        limiter: Limiter | None,
        priority: Priority,
        deadlines: Deadlines,
        is_write: bool,
        repeats: bool,
        before_send: BeforeSend | None = None,
        largest: int = LARGEST_BODY,
    ) -> None:
        self.request = request
        self.largest = largest
        self.limiter = limiter
        self.priority = priority
        self.is_write = is_write
        self.repeats = repeats
        self.sent = False
        self.tries = 0
        self._before_send = before_send
        self._handshake: Any = None
        self._slot: Taken | None = None
        self._read = deadlines.read
        self.ends = asyncio.get_running_loop().time() + deadlines.total
        #: As httpx's transport takes them.
        self.timeout = {
            "connect": deadlines.connect,
            "read": deadlines.read,
            "write": deadlines.read,
            "pool": deadlines.connect,
        }

    @property
    def room(self) -> float:
        """Seconds that may still be waited, so that a try after them has its full time for reading.

        A try that began with less would be cut off by our own deadline and leave its effect unknown.
        """
        return max(0.0, self.ends - asyncio.get_running_loop().time() - self._read)

    async def pass_limiter(self) -> None:
        """Wait for a slot of the credential's; it is taken anew if it has aged when the first byte leaves."""
        if self.limiter is not None:
            self._slot = await self.limiter.acquire(self.priority, self.room)

    async def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """Told by the transport what it does; the last moment before the first byte is the one that counts."""
        if event == "connection.connect_tcp.complete":
            self._handshake = info["return_value"]
        elif event == "connection.start_tls.complete":
            self._handshake = None
        elif event == "http11.send_request_headers.started":
            self._handshake = None
            if not self.sent and self._before_send is not None:
                await self._before_send()
            if self.limiter is not None and self._slot is not None:
                self._slot = await self.limiter.renew(self._slot, self.priority, self.room)
            self.sent = True

    async def drop_handshake(self) -> None:
        """Close a connection whose TLS handshake was given up.

        WORKAROUND: httpcore 1.0.9 closes it after an error, but forgets it after a cancellation.
        """
        if self._handshake is not None:
            await self._handshake.aclose()
