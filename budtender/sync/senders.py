"""How each kind of intent is sent: what is looked up first, the one call, and the rows that its answer changes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import NAMESPACE_OID, UUID, uuid5

import msgspec

from budtender.cache import consents, identity, namesakes, outbox, personas
from budtender.cache import till as till_rows
from budtender.cache.database import Connection
from budtender.connectors.http import Priority
from budtender.errors import InputError, NotConnected, NotFound, Refused, RewardUnusable, Unreachable
from budtender.model import CustomerDraft, Intent, Kind, Persona, Reward, SignUp, State
from budtender.settings import APPEND_SALE_ID, WALLET_AGE
from budtender.sync import contact
from budtender.sync.outgoing import member_of
from budtender.sync.rules import judge_reward
from budtender.sync.sent import Claim, Sent
from budtender.sync.terms import own_host, terms_of
from budtender.sync.wiring import Wiring

#: A number that was looked up longer ago than this may have been signed up elsewhere meanwhile: look again.
STALE_SIGN_UP = timedelta(minutes=2)


async def _redeem(wiring: Wiring, intent: Intent, priority: Priority, claim: Claim) -> Sent:
    """Take a reward's points through the address of a wallet that was read just now."""
    reward = msgspec.convert(intent.body["reward"], Reward)
    read_at = datetime.fromtimestamp(intent.body["read_at"], UTC)
    age = timedelta(seconds=wiring.settings.get(WALLET_AGE))
    # What AIQ makes of an address that was used is on no page of its documents, so it is used once as far as we can.
    fresh = wiring.clock.within(age, read_at) and not intent.attempts and not intent.turn
    url = reward.redemption_url if fresh else await _fresh_address(wiring, intent, reward, priority)
    if url is None:
        raise RewardUnusable("AIQ gives no way to redeem this reward.", "Choose another reward.", code="no_address")
    sale = intent.body.get("sale_id") if wiring.settings.get(APPEND_SALE_ID) == "path" else None
    receipt = await wiring.aiq.redeem(url, transaction_id=sale, priority=priority, before_send=claim)
    return Sent(remote_ref=receipt.remote_id, evidence={"answer": receipt.raw}, effect=_spent(intent, reward))


def _spent(intent: Intent, reward: Reward) -> Callable[[Connection], None]:
    def effect(connection: Connection) -> None:
        if intent.persona_id is not None and not reward.reusable:
            personas.drop_reward(connection, intent.persona_id, reward.id)

    return effect


async def _fresh_address(wiring: Wiring, intent: Intent, reward: Reward, priority: Priority) -> str | None:
    """Read the wallet again; RewardUnusable when the reward is gone or can no longer be afforded."""
    wallet = await wiring.aiq.wallet(_phone_now(wiring, intent), priority=priority)
    current = next((r for r in wallet.rewards if r.id == reward.id), None) if wallet else None
    if wallet is None or current is None:
        raise RewardUnusable(
            f"“{reward.name}” is no longer in this wallet, so nothing was sent.",
            "Choose another reward.",
            code="reward_gone",
            name=reward.name,
        )
    ours = _not_yet_in_it(wiring, intent)
    usable = judge_reward(
        current,
        spendable=None if wallet.points is None else wallet.points + ours,
        hidden=wallet.hidden,
        now=wiring.clock.now(),
        terms=terms_of(wiring),
        own_host=own_host(wiring, current),
        read=wallet.points,
    )
    if not usable.usable:
        raise RewardUnusable(
            f"“{reward.name}” cannot be used any more, so nothing was sent: {usable.reason}",
            "Choose another reward.",
            code="reward_unusable_now",
            name=reward.name,
            why=usable.code,
            why_facts=usable.facts,
        )
    return current.redemption_url


def _phone_now(wiring: Wiring, intent: Intent) -> str:
    """The shopper's number as it is known by now: it may have been changed while this waited."""
    persona_id = intent.persona_id
    now = None if persona_id is None else wiring.db.read(lambda c: personas.get(c, persona_id)).phone
    return now or intent.phone or ""


