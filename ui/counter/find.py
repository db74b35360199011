"""F3: find somebody by name, among those who are known here; AIQ itself is asked by number only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import msgspec
from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QWidget

from budtender.counter import lookup
from budtender.counter.lookup import Candidate, Named
from budtender.errors import Failure
from ui import bridge
from ui.desk import Desk
from ui.page import Key, Page, State
from ui.steps import Find, Lookup, Step
from ui.theme import Size, Weight
from ui.widgets.card import Notice
from ui.widgets.choice import Choices
from ui.widgets.field import Field
from ui.widgets.sheet import Sheet
from ui.widgets.shopper import candidate_rows
from ui.widgets.text import Text
from ui.widgets.wait import Wait
from ui.words import tell

_FEWEST = 2


class FindState(State, frozen=True, kw_only=True):
    """Who matches what was typed."""

    rows: tuple[Candidate, ...] = ()
    title: str = ""
    hint: str = ""
    waiting: str = ""


class FindPage(Page):
    """S03, by name."""

    number: ClassVar[str] = "S03"
    states: ClassVar[tuple[str, ...]] = ("find", "find_rows", "find_more", "find_none")

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._state = FindState(name="find")
        self._name = Field(self.tr("First or last name"), size=Size.LEAD, height=64)
        self._wait, self._note, self._choices = Wait(), Notice(), Choices()
        sheet = Sheet()
        sheet.add(
            Text(self.tr("Find by name"), Size.TITLE, Weight.STRONG),
            Text(self.tr("Searches who is known at this register. AIQ goes by number only."), ink="quiet"),
            self._name,
            self._wait,
            self._note,
            self._choices,
        )
        self.set_body(sheet)
        self._name.changed.connect(self._typed)
        self._name.entered.connect(self.press_enter)
        self._choices.chosen.connect(self._choose)

    def draw(self, state: FindState) -> None:
        """Show who matches."""
        self._state = state
        self._wait.say(state.waiting)
        self._choices.fill(candidate_rows(state.rows))
        if state.title:
            self._note.say("card", state.title, state.hint)
        else:
            self._note.clear()
        super().draw(state)

    def keys(self) -> Sequence[Key]:
        """The keys that work now."""
        return (Key(keys="F2", label=self.tr("New shopper"), press=self._home),)

    def first_focus(self) -> QWidget:
        """The name."""
        return self._name

    def enter(self, step: Step) -> None:
        """Nobody yet."""
        assert isinstance(step, Find)
        self.draw(FindState(name="find"))

    def _typed(self, text: str) -> None:
        bridge.cancel(self)
        if len(text.strip()) < _FEWEST:
            self.draw(FindState(name="find"))
            return
        work = lookup.find_by_name(self.desk.register, text)
        bridge.run(self, work, self.show_named, self.refused, word="find", busy=self.searches)

    def show_name(self, text: str) -> None:
        """Put a name into the field, without searching for it."""
        with QSignalBlocker(self._name):
            self._name.fill(text)

    def searches(self, on: bool) -> None:
        """Many people are known here, or the computer is busy."""
        if on or self._state.waiting:
            self.draw(msgspec.structs.replace(self._state, waiting=self.tr("Searching…") if on else ""))

    def show_named(self, named: Named) -> None:
        """Who was found."""
        if not named.rows:
            title = self.tr("Nobody by this name is known here.")
            self.draw(FindState(name="find_none", title=title, hint=self.tr("Ask for the phone number.")))
        elif named.more:
            title = self.tr("More match than are shown: type more of the name.")
            self.draw(FindState(name="find_more", rows=named.rows, title=title))
        else:
            self.draw(FindState(name="find_rows", rows=named.rows))
        self.desk.announce(self.tr("%n found", "", len(named.rows)))

    def refused(self, failure: Failure) -> None:
        """Tell why nobody can be shown."""
        told = tell(failure)
        self.draw(FindState(name="find_none", title=told.title, hint=told.hint))
        self.desk.announce(str(told), assertive=True)

    def press_enter(self) -> None:
        """From the name to the rows: there the digits choose."""
        first = self._choices.focus_first()
        if first is not None:
            first.setFocus()

    def _choose(self, index: int) -> None:
        found = lookup.find_row(self.desk.register, self._state.rows[index])
        if found is None:
            self._typed(self._name.text)
        else:
            self.desk.go(Lookup(found=found))

    def _home(self) -> None:
        self.desk.go(Lookup())

    def back(self) -> None:
        """Leave the search, else go home."""
        if bridge.cancel(self):
            self.searches(False)
        else:
            self._home()
