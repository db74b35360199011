"""Show an open wallet: three numbers, their age, and each reward with the one reason why it cannot be used."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from budtender.cache import books, copying, outbox, personas, purchases, redemptions
from budtender.cache.visits import Visit
from budtender.model import Reward, Value
from budtender.register import Register
from budtender.settings import LAST_BACKUP, POINTS_EARNED, words_in
from budtender.sync import scope
from budtender.sync.rules import TRIED, Usability, judge_reward, judge_tried, points_text
from budtender.sync.terms import own_host, terms_of

#: AIQ takes up to a day to count a sale that it was told of.
COUNTED_WITHIN = timedelta(days=1)
#: What ends so soon is told.
SOON = timedelta(days=30)


class Points(Value, frozen=True, kw_only=True):
    """Available to spend in this visit, taken in it, and the difference; all None when the retailer hides points."""

    available: Decimal | None
    redeemed: Decimal | None
    remaining: Decimal | None
    hidden: bool
    #: Intents that AIQ's balance does not contain yet; the numbers already do.
    pending: int
    as_of: datetime | None
    note: str | None = None
    #: The same for a translation: `hidden`, `not_told` or `negative`.
    note_code: str | None = None


class Offer(Value, frozen=True, kw_only=True):
    """A reward as this visit sees it."""

    reward: Reward
    use: Usability


class Today(Value, frozen=True, kw_only=True):
    """What the shopper bought in the last day at the connected tills: AIQ's balance may contain it or not.

    `points` is an estimate by the rate that the store has set; AIQ alone computes points. None without a rate.
    """

    cents: int
    last: datetime
    points: Decimal | None


class Frozen(Value, frozen=True, kw_only=True):
    """Tills that are not asked any more, by kind, and the time of the last copy, where there is one."""

    systems: tuple[str, ...]
    since: datetime | None


class WalletView(Value, frozen=True, kw_only=True):
    """An open wallet. `fresh` says whether it was read from AIQ in this visit.

    `today` is None also where the retailer hides points; `ending` counts the rewards that end within 30 days. AIQ
    tells of no points when they expire. `unreadable` counts the rewards that AIQ sent so that they cannot be read:
    they are not among the offers, and the shopper may see them on their own phone.
    """

    visit_id: str
    points: Points
    offers: tuple[Offer, ...]
    fresh: bool
    note: str | None
    #: The same for a translation: a code of `Points`, `no_rewards`, `not_usable`, or `nearest` (points, name).
    note_code: str | None = None
    note_facts: Mapping[str, Any] = {}
    today: Today | None = None
    ending: int = 0
    frozen: Frozen | None = None
    unreadable: int = 0


def show(register: Register, visit: Visit, *, fresh: bool) -> WalletView:
    """The wallet of an open visit as this register knows it; usable rewards first, else in AIQ's order."""
    balance = register.db.read(lambda c: personas.balance(c, visit.persona_id))
    rewards = register.db.read(lambda c: personas.rewards(c, visit.persona_id))
    unreadable = register.db.read(lambda c: personas.unread_rewards(c, visit.persona_id))
    tried = register.db.read(lambda c: redemptions.tried_in_visit(c, visit.id))
    terms, now = terms_of(register), register.clock.now()

    def judged(reward: Reward) -> Offer:
        use = judge_reward(
            reward,
            spendable=balance.spendable,
            hidden=balance.hidden,
            now=now,
            terms=terms,
            own_host=own_host(register, reward),
            read=balance.mirror,
        )
        before = tried.get(reward.id)
        if before is not None and before.what != "undone" and (use.usable or before.what == "undoing"):
            use = judge_tried(before.what, use.link)
        return Offer(reward=reward, use=use)

    offers = [judged(reward) for reward in rewards]
    offers.sort(key=lambda offer: not offer.use.usable)
    points = _points(balance, _taken(register, visit))
    note: tuple[str | None, str | None, Mapping[str, Any]] = (points.note_code, points.note, {})
    if points.note_code == "negative" and (since := register.db.read(scope.archives_anywhere)) is not None:
        told = f"Balance is {points_text(balance.shown or Decimal(0))}. {scope.why_negative(since)}"
        note = ("negative", told, {"archives_since": since})
    code, text, facts = note if points.note else _nothing(offers, balance.spendable, unreadable)
    return WalletView(
        visit_id=visit.id,
        points=points,
        offers=tuple(offers),
        fresh=fresh,
        note=text,
        note_code=code,
        note_facts=facts,
        today=None if balance.hidden else _today(register, visit),
        ending=sum(_ends_soon(offer, now) for offer in offers),
        frozen=_frozen(register),
        unreadable=unreadable,
    )


