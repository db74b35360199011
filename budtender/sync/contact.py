"""A shopper's new phone or e-mail address, sent to a till and then to AIQ.

The order is AIQ's (core integration article): the till first, for it is where contacts are kept; then the persona is
found by the old number, then corrected with that one field. Both writes set a value, so a blind repeat does no harm;
all the same each step first reads whether it is done. Only looking who else has the new number has to come before.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection
from datetime import timedelta
from typing import Literal

import msgspec

from budtender.cache import consents, personas
from budtender.cache import till as till_rows
from budtender.cache.consents import Purpose
from budtender.cache.database import Connection
from budtender.connectors import Pos
from budtender.connectors.http import Priority
from budtender.connectors.profile import same
from budtender.errors import InputError, Misconfigured, NotConnected, NotFound, ProtocolError, Refused, Unreachable
from budtender.model import Can, Customer, CustomerDraft, Intent, Persona, Value
from budtender.phone import ten_digits
from budtender.sync.sent import Claim, Sent
from budtender.sync.wiring import Wiring

#: AIQ has said yes, and does not show the new value yet.
NOT_SHOWN = "contact_not_shown"
#: Who was looked for longer ago than this may have been signed up elsewhere meanwhile: look again.
STALE = timedelta(minutes=2)
FORBIDDEN = 403
_PURPOSES: tuple[Purpose, ...] = ("loyalty", "texts")
Effect = Callable[[Connection], None]


class NewContact(Value, frozen=True, kw_only=True):
    """The one thing that changes: a phone as E.164, or an e-mail address."""

    field: Literal["phone", "email"]
    value: str

    @property
    def word(self) -> str:
        """As people call it."""
        return "number" if self.field == "phone" else "e-mail address"

    @property
    def phone(self) -> str | None:
        """The new number, where it is one."""
        return self.value if self.field == "phone" else None

    @property
    def email(self) -> str | None:
        """The new address, where it is one."""
        return self.value if self.field == "email" else None

    def is_of(self, record: Persona | Customer) -> bool:
        """Whether a record shows it."""
        if self.field == "email":
            return same(record.email, self.value)
        phones = record.phones if isinstance(record, Customer) else (record.phone,)
        return self.value in phones


def new_of(intent: Intent) -> NewContact:
    """What an intent changes."""
    return msgspec.convert(intent.body["new"], NewContact)


async def others_with(wiring: Wiring, new: NewContact, contact_id: str | None, priority: Priority) -> list[Persona]:
    """Whom else AIQ knows by the new value; it joins people by phone and by e-mail, so nobody else may have it."""
    own = (contact_id or "").lower()
    found = await wiring.aiq.find(new.value, priority=priority)
    if new.field == "email":
        found = [persona for persona in found if same(persona.email, new.value)]
    return [persona for persona in found if persona.contact_id.lower() != own]


async def _refuse_taken(wiring: Wiring, intent: Intent, new: NewContact, priority: Priority, *, told: bool) -> None:
    """Look once more who has it, unless that was done just now. `told` says that a till has it already."""
    if intent.body["looked"] and _fresh(wiring, intent):
        return
    if await others_with(wiring, new, _contact_id(wiring, intent), priority):
        raise InputError(
            f"The new {new.word} belongs to another shopper by now, so AIQ was told nothing.",
            "The till has it already: find out whose it is, and mend it there."
            if told
            else "Find out with the shopper whose it is.",
            field=new.field,
            code="contact_taken_meanwhile",
        )


def _fresh(wiring: Wiring, intent: Intent) -> bool:
    """Whether somebody asked for it just now, and it is sent for the first time."""
    return wiring.clock.within(STALE, intent.created) and intent.attempts == 0


def _refuse_overtaken(wiring: Wiring, intent: Intent, new: NewContact, now: Collection[str | None]) -> None:
    """What waited, or comes from an older copy of the data, never undoes a change that was made after it."""
    before = (intent.body["was"], intent.phone)
    if _fresh(wiring, intent) or not any(now) or any(same(value, was) for value in now for was in before):
        return
    raise InputError(
        f"The {new.word} was changed to another one meanwhile, so this change was not sent.",
        "Ask the shopper which one holds, and change it again if need be.",
        field=new.field,
        code="contact_overtaken",
    )


def _contact_id(wiring: Wiring, intent: Intent) -> str | None:
    """Who it is in AIQ, as far as it is known here; merges are followed by whoever moves the intent."""
    known = wiring.db.read(lambda c: personas.get(c, intent.persona_id or 0))
    return known.persona.contact_id if known.persona else None


# ── the till ──────────────────────────────────────────────────────────────────────────────────────────────


async def send_to_till(wiring: Wiring, intent: Intent, priority: Priority, claim: Claim) -> Sent:
    """Change the shopper's profile in one till; one that has no such profile has nothing to change.

    `evidence["profile"]` says what became of it: `none`, `changed`, `changed before`, `not allowed` where the key may
    not write customers, `not shown` where the till's answer does not have it, or `beside` where the old number stands
    beside it: Dutchie has a number for the cell phone as well, and lets nobody write that (its API of customers).
    """
    credential, new = intent.body["credential"], new_of(intent)
    till = wiring.tills.get(credential)
    if till is None:
        raise NotConnected(
            f"The till “{credential}” is not connected any more.",
            "Connect it again.",
            system=intent.system,
            code="till_not_connected",
            name=credential,
        )
    await _refuse_taken(wiring, intent, new, priority, told=False)
    profile = await _profile(wiring, till, intent, priority)
    if profile is None:
        return Sent(evidence={"profile": "none"})
    ref = f"{credential}:{profile.id}"
    if new.is_of(profile):
        return Sent(remote_ref=ref, evidence={"profile": "changed before"}, effect=_keep(credential, profile))
    if new.phone:
        _refuse_overtaken(wiring, intent, new, profile.phones)
    await _refuse_taken_in_till(till, profile, new, priority)
    draft = CustomerDraft(key=intent.id, first_name="", last_name="", id=profile.id, phone=new.phone, email=new.email)
    try:
        kept = await till.update_customer(draft, priority=priority, before_send=_once(claim))
    except Misconfigured as error:
        if error.facts.get("status") != FORBIDDEN:
            raise
        return Sent(remote_ref=ref, evidence={"profile": "not allowed"})  # the key lacks that one right for good
    told = "changed" if new.is_of(kept) else "not shown"
    if told == "changed" and new.phone and intent.phone in kept.phones:
        told = "beside"
    return Sent(remote_ref=ref, evidence={"profile": told}, effect=_keep(credential, kept))


def _once(claim: Claim) -> Claim:
    """A change that a till wants in another form is sent twice; it is taken for sending once."""
    claimed = False

    async def before_first() -> None:
        nonlocal claimed
        if not claimed:
            await claim()
            claimed = True

    return before_first


def _keep(credential: str, profile: Customer) -> Effect:
    return lambda c: till_rows.put_customers(c, credential, [profile])


async def _profile(wiring: Wiring, till: Pos, intent: Intent, priority: Priority) -> Customer | None:
    """The shopper's profile as the till has it now: the one that is known here, or the one with the old number."""
    customer_id = intent.body.get("customer_id")
    if customer_id is not None:
        try:
            found = await till.find_customer(customer_id, priority=priority)
            if found is not None and found.merged_into is not None:
                found = await till.find_customer(found.merged_into, priority=priority)
        except Misconfigured:
            return Customer(id=customer_id)  # a till that shows nobody one by one; a wrong key is told by the change
        if found is not None:
            return found
    if intent.phone is None or Can.FIND_BY_PHONE not in till.can:
        return None
    first, last = intent.body["first_name"], intent.body["last_name"]
    if (profile := only_one(await till.find_by_phone(intent.phone, priority=priority), first, last)) is not None:
        return profile
    phone = new_of(intent).phone
    if phone is None or not intent.attempts:
        return None
    # It was sent before, and nobody knows whether it has it.
    there = await till.find_by_phone(phone, priority=priority)
    return next((one for one in there if same(one.first_name, first) and same(one.last_name, last)), None)


