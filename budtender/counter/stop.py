"""A shopper says stop: no more texts, at once here and as the first thing that is sent; always allowed."""

from __future__ import annotations

import uuid

from budtender.cache import audit, consents, outbox
from budtender.cache.consents import Consent
from budtender.cache.database import Connection
from budtender.cache.rows import to_ms
from budtender.connectors.http import Priority
from budtender.events import Change
from budtender.model import Actor, Intent, Kind
from budtender.phone import mask, parse_phone
from budtender.register import Register
from budtender.settings import LANGUAGE, REGION, REGISTER_NAME, STORE_NAME
from budtender.sync.push import push

TOLD = "told to staff"


async def stop_texts(register: Register, typed: str, acting: Actor) -> Intent:
    """Record the opt-out and send it before everything else; the number need not be known.

    Raises PhoneError only: with no network, or no AIQ connected yet, it is saved and goes first later.
    """
    phone = parse_phone(typed, register.settings.get(REGION))
    now = register.clock.now()
    intent = Intent(
        kind=Kind.OPT_OUT,
        phone=phone,
        body={},
        staff=acting.name,
        created=now,
        moved_mono=register.clock.mono(),
    )
    settings = register.settings
    consent = Consent(
        id=uuid.uuid4().hex,
        phone=phone,
        purpose="texts",
        granted=False,
        wording="The shopper asked for no more texts.",
        version="stop",
        language=settings.get(LANGUAGE),
        source=TOLD,
        at=now,
        zone=str(now.astimezone().tzinfo),
        staff=acting.name,
        register=settings.get(REGISTER_NAME),
        store=settings.get(STORE_NAME),
    )

    def work(c: Connection) -> None:
        outbox.record(c, intent)
        consents.keep(c, [consent])
        facts = {"intent": intent.id, "phone": mask(phone)}
        audit.append(c, at=to_ms(now), kind="opt-out", staff=acting.name, facts=facts)

    await register.db.write(work)
    register.events.ring(Change.OUTBOX)
    return await push(register, intent.id, Priority.COUNTER)
