"""Not old enough: the form is gone, nothing was saved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import msgspec
from PySide6.QtWidgets import QWidget

from budtender.joining import least_age_here
from budtender.settings import PATIENTS
from ui.desk import Desk
from ui.page import Key, Page, State
from ui.steps import Lookup, SignUp, Step, TooYoung, empty_form
from ui.theme import Size, Weight
from ui.widgets.button import Button
from ui.widgets.icon import Icon
from ui.widgets.sheet import Sheet
from ui.widgets.text import Text


class AgeState(State, frozen=True, kw_only=True):
    """How old one has to be, and how old with a patient card where that is less; 0 where no card helps."""

    minimum_age: int
    patient_age: int = 0
    patient_may: bool = False
    #: Somebody who looks after a patient may sign up in their place.
    caregiver_may: bool = False


class AgePage(Page):
    """S12."""

    number: ClassVar[str] = "S12"
    states: ClassVar[tuple[str, ...]] = ("blocked", "patient_may", "caregiver_may")

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._may = self._caregiver_may = False
        self._title = Text("", Size.TITLE, Weight.STRONG)
        self._next = Button(self.tr("Next shopper"), "main", icon="arrow-right-bold", key="Enter")
        self._next.clicked.connect(self.press_enter)
        self._patient = Button(self.tr("They showed a patient card"), "plain", icon="identification-card", key="Alt+P")
        self._patient.clicked.connect(self._go_on_as_patient)
        self._caregiver = Button(self.tr("Their caregiver signs up instead"), "plain", icon="user-circle", key="F10")
        self._caregiver.clicked.connect(self._go_on_as_caregiver)
        sheet = Sheet()
        sheet.add(
            Icon(56, "prohibit", "wrong"),
            self._title,
            Text(self.tr("Nothing was saved. What was typed or scanned is gone."), ink="quiet"),
            self._next,
            self._patient,
            self._caregiver,
        )
        self.set_body(sheet)

    def draw(self, state: AgeState) -> None:
        """Say it without a name."""
        words = self.tr("Not old enough for loyalty here ({age}).")
        if state.patient_age:
            words = self.tr("Not old enough for loyalty here ({age}, or {patient_age} with a patient card).")
        self._title.say(words.format(age=state.minimum_age, patient_age=state.patient_age))
        self._patient.setVisible(state.patient_may)
        self._caregiver.setVisible(state.caregiver_may)
        self._may, self._caregiver_may = state.patient_may, state.caregiver_may
        super().draw(state)

    def enter(self, step: Step) -> None:
        """Tell, also aloud."""
        assert isinstance(step, TooYoung)
        caregiver = self.desk.settings.get(PATIENTS) and not step.patient_may
        name = "patient_may" if step.patient_may else "caregiver_may" if caregiver else "blocked"
        with_card = least_age_here(self.desk.settings, patient=True)
        state = AgeState(
            name=name,
            minimum_age=step.minimum_age,
            patient_age=with_card if with_card < step.minimum_age else 0,
            patient_may=step.patient_may,
            caregiver_may=caregiver,
        )
        self.draw(state)
        self.desk.sound("wrong")
        hint = f" {self._caregiver.words}: F10." if caregiver else ""
        self.desk.announce(f"{self._title.text()}{hint}", assertive=True)

    def keys(self) -> Sequence[Key]:
        """On to the next one."""
        card = Key(
            keys="Alt+P",
            label=self.tr("Patient card"),
            press=self._go_on_as_patient,
            shown=self._may,
            enabled=self._may,
        )
        may = self._caregiver_may
        caregiver = Key(keys="F10", label=self.tr("Caregiver"), press=self._go_on_as_caregiver, shown=may, enabled=may)
        return (Key(keys="F2", label=self.tr("New shopper"), press=self.press_enter), card, caregiver)

    def _go_on_as_patient(self) -> None:
        self.desk.go(SignUp(form=msgspec.structs.replace(empty_form(), patient=True)))

    def _go_on_as_caregiver(self) -> None:
        self.desk.go(SignUp(caregiver=True))

    def first_focus(self) -> QWidget:
        """The only thing to do."""
        return self._next

    def press_enter(self) -> None:
        """Home."""
        self.desk.go(Lookup())

    def back(self) -> None:
        """Home."""
        self.press_enter()
