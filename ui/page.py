"""What every page is: a screen that draws frozen states, says its keys, and starts nothing twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import msgspec
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui import bridge
from ui.desk import Desk
from ui.steps import Step
from ui.widgets.button import Button
from ui.widgets.card import Notice
from ui.widgets.choice import Choice
from ui.widgets.wait import Wait

if TYPE_CHECKING:
    from budtender.counter.signup import Form


#: What a page runs under these words changes something: whoever asked for it has to see what came of it.
_CHANGES = ("redeem", "undo", "pin", "stop", "save")


class State(msgspec.Struct, frozen=True, kw_only=True):
    """What a page shows. `name` is the state's word in the screen map; page and state together name a picture."""

    name: str


class Key(msgspec.Struct, frozen=True, kw_only=True):
    """One key of a page: `keys` as Qt spells it, such as "F7" or "Alt+N"; `label` for the row at the bottom."""

    keys: str
    label: str
    press: Callable[[], None]
    shown: bool = True
    enabled: bool = True


class Page(QWidget):
    """A screen. Pages hold ids and frozen values; `draw` alone changes what is seen."""

    #: The screen's number in the screen map.
    number: ClassVar[str] = ""
    #: The names of all its states.
    states: ClassVar[tuple[str, ...]] = ()
    #: The keys have changed.
    rekeyed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk

    def form_so_far(self) -> Form | None:
        """What was typed here and belongs into a sign-up."""
        return None

    @property
    def is_untouched(self) -> bool:
        """Whether nothing was begun here, so that another window may show the page anew."""
        return False

    @property
    def is_sending(self) -> bool:
        """Whether something is being saved and sent here."""
        return any(bridge.is_running(self, word) for word in _CHANGES)

    def waits_for(self, _key: str) -> bool:
        """Whether the shopper waits for what this key completes, so that it is not held back as a scanner's is."""
        return False

    def take_back(self, keys: str) -> None:
        """Such a key was the beginning of a scan after all."""

    def set_body(self, body: QWidget) -> None:
        """Put the page's one body in place."""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(body)
        for notice in body.findChildren(Notice):
            notice.over.connect(self.wait_is_over)
        for wait in body.findChildren(Wait):
            wait.slow.connect(self.desk.announce)

    def wait_is_over(self) -> None:
        """The time left that a notice told has run out: whatever had to wait is offered again."""

    def banner_changed(self) -> None:
        """The banner above the page tells something else."""

    def settings_changed(self) -> None:
        """Settings have changed: what hangs on them is drawn anew, what was typed stays."""
        state = getattr(self, "_state", None)
        if state is not None:
            self.draw(state)

    def staff_changed(self) -> None:
        """Who works here, or may, has changed."""

    def enter(self, step: Step) -> None:
        """Open the page for a step."""
        raise NotImplementedError

    def draw(self, state: Any) -> None:
        """Show a state; subclasses draw and then call this, which names the state for tests and screen readers."""
        assert state.name in self.states, f"{self.number} has no state {state.name}"
        self.setObjectName(f"{self.number}.{state.name}")
        self.rekeyed.emit()

    def keys(self) -> Sequence[Key]:
        """The keys that work now."""
        return ()

    def press_enter(self) -> None:
        """What Enter does when no control of the page has taken it: the same as the big button."""

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  (Qt's name)
        """Enter reaches the page; held down it counts once."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not event.isAutoRepeat():
                self.press_enter()
            return
        super().keyPressEvent(event)

    def back(self) -> None:
        """Esc: leave what is waited for, else go back one step."""

    def first_focus(self) -> QWidget | None:
        """The control that is the most likely next action."""
        return None

    def anchor(self) -> QWidget | None:
        """What has to be seen when not everything can be: the main button, or what is waited for instead."""
        waits = [wait for wait in self.findChildren(Wait) if wait.isVisibleTo(self)]
        return self.main_button() or next(iter(waits), None) or self.first_focus()

    def main_button(self) -> Button | None:
        """The big button, where there is one now."""
        mains = [button for button in self.findChildren(Button) if button.kind == "main" and button.isVisibleTo(self)]
        return mains[0] if mains else None

    def next_area(self) -> QWidget | None:
        """Where F6 leads: fields, lists and buttons are areas, in the order in which Tab goes; None where it is one."""
        first_of, here, at = list[QWidget](), self.focusWidget(), -1
        kind: object = None
        for widget in _in_order(self):
            now = Choice if isinstance(widget, Choice) else Button if isinstance(widget, Button) else QWidget
            if now is not kind:
                first_of.append(widget)
                kind = now
            if widget is here:
                at = len(first_of) - 1
        return first_of[(at + 1) % len(first_of)] if len(first_of) > 1 else None

    def make_way(self, _phone: str = "") -> None:
        """Another shopper has come, with this number if it is known: what is open for the one before is shut."""

    def leave(self) -> None:
        """The page goes: nothing that it waits for shall come back to it."""
        bridge.cancel(self)


def _in_order(page: QWidget) -> Iterator[QWidget]:
    """What Tab reaches on a page, from above."""
    widget = page.nextInFocusChain()
    while widget is not None and widget is not page:
        if (
            page.isAncestorOf(widget)
            and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
            and widget.isVisibleTo(page)
            and widget.isEnabled()
        ):
            yield widget
        widget = widget.nextInFocusChain()
