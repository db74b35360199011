"""Whether each reward has its twin in the till: three tills link in three opposite ways, so each has its own check.

By AIQ's id (Dutchie): made in AIQ first, its id typed into the till, the method "By Alpine IQ", AIQ's partner trigger
off. By name (POSaBIT): made in AIQ first, the same name in the till. By the till's id (Flourish): made in the till
first, its id typed into AIQ with the partner trigger on, dollars or per cent (AIQ's articles on the three).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Any

from budtender.cache import account, books, mapping, snapshots
from budtender.cache.database import Connection
from budtender.cache.names import folded
from budtender.connectors import Pos
from budtender.model import Can, PosDiscount, Reward, Value
from budtender.sync.wiring import Wiring

#: So long before an end the page warns of it.
SOON = timedelta(days=3)
NIGHTLY = timedelta(days=1)
_CHECKED = "links checked"


class LinkState(StrEnum):
    """What the check says of a reward."""

    OK = "ok"
    ID_DIFFERS = "ID differs"
    NAME_DIFFERS = "name differs"
    METHOD = "method not “By Alpine IQ”"
    TRIGGER = "trigger on/off wrong"
    TYPE = "neither dollars nor per cent"
    ENDS = "ends soon"
    ENDED = "ended"
    INACTIVE = "inactive in POS"
    NEVER = "never seen"
    #: Its id is typed, and the till's list is silent on what is kept to the register, as discounts for loyalty are.
    UNLISTED = "not listed"


class Link(Value, frozen=True, kw_only=True):
    """One reward and its twin; `facts` are the values that a sentence about it needs."""

    reward_id: str
    state: LinkState
    discount: PosDiscount | None = None
    facts: Mapping[str, Any] = {}


def check_link(can: frozenset[Can], reward: Reward, discounts: Sequence[PosDiscount], now: datetime) -> Link:
    """Look for a reward's twin the way this till links; the step that is missing is named, the first one first."""
    if Can.LINK_BY_AIQ_ID in can:
        return _by_aiq_id(reward, discounts, now)
    return _by_pos_id(reward, discounts, now) if Can.LINK_BY_POS_ID in can else _by_name(reward, discounts, now)


def _by_aiq_id(reward: Reward, discounts: Sequence[PosDiscount], now: datetime) -> Link:
    found = _best(d for d in discounts if d.aiq_id == reward.id)
    if found is not None:
        if not found.by_aiq:
            return _link(reward, LinkState.METHOD, found, method=found.method)
        if reward.pos_discount_id:
            return _link(reward, LinkState.TRIGGER, found, wanted="off")
        return _lasting(reward, found, now)
    named = _best(d for d in discounts if folded(d.name) == folded(reward.name))
    typed = _best(d for d in discounts if d.aiq_id and _digits(d.aiq_id) == _digits(reward.id) != "")
    if typed is not None or (named is not None and named.by_aiq):
        other = typed or named
        return _link(reward, LinkState.ID_DIFFERS, other, typed=other.aiq_id if other else None, wanted=reward.id)
    if named is not None:
        return _link(reward, LinkState.METHOD, named, method=named.method)
    return _link(reward, LinkState.NEVER)


def _by_name(reward: Reward, discounts: Sequence[PosDiscount], now: datetime) -> Link:
    found = _best(d for d in discounts if d.name == reward.name)
    if found is not None:
        return _lasting(reward, found, now)
    near = _best(d for d in discounts if folded(d.name) == folded(reward.name))
    if near is not None:
        return _link(reward, LinkState.NAME_DIFFERS, near, aiq=reward.name, till=near.name)
    return _link(reward, LinkState.NEVER)


def _by_pos_id(reward: Reward, discounts: Sequence[PosDiscount], now: datetime) -> Link:
    named = _best(d for d in discounts if folded(d.name) == folded(reward.name))
    if not reward.pos_discount_id:
        return _link(reward, LinkState.TRIGGER, named, wanted="on") if named else _link(reward, LinkState.NEVER)
    found = _best(d for d in discounts if d.id == reward.pos_discount_id)
    if found is None:
        if named is None:
            return _link(reward, LinkState.UNLISTED, typed=reward.pos_discount_id)
        return _link(reward, LinkState.ID_DIFFERS, named, typed=reward.pos_discount_id, wanted=named.id)
    if (reward.cents_off is None) == (reward.percent_off is None):
        return _link(reward, LinkState.TYPE, found)
    return _lasting(reward, found, now)


def _lasting(reward: Reward, found: PosDiscount, now: datetime) -> Link:
    """A link that holds, as long as neither side ends."""
    if not found.active:
        return _link(reward, LinkState.INACTIVE, found)
    ends = min((end for end in (found.valid_until, reward.expires) if end is not None), default=None)
    if ends is not None and ends <= now:
        return _link(reward, LinkState.ENDED, found, until=ends)
    if ends is not None and ends <= now + SOON:
        return _link(reward, LinkState.ENDS, found, until=ends, days=(ends - now).days)
    return _link(reward, LinkState.OK, found, **({} if ends is None else {"until": ends, "days": (ends - now).days}))


def _best(found: Any) -> PosDiscount | None:
    """The one that is in use, where several fit."""
    return next(iter(sorted(found, key=lambda discount: not discount.active)), None)


def _digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isascii() and sign.isdigit()).lstrip("0")


def _link(reward: Reward, state: LinkState, discount: PosDiscount | None = None, **facts: Any) -> Link:
    return Link(reward_id=reward.id, state=state, discount=discount, facts=facts)


# ── the nightly check ─────────────────────────────────────────────────────────────────────────────────────


async def check_due(wiring: Wiring, leave: Callable[[], bool] = lambda: False) -> None:
    """Once a day, with what was copied last of both sides."""
    said = wiring.db.read(lambda c: books.fact(c, _CHECKED))
    if not leave() and (said is None or not wiring.clock.within(NIGHTLY, datetime.fromisoformat(said))):
        await check_all(wiring)


async def check_all(wiring: Wiring) -> None:
    """Check every reward against every till now, and keep what is found."""
    await wiring.db.write(partial(_check, tills=dict(wiring.tills), now=wiring.clock.now()))


def _check(connection: Connection, *, tills: Mapping[str, Pos], now: datetime) -> None:
    rewards = account.catalogue(connection)
    for credential, source in tills.items():
        if Can.PULL_DISCOUNTS not in source.can:
            # A till that tells of no discounts would miss every reward for ever.
            mapping.put_links(connection, credential, [], now)
            continue
        discounts = snapshots.discounts(connection, credential)
        found = [check_link(source.can, reward, discounts, now) for reward in rewards]
        mapping.put_links(connection, credential, [(f.reward_id, f.state.value, _facts(f)) for f in found], now)
    books.set_fact(connection, _CHECKED, now.isoformat(timespec="seconds"))


def _facts(link: Link) -> dict[str, Any]:
    own = {} if link.discount is None else {"discount": link.discount.id, "name": link.discount.name}
    return {**own, **link.facts}
