"""The last question before points are taken: what it takes, what is left, and one key that counts once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Literal

import msgspec
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QWidget

from budtender.counter import redeem, visit
from budtender.counter.lookup import Found
from budtender.counter.redeem import Allowed, Redeemed
from budtender.counter.wallet import Offer, WalletView
from budtender.errors import Failure, NotAllowed, RewardUnusable, Unreachable
from budtender.settings import STORE_NAME
from ui import bridge, language
from ui.counter import offer as offers
from ui.counter.visit import VisitPage
from ui.desk import Desk
from ui.page import Key, State
from ui.steps import Approve, Confirm, Done, Step, Wallet
from ui.theme import Size, Weight
from ui.widgets.button import Button
from ui.widgets.card import Card, Notice, Tone
from ui.widgets.figures import Figure, Figures
from ui.widgets.sheet import Sheet, row
from ui.widgets.shopper import ShopperStrip, Sign
from ui.widgets.text import Text
from ui.widgets.wait import Wait
from ui.words import tell, told_of

#: Milliseconds after which a redemption that is under way is said to be so, lest somebody repeats it.
SLOW = 3000
#: Codes that say: the points are not what they were.
_POINTS = frozenset({"short", "spent_meanwhile", "negative"})


class ConfirmState(State, frozen=True, kw_only=True):
    """What is about to be redeemed. `pin` says for what a manager's PIN helps; empty where it does not."""

    found: Found
    offer: Offer
    view: WalletView
    store: str = ""
    title: str = ""
    hint: str = ""
    waiting: str = ""
    pin: Literal["", "offline", "second", "limit"] = ""
    allowed: Allowed | None = None


