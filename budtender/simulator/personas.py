"""AIQ's records of shoppers, with their past, so that a lagging read can be answered truthfully."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

import msgspec


class Persona(msgspec.Struct, frozen=True):
    """AIQ's record of one shopper; times are epoch seconds with 0 for never.

    `source_ids` are its ids in the delivering systems, several after a merge. `rewards` are the ids that the
    wallet lists (empty: the wallet says null), `used` the single-use ones already redeemed, `overrides` the
    permanent corrections that win over later source syncs, `traits` the custom attributes that audiences are built
    on, and `quirks` the ways in which a named case behaves unlike others.
    """

    contact_id: str
    source_ids: tuple[str, ...] = ()
    platform: str = "leaflogix"
    first_name: str = ""
    last_name: str = ""
    mobile: str = ""
    home: str = ""
    email: str = ""
    birth_date: str = ""
    address: str = ""
    city: str = ""
    state: str = ""
    zip_code: str = ""
    favorite_store: int = 0
    inserted: int = 0
    signup_at: int = 0
    optin_at: int = 0
    optout_at: int = 0
    optreq_at: int = 0
    email_optin: bool = False
    member: bool = True
    points: Decimal = Decimal(0)
    spent: Decimal = Decimal(0)
    used_points: Decimal = Decimal(0)
    blocked: bool = False
    hides_points: bool = False
    rewards: tuple[str, ...] = ()
    used: tuple[str, ...] = ()
    overrides: dict[str, str] = {}
    traits: dict[str, str] = {}
    quirks: frozenset[str] = frozenset()

    @property
    def source_id(self) -> str:
        """The id in the delivering system; the first one after a merge."""
        return self.source_ids[0] if self.source_ids else ""

    @property
    def full_name(self) -> str:
        """First and last name with one space between."""
        return f"{self.first_name} {self.last_name}".strip()


class Personas:
    """All personas now and as they were; ids are compared without regard to case."""

    def __init__(self) -> None:
        self._present: dict[str, Persona] = {}
        self._past: dict[str, list[tuple[float, Persona | None]]] = {}
        self._merged: dict[str, str] = {}
        self._index: defaultdict[str, set[str]] = defaultdict(set)
        self.revision = 0

    def __len__(self) -> int:
        return len(self._present)

    def __iter__(self) -> Iterator[Persona]:
        return iter(list(self._present.values()))

    def load(self, persona: Persona) -> None:
        """Adds a persona that has always been there."""
        self._present[persona.contact_id.lower()] = persona
        self._index_keys(persona)

    def put(self, persona: Persona, now: float) -> None:
        """Adds or replaces a persona from `now` on."""
        key = persona.contact_id.lower()
        self._past.setdefault(key, []).append((now, self._present.get(key)))
        self._present[key] = persona
        self._index_keys(persona)
        self.revision += 1

    def merge(self, loser: Persona, survivor: Persona, now: float) -> None:
        """Ends `loser`: from `now` on its id is not found and `survivor` (already joined) stands for both."""
        key = loser.contact_id.lower()
        self._past.setdefault(key, []).append((now, self._present.pop(key)))
        self._merged[key] = survivor.contact_id.lower()
        self.put(survivor, now)

    def get(self, contact_id: str, at: float | None = None) -> Persona | None:
        """Returns a persona by id, now or as it was at the time `at`."""
        key = contact_id.lower()
        if at is not None:
            for until, earlier in self._past.get(key, ()):
                if until > at:
                    return earlier
        return self._present.get(key)

    def survivor(self, contact_id: str) -> Persona | None:
        """Returns the persona that stands for `contact_id` today, through any number of merges."""
        key = contact_id.lower()
        while key in self._merged:
            key = self._merged[key]
        return self._present.get(key)

    def everyone(self, at: float | None = None) -> list[Persona]:
        """Returns all personas, now or as they were at the time `at`."""
        if at is None or not self._past:
            return list(self._present.values())
        keys = list(self._present) + [key for key in self._past if key not in self._present]
        return [persona for key in keys if (persona := self.get(key, at)) is not None]

    def with_key(self, text: str, at: float | None = None) -> list[Persona]:
        """Returns personas whose phone, e-mail, source id or contact id equals `text`."""
        wanted = text.lower()
        known = sorted(self._index.get(wanted, ()))
        found = [persona for key in known if (persona := self.get(key, at)) is not None]
        return [persona for persona in found if wanted in _keys(persona)]

    def _index_keys(self, persona: Persona) -> None:
        for key in _keys(persona):
            self._index[key].add(persona.contact_id.lower())


def _keys(persona: Persona) -> tuple[str, ...]:
    keys = (persona.contact_id, *persona.source_ids, persona.mobile, persona.home, persona.email)
    return tuple(key.lower() for key in keys if key)
