"""Home: one field, one answer. The tenth digit looks here at once; AIQ is asked when nobody is known or it is old."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import ClassVar

import msgspec
from PySide6.QtWidgets import QWidget

from budtender.backoffice import stores
from budtender.counter import lookup, verify
from budtender.counter.lookup import Found
from budtender.counter.signup import Form
from budtender.errors import Failure
from budtender.names import shown
from budtender.settings import LOYAL_SIGN, TEXT_CODE
from ui import bridge, resuming
from ui.counter.known import (
    TONES,
    TRIES_AGAIN,
    FoundCard,
    LookupState,
    action_of,
    changed,
    known,
    nobody,
    signs_of,
    waited_for,
)
from ui.counter.number import WholeNumber
from ui.counter.refusal import Refusal
from ui.counter.refusal import told as refused_later
from ui.counter.visit import going_on
from ui.desk import Desk
from ui.page import Key, Page
from ui.shopper import Answer, Confirmed, Greet, PhoneTyped
from ui.steps import Approve, Find, Lookup, SignUp, Step, Stop, Undo, Verify, Wallet, empty_form
from ui.theme import Size
from ui.widgets.button import Button
from ui.widgets.card import Notice
from ui.widgets.choice import NUMBERED, Choices
from ui.widgets.digits import PHONE_DIGITS, NumberPad, PhoneField, only_digits
from ui.widgets.sheet import Sheet
from ui.widgets.shopper import candidate_rows
from ui.widgets.text import Text
from ui.widgets.wait import Wait


class LookupPage(Page):
    """S03."""

    number: ClassVar[str] = "S03"
    states: ClassVar[tuple[str, ...]] = (
        "empty",
        "typing",
        "loading",
        "found",
        "not_member",
        "pending",
        "blocked",
        "texts_stopped",
        "not_found",
        "several",
        "impossible",
        "asking",
        "offline",
        "stale",
        "number_shown",
        "failed",
    )

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._state = LookupState(name="empty")
        #: Whether the number came from the shopper's own screen; then it greets them.
        self._shopper_typed = False
        #: Whether it was written down who is shown, or asked for.
        self._is_noted = False
        self._phone = PhoneField(self.tr("Phone number"))
        self._left = Text("", Size.SMALL, ink="quiet")
        self._wait = Wait()
        self._number = WholeNumber(self, self.refused, self._takes_a_moment)
        self._shopper = FoundCard(self._number.button)
        self._note = Notice()
        self._refusal = Refusal(self, self.found, self.refused, self._takes_a_moment)
        self._choices = Choices()
        self._main = Button("", "main", icon="arrow-right-bold", key="Enter")
        self._lay_out()
        self._phone.changed.connect(self._typed)
        self._phone.entered.connect(self._enter)
        self._choices.chosen.connect(self._choose)
        self._main.clicked.connect(self._enter)
        self._number.told.connect(self.show_whole_number)
        desk.answered.connect(self._answered)

    def _lay_out(self) -> None:
        pad = NumberPad()
        pad.typed.connect(self._phone.type)
        pad.erased.connect(self._phone.erase)
        pad.entered.connect(self._enter)
        sheet = Sheet(pad)
        sheet.add(self._phone, self._left, self._wait, self._shopper)
        sheet.add(self._refusal.notice, self._note, self._choices, self._main)
        self.set_body(sheet)

    # ── drawing ───────────────────────────────────────────────────────────────────────────────────────────

    def draw(self, state: LookupState) -> None:
        """Show what is known of the number."""
        self._state = state
        if self._phone.digits != state.typed and not self._phone.line.hasFocus():
            self._phone.fill(state.typed)
        self._phone.show_dots(state.found is not None)
        self._left.say(self._missing(state))
        self._wait.say(*waited_for(state))
        self._show_found(state)
        self._show_note(state)
        self._choices.fill(candidate_rows(state.candidates[:NUMBERED]))
        self._choices.setVisible(bool(state.candidates))
        action = action_of(state, texts=self.desk.settings.get(TEXT_CODE))
        self._main.say(action)
        self._main.setVisible(bool(action))
        super().draw(changed(state, name="number_shown") if state.number else state)

    def _missing(self, state: LookupState) -> str:
        left = PHONE_DIGITS - len(state.typed)
        return self.tr("%n more digits", "", left) if state.name == "typing" and left > 0 else ""

    def _show_found(self, state: LookupState) -> None:
        self._shopper.setVisible(state.found is not None)
        self._number.offer(state.found, state.number)
        if state.found is not None:
            signs = signs_of(state.found, loyal=self.desk.settings.get(LOYAL_SIGN))
            self._shopper.say(state, [*signs, *([self._number.sign()] if state.number else [])], self.desk.now())

    def _show_note(self, state: LookupState) -> None:
        self._refusal.show(state.found)
        if state.title:
            self._note.say(TONES.get(state.name, "card"), state.title, state.hint)
        else:
            self._note.clear()

    def keys(self) -> Sequence[Key]:
        """The keys that work now."""
        found = self._state.found
        someone = found is not None and found.known is not None
        return (
            Key(keys="F2", label=self.tr("New shopper"), press=self._clear),
            Key(keys="F3", label=self.tr("By name"), press=self._by_name),
            Key(keys="F4", label=self.tr("Scan license"), press=self._ask_scan, shown=False),
            Key(
                keys="F5",
                label=self.tr("Ask AIQ"),
                press=self._ask,
                enabled=someone or len(self._phone.digits) == PHONE_DIGITS,
            ),
            Key(keys="F7", label=self.tr("Manager PIN"), press=self._pin, enabled=someone),
            Key(keys="F9", label=self.tr("Undo"), press=self._undo),
            Key(keys="F10", label=self.tr("Sign up"), press=self._sign_up),
            Key(keys="Alt+S", label=self.tr("Stop texts"), press=self._stop, enabled=found is not None),
            Key(keys="Alt+N", label=self.tr("Not this shopper"), press=self._clear, shown=False),
            self._refusal.key(found),
            self._number.key(),
        )

    def first_focus(self) -> QWidget | None:
        """The phone field, or the list when there is something to choose."""
        return self._choices.focus_first() if self._state.candidates else self._phone

    def form_so_far(self) -> Form:
        """The number."""
        found = self._state.found
        digits = self._phone.digits or (only_digits(found.phone)[-PHONE_DIGITS:] if found is not None else "")
        return msgspec.structs.replace(empty_form(), phone=digits)

    @property
    def is_untouched(self) -> bool:
        """No number was typed, and nobody is shown."""
        return self._state.name == "empty" and not bridge.is_running(self)

    def waits_for(self, key: str) -> bool:
        """The tenth digit is looked up at once."""
        return key.isascii() and key.isdigit() and self._phone.is_one_short

    def take_back(self, keys: str) -> None:
        """It was the beginning of a scan: nobody was looked up."""
        bridge.cancel(self)
        self.show_number(self._phone.digits[: -len(keys)])
        resuming.let_go(self.desk)

    # ── the number ────────────────────────────────────────────────────────────────────────────────────────

    def enter(self, step: Step) -> None:
        """Home, empty or with a number that was typed elsewhere."""
        assert isinstance(step, Lookup)
        if step.barcode:
            self._card(step.barcode)
        elif step.found is not None:
            self.found_by_card(step.found)
            if step.number:
                self._number.show(step.number)
        elif step.typed:
            self._phone.fill(step.typed)
            if step.search:
                self._ask()
        else:
            self.draw(LookupState(name="empty"))
            resuming.let_go(self.desk)

    def _card(self, barcode: str) -> None:
        """A loyalty card was scanned; it tells a number, or AIQ's or the till's id."""
        self.draw(LookupState(name="empty"))
        work = lookup.find_by_barcode(self.desk.register, barcode)
        busy = partial(self.wait_for_aiq, known=False)
        bridge.run(self, work, self.found_by_card, self.refused, word="lookup", busy=busy)

    def found_by_card(self, found: Found) -> None:
        """Show somebody whose number nobody typed, and nobody reads here unless they may."""
        self.show_number("")
        self.found(found)

    def show_whole_number(self, number: str) -> None:
        """The number in the mask's place; empty masks it."""
        self.draw(changed(self._state, number=number))

    def _takes_a_moment(self, on: bool) -> None:
        self.draw(changed(self._state, moment=on))

    def show_number(self, digits: str) -> None:
        """Home with these digits, without looking anybody up."""
        self._phone.line.blockSignals(True)
        self._phone.fill(digits)
        self._phone.line.blockSignals(False)
        self.draw(LookupState(name="typing" if digits else "empty", typed=digits))

    def show_looking(self) -> None:
        """Nobody is known here; AIQ is about to be asked."""
        self.draw(LookupState(name="loading", typed=self._phone.digits))

    def wait_for_aiq(self, on: bool, *, known: bool) -> None:
        """Show that AIQ is being asked; whoever is known here already stays to be seen."""
        name = self._state.name if known or not on else "asking"
        self.draw(changed(self._state, name=name, waiting=self.tr("Asking AIQ…") if on else ""))

    def _typed(self, _text: str) -> None:
        bridge.cancel(self)
        digits, text = self._phone.digits, self._phone.text
        if len(digits) < PHONE_DIGITS and (not text or text.replace(" ", "").isdigit()):
            self.draw(LookupState(name="typing" if digits else "empty", typed=digits))
            self._let_go()
        else:
            self._look_here()

    def _let_go(self) -> None:
        """Nobody is shown any more; said once, not with every digit."""
        if self._is_noted:
            self._is_noted = False
            resuming.let_go(self.desk)

    def _look_here(self, choose: int | None = None) -> None:
        """What this register knows, at once; then AIQ where that is nothing or old."""
        text = self._phone.text
        try:
            found = lookup.find_here(self.desk.register, text, choose=choose)
        except Failure as failure:
            self.refused(failure)
            return
        if found is None:
            self.show_looking()
            resuming.hold_number(self.desk, text)
            self._is_noted = True
            self._ask()
            return
        self.found(found)
        if found.stale:
            self._ask(choose)

    def _ask(self, choose: int | None = None) -> None:
        """Ask AIQ, whatever is known here."""
        found, typed = self._state.found, self._phone.text
        persona = None
        if found is not None and found.known is not None and not typed:
            typed, persona = found.phone, found.known.id
        bridge.run(
            self,
            lookup.find_shopper(self.desk.register, typed, choose=choose, persona=persona, ask=True),
            self.found,
            self.refused,
            word="lookup",
            busy=partial(self.wait_for_aiq, known=found is not None),
        )

    def found(self, found: Found) -> None:
        """Show who it is."""
        store = stores.favourite(self.desk.register, found.known.id) if found.known is not None else None
        shop = (store.nickname or store.name) if store is not None else ""
        state = known(found, self._phone.digits, asking=bridge.is_running(self, "lookup"), store=shop)
        self.draw(state)
        later = refused_later(found, self.desk.now())
        self.desk.announce(" ".join(part for part in (f"{found.name}.", state.title, *later) if part))
        resuming.hold(self.desk, found)
        self._is_noted = True
        if found.outcome == "unconfirmed" and not bridge.is_running(self, "lookup"):
            work = lookup.confirm(self.desk.register, found)
            bridge.run(self, work, self._confirmed, self.refused, word="confirm")
        if self._shopper_typed and found.known is not None:
            first = shown(found.known.first_name)[:40]
            self.desk.show_shopper(Greet(first_name=first, last_two=found.phone[-2:]))
            self._shopper_typed = False

    def _confirmed(self, found: Found) -> None:
        """AIQ has told whether they are a member, or nothing; nobody had to wait for it."""
        if found.outcome == "not_a_member":
            self.found(found)
        else:
            self.draw(changed(self._state, found=found))

    def refused(self, failure: Failure) -> None:
        """Tell why nobody can be shown."""
        state = nobody(failure, self._phone.digits)
        self.draw(state)
        self.desk.announce(f"{state.title} {state.hint}", assertive=state.name in ("blocked", "impossible"))
        first = self._choices.focus_first()
        if state.candidates and first is not None:
            first.setFocus()

    # ── what comes next ───────────────────────────────────────────────────────────────────────────────────

    def _choose(self, index: int) -> None:
        self._phone.line.setFocus()
        self._look_here(choose=index + 1)

    def _enter(self) -> None:
        state = self._state
        if state.name in ("not_found", "not_member"):
            self._sign_up()
        elif state.found is not None and state.found.known is not None:
            self._open(state.found)
        elif state.name in TRIES_AGAIN and len(state.typed) == PHONE_DIGITS:
            self._ask()
        elif len(state.typed) < PHONE_DIGITS and self._phone.text:
            self._look_here()

    def _open(self, found: Found) -> None:
        step = going_on(self.desk, found)
        if step is not None:
            self.desk.go(step)
        elif self.desk.settings.get(TEXT_CODE):
            self.desk.go(Verify(found=found, send=True))
        else:
            self._open_without_code(found)

    def _open_without_code(self, found: Found) -> None:
        assert found.known is not None
        bridge.run(
            self,
            verify.without_code(self.desk.register, found.known, self.desk.acting),
            lambda opened: self.desk.go(Wallet(found=found, opened=opened)),
            self.refused,
            word="open",
            busy=lambda on: self.draw(changed(self._state, waiting=self.tr("Opening the wallet…") if on else "")),
        )

    def _by_name(self) -> None:
        self.desk.go(Find())

    def _pin(self) -> None:
        if self._state.found is not None:
            self.desk.go(Approve(found=self._state.found))

    def _undo(self) -> None:
        self.desk.go(Undo())

    def _sign_up(self) -> None:
        self.desk.go(SignUp(form=self.form_so_far()))

    def _ask_scan(self) -> None:
        self.desk.go(SignUp(form=self.form_so_far(), ask_scan=True))

    def _stop(self) -> None:
        if self._state.found is not None:
            self.desk.go(Stop(phone=self._state.found.phone, name=self._state.found.name))

    def _answered(self, answer: Answer) -> None:
        """The shopper typed their number on their own screen, or says that it is somebody else's."""
        if isinstance(answer, PhoneTyped):
            self._shopper_typed = True
            self._phone.fill(answer.digits)
        elif isinstance(answer, Confirmed) and not answer.yes:
            self._clear()

    def _clear(self) -> None:
        bridge.cancel(self)
        self._phone.fill("")
        self.draw(LookupState(name="empty"))
        self._phone.setFocus()
        resuming.let_go(self.desk)

    def back(self) -> None:
        """Leave the asking, else clear."""
        bridge.cancel(self, "confirm")
        if bridge.cancel(self, "lookup", "open", "reveal", "seen"):
            state = self._state
            name = state.name if state.found is not None else "typing" if state.typed else "empty"
            self.draw(changed(state, waiting="", moment=False, name=name))
        else:
            self._clear()
