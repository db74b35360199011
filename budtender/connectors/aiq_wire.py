"""What AIQ answers, as values: pure readers, tolerant of nulls, case and missing keys, strict about types.

Facts are those of AIQ's core and enhanced integration articles, its personas and store pages, and clients in use.
The row keys of windows, timelines and the discount catalogue are not public; their readers try the likely names and
leave a field None when none is there.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

import msgspec

from budtender.connectors.rows import Row, list_under, read_each
from budtender.connectors.sentences import asked_to_wait, key_refused, not_found, refused
from budtender.errors import ProtocolError, RemoteError
from budtender.model import (
    AdjustmentRow,
    Audience,
    OrderLine,
    Persona,
    Programme,
    RedemptionRow,
    Reward,
    Store,
    Tier,
    Wallet,
)
from budtender.phone import from_remote

SYSTEM = "aiq"
#: When an envelope says "too many" without a time, as the answer's headers have been passed already.
_PAUSE = 2.0
_CONTACT = ("contactID", "contact_id", "personaID", "persona_id", "contact", "customerID", "memberID")
_TIME = (
    *("timestamp", "ts", "time", "createdAt", "created_at", "created", "createdOn", "date", "inserted"),
    *("redeemedAt", "redeemed_at", "redeemedOn", "redeemedTime", "redemptionTime"),
)
_log = logging.getLogger(__name__)


def row(value: object, what: str) -> Row:
    """A row of an AIQ answer."""
    return Row(value, system=SYSTEM, what=what)


def open_envelope(body: object, *, exact: bool = False) -> object | None:
    """The `data` of an envelope that came with a 2xx status.

    That status is not enough: `success` false or a `code` outside 200 to 399 is an error by that code and never by
    the message (a partner's connector once took "no match" for rate limiting). `exact` asks for code 200 and
    success true in so many words, as the core integration article does for inventory.
    """
    envelope = row(body, "answer")
    code = envelope.integer("code")
    success = envelope.flag("success")
    if exact and success is not False and (code is None or success is None):
        raise envelope.missing("code and success")
    if success is not False and (code == 200 or (not exact and (code is None or 200 <= code < 400))):
        return envelope.value("data")
    raise _error(code)


def _error(code: int | None) -> RemoteError:
    """What an HTTP status of that number would have meant, in the same words."""
    if code in (401, 403, 405):
        return key_refused(SYSTEM, code)
    if code == 404:
        return not_found(SYSTEM)
    if code == 429:
        return asked_to_wait(SYSTEM, _PAUSE)
    if code is not None and code >= 500:
        return ProtocolError(
            "AIQ reports an error of its own.", "Try again in a minute.", system=SYSTEM, code="far_side_error"
        )
    return refused(SYSTEM, code or 0)


# ── personas ──────────────────────────────────────────────────────────────────────────────────────────────


def read_persona(value: object) -> Persona:
    """A persona from a row of the search or from the detail; phones that cannot be called are None."""
    r = row(value, "persona")
    contact_id = r.ident(*_CONTACT)
    if contact_id is None:
        raise r.missing("contactID")
    loose = r.loose
    store = loose.integer("favoriteStoreID")
    return Persona(
        contact_id=contact_id,
        phone=from_remote(r.ident("mobilePhone")),
        home_phone=from_remote(r.ident("homePhone")),
        first_name=r.text("firstName") or "",
        last_name=r.text("lastName") or "",
        email=loose.text("email"),
        src_id=loose.ident("srcID"),
        platform=loose.text("platform"),
        favorite_store_id=store if store is not None and store > 0 else None,
        points=r.number("loyaltyPoints"),
        inserted=loose.epoch("inserted") or loose.instant("inserted"),
        opted_in=r.epoch("optinTime"),
        opted_out=r.epoch("optoutTime"),
        # Named in AIQ's articles as what it keeps, never shown in a row: whatever spelling comes, or nothing.
        birth_date=loose.day("birthday", "birthdate", "dob"),
        address1=loose.text("address", "address1", "street"),
        city=loose.text("city"),
        state=loose.text("state"),
        postal_code=loose.text("zip", "zipCode", "postalCode"),
    )


def personas_in(data: object) -> Sequence[object]:
    """The rows of a search; nobody found is null."""
    return list_under(data, "results", "data", system=SYSTEM, what="list of personas")


def read_membership(data: object) -> bool | None:
    """Best effort at an object whose shape is not public: None unless it plainly says so."""
    if isinstance(data, bool):
        return data
    if not isinstance(data, dict):
        return None
    r = row(data, "membership")
    names = ("loyalty", "isLoyalty", "loyaltyMember", "isLoyaltyMember", "member", "isMember")
    return r.loose.flag(*names)


def read_contact_id(data: object) -> str | None:
    """The contact id that a sign-up or member upsert may answer with."""
    return row(data, "contact").loose.ident(*_CONTACT) if isinstance(data, dict) else None


def read_order_line(value: object) -> OrderLine:
    """A line of a persona's purchases."""
    r = row(value, "line of an order")
    return OrderLine(
        name=r.text("name") or "",
        brand=r.text("brand"),
        quantity=r.number("quantity"),
        total_cents=r.cents("totalPrice"),
        at=r.epoch("timestamp"),
        store=r.text("storeName"),
    )


# ── wallet ────────────────────────────────────────────────────────────────────────────────────────────────


def read_wallet(data: object) -> Wallet | None:
    """A wallet, or None for somebody who is no member.

    Rewards that cannot be read are left out and counted. A balance that cannot be read, null included, spoils the
    wallet, because a wrong number is worse than none: ProtocolError. One that is not said at all is 0, since servers
    of this kind drop what is zero. Hidden points always read as 0 at AIQ and are None here.
    """
    if data is None:
        return None
    r = row(data, "wallet")
    contact_id = r.ident("contactID")
    points = r.number("loyaltyPoints")
    hidden = r.flag("hidePointsInWallet") or False
    rewards, unreadable = read_each(r.items("discountTemplates"), read_reward)
    if contact_id is None and not points and not rewards and not unreadable:
        return None
    badges, _ = read_each(r.items("audiences"), lambda value: row(value, "badge").text("name"))
    return Wallet(
        contact_id=contact_id,
        # A key that is missing is a zero left out; an explicit null says that the balance is not known.
        points=None if hidden or r.is_null("loyaltyPoints") else points or Decimal(0),
        hidden=hidden,
        rewards=tuple(rewards),
        badges=tuple(badge for badge in badges if badge),
        unreadable=unreadable,
    )


def read_reward(value: object) -> Reward:
    """A reward of a wallet or of the discount catalogue; without an id it is unreadable, and so is a negative price."""
    r = row(value, "reward")
    reward_id = r.ident("id")
    points = r.number("pointsDeduction") or Decimal(0)
    if reward_id is None or points < 0:
        raise r.missing("id" if reward_id is None else "pointsDeduction")
    return Reward(
        id=reward_id,
        name=r.text("name") or "",
        title=r.text("pageTitle") or "",
        points=points,
        cents_off=r.cents("dollarValue") or None,
        percent_off=r.number("percentageValue") or None,
        available=r.flag("available") or False,
        reusable=r.flag("reusable") or False,
        tier=r.flag("tierDiscount") or False,
        in_store_only=r.flag("instoreRedemption") or False,
        expires=r.epoch("expiration"),
        pos_discount_id=r.ident("posDiscountID"),
        redemption_url=r.text("redemptionURL"),
    )


# ── windows and timelines: row keys are not public ────────────────────────────────────────────────────────


def read_redemptions(data: object) -> list[RedemptionRow]:
    """The rows of a redemptions window; what a row does not tell is None."""
    return _with_refs(_window(data, "redemptions"), _redemption)


def read_adjustments(data: object, contact_id: str | None = None) -> list[AdjustmentRow]:
    """The rows of an adjustments window or, with `contact_id`, of that persona's timeline."""
    return _with_refs(_window(data, "adjustments"), lambda r: _adjustment(r, contact_id))


def _redemption(r: Row) -> RedemptionRow:
    loose = r.loose
    reward_id = loose.ident("discountID", "discount_id", "rewardID", "templateID", "discountTemplateID")
    return RedemptionRow(
        ref=_own_id(r, reward_id, "redemptionID", "redemption_id"),
        contact_id=loose.ident(*_CONTACT),
        phone=from_remote(loose.ident("mobilePhone", "phone", "phoneNumber", "phone_number")),
        reward_id=reward_id,
        reward_name=loose.text("discountName", "discount", "rewardName", "name"),
        points=_points(r, "pointsDeduction", "points", "value", "pointsUsed", "loyaltyPoints"),
        at=_when(r),
    )


def _adjustment(r: Row, contact_id: str | None) -> AdjustmentRow:
    whose = r.loose.ident(*_CONTACT) or contact_id
    return AdjustmentRow(
        ref=_own_id(r, whose, "adjustmentID", "adjustment_id"),
        contact_id=whose,
        points=_points(r, "value", "points", "amount", "change", "loyaltyPoints"),
        note=r.loose.text("note", "notes", "reason", "description"),
        at=_when(r),
    )


def _own_id(r: Row, subject: str | None, *names: str) -> str:
    """The row's own id, empty when it has none; a bare `id` may be the subject's unless that has a name of its own."""
    return r.loose.ident(*names, *(("id",) if subject else ())) or ""


def _window(data: object, word: str) -> Sequence[object]:
    return list_under(data, word, "events", "results", "data", "rows", system=SYSTEM, what=f"list of {word}")


R = TypeVar("R", RedemptionRow, AdjustmentRow)


def _with_refs(values: Sequence[object], read: Callable[[Row], R]) -> list[R]:
    """Reads rows; one without an id is known by a digest, and equal ones of a window are numbered apart."""
    seen: Counter[str] = Counter()
    rows = []
    for value in values:
        told = read(row(value if isinstance(value, dict) else {}, "row of a window"))
        if not told.ref:
            # Names and numbers beside what was read may be corrected later; the event stays what it was.
            digest = _digest(value if told.at is None else msgspec.structs.asdict(told))
            seen[digest] += 1
            told = msgspec.structs.replace(told, ref=digest if seen[digest] == 1 else f"{digest}-{seen[digest]}")
        rows.append(told)
    unknown = sum(1 for r in rows if r.contact_id is None or r.points is None or r.at is None)
    if unknown:
        _log.warning("%d of %d rows of a window do not tell whose, how much and when", unknown, len(rows))
    return rows


def _digest(value: object) -> str:
    text = json.dumps(value, sort_keys=True, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _points(r: Row, *names: str) -> Decimal | None:
    return r.loose.number(*names, as_text=True)


def _when(r: Row) -> datetime | None:
    return r.loose.epoch(*_TIME) or r.loose.instant(*_TIME)


# ── the account ───────────────────────────────────────────────────────────────────────────────────────────


def read_store(value: object) -> Store:
    """A store with the names under which the sources know it."""
    r = row(value, "store")
    store_id = r.integer("id")
    if store_id is None:
        raise r.missing("id")
    address, mapping = r.value("addr"), r.value("sourceMapping")
    names = {} if mapping is None else mapping
    if not isinstance(names, dict):
        raise r.missing("sourceMapping")
    return Store(
        id=store_id,
        name=r.text("name") or "",
        nickname=r.text("nickname"),
        state=None if address is None else row(address, "store's address").text("state"),
        source_names={source: name for source, name in names.items() if isinstance(name, str) and name},
    )


def read_audience(value: object) -> Audience:
    """An audience's id, name and size."""
    r = row(value, "audience")
    audience_id = r.ident("id")
    if audience_id is None:
        raise r.missing("id")
    return Audience(id=audience_id, name=r.text("name") or "", size=r.integer("audienceSize"))


def read_programme(data: object) -> Programme | None:
    """The default loyalty program; its tiers in the order given."""
    if data is None:
        return None
    r = row(data, "programme")
    tiers, _ = read_each(r.items("tiers"), _tier)
    return Programme(
        id=r.ident("id"),
        name=r.text("name") or "",
        accrual=r.number("accrual"),
        expiration=r.number("expiration"),
        tiers=tuple(tiers),
    )


def _tier(value: object) -> Tier:
    r = row(value, "tier")
    return Tier(points=r.number("points") or Decimal(0), discount=r.number("discount"), maximum=r.number("max"))