def only_one(found: list[Customer], first_name: str, last_name: str) -> Customer | None:
    """Whose profile it is: the only one with the number, of several the only one with the name; never a guess."""
    if len(found) <= 1:
        return found[0] if found else None
    named = [one for one in found if same(one.first_name, first_name) and same(one.last_name, last_name)]
    in_use = [one for one in named if not one.archived] or named
    return in_use[0] if len(in_use) == 1 else None


async def _refuse_taken_in_till(till: Pos, profile: Customer, new: NewContact, priority: Priority) -> None:
    if new.phone is None or Can.FIND_BY_PHONE not in till.can:
        return
    if any(one.id != profile.id for one in await till.find_by_phone(new.phone, priority=priority)):
        raise InputError(
            "The till knows another customer by the new number, so nothing was sent.",
            "If it is the same person, merge the two profiles in the till; else check the number.",
            field="phone",
            code="contact_taken_in_till",
        )


# ── AIQ ───────────────────────────────────────────────────────────────────────────────────────────────────


async def send_to_aiq(wiring: Wiring, intent: Intent, priority: Priority, claim: Claim) -> Sent:
    """Correct the persona that has the old number with the one new value, and read back whether AIQ has kept it.

    An override wins over every later sync, so nothing else goes along with it. A number that AIQ has turned into a
    blank is put back as it was, for without a number the shopper cannot be found.
    """
    new = new_of(intent)
    persona = await _persona(wiring, intent, priority)
    if new.is_of(persona):
        return Sent(
            remote_ref=persona.contact_id, evidence={"already": True}, effect=_changed(intent, persona.contact_id, new)
        )
    _refuse_overtaken(wiring, intent, new, (persona.phone if new.phone else persona.email,))
    await _refuse_taken(wiring, intent, new, priority, told=bool(intent.depends_on))
    contact_id = persona.contact_id
    await wiring.aiq.override(contact_id, phone=new.phone, email=new.email, priority=priority, before_send=claim)
    shown = await _shown(wiring, contact_id, new, priority)
    if shown == "":
        await _put_back(wiring, persona, intent, new, priority)
    if not _is(shown, new):
        raise _not_shown(new)
    return Sent(remote_ref=contact_id, evidence={"shown": True}, effect=_changed(intent, contact_id, new))


