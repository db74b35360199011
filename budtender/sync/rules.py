"""The decisions, as pure functions: what a lost answer becomes, when a pause ends, whether a reward can be used."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any, Literal

from budtender.model import Kind, PosDiscount, Reward, Value

#: Safe to send again as they are: last write wins, or the far side knows the key.
REPEATABLE = frozenset({Kind.OPT_OUT, Kind.CUSTOMER, Kind.ENROL, Kind.TILL_CONTACT, Kind.CONTACT})
#: Our mark can be read back, so one more try is safe once reading has proved that the first did nothing.
READABLE = frozenset({Kind.ADJUST, Kind.SIGN_UP})
#: A second lost answer goes to a person.
LOST_TWICE = 2
LONGEST_PAUSE = timedelta(minutes=5)
FIRST_SECOND_LOOK = timedelta(seconds=30)
LONGEST_LOOK = timedelta(hours=1)


class Verdict(Enum):
    """What reading makes of a lost answer."""

    DONE = "it happened"
    AGAIN = "it did not happen: send once more"
    LATER = "nothing is certain yet: read again"
    PERSON = "reading cannot tell: a person decides"


def judge_lost(kind: Kind, *, found: bool, conclusive: bool, lost: int, overdue: bool = False) -> Verdict:
    """Decide on an intent whose answer was lost, after the quiet period and a look at the far side.

    `conclusive` says that not finding it proves that it did not happen, `overdue` that it has been missing for so long
    that a person should know. A redemption is never repeated by the program: nothing of ours can be read back from
    it, and points would be taken twice.
    """
    if found:
        return Verdict.DONE
    if kind in REPEATABLE:
        return Verdict.PERSON if overdue else Verdict.AGAIN
    if kind not in READABLE:
        return Verdict.PERSON
    if not conclusive:
        return Verdict.PERSON if overdue else Verdict.LATER
    return Verdict.AGAIN if lost < LOST_TWICE else Verdict.PERSON


def is_conclusive(lost: datetime, newest: datetime | None, *, waited: float, late: int, longest_lag: int) -> bool:
    """Whether absence from a reading proves that a write whose answer was lost at `lost` did not happen.

    It does when the reading holds something newer than the write could still come (`late` seconds), because a
    read that lags shows an older state as a whole; or when more time has passed than the far side is known to lag.
    """
    if newest is not None and newest > lost + timedelta(seconds=late):
        return True
    return longest_lag > 0 and waited >= longest_lag + late


def is_absent(since: datetime | None, now: datetime, *, late: int, lag: int) -> bool:
    """Whether a sign-up that no search has found from `since` to `now`, both on AIQ's clock, did not happen.

    Only time tells. Newer personas prove nothing: they come in by many ways, each with a delay of its own, and AIQ
    gives itself a day to take in what it was sent (AIQ's page on its API for points of sale).
    """
    return lag > 0 and since is not None and now - since >= timedelta(seconds=late + lag)


def pause_after(attempts: int, *, asked: float | None = None) -> timedelta:
    """How long to leave a failed intent alone: full jitter, or what the far side asked for."""
    if asked is not None:
        return timedelta(seconds=asked)
    ceiling = min(LONGEST_PAUSE.total_seconds(), 2.0 ** min(attempts, 20))
    return timedelta(seconds=random.uniform(0, ceiling))  # noqa: S311  (spreads registers, keeps no secret)


def next_look(waited: float) -> timedelta:
    """When to read again for an intent that nothing is certain about: ever more seldom."""
    return min(max(FIRST_SECOND_LOOK, timedelta(seconds=waited / 2)), LONGEST_LOOK)


# ── rewards ───────────────────────────────────────────────────────────────────────────────────────────────


class Terms(Value, frozen=True, kw_only=True):
    """What a store has decided on rewards, and what its till knows of them."""

    tier_rewards: bool
    unlinked: bool
    till: str | None = None
    discounts: tuple[PosDiscount, ...] = ()


class Usability(Value, frozen=True, kw_only=True):
    """Whether a reward can be used now; `reason` is the one reason why not.

    `code` and `facts` are the same for a translation: `negative` (balance), `short` (points_short), `not_available`,
    `no_address`, `foreign_address`, `expired` (expires), `two_values`, `tier`, `no_value`, `not_linked` (till),
    and for what this visit has tried `redeemed_before`, `undoing_before`, `refused_before`.
    """

    usable: bool
    code: str = "usable"
    reason: str | None = None
    link: PosDiscount | None = None
    facts: Mapping[str, Any] = {}


def judge_reward(
    reward: Reward,
    *,
    spendable: Decimal | None,
    hidden: bool,
    now: datetime,
    terms: Terms,
    own_host: bool,
    read: Decimal | None = None,
) -> Usability:
    """Say whether a reward can be used now, and else the one reason in words.

    With points hidden by the retailer the balance reads 0 and is not compared; AIQ's own `available` decides. `read`
    is the balance beside which AIQ said that: where it was short and what came back since makes up for it, AIQ has not
    said no to what there is now.
    """
    link = linked(reward, terms.discounts)
    for code, reason in _faults(reward, terms, link, own_host, now):
        facts: dict[str, Any] = {}
        if code == "expired":
            facts = {"expires": reward.expires}
        elif code == "not_linked":
            facts = {"till": terms.till}
        return Usability(usable=False, code=code, reason=reason, link=link, facts=facts)
    if not hidden and spendable is not None:
        if spendable < 0:
            below = "The balance is below zero."
            return Usability(usable=False, code="negative", reason=below, link=link, facts={"balance": spendable})
        if reward.points > spendable:
            lack = reward.points - spendable
            short = f"{points_text(lack)} points short"
            return Usability(usable=False, code="short", reason=short, link=link, facts={"points_short": lack})
    came_back = read is not None and spendable is not None and not hidden and read < reward.points <= spendable
    if not reward.available and not came_back:
        return Usability(usable=False, code="not_available", reason="AIQ does not offer it now.", link=link)
    return Usability(usable=True, link=link)


#: Why a reward that was tried in this visit is not taken again in it: one wallet that was opened, one try of each,
#: and another once it is certain that the last was given back.
_TRIED = {
    "redeemed": "Redeemed in this visit already.",
    "undoing": "Its undo is not settled yet; after that it can be redeemed again.",
    "refused": "AIQ refused it in this visit; with a new code it can be tried again.",
}


TRIED = frozenset(f"{what}_before" for what in _TRIED)


def judge_tried(what: Literal["redeemed", "undoing", "refused"], link: PosDiscount | None) -> Usability:
    """What a reward is in a visit that has tried it."""
    return Usability(usable=False, code=f"{what}_before", reason=_TRIED[what], link=link)


def _faults(
    reward: Reward, terms: Terms, link: PosDiscount | None, own_host: bool, now: datetime
) -> list[tuple[str, str]]:
    """What is wrong with the reward itself, the gravest first."""
    valued = reward.cents_off is not None or reward.percent_off is not None
    unlinked = link is None and bool(terms.till and terms.discounts) and not terms.unlinked
    checks = [
        (not reward.id or not reward.redemption_url, "no_address", "AIQ gives no way to redeem it here."),
        (not own_host, "foreign_address", "Its redemption address is not AIQ's; tell a manager."),
        (reward.expires is not None and reward.expires <= now, "expired", f"Expired on {_day(reward.expires)}."),
        (
            reward.cents_off is not None and reward.percent_off is not None,
            "two_values",
            "It has both dollars and percent off; a manager has to fix it in AIQ.",
        ),
        (reward.tier and not terms.tier_rewards, "tier", "A tier reward: shown only, its points are a threshold."),
        (
            not valued and link is None,
            "no_value",
            "Its value lies in the till, and it is not linked to a discount there.",
        ),
        (unlinked, "not_linked", f"Not linked to {terms.till}."),
    ]
    return [(code, reason) for wrong, code, reason in checks if wrong]


def linked(reward: Reward, discounts: Sequence[PosDiscount]) -> PosDiscount | None:
    """The reward's twin in the till, by the AIQ id that it comes with.

    Whether a till links by AIQ's ids, by its own or by names is no matter here: its discounts come with the reward's
    id, tied by the rule by which its links are checked. Never by name here: two rewards may carry one.
    """
    return next((discount for discount in discounts if discount.active and discount.aiq_id == reward.id), None)


def points_text(points: Decimal) -> str:
    """A number of points the way a person reads it: `42`, `12.5`."""
    return f"{points.normalize():f}"


def _day(at: datetime | None) -> str:
    return f"{at:%b} {at.day}, {at.year}" if at else ""
