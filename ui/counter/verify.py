"""The texted code: sent by one key, typed digit by digit, checked on its last; where it stands is always told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

import msgspec
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QWidget

from budtender.counter import verify
from budtender.counter.lookup import Found
from budtender.counter.resume import Code
from budtender.counter.verify import CodeSent, Opened
from budtender.errors import Failure, Locked, RemoteError, Unreachable, maybe_done
from budtender.settings import CODE_LENGTH, CODE_RESEND, CODE_TRIES
from ui import bridge, language, resuming
from ui.counter import causes, slow
from ui.counter.texted import AGAIN, LOCKS, NEEDS_PIN, UNTIL_TYPED, VerifyState, can_type, unopened, unsent
from ui.desk import Desk
from ui.page import Key, Page
from ui.steps import Approve, Lookup, Step, Stop, Verify, Wallet
from ui.theme import Size, Weight
from ui.widgets.button import Button
from ui.widgets.card import Card, Notice
from ui.widgets.digits import CodeBoxes, NumberPad
from ui.widgets.sheet import Sheet, row
from ui.widgets.shopper import ShopperStrip
from ui.widgets.text import Text
from ui.widgets.wait import Bar, Wait
from ui.words import told_of

#: Seconds after which the reasons are told why a text may not have arrived.
NOT_RECEIVED = 20.0


class VerifyPage(Page):
    """S04."""

    number: ClassVar[str] = "S04"
    states: ClassVar[tuple[str, ...]] = (
        "ready",
        "sending",
        "sent",
        "not_received",
        "checking",
        "wrong",
        "short",
        "expired",
        "resend_wait",
        "resend_limit",
        "locked",
        "slow",
        "failed",
        "offline",
    )

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._state: VerifyState | None = None
        self._strip = ShopperStrip()
        self._title = Text("", Size.TITLE, Weight.STRONG)
        self._boxes = CodeBoxes(desk.settings.get(CODE_LENGTH))
        self._boxes.setAccessibleName(self.tr("Code from the text message"))
        self._note, self._wait, self._bar = Notice(), Wait(), Bar()
        self._resend = Text("", Size.SMALL, ink="quiet", figures=True)
        self._causes = Text("", Size.SMALL, ink="quiet")
        self._main = Button("", "main", icon="chat-centered-text", key="Enter")
        #: The code that AIQ gave no answer about, to ask about it again.
        self._unanswered = self._lost = ""
        self._other = Button(self.tr("Not this shopper"), "plain", icon="user-minus", key="Alt+N")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._lay_out()
        self._clock = QTimer(self)
        self._clock.setInterval(1000)
        self._clock.timeout.connect(self.tick)
        self._boxes.filled.connect(self._check)
        self._boxes.changed.connect(self._typed)
        self._main.clicked.connect(self.press_enter)
        self._other.clicked.connect(self._wrong_shopper)

    def _lay_out(self) -> None:
        pad = self._pad = NumberPad()
        pad.typed.connect(self._boxes.type)
        pad.erased.connect(self._boxes.erase)
        pad.entered.connect(self.press_enter)
        card = Card()
        card.column.addWidget(self._strip)
        sheet = Sheet(pad)
        for thing in (card, self._title, self._boxes, self._note, self._wait, self._bar, self._resend, self._causes):
            sheet.add(thing)
        sheet.add(row(self._main, self._other))
        self.set_body(sheet)

    # ── drawing ───────────────────────────────────────────────────────────────────────────────────────────

    def draw(self, state: VerifyState) -> None:
        """Show where the code stands."""
        self._state = state
        found = state.found
        self._strip.say(found.name, language.masked(found.phone))
        self._title.say(self._heading(state))
        self._boxes.setVisible(can_type(state))
        self._pad.let_type(can_type(state))
        self._boxes.setEnabled(state.name != "checking")
        if state.title:
            self._note.say(state.tone, state.title, state.hint)
        else:
            self._note.clear()
        if state.name in ("sending", "checking"):
            self.setFocus()  # a second Enter must not press what else is there
        by_pin = self.tr("A manager's PIN opens the wallet without a code: F7.")
        self._wait.say(state.waiting, *slow.later(by_pin))
        self._show_resend(state)
        self._causes.say(causes.told() if state.name == "not_received" else "")
        words = self.tr("Send a new code") if self._may_resend(state) else self._action(state)
        self._main.say(words)
        self._main.show_icon("key" if state.name in NEEDS_PIN else "chat-centered-text")
        self._main.setVisible(bool(words))
        super().draw(state)

    def _action(self, state: VerifyState) -> str:
        if state.name in NEEDS_PIN:
            return self.tr("Manager PIN")
        if state.unsure and state.name == "slow":
            return ""
        names = {
            "ready": self.tr("Send code"),
            "failed": self.tr("Try again"),
            "slow": self.tr("Try again"),
            "expired": self.tr("Send a new code"),
        }
        return names.get(state.name, "")

    def _may_resend(self, state: VerifyState) -> bool:
        """Whether Enter sends another code: none came for a while, none is typed, and it may be sent."""
        waited = state.name == "not_received" or (state.name == "slow" and state.unsure)
        return waited and state.left <= 0 and not self._boxes.digits

    def _heading(self, state: VerifyState) -> str:
        if state.name == "ready":
            return self.tr("Ask: may we text you a code?")
        if state.sent is not None and can_type(state) and not state.unsure:
            return self.tr("Code sent to {phone}").format(phone=f"•••-{state.found.phone[-4:]}")
        return self.tr("Verify with a code")

    def _show_resend(self, state: VerifyState) -> None:
        told_of = can_type(state) and state.name != "checking"  # one bar at a time
        waits = state.sent is not None and state.left > 0 and told_of
        waits = waits and state.name not in ("resend_wait", "resend_limit")
        self._bar.setVisible(waits)
        self._bar.fill(state.resend)
        told = ""
        if state.sent is not None:
            told = self.tr("Asked for at {time}.") if state.unsure else self.tr("Sent at {time}.")
            told = told.format(time=language.hour(state.sent))
        if waits:
            told += " " + self.tr("New code in {wait}.").format(wait=language.wait(state.left))
        self._resend.say(told if told_of else "")

    def keys(self) -> Sequence[Key]:
        """The keys that work now."""
        name = self._state.name if self._state else "ready"
        return (
            Key(keys="F2", label=self.tr("New shopper"), press=self._home),
            Key(keys="F5", label=self.tr("Try again"), press=self._retry, enabled=name in AGAIN),
            Key(keys="F7", label=self.tr("Manager PIN"), press=self._pin),
            Key(keys="F8", label=self.tr("Resend code"), press=self._send, enabled=name not in ("sending", "checking")),
            Key(keys="Alt+S", label=self.tr("Stop texts"), press=self._stop),
            Key(keys="Alt+N", label=self.tr("Not this shopper"), press=self._wrong_shopper),
        )

    def first_focus(self) -> QWidget | None:
        """The code, or the button that sends it."""
        if self._state and self._state.name in ("sending", "checking"):
            return self
        return self._boxes if self._state and can_type(self._state) else self._main

    def anchor(self) -> QWidget | None:
        """What went wrong has to be seen."""
        return self._note if self._note.isVisibleTo(self) else super().anchor()

    # ── what happens ──────────────────────────────────────────────────────────────────────────────────────

    def enter(self, step: Step) -> None:
        """Ask first, or send at once when that was asked for with the key before."""
        assert isinstance(step, Verify)
        self.show_shopper(step.found)
        sent = step.sent if step.send else step.sent or resuming.code_for(self.desk, step.found)
        if sent is not None:
            self.resume(sent)
        elif step.send:
            self._send()

    @property
    def _now(self) -> VerifyState:
        assert self._state is not None, "entered first"
        return self._state

    def _redraw(self, **changes: Any) -> None:
        self.draw(msgspec.structs.replace(self._now, **changes))

    def _send(self) -> None:
        known = self._now.found.known
        if known is None or bridge.is_running(self):
            return
        self.show_sending()
        work = verify.send_code(self.desk.register, known, self.desk.acting)
        bridge.run(self, work, self.sent, self.not_sent, word="send")

    def sent(self, sent: CodeSent) -> None:
        """A text is on its way."""
        wait = (sent.resend_after - sent.at).total_seconds()
        self._boxes.clear()
        self._redraw(name="sent", waiting="", title="", hint="", sent=sent.at, left=wait, resend=0.0, unsure=False)
        self._boxes.setFocus()
        self._clock.start()
        self.desk.announce(self._title.text())

    def not_sent(self, failure: Failure) -> None:
        """Tell why no text was sent."""
        self._unanswered = ""
        if isinstance(failure, Unreachable) and failure.sent:
            self.show_unsure(self.desk.now(), float(self.desk.settings.get(CODE_RESEND)))
            return
        name, tone, told = unsent(failure)
        if name == "resend_wait" and self._now.sent is not None:
            self._boxes.setFocus()
        self._redraw(name=name, waiting="", title=told.title, hint=told.hint, tone=tone)
        self.focus()
        self.desk.announce(f"{told.title} {told.hint}", assertive=name == "locked")

    def focus(self) -> None:
        """Back to where the next key belongs."""
        first = self.first_focus()
        if first is not None and first.isVisibleTo(self):
            first.setFocus()

    def _check(self, code: str) -> None:
        known = self._now.found.known
        assert known is not None
        work = verify.with_code(self.desk.register, known, code, self.desk.acting)
        self._unanswered = code
        self._redraw(name="checking", title="", hint="")
        bridge.run(self, work, self._opened, self.not_opened, word="check", busy=lambda on: self.show_checking(on=on))

    def show_shopper(self, found: Found) -> None:
        """Whom the code is for; nothing was sent yet."""
        self.draw(VerifyState(name="ready", found=found))

    def resume(self, code: Code) -> None:
        """A code was sent before the program ended; its times still count."""
        wait = max(0.0, (code.resend_at - self.desk.now()).total_seconds())
        if code.locked_until is not None:
            left = (code.locked_until - self.desk.now()).total_seconds()
            self.not_opened(Locked("", code="code_locked", until=code.locked_until, wait_seconds=left))
            return
        if not code.answered:
            self.show_unsure(code.sent, wait)
            return
        tries = self.tr("%n tries left.", "", code.tries_left)
        few = code.tries_left < self.desk.settings.get(CODE_TRIES)
        self._redraw(name="sent", sent=code.sent, left=wait, resend=0.0, title=tries if few else "", tone="warn")
        self._clock.start()
        self.desk.announce(" ".join(part for part in (self._title.text(), self._now.title) if part))

    def show_unsure(self, asked: datetime, wait: float) -> None:
        """A text was asked for, and no answer came: a code that arrives can be typed, a new one takes a key."""
        told = told_of("unreachable", "text_unconfirmed", {})
        assert told is not None, "it has words of its own"
        self._redraw(name="slow", waiting="", title=told.title, hint=told.hint, tone="offline", unsure=True)
        self._redraw(sent=asked, left=wait, resend=0.0)
        self.focus()
        self._clock.start()
        self.desk.announce(str(told))

    def show_sending(self) -> None:
        """A text is being asked for."""
        self._redraw(name="sending", title="", hint="", waiting=self.tr("Sending…"))

    def show_checking(self, *, on: bool) -> None:
        """A code is being checked."""
        name = "checking" if on else self._now.name
        self._redraw(name=name, waiting=self.tr("Checking…") if on else "")

    def type(self, digits: str) -> None:
        """Digits of the code."""
        self._boxes.type(digits)

    def _opened(self, opened: Opened) -> None:
        self.desk.sound("right")
        self.desk.go(Wallet(found=self._now.found, opened=opened))

    def not_opened(self, failure: Failure) -> None:
        """Tell why the code opens nothing."""
        asked = self._unanswered
        name, tone, told = unopened(failure, lost_before=bool(asked) and asked == self._lost)
        self._lost = asked if isinstance(failure, RemoteError) and maybe_done(failure) else ""
        if not isinstance(failure, RemoteError):
            self._unanswered = ""
        self._boxes.clear(wrong=name == "wrong")
        self._redraw(name=name, waiting="", title=told.title, hint=told.hint, tone=tone)
        self.focus()
        self.desk.sound("wrong")
        self.desk.announce(f"{told.title} {told.hint}", assertive=True)

    def _typed(self, digits: str) -> None:
        if digits and self._state is not None and self._state.name in UNTIL_TYPED:
            self._redraw(name="sent", title="", hint="")

    def wait_is_over(self) -> None:
        """Another code may be sent, or what failed may be tried again."""
        name, digits = self._now.name, self._boxes.digits
        if name not in LOCKS:
            return
        unsent = name == "locked" or (self._now.sent is None and not digits)
        sent = None if unsent else self._now.sent
        self._redraw(name="ready" if unsent else "sent", title="", hint="", left=0.0, sent=sent)
        self.focus()
        self.desk.announce(self._title.text())

    def tick(self) -> None:
        """Once a second: the resend wait runs down, and after a while the causes are told."""
        state = self._now
        if state.sent is None:
            return
        passed = (self.desk.now() - state.sent).total_seconds()
        wait = float(self.desk.settings.get(CODE_RESEND))
        name = state.name
        if name == "sent" and passed >= NOT_RECEIVED and not self._boxes.digits:
            name = "not_received"
        share = min(1.0, passed / wait) if wait else 1.0
        self._redraw(name=name, left=max(0.0, wait - passed), resend=share)

    def press_enter(self) -> None:
        """Send where nothing was sent; else say that digits are missing."""
        name = self._now.name
        if bridge.is_running(self):
            return
        if can_type(self._now) and self._boxes.digits:
            told = self.tr("The code has {digits} digits.").format(digits=self.desk.settings.get(CODE_LENGTH))
            self._redraw(name="short", title=told, hint="", tone="warn")
        elif name in NEEDS_PIN:
            self._pin()
        elif name in AGAIN:
            self._retry()
        elif name in ("ready", "expired") or self._may_resend(self._now):
            self._send()

    def _retry(self) -> None:
        """Ask AIQ once more what it gave no answer to: for the text, or about the code."""
        if self._unanswered and not bridge.is_running(self):
            self._check(self._unanswered)
        else:
            self._send()

    def _pin(self) -> None:
        offline = self._now.name in ("offline", "slow")
        self.desk.go(Approve(found=self._now.found, reason="offline" if offline else ""))

    def _stop(self) -> None:
        self.desk.go(Stop(phone=self._now.found.phone, name=self._now.found.name))

    def _wrong_shopper(self) -> None:
        self.desk.go(Lookup())

    def _home(self) -> None:
        self.desk.go(Lookup())

    def back(self) -> None:
        """Leave the waiting, else go back to the number."""
        if bridge.cancel(self):
            self._redraw(name="ready" if self._now.sent is None else "sent", waiting="")
        else:
            self.desk.go(Lookup(typed=self._now.found.phone))
