"""How a wallet stands, in words: the state's name, one sentence and the next step, the gravest first."""

from __future__ import annotations

from datetime import datetime

import msgspec
from PySide6.QtCore import QCoreApplication

from budtender.counter.lookup import Found
from budtender.counter.verify import Opened
from budtender.counter.visit import Elsewhere
from budtender.counter.wallet import Frozen, WalletView
from budtender.errors import Failure, Unreachable
from budtender.settings import OFFLINE_LIMIT, OFFLINE_REDEEM, Settings
from ui import language
from ui.counter import offer as offers
from ui.page import State
from ui.sentences.systems import vendor
from ui.words import tell

translate = QCoreApplication.translate
#: Name, sentence, next step.
Standing = tuple[str, str, str]


class Around(msgspec.Struct, frozen=True, kw_only=True):
    """What is known beside the wallet itself: why AIQ did not answer, and what was redeemed elsewhere."""

    opened: Opened
    settings: Settings
    now: datetime
    trouble: Failure | None = None
    elsewhere: Elsewhere | None = None
    #: False for somebody who is known not to be a member.
    joined: bool = True


class WalletState(State, frozen=True, kw_only=True):
    """What the wallet page shows. `left` are the seconds until it closes, told in the last ones only."""

    found: Found
    view: WalletView
    now: datetime
    title: str = ""
    hint: str = ""
    waiting: str = ""
    #: This computer itself takes a moment.
    moment: bool = False
    left: float | None = None
    can_stay: bool = False
    approver: str = ""
    #: A manager's PIN would open what cannot be used now.
    pin: bool = False
    #: AIQ is being asked, so that what can be used is not known yet.
    asking: bool = False
    #: The whole number, while it is shown in the mask's place.
    number: str = ""


def stands(view: WalletView, around: Around) -> Standing:
    """The one thing to tell of a wallet."""
    points = view.points
    if isinstance(around.trouble, Unreachable):
        return ("offline", *_offline(around))
    if around.trouble is not None or not view.fresh:
        return ("stale", *_stale(view, around))
    if around.elsewhere is not None and around.opened.visit.method != "pin":
        return ("redeemed_elsewhere", *_elsewhere(around.elsewhere, around.now))
    if points.hidden:
        return "hidden", translate("Wallet", "Points are not shown in this state."), ""
    if points.remaining is not None and points.remaining < 0:
        title = translate("Wallet", "Balance is {points}.").format(points=language.points(points.remaining))
        return "negative", title, _why_negative(view)
    if not any(offer.use.usable for offer in view.offers):
        return _nothing(view) if around.joined else _not_joined()
    if points.pending:
        title = translate("Wallet", "%n changes are not in AIQ's balance yet.", "", points.pending)
        return "pending", title, translate("Wallet", "Already counted in the figures above.")
    if view.frozen is not None:
        return ("frozen", *_frozen(view.frozen))
    return "pending" if view.today is not None else "fresh", "", ""


def _why_negative(view: WalletView) -> str:
    goes_on = translate("Wallet", "Nothing can be redeemed now. Earning goes on.")
    since = view.note_facts.get("archives_since")
    if since is None:
        return goes_on
    why = translate("Wallet", "Older sales were added from the till's archive since {day}; AIQ evens most out.")
    return f"{why.format(day=language.day(since))} {goes_on}"


def _frozen(frozen: Frozen) -> tuple[str, str]:
    names = ", ".join(vendor(system) for system in frozen.systems)
    title = translate("Wallet", "{till} is no longer asked; its last backup is used.").format(till=names)
    if frozen.since is not None:
        title = translate("Wallet", "{till} has been frozen since {day}; its last backup is used.")
        title = title.format(till=names, day=language.day(frozen.since))
    return title, translate("Wallet", "Points come from AIQ; newer sales of this till are not among them.")


def _stale(view: WalletView, around: Around) -> tuple[str, str]:
    known = translate("Wallet", "No balance is known.")
    if view.points.as_of is not None:
        when = language.moment(view.points.as_of, around.now)
        known = translate("Wallet", "Balance as of {when}.").format(when=when)
    if around.trouble is None:
        return known, translate("Wallet", "F5 asks AIQ.")
    return known, tell(around.trouble).title


def _elsewhere(other: Elsewhere, now: datetime) -> tuple[str, str]:
    minutes = max(1, round((now - other.at).total_seconds() / 60))
    title = translate("Wallet", "Redeemed %n minutes ago on another register.", "", minutes)
    name = f"“{other.name}”. " if other.name else ""
    return title, name + translate("Wallet", "A manager can go on with a PIN: F7.")


def _offline(around: Around) -> tuple[str, str]:
    title = translate("Wallet", "AIQ cannot be reached.")
    if not around.settings.get(OFFLINE_REDEEM):
        return title, translate("Wallet", "Nothing can be redeemed until it answers. F5 tries again.")
    limit = language.money(around.settings.get(OFFLINE_LIMIT))
    if around.opened.visit.method != "pin":
        return title, translate("Wallet", "Rewards up to {limit} with a manager's PIN: F7.").format(limit=limit)
    hint = translate("Wallet", "Rewards up to {limit} can be redeemed; they are sent later.")
    return title, hint.format(limit=limit)


def _not_joined() -> Standing:
    title = translate("Wallet", "Not a member yet. This purchase will not earn.")
    return "no_rewards", title, translate("Wallet", "Enter signs them up.")


def _nothing(view: WalletView) -> Standing:
    short = [offer for offer in view.offers if offer.use.code == "short"]
    if (view.offers or view.unreadable) and not short:
        return "not_usable", translate("Wallet", "No reward can be used now."), ""
    if not short:
        return "no_rewards", translate("Wallet", "No rewards yet."), ""
    nearest = min(short, key=lambda offer: offer.reward.points)
    lack, name = offers.points(nearest.use.facts["points_short"]), offers.name_of(nearest.reward)
    hint = translate("Wallet", "{points} to “{name}”.").format(points=lack, name=name)
    return "no_rewards", translate("Wallet", "No rewards yet."), hint
