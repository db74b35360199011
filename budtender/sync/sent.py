"""What came of a call that an intent asked for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from budtender.cache.database import Connection
from budtender.model import Value

#: Commits `sending`; awaited right before the first byte leaves.
Claim = Callable[[], Awaitable[None]]


class Sent(Value, frozen=True, kw_only=True):
    """What came of a call: AIQ's reference, evidence for the record, and the rows that change with it."""

    remote_ref: str | None = None
    evidence: Mapping[str, Any] = {}
    effect: Callable[[Connection], None] = lambda _connection: None
