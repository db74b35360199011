"""The simulated world: its people, stores, points and texts, and the work that happens in it with time."""

from __future__ import annotations

import heapq
import itertools
import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec

from budtender.simulator.backlog import Backlog, Sale
from budtender.simulator.clock import Clock
from budtender.simulator.customers import Customers
from budtender.simulator.ledger import Effect, Ledger, Text
from budtender.simulator.personas import Persona, Personas
from budtender.simulator.rewards import DAY, REWARDS, Reward

if TYPE_CHECKING:
    from budtender.simulator.shop import Shop


class Store(msgspec.Struct, frozen=True):
    """A retail location: `location` is the till's name for it, which AIQ maps to the store."""

    id: int
    name: str
    nickname: str
    location: str
    street: str
    city: str
    zip_code: str


class Code(msgspec.Struct, frozen=True):
    """A texted code and when it stops working, in epoch seconds."""

    text: str
    expires_at: float


class World:
    """Everything both far sides know; read `personas`, `customers`, `stores` and `rewards` freely.

    Whoever changes it does so within `moment()`. `read_lag` is in simulated seconds: AIQ's reads are answered
    from the state as it was that long ago. `shop` is what is sold there; `sales` are those that AIQ was told of.
    """

    shop: Shop

    def __init__(self, clock: Clock, seed: int, state: str, uid: str, read_lag: float = 0.0) -> None:
        self.clock = clock
        self.rng = random.Random(seed)
        self.seed = seed
        self.state = state
        self.uid = uid
        self.read_lag = read_lag
        self.started = int(clock.now())
        self.personas = Personas()
        self.customers = Customers()
        self.ledger = Ledger()
        self.stores: tuple[Store, ...] = ()
        self.rewards: dict[str, Reward] = {reward.id: reward for reward in REWARDS}
        self.codes: dict[str, Code] = {}
        self.tokens: dict[str, tuple[str, str]] = {}
        self.sales: dict[str, Sale] = {}
        self.inventory: dict[tuple[str, str], object] = {}
        self._lock = threading.RLock()
        self._now: float | None = None
        self._due: list[tuple[float, int, Callable[[], object]]] = []
        self._serial = itertools.count()
        self.backlog = Backlog(self.later, float(DAY))

    @property
    def now(self) -> float:
        """The simulated time in epoch seconds; it stands still within a moment."""
        return self.clock.now() if self._now is None else self._now

    @property
    def seen_at(self) -> float | None:
        """The time whose state a read shows; None for the present."""
        return self.now - self.read_lag if self.read_lag > 0 else None

    @contextmanager
    def moment(self) -> Iterator[World]:
        """Holds the world still, after everything that was due has happened."""
        with self._lock:
            if self._now is not None:
                yield self
                return
            self._catch_up(self.clock.now())
            self._now = self.clock.now()
            try:
                yield self
            finally:
                self._now = None

    def later(self, seconds: float, action: Callable[[], object]) -> None:
        """Lets `action` happen in the world after that many simulated seconds."""
        with self._lock:
            heapq.heappush(self._due, (self.now + seconds, next(self._serial), action))

    def _catch_up(self, now: float) -> None:
        while self._due and self._due[0][0] <= now:
            due, _, action = heapq.heappop(self._due)
            self._now = due
            try:
                action()
            finally:
                self._now = None

    def find(self, phone: str) -> Persona | None:
        """Returns the persona a phone leads to: by mobile first, the newest opt-in first, else by home phone."""
        with self.moment():
            known = self.personas.with_key(phone)
            mobile = [persona for persona in known if persona.mobile == phone]
            home = [persona for persona in known if persona.home == phone]
            best = sorted(mobile, key=lambda persona: -persona.optin_at) or home
            return best[0] if best else None

    def balance(self, contact_id: str) -> Decimal:
        """Returns the true present balance of a persona, of its survivor after a merge; KeyError if unknown."""
        with self.moment():
            persona = self.personas.survivor(contact_id)
            if persona is None:
                raise KeyError(contact_id)
            return persona.points

    def contact_id(self) -> str:
        """Returns a fresh contact id: a hyphenated UUID, drawn from the seed."""
        digits = f"{self.rng.getrandbits(128):032x}"
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"

    def record(
        self,
        kind: str,
        persona: Persona | None,
        *,
        source: str,
        points: Decimal = Decimal(0),
        reward_id: str = "",
        note: str = "",
        phone: str = "",
    ) -> None:
        """Writes an effect into the ledger at the present time."""
        contact_id = persona.contact_id if persona else ""
        number = phone or (persona.mobile if persona else "")
        self.ledger.record(Effect(kind, contact_id, reward_id, points, note, number, self.now, source))

    def text(self, to: str, body: str, persona: Persona, *, code: str | None = None) -> None:
        """Sends a text or a mail; it is paid for even when it does not arrive."""
        self.record("text", persona, source="aiq", note=body, phone=to)
        if "no-texts" not in persona.quirks:
            self.ledger.deliver(Text(to, body, code, self.now))
