"""The requests that the far sides received, for counting them."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import overload

import msgspec


class Received(msgspec.Struct, frozen=True):
    """One request: `at` is simulated epoch seconds, `monotonic` real seconds for measuring rates."""

    method: str
    template: str
    path: str
    at: float
    monotonic: float


class Calls(Sequence[Received]):
    """All requests so far, in order of arrival; an unknown route has an empty template."""

    def __init__(self) -> None:
        self._received: list[Received] = []
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._received)

    @overload
    def __getitem__(self, place: int) -> Received: ...
    @overload
    def __getitem__(self, place: slice) -> list[Received]: ...
    def __getitem__(self, place: int | slice) -> Received | list[Received]:
        return self._received[place]

    def __iter__(self) -> Iterator[Received]:
        return iter(list(self._received))

    def add(self, received: Received) -> None:
        """Appends a request."""
        with self._lock:
            self._received.append(received)

    @property
    def counts(self) -> Counter[tuple[str, str]]:
        """How often each (method, path template) was called."""
        return Counter((received.method, received.template) for received in self)

    def of(self, method: str, template: str) -> list[Received]:
        """Returns the requests of one operation."""
        return [received for received in self if received.method == method and received.template == template]

    def clear(self) -> None:
        """Forgets all requests so far."""
        with self._lock:
            self._received.clear()
