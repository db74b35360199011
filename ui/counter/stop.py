"""A shopper says stop: two keys, and no more texts; always allowed, online or not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from budtender.counter import stop
from budtender.errors import Failure
from budtender.model import Intent
from budtender.model import State as IntentState
from ui import bridge, language
from ui.counter import slow
from ui.counter.visit import make_way, shut
from ui.desk import Desk
from ui.page import Key, Page, State
from ui.steps import Lookup, Step, Stop, Wallet
from ui.theme import Size, Weight
from ui.widgets.button import Button
from ui.widgets.card import Card, Notice, Tone
from ui.widgets.sheet import Sheet, row
from ui.widgets.shopper import ShopperStrip
from ui.widgets.text import Text
from ui.widgets.wait import Wait
from ui.words import tell_form


class StopState(State, frozen=True, kw_only=True):
    """Whose texts are stopped, and how far it has come."""

    step: Stop
    title: str = ""
    hint: str = ""
    waiting: str = ""


class StopPage(Page):
    """The shopper's word, from any page on which somebody is served."""

    number: ClassVar[str] = "Stop"
    states: ClassVar[tuple[str, ...]] = ("ask", "sending", "stopped", "saved_offline", "failed")

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._state: StopState | None = None
        self._strip = ShopperStrip()
        self._title = Text(self.tr("No more texts for this shopper?"), Size.TITLE, Weight.STRONG)
        self._lead = Text(self.tr("Marketing texts stop at once. Codes may stop arriving too."), ink="quiet")
        self._note, self._wait = Notice(), Wait()
        self._main = Button("", "main", icon="prohibit", key="Enter")
        self._main.setObjectName("stop")
        self._other = Button(self.tr("Back"), "plain", key="Esc")
        card = Card()
        card.column.addWidget(self._strip)
        sheet = Sheet()
        sheet.add(card, self._title, self._lead, self._note, self._wait)
        sheet.add(row(self._main, self._other))
        self.set_body(sheet)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._main.clicked.connect(self.press_enter)
        self._other.clicked.connect(self.back)

    def draw(self, state: StopState) -> None:
        """Show the question, or that it is done."""
        self._state = state
        self._strip.say(state.step.name or self.tr("Shopper"), language.masked(state.step.phone))
        asking = state.name in ("ask", "failed", "sending")
        self._title.say(self.tr("No more texts for this shopper?") if asking else "")
        self._lead.setVisible(asking)
        tones: dict[str, Tone] = {"stopped": "right", "saved_offline": "offline"}
        if state.title:
            self._note.say(tones.get(state.name, "wrong"), state.title, state.hint)
        else:
            self._note.clear()
        if state.name == "sending" and not self.hasFocus():
            self.setFocus()  # before the button goes: its focus would fall on the next one, and Enter with it
        self._wait.say(state.waiting, *slow.goes_on())
        back = self.tr("Back to the wallet") if state.step.opened is not None else self.tr("Home")
        back = self.tr("Back") if state.step.then is not None else back
        names = {"ask": self.tr("Stop texts"), "failed": self.tr("Try again"), "sending": ""}
        action = names.get(state.name, back)
        self._main.say(action)
        self._main.show_icon("prohibit" if asking else "arrow-right-bold")
        self._main.setVisible(bool(action))
        self._other.setVisible(state.name in ("ask", "failed"))
        super().draw(state)

    def keys(self) -> Sequence[Key]:
        """The keys that work now."""
        return (
            Key(keys="F2", label=self.tr("New shopper"), press=self._home),
            Key(keys="Alt+N", label=self.tr("Not this shopper"), press=self._home),
        )

    def first_focus(self) -> QWidget | None:
        """The answer."""
        return self._main

    def enter(self, step: Step) -> None:
        """Ask once; the shopper has said it already."""
        assert isinstance(step, Stop)
        self.ask(step)
        self.desk.announce(self._title.accessibleName())

    def ask(self, step: Stop) -> None:
        """Draw the question."""
        self.draw(StopState(name="ask", step=step))

    @property
    def _now(self) -> StopState:
        assert self._state is not None, "entered first"
        return self._state

    def _redraw(self, **changes: Any) -> None:
        self.draw(msgspec.structs.replace(self._now, **changes))

    def press_enter(self) -> None:
        """Stop the texts; afterwards back."""
        if bridge.is_running(self):
            return
        if self._now.name not in ("ask", "failed"):
            self._leave()
            return
        work = stop.stop_texts(self.desk.register, self._now.step.phone, self.desk.acting)
        self.show_sending()
        bridge.run(self, bridge.outlive(work), self.stopped, self.refused, word="stop")

    def show_sending(self) -> None:
        """It is saved first and sent at once."""
        self._redraw(name="sending", title="", hint="", waiting=self.tr("Saving…"))

    def stopped(self, intent: Intent) -> None:
        """Draw that it is done: here at once, at AIQ now or as the first thing that is sent."""
        name, title, hint = "stopped", self.tr("Texts stopped for this shopper."), ""
        if intent.needs_person:
            name, title = "saved_offline", self.tr("AIQ refused to stop the texts.")
            hint = self.tr("It is kept here. A manager has to stop them in AIQ.")
        elif intent.state is not IntentState.DONE:
            name, hint = "saved_offline", self.tr("Saved here. It will be sent first when AIQ answers.")
        self._redraw(name=name, title=title, hint=hint, waiting="")
        self._main.setFocus()
        self.desk.sound("wrong" if intent.needs_person else "right")
        self.desk.announce(f"{title} {hint}".strip(), assertive=intent.needs_person)

    def refused(self, failure: Failure) -> None:
        """Nothing was saved."""
        told = tell_form(failure)
        self._redraw(name="failed", title=told.title, hint=told.hint, waiting="")
        self._main.setFocus()
        self.desk.sound("wrong")
        self.desk.announce(f"{told.title} {told.hint}".strip(), assertive=True)

    def make_way(self, phone: str = "") -> None:
        """Nobody goes on with the wallet behind this page."""
        make_way(self.desk, self._now.step.opened, self._now.step.found, phone)

    def _home(self) -> None:
        """The next shopper; a wallet that was open is shut."""
        shut(self.desk, self._now.step.opened)
        self.desk.go(Lookup())

    def _leave(self) -> None:
        step = self._now.step
        if step.found is not None and step.opened is not None:
            self.desk.go(Wallet(found=step.found, opened=step.opened))
        elif step.then is not None:
            self.desk.go(step.then)
        else:
            self._home()

    def back(self) -> None:
        """Back to where it was asked for; what was begun goes on."""
        step = self._now.step
        bridge.cancel(self)
        if step.opened is not None or step.then is not None:
            self._leave()
        else:
            self.desk.go(Lookup(typed=step.phone))