class ConfirmPage(VisitPage):
    """S07."""

    number: ClassVar[str] = "S07"
    states: ClassVar[tuple[str, ...]] = (
        "normal",
        "zero_value",
        "training",
        "sending",
        "slow",
        "points_changed",
        "blocked",
        "over_offline_limit",
        "second_within",
        "failed",
    )

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._state: ConfirmState | None = None
        self._strip = ShopperStrip()
        self._question = Text("", Size.TITLE, Weight.STRONG)
        self._name = Text("", Size.LEAD)
        self._worth = Figure(self.tr("Takes off"))
        self._before = Figure(self.tr("Points before"), largest=Size.TITLE)
        self._after = Figure(self.tr("Points after"), largest=Size.TITLE)
        self._figures = Figures(self._worth, self._before, self._after)
        self._place = Text("", Size.SMALL, ink="quiet")
        self._note, self._wait = Notice(), Wait()
        self._main = Button("", "main", icon="check-bold", key="Enter")
        self._main.setObjectName("confirm")
        self._other = Button(self.tr("Back to the wallet"), "plain", key="Esc")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._slow = QTimer(self)
        self._slow.setSingleShot(True)
        self._slow.setInterval(SLOW)
        self._lay_out()
        self._slow.timeout.connect(self._still_sending)
        self._main.clicked.connect(self.press_enter)
        self._other.clicked.connect(self.back)

    def _lay_out(self) -> None:
        shopper, reward = Card(), Card()
        shopper.column.addWidget(self._strip)
        for thing in (self._question, self._name, self._figures, self._place):
            reward.column.addWidget(thing)
        sheet = Sheet()
        for card in (shopper, reward, self._note, self._wait):
            sheet.add(card)
        sheet.add(row(self._main, self._other))
        self.set_body(sheet)

    # ── drawing ───────────────────────────────────────────────────────────────────────────────────────────

    def draw(self, state: ConfirmState) -> None:
        """Show the question."""
        self._state = state
        reward = state.offer.reward
        approver = self.tr("Approved by {name}").format(name=state.allowed.approver[:24]) if state.allowed else ""
        signs = [Sign(approver, "key", "chosen")] if approver else []
        self._strip.say(state.found.name, language.masked(state.found.phone), signs)
        question, name = offers.question(reward), offers.name_of(reward)
        self._question.say(question)
        self._name.say("" if name in question else name)
        self._worth.say(offers.worth(reward) or "–")
        self._show_points(state)
        training = self.tr("Training. Nothing is real.") if self.desk.training or state.name == "training" else ""
        self._place.say(" · ".join(part for part in (state.store, training) if part))
        self._show_note(state)
        sending = state.name in ("sending", "slow")
        if sending and not self.hasFocus():
            self.setFocus()  # before the button goes: its focus would fall on the next one, and Enter with it
        self._main.say(self._action(state))
        redeems = state.name in _ASKING or state.name == "failed"
        self._main.show_icon("key" if state.pin else "check-bold" if redeems else "arrow-left-bold")
        self._main.setVisible(not sending)
        self._other.setVisible(not sending and self._action(state) != self._other.words)
        super().draw(state)

    def _show_points(self, state: ConfirmState) -> None:
        before = state.view.points.remaining
        known = before is not None and state.name != "points_changed"  # those that were known are not true any more
        self._before.setVisible(known)
        self._after.setVisible(known)
        if before is not None:
            self._before.say(language.points(before))
            self._after.say(language.points(before - state.offer.reward.points))

    def _show_note(self, state: ConfirmState) -> None:
        tones: dict[str, Tone] = {
            "slow": "warn",
            "second_within": "warn",
            "zero_value": "warn",
            "over_offline_limit": "offline",
            "points_changed": "warn",
        }
        title, hint = state.title, state.hint
        if not title and state.view.points.remaining is None:
            title = self.tr("Points are not shown in this state.")
        if title:
            self._note.say(tones.get(state.name, "wrong" if state.title else "card"), title, hint)
        else:
            self._note.clear()
        self._wait.say(state.waiting)

    def _action(self, state: ConfirmState) -> str:
        if state.pin:
            return self.tr("Manager PIN")
        names = {"zero_value": self.tr("Use it anyway"), "failed": self.tr("Try again")}
        if state.name in names:
            return names[state.name]
        return self.tr("Redeem") if state.name in _ASKING else self.tr("Back to the wallet")

    def keys(self) -> Sequence[Key]:
        """The keys that work now; none while points are on their way."""
        state = self._state
        if state is None or state.name in ("sending", "slow"):
            return ()
        out = self.out_keys()
        return (
            out[0],
            Key(keys="F7", label=self.tr("Manager PIN"), press=self._pin, enabled=bool(state.pin)),
            *reversed(out[1:]),
        )

    def first_focus(self) -> QWidget | None:
        """The answer."""
        return self._main

    # ── what happens ──────────────────────────────────────────────────────────────────────────────────────

    def enter(self, step: Step) -> None:
        """Ask."""
        assert isinstance(step, Confirm)
        self.ask(step)
        self.start_clock()
        told = f"{self._question.accessibleName()} {self._left_words()} {self._now.title} {self._now.hint}"
        self.desk.announce(" ".join(told.split()))

    def ask(self, step: Confirm) -> None:
        """Draw the question."""
        self.begin(step.found, step.opened)
        zero = step.offer.reward.cents_off == 0
        name = "zero_value" if zero else "training" if self.desk.training else "normal"
        store = self.desk.settings.get(STORE_NAME)
        state = ConfirmState(
            name=name, found=step.found, offer=step.offer, view=step.view, store=store, allowed=step.allowed
        )
        use = step.offer.use
        if use.code == offers.OVER_LIMIT and step.allowed is None:
            told = told_of("unreachable", use.code, use.facts)
            assert told is not None
            state = msgspec.structs.replace(
                state, name="over_offline_limit", pin="limit", title=told.title, hint=told.hint
            )
        self.draw(state)

    def _left_words(self) -> str:
        before = self._now.view.points.remaining
        if before is None:
            return ""
        after = offers.points(before - self._now.offer.reward.points)
        return self.tr("{points} remain.").format(points=after)

    @property
    def _now(self) -> ConfirmState:
        assert self._state is not None, "entered first"
        return self._state

    def _redraw(self, **changes: Any) -> None:
        self.draw(msgspec.structs.replace(self._now, **changes))

    def press_enter(self) -> None:
        """What the big button says; while points are on their way, nothing."""
        state = self._now
        if bridge.is_running(self):
            return
        if state.pin:
            self._pin()
        elif visit.seconds_left(self.desk.register, self.opened.visit) <= 0:
            self.time_is_over()
        elif state.name in _ASKING or state.name == "failed":
            self._redeem()
        else:
            self.back()

    def _redeem(self) -> None:
        """Once: what has begun goes on when this page is left, because points are on their way."""
        reward = self._now.offer.reward
        work = redeem.redeem(
            self.desk.register,
            self.opened.visit,
            reward.id,
            self.desk.acting,
            fresh=self.opened.fresh,
            over_limit=self._now.allowed,
        )
        self.show_sending()
        self._slow.start()
        bridge.run(self, bridge.outlive(work), self._redeemed, self.refused, word="redeem")

    def show_sending(self) -> None:
        """Points are on their way."""
        self._redraw(name="sending", title="", hint="", waiting=self.tr("Sending…"))

    def _still_sending(self) -> None:
        if bridge.is_running(self, "redeem"):
            self.show_slow()
            self.desk.announce(self._now.title, assertive=True)

    def show_slow(self) -> None:
        """Lest somebody repeats it."""
        title = self.tr("Still sending. Do not repeat it.")
        self._redraw(name="slow", title=title, hint=self.tr("AIQ is slow. Esc leaves it; it goes on by itself."))

    def _redeemed(self, redeemed: Redeemed) -> None:
        self._slow.stop()
        self.desk.go(Done(found=self.found, opened=self.opened, redeemed=redeemed))

    def refused(self, failure: Failure) -> None:
        """Say why, and what helps."""
        self._slow.stop()
        told, code = tell(failure), failure.code
        name, pin = "failed", ""
        if isinstance(failure, NotAllowed) and code == "second_redemption":
            name, pin = "second_within", "second"
        elif isinstance(failure, Unreachable) and code.startswith("offline_"):
            name, pin = "over_offline_limit", {"offline_needs_pin": "offline", offers.OVER_LIMIT: "limit"}.get(code, "")
        elif isinstance(failure, RewardUnusable):
            name = "points_changed" if code in _POINTS else "blocked"
        hint = self.tr("Nothing was redeemed. Enter tries again.") if name == "failed" else told.hint
        self._redraw(name=name, waiting="", title=told.title, hint=hint, pin=pin)
        self._main.setFocus()
        self.desk.sound("wrong")
        self.desk.announce(f"{told.title} {hint}".strip(), assertive=True)

    def time_is_over(self) -> None:
        """The wallet has closed; what is on its way is waited for."""
        if not bridge.is_running(self, "redeem"):
            self.desk.go(Wallet(found=self.found, opened=self.opened))

    def _pin(self) -> None:
        now = self._now
        self.desk.go(Approve(found=self.found, reason=now.pin, offer=now.offer, opened=self.opened))

    def back(self) -> None:
        """To the wallet; a redemption that has begun is left to itself."""
        self._slow.stop()
        if bridge.cancel(self, "redeem"):
            self.desk.announce(self.tr("It is still being sent. The wallet shows what becomes of it."))
        self.desk.go(Wallet(found=self.found, opened=self.opened))


#: The states in which Enter redeems.
_ASKING = frozenset({"normal", "zero_value", "training"})
