"""Who works at the training register, and the systems it is connected to."""

from __future__ import annotations

import secrets

from budtender.backoffice import integrations, staff
from budtender.demo import Training
from budtender.errors import InputError
from budtender.model import Actor, Role, Value
from budtender.settings import STORE_NAME

_FIRST = Actor(name="set-up", role=Role.OWNER)


class Person(Value, frozen=True, kw_only=True):
    """Somebody on the training staff; the PIN is for everybody to see."""

    name: str
    role: Role
    pin: str


Cast = tuple[Person, ...]


async def engage(school: Training) -> Cast:
    """Add a budtender and a manager with PINs of their own, and connect AIQ and the till."""
    register, simulation = school.register, school.simulation
    store = simulation.world.stores[0].name
    cast: list[Person] = []
    for name, role in (("Dana", Role.MANAGER), ("Sam", Role.BUDTENDER)):
        cast.insert(0, await _added(school, name, role))
    dana = Actor(name="Dana", role=Role.MANAGER)
    await register.change_setting(STORE_NAME.key, store, dana)
    await integrations.connect_aiq(register, simulation.uid, simulation.aiq_key, dana, base_url=simulation.url)
    key = simulation.dutchie_keys[store]
    await integrations.connect_till(register, "dutchie", store, key, dana, base_url=simulation.url)
    return tuple(cast)


async def _added(school: Training, name: str, role: Role) -> Person:
    while True:
        pin = f"{secrets.randbelow(1_000_000):06}"
        try:
            await staff.add(school.register, name, role, pin, _FIRST)
        except InputError:
            continue  # too easy to guess, or somebody's already
        return Person(name=name, role=role, pin=pin)
