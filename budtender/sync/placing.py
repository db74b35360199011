"""Which AIQ store a till credential stands for: chosen here, or mapped in AIQ's own console."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from budtender.cache import books, mapping, till
from budtender.cache.books import Connected
from budtender.cache.database import Connection
from budtender.connectors import CONNECTORS
from budtender.model import Store, Value


class Placed(Value, frozen=True, kw_only=True):
    """The store of one credential, None while it is unmapped; `by` is `here` or `aiq`."""

    store: Store | None = None
    by: str | None = None


def placed(connection: Connection) -> dict[str, Placed]:
    """Every till credential with its store. Sales are attributed by it when they are read, so mapping reaches back."""
    known, here = till.stores(connection), mapping.stores(connection)
    places = {(name, place.id): place.name for name, place in till.locations(connection)}
    return {
        one.name: _placed(one, places.get((one.name, one.account), ""), known, here)
        for one in books.ever_connected(connection)
        if one.system in CONNECTORS
    }


def _placed(one: Connected, place: str, known: Sequence[Store], here: Mapping[str, int]) -> Placed:
    for store in known:
        if store.id == here.get(one.name):
            return Placed(store=store, by="here")
    names = {name.casefold() for name in (one.name, place, one.account) if name}
    word = CONNECTORS[one.system].source_name.casefold()
    for store in known:
        for platform, name in store.source_names.items():
            if platform.casefold() == word and name.casefold() in names:
                return Placed(store=store, by="aiq")
    return Placed()
