"""What really happened in the simulated world, in the order in which it happened."""

from __future__ import annotations

import threading
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from decimal import Decimal

import msgspec


class Effect(msgspec.Struct, frozen=True):
    """One thing that really happened; `points` is the signed change, `at` is in epoch seconds."""

    kind: str
    contact_id: str
    reward_id: str
    points: Decimal
    note: str
    phone: str
    at: float
    source: str


class Text(msgspec.Struct, frozen=True):
    """One message that reached a shopper: `to` is a phone of ten digits or an e-mail address."""

    to: str
    body: str
    code: str | None
    at: float


class Ledger:
    """An append-only list of effects and of the texts that shoppers received."""

    def __init__(self) -> None:
        self._effects: list[Effect] = []
        self._texts: list[Text] = []
        self._lock = threading.Lock()

    def record(self, effect: Effect) -> None:
        """Appends an effect; effects arrive in order of time."""
        with self._lock:
            self._effects.append(effect)

    def deliver(self, text: Text) -> None:
        """Appends a text that reached a phone or a mailbox."""
        with self._lock:
            self._texts.append(text)

    @property
    def effects(self) -> list[Effect]:
        """A copy of all effects so far."""
        with self._lock:
            return list(self._effects)

    @property
    def texts(self) -> list[Text]:
        """A copy of all texts so far."""
        with self._lock:
            return list(self._texts)

    def between(self, start: float, end: float, kinds: Iterable[str]) -> list[tuple[int, Effect]]:
        """Returns the effects of `kinds` with start <= at <= end, each with its position in the ledger."""
        wanted = frozenset(kinds)
        with self._lock:
            low = bisect_left(self._effects, start, key=lambda effect: effect.at)
            high = bisect_right(self._effects, end, key=lambda effect: effect.at)
            part = self._effects[low:high]
        return [(low + place, effect) for place, effect in enumerate(part) if effect.kind in wanted]
