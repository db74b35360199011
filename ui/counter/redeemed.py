"""Points are taken: what to apply in the till now, its name and id copied, and how long it can still be undone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar, Literal

import msgspec
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from budtender.counter import banner, redeem, visit
from budtender.counter.lookup import Found
from budtender.counter.redeem import Redeemed
from budtender.counter.visit import Elsewhere
from budtender.events import Change
from budtender.settings import REGISTER_NAME, STORE_NAME, UNDO
from ui import bridge, language
from ui.counter import offer as offers
from ui.counter import slip
from ui.counter.visit import VisitPage
from ui.desk import Desk
from ui.page import Key
from ui.page import State as Drawn
from ui.shopper import ShowRedeemed
from ui.steps import Done, Lookup, Step, Undo, Wallet
from ui.theme import Size, Weight
from ui.widgets.button import Button
from ui.widgets.card import Card, Notice, Tone
from ui.widgets.figures import Figure, Figures
from ui.widgets.sheet import Sheet, row
from ui.widgets.shopper import ShopperStrip
from ui.widgets.text import Text
from ui.words import why

#: Milliseconds after which Home opens by itself once the discount is applied.
HOME_AFTER = 5000


class DoneState(Drawn, frozen=True, kw_only=True):
    """What has become of a redemption. `left` are the seconds in which it can still be undone here."""

    found: Found
    redeemed: Redeemed
    till: str = ""
    #: What of the discount is in the clipboard for the till: its name and id, its id alone, or nothing.
    copied: Literal["", "both", "id"] = ""
    left: float = 0.0
    now: datetime
    #: What came of printing: `printed`, `no_printer`, or nothing was printed.
    paper: str = ""
    #: Changes that wait here to be sent, this one among them.
    waiting: int = 0
    #: Another register took the same reward just before this one was refused.
    other: Elsewhere | None = None


class DonePage(VisitPage):
    """S08."""

    number: ClassVar[str] = "S08"
    states: ClassVar[tuple[str, ...]] = (
        "apply_now",
        "applied",
        "not_applied",
        "saved_offline",
        "printed",
        "no_printer",
        "unknown",
        "refused",
        "redeemed_elsewhere",
    )

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._state: DoneState | None = None
        self._strip, self._note = ShopperStrip(), Notice()
        self._apply = Card()
        self._lead = Text("", Size.SMALL, ink="quiet")
        self._discount = Text("", Size.TITLE, Weight.STRONG)
        self._id = Figure(self.tr("Discount ID"), largest=Size.TITLE)
        self._worth = Figure(self.tr("Takes off"), largest=Size.TITLE)
        self._copied = Text("", Size.SMALL, Weight.STRONG, ink="right")
        self._points = Text("", Size.BODY, figures=True)
        self._paper = Text("", Size.SMALL, Weight.STRONG)
        self._undo_left = Text("", Size.SMALL, ink="quiet", figures=True)
        self._main = Button("", "main", icon="check-bold", key="Enter")
        self._main.setObjectName("applied")
        self._other = Button(self.tr("Not applied"), "plain", icon="x", left=True)
        self._other.setObjectName("not_applied")
        self._home = QTimer(self)
        self._home.setSingleShot(True)
        self._home.setInterval(HOME_AFTER)
        self._lay_out()
        self._home.timeout.connect(self.finish)
        self._main.clicked.connect(self.press_enter)
        self._other.clicked.connect(self.not_applied)

    def _lay_out(self) -> None:
        shopper = Card()
        shopper.column.addWidget(self._strip)
        figures = Figures(self._worth, self._id)
        for part in (self._lead, self._discount, figures, self._copied):
            self._apply.column.addWidget(part)
        sheet = Sheet()
        sheet.add(shopper, self._note, self._apply, self._paper, self._points, self._undo_left)
        sheet.add(row(self._main, self._other))
        self.set_body(sheet)

    # ── drawing ───────────────────────────────────────────────────────────────────────────────────────────

    def draw(self, state: DoneState) -> None:
        """Show what to do now."""
        self._state = state
        self._strip.say(state.found.name, language.masked(state.found.phone))
        tone, title, hint = self._told(state)
        self._note.say(tone, title, hint)
        self._show_discount(state)
        shown = state.redeemed.balance.shown
        told = shown is not None and state.name not in ("refused", "unknown")
        remain = offers.points(shown) if shown is not None else ""
        self._points.say(self.tr("{points} remain.").format(points=remain) if told else "")
        undo = state.left > 0 and state.name in ("apply_now", "saved_offline", "not_applied")
        left = language.wait(state.left)
        self._undo_left.say(self.tr("F9 undoes it within {left}.").format(left=left) if undo else "")
        self._main.say(self._action(state))
        self._main.show_icon(_ICONS.get(state.name, "check-bold"))
        self._other.setVisible(state.name in _TO_APPLY)
        self._paper.say(self._printed(state))
        self._paper.ink("wrong" if state.paper == "no_printer" else "right")
        seen = "redeemed_elsewhere" if state.other is not None else state.paper or state.name
        super().draw(msgspec.structs.replace(state, name=seen))

    def _printed(self, state: DoneState) -> str:
        words = {"printed": self.tr("The slip is printed."), "no_printer": self.tr("No printer works here now.")}
        return words.get(state.paper, "") if state.name in _TO_APPLY else ""

    def _told(self, state: DoneState) -> tuple[Tone, str, str]:
        till = state.till or self.tr("the till")
        link = state.redeemed.link
        name = offers.called(link.name) if link is not None else offers.worth(state.redeemed.reward)
        match state.name:
            case "apply_now" if name:
                return "right", self.tr("Redeemed. Now apply “{name}” in {till}.").format(name=name, till=till), ""
            case "apply_now":
                return "right", self.tr("Redeemed. Now apply it in {till}.").format(till=till), ""
            case "applied":
                return "right", self.tr("Done."), self.tr("Any key opens Home; Esc goes back.")
            case "not_applied":
                title = self.tr("Not applied? Give the points back.")
                return "warn", title, self.tr("Enter undoes the redemption; Esc goes back.")
            case "saved_offline":
                title = self.tr("Saved here. It will be sent when the internet is back.")
                if state.redeemed.intent.error_facts.get("kind") not in (None, "unreachable"):
                    title = self.tr("Saved here. It will be sent when AIQ takes it.")
                wait = self.tr("%n changes wait here.", "", state.waiting) if state.waiting else ""
                hint = self.tr("Apply “{name}” in {till} now.").format(name=name, till=till)
                return "offline", title, f"{hint} {wait}".strip()
            case "refused" if state.other is not None:
                minutes = max(1, round((state.now - state.other.at).total_seconds() / 60))
                title = self.tr("Already redeemed %n minutes ago on another register.", "", minutes)
                name = offers.name_of(state.redeemed.reward)
                return "warn", title, self.tr("“{name}” was not redeemed again here.").format(name=name)
            case "refused":
                told = why(state.redeemed.intent)
                return "wrong", self.tr("Nothing was redeemed."), f"{told.title} {told.hint}".strip()
        title = self.tr("AIQ's answer was lost. It is being checked; do not repeat it.")
        return "conflict", title, self.tr("Apply nothing yet. This page will tell you within a few minutes.")

    def _show_discount(self, state: DoneState) -> None:
        link, reward = state.redeemed.link, state.redeemed.reward
        self._apply.setVisible(state.name in _TO_APPLY)
        till = state.till or self.tr("the till")
        lead = self.tr("Discount in {till}") if link is not None else self.tr("Enter it in {till} by hand")
        self._lead.say(lead.format(till=till))
        self._discount.say(offers.called(link.name) if link is not None else offers.name_of(reward))
        self._worth.say(offers.worth(reward))
        self._worth.setVisible(bool(offers.worth(reward)))
        self._id.say(link.id if link is not None else "")
        self._id.setVisible(link is not None)
        words = {
            "both": self.tr("Name and ID are copied. Ctrl+C copies the ID alone."),
            "id": self.tr("The ID is copied."),
        }
        self._copied.say(words.get(state.copied, ""))

    def _action(self, state: DoneState) -> str:
        names = {
            "refused": self.tr("Back to the wallet"),
            "unknown": self.tr("Next shopper"),
            "applied": self.tr("Next shopper"),
            "not_applied": self.tr("Undo"),
        }
        return names.get(state.name) or self.tr("Applied")

    def keys(self) -> Sequence[Key]:
        """The keys that work now."""
        name = self._state.name if self._state else ""
        if name == "applied":
            return ()
        out = self.out_keys()
        undo = Key(keys="F9", label=self.tr("Undo"), press=self._undo, enabled=name != "refused")
        wrong = Key(keys="Alt+N", label=self.tr("Not this shopper"), press=self._undo, enabled=name != "refused")
        paper = Key(keys="Ctrl+P", label=self.tr("Print"), press=self.print_slip, enabled=name in _TO_APPLY)
        linked = name in _TO_APPLY and self._state is not None and self._state.redeemed.link is not None
        copy = Key(keys="Ctrl+C", label=self.tr("Copy the ID"), press=self.copy_id, enabled=linked)
        return (out[0], undo, wrong, out[1], paper, copy)

    def first_focus(self) -> QWidget | None:
        """Applied."""
        return self._main

    # ── what happens ──────────────────────────────────────────────────────────────────────────────────────

    def enter(self, step: Step) -> None:
        """Tell what has become of it, and copy the discount's name and id."""
        assert isinstance(step, Done)
        self.begin(step.found, step.opened)
        self.show_redeemed(step.redeemed)
        self.start_clock()
        right = self._now.name in _TO_APPLY
        if right:
            name = offers.name_of(step.redeemed.reward)
            self.desk.show_shopper(ShowRedeemed(reward=name, remaining=step.redeemed.balance.shown))
        self.desk.sound("right" if right else "wrong")
        if self._now.name == "refused":
            self._ask_elsewhere()

    def _ask_elsewhere(self) -> None:
        """In the background: AIQ says no alike to whoever comes second, and its list tells who was first."""
        work = visit.taken_elsewhere(self.desk.register, self.opened.visit, self._now.redeemed.reward)
        bridge.run(self, work, self.taken_elsewhere, lambda _failure: None, word="elsewhere")

    def taken_elsewhere(self, other: Elsewhere | None) -> None:
        """Say that the shopper has it already; without that, what AIQ said stands."""
        if other is not None and self._now.name == "refused":
            self._redraw(other=other, now=self.desk.now())
            _tone, title, hint = self._told(self._now)
            self.desk.announce(f"{title} {hint}", assertive=True)

    def leave(self) -> None:
        """Home does not open any more."""
        self._home.stop()
        super().leave()

    @property
    def _now(self) -> DoneState:
        assert self._state is not None, "entered first"
        return self._state

    def _redraw(self, **changes: Any) -> None:
        self.draw(msgspec.structs.replace(self._now, **changes))

    def show_redeemed(self, redeemed: Redeemed) -> None:
        """Draw how far it has come."""
        name = {"done": "apply_now", "waiting": "saved_offline", "refused": "refused"}.get(redeemed.intent.state.value)
        name = name or "unknown"
        link = redeemed.link if name in _TO_APPLY else None
        self.desk.copy(offers.to_paste(link) if link is not None else "")
        self.draw(
            DoneState(
                name=name,
                found=self.found,
                redeemed=redeemed,
                till=offers.till_name(self.desk.register),
                copied="both" if link is not None else "",
                left=self._undo_seconds(redeemed),
                now=self.desk.now(),
                waiting=banner.read(self.desk.register).owed.waiting if name == "saved_offline" else 0,
            )
        )
        _tone, title, hint = self._told(self._now)
        copied_words = self._copied.accessibleName()
        self.desk.announce(" ".join(part for part in (title, hint, copied_words) if part))

    def _undo_seconds(self, redeemed: Redeemed) -> float:
        passed = self.desk.register.clock.since(redeemed.intent.moved_mono)
        return max(0.0, self.desk.settings.get(UNDO) * 60 - passed)

    def changed(self, change: Change) -> None:
        """The answer has come, or it was found out."""
        if change is not Change.OUTBOX or self._now.name in ("applied", "not_applied"):
            return
        redeemed = redeem.reread(self.desk.register, self._now.redeemed.intent.id)
        if redeemed.intent.state is not self._now.redeemed.intent.state:
            self.show_redeemed(redeemed)
            if self._now.name == "refused":
                self._ask_elsewhere()

    def time_runs(self, left: float) -> None:
        """The time to undo runs down."""
        self._redraw(left=self._undo_seconds(self._now.redeemed))

    def time_is_over(self) -> None:
        """What was redeemed stays to be read; only the time to undo runs on."""
        self._clock.start()
        self.time_runs(0.0)

    def press_enter(self) -> None:
        """What the big button says."""
        match self._now.name:
            case "apply_now" | "saved_offline":
                self._redraw(name="applied", paper="")
                self._home.start()
                self._main.setFocus()
                self.desk.announce(self.tr("Done."))
            case "not_applied":
                self._undo()
            case "refused":
                self.desk.go(Wallet(found=self.found, opened=self.opened))
            case _:
                self.finish()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  (Qt's name)
        """Once it is applied any key opens Home, and a digit begins the next number."""
        if self._now.name == "applied" and event.key() not in _HELD:
            digit = event.text()
            self.finish(Lookup(typed=digit) if digit.isdigit() else None)
            return
        super().keyPressEvent(event)

    def copy_id(self) -> None:
        """The id alone, for a till whose field takes nothing else."""
        link = self._now.redeemed.link
        if link is not None:
            self.desk.copy(link.id)
            self._redraw(copied="id")
            self.desk.announce(self._copied.accessibleName())

    def print_slip(self) -> None:
        """Put what to apply on paper."""
        now, settings = self._now, self.desk.settings
        place = " · ".join(part for part in (settings.get(STORE_NAME), settings.get(REGISTER_NAME)) if part)
        told = slip.Slip(
            found=self.found,
            redeemed=now.redeemed,
            place=place,
            till=now.till,
            now=self.desk.now(),
            training=self.desk.training,
        )
        self.show_printed(done=slip.put_on_paper(told))
        self.desk.announce(self._paper.accessibleName(), assertive=self._now.paper == "no_printer")

    def show_printed(self, *, done: bool) -> None:
        """Tell what came of it."""
        if not done:
            self.desk.sound("wrong")
        self._redraw(paper="printed" if done else "no_printer")

    def not_applied(self) -> None:
        """Offer to undo."""
        self._redraw(name="not_applied", paper="")
        self._main.setFocus()
        self.desk.announce(self._told(self._now)[1])

    def _undo(self) -> None:
        self.desk.go(Undo(redemption=self._now.redeemed.intent.id, found=self.found, opened=self.opened))

    def back(self) -> None:
        """From a second thought back to what to apply, else to the wallet."""
        if self._now.name in ("not_applied", "applied"):
            self._home.stop()
            self.show_redeemed(self._now.redeemed)
        else:
            self.desk.go(Wallet(found=self.found, opened=self.opened))


#: The states in which there is something to apply in the till.
_TO_APPLY = frozenset({"apply_now", "saved_offline"})
_ICONS = {
    "refused": "arrow-left-bold",
    "unknown": "arrow-right-bold",
    "applied": "arrow-right-bold",
    "not_applied": "arrow-counter-clockwise",
}
#: Keys that mean nothing alone.
_HELD = frozenset({Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_Tab})
