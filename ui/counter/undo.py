"""Take a redemption back: which one, why, and one key; what is to be done in the till as well is told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from budtender.counter import undo
from budtender.counter.undo import Reason, Undoable, Undone
from budtender.errors import Failure, NotAllowed
from ui import bridge, language, resuming
from ui.counter import offer as offers
from ui.counter import slow
from ui.counter.undone import ENDS, UNDONE, UndoState, ended
from ui.counter.visit import make_way, shut
from ui.desk import Desk
from ui.page import Key, Page
from ui.running import Running
from ui.steps import Approve, Lookup, Step, Stop, Undo, Wallet
from ui.theme import Size, Weight
from ui.widgets.button import Button
from ui.widgets.card import Card, Notice, Tone
from ui.widgets.choice import NUMBERED, Choice, Choices
from ui.widgets.field import Field
from ui.widgets.sheet import Sheet, row
from ui.widgets.text import Text
from ui.widgets.wait import Wait
from ui.words import tell

#: So far back is looked for a redemption that was named.
FAR = 200


class UndoPage(Page):
    """S09."""

    number: ClassVar[str] = "S09"
    states: ClassVar[tuple[str, ...]] = (
        "pick",
        "nothing",
        "reason",
        "other_reason",
        "confirm",
        "too_late",
        "undoing",
        "undone",
        "pos_discount",
        "offline_pair",
        "saved_offline",
        "unknown",
        "refused",
        "failed",
    )

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._state: UndoState | None = None
        self._step = Undo()
        self._title = Text("", Size.TITLE, Weight.STRONG)
        self._card = Card()
        self._reward = Text("", Size.LEAD, Weight.STRONG)
        self._about = Text("", ink="quiet", figures=True)
        self._why = Text("")
        self._ask = Text("", weight=Weight.STRONG)
        self._choices = Choices()
        self._words = Field(self.tr("Reason"))
        self._note, self._wait = Notice(), Wait()
        self._main = Button("", "main", icon="arrow-counter-clockwise", key="Enter")
        self._main.setObjectName("undo")
        self._other = Button(self.tr("Back"), "plain", key="Esc")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._lay_out()
        self._choices.chosen.connect(self.choose)
        self._words.entered.connect(self.press_enter)
        self._main.clicked.connect(self.press_enter)
        self._other.clicked.connect(self.back)

    def _lay_out(self) -> None:
        for part in (self._reward, self._about, self._why):
            self._card.column.addWidget(part)
        sheet = Sheet()
        sheet.add(self._title, self._card, self._note, self._ask, self._choices, self._words, self._wait)
        sheet.add(row(self._main, self._other))
        self.set_body(sheet)

    # ── drawing ───────────────────────────────────────────────────────────────────────────────────────────

    def draw(self, state: UndoState) -> None:
        """Show the list, the question, or what came of it."""
        before, self._state = self._state, state
        self._title.say(self.tr("Undo which redemption?") if state.name == "pick" else self.tr("Undo a redemption"))
        self._card.setVisible(state.one is not None)
        if state.one is not None:
            self._reward.say(offers.name_of(state.one.reward))
            self._about.say(self._told(state.one, state.now, state.name))
            self._why.say(self.tr("Reason: {reason}").format(reason=self._said(state.reason)) if state.reason else "")
        self._show_choices(state, before)
        self._words.setVisible(state.name == "other_reason")
        self._show_note(state)
        if state.waiting and not self.hasFocus():
            self.setFocus()
        self._wait.say(state.waiting, *slow.goes_on())
        action = self._action(state)
        self._main.say(action)
        icons = {"confirm": "arrow-counter-clockwise", "too_late": "key"}
        self._main.show_icon(icons.get(state.name, "arrow-right-bold"))
        self._main.setVisible(bool(action))
        self._other.setVisible(state.name in ("confirm", "too_late", "failed"))
        super().draw(state)

    def _told(self, one: Undoable, now: datetime, name: str = "pick") -> str:
        parts = [
            language.isolated(one.shopper),
            offers.points(one.points),
            language.moment(one.redemption.created, now),
        ]
        if name in UNDONE:
            parts.append(self.tr("undone at {time}").format(time=language.hour(now)))
        known = " · ".join(part for part in parts if part)
        if name in ENDS and name != "failed":
            return known
        takes_pin, runs = self.tr("takes a manager's PIN"), self.tr("{left} left")
        over = f"{known} · {takes_pin}"
        left = self._left(one, now)
        if not left:
            return over
        return Running(lambda wait: f"{known} · {runs.format(left=wait)}", left, over)

    def _left(self, one: Undoable, now: datetime) -> float:
        """Seconds that are left of those at that time."""
        return max(0.0, one.seconds_left - (self.desk.now() - now).total_seconds()) if one.seconds_left else 0.0

    def _show_choices(self, state: UndoState, before: UndoState | None) -> None:
        if before is not None and before.name == state.name and before.rows == state.rows:
            return
        choices: list[Choice] = []
        if state.name == "pick":
            for n, one in enumerate(state.rows[:NUMBERED], 1):
                end = language.money(one.cents_off) if one.cents_off is not None else ""
                choices.append(Choice(offers.name_of(one.reward), self._told(one, state.now), end=end, number=n))
        elif state.name == "reason":
            choices = [Choice(self._said(reason.value), number=n) for n, reason in enumerate(Reason, 1)]
        self._ask.say(self.tr("Why?") if state.name == "reason" else "")
        self._choices.fill(choices)
        self._choices.setVisible(bool(choices))

    def _said(self, reason: str) -> str:
        """A reason in the window's language; one in words of its own stays as it was typed."""
        said = {
            Reason.WRONG_REWARD: self.tr("Wrong reward"),
            Reason.CHANGED_MIND: self.tr("The shopper changed their mind"),
            Reason.WRONG_SHOPPER: self.tr("Wrong shopper"),
            Reason.NOT_APPLIED: self.tr("Could not be applied in the till"),
            Reason.OTHER: self.tr("Another reason"),
        }
        return next((words for known, words in said.items() if known.value == reason), reason)

    def _show_note(self, state: UndoState) -> None:
        tones: dict[str, Tone] = {
            "undone": "right",
            "pos_discount": "right",
            "offline_pair": "right",
            "saved_offline": "offline",
            "unknown": "conflict",
            "refused": "wrong",
            "failed": "wrong",
            "too_late": "warn",
        }
        if state.title:
            self._note.say(tones.get(state.name, "card"), state.title, state.hint)
        else:
            self._note.clear()

    def _action(self, state: UndoState) -> str:
        if state.name in ENDS:
            return self.tr("Back to the wallet") if self._step.opened is not None else self.tr("Home")
        names = {
            "confirm": self.tr("Undo"),
            "too_late": self.tr("Manager PIN"),
            "other_reason": self.tr("Next"),
        }
        return names.get(state.name, "")

    def keys(self) -> Sequence[Key]:
        """The keys that work now."""
        name = self._state.name if self._state else "pick"
        free, somebody = name != "undoing", self._whose() is not None
        return (
            Key(keys="F2", label=self.tr("New shopper"), press=self._home, enabled=free),
            Key(keys="F7", label=self.tr("Manager PIN"), press=self._pin, enabled=name == "too_late"),
            Key(keys="Alt+N", label=self.tr("Not this shopper"), press=self._home, enabled=free and somebody),
            Key(keys="Alt+S", label=self.tr("Stop texts"), press=self._stop, enabled=free and somebody),
        )

    def _whose(self) -> Stop | None:
        """Whose texts would stop: whoever the redemption is of, else whoever is served."""
        one, step = self._state.one if self._state is not None else None, self._step
        phone = one.redemption.phone if one is not None else None
        if one is not None and phone is not None and (step.found is None or phone != step.found.phone):
            then = msgspec.structs.replace(step, redemption=one.redemption.id)
            return Stop(phone=phone, name=one.shopper, opened=step.opened, then=then)
        if step.found is not None:
            return Stop(phone=step.found.phone, name=step.found.name, found=step.found, opened=step.opened, then=step)
        return None

    def first_focus(self) -> QWidget | None:
        """The list, the words, or the button."""
        if self._now.name in ("pick", "reason"):
            return self._choices.focus_first()
        return self._words if self._now.name == "other_reason" else self._main

    def _refocus(self) -> None:
        first = self.first_focus()
        if first is not None:
            first.setFocus()

    # ── what happens ──────────────────────────────────────────────────────────────────────────────────────

    def enter(self, step: Step) -> None:
        """The one that was named, or the last five."""
        assert isinstance(step, Undo)
        self._step = step
        rows = undo.last(self.desk.register, self.desk.acting, FAR if step.redemption else undo.LAST)
        one = next((one for one in rows if one.redemption.id == step.redemption), None)
        if step.undone is not None:
            self.show_undone(step.undone)
        elif one is not None:
            self.ask_reason(one)
            if step.said:
                self.confirm(step.said)
        else:
            self.show_rows(rows[: undo.LAST])
        self.desk.announce(f"{self._title.accessibleName()} {self._note.accessibleName()}".strip())

    def show_rows(self, rows: Sequence[Undoable]) -> None:
        """Draw the last redemptions of this register."""
        name, title = ("pick", "") if rows else ("nothing", self.tr("Nothing was redeemed here lately."))
        self.draw(UndoState(name=name, rows=tuple(rows), title=title, now=self.desk.now(), till=self._till()))

    def _till(self) -> str:
        return offers.till_name(self.desk.register)

    def ask_reason(self, one: Undoable) -> None:
        """Draw the reasons for one redemption."""
        rows, now = (self._state.rows, self._state.now) if self._state is not None else ((), self.desk.now())
        self.draw(UndoState(name="reason", rows=rows, one=one, now=now, till=self._till()))

    @property
    def _now(self) -> UndoState:
        assert self._state is not None, "entered first"
        return self._state

    def _redraw(self, **changes: Any) -> None:
        self.draw(msgspec.structs.replace(self._now, **changes))

    def choose(self, index: int) -> None:
        """A redemption, then a reason."""
        state = self._now
        if state.name == "pick":
            self.ask_reason(state.rows[index])
            self._keep()
        elif list(Reason)[index] is Reason.OTHER:
            self._redraw(name="other_reason")
        else:
            self.confirm(list(Reason)[index].value)
        self._refocus()

    def confirm(self, reason: str) -> None:
        """Draw the last question; where the time is over it takes a manager."""
        one = self._now.one
        assert one is not None
        self._keep(reason)
        if self._left(one, self._now.now):
            title = self.tr("Give {points} back?").format(points=offers.points(one.points))
            self._redraw(name="confirm", reason=reason, title=title, hint="")
        else:
            title = self.tr("{name} redeemed this.").format(name=one.redemption.staff)
            title = title if one.others else self.tr("The time to undo it is over.")
            hint = self.tr("A manager can undo it with a PIN: F7.")
            self._redraw(name="too_late", reason=reason, title=title, hint=hint)
        self.desk.announce(f"{self._now.title} {self._now.hint}".strip())

    def _keep(self, reason: str = "") -> None:
        """What was chosen is asked for no second time, whatever happens to the program."""
        if self._now.one is not None and self.desk.is_open:
            chosen = self._now.one.redemption.id
            resuming.note(self.desk, msgspec.structs.replace(self._step, redemption=chosen, said=reason))

    def press_enter(self) -> None:
        """What the big button says; while it is being sent, nothing."""
        name = self._now.name
        if bridge.is_running(self):
            return
        if name == "other_reason":
            words = " ".join(self._words.text.split())
            if not words:
                self._words.say_problem(self.tr("Type the reason."))
                return
            self.confirm(words)
            self._refocus()
        elif name == "confirm":
            self._undo()
        elif name == "too_late":
            self._pin()
        elif name in ENDS:
            self._leave()

    def _undo(self) -> None:
        one = self._now.one
        assert one is not None
        work = undo.undo(self.desk.register, one.redemption.id, self.desk.acting, reason=self._now.reason)
        self.show_sending()
        bridge.run(self, bridge.outlive(work), self._undone, self.refused, word="undo")

    def show_sending(self) -> None:
        """Points are on their way back."""
        self._redraw(name="undoing", title="", hint="", waiting=self.tr("Sending…"))

    def _undone(self, undone: Undone) -> None:
        self.show_undone(undone)
        self._refocus()
        good = undone.outcome in ("undone", "dropped", "waiting")
        self.desk.sound("right" if good else "wrong")
        self.desk.announce(f"{self._now.title} {self._now.hint}".strip(), assertive=not good)

    def show_undone(self, undone: Undone) -> None:
        """Draw what came of it."""
        one = self._state.one if self._state is not None else None
        self.draw(ended(undone, one, self._till(), self.desk.now()))

    def refused(self, failure: Failure) -> None:
        """Say why not."""
        told = tell(failure)
        name, hint = "too_late", told.hint
        if not isinstance(failure, NotAllowed):
            name, hint = "failed", self.tr("Nothing was undone. Esc goes back.")
        self._redraw(name=name, title=told.title, hint=hint, waiting="")
        self._refocus()
        self.desk.sound("wrong")
        self.desk.announce(f"{told.title} {hint}".strip(), assertive=True)

    # ── the ways out ──────────────────────────────────────────────────────────────────────────────────────

    def _pin(self) -> None:
        one, step = self._now.one, self._step
        assert one is not None
        self.desk.go(
            Approve(
                found=step.found,
                opened=step.opened,
                redemption=one.redemption.id,
                said=self._now.reason,
                name=one.shopper,
            )
        )

    def _stop(self) -> None:
        whose = self._whose()
        if whose is not None:
            self.desk.go(whose)

    def make_way(self, phone: str = "") -> None:
        """Nobody goes on with the wallet behind this page."""
        make_way(self.desk, self._step.opened, self._step.found, phone)

    def _home(self) -> None:
        """The next shopper; a wallet that was open is shut."""
        shut(self.desk, self._step.opened)
        self.desk.go(Lookup())

    def _leave(self) -> None:
        if self._step.found is not None and self._step.opened is not None:
            self.desk.go(Wallet(found=self._step.found, opened=self._step.opened))
        else:
            self._home()

    def back(self) -> None:
        """One step back: the reason, the list, where it was asked for. What is being sent is left to itself."""
        state = self._now
        if state.name in ("confirm", "too_late", "other_reason", "failed") and state.one is not None:
            self.ask_reason(state.one)
            self._refocus()
        elif state.name == "reason" and state.rows:
            self.show_rows(state.rows)
            self._refocus()
        else:
            bridge.cancel(self)
            self._leave()
