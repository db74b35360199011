"""Not old enough: the form is gone, nothing was saved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import msgspec
from PySide6.QtWidgets import QWidget

from ui.desk import Desk
from ui.page import Key, Page, State
from ui.steps import Lookup, SignUp, Step, TooYoung, empty_form
from ui.theme import Size, Weight
from ui.widgets.button import Button
from ui.widgets.icon import Icon
from ui.widgets.sheet import Sheet
from ui.widgets.text import Text


class AgeState(State, frozen=True, kw_only=True):
    """How old one has to be."""

    minimum_age: int
    patient_may: bool = False


class AgePage(Page):
    """S12."""

    number: ClassVar[str] = "S12"
    states: ClassVar[tuple[str, ...]] = ("blocked", "patient_may")

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._may = False
        self._title = Text("", Size.TITLE, Weight.STRONG)
        self._next = Button(self.tr("Next shopper"), "main", icon="arrow-right-bold", key="Enter")
        self._next.clicked.connect(self.press_enter)
        self._patient = Button(self.tr("They showed a patient card"), "plain", icon="identification-card", key="F6")
        self._patient.clicked.connect(self._go_on_as_patient)
        sheet = Sheet()
        sheet.add(
            Icon(56, "prohibit", "wrong"),
            self._title,
            Text(self.tr("Nothing was saved. What was typed or scanned is gone."), ink="quiet"),
            self._next,
            self._patient,
        )
        self.set_body(sheet)

    def draw(self, state: AgeState) -> None:
        """Say it without a name."""
        words = self.tr("Not old enough for loyalty here ({age}).").format(age=state.minimum_age)
        self._title.say(words)
        self._patient.setVisible(state.patient_may)
        self._may = state.patient_may
        super().draw(state)

    def enter(self, step: Step) -> None:
        """Tell, also aloud."""
        assert isinstance(step, TooYoung)
        name = "patient_may" if step.patient_may else "blocked"
        self.draw(AgeState(name=name, minimum_age=step.minimum_age, patient_may=step.patient_may))
        self.desk.sound("wrong")
        self.desk.announce(self._title.text(), assertive=True)

    def keys(self) -> Sequence[Key]:
        """On to the next one."""
        card = Key(keys="F6", label=self.tr("Patient card"), press=self._go_on_as_patient, enabled=self._may)
        return (Key(keys="F2", label=self.tr("New shopper"), press=self.press_enter), card)

    def _go_on_as_patient(self) -> None:
        self.desk.go(SignUp(form=msgspec.structs.replace(empty_form(), patient=True)))

    def first_focus(self) -> QWidget:
        """The only thing to do."""
        return self._next

    def press_enter(self) -> None:
        """Home."""
        self.desk.go(Lookup())

    def back(self) -> None:
        """Home."""
        self.press_enter()
