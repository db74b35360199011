"""Change a known shopper's phone or e-mail address: in the till first, then in AIQ, and whatever is left goes on later.

Whoever asks for it has read out the code that was texted to the number that is known, or a manager approves by name
and with a reason: the old phone may be lost, and whoever has the number has the points.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from budtender.cache import audit, identity, names, outbox, personas
from budtender.cache import till as till_rows
from budtender.cache.database import Connection
from budtender.cache.personas import Known
from budtender.cache.rows import to_ms
from budtender.cache.visits import Visit
from budtender.connectors.aiq_forms import email_form
from budtender.connectors.http import Priority
from budtender.connectors.sentences import display_name
from budtender.errors import (
    Duplicate,
    InputError,
    NoShopper,
    NotConnected,
    NotVerified,
    ProtocolError,
    RateLimited,
    Unreachable,
)
from budtender.events import Change
from budtender.log import get_logger
from budtender.model import OPEN_STATES, Actor, Can, Intent, Kind, Role, State, Value
from budtender.names import short_name
from budtender.phone import mask, parse_phone
from budtender.register import Register
from budtender.settings import REGION, REGISTER_NAME
from budtender.staffing import refuse_own_wallet
from budtender.sync.contact import NewContact, new_of, only_one, others_with
from budtender.sync.push import drop_dependents, push
from budtender.visiting import seconds_left

__all__ = ["Changed", "InTill", "NewContact", "Proof", "change", "proved_by_code", "proved_by_pin", "read"]

log = get_logger(__name__)


class Proof(Value, frozen=True, kw_only=True):
    """By what the shopper was taken for who they are."""

    persona_id: int
    how: Literal["code", "pin"]
    approver: str | None = None
    reason: str = ""


class InTill(Value, frozen=True, kw_only=True):
    """What became of it in one till, in words; `intent` is None where nothing can be sent there.

    `changed`, `no_profile`, `cannot` (by hand), `waiting` (saved, sent later) or `refused`.
    """

    name: str
    state: Literal["changed", "no_profile", "cannot", "waiting", "refused"]
    text: str
    intent: Intent | None = None


class Changed(Value, frozen=True, kw_only=True):
    """A change that is saved: what became of it in AIQ, and in each till."""

    intent: Intent
    new: NewContact
    name: str
    tills: tuple[InTill, ...]

    @property
    def shown(self) -> str:
        """The new value as a screen may show it."""
        return mask(self.new.value) if self.new.field == "phone" else _masked(self.new.value)


def _masked(email: str) -> str:
    return f"{email[0]}•••@{email.rpartition('@')[2]}"


def read(register: Register, *, phone: str = "", email: str = "") -> NewContact:
    """What was typed, before anything is asked or sent. PhoneError for a number that AIQ would turn into a blank."""
    if phone:
        return NewContact(field="phone", value=parse_phone(phone, register.settings.get(REGION)))
    return NewContact(field="email", value=email_form(email.strip()))


# ── proof ─────────────────────────────────────────────────────────────────────────────────────────────────


def proved_by_code(register: Register, visit: Visit | None) -> Proof:
    """A visit that was opened with a code, texted to the number that is known, and is still open. Raises NotVerified.

    The wallet of a visit that a PIN opened, or that was opened by the number alone, proves nothing of its owner.
    """
    if visit is None or visit.method != "code" or not seconds_left(register, visit):
        raise NotVerified(
            "The shopper has to be verified by a code first: a number or address is changed for its owner alone.",
            "Send a code (budtender code PHONE) and give it with --code, or use a manager's PIN with --pin.",
            code="contact_not_verified",
        )
    return Proof(persona_id=visit.persona_id, how="code")


async def proved_by_pin(
    register: Register, known: Known, pin: str, acting: Actor, *, approver: str | None, reason: str
) -> Proof:
    """A manager approves it, by name and with a reason, for a shopper whose old phone is lost.

    Raises InputError without both, and what approving raises.
    """
    why = " ".join(reason.split())
    if not approver or not why:
        raise InputError(
            "A manager who approves this gives a name and a reason.",
            "Give --approver NAME and --reason TEXT, such as: old phone lost, ID checked.",
            field="reason" if approver else "approver",
            code="approval_incomplete",
        )
    facts = {"for": "contact", "persona": known.id, "reason": why}
    approved = await register.pins.approve(
        pin, at_least=Role.MANAGER, approver=approver, acting=acting.name, facts=facts, master_for=approver
    )
    refuse_own_wallet(known, approved.name)
    return Proof(persona_id=known.id, how="pin", approver=approved.name, reason=why)


# ── changing ──────────────────────────────────────────────────────────────────────────────────────────────


async def change(register: Register, known: Known, old: str, new: NewContact, acting: Actor, proof: Proof) -> Changed:
    """Save the change and carry it out, the tills first; whatever cannot be done now is done later, in this order.

    `old` is the number that the shopper was found by. Asked for once more it goes on with what is saved. Raises
    InputError for what is no change, Duplicate for what another shopper has, with nothing saved or sent.
    """
    if proof.persona_id not in (known.id, known.merged_into):
        raise NotVerified("It was another shopper who was verified.", "Verify this one.", code="other_verified")
    _refuse_no_change(known, new)
    begun = _under_way(register, known, old, new)
    if begun is None:
        looked = await _refuse_taken(register, known, old, new)
        begun = _planned(register, known, old, new, acting, looked)
        planned = begun
        await register.db.write(lambda c: _record(c, register, known, planned, new, proof))
        register.events.ring(Change.OUTBOX)
    done = [await push(register, intent.id, Priority.COUNTER) for intent in begun]
    if any(intent.state is State.REFUSED for intent in done):
        await drop_dependents(register)
        ids = [intent.id for intent in done]
        done = register.db.read(lambda c: [found for i in ids if (found := outbox.find(c, i))])
    return Changed(
        intent=done[-1],
        new=new,
        name=short_name(known.first_name, known.last_name),
        tills=_in_tills(register, done[:-1]),
    )


def _refuse_no_change(known: Known, new: NewContact) -> None:
    if known.persona is None or known.pending_since is not None:
        raise NoShopper(
            "This shopper was signed up here, and AIQ does not list them yet.",
            "Change it once AIQ does: that may take up to 24 hours.",
            code="contact_pending",
        )
    if new.is_of(known.persona):
        raise InputError(
            f"This is the shopper's {new.word} already.", "Type the new one.", field=new.field, code="contact_same"
        )


def _under_way(register: Register, known: Known, old: str, new: NewContact) -> list[Intent] | None:
    """The same change where it is saved already; Duplicate while another one is."""

    def look(c: Connection) -> list[Intent]:
        saved = outbox.of_phone(c, old, Kind.CONTACT)
        begun = next((i for i in saved if i.state in OPEN_STATES and i.persona_id == known.id), None)
        return [] if begun is None else _chain(c, begun)

    chain = register.db.read(look)
    if chain and new_of(chain[-1]) != new:
        raise Duplicate(
            "Another change of this shopper's phone or e-mail is on its way.",
            "See `budtender outbox list`.",
            candidates=[],
            code="contact_waiting",
        )
    return chain or None


def _chain(connection: Connection, last: Intent) -> list[Intent]:
    chain = [last]
    while (before := chain[0].depends_on) is not None:
        found = outbox.find(connection, before)
        assert found is not None, "intents are never deleted"
        chain.insert(0, found)
    return chain


# ── who has it ────────────────────────────────────────────────────────────────────────────────────────────


async def _refuse_taken(register: Register, known: Known, old: str, new: NewContact) -> bool:
    """Look here and in AIQ who has the new value; False when AIQ did not answer, which leaves that to the sending."""
    assert known.persona is not None
    looked = True
    try:
        others = await others_with(register, new, known.persona.contact_id, Priority.COUNTER)
        _refuse(new, [short_name(one.first_name, one.last_name) for one in others])
    except (Unreachable, RateLimited, ProtocolError, NotConnected) as error:
        log.info("looked in the cache only", why=error.kind)
        looked = False
    _refuse(new, register.db.read(lambda c: _holders_here(c, known, old, new)))
    return looked


def _holders_here(connection: Connection, known: Known, old: str, new: NewContact) -> list[str]:
    """Names of others with the new value, as this register knows them: personas, then a till's customers."""
    if new.phone is None:
        people = identity.with_email(connection, new.value)
        return [row.name for row in names.candidates(connection, [one for one in people if one.id != known.id])]
    mobile, home = personas.find_by_phone(connection, new.phone)
    people = [one for one in (*mobile, *home) if one.id != known.id]
    own = {(credential, one.id) for credential, one in till_rows.customers_with_phone(connection, old)}
    customers = till_rows.customers_with_phone(connection, new.phone)
    strange = [one for credential, one in customers if (credential, one.id) not in own]
    in_till = [f"{short_name(one.first_name, one.last_name)} in the till" for one in strange if not one.archived]
    return [row.name for row in names.candidates(connection, people)] + in_till


