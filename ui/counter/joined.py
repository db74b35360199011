"""Signed up: what was saved, what AIQ still has to do, and the steps in the till, in their order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from PySide6.QtWidgets import QWidget

from budtender.counter.signup import SignedUp
from budtender.model import State as IntentState
from ui.counter.out import out_keys
from ui.desk import Desk
from ui.page import Key, Page, State
from ui.steps import Joined, Lookup, Step, Stop
from ui.theme import Size, Weight
from ui.widgets.button import Button
from ui.widgets.card import Card, Notice
from ui.widgets.icon import Icon
from ui.widgets.sheet import Sheet
from ui.widgets.shopper import ShopperStrip, Sign
from ui.widgets.text import Text
from ui.words import why


class JoinedState(State, frozen=True, kw_only=True):
    """A saved sign-up."""

    signed_up: SignedUp
    steps: tuple[str, ...] = ()


class JoinedPage(Page):
    """S10, its end."""

    number: ClassVar[str] = "S10"
    states: ClassVar[tuple[str, ...]] = ("saved", "saved_offline", "refused", "till_refused")

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._done: SignedUp | None = None
        self._icon = Icon(56, "check-circle-fill", "right")
        self._title = Text("", Size.TITLE, Weight.STRONG)
        self._strip, self._note = ShopperStrip(), Notice()
        self._answers = Text("", ink="quiet")
        self._till_title = Text(self.tr("Now in the till"), Size.BODY, Weight.STRONG)
        self._till = Text("")
        self._main = Button(self.tr("Next shopper"), "main", icon="arrow-right-bold", key="Enter")
        self._main.clicked.connect(self.press_enter)
        card = Card()
        card.column.addWidget(self._strip)
        card.column.addWidget(self._answers)
        self._steps = Card()
        self._steps.column.addWidget(self._till_title)
        self._steps.column.addWidget(self._till)
        sheet = Sheet()
        sheet.add(self._icon, self._title, card, self._note, self._steps, self._main)
        self.set_body(sheet)

    def draw(self, state: JoinedState) -> None:
        """Show what was saved."""
        done = self._done = state.signed_up
        refused = state.name == "refused"
        titles = {
            "saved": self.tr("Signed up"),
            "saved_offline": self.tr("Saved here. It will be sent when the internet is back."),
            "refused": self.tr("AIQ refused this sign-up"),
            "till_refused": self.tr("Signed up; the till took no profile"),
        }
        self._title.say(titles[state.name])
        self._icon.show_icon("x-circle-fill" if refused else "check-circle-fill", "wrong" if refused else "right")
        pending = [Sign(self.tr("Pending in AIQ"), "clock", "stale")] if done.pending_in_aiq else []
        self._strip.say(done.name, done.phone, pending)
        self._answers.say("" if refused else self._agreed(done))
        if refused:
            self._note.say("wrong", self.tr("Nothing was kept there."), str(why(done.intent)))
        elif state.name == "till_refused" and done.customer is not None:
            told = why(done.customer)
            self._note.say("warn", told.title, told.hint)
        else:
            joined = any(consent.granted for consent in done.consents if consent.purpose == "loyalty")
            counts = self.tr("This purchase counts all the same.")
            earns_nothing = self.tr("Without loyalty this purchase earns nothing.")
            told_of = self.tr("AIQ may take up to 24 hours to list them.")
            self._note.say("stale", told_of, counts if joined else earns_nothing)
        self._till.say("\n".join(f"{n}.  {step}" for n, step in enumerate(state.steps, 1)))
        self._steps.setVisible(bool(state.steps))
        super().draw(state)

    def _agreed(self, done: SignedUp) -> str:
        words = {
            ("loyalty", True): self.tr("Joined loyalty"),
            ("loyalty", False): self.tr("Did not join loyalty"),
            ("texts", True): self.tr("wants marketing texts"),
            ("texts", False): self.tr("no marketing texts"),
        }
        return ", ".join(words[consent.purpose, consent.granted] for consent in done.consents)

    def keys(self) -> Sequence[Key]:
        """On to the next one."""
        done = self._done
        new = Key(keys="F2", label=self.tr("New shopper"), press=self.press_enter)
        if done is None:
            return (new,)
        whose = Stop(phone=done.intent.phone or "", name=done.name, then=Joined(signed_up=done))
        return (new, *out_keys(self.desk, lambda: whose))

    def first_focus(self) -> QWidget:
        """The only thing to do here."""
        return self._main

    def enter(self, step: Step) -> None:
        """Tell what was saved."""
        assert isinstance(step, Joined)
        self.show_signed_up(step.signed_up)
        self.desk.announce(self._title.text())

    def show_signed_up(self, done: SignedUp) -> None:
        """Name the state that this sign-up is in."""
        customer = done.customer
        if done.intent.state is IntentState.REFUSED:
            name = "refused"
        elif done.intent.state is not IntentState.DONE:
            name = "saved_offline"
        elif customer is not None and customer.state is IntentState.REFUSED:
            name = "till_refused"
        else:
            name = "saved"
        self.draw(JoinedState(name=name, signed_up=done, steps=() if name == "refused" else self.till_steps(done)))

    def till_steps(self, done: SignedUp) -> tuple[str, ...]:
        """What is left to do in the till; Dutchie's own order of it."""
        if not self.desk.register.tills:
            return ()
        if done.customer is None or done.customer.state is IntentState.REFUSED:
            return (
                self.tr("Make the shopper's profile in the till, with this phone number."),
                self.tr("Attach it to the cart and finish the sale as always."),
            )
        return (
            self.tr("Press the plus sign beside Guest."),
            self.tr("Search for the shopper by phone."),
            self.tr("Press Attach to Cart, and finish the sale as always."),
        )

    def press_enter(self) -> None:
        """Home."""
        self.desk.go(Lookup())

    def back(self) -> None:
        """Home."""
        self.press_enter()
