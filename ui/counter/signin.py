"""Who works here: a personal PIN, nothing else. Locked, no shopper is seen; wrong PINs close it for a while."""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import msgspec
from PySide6.QtWidgets import QWidget

from budtender.errors import Failure, InputError, Locked, PinRefused
from ui import bridge, language
from ui.desk import Desk
from ui.page import Key, Page, State
from ui.steps import Lookup, SignIn, Step
from ui.theme import Size, Weight
from ui.widgets.button import Button
from ui.widgets.card import Notice, Tone
from ui.widgets.digits import NumberPad, only_digits
from ui.widgets.field import Field, SecretField
from ui.widgets.sheet import Sheet
from ui.widgets.text import Text
from ui.widgets.wait import Wait
from ui.words import Told, tell

if TYPE_CHECKING:  # the first picture does without the engine
    from budtender.counter.signin import Entrance
    from budtender.model import Actor

Mode = Literal["sign_in", "unlock", "found"]


class SignInState(State, frozen=True, kw_only=True):
    """What the locked register shows. `mode`: a PIN to sign in, a manager's to unlock, or the first owner's."""

    mode: Mode = "sign_in"
    title: str = ""
    hint: str = ""
    tone: Tone = "wrong"
    waiting: str = ""


class SignInPage(Page):
    """S02."""

    number: ClassVar[str] = "S02"
    states: ClassVar[tuple[str, ...]] = (
        "empty",
        "offline",
        "checking",
        "wrong",
        "locked",
        "unlock",
        "auto_locked",
        "first_owner",
    )

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._state = SignInState(name="empty")
        self._entrance: Entrance | None = None
        self._title = Text("", Size.TITLE, Weight.STRONG)
        self._lead = Text("", ink="quiet")
        self._name = Field(self.tr("Your name"))
        self._pin = SecretField(self.tr("PIN"), size=Size.TYPED, height=72)
        self._again = SecretField(self.tr("PIN again"), size=Size.TYPED, height=72)
        self._pin.setObjectName("pin")
        self._note, self._wait = Notice(), Wait()
        self._main = Button("", "main", icon="lock-key-open", key="Enter")
        self._help = Button(self.tr("A manager unlocks"), "main", icon="key", key="Enter")
        self._lay_out()

    def _lay_out(self) -> None:
        pad = self._number_pad = NumberPad()
        pad.typed.connect(self._type)
        pad.erased.connect(self._erase)
        pad.entered.connect(self.press_enter)
        sheet = Sheet(pad, widest=520)
        for thing in (self._title, self._lead, self._name, self._pin, self._again, self._note, self._wait):
            sheet.add(thing)
        sheet.add(self._main, self._help)
        self.set_body(sheet)
        for field in (self._name, self._pin, self._again):
            field.entered.connect(self.press_enter)
        self._main.clicked.connect(self.press_enter)
        self._help.clicked.connect(self.ask_manager)

    def _type(self, digit: str) -> None:
        self._field.line.insert(digit)

    def _erase(self) -> None:
        self._field.line.backspace()

    @property
    def _field(self) -> SecretField:
        """The field that the pad types into."""
        return self._again if self._again.line.hasFocus() else self._pin

    # ── drawing ───────────────────────────────────────────────────────────────────────────────────────────

    def draw(self, state: SignInState) -> None:
        """Show the door."""
        self._state = state
        found = state.mode == "found"
        titles = {
            "sign_in": (self.tr("Who is here?"), self.tr("Type your PIN.")),
            "unlock": (self.tr("Unlock signing in"), self.tr("A manager types their own PIN.")),
            "found": (
                self.tr("Who owns this register?"),
                self.tr("The first person is the owner. Choose a PIN of 6 to 12 digits that nobody else knows."),
            ),
        }
        self._title.say(titles[state.mode][0])
        self._lead.say(titles[state.mode][1] if state.name != "locked" else "")
        self._name.setVisible(found)
        self._again.setVisible(found)
        self._pin.setVisible(state.name != "locked")
        self._number_pad.let_type(state.name != "locked")
        if state.title:
            self._note.say(state.tone, state.title, state.hint)
        else:
            self._note.clear()
        self._wait.say(state.waiting)
        self._main.say(
            {"sign_in": self.tr("Sign in"), "unlock": self.tr("Unlock"), "found": self.tr("Begin")}[state.mode]
        )
        self._main.setVisible(state.name != "locked")
        self._help.setVisible(state.name == "locked")
        super().draw(state)

    def keys(self) -> Sequence[Key]:
        """Nothing but the door."""
        return ()

    @property
    def is_untouched(self) -> bool:
        """Nothing was typed, and no PIN is being checked."""
        typed = self._name.text or self._pin.text or self._again.text
        return not typed and not bridge.is_running(self, "pin")

    def first_focus(self) -> QWidget | None:
        """The PIN; the name of a first owner; the help when nothing can be typed."""
        if self._state.name == "locked":
            return self._help
        return self._name if self._state.mode == "found" and not self._name.text else self._pin

    # ── what happens ──────────────────────────────────────────────────────────────────────────────────────

    def enter(self, step: Step) -> None:
        """Read how the register can be entered, then show that."""
        assert isinstance(step, SignIn)
        self.show_door(idle=step.idle)
        self._read_entrance()

    def show_door(self, *, idle: bool) -> None:
        """The closed door, and why it closed when nobody closed it."""
        why = self.tr("Locked while idle. Nothing was lost.")
        self.draw(SignInState(name="auto_locked", title=why, tone="chosen") if idle else SignInState(name="empty"))

    def _read_entrance(self) -> None:
        bridge.run(self, _entrance(self.desk), self.entered, self.refused, word="entrance")

    def entered(self, entrance: Entrance) -> None:
        """Show how the register can be entered."""
        self._entrance = entrance
        if entrance.first_owner:
            self.draw(SignInState(name="first_owner", mode="found"))
        elif entrance.closed is not None:
            self.refused(entrance.closed)
        elif self._state.mode == "found":
            self.draw(SignInState(name="empty"))
        elif self._state.name == "empty" and self._offline():
            self.show_offline()
        self._refocus()

    def staff_changed(self) -> None:
        """Somebody was added, or may open the door now."""
        if self.is_untouched:
            self._read_entrance()

    def _offline(self) -> bool:
        from ui.tidings import without_aiq

        return without_aiq(self.desk.register)

    def show_offline(self) -> None:
        """Nobody needs a network to sign in; what works afterwards stands in the banner."""
        title = self.tr("No internet. Signing in works all the same.")
        hint = self.tr("PINs are checked on this computer.")
        self.draw(SignInState(name="offline", title=title, hint=hint, tone="offline"))

    def banner_changed(self) -> None:
        """AIQ is reached again, or no longer."""
        if self._state.name == "empty" and not self._state.title and self._offline():
            self.show_offline()
        elif self._state.name == "offline" and not self._offline():
            self.draw(SignInState(name="empty"))

    def _refocus(self) -> None:
        first = self.first_focus()
        if first is not None:
            first.setFocus()

    def press_enter(self) -> None:
        """Check the PIN."""
        if bridge.is_running(self, "pin") or self._state.name == "locked":
            return
        if self._state.mode == "found":
            self._found()
        elif not self._pin.text:
            self._pin.setFocus()
        elif self._state.mode == "unlock":
            self._run(_unlock(self.desk, self._pin.text), lambda _by: self._unlocked())
        else:
            pin = self._pin.text
            self._run(_sign_in(self.desk, pin), lambda actor: self._signed_in(actor, self._since(pin)))

    def _found(self) -> None:
        if self._pin.text != self._again.text:
            if self._again.line.hasFocus():
                self._again.say_problem(self.tr("The two PINs differ."))
            self._again.setFocus()
            return
        self._run(_found(self.desk, self._name.text, self._pin.text), self._signed_in)

    def _run(self, work: Coroutine[Any, Any, Any], done: Any) -> None:
        bridge.run(self, work, done, self.refused, word="pin", busy=self.checking)

    def checking(self, on: bool) -> None:
        """Show that a PIN is being checked; that takes a while, and should."""
        name = "checking" if on else _ASKING[self._state.mode] if self._state.name == "checking" else self._state.name
        self._redraw(name=name, waiting=self.tr("Checking…") if on else "")

    def _redraw(self, **changes: Any) -> None:
        self.draw(msgspec.structs.replace(self._state, **changes))

    def _since(self, pin: str) -> str:
        """What was typed behind this PIN; nothing where that cannot be told apart."""
        typed = self._pin.text
        return typed[len(pin) :] if typed.startswith(pin) else ""

    def _signed_in(self, actor: Actor, ahead: str = "") -> None:
        """Go on; `ahead` was typed while the PIN was checked, which takes a while: the next shopper's number."""
        from ui.resuming import step_of

        self._forget()
        self.desk.sign_in(actor)
        self.desk.announce(self.tr("{name} works here now.").format(name=actor.name))
        step = step_of(self.desk.register, actor)
        digits = only_digits(ahead)
        self.desk.go(Lookup(typed=digits) if digits and isinstance(step, Lookup) else step)

    def _unlocked(self) -> None:
        self._forget()
        self.draw(SignInState(name="empty", title=self.tr("Signing in is open again."), tone="right"))
        self._refocus()

    def ask_manager(self) -> None:
        """Ask for the PIN of somebody who may unlock."""
        self._forget()
        self.draw(SignInState(name="unlock", mode="unlock"))
        self._refocus()

    def refused(self, failure: Failure) -> None:
        """Tell why the door stays shut."""
        told, mode = tell(failure), self._state.mode
        if isinstance(failure, InputError) and failure.facts.get("field") == "name":
            self._name.say_problem(f"{told.title} {told.hint}".strip())
            self._name.setFocus()
            return
        closed = isinstance(failure, Locked) or (
            isinstance(failure, PinRefused) and not failure.facts.get("tries_left")
        )
        self._forget()
        if closed and mode == "sign_in":
            openers = self._entrance.openers if self._entrance else ()
            who = self.tr("{names} can unlock it.").format(names=language.listed(openers)) if openers else told.hint
            told = Told(told.title, who)
        name = "locked" if closed and mode == "sign_in" else "wrong" if mode != "found" else "first_owner"
        self.draw(SignInState(name=name, mode=mode, title=told.title, hint=told.hint))
        self._refocus()
        self.desk.sound("wrong")
        self.desk.announce(f"{told.title} {told.hint}", assertive=True)

    def wait_is_over(self) -> None:
        """A PIN can be typed again."""
        if self._state.name == "locked":
            self._redraw(name="empty", title="", hint="")
            self._refocus()

    def _forget(self) -> None:
        """No PIN stays in a field longer than it is needed."""
        self._pin.fill("")
        self._again.fill("")

    def back(self) -> None:
        """Leave the check, in which the PIN counts as tried; else from the manager's PIN back to the own."""
        if bridge.cancel(self, "pin"):
            self._forget()
            self._redraw(name=_ASKING[self._state.mode], title="", hint="", waiting="")
            self._read_entrance()
        elif self._state.mode == "unlock":
            self._forget()
            self.draw(SignInState(name="empty"))
            self._read_entrance()

    def leave(self) -> None:
        """No PIN stays behind."""
        self._forget()
        super().leave()


#: The states in which each asks.
_ASKING: dict[Mode, str] = {"sign_in": "empty", "unlock": "unlock", "found": "first_owner"}

# ── asking the engine, which may still be opening ─────────────────────────────────────────────────────────


async def _entrance(desk: Desk) -> Entrance:
    register = await desk.opening()
    from budtender.counter import signin

    return await signin.entrance(register)


async def _sign_in(desk: Desk, pin: str) -> Actor:
    register = await desk.opening()
    from budtender.counter import signin

    return await signin.sign_in(register, pin)


async def _unlock(desk: Desk, pin: str) -> object:
    from budtender.counter import signin

    return await signin.unlock(desk.register, pin)


async def _found(desk: Desk, name: str, pin: str) -> Actor:
    """The first owner, made by the account of the computer: there is nobody before."""
    from budtender.backoffice import staff
    from budtender.model import Actor, Role

    owner = await staff.add(desk.register, name, Role.OWNER, pin, Actor(name="set-up", role=Role.OWNER))
    return Actor(name=owner.name, role=owner.role, staff_id=owner.id)
