"""Not old enough: the form is gone, nothing was saved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from PySide6.QtWidgets import QWidget

from ui.desk import Desk
from ui.page import Key, Page, State
from ui.steps import Lookup, Step, TooYoung
from ui.theme import Size, Weight
from ui.widgets.button import Button
from ui.widgets.icon import Icon
from ui.widgets.sheet import Sheet
from ui.widgets.text import Text


class AgeState(State, frozen=True, kw_only=True):
    """How old one has to be."""

    minimum_age: int


class AgePage(Page):
    """S12."""

    number: ClassVar[str] = "S12"
    states: ClassVar[tuple[str, ...]] = ("blocked",)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._title = Text("", Size.TITLE, Weight.STRONG)
        self._next = Button(self.tr("Next shopper"), "main", icon="arrow-right-bold", key="Enter")
        self._next.clicked.connect(self.press_enter)
        sheet = Sheet()
        sheet.add(
            Icon(56, "prohibit", "wrong"),
            self._title,
            Text(self.tr("Nothing was saved. What was typed or scanned is gone."), ink="quiet"),
            self._next,
        )
        self.set_body(sheet)

    def draw(self, state: AgeState) -> None:
        """Say it without a name."""
        words = self.tr("Not old enough for loyalty here ({age}).").format(age=state.minimum_age)
        self._title.say(words)
        super().draw(state)

    def enter(self, step: Step) -> None:
        """Tell, also aloud."""
        assert isinstance(step, TooYoung)
        self.draw(AgeState(name="blocked", minimum_age=step.minimum_age))
        self.desk.sound("wrong")
        self.desk.announce(self._title.text(), assertive=True)

    def keys(self) -> Sequence[Key]:
        """On to the next one."""
        return (Key(keys="F2", label=self.tr("New shopper"), press=self.press_enter),)

    def first_focus(self) -> QWidget:
        """The only thing to do."""
        return self._next

    def press_enter(self) -> None:
        """Home."""
        self.desk.go(Lookup())

    def back(self) -> None:
        """Home."""
        self.press_enter()
