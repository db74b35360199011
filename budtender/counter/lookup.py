"""Find a shopper by phone: from the cache at once, from AIQ when the cache does not know or is old.

Also by name or by a scanned loyalty barcode, which the cache alone answers.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any, Literal

from budtender.cache import names, personas, till
from budtender.cache.database import Connection
from budtender.cache.lookup import Seen, by_phone
from budtender.cache.names import Candidate
from budtender.cache.personas import Balance, Known
from budtender.connectors.http import Priority
from budtender.errors import (
    Ambiguous,
    NoShopper,
    NotConnected,
    ProtocolError,
    RateLimited,
    RemoteError,
    ShopperBlocked,
    Unreachable,
)
from budtender.log import get_logger
from budtender.model import Intent, Value
from budtender.names import short_name
from budtender.phone import mask, parse_phone
from budtender.register import Register
from budtender.settings import PERSONA_AGE, REGION
from budtender.sync.pull import ask_for

__all__ = ["Candidate", "Found", "Named", "find_by_barcode", "find_by_name", "find_here", "find_row", "find_shopper"]

log = get_logger(__name__)
#: A search by name shows so many rows, and looks at so many for the best of them.
MOST_ROWS, LOOKED_AT = 9, 64
FEWEST_LETTERS = 2


Outcome = Literal["member", "not_a_member", "unconfirmed", "pending"]
_MEMBERSHIP: dict[bool | None, Outcome] = {True: "member", False: "not_a_member", None: "unconfirmed"}


class Found(Value, frozen=True, kw_only=True):
    """A shopper as the counter may show them: masked, with the age of what is known.

    `known` is None for somebody whose sign-up is still on its way. `note` is the one thing a budtender should
    know first, in words.
    """

    phone: str
    name: str
    outcome: Outcome
    source: Literal["cache", "aiq"]
    known: Known | None = None
    balance: Balance | None = None
    texts_stopped: bool = False
    shared_with: int = 0
    stale: bool = False
    note: str | None = None
    #: The same for a translation: `pending`, `stale`, `not_a_member`, `texts_stopped`, `shared` (with `shared_with`
    #: more) or `waiting_to_send`.
    note_code: str | None = None
    #: What was saved for this number and refused later, and nobody has taken note of: see `unseen`.
    refused: tuple[Intent, ...] = ()


class Named(Value, frozen=True, kw_only=True):
    """Shoppers whose names begin as what was typed, at most nine; `more` says that others match as well."""

    rows: tuple[Candidate, ...]
    more: bool = False


async def find_by_name(register: Register, typed: str) -> Named:
    """Who is known here by this beginning of a first or last name, or of both in any order.

    Case and accents do not matter. The cache alone is asked, off the loop, so it works offline and knows only who was
    seen here; go on with `find_row`. Fewer than two letters find nobody. A typical search among 1,000,000 takes some
    50 ms on a two-core machine.
    """
    wanted = names.words(typed)
    if sum(map(len, wanted)) < FEWEST_LETTERS:
        return Named(rows=())
    whole = {names.folded(word) for word in wanted}

    def rank(known: Known) -> tuple[int, str]:
        own = set(names.folded(f"{known.first_name} {known.last_name}").split())
        return (-len(whole & own), names.folded(f"{known.last_name} {known.first_name}"))

    def search(c: Connection) -> Named:
        found = sorted(names.find_by_name(c, wanted, LOOKED_AT), key=rank)
        return Named(rows=names.candidates(c, found[:MOST_ROWS]), more=len(found) > MOST_ROWS)

    return await asyncio.to_thread(register.db.read, search)


async def find_by_barcode(register: Register, scanned: str) -> Found:
    """Who a scanned loyalty barcode belongs to: it holds a phone number, AIQ's contact id, or the till's id.

    Raises NoShopper for one that tells nobody, else as `find_shopper`.
    """
    tidy = scanned.strip()
    digits = tidy.removeprefix("+")
    if digits.isascii() and digits.isdigit() and len(digits) in (10, 11):
        return await find_shopper(register, tidy)
    known = register.db.read(lambda c: personas.find_by_contact(c, tidy))
    matches = [known] if known is not None and known.gone is None else []
    matches = matches or register.db.read(lambda c: names.find_by_src_id(c, tidy))
    if len(matches) != 1 or matches[0].phone is None:
        raise NoShopper(
            "This card tells no shopper that is known here.",
            "Type the phone number instead.",
            code="barcode_unknown",
        )
    return await find_shopper(register, matches[0].phone, persona=matches[0].id)


async def find_shopper(
    register: Register, typed: str, *, choose: int | None = None, persona: int | None = None, ask: bool = False
) -> Found:
    """Find who has this phone. `choose` picks one of several by number, `ask` asks AIQ in any case.

    `persona` picks the one with this register's own id, as a row of several or of a search by name has it.

    Raises PhoneError, NoShopper, ShopperBlocked, Ambiguous, or what AIQ's answer raises when the cache knows
    nobody; with somebody in the cache an unreachable AIQ only makes the answer stale.
    """
    phone = parse_phone(typed, register.settings.get(REGION))
    seen = register.db.read(lambda c: by_phone(c, phone))
    source: Literal["cache", "aiq"] = "cache"
    stale = False
    if seen.sign_up is None and (ask or not seen.mobile or any(_is_old(register, known) for known in seen.mobile)):
        stale = not await _asked(register, phone, known=bool(seen.mobile or seen.home))
        source = "cache" if stale else "aiq"
        seen = register.db.read(lambda c: by_phone(c, phone))
    if not seen.mobile and not seen.home and seen.sign_up is not None:
        return _pending(phone, seen.sign_up)
    known = _only_one(register, phone, seen, choose, persona)
    if source == "aiq" and known.member is None and len(seen.mobile) == 1:
        # AIQ tells membership by number alone: of several people with one number it says nothing of this one.
        known = await _with_membership(register, known, phone)
    return _found(phone, known, seen, source=source, stale=stale)


def find_here(register: Register, typed: str, *, choose: int | None = None, persona: int | None = None) -> Found | None:
    """Who the cache has for this phone, at once and without the network; None when AIQ has to be asked.

    An answer older than the set age is marked `stale`. Raises PhoneError, ShopperBlocked or Ambiguous.
    """
    phone = parse_phone(typed, register.settings.get(REGION))
    seen = register.db.read(lambda c: by_phone(c, phone))
    if not seen.mobile and not seen.home:
        return None if seen.sign_up is None else _pending(phone, seen.sign_up)
    known = _only_one(register, phone, seen, choose, persona)
    stale = seen.sign_up is None and (not seen.mobile or _is_old(register, known))
    return _found(phone, known, seen, source="cache", stale=stale)


def _is_old(register: Register, known: Known) -> bool:
    return not register.clock.within(timedelta(minutes=register.settings.get(PERSONA_AGE)), known.asked)


async def _asked(register: Register, phone: str, *, known: bool) -> bool:
    """Ask AIQ; False when it did not answer and the cache has somebody to go on with."""
    try:
        await ask_for(register, phone, Priority.COUNTER)
    except (Unreachable, RateLimited, ProtocolError, NotConnected) as error:
        if not known:
            raise
        log.info("answered from the cache", why=error.kind)
        return False
    return True


def find_row(register: Register, row: Candidate) -> Found | None:
    """The shopper of a row, from the cache; None when AIQ has moved or dropped them meanwhile, so search again."""
    known = register.db.read(lambda c: personas.get(c, row.persona_id))
    if known.gone is not None or known.phone is None:
        return None
    return find_here(register, known.phone, persona=known.id)


def _only_one(register: Register, phone: str, seen: Seen, choose: int | None, persona: int | None) -> Known:
    candidates = seen.mobile or seen.home
    if not candidates:
        raise _nobody(register, phone)
    wanted = [known for known in candidates if known.id == persona]
    if wanted and choose is None:
        return wanted[0]
    if len(candidates) == 1 and choose is None:
        return candidates[0]
    if choose is not None and 1 <= choose <= len(candidates):
        return candidates[choose - 1]
    rows = register.db.read(lambda c: names.candidates(c, candidates))
    raise Ambiguous(
        f"{len(candidates)} shoppers have this number." if choose is None else f"There is no choice {choose}.",
        f"Ask for the name and choose 1 to {len(candidates)} (--choose N).",
        code="several" if choose is None else "no_such_choice",
        count=len(candidates),
        choose=choose,
        candidates=[_candidate(n, row) for n, row in enumerate(rows, 1)],
        rows=rows,
    )


def _candidate(number: int, row: Candidate) -> dict[str, Any]:
    last = row.last_visit.isoformat()[:7] if row.last_visit else None
    return {"choose": number, "name": row.name, "member": row.member, "city": row.city, "last_visit": last}


def _nobody(register: Register, phone: str) -> Exception:
    gone = register.db.read(lambda c: personas.gone_with_phone(c, phone))
    if gone is not None:
        return ShopperBlocked(
            "AIQ no longer lists this shopper: the number was blocked, deleted or merged into another.",
            "This number cannot use points here. A manager can see why in AIQ.",
            phone=mask(phone),
            code="gone",
        )
    if name := _known_to_a_till(register, phone):
        return NoShopper(
            f"A till knows this number as {name}; AIQ does not list it yet.",
            "Sign the shopper up. What a till tells can take AIQ up to 24 hours.",
            phone=mask(phone),
            code="only_in_till",
            name=name,
        )
    return NoShopper(
        "No member with this number.",
        "Check the digits, or sign the shopper up. Numbers that AIQ has blocked are not found either.",
        phone=mask(phone),
        code="not_found",
    )


def _known_to_a_till(register: Register, phone: str) -> str:
    """The name of the customer whose number this is in a till; empty where there is none, or no name."""
    customers = register.db.read(lambda c: till.customers_with_phone(c, phone))
    named = sorted((c.archived, short_name(c.first_name, c.last_name)) for _, c in customers if c.first_name)
    return named[0][1] if named else ""


async def confirm(register: Register, found: Found) -> Found:
    """Ask AIQ whether somebody who was found is a member, where that was never told; without an answer as before.

    AIQ's list of personas does not say it, so whoever a download brought is not known for one or the other.
    """
    if found.outcome != "unconfirmed" or found.known is None:
        return found
    seen = register.db.read(lambda c: by_phone(c, found.phone))
    if len(seen.mobile) != 1:  # as in `find_shopper`
        return found
    known = await _with_membership(register, found.known, found.phone)
    return _found(found.phone, known, seen, source=found.source, stale=found.stale)


async def _with_membership(register: Register, known: Known, phone: str) -> Known:
    """Ask whether the shopper is enrolled; the till's own loyalty tag is never taken for it."""
    try:
        member = await register.aiq.membership(phone)
    except RemoteError as error:
        log.info("membership not told", why=error.kind)
        return known
    if member is None:
        return known
    await register.db.write(lambda c: personas.set_member(c, known.id, member))
    return register.db.read(lambda c: personas.get(c, known.id))