def _not_yet_in_it(wiring: Wiring, intent: Intent) -> Decimal:
    """What other intents of this shopper still change about the wallet just read, which may not know of them.

    What was taken counts, unless AIQ has given it back: the wallet knows both, or neither. Only what was given back of
    this very reward in this visit counts for itself: a wallet that lags may know that it was taken and no more, and
    the shopper stands there with points that AIQ has said are back.
    """
    if intent.persona_id is None:
        return Decimal(0)
    persona_id = intent.persona_id
    pending = wiring.db.read(lambda c: outbox.of_persona(c, persona_id))
    back = {i.undoes: i.points for i in pending if i.undoes is not None and i.state is State.DONE}
    taken = [i.points for i in pending if i.id != intent.id and i.points < 0 and i.id not in back]
    again = [points for undone, points in back.items() if intent.turn and _same_reward(wiring, intent, undone)]
    return sum((*taken, *again), Decimal(0))


def _same_reward(wiring: Wiring, intent: Intent, other_id: str) -> bool:
    other = wiring.db.read(lambda c: outbox.find(c, other_id))
    return other is not None and (other.visit_id, other.reward_id) == (intent.visit_id, intent.reward_id)


async def _adjust(wiring: Wiring, intent: Intent, priority: Priority, claim: Claim) -> Sent:
    """Give points back or take them, with our mark in the note, where it can be read again."""
    if not intent.points:
        return Sent(evidence={"answer": "nothing to change"})
    contact_id = await _contact_id(wiring, intent, priority)
    note = f"{intent.body['note']} {intent.key}"
    receipt = await wiring.aiq.adjust(contact_id, intent.points, note, priority=priority, before_send=claim)
    return Sent(remote_ref=receipt.remote_id, evidence={"answer": receipt.raw})


async def _contact_id(wiring: Wiring, intent: Intent, priority: Priority) -> str:
    """The contact id to write to; looked up anew after a 404, because merges let ids die."""
    if intent.persona_id is None:
        raise NotFound("AIQ does not list this shopper yet.", "It is tried again.", system="aiq", code="not_listed_yet")
    persona_id = intent.persona_id
    known = wiring.db.read(lambda c: personas.get(c, persona_id))
    if known.persona is not None and intent.attempts == 0 and known.gone is None:
        return known.persona.contact_id
    found = await wiring.aiq.find(known.phone or "", priority=priority)
    if len(found) != 1:
        raise NotFound(
            "AIQ lists nobody, or several people, under this shopper's number.", "", system="aiq", code="not_one_person"
        )
    return found[0].contact_id


async def _sign_up(wiring: Wiring, intent: Intent, priority: Priority, claim: Claim) -> Sent:
    """Sign a shopper up, unless AIQ lists the number already: a second sign-up would make a second persona."""
    person = msgspec.convert(intent.body["person"], SignUp)
    now = wiring.clock.now()
    looked = intent.body.get("looked", False) and now - intent.created <= STALE_SIGN_UP
    if intent.attempts > 0 or not looked:
        found = await wiring.aiq.find(person.phone, priority=priority)
        if found:
            return Sent(remote_ref=found[0].contact_id, evidence={"already": True}, effect=listed(found[0], now))
    said = wiring.db.read(lambda c: consents.newest(c, person.phone, "texts"))
    if said is not None and not said.granted:
        person = msgspec.structs.replace(person, texts=False)  # said stop since, while this waited
    contact_id = await wiring.aiq.sign_up(person, priority=priority, before_send=claim)
    return Sent(remote_ref=contact_id, effect=signed_up(person, contact_id, now))


def signed_up(person: SignUp, contact_id: str | None, at: datetime) -> Callable[[Connection], None]:
    """AIQ accepted a sign-up; the shopper is kept as pending until AIQ lists them."""
    persona = Persona(
        contact_id=contact_id or "",
        phone=person.phone,
        first_name=person.first_name,
        last_name=person.last_name,
        email=person.email,
        member=True if person.loyalty else None,
    )

    def effect(connection: Connection) -> None:
        personas.add_pending(connection, persona, at)

    return effect


def listed(persona: Persona, at: datetime) -> Callable[[Connection], None]:
    """AIQ lists the shopper already."""

    def effect(connection: Connection) -> None:
        if persona.phone:
            personas.adopt_pending(connection, persona.phone, persona.contact_id)
        personas.upsert(connection, persona, at)

    return effect


async def _opt_out(wiring: Wiring, intent: Intent, priority: Priority, claim: Claim) -> Sent:
    """Stop texts; the first of everything that waits."""
    try:
        receipt = await wiring.aiq.opt_out(intent.phone or "", priority=priority, before_send=claim)
    except NotFound:
        return Sent(evidence={"answer": "AIQ does not know this number, so it texts it nothing"})
    return Sent(evidence={"answer": receipt.raw})