def _refuse(new: NewContact, holders: list[str]) -> None:
    if holders:
        raise Duplicate(
            f"This {new.word} belongs to {holders[0]}" + ("" if holders[0].endswith(".") else "."),
            "Check it with the shopper; nothing was changed.",
            candidates=[{"name": name} for name in holders],
            code="contact_taken",
            name=holders[0],
            field=new.field,
        )


# ── saving ────────────────────────────────────────────────────────────────────────────────────────────────


def _planned(register: Register, known: Known, old: str, new: NewContact, acting: Actor, looked: bool) -> list[Intent]:
    """One intent for each till that may have a profile and can change it, then AIQ's; each waits for the one before."""
    was = known.phone if new.phone else known.persona and known.persona.email
    body = {"new": msgspec.to_builtins(new), "was": was, "looked": looked}
    name = {"first_name": known.first_name, "last_name": known.last_name}
    here = register.db.read(lambda c: till_rows.customers_with_phone(c, old))
    planned: list[Intent] = []

    def add(kind: Kind, system: str, more: dict[str, object]) -> None:
        planned.append(
            Intent(
                kind=kind,
                system=system,
                persona_id=known.id,
                phone=old,
                depends_on=planned[-1].id if planned else None,
                body={**body, **more},
                staff=acting.name,
                created=register.clock.now(),
                moved_mono=register.clock.mono(),
            )
        )

    for credential, pos in register.tills.items():
        if Can.UPDATE_CUSTOMER not in pos.can:
            continue
        own = only_one([one for key, one in here if key == credential], known.first_name, known.last_name)
        if own is not None or Can.FIND_BY_PHONE in pos.can:
            profile = {"credential": credential, "customer_id": own.id if own else None}
            add(Kind.TILL_CONTACT, pos.name, {**profile, **name})
    add(Kind.CONTACT, "aiq", {})
    return planned