def _found(phone: str, known: Known, seen: Seen, *, source: Literal["cache", "aiq"], stale: bool) -> Found:
    consent, shared = seen.texts, len(seen.mobile) + len(seen.home) - 1
    revoked = consent is not None and not consent.granted and consent.source == "told to staff"
    stopped = revoked or (known.opted_out is not None and not (consent and consent.granted))
    pending = known.pending_since is not None
    note_code, note = _first_note(known, pending=pending, stale=stale, stopped=stopped, shared=shared)
    outcome = "pending" if pending else _MEMBERSHIP[known.member]
    return Found(
        phone=phone,
        name=short_name(known.first_name, known.last_name),
        outcome=outcome,
        source=source,
        known=known,
        balance=seen.balances[known.id],
        texts_stopped=stopped,
        shared_with=shared,
        stale=stale,
        note=note,
        note_code=note_code,
        refused=seen.refused,
    )


def _first_note(
    known: Known, *, pending: bool, stale: bool, stopped: bool, shared: int
) -> tuple[str, str] | tuple[None, None]:
    """The one thing a budtender should know first: its code, and in words."""
    if pending:
        return "pending", "Signed up here; AIQ may take up to 24 hours to list them."
    if stale:
        return "stale", "AIQ does not answer; this is what was known before."
    if known.member is False:
        return "not_a_member", "Not a member yet. This purchase will not earn."
    if stopped:
        return "texts_stopped", "This shopper stopped texts. A code may not arrive."
    if shared > 0:
        return "shared", f"{shared} more {'shopper uses' if shared == 1 else 'shoppers use'} this number."
    return None, None


def _pending(phone: str, intent: Intent) -> Found:
    person = intent.body["person"]
    return Found(
        phone=phone,
        name=short_name(person["first_name"], person["last_name"]),
        outcome="pending",
        source="cache",
        note="Signed up here; waits to be sent to AIQ.",
        note_code="waiting_to_send",
    )
