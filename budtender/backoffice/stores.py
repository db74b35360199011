"""Stores: which AIQ store each till credential stands for, and whether its data arrives.

AIQ promises a new connection's data within a day, of a store without sales the day after its first one; the source's
own word beside a persona proves that it arrived (AIQ's articles on the three tills).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from budtender.cache import audit, books, copying, mapping, personas, till
from budtender.cache.books import Connected
from budtender.cache.database import Connection
from budtender.cache.rows import to_ms
from budtender.connectors import CONNECTORS
from budtender.errors import InputError
from budtender.events import Change
from budtender.model import Actor, Store, Value
from budtender.register import Register
from budtender.staffing import managers_only
from budtender.sync import placing, plan, scope
from budtender.sync.placing import Placed

#: After so long without a proof a connection is late, whatever the till.
LATE = timedelta(hours=24)
AIQ = "aiq"


class Arrival(StrEnum):
    """Whether a credential's data has arrived in AIQ."""

    CONFIRMED = "confirmed"
    WAITING = "waiting"
    #: Nothing was sold yet; data comes the day after the first sale.
    NO_SALES = "no sales yet"
    LATE = "late"


class StoreRow(Value, frozen=True, kw_only=True):
    """One till credential; `store` is None while it is unmapped, `mapped_by` says where it was mapped.

    `expected` is when data is due at the latest, `usual_hours` how long it mostly takes. `source` is the word that
    AIQ shows for it under Sourced from.
    """

    credential: str
    system: str
    location: str
    market: str
    store: Store | None
    mapped_by: str | None
    arrival: Arrival
    expected: datetime | None
    usual_hours: int
    source: str
    #: Whether a sale came through it by now.
    sold: bool


def arrival(
    now: datetime, connected: datetime, first_sale: datetime | None, *, confirmed: bool
) -> tuple[Arrival, datetime | None]:
    """What a manager is told of a connection, and until when there is nothing to worry about."""
    if confirmed:
        return Arrival.CONFIRMED, None
    if first_sale is None:
        return Arrival.NO_SALES, None
    due = max(connected, first_sale) + LATE
    return (Arrival.WAITING if now < due else Arrival.LATE), due


def listing(register: Register) -> list[StoreRow]:
    """Every connected till credential, by name."""
    now = register.clock.now()

    def work(c: Connection) -> list[StoreRow]:
        standing, markets = placing.placed(c), scope.markets(c)
        places = {(name, place.id): place.name for name, place in till.locations(c)}
        rows = []
        for one in books.connections(c):
            if one.system != AIQ:
                place = places.get((one.name, one.account), one.account)
                rows.append(_row(c, one, standing[one.name], place, markets.get(one.name, ""), now))
        return sorted(rows, key=lambda row: row.credential.casefold())

    return register.db.read(work)


def _row(connection: Connection, one: Connected, standing: Placed, place: str, market: str, now: datetime) -> StoreRow:
    kind = CONNECTORS[one.system]
    word = kind.source_name  # a till of one's own has none
    confirmed = mapping.is_source(connection, word) if word else mapping.is_listed(connection, one.name)
    first = mapping.first_sale(connection, one.name)
    state, due = arrival(now, one.added, first, confirmed=confirmed)
    return StoreRow(
        credential=one.name,
        system=one.system,
        location=place,
        market=market,
        store=standing.store,
        mapped_by=standing.by,
        arrival=state,
        expected=due,
        usual_hours=kind.usual_hours,
        source=kind.source_name,
        sold=first is not None,
    )


async def map_store(register: Register, credential: str, store: str, acting: Actor) -> StoreRow:
    """Let a credential stand for an AIQ store, given by name or id, its past sales included; no other is touched.

    Raises NotAllowed below a manager, InputError for a credential that is not connected or a store AIQ has not.
    """
    managers_only(acting, "map stores")
    rows = {row.credential: row for row in listing(register)}
    if credential not in rows:
        named = credential[:80]
        raise InputError(
            f"No till is connected as “{named}”.",
            f"Choose one of: {', '.join(rows)}" if rows else "Connect it first: budtender connect --help",
            field="store",
            code="till_unknown",
            named=named,
        )
    known = register.db.read(till.stores)
    if not known:
        _refuse_unread(register)
    chosen = next((s for s in known if store.strip() in (str(s.id), s.name) or _same(store, s)), None)
    if chosen is None:
        named = store[:80]
        raise InputError(
            f"AIQ has no store “{named}”.",
            f"Choose one of: {', '.join(f'{s.name} ({s.id})' for s in known)}",
            field="aiq_store",
            code="store_unknown",
            named=named,
        )
    at = register.clock.now()

    def work(c: Connection) -> None:
        mapping.put(c, credential, chosen.id, at=at, by=acting.name)
        facts = {"credential": credential, "store": chosen.id}
        audit.append(c, at=to_ms(at), kind="store mapped", staff=acting.name, facts=facts)

    await register.db.write(work)
    register.events.ring(Change.CONNECTIONS, Change.PERSONA)
    return next(row for row in listing(register) if row.credential == credential)


def _refuse_unread(register: Register) -> None:
    """Say how AIQ's stores come to be known here. Raises NotConnected where AIQ is not, else InputError."""
    register.aiq  # noqa: B018  (asked only whether it is there)
    read = register.db.read(lambda c: copying.find(c, AIQ, plan.STORES)).good
    raise InputError(
        "AIQ's stores were not read yet." if read is None else "AIQ lists no store for this account.",
        f"{'Read them first' if read is None else 'Add it in AIQ, then read them again'}: budtender sync --once",
        field="aiq_store",
        code="stores_unread" if read is None else "no_stores",
    )


def _same(typed: str, store: Store) -> bool:
    return typed.strip().casefold() in (store.name.casefold(), (store.nickname or store.name).casefold())


def known(register: Register) -> tuple[Store, ...]:
    """The retail locations of the AIQ account, as far as they have been pulled."""
    return tuple(register.db.read(till.stores))


def favourite(register: Register, persona_id: int) -> Store | None:
    """A shopper's favorite store: AIQ's word, else the store that is mapped to where they bought last."""

    def work(c: Connection) -> Store | None:
        person, stores = personas.get(c, persona_id), {store.id: store for store in till.stores(c)}
        if person.store_id is not None:
            return stores.get(person.store_id)
        credential = mapping.last_bought(c, person.phone) if person.phone else None
        return placing.placed(c)[credential].store if credential else None

    return register.db.read(work)
