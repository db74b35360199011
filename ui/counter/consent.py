"""Consent: the shopper answers two questions on their own screen or on paper; nobody ticks for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Literal

import msgspec
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QWidget

from budtender.counter import signup
from budtender.counter.signup import SignedUp
from budtender.errors import Failure
from budtender.settings import LANGUAGE, STORE_NAME
from budtender.wording import consent_text
from ui import bridge
from ui.counter import slow
from ui.counter.out import out_keys
from ui.desk import Desk
from ui.page import Key, Page, State
from ui.shopper import Answer, AskConsent, Consented, Declined, Idle, LanguageChosen
from ui.steps import Consent, Joined, Lookup, SignUp, Step, Stop, empty_form
from ui.steps import TooYoung as TooYoungStep
from ui.theme import Size, Weight
from ui.widgets.button import Button
from ui.widgets.card import Notice, Tone
from ui.widgets.choice import Choice, Choices
from ui.widgets.digits import only_digits
from ui.widgets.field import Field
from ui.widgets.sheet import Sheet, row
from ui.widgets.text import Text
from ui.widgets.tick import Tick
from ui.widgets.wait import Wait
from ui.words import tell_form

#: Seconds after which a shopper who does not answer is asked whether they are still there.
PATIENCE = 120
Way = Literal["choose", "screen", "paper"]


class ConsentState(State, frozen=True, kw_only=True):
    """How the answers come in."""

    way: Way = "choose"
    title: str = ""
    hint: str = ""
    tone: Tone = "card"
    waiting: str = ""


class ConsentPage(Page):
    """S11."""

    number: ClassVar[str] = "S11"
    states: ClassVar[tuple[str, ...]] = ("choose", "waiting", "timeout", "declined", "paper", "saving", "failed")

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._state = ConsentState(name="choose")
        self._form = empty_form()
        self._language = desk.settings.get(LANGUAGE)
        self._title = Text(self.tr("Consent"), Size.TITLE, Weight.STRONG)
        self._lead = Text(
            self.tr(
                "The shopper answers two questions. Joining is one, texts are another; neither is checked for them."
            ),
            ink="quiet",
        )
        self._ways = Choices()
        self._paper = Field(self.tr("Number of the signed paper form"))
        self._join, self._texts = Tick(""), Tick("")
        self._note, self._wait = Notice(), Wait()
        self._main = Button(self.tr("Save as on the paper"), "main", icon="check-bold", key="Enter")
        sheet = Sheet(widest=720)
        sheet.add(self._title, self._lead, self._note, self._wait)  # what went wrong is seen first
        for thing in (self._ways, self._paper, self._join, self._texts):
            sheet.add(thing)
        self._neither = Button(self.tr("They want neither"), "plain", icon="x", key="F8")
        self._neither.clicked.connect(self.save_neither)
        sheet.add(row(self._main, self._neither))
        self.set_body(sheet)
        self._ways.chosen.connect(self._choose)
        self._main.clicked.connect(self.press_enter)
        self._paper.entered.connect(self.press_enter)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(PATIENCE * 1000)
        self._patience.timeout.connect(self.ask_again)
        desk.answered.connect(self._answered)
        desk.redisplayed.connect(self._redisplayed)

    # ── drawing ───────────────────────────────────────────────────────────────────────────────────────────

    def draw(self, state: ConsentState) -> None:
        """Show how the answers come in."""
        self._state = state
        saving = state.name == "saving"
        if saving:
            self.setFocus()  # before the rest goes: a second Enter must not press what is next
        self._ways.fill(self._rows() if state.way == "choose" else [])
        self._ways.setVisible(state.way == "choose" and not saving)
        for thing in (self._paper, self._join, self._texts, self._main, self._neither):
            thing.setVisible(state.way == "paper" and not saving)
        self._join.say(self._question("loyalty"))
        self._texts.say(self._question("texts"))
        if state.title:
            self._note.say(state.tone, state.title, state.hint)
        else:
            self._note.clear()
        self._wait.say(state.waiting, *(slow.goes_on() if saving else ()))
        super().draw(state)

    def _question(self, purpose: Literal["loyalty", "texts"]) -> str:
        return consent_text(purpose, self._language, self.desk.settings.get(STORE_NAME))

    def _rows(self) -> list[Choice]:
        screen = Choice(
            self.tr("On the shopper's screen"),
            self.tr("They read, answer and sign there.")
            if self.desk.has_display
            else self.tr("No second screen is connected."),
            number=1,
        )
        screen.setEnabled(self.desk.has_display)
        paper = Choice(self.tr("On paper"), self.tr("Copy what the shopper checked and signed."), number=2)
        neither = Choice(self.tr("They want neither"), self.tr("Goes on without loyalty and without texts."), number=3)
        return [screen, paper, neither]

    def keys(self) -> Sequence[Key]:
        """The keys that work now."""
        neither = Key(keys="F8", label=self.tr("They want neither"), press=self.save_neither)
        return (
            *((neither,) if self._state.way == "paper" and self._state.name != "saving" else ()),
            Key(
                keys="Alt+L",
                label=self.tr("Ask in Spanish") if self._language == "en" else self.tr("Ask in English"),
                press=self._switch_language,
            ),
            *out_keys(self.desk, self._whose),
        )

    def _whose(self) -> Stop:
        return Stop(phone=self._form.phone, name=self._form.first_name, then=Consent(form=self._form))

    def first_focus(self) -> QWidget | None:
        """The first way that is open; on paper the form's number."""
        if self._state.way == "paper":
            return self._paper
        return self._ways.focus_first()

    # ── what happens ──────────────────────────────────────────────────────────────────────────────────────

    def enter(self, step: Step) -> None:
        """Ask at once where there is a screen to ask on."""
        assert isinstance(step, Consent)
        self._form = step.form
        self.draw(ConsentState(name="choose"))
        if self.desk.has_display:
            self.ask()

    def _refocus(self) -> None:
        first = self.first_focus()
        if first is not None:
            first.setFocus()

    def _choose(self, index: int) -> None:
        if index == 0:
            self.ask()
        elif index == 1:
            self.show_paper()
        else:
            self.save_neither()

    def save_neither(self) -> None:
        """Said to staff or left empty on the paper, and never by a key pressed too often."""
        self._save(join=False, texts=False, source="said to staff: neither")

    def ask(self) -> None:
        """Put both questions on the shopper's screen."""
        self.desk.show_shopper(
            AskConsent(loyalty=self._question("loyalty"), texts=self._question("texts"), language=self._language)
        )
        self._patience.start()
        words = self.tr("Waiting for the shopper's answers…")
        self.draw(ConsentState(name="waiting", way="screen", waiting=words, hint=""))
        self.desk.announce(words)

    def ask_again(self) -> None:
        """The shopper has not answered for a while."""
        title = self.tr("The shopper has not answered yet.")
        self.draw(
            ConsentState(name="timeout", title=title, hint=self.tr("Ask again, or take the paper form."), tone="stale")
        )
        self._refocus()
        self.desk.announce(title)

    def _redisplayed(self) -> None:
        """The shopper's screen has come, or it has gone while they were asked."""
        if self._state.name == "waiting" and not self.desk.has_display:
            self._patience.stop()
            title, hint = self.tr("The shopper's screen is gone."), self.tr("Nothing was saved. Take the paper form.")
            self.draw(ConsentState(name="declined", title=title, hint=hint, tone="stale"))
            self._refocus()
            self.desk.announce(f"{title} {hint}", assertive=True)
        elif self._state.way == "choose" and self._state.name != "saving":
            self.draw(self._state)
            self._refocus()

    def declined(self) -> None:
        """The shopper went back without an answer."""
        title = self.tr("The shopper did not answer.")
        self.draw(ConsentState(name="declined", title=title, hint=self.tr("Nothing was saved."), tone="stale"))
        self._refocus()

    def show_paper(self) -> None:
        """The paper form, copied."""
        self.draw(ConsentState(name="paper", way="paper"))
        self._refocus()

    def _switch_language(self) -> None:
        self._language = "es" if self._language == "en" else "en"
        self.draw(self._state)
        if self._state.name == "waiting":
            self.ask()

    def _answered(self, answer: Answer) -> None:
        if self._state.name != "waiting":
            return
        if isinstance(answer, LanguageChosen):
            self._language = answer.language
            self.ask()
            return
        self._patience.stop()
        if isinstance(answer, Consented):
            self._language = answer.language
            self._save(
                join=answer.join,
                texts=answer.texts,
                source="on the shopper's screen",
                signature=answer.signature,
                screen=answer.screen,
            )
        elif isinstance(answer, Declined):
            self.declined()

    def press_enter(self) -> None:
        """Save what the paper says."""
        if self._state.way != "paper" or bridge.is_running(self):
            return
        if not (self._join.isChecked() or self._texts.isChecked()):
            title = self.tr("Nothing is checked yet.")
            hint = self.tr("Check what the shopper checked on the paper; F8 when they want neither.")
            self.draw(ConsentState(name="paper", way="paper", tone="warn", title=title, hint=hint))
            self.desk.announce(f"{title} {hint}", assertive=True)
            return
        if not self._paper.text.strip():
            self._paper.say_problem(self.tr("Type the number printed on the signed form."))
            self._paper.setFocus()
            return
        self._save(
            join=self._join.isChecked(), texts=self._texts.isChecked(), source="paper form", paper=self._paper.text
        )

    def _save(self, **answers: Any) -> None:
        if bridge.is_running(self):
            return
        form = msgspec.structs.replace(self._form, **answers, language=self._language)
        work = signup.sign_up(self.desk.register, form, self.desk.acting)
        self.show_saving()
        bridge.run(self, bridge.outlive(work, self._failed_alone), self._saved, self.refused, word="save")

    def show_saving(self) -> None:
        """The sign-up is being saved and sent."""
        self.draw(msgspec.structs.replace(self._state, name="saving", title="", hint="", waiting=self.tr("Saving…")))

    def _saved(self, signed_up: SignedUp) -> None:
        self.desk.sound("right")
        self.desk.go(Joined(signed_up=signed_up))

    def refused(self, failure: Failure) -> None:
        """Tell why nothing was saved."""
        if failure.kind == "too_young":
            self.desk.go(TooYoungStep.of(failure))
            return
        told = tell_form(failure, self.tr("Nothing was saved. Choose again."))
        self.draw(ConsentState(name="failed", title=told.title, hint=told.hint, tone="wrong"))
        self._refocus()
        self.desk.announce(str(told), assertive=True)

    def _failed_alone(self, failure: Failure) -> None:
        """The page is gone by then."""
        self.desk.announce(str(tell_form(failure)), assertive=True)

    def back(self) -> None:
        """Back to the form, with everything that was typed; what is being saved goes on, and Home tells of it."""
        if bridge.cancel(self):
            self.desk.announce(self.tr("The sign-up goes on by itself."))
            self.desk.go(Lookup(typed=only_digits(self._form.phone)))
            return
        self.desk.go(SignUp(form=self._form))

    def leave(self) -> None:
        """The questions leave the shopper's screen with the page."""
        self._patience.stop()
        self.desk.show_shopper(Idle())
        super().leave()