def _record(
    connection: Connection, register: Register, known: Known, planned: list[Intent], new: NewContact, proof: Proof
) -> None:
    """All of it and the audit row together."""
    for intent in planned:
        outbox.record(connection, intent)
    last = planned[-1]
    facts = {
        "intent": last.id,
        "persona": known.id,
        "what": new.field,
        "from": mask(last.phone or ""),
        **({"to": mask(new.value)} if new.field == "phone" else {}),
        "how": proof.how,
        "approver": proof.approver,
        "reason": proof.reason,
        "register": register.settings.get(REGISTER_NAME),
    }
    audit.append(connection, at=to_ms(last.created), kind="contact change", staff=last.staff, facts=facts)


# ── in words ──────────────────────────────────────────────────────────────────────────────────────────────


def _in_tills(register: Register, sent: list[Intent]) -> tuple[InTill, ...]:
    by_name = {intent.body["credential"]: intent for intent in sent}
    parts = []
    for name, pos in register.tills.items():
        intent = by_name.get(name)
        parts.append(_cannot(name, display_name(pos.name), pos.can) if intent is None else _in_till(name, intent))
    return tuple(parts)


def _cannot(name: str, vendor: str, can: frozenset[Can]) -> InTill:
    if Can.UPDATE_CUSTOMER in can:
        return InTill(name=name, state="no_profile", text=f"{name} has no profile with the old number.")
    text = f"{vendor} lets nobody change a customer from here: change it in {name} by hand."
    return InTill(name=name, state="cannot", text=text)


def _in_till(name: str, intent: Intent) -> InTill:
    def say(state: Literal["changed", "no_profile", "cannot", "waiting", "refused"], text: str) -> InTill:
        return InTill(name=name, state=state, text=text, intent=intent)

    if intent.state is State.REFUSED:
        return say("refused", f"Not changed in {name}: {intent.last_error}")
    if intent.state is State.UNKNOWN:
        return say("waiting", f"The answer of {name} was lost; it is told once more by itself, which does no harm.")
    if intent.state is not State.DONE:
        why = f" {intent.last_error}" if intent.last_error else ""
        return say("waiting", f"Not changed in {name} yet, which comes before AIQ.{why}")
    match intent.evidence.get("profile"):
        case "none":
            return say("no_profile", f"{name} has no profile with the old number that is surely this shopper's.")
        case "not allowed":
            return say("cannot", f"The key of {name} may not change customers: change it there by hand.")
        case "not shown":
            return say("changed", f"{name} was told, and its answer does not show it: look at the profile there.")
        case "beside":
            return say("changed", f"Changed in {name}, which still has the old cell phone as well: remove it there.")
        case _:
            return say("changed", f"Changed in {name}.")
