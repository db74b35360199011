"""The one door to the network: deadlines, limits, retries of reads, and every failure translated once."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from budtender.connectors.address import allowed_url
from budtender.connectors.answer import BATCH, TILL, Answer, Deadlines
from budtender.connectors.limiter import Limiter, Priority

__all__ = ["BATCH", "TILL", "Answer", "Deadlines", "Http", "Priority", "allowed_url"]


class Http:
    """Requests to one remote system."""

    clock_offset: float

    def __init__(
        self,
        *,
        system: str,
        base_url: str,
        headers: Mapping[str, str],
        limiter: Limiter | None = None,
        deadlines: Deadlines = TILL,
        explain: Callable[[Answer], str] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None: ...

    async def read(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
        priority: Priority = Priority.COUNTER,
        deadlines: Deadlines | None = None,
    ) -> Answer: ...

    async def write(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
        priority: Priority = Priority.COUNTER,
        deadlines: Deadlines | None = None,
        before_send: Callable[[], Awaitable[None]] | None = None,
        again: bool = False,
    ) -> Answer: ...

    async def aclose(self) -> None: ...
