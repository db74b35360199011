"""A reward in words: what it takes, what it is worth, and the one reason why it cannot be used."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import msgspec
from PySide6.QtCore import QCoreApplication

from budtender.counter import redeem
from budtender.counter.verify import Opened
from budtender.counter.wallet import SOON, Offer, WalletView
from budtender.model import PosDiscount, Reward
from budtender.names import shown, titled
from budtender.register import Register
from ui import language, words
from ui.sentences.systems import VENDORS
from ui.widgets.choice import NUMBERED, Choice

translate = QCoreApplication.translate
#: The code of a reward that only a manager may let through while AIQ cannot be reached.
OVER_LIMIT = "offline_over_limit"


def till_name(register: Register | None) -> str:
    """The till that a discount is applied in, by its vendor's name; empty where none is connected or it has none."""
    names = [till.name for till in register.tills.values()] if register is not None else []
    return VENDORS.get(names[0], "") if names else ""


def name_of(reward: Reward) -> str:
    """What a reward is called."""
    return called(reward.name) or called(reward.title) or translate("Offer", "Reward without a name")


def called(name: str) -> str:
    """A reward's or a discount's name as it came, for a sentence or a card; empty when nothing of it can be seen."""
    return language.isolated(titled(name))


def to_paste(link: PosDiscount) -> str:
    """A discount's name and its id in one line, as a till finds it: the whole name, and no marks of direction in it."""
    return f"{shown(link.name)} {link.id}".strip()


def points(value: Decimal) -> str:
    """`200 points`, `1 point`."""
    if value == 1:
        return translate("Offer", "1 point")
    return translate("Offer", "{points} points").format(points=language.points(value))


def worth(reward: Reward) -> str:
    """What it takes off: `$10`, `15%`; empty where only the till knows."""
    if reward.cents_off is not None and reward.percent_off is None:
        return language.money(reward.cents_off)
    if reward.percent_off is not None and reward.cents_off is None:
        return f"{language.points(reward.percent_off)}%"
    return ""


def price(reward: Reward, now: datetime) -> str:
    """What it takes, and until when it can be used; what ends soon says in how many days."""
    parts = [points(reward.points) if reward.points else translate("Offer", "Takes no points")]
    if not reward.reusable:
        parts.append(translate("Offer", "once"))
    if reward.in_store_only:
        parts.append(translate("Offer", "in store only"))
    if reward.expires is not None and timedelta(0) < reward.expires - now <= SOON:
        parts.append(translate("Offer", "ends in %n days", "", max(1, (reward.expires - now).days)))
    elif reward.expires is not None:
        parts.append(translate("Offer", "until {day}").format(day=language.day(reward.expires)))
    return " · ".join(parts)


def question(reward: Reward) -> str:
    """What is confirmed."""
    off, name = worth(reward), name_of(reward)
    if reward.cents_off == 0:
        return translate("Offer", "This takes $0 off. Use it anyway?")
    if not reward.points:
        if off:
            return translate("Offer", "Take {off} off?").format(off=off)
        return translate("Offer", "Redeem “{name}”?").format(name=name)
    if off:
        return translate("Offer", "Take {off} off for {points}?").format(off=off, points=points(reward.points))
    return translate("Offer", "Redeem “{name}” for {points}?").format(name=name, points=points(reward.points))


def reason(offer: Offer) -> str:
    """The one reason why it cannot be used; empty when it can."""
    use = offer.use
    return "" if use.usable else words.reason(use.code, use.facts) or use.reason or ""


def can_choose(offer: Offer) -> bool:
    """Whether choosing it leads anywhere: to redeem it, or to a manager's PIN for it."""
    return offer.use.usable or offer.use.code == OVER_LIMIT


def without_network(register: Register, opened: Opened, view: WalletView, *, reached: bool) -> WalletView:
    """A wallet with what may not be redeemed while AIQ cannot be reached, or before it was asked (`reached`)."""

    def judged(offer: Offer) -> Offer:
        fault = redeem.judge_offline(register, opened.visit, offer.reward)
        if fault is None or not offer.use.usable:
            return offer
        code = "ask_first" if reached else fault.code
        use = msgspec.structs.replace(offer.use, usable=False, code=code, facts=fault.facts)
        return msgspec.structs.replace(offer, use=use)

    told = sorted(map(judged, view.offers), key=lambda offer: (not offer.use.usable, not can_choose(offer)))
    return msgspec.structs.replace(view, offers=tuple(told))


def row_of(offer: Offer, place: int, now: datetime) -> Choice:
    """A reward of the wallet to choose, its price or the reason against it below its name."""
    detail = price(offer.reward, now) if offer.use.usable else reason(offer)
    number = place if place <= NUMBERED else None
    row = Choice(name_of(offer.reward), detail, end=worth(offer.reward), number=number)
    row.setEnabled(can_choose(offer))
    row.setObjectName(f"reward.{offer.reward.id}")
    return row