async def _customer(wiring: Wiring, intent: Intent, priority: Priority, claim: Claim) -> Sent:
    """Create the shopper's profile in the till once, or link the one that is there."""
    till = wiring.tills.get(intent.body["credential"])
    if till is None:
        raise NotConnected(
            f"The till “{intent.body['credential']}” is not connected any more.",
            "Connect it again.",
            system=intent.system,
            code="till_not_connected",
            name=intent.body["credential"],
        )
    draft = msgspec.convert(intent.body["draft"], CustomerDraft)
    installation = UUID(wiring.installation)
    if "contact_id" in intent.body:  # a sign-up in AIQ, that every register sees
        draft = await _as_signed_up(wiring, intent.body["contact_id"], draft, priority)
        installation = uuid5(NAMESPACE_OID, draft.key)
    linked = await till.create_customer(draft, installation_key=installation, priority=priority, before_send=claim)
    credential = intent.body["credential"]
    return Sent(
        remote_ref=f"{credential}:{linked.customer.id}",
        evidence={"existed": linked.existed, "changed": linked.changed},
        effect=lambda c: till_rows.put_customers(c, credential, [linked.customer]),
    )


async def _as_signed_up(wiring: Wiring, contact_id: str, draft: CustomerDraft, priority: Priority) -> CustomerDraft:
    """The draft with all that AIQ says of the persona by now. Who was merged meanwhile has a profile, or gets one as
    whom they were merged into."""
    try:
        persona = await wiring.aiq.detail(contact_id, priority=priority)
    except NotFound as error:
        raise InputError("AIQ has merged this sign-up into somebody else.", code="merged_meanwhile") from error
    return msgspec.structs.replace(
        draft,
        phone=persona.phone or draft.phone,
        email=persona.email or draft.email,
        birth_date=persona.birth_date,
        address1=persona.address1,
        city=persona.city,
        state=persona.state,
        postal_code=persona.postal_code,
    )


async def _enrol(wiring: Wiring, intent: Intent, priority: Priority, claim: Claim) -> Sent:
    """Make a till's customer a member, unless the shopper has said no meanwhile. AIQ ignores a second time."""
    key = (intent.body["credential"], intent.body["customer_id"])
    customer = wiring.db.read(lambda c: identity.customer(c, key))
    pos_user = wiring.db.read(lambda c: namesakes.pos_user(c, *key))
    _refuse_after_no(wiring, intent, "loyalty")
    if customer is None:
        raise InputError("The till does not know this customer any more.", code="customer_gone")
    phone = intent.phone if intent.phone in customer.phones else next(iter(customer.phones), None)
    await claim()
    member = member_of(customer, pos_user, phone=phone, loyalty=True, changed=False)
    report = await wiring.aiq.upsert_members([member], live=True, priority=priority)
    if report.refused:
        raise Refused(report.refused[0].reason, system="aiq", status=400, code="member_refused")
    if report.later:
        raise Unreachable(report.later[0].reason, system="aiq", sent=True, code="rows_not_taken", rows=1)
    return Sent()


async def _opt_in(wiring: Wiring, intent: Intent, priority: Priority, claim: Claim) -> Sent:
    """Ask a shopper by text to confirm, unless they have said no meanwhile; never a second time."""
    _refuse_after_no(wiring, intent, "texts")
    receipt = await wiring.aiq.opt_in(intent.phone or "", double_opt=True, priority=priority, before_send=claim)
    return Sent(evidence={"answer": receipt.raw})


def _refuse_after_no(wiring: Wiring, intent: Intent, purpose: consents.Purpose) -> None:
    said = wiring.db.read(lambda c: consents.newest(c, intent.phone or "", purpose))
    if said is not None and not said.granted:
        raise InputError("The shopper has said no meanwhile, so nothing was sent.", code="said_no")


SENDERS: dict[Kind, Callable[[Wiring, Intent, Priority, Claim], Awaitable[Sent]]] = {
    Kind.REDEEM: _redeem,
    Kind.ADJUST: _adjust,
    Kind.SIGN_UP: _sign_up,
    Kind.OPT_OUT: _opt_out,
    Kind.CUSTOMER: _customer,
    Kind.ENROL: _enrol,
    Kind.OPT_IN: _opt_in,
    Kind.TILL_CONTACT: contact.send_to_till,
    Kind.CONTACT: contact.send_to_aiq,
}