async def _persona(wiring: Wiring, intent: Intent, priority: Priority) -> Persona:
    """Who it is in AIQ: found by the old number, and by AIQ's id where that does not lead to them.

    Numbers move on to other people: whoever else has the old one by now is taken for the shopper only where their own
    id has died, as in a merge.
    """
    own = _contact_id(wiring, intent)
    found = await wiring.aiq.find(intent.phone, priority=priority) if intent.phone else []
    for persona in found:
        if own is not None and persona.contact_id.lower() == own.lower():
            return persona
    if own is not None:
        try:
            return await wiring.aiq.detail(own, priority=priority)
        except NotFound:
            pass  # merged, or deleted
    if len(found) == 1:
        return found[0]
    raise InputError(
        "AIQ does not list this shopper under the old number any more, so it was told nothing.",
        "Look the shopper up again.",
        code="contact_not_listed",
    )


async def _shown(wiring: Wiring, contact_id: str, new: NewContact, priority: Priority) -> str | None:
    """What AIQ shows in this field after it was written; "" is a blank, None is nothing that can be read."""
    key = "mobilePhone" if new.field == "phone" else "email"
    try:
        overridden = await wiring.aiq.overrides(contact_id, priority=priority)
    except (NotFound, Refused, Misconfigured, ProtocolError):
        overridden = {}
    if isinstance(value := overridden.get(key), str):
        return value.strip()
    try:
        persona = await wiring.aiq.detail(contact_id, priority=priority)
    except (NotFound, Refused, Misconfigured, ProtocolError):
        return None
    return (persona.phone if new.field == "phone" else persona.email) or None


def _is(shown: str | None, new: NewContact) -> bool:
    if shown is None:
        return False
    if new.field == "email":
        return same(shown, new.value)
    return "".join(c for c in shown if c.isdigit())[-10:] == ten_digits(new.value)


def _not_shown(new: NewContact) -> Unreachable:
    return Unreachable(
        f"AIQ has taken the new {new.word} and does not show it yet.",
        "It is looked at again by itself.",
        system="aiq",
        sent=True,
        code=NOT_SHOWN,
        word=new.word,
    )


async def _put_back(wiring: Wiring, persona: Persona, intent: Intent, new: NewContact, priority: Priority) -> None:
    """AIQ has blanked what it was sent: give the shopper back what they had, and say so. Always raises."""
    old = (persona.phone or intent.phone) if new.field == "phone" else persona.email
    if old:
        phone, email = (old, None) if new.field == "phone" else (None, old)
        await wiring.aiq.override(persona.contact_id, phone=phone, email=email, priority=priority)
    raise InputError(
        f"AIQ did not keep the new {new.word}" + (", so the old one was put back." if old else "."),
        "Check it with the shopper" + ("; the till has it already." if intent.depends_on else "."),
        field=new.field,
        code="contact_blanked",
    )


async def shown_by_now(wiring: Wiring, intent: Intent, priority: Priority) -> Effect | None:
    """What the register keeps if AIQ shows the new value by now, after an answer was lost; None if it does not."""
    new, own = new_of(intent), _contact_id(wiring, intent)
    if own is None or not _is(await _shown(wiring, own, new, priority), new):
        return None
    return _changed(intent, own, new)


def _changed(intent: Intent, contact_id: str, new: NewContact) -> Effect:
    """The mirror follows. Whoever has said no under the old number has said it under the new one, too; a yes is given
    for one number and goes along to no other."""

    def effect(connection: Connection) -> None:
        known = personas.find_by_contact(connection, contact_id)
        persona_id = known.id if known else intent.persona_id or 0
        personas.change_contact(connection, persona_id, phone=new.phone, email=new.email)
        if new.phone is None or intent.phone is None:
            return
        for purpose in _PURPOSES:
            said = consents.newest(connection, intent.phone, purpose)
            if said is not None and not said.granted and consents.newest(connection, new.phone, purpose) is None:
                moved = msgspec.structs.replace(said, id=uuid.uuid4().hex, phone=new.phone)
                consents.keep(connection, [moved])

    return effect
