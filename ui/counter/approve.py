"""A manager's PIN: what it will allow and for whom comes first, then the PIN, then the reason by one digit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import msgspec
from PySide6.QtWidgets import QWidget

from budtender.backoffice import staff
from budtender.counter import redeem, reveal, undo, verify, wallet
from budtender.counter.redeem import Allowed
from budtender.counter.undo import Undone
from budtender.counter.verify import Opened
from budtender.errors import Failure, InputError, Locked, NotAllowed
from budtender.model import Role
from budtender.settings import OFFLINE_LIMIT, REVEAL_ROLE
from ui import bridge, language, resuming
from ui.counter import slow, wish
from ui.counter.out import out_keys
from ui.counter.reasons import REASONS, given, labels
from ui.counter.visit import make_way, shut
from ui.desk import Desk
from ui.page import Key, Page, State
from ui.steps import Approve, Confirm, Lookup, Step, Stop, Undo, Verify, Wallet
from ui.theme import Size, Weight
from ui.widgets.button import Button
from ui.widgets.card import Card, Notice, Tone
from ui.widgets.choice import NUMBERED, Choice, Choices
from ui.widgets.digits import NumberPad
from ui.widgets.field import Field, SecretField
from ui.widgets.sheet import Sheet, row
from ui.widgets.shopper import ShopperStrip
from ui.widgets.text import Text
from ui.widgets.wait import Wait
from ui.words import tell_form

_CLOSED = frozenset({"pin_locked", "pin_wait", "pin_wrong_locked"})


class ApproveState(State, frozen=True, kw_only=True):
    """What is to be allowed, and how far it has come. `people` are those who may approve, while one is chosen."""

    step: Approve
    title: str = ""
    hint: str = ""
    waiting: str = ""
    approver: str = ""
    people: tuple[str, ...] = ()
    reward: str = ""
    #: Who approves is asked for after all else, and the check follows.
    last: bool = False


class ApprovePage(Page):
    """S05."""

    number: ClassVar[str] = "S05"
    states: ClassVar[tuple[str, ...]] = (
        "empty",
        "reason",
        "other_reason",
        "approver",
        "checking",
        "wrong",
        "locked",
        "not_allowed",
        "own_purchase",
        "accepted",
        "failed",
    )

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._state: ApproveState | None = None
        self._reason = ""
        #: Who approves where the PIN proves to be the master's; asked for last, where there is one.
        self._master_for = ""
        self._strip, self._shopper = ShopperStrip(), Card()
        self._title = Text(self.tr("A manager approves"), Size.TITLE, Weight.STRONG)
        self._allows = Text("", Size.BODY)
        self._who = Text("", Size.SMALL, ink="quiet")
        self._pin = SecretField(self.tr("Manager PIN"), size=Size.TYPED, height=72)
        self._pin.setObjectName("pin")
        self._ask = Text("", Size.BODY, Weight.STRONG)
        self._choices = Choices()
        self._words = Field(self.tr("Reason"))
        self._words.setObjectName("words")
        self._note, self._wait = Notice(), Wait()
        self._main = Button("", "main", icon="key", key="Enter")
        self._named = Button(self.tr("Choose who approves"), "plain", icon="user-list", key="Alt+A")
        self._lay_out()
        self._pin.entered.connect(self.press_enter)
        self._words.entered.connect(self.press_enter)
        self._main.clicked.connect(self.press_enter)
        self._named.clicked.connect(self.choose_approver)
        self._choices.chosen.connect(self.choose)

    def _lay_out(self) -> None:
        pad = NumberPad()
        pad.typed.connect(self._type)
        pad.erased.connect(self._pin.line.backspace)
        pad.entered.connect(self.press_enter)
        self._shopper.column.addWidget(self._strip)
        sheet = Sheet(pad)
        sheet.add(self._shopper, self._title, self._allows, self._who, self._pin, self._note)
        sheet.add(self._ask, self._choices, self._words, self._wait)
        sheet.add(row(self._main, self._named))
        self.set_body(sheet)

    def _type(self, digit: str) -> None:
        if self._pin.isVisibleTo(self):
            self._pin.line.insert(digit)
        elif digit != "0" and int(digit) <= len(self._choices.rows):
            self.choose(int(digit) - 1)

    # ── drawing ───────────────────────────────────────────────────────────────────────────────────────────

    def draw(self, state: ApproveState) -> None:
        """Show what is to be allowed, and what is asked for now."""
        before, self._state = self._state, state
        found = state.step.found
        self._shopper.setVisible(found is not None)
        if found is not None:
            self._strip.say(found.name, language.masked(found.phone))
        limit = language.money(self.desk.settings.get(OFFLINE_LIMIT))
        self._allows.say(wish.told(state.step, limit))
        who = self.tr("{name} approves.").format(name=state.approver) if state.approver else ""
        self._who.say(who)
        self._show_choices(state, before)
        typing = state.name in _TYPING
        self._pin.setVisible(typing)
        self._words.setVisible(state.name == "other_reason")
        if state.title:
            tones: dict[str, Tone] = {"locked": "warn", "own_purchase": "warn", "not_allowed": "warn"}
            tones["accepted"] = "right"
            self._note.say(tones.get(state.name, "wrong"), state.title, state.hint)
        else:
            self._note.clear()
        self._wait.say(state.waiting, *slow.later(self.tr("Esc goes back to the PIN.")))
        reason_next = not self._reason and state.name != "other_reason"
        self._main.say(self.tr("Next: the reason") if reason_next else self.tr("Approve"))
        self._main.setVisible(typing or state.name == "other_reason")
        self._named.setVisible(typing)
        super().draw(state)

    def _show_choices(self, state: ApproveState, before: ApproveState | None) -> None:
        rows: list[str] = []
        if state.name == "reason":
            rows = labels()
        elif state.name == "approver":
            rows = list(state.people)
        asked = {"reason": self.tr("Why without a code?"), "approver": self.tr("Who approves?")}
        self._ask.say(asked.get(state.name, ""))
        if before is None or before.name != state.name or before.people != state.people:
            self._choices.fill([Choice(words, number=n) for n, words in enumerate(rows, 1)])
        self._choices.setVisible(bool(rows))

    def keys(self) -> Sequence[Key]:
        """The keys that work now."""
        name = self._state.name if self._state else "empty"
        return (
            Key(keys="F2", label=self.tr("New shopper"), press=self._home),
            Key(
                keys="Alt+A",
                label=self.tr("Choose who approves"),
                press=self.choose_approver,
                shown=False,
                enabled=name in _TYPING,
            ),
            *self._out_keys(),
        )

    def _out_keys(self) -> Sequence[Key]:
        step = self._state.step if self._state else Approve()
        if step.found is None:
            return (Key(keys="Alt+N", label=self.tr("Not this shopper"), press=self._home),)
        whose = Stop(phone=step.found.phone, name=step.found.name, then=step)
        return out_keys(self.desk, lambda: whose, self._home)

    def first_focus(self) -> QWidget | None:
        """The PIN, the list, or the words."""
        name = self._now.name
        if name in ("reason", "approver"):
            return self._choices.focus_first()
        return self._words if name == "other_reason" else self._pin

    def _refocus(self) -> None:
        first = self.first_focus()
        if first is not None:
            first.setFocus()

    # ── what happens ──────────────────────────────────────────────────────────────────────────────────────

    def enter(self, step: Step) -> None:
        """Say what will be allowed."""
        assert isinstance(step, Approve)
        self.ask(step)
        self.desk.announce(f"{self._title.accessibleName()}. {self._allows.accessibleName()}")

    def ask(self, step: Approve) -> None:
        """Draw what will be allowed, and the field for the PIN."""
        self._reason, self._master_for = given(step), ""
        self.draw(ApproveState(name="empty", step=step, approver=step.approver))

    @property
    def _now(self) -> ApproveState:
        assert self._state is not None, "entered first"
        return self._state

    def _redraw(self, **changes: Any) -> None:
        self.draw(msgspec.structs.replace(self._now, **changes))

    def press_enter(self) -> None:
        """From the PIN to the reason, and then to the check."""
        name = self._now.name
        if bridge.is_running(self) or name in ("reason", "approver", "accepted"):
            return
        if name == "other_reason":
            self._reason = " ".join(self._words.text.split())
            if not self._reason:
                self._words.say_problem(self.tr("Type the reason."))
                return
            self._check()
        elif not self._pin.text:
            self._pin.setFocus()
        elif self._reason:
            self._check()
        else:
            self.ask_reason()
            self._refocus()
            self.desk.announce(self._ask.accessibleName())

    def ask_reason(self) -> None:
        """Why there is no code."""
        self._redraw(name="reason", title="", hint="")

    def choose(self, index: int) -> None:
        """Choose a row of the list."""
        if self._now.name == "approver":
            name = self._now.people[index]
            if self._now.last:
                self._master_for = name
                self._check()
                return
            self._redraw(name="empty", approver=name, people=(), title="", hint="")
            resuming.note(self.desk, msgspec.structs.replace(self._now.step, approver=name))
        elif REASONS[index] == "other":
            self._redraw(name="other_reason")
        else:
            self._reason = REASONS[index]
            self._check()
            return
        self._refocus()

    def choose_approver(self) -> None:
        """One manager's own PIN is tried alone, and their own lock counts, nobody else's."""
        self._ask_who(last=False)

    def _ask_who(self, *, last: bool) -> bool:
        needs = Role(self.desk.settings.get(REVEAL_ROLE)) if self._now.step.reveals else Role.MANAGER
        reach = staff.list_approvers(self.desk.register, needs)
        if reach:
            self._redraw(name="approver", people=reach[:NUMBERED], title="", hint="", last=last)
            self._refocus()
            self.desk.announce(self._ask.accessibleName())
        return bool(reach)

    def _check(self) -> None:
        """Check the PIN; where it may be nobody's own, who approves is asked for first."""
        nameless = not self._now.approver and not self._master_for and staff.has_master_pin(self.desk.register)
        if nameless and self._ask_who(last=True):
            return
        step, pin = self._now.step, self._pin.text
        approver = self._now.approver or None
        self.show_checking()
        if not step.redemption and not step.reveals:
            resuming.note(self.desk, msgspec.structs.replace(step, said=self._reason, approver=self._now.approver))
        register, acting, stands = self.desk.register, self.desk.acting, self._master_for or None
        if step.redemption:
            back = undo.undo_with_pin(
                register, step.redemption, pin, acting, reason=self._reason, approver=approver, master_for=stands
            )
            bridge.run(self, bridge.outlive(back), self._undone, self.refused, word="pin")
            return
        assert step.found is not None
        assert step.found.known is not None
        if step.reveals:
            number = reveal.reveal(register, step.found.known.id, acting, pin=pin, approver=approver, master_for=stands)
            bridge.run(self, number, self._revealed, self.refused, word="pin")
            return
        if step.reason == "limit" and step.offer is not None and step.opened is not None:
            over = redeem.allow_over_limit(
                register,
                step.opened.visit,
                step.offer.reward.id,
                pin,
                acting,
                approver=approver,
                master_for=stands,
            )
            bridge.run(self, over, self._allowed_over, self.refused, word="pin")
            return
        known, why = step.found.known, self._reason
        work = verify.with_pin(register, known, pin, acting, reason=why, approver=approver, master_for=stands)
        bridge.run(self, work, self._opened, self.refused, word="pin")

    def show_checking(self) -> None:
        """A PIN takes a moment to check."""
        self._redraw(name="checking", title="", hint="", waiting=self.tr("Checking…"))

    def _opened(self, opened: Opened) -> None:
        step = self._now.step
        assert step.found is not None
        self.accept(opened.visit.approver or "")
        if step.offer is None:
            self.desk.go(Wallet(found=step.found, opened=opened))
            return
        view = wallet.show(self.desk.register, opened.visit, fresh=opened.fresh)
        wanted = step.offer.reward.id
        offer = next((o for o in view.offers if o.reward.id == wanted and o.use.usable), None)
        if offer is None:
            self.desk.go(Wallet(found=step.found, opened=opened))
        else:
            self.desk.go(Confirm(found=step.found, opened=opened, offer=offer, view=view))

    def _undone(self, undone: Undone) -> None:
        step = self._now.step
        self.accept("")
        self.desk.go(Undo(redemption=step.redemption, found=step.found, opened=step.opened, undone=undone))

    def _allowed_over(self, allowed: Allowed) -> None:
        step = self._now.step
        assert step.found is not None
        assert step.opened is not None
        assert step.offer is not None
        self.accept(allowed.approver)
        view = wallet.show(self.desk.register, step.opened.visit, fresh=step.opened.fresh)
        self.desk.go(Confirm(found=step.found, opened=step.opened, offer=step.offer, view=view, allowed=allowed))

    def _revealed(self, number: str) -> None:
        step = self._now.step
        assert step.found is not None
        self.accept("")
        if step.opened is not None:
            self.desk.go(Wallet(found=step.found, opened=step.opened, number=number))
        else:
            self.desk.go(Lookup(found=step.found, number=number))

    def accept(self, name: str) -> None:
        """Say who has approved; what was asked for opens at once."""
        title = self.tr("Approved by {name}.").format(name=name) if name else self.tr("Approved.")
        self._pin.fill("")
        self._redraw(name="accepted", title=title, hint="", waiting="")
        self.desk.sound("right")
        self.desk.announce(title)

    def refused(self, failure: Failure) -> None:
        """Say why not, and who may."""
        told, name = tell_form(failure, self.tr("Type the PIN again.")), "failed"
        if isinstance(failure, NotAllowed):
            name = "own_purchase" if failure.code == "own_purchase" else "not_allowed"
        elif isinstance(failure, Locked) or failure.code in _CLOSED:
            name = "locked"
        elif failure.kind == "pin_refused" or (isinstance(failure, InputError) and failure.facts.get("field") == "pin"):
            name = "wrong"
        self._pin.fill("")
        self._redraw(name=name, title=told.title, hint=told.hint, waiting="")
        self._refocus()
        self.desk.sound("wrong")
        self.desk.announce(f"{told.title} {told.hint}".strip(), assertive=True)

    def wait_is_over(self) -> None:
        """A PIN can be typed again."""
        if self._now.name == "locked":
            self._redraw(name="empty", title="", hint="")

    # ── the ways out ──────────────────────────────────────────────────────────────────────────────────────

    def make_way(self, phone: str = "") -> None:
        """Nobody goes on with the wallet behind this page."""
        make_way(self.desk, self._now.step.opened, self._now.step.found, phone)

    def _home(self) -> None:
        """The next shopper; a wallet that was open is shut."""
        shut(self.desk, self._now.step.opened)
        self.desk.go(Lookup())

    def back(self) -> None:
        """Leave the check; else one step back: to the PIN, then to where it was asked for."""
        step, name = self._now.step, self._now.name
        if bridge.cancel(self) or name in ("reason", "other_reason", "approver"):
            self._redraw(name="empty", waiting="", people=(), title="", hint="")
            self._reason, self._master_for = given(step), ""
            self._refocus()
        elif step.redemption:
            self.desk.go(Undo(redemption=step.redemption, found=step.found, opened=step.opened))
        elif step.opened is not None and step.found is not None:
            self.desk.go(Wallet(found=step.found, opened=step.opened))
        elif step.reveals:
            self.desk.go(Lookup(found=step.found))
        elif step.found is not None:
            self.desk.go(Verify(found=step.found))
        else:
            self._home()

    def leave(self) -> None:
        """No PIN stays behind."""
        self._pin.fill("")
        super().leave()


#: The states in which a PIN can be typed.
_TYPING = frozenset({"empty", "wrong", "locked", "not_allowed", "own_purchase", "failed"})
