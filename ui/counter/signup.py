"""Sign up: what the shopper's ID says, checked field by field; their age before anything else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import ClassVar

import msgspec
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from budtender.backoffice import stores
from budtender.counter import licence, signup
from budtender.counter.licence import Scan
from budtender.counter.resume import Place
from budtender.counter.signup import Candidate, Form
from budtender.errors import Duplicate, Failure, InputError
from budtender.errors import TooYoung as Refusal
from budtender.model import Store
from ui import bridge, language, resuming
from ui.counter import offer as offers
from ui.counter import scanned, slow
from ui.counter.form import FormFields
from ui.counter.out import out_keys
from ui.counter.scanned import SignUpState
from ui.counter.store import KEY as STORE_KEY
from ui.counter.store import StoreField
from ui.desk import Desk
from ui.page import Key, Page
from ui.steps import Consent, Lookup, SignUp, Step, Stop, TooYoung, empty_form
from ui.theme import Size, Weight
from ui.widgets.button import Button
from ui.widgets.card import Notice
from ui.widgets.choice import Choice, Choices
from ui.widgets.sheet import Sheet
from ui.widgets.text import Text
from ui.widgets.wait import Wait
from ui.words import tell, tell_form

#: Milliseconds between two looks whether something was typed that has not been written down.
KEPT_EVERY = 500


class SignUpPage(Page):
    """S10."""

    number: ClassVar[str] = "S10"
    states: ClassVar[tuple[str, ...]] = (
        "empty",
        "prefilled",
        "caregiver",
        "scanning",
        "unreadable",
        "id_expired",
        "age_seen",
        "field_problem",
        "duplicate",
        "same_person",
        "wants_email",
        "store",
        "checking",
        "failed",
    )

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._state = SignUpState(name="empty")
        self._form = empty_form()
        #: What the till needs is asked for once.
        self._asked_email = False
        #: The birth date that was told to be too young; once more, and it counts.
        self._doubted = ""
        self._title = Text(self.tr("Sign up"), Size.TITLE, Weight.STRONG)
        self._fields = FormFields()
        self._store = StoreField()
        self._note, self._wait, self._choices = Notice(), Wait(), Choices()
        self._main = Button("", "main", icon="arrow-right-bold", key="Enter")
        self._lay_out()
        for field in self._fields.named.values():
            field.entered.connect(self.press_enter)
        self._fields.born.line.left.connect(self._check_age)
        self._main.clicked.connect(self.press_enter)
        self._store.clicked.connect(self.ask_store)
        #: What was written down of the form.
        self._kept: Place | None = None
        self._keeps = QTimer(self)
        self._keeps.setInterval(KEPT_EVERY)
        self._keeps.timeout.connect(self._keep)
        self._choices.chosen.connect(self._decide)

    def _lay_out(self) -> None:
        sheet = Sheet(widest=720)
        sheet.add(self._title, *self._fields.rows())
        sheet.add(self._store, self._note, self._choices, self._wait, self._main)
        self.set_body(sheet)

    # ── drawing ───────────────────────────────────────────────────────────────────────────────────────────

    def draw(self, state: SignUpState) -> None:
        """Show the form, and what is wrong with it."""
        self._state = state
        without = state.name == "wants_email"
        self._fields.say_problems(state.problems)
        self._fields.suit_till(
            address=signup.asks_address(self.desk.register),
            email=without or signup.wants_email(self.desk.register),
        )
        if state.title:
            self._note.say(state.tone, state.title, state.hint)
        else:
            self._note.clear()
        self._wait.say(state.waiting, *slow.later(self.tr("Esc goes back to the form.")))
        self._choices.fill([Choice(words, number=n) for n, words in enumerate(state.choices, 1)])
        self._choices.setVisible(bool(state.choices))
        self._store.show_store(self._form.store, self.desk.register)
        words = self.tr("Continue without a profile in the till") if without else self.tr("Continue to consent")
        self._main.say(self.tr("The birth date is right") if self._is_doubted and state.problems else words)
        self._main.setVisible(not state.choices)
        super().draw(state)

    def keys(self) -> Sequence[Key]:
        """The keys that work now."""
        return (
            Key(keys="F2", label=self.tr("New shopper"), press=self._home),
            Key(keys="F4", label=self.tr("Scan license"), press=self.show_scanning),
            Key(keys=STORE_KEY, label=self.tr("Store"), press=self.ask_store, shown=False, enabled=self._store.there),
            *out_keys(self.desk, self._whose),
        )

    def know_stores(self, *places: Store) -> None:
        """The stores that there are."""
        self._store.know(places)

    def ask_store(self) -> None:
        """Offer the stores of the account."""
        if not bridge.is_running(self, "check"):
            title = self.tr("Which store is theirs?")
            self.draw(SignUpState(name="store", title=title, tone="chosen", choices=tuple(self._store.rows())))
            self._refocus()
            self.desk.announce(title)

    def _whose(self) -> Stop:
        form = self.typed()
        return Stop(phone=form.phone, name=form.first_name, then=SignUp(form=form))

    def first_focus(self) -> QWidget | None:
        """The first field that is empty or wrong."""
        if self._state.choices:
            return self._choices.focus_first()
        if self._state.name == "wants_email":
            return self._fields.email
        return self._fields.first_wrong(self._state.problems) or self._fields.first_empty() or self._main

    # ── what happens ──────────────────────────────────────────────────────────────────────────────────────

    def enter(self, step: Step) -> None:
        """The form, with what is known already."""
        assert isinstance(step, SignUp)
        self.show_form(step.form)
        if step.caregiver:
            self.ask_caregiver()
        if step.ask_scan:
            self.show_scanning()
        self._keeps.start()
        if step.scan is not None:
            self._note_scan(step.scan)
            self.show_scan(step.scan)

    def _keep(self) -> None:
        """What was typed is asked for no second time."""
        place = resuming.place_of(self.desk.register, SignUp(form=self.typed()))
        if place is not None and place != self._kept:
            self._kept = place
            resuming.keep(self.desk, place)

    def ask_caregiver(self) -> None:
        """Whoever is too young is not written down anywhere; the one who looks after them joins for themselves."""
        title = self.tr("Sign up the caregiver: their own number, name and birth date.")
        hint = self.tr("Nothing is kept of the person they look after.")
        self.draw(SignUpState(name="caregiver", tone="chosen", title=title, hint=hint))
        self.desk.announce(f"{title} {hint}")

    def form_so_far(self) -> Form:
        """The form as it stands."""
        return self.typed()

    def _note_scan(self, scan: Scan) -> None:
        """Write down that an ID was looked at."""
        work = licence.note_age(self.desk.register, scan, self.desk.acting)
        bridge.run(self, work, lambda _nothing: None, self.refused, word="note")

    def show_scan(self, scan: Scan) -> None:
        """What came of a scanned licence."""
        if scan.outcome == "under_age":
            self.show_form(empty_form())
            self.desk.go(TooYoung(minimum_age=scan.minimum_age, patient_may=scan.patient_may))
        elif scan.outcome == "expired":
            assert scan.expired is not None
            self.show_expired(scan.expired)
        elif scan.outcome == "not_readable":
            self.show_unreadable()
        elif scan.prefill is None:
            self.draw(scanned.age_seen())
        else:
            fill = scan.prefill
            self.show_form(
                msgspec.structs.replace(
                    self.typed(),
                    first_name=fill.first_name,
                    last_name=fill.last_name,
                    birth_date=fill.birth_date.isoformat(),
                )
            )

    def show_form(self, form: Form) -> None:
        """Fill the fields in."""
        self._store.know(stores.known(self.desk.register))
        self._form, self._asked_email, self._doubted = form, False, ""
        self._fields.fill(form)
        self.draw(SignUpState(name="prefilled" if form.first_name else "empty"))

    def show_scanning(self) -> None:
        """Ask for the licence."""
        self._tell(scanned.scanning())

    def show_unreadable(self) -> None:
        """The scan told nothing that can be used."""
        self._tell(scanned.unreadable(), assertive=True)

    def show_expired(self, day: date) -> None:
        """The scanned ID is over; nothing of it is kept."""
        self._tell(scanned.expired(day), assertive=True)

    def _tell(self, state: SignUpState, *, assertive: bool = False) -> None:
        self.draw(state)
        self.desk.announce(state.title, assertive=assertive)

    def typed(self) -> Form:
        """The form as it stands."""
        return self._fields.typed(self._form)

    def _check_age(self) -> None:
        """As soon as the whole date is left: nobody types a form that cannot be used."""
        if not self._fields.born.whole or self._is_doubted:
            return
        try:
            signup.check_age(self.desk.register, self._fields.born.iso, patient=self._form.patient)
        except (Refusal, InputError) as failure:
            self.refused(failure)

    @property
    def _is_doubted(self) -> bool:
        return self._fields.born.iso == self._doubted

    def doubt(self, refusal: Refusal) -> None:
        """A slip in the year must not cost the form: the date is read once more before it counts."""
        self._doubted = self._fields.born.iso
        title = str(tell(refusal))
        hint = self.tr("Compare the birth date with the ID. If it is right, Enter.")
        self.draw(SignUpState(name="field_problem", problems={"birth_date": f"{title} {hint}"}))
        self._fields.born.setFocus()
        self.desk.sound("wrong")
        self.desk.announce(f"{title} {hint}", assertive=True)

    def _too_young(self, refusal: Refusal) -> None:
        """One is counted, nobody is told of."""
        step = TooYoung.of(refusal)
        note = signup.note_age_blocked(self.desk.register, step.minimum_age, self.desk.acting)
        self.show_form(empty_form())
        bridge.alone(note, self._not_counted)
        self.desk.go(step)

    def _not_counted(self, failure: Failure) -> None:
        """The page is gone by then; that the count is short is heard all the same."""
        self.desk.announce(str(tell(failure)), assertive=True)

    def press_enter(self) -> None:
        """Check everything, then go on to the shopper's two answers."""
        if bridge.is_running(self, "check"):
            return
        form = self.typed()
        bridge.run(
            self,
            self._checked(form),
            lambda alike: self.show_alike(alike) if alike else self._go_on(form),
            self.refused,
            word="check",
            busy=self.show_checking,
        )

    async def _checked(self, form: Form) -> tuple[Candidate, ...]:
        """Refuse what cannot be used; then who it may be already, under another number."""
        await signup.check(self.desk.register, form)
        return await signup.same_person(self.desk.register, form)

    def _go_on(self, form: Form) -> None:
        """To the shopper's answers; before them, once, to what the till needs."""
        if form.email.strip() or self._asked_email or not signup.wants_email(self.desk.register):
            self.desk.go(Consent(form=form))
        else:
            self.ask_email()
            self._refocus()

    def ask_email(self) -> None:
        """The till makes no profile without an address; AIQ takes the sign-up all the same."""
        till = offers.till_name(self.desk.register) or self.tr("The till")
        self._asked_email = True
        title = self.tr("{till} needs an e-mail address for a profile.").format(till=till)
        hint = self.tr("Ask for it, or Enter goes on without a profile there.")
        self.draw(SignUpState(name="wants_email", tone="warn", title=title, hint=hint))
        self.desk.announce(f"{title} {hint}")

    def show_alike(self, alike: Sequence[Candidate]) -> None:
        """Somebody of this name and birth date is known: is it them?"""
        title = self.tr("Is it this person, with a new number?")
        rows = [
            self.tr("Yes, {name}: a manager changes the number").format(name=language.isolated(row.name))
            for row in alike
        ]
        choices = (*rows, self.tr("No, somebody else: continue"))
        self.draw(SignUpState(name="same_person", title=title, tone="warn", choices=choices))
        self._refocus()
        self.desk.announce(title)

    def _refocus(self) -> None:
        first = self.first_focus()
        if first is not None:
            first.setFocus()

    def show_checking(self, on: bool) -> None:
        """The number is being looked for."""
        name = "checking" if on else "prefilled" if self._state.name == "checking" else self._state.name
        self.draw(msgspec.structs.replace(self._state, name=name, waiting=self.tr("Checking…") if on else ""))

    def refused(self, failure: Failure) -> None:
        """Tell what is wrong, by the field it is wrong with."""
        if isinstance(failure, Refusal):
            (self._too_young if self._is_doubted else self.doubt)(failure)
            return
        told = tell_form(failure)
        field = str(failure.facts.get("field", ""))
        if isinstance(failure, Duplicate) and failure.facts.get("candidates"):
            choices = (
                self.tr("It is the same person: open their wallet"),
                self.tr("The number moved to a new person: a manager decides in AIQ"),
                self.tr("Typed wrong: back to the number"),
            )
            state = SignUpState(name="duplicate", title=told.title, hint=told.hint, tone="warn", choices=choices)
        elif field in self._fields.named:
            state = SignUpState(name="field_problem", problems={field: str(told)})
        else:
            state = SignUpState(name="failed", title=told.title, hint=told.hint, tone="wrong")
        self.draw(state)
        self._refocus()
        self.desk.announce(str(told), assertive=True)

    def _decide(self, index: int) -> None:
        """What to do with a number that belongs to somebody, or with somebody who has a number."""
        if self._state.name == "store":
            self._form = msgspec.structs.replace(self._form, store=self._store.chosen(index))
            self._put_aside()
        elif self._state.name == "same_person":
            if index == len(self._state.choices) - 1:
                self._go_on(self.typed())
            else:
                self._leave_to_manager()
        elif index == 0:
            self.desk.go(Lookup(typed=self._fields.phone.digits))
        elif index == 1:
            self._leave_to_manager()
        else:
            self.draw(SignUpState(name="prefilled"))
            self._fields.phone.setFocus()

    def _put_aside(self) -> None:
        self.draw(SignUpState(name="prefilled" if self._fields.first.text else "empty"))
        self._refocus()

    def _leave_to_manager(self) -> None:
        title = self.tr("A manager moves the number in AIQ first.")
        hint = self.tr("Nothing was saved here.")
        self.draw(SignUpState(name="failed", tone="warn", title=title, hint=hint))

    def _home(self) -> None:
        self.desk.go(Lookup())

    def back(self) -> None:
        """Leave the checking, else the form; what was typed is gone, nothing was saved."""
        if bridge.cancel(self):
            self.show_checking(False)
        elif self._state.name == "store":
            self._put_aside()
        else:
            self.desk.go(Lookup(typed=self._fields.phone.digits))