def came_back_since(register: Register, view: WalletView, visit: Visit) -> str:
    """The undo that was settled after AIQ said that a reward is not available, by its id; empty where none was.

    AIQ may have said so of the points alone, or for a reason that it does not tell: only another reading shows which.
    """
    if not any(offer.use.code == "not_available" for offer in view.offers):
        return ""
    read = register.db.read(lambda c: personas.get(c, visit.persona_id)).wallet_at
    answered = register.db.read(lambda c: outbox.answered_of_persona(c, visit.persona_id))
    back = [i for i in answered if i.undoes and i.answered is not None and (read is None or i.answered >= read)]
    return back[-1].id if back else ""


def _today(register: Register, visit: Visit) -> Today | None:
    since = register.clock.now() - COUNTED_WITHIN
    known = register.db.read(lambda c: personas.get(c, visit.persona_id))
    bought = register.db.read(lambda c: purchases.since(c, known, since))
    if bought is None:
        return None
    rate = register.settings.get(POINTS_EARNED)
    points = Decimal(bought.cents * rate // 10_000) if rate else None
    return Today(cents=bought.cents, last=bought.last, points=points)


def _ends_soon(offer: Offer, now: datetime) -> bool:
    """A reward that has points enough and time left, though not much."""
    ends = offer.reward.expires
    return offer.use.usable and ends is not None and timedelta(0) < ends - now <= SOON


def _frozen(register: Register) -> Frozen | None:
    named = words_in(register.settings.get(LAST_BACKUP))
    if not named:
        return None
    stopped = [one for one in register.db.read(books.connections) if one.system in named]
    if not stopped:
        return None
    names = {one.name for one in stopped}
    copied = [one.good for one in register.db.read(copying.all_of) if one.credential in names and one.good]
    return Frozen(systems=tuple(dict.fromkeys(one.system for one in stopped)), since=max(copied, default=None))


def _taken(register: Register, visit: Visit) -> Decimal:
    """Points redeemed in this visit and not given back, answered or not."""
    return register.db.read(lambda c: redemptions.taken_in_visit(c, visit.id))


def _points(balance: personas.Balance, taken: Decimal) -> Points:
    if balance.hidden or balance.shown is None:
        note = "Points are not shown in this state." if balance.hidden else "AIQ has not told the balance yet."
        note_code = "hidden" if balance.hidden else "not_told"
        return Points(
            available=None,
            redeemed=None,
            remaining=None,
            hidden=balance.hidden,
            pending=balance.pending,
            as_of=balance.as_of,
            note=note,
            note_code=note_code,
        )
    negative = f"Balance is {points_text(balance.shown)}. Earning goes on." if balance.shown < 0 else None
    return Points(
        available=balance.shown + taken,
        redeemed=taken,
        remaining=balance.shown,
        hidden=False,
        pending=balance.pending,
        as_of=balance.as_of,
        note=negative,
        note_code="negative" if negative else None,
    )


def _nothing(
    offers: list[Offer], spendable: Decimal | None, unreadable: int
) -> tuple[str | None, str | None, Mapping[str, Any]]:
    """What to tell a shopper who can use nothing now: code, sentence, facts."""
    if any(offer.use.usable or offer.use.code in TRIED for offer in offers):
        return None, None, {}
    short = [offer.reward for offer in offers if offer.use.code == "short"]
    if (offers or unreadable) and not short:
        return "not_usable", "No reward can be used now.", {}
    if not short or spendable is None:
        return "no_rewards", "No rewards yet.", {}
    nearest = min(short, key=lambda reward: reward.points)
    lack = nearest.points - spendable
    text = f"No rewards yet. {points_text(lack)} points to “{nearest.name}”."
    return "nearest", text, {"points": lack, "name": nearest.name}
