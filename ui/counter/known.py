"""What Home tells of a number: who it is and how old that is, or why nobody can be shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from budtender.counter.lookup import Candidate, Found
from budtender.errors import Ambiguous, Failure, NoShopper, PhoneError, ShopperBlocked, Unreachable
from ui import language
from ui.counter import slow
from ui.page import State
from ui.theme import Size
from ui.widgets.card import Card, Tone
from ui.widgets.digits import PHONE_DIGITS
from ui.widgets.shopper import ShopperStrip, Sign, member_sign, some_alike
from ui.widgets.text import Text
from ui.words import Told, tell

translate = QCoreApplication.translate
#: How what is told looks, by the state; anything else is a plain card.
TONES: Mapping[str, Tone] = {
    "blocked": "wrong",
    "impossible": "wrong",
    "offline": "offline",
    "stale": "stale",
    "texts_stopped": "warn",
    "several": "chosen",
    "failed": "wrong",
}
#: The states in which AIQ can be asked once more.
TRIES_AGAIN = frozenset({"failed", "offline"})


class LookupState(State, frozen=True, kw_only=True):
    """What Home shows."""

    typed: str = ""
    found: Found | None = None
    candidates: tuple[Candidate, ...] = ()
    title: str = ""
    hint: str = ""
    waiting: str = ""
    #: This computer itself takes a moment.
    moment: bool = False
    #: Where the shopper buys most, or bought last.
    store: str = ""
    #: The whole number, while it is shown in the mask's place.
    number: str = ""


def changed(state: LookupState, **changes: Any) -> LookupState:
    """The same but for these."""
    return msgspec.structs.replace(state, **changes)


def waited_for(state: LookupState) -> tuple[str, *tuple[tuple[float, str], ...]]:
    """What Home waits for, and what is said when that takes long; as `Wait.say` takes it."""
    if state.moment:
        return (slow.moment(),)
    if state.found is not None and state.found.known is not None:
        way = translate("LookupPage", "Esc keeps what is known here; F7 is a manager's PIN.")
    else:
        way = translate("LookupPage", "Esc stops asking; F10 signs up without it.")
    return (state.waiting, *slow.later(way))


def known(found: Found, typed: str, *, asking: bool, store: str) -> LookupState:
    """Who it is. What is old is told as such unless AIQ is being asked already."""
    name, title, hint = "found", "", ""
    if found.outcome == "pending":
        name = "pending"
        title = translate("LookupPage", "Signed up here; AIQ may take up to 24 hours to list them.")
    elif found.outcome == "not_a_member":
        name, title = "not_member", translate("LookupPage", "Not a member yet. This purchase will not earn.")
    elif found.texts_stopped:
        name = "texts_stopped"
        title = translate("LookupPage", "This shopper stopped texts. A code may not arrive.")
        hint = translate("LookupPage", "F7 opens the wallet with a manager's PIN.")
    elif found.stale and not asking:
        name, title = "stale", translate("LookupPage", "This may be old.")
        hint = translate("LookupPage", "F5 asks AIQ.")
    return LookupState(name=name, typed=typed, found=found, title=title, hint=hint, store=store)


def nobody(failure: Failure, typed: str) -> LookupState:
    """Why nobody can be shown, or who of several it may be."""
    told, name = tell(failure), "failed"
    candidates: tuple[Candidate, ...] = ()
    if isinstance(failure, Ambiguous) and failure.rows:
        name, candidates = "several", failure.rows
        if some_alike(candidates):
            alike = translate("LookupPage", "Nothing more is known of those who look alike; a manager can look in AIQ.")
            told = Told(told.title, f"{told.hint} {alike}")
    elif isinstance(failure, ShopperBlocked):
        name = "blocked"
    elif isinstance(failure, NoShopper):
        name = "not_found"
    elif isinstance(failure, PhoneError):
        name = "impossible"
    elif isinstance(failure, Unreachable):
        hint = translate("LookupPage", "Nobody is known here by it. F5 asks again, F10 signs up.")
        return LookupState(name="offline", typed=typed, title=told.title, hint=hint)
    return LookupState(name=name, typed=typed, title=told.title, hint=told.hint, candidates=candidates)


def action_of(state: LookupState, *, texts: bool) -> str:
    """What the big button says; empty where there is nothing to do. `texts`: wallets are opened by a texted code."""
    if state.found is not None and state.name != "blocked":
        if state.name == "not_member":
            return translate("LookupPage", "Sign up")
        if state.name == "pending" and state.found.known is None:
            return ""
        return translate("LookupPage", "Send code") if texts else translate("LookupPage", "Open wallet")
    if state.name in TRIES_AGAIN and len(state.typed) == PHONE_DIGITS:
        return translate("LookupPage", "Ask AIQ")
    return translate("LookupPage", "Sign up") if state.name == "not_found" else ""


def signs_of(found: Found, *, loyal: bool) -> list[Sign]:
    """What is to be known of a shopper at a glance; `loyal` is whether membership is told."""
    signs = []
    if found.outcome == "member" and loyal:
        signs.append(member_sign())
    if found.outcome == "pending":
        signs.append(Sign(translate("LookupPage", "Pending in AIQ"), "clock", "stale"))
    if found.texts_stopped:
        signs.append(Sign(translate("LookupPage", "Texts stopped"), "chat-centered-dots", "warn"))
    return signs


class FoundCard(Card):
    """Who was found, their store, and how old that is; an old date stands out."""

    def __init__(self, beside: QWidget) -> None:
        super().__init__()
        self._strip = ShopperStrip(beside)
        self._age = Text("", Size.SMALL, ink="quiet")
        self._old = Sign("", "clock-counter-clockwise", "stale")
        for part in (self._strip, self._age, self._old):
            self.column.addWidget(part)

    def say(self, state: LookupState, signs: Sequence[Sign], now: datetime) -> None:
        """Show whom the state names."""
        found = state.found
        assert found is not None, "somebody was found"
        self._strip.say(found.name, state.number or language.masked(found.phone), list(signs), whole=bool(state.number))
        asked = found.known.asked if found.known else None
        when = language.moment(asked, now) if asked is not None else ""
        said = translate("LookupPage", "From AIQ, {when}").format(when=when) if when else ""
        self._age.say(" · ".join(part for part in (state.store, "" if found.stale else said) if part))
        self._old.say(said)
        self._old.setVisible(bool(said) and found.stale)
