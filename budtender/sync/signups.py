"""AIQ → till: whoever signed up on one of AIQ's forms and is not known to the till gets one profile there, once.

Only from the day on which syncing personas was switched on. The till stays the source of truth: a profile that exists
is left as it is (AIQ's integration cards, Sync Personas).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import NAMESPACE_OID, uuid5

import msgspec

from budtender.cache import audit, books, mapping, once, outbox, till
from budtender.cache.database import Connection
from budtender.cache.personas import Known
from budtender.cache.rows import to_ms
from budtender.connectors import Pos
from budtender.events import Change
from budtender.model import OPEN_STATES, Can, CustomerDraft, Intent, Kind, Persona, State, Value
from budtender.settings import MATCH_BY_NAME, SYNC_PERSONAS, TILL_CUSTOMER_TYPE
from budtender.sync import matching
from budtender.sync.wiring import Wiring

AT_ONCE = 100
#: Two registers that see the same sign-up each wait their own time, so that the second finds what the first has made.
SPREAD = timedelta(minutes=30)


class SignedUp(Value, frozen=True, kw_only=True):
    """A persona that came up in AIQ, and what is known of it here."""

    inserted: datetime | None
    named: bool
    reachable: bool
    #: A till's customer, or one that is being made at the counter.
    known: bool


def wants_profile(person: SignedUp, since: datetime) -> bool:
    """Whether a sign-up gets a profile in the till: new since the switch, somebody, and unknown there."""
    fresh = person.inserted is not None and person.inserted >= since
    return fresh and person.named and person.reachable and not person.known


def waits(installation: str, contact_id: str) -> timedelta:
    """How long this register leaves a sign-up to others; each register its own time, always the same."""
    share = uuid5(NAMESPACE_OID, f"{installation} {contact_id.lower()}").int % 10_000
    return SPREAD * (share / 10_000)


async def profiles_due(wiring: Wiring, leave: Callable[[], bool] = lambda: False) -> int:
    """Save the making of a profile for every sign-up that wants one; returns how many."""
    if not wiring.settings.get(SYNC_PERSONAS) or leave():
        return 0
    able = {name: till for name, till in wiring.tills.items() if Can.CREATE_CUSTOMER in till.can}
    since = wiring.db.read(lambda c: books.setting_changed(c, SYNC_PERSONAS.key))
    if not able or since is None:
        return 0
    saved = await wiring.db.write(lambda c: _record(c, wiring, able, since))
    if saved:
        wiring.events.ring(Change.OUTBOX)
    return saved


def _record(connection: Connection, wiring: Wiring, able: dict[str, Pos], since: datetime) -> int:
    saved = 0
    for known in once.signed_up_since(connection, since, AT_ONCE):
        persona = known.persona
        if persona is None:
            continue
        person = _told(connection, wiring, known, persona)
        if not wants_profile(person, since):
            if person.known:
                once.done(connection, once.PROFILE, persona.contact_id.lower(), wiring.clock.now())
            continue
        _save(connection, wiring, persona, _where(connection, able, persona))
        saved += 1
    return saved


def _told(connection: Connection, wiring: Wiring, known: Known, persona: Persona) -> SignedUp:
    phone = persona.phone
    here = bool(phone and till.customers_with_phone(connection, phone))
    made = outbox.of_phone(connection, phone, Kind.CUSTOMER) if phone else []
    under_way = any(intent.state in OPEN_STATES or intent.state is State.DONE for intent in made)
    by_name = wiring.settings.get(MATCH_BY_NAME)
    elsewhere = bool(matching.customers_of(connection, persona, by_name=by_name)) or _is_customer(connection, persona)
    return SignedUp(
        inserted=persona.inserted,
        named=bool(persona.first_name and persona.last_name),
        reachable=bool(phone or persona.email),
        known=here or under_way or elsewhere or known.merged_into is not None,
    )


def _is_customer(connection: Connection, persona: Persona) -> bool:
    """Whether AIQ has it from a till: its source id is then a customer's."""
    own = (persona.src_id or "").rpartition(":::")[2]
    return bool(own) and till.is_customer(connection, own)


def _where(connection: Connection, able: dict[str, Pos], persona: Persona) -> str:
    """The key of the store that the shopper chose in AIQ, as far as one is mapped to it; else the first."""
    places = mapping.stores(connection)
    mapped = [name for name in able if name in places and places[name] == persona.favorite_store_id]
    return min(mapped, default=next(iter(able)))


def _save(connection: Connection, wiring: Wiring, persona: Persona, credential: str) -> None:
    at = wiring.clock.now()
    key = uuid5(NAMESPACE_OID, persona.contact_id.lower()).hex  # the same at every register
    draft = CustomerDraft(
        key=key,
        first_name=persona.first_name,
        last_name=persona.last_name,
        phone=persona.phone,
        email=persona.email,
        type=wiring.settings.get(TILL_CUSTOMER_TYPE),
    )
    intent = Intent(
        id=uuid5(NAMESPACE_OID, f"{wiring.installation} profile {persona.contact_id.lower()}").hex,
        kind=Kind.CUSTOMER,
        system=wiring.tills[credential].name,
        phone=persona.phone,
        body={"credential": credential, "draft": msgspec.to_builtins(draft), "contact_id": persona.contact_id},
        staff=once.BY_SETTING,
        created=at,
        moved_mono=wiring.clock.mono(),
        not_before=at + waits(wiring.installation, persona.contact_id),
    )
    outbox.record(connection, intent)
    once.done(connection, once.PROFILE, persona.contact_id.lower(), at, intent.id)
    facts = {"intent": intent.id, "setting": SYNC_PERSONAS.key}
    audit.append(connection, at=to_ms(at), kind="profile for a sign-up", staff=once.BY_SETTING, facts=facts)
