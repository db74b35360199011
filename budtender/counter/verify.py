"""Prove that the shopper is here: a texted code, or a manager's PIN with a reason; then their one wallet is open.

Everything that limits guessing is counted before it is checked, and kept across restarts.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from budtender import codes
from budtender.cache import audit, personas, visits
from budtender.cache.database import Connection
from budtender.cache.personas import Known
from budtender.cache.rows import to_ms
from budtender.cache.visits import Visit
from budtender.errors import (
    CodeRefused,
    Denied,
    Failure,
    Misconfigured,
    NoShopper,
    NotFound,
    NotVerified,
    ProtocolError,
    RateLimited,
    RemoteError,
    Unreachable,
    maybe_done,
)
from budtender.model import Actor, Role, Value
from budtender.phone import mask
from budtender.register import Register
from budtender.settings import (
    CODE_LOCK,
    CODE_RESEND,
    CODE_TRIES,
    REGISTER_NAME,
    TEXT_CODE,
)
from budtender.staffing import refuse_own_wallet
from budtender.sync.pull import get_wallet, not_there_yet
from budtender.visiting import seconds_left

LONGEST_REASON = 200


class CodeSent(Value, frozen=True, kw_only=True):
    """A text was asked for. Delivery is never known, only that AIQ took the request."""

    to: str
    at: datetime
    resend_after: datetime
    sends_left: int


class Opened(Value, frozen=True, kw_only=True):
    """An open visit. `fresh` says whether its wallet was read from AIQ just now."""

    visit: Visit
    fresh: bool


# ── codes ─────────────────────────────────────────────────────────────────────────────────────────────────


async def send_code(register: Register, known: Known, acting: Actor) -> CodeSent:
    """Have AIQ text one code to the shopper's phone; one call, one text, never repeated by the program.

    Raises Locked while a lock or the resend wait lasts, NoShopper when AIQ does not know the number.
    """
    if not register.settings.get(TEXT_CODE):
        raise Denied(
            "The text code is switched off, so no text was sent.",
            "Open the wallet by the number alone.",
            code="text_code_off",
        )
    phone = _mobile(known)
    now, mono = register.clock.now(), register.clock.mono()

    def count(c: Connection) -> int:
        state = visits.code_state(c, phone)
        codes.refuse_locked(register, c, phone, state)
        left = codes.refuse_too_soon(register, state)
        visits.note_send(c, phone, at=now, mono=mono, staff=acting.name)
        return left

    left = await register.db.write(count)
    try:
        await register.aiq.send_code(phone)
    except NotFound as error:
        await register.db.write(lambda c: visits.take_back_send(c, phone, now))
        if known.pending_since is not None:
            raise not_there_yet() from error
        raise NoShopper(
            "AIQ does not know this number as a member: it was never signed up, or it is blocked.",
            "Sign the shopper up, or ask a manager to look in AIQ.",
            phone=mask(phone),
            code="not_a_member",
        ) from error
    except Failure as error:
        if not isinstance(error, RemoteError) or not maybe_done(error):
            await register.db.write(lambda c: visits.take_back_send(c, phone, now))
            raise
        await register.db.write(lambda c: _sent(c, phone, now, known, acting, confirmed=False))
        raise _may_be_on_its_way(error) from error
    await register.db.write(lambda c: _sent(c, phone, now, known, acting))
    resend = timedelta(seconds=register.settings.get(CODE_RESEND))
    return CodeSent(to=mask(phone), at=now, resend_after=now + resend, sends_left=left)


def _sent(
    connection: Connection, phone: str, at: datetime, known: Known, acting: Actor, *, confirmed: bool = True
) -> None:
    if confirmed:
        visits.answer_send(connection, phone, at)
    visits.forget_used(connection, phone)
    visits.allow_tries(connection, phone)
    audit.append(
        connection,
        at=to_ms(at),
        kind="code sent",
        staff=acting.name,
        facts={"persona": known.id, "confirmed": confirmed},
    )


def _may_be_on_its_way(error: RemoteError) -> RemoteError:
    return Unreachable(
        "AIQ did not confirm the text; it may be on its way all the same.",
        "Wait for it a moment; after the resend wait a new code can be sent.",
        system=error.system,
        sent=True,
        code="text_unconfirmed",
    )


async def with_code(register: Register, known: Known, typed: str, acting: Actor) -> Opened:
    """Open the wallet with the code that the shopper read out; a code is good for one wallet, once.

    Raises CodeRefused with the tries left, Locked after too many, or what AIQ's answer raises.
    """
    phone = _mobile(known)
    code = codes.read_code(register, typed)
    digest = codes.digest(register, phone, code)

    def count(c: Connection) -> int:
        state = visits.code_state(c, phone)
        codes.refuse_locked(register, c, phone, state)
        codes.refuse_unsent(register, state)
        _refuse_used(c, phone, digest)
        return visits.count_try(c, phone)

    tries = await register.db.write(count)
    try:
        persona_id = await get_wallet(register, known.id, lambda: register.aiq.open_wallet(phone, code))
    except CodeRefused as error:
        raise await _wrong(register, known, phone, tries, acting) from error
    except (Unreachable, RateLimited, Misconfigured, ProtocolError) as error:
        if not maybe_done(error):
            await register.db.write(lambda c: visits.take_back_try(c, phone))
        raise
    visit = _new_visit(register, persona_id, phone, "code", acting, code_digest=digest)

    def opened(c: Connection) -> None:
        _refuse_used(c, phone, digest)  # another program may have been given it while AIQ was asked
        visits.unlock(c, phone)
        visits.use_code(c, phone, digest, visit.opened)
        _open(c, register, visit)

    await register.db.write(opened)
    return Opened(visit=visit, fresh=True)


def _refuse_used(connection: Connection, phone: str, digest: str) -> None:
    if visits.code_was_used(connection, phone, digest):
        raise CodeRefused("This code has been used.", "Send a new code.", code="code_used")


async def _wrong(register: Register, known: Known, phone: str, tries: int, acting: Actor) -> Denied:
    """Say how many tries are left, or lock the phone on this register."""
    left = register.settings.get(CODE_TRIES) - tries
    at, mono = register.clock.now(), register.clock.mono()

    def work(c: Connection) -> None:
        facts = {"persona": known.id, "left": left}
        audit.append(c, at=to_ms(at), kind="code wrong", staff=acting.name, facts=facts)
        if left <= 0:
            visits.lock(c, phone, at=at, mono=mono)

    await register.db.write(work)
    if left <= 0:
        return codes.locked(register, register.settings.get(CODE_LOCK) * 60)
    more = "1 try" if left == 1 else f"{left} tries"
    return CodeRefused(
        f"That is not the code we sent. {more} left.", "Type it again.", tries_left=left, code="code_wrong"
    )


# ── the other ways in ─────────────────────────────────────────────────────────────────────────────────────


async def with_pin(
    register: Register,
    known: Known,
    pin: str,
    acting: Actor,
    *,
    reason: str,
    approver: str | None = None,
    master_for: str | None = None,
) -> Opened:
    """Open one wallet for one shopper with a manager's PIN in place of the code; who, where and why is logged.

    Works without a network on the wallet that was last read. Raises PinRefused, Locked or NotAllowed.
    """
    why = " ".join(reason.split())[:LONGEST_REASON] or "not said"
    approved = await register.pins.approve(
        pin, at_least=Role.MANAGER, approver=approver, acting=acting.name, master_for=master_for
    )
    refuse_own_wallet(known, approved.name)
    phone = _mobile(known)
    visit = _new_visit(register, known.id, phone, "pin", acting, approver=approved.name, reason=why)
    return await _open_without_code(register, known, visit, approved.how)


async def without_code(register: Register, known: Known, acting: Actor) -> Opened:
    """Open the wallet by the number alone, where a manager has switched the text code off; no text is sent."""
    if register.settings.get(TEXT_CODE):
        raise NotVerified(
            "The shopper has to be verified first.",
            "Send a code (budtender code PHONE) and give it with --code, or use a manager's PIN with --pin.",
            code="not_verified",
        )
    visit = _new_visit(register, known.id, _mobile(known), "off", acting)
    return await _open_without_code(register, known, visit, "text code off")


async def _open_without_code(register: Register, known: Known, visit: Visit, how: str) -> Opened:
    fresh, persona_id = True, known.id
    try:
        persona_id = await get_wallet(register, known.id, lambda: register.aiq.wallet(visit.phone))
    except (Unreachable, RateLimited):
        now = register.db.read(lambda c: personas.get(c, known.id))  # a page may hold what it found before
        if now.wallet_at is None:
            raise
        fresh = False
    visit = msgspec.structs.replace(visit, persona_id=persona_id)
    await register.db.write(lambda c: _open(c, register, visit, how=how))
    return Opened(visit=visit, fresh=fresh)


def open_visit(register: Register, known: Known, acting: Actor, *, code: str | None = None) -> Opened | None:
    """The visit that is still open for this shopper and this budtender, if there is one.

    With `code`, only the visit that this very code opened: giving the code again goes on with it.
    """
    visit = register.db.read(lambda c: visits.last_visit(c, _mobile(known)))
    if visit is None or visit.staff != acting.name or not seconds_left(register, visit):
        return None
    if code is not None and visit.code_digest != codes.digest(register, visit.phone, codes.read_code(register, code)):
        return None
    if visit.persona_id not in (known.id, known.merged_into):
        return None  # somebody else with the same number
    holder = register.db.read(lambda c: personas.get(c, visit.persona_id))
    return Opened(visit=visit, fresh=visits.read_in(visit, holder.wallet_at))


def _mobile(known: Known) -> str:
    if known.phone is None:
        raise NoShopper(
            "AIQ has no mobile number for this shopper, so no wallet can be opened.",
            "Have the number added in AIQ, or sign the shopper up with their mobile number.",
            code="no_mobile",
        )
    return known.phone


def _new_visit(
    register: Register,
    persona_id: int,
    phone: str,
    method: Literal["code", "pin", "off"],
    acting: Actor,
    *,
    approver: str | None = None,
    reason: str | None = None,
    code_digest: str | None = None,
) -> Visit:
    return Visit(
        id=uuid.uuid4().hex,
        persona_id=persona_id,
        phone=phone,
        method=method,
        staff=acting.name,
        approver=approver,
        reason=reason,
        code_digest=code_digest,
        opened=register.clock.now(),
        opened_mono=register.clock.mono(),
    )


def _open(connection: Connection, register: Register, visit: Visit, *, how: str = "code") -> None:
    visits.open_visit(connection, visit)
    facts = {
        "persona": visit.persona_id,
        "how": how,
        "approver": visit.approver,
        "reason": visit.reason,
        "register": register.settings.get(REGISTER_NAME),
    }
    audit.append(connection, at=to_ms(visit.opened), kind="wallet opened", staff=visit.staff, facts=facts)
