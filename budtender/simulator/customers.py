"""All customers of the till: those that were put there, and a crowd that costs no memory until it is changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import msgspec

from budtender.simulator.crowd import FIRST_ID as CROWD
from budtender.simulator.crowd import UNDATED, Crowd
from budtender.simulator.records import ARCHIVED, Customer, digits, till_time


class Customers:
    """All customers of the till by id, findable by phone and by e-mail."""

    def __init__(self, first_id: int = 1_000_001) -> None:
        self._all: dict[int, Customer] = {}
        self._crowd: Crowd | None = None
        #: Customers of the crowd that are held because they were changed.
        self._changed: set[int] = set()
        self._index: defaultdict[str, set[int]] = defaultdict(set)
        self._next = first_id
        # A creation's key is stored when the creation is complete, and only then.
        self.completed: dict[tuple[str, str], int] = {}

    def draw_crowd(self, crowd: Crowd) -> None:
        """Adds a crowd after the customers that are there."""
        self._crowd = crowd

    @property
    def crowd(self) -> int:
        """How many customers are in the crowd, changed ones included."""
        return len(self._crowd) if self._crowd is not None else 0

    def __len__(self) -> int:
        return len(self._all) - len(self._changed) + self.crowd

    def __iter__(self) -> Iterator[Customer]:
        yield from [customer for known, customer in self._all.items() if known not in self._changed]
        for place in range(self.crowd):
            yield self._of_crowd(place)

    def page(self, start: int, size: int, *, anonymous: bool = True) -> list[Customer]:
        """Returns `size` customers from a position on; positions are those of the present moment."""
        held = [c for known, c in self._all.items() if known not in self._changed and (anonymous or not c.is_anonymous)]
        first = held[start : start + size]
        place = max(0, start - len(held))
        rest = range(place, min(place + size - len(first), self.crowd))
        return first + [self._of_crowd(place) for place in rest]

    def modified(self, low: float | None, high: float | None) -> Iterator[Customer]:
        """Yields the customers last changed from `low` to `high`, both included; those without a date never."""
        start = till_time(low) if low is not None else ""
        end = till_time(high) if high is not None else "9"
        for customer in list(self._all.values()):
            if customer.last_modified is not None and start <= customer.last_modified <= end:
                yield customer
        if self._crowd is not None:
            near = self._crowd.between(low if low is not None else 0.0, high if high is not None else 1e11)
            for place in near:
                if CROWD + place not in self._changed:
                    customer = self._crowd.customer(place)
                    if customer.last_modified is not None:
                        yield customer

    def written(self, start: int, size: int, sight: Sight) -> list[Customer | msgspec.Raw]:
        """Returns `size` of those in sight from a position on, the crowd's as written."""
        held = [known for number, known in self._all.items() if number not in self._changed and sight.holds(known)]
        first = held[start : start + size]
        place = max(0, start - len(held))
        places = self._places(sight, 0, self.crowd)[place : place + size - len(first)]
        return [*first, *(self._written(place) for place in places if sight.gone or not self._is_gone(place))]

    def written_since(self, low: float | None, high: float | None, sight: Sight) -> Iterator[Customer | msgspec.Raw]:
        """Yields those in sight who were last changed from `low` to `high`, the crowd's as written."""
        start = till_time(low) if low is not None else ""
        end = till_time(high) if high is not None else "9"
        for customer in list(self._all.values()):
            if customer.last_modified is None or not start <= customer.last_modified <= end:
                continue
            if sight.holds(customer):
                yield customer
        if self._crowd is not None:
            near = self._crowd.between(low if low is not None else 0.0, high if high is not None else 1e11)
            for place in self._places(sight, near.start, near.stop):
                unchanged = CROWD + place not in self._changed and place % UNDATED
                if unchanged and (sight.gone or not self._crowd.is_gone(place)):
                    yield msgspec.Raw(self._crowd.written(place))

    def _places(self, sight: Sight, start: int, stop: int) -> range:
        """Returns the crowd's places in sight: all of them, or every so-manieth one."""
        if sight.home is None or self._crowd is None:
            return range(start, stop)
        home, homes = self._crowd.home(sight.home)
        return range(start + (home - start) % homes, stop, homes)

    def _written(self, place: int) -> Customer | msgspec.Raw:
        assert self._crowd is not None
        changed = self._all.get(CROWD + place) if self._changed else None
        return changed or msgspec.Raw(self._crowd.written(place))

    def _is_gone(self, place: int) -> bool:
        assert self._crowd is not None
        changed = self._all.get(CROWD + place) if self._changed else None
        return self._crowd.is_gone(place) if changed is None else is_gone(changed)

    def next_id(self) -> int:
        """Returns an id that no customer has."""
        self._next += 1
        return self._next - 1

    def put(self, customer: Customer) -> None:
        """Adds or replaces a customer by its id."""
        if self._crowd is not None and self._crowd.place_of(customer.customer_id) is not None:
            self._changed.add(customer.customer_id)
        self._all[customer.customer_id] = customer
        for key in _keys(customer):
            self._index[key].add(customer.customer_id)

    def get(self, customer_id: int) -> Customer | None:
        """Returns a customer by id."""
        held = self._all.get(customer_id)
        if held is None and self._crowd is not None and (place := self._crowd.place_of(customer_id)) is not None:
            return self._crowd.customer(place)
        return held

    def find(self, phone: str = "", email: str = "") -> list[Customer]:
        """Returns the customers with this phone (any spelling) or this e-mail, oldest first."""
        number, address = digits(phone), email.lower()
        wanted = {key for key in (number, address) if key}
        ids = {known for key in wanted for known in self._index.get(key, ())}
        found = [self._all[known] for known in sorted(ids) if wanted & set(_keys(self._all[known]))]
        return found + self._in_crowd(number, address)

    def _in_crowd(self, number: str, address: str) -> list[Customer]:
        if self._crowd is None:
            return []
        places = sorted(set(self._crowd.known_by(number, address)))
        return [
            self._crowd.customer(place)
            for place in places
            if CROWD + place not in self._changed and self._crowd.matches(place, number, address)
        ]

    def _of_crowd(self, place: int) -> Customer:
        assert self._crowd is not None
        changed = self._all.get(CROWD + place) if self._changed else None
        return changed or self._crowd.customer(place)


def _keys(customer: Customer) -> tuple[str, ...]:
    keys = (digits(customer.phone), digits(customer.cell_phone), (customer.email_address or "").lower())
    return tuple(key for key in keys if key)


class Sight(msgspec.Struct, frozen=True):
    """Which customers a caller sees; `home` is the store whose alone, None for every store's."""

    anonymous: bool = True
    gone: bool = True
    home: str | None = None

    def holds(self, customer: Customer) -> bool:
        """Tells whether a customer is in sight."""
        return (
            (self.anonymous or not customer.is_anonymous)
            and (self.gone or not is_gone(customer))
            and self.home in (None, customer.created_at_location)
        )


def is_gone(customer: Customer) -> bool:
    """Tells whether a profile was archived or merged."""
    return customer.status == ARCHIVED or bool(customer.merged_into_customer_id)
