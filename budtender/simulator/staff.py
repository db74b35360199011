"""The people behind the counters."""

from __future__ import annotations

import random
from collections.abc import Iterable

import msgspec

from budtender.simulator import people

FIRST_EMPLOYEE = 900
A_STORE = 4


class Employee(msgspec.Struct, frozen=True):
    """One person who sells, at one store."""

    id: int
    name: str
    store_id: int
    role: str = "Budtender"
    active: bool = True


def hire(store_ids: Iterable[int], seed: int) -> tuple[Employee, ...]:
    """Returns the staff of all stores: the first of each is its manager, the last has left."""
    # Drawn apart from the shoppers, who stay the same whoever serves them.
    rng = random.Random(f"staff {seed}")
    found: list[Employee] = []
    for store_id in store_ids:
        for place in range(A_STORE):
            name = f"{rng.choice(people.FIRST_NAMES)} {rng.choice(people.LAST_NAMES)}"
            role = "Manager" if place == 0 else "Budtender"
            found.append(Employee(FIRST_EMPLOYEE + len(found), name, store_id, role, place < A_STORE - 1))
    return tuple(found)
