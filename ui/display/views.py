"""What the shopper sees, one view a thing to do. Views say what was done and decide nothing."""

from __future__ import annotations

from typing import ClassVar

import msgspec
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QImage, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui import theme
from ui.display.headline import Headline
from ui.display.signature import KEPT_SCREEN, SignaturePad, png
from ui.display.speech import Speech
from ui.display.storefront import Storefront
from ui.shopper import (
    Answer,
    AskConsent,
    Away,
    Confirmed,
    Consented,
    Declined,
    Greet,
    PhoneTyped,
    ShowPoints,
    ShowRedeemed,
)
from ui.theme import Size, Weight
from ui.widgets.button import Button
from ui.widgets.digits import PHONE_DIGITS, NumberPad, PhoneField
from ui.widgets.icon import Icon
from ui.widgets.text import Text
from ui.widgets.tick import Tick

#: Lines longer than this (at 100 %) are hard to read.
READ = 900
#: In a window lower than this (at 100 %) there are words and no ornaments.
LOW = 420
#: A view so wide (at 100 %) has air around it.
ROOMY = 600
#: Seconds after which a screen that nobody touches is cleared.
CLEARS = 30


class View(QWidget):
    """One thing to see or do."""

    name: ClassVar[str] = ""
    answered = Signal(object)
    begun = Signal()

    def __init__(self, speech: Speech) -> None:
        super().__init__()
        self.speech = speech
        self.setObjectName(f"S28.{self.name}")
        self.column = QVBoxLayout(self)
        self.column.setSpacing(theme.now().px(20))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  (Qt's name)
        """Less air around it where there is less room."""
        super().resizeEvent(event)
        px = theme.now().px
        roomy = event.size().width() >= px(ROOMY)
        sides, ends = (px(40), px(32)) if roomy else (16, px(16))
        self.column.setContentsMargins(sides, ends, sides, ends)
        for icon in self.findChildren(Icon):
            icon.setVisible(self.window().height() >= px(LOW))

    def _title(self, words: str) -> Text:
        self.setAccessibleName(words)
        return Headline(words)

    def _note(self, words: str) -> Text:
        note = Text(words, Size.LEAD, ink="quiet")
        note.setAlignment(Qt.AlignmentFlag.AlignCenter)
        return note

    def _icon(self, name: str, ink: str) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(Icon(96, name, ink))
        row.addStretch(1)
        return row

    def answer(self, answer: Answer) -> None:
        """Tell what the shopper did."""
        self.answered.emit(answer)


def _middle(thing: QWidget, widest: int) -> QHBoxLayout:
    """A thing in the middle, no wider than so many pixels at 100 %."""
    thing.setMaximumWidth(theme.now().px(widest))
    row = QHBoxLayout()
    row.addStretch(1)
    row.addWidget(thing, 1000)
    row.addStretch(1)
    return row


class IdleView(View):
    """Nobody is served: the store's name, and one thing to begin with."""

    name = "idle"

    def __init__(self, speech: Speech, store: str, picture: QImage | None = None) -> None:
        super().__init__(speech)
        begin = Button(speech.translate("Display", "Type my phone number"), "main", icon="phone", size=Size.LEAD)
        begin.clicked.connect(self.begun)
        if picture is None:
            self.column.addStretch(1)
            self.column.addLayout(self._icon("leaf-fill", "right"))
        else:
            front = Storefront(picture)
            front.setAccessibleName(store)
            self.column.addWidget(front, 6)
        self.column.addWidget(self._title(store or speech.translate("Display", "Welcome")))
        self.column.addWidget(self._note(speech.translate("Display", "Earn and use your points here.")))
        self.column.addWidget(begin, 0, Qt.AlignmentFlag.AlignCenter)
        self.column.addStretch(1)


class PhoneView(View):
    """The shopper's own number, typed by the shopper."""

    name = "phone"

    def __init__(self, speech: Speech) -> None:
        super().__init__(speech)
        self._phone = PhoneField(speech.translate("Display", "Your phone number"))
        pad = NumberPad(narrows=True)
        pad.typed.connect(self._phone.type)
        pad.erased.connect(self._phone.erase)
        pad.entered.connect(self.press_enter)
        self._phone.entered.connect(self.press_enter)
        self.column.addStretch(1)
        self.column.addLayout(_middle(self._phone, 420))
        self.column.addLayout(_middle(pad, 420))
        self.column.addStretch(1)
        self.setFocusProxy(self._phone)

    def type(self, digit: str) -> None:
        """One digit."""
        self._phone.type(digit)

    def press_enter(self) -> None:
        """The number is whole."""
        if len(self._phone.digits) == PHONE_DIGITS:
            self.answer(PhoneTyped(digits=self._phone.digits))


class GreetView(View):
    """Is it me? First name and the last two digits."""

    name = "confirm"

    def __init__(self, speech: Speech, shown: Greet) -> None:
        super().__init__(speech)
        hello = speech.translate("Display", "Hello, {name}").format(name=shown.first_name)
        ends = speech.translate("Display", "Is your number the one that ends in {digits}?").format(
            digits=shown.last_two
        )
        yes = Button(speech.translate("Display", "Yes, that is me"), "main", icon="check-bold", size=Size.LEAD)
        no = Button(speech.translate("Display", "No"), "plain", size=Size.LEAD)
        yes.clicked.connect(lambda: self.answer(Confirmed(yes=True)))
        no.clicked.connect(lambda: self.answer(Confirmed(yes=False)))
        self.column.addStretch(1)
        self.column.addWidget(self._title(hello))
        self.column.addWidget(self._note(ends))
        for button in (yes, no):
            self.column.addWidget(button, 0, Qt.AlignmentFlag.AlignCenter)
        self.column.addStretch(1)


class ConsentView(View):
    """Two questions, both unanswered; the shopper ticks, or does not."""

    name = "consent"
    signing = Signal(object)

    def __init__(self, speech: Speech, shown: AskConsent) -> None:
        super().__init__(speech)
        self._shown = shown
        self._join, self._texts = Tick(shown.loyalty, size=Size.LEAD), Tick(shown.texts, size=Size.LEAD)
        self._join.setObjectName("join")
        self._texts.setObjectName("texts")
        done = Button(speech.translate("Display", "Continue"), "main", icon="arrow-right-bold", size=Size.LEAD)
        later = Button(speech.translate("Display", "Not now"), "quiet", size=Size.LEAD)
        done.clicked.connect(self._done)
        later.clicked.connect(lambda: self.answer(Declined()))
        self.column.addStretch(1)
        self.column.addWidget(self._title(speech.translate("Display", "Tick what you agree to")))
        self.column.addWidget(self._note(speech.translate("Display", "Both are your choice. You can buy without.")))
        for thing in (self._join, self._texts, done):
            self.column.addLayout(_middle(thing, READ))
        self.column.addWidget(later, 0, Qt.AlignmentFlag.AlignCenter)
        self.column.addStretch(1)

    def _done(self) -> None:
        shown = self.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
        answer = Consented(
            join=self._join.isChecked(),
            texts=self._texts.isChecked(),
            language=self._shown.language,
            screen=png(shown, KEPT_SCREEN),
        )
        if answer.join or answer.texts:
            self.signing.emit(answer)
        else:
            self.answer(answer)


class SignatureView(View):
    """A yes is signed."""

    name = "signature"

    def __init__(self, speech: Speech, agreed: Consented) -> None:
        super().__init__(speech)
        self._agreed = agreed
        self.pad = SignaturePad()
        self._done = Button(speech.translate("Display", "Done"), "main", icon="check-bold", size=Size.LEAD)
        self._done.setEnabled(False)
        self.pad.signed.connect(self._done.setEnabled)
        again = Button(speech.translate("Display", "Start over"), "quiet", size=Size.LEAD)
        again.clicked.connect(self.pad.clear)
        self._done.clicked.connect(self._finish)
        self.column.addStretch(1)
        self.column.addWidget(self._title(speech.translate("Display", "Please sign here")))
        self.column.addLayout(_middle(self.pad, READ))
        self.column.addLayout(_middle(self._done, READ))
        self.column.addWidget(again, 0, Qt.AlignmentFlag.AlignCenter)
        self.column.addStretch(1)

    def _finish(self) -> None:
        self.answer(msgspec.structs.replace(self._agreed, signature=self.pad.png()))


class PointsView(View):
    """Points, and what they are good for."""

    name = "points"

    def __init__(self, speech: Speech, shown: ShowPoints) -> None:
        super().__init__(speech)
        self.column.addStretch(1)
        if shown.points is not None:
            words = speech.translate("Display", "Your points")
            self.setAccessibleName(words)
            self.column.addWidget(self._note(words))
            self.column.addWidget(Headline(speech.points(shown.points), weight=Weight.HEAVY, figures=True))
        else:
            self.setObjectName("S28.offline" if shown.old else "S28.hidden")
            self.column.addWidget(self._title(speech.translate("Display", "Welcome back")))
            if shown.old:
                self.column.addWidget(self._note(speech.translate("Display", "Your points cannot be read right now.")))
        if shown.rewards:
            self.column.addSpacing(theme.now().px(12))
            self.column.addWidget(self._note(speech.translate("Display", "Your rewards")))
        for reward in shown.rewards[:4]:
            line = Text(reward, Size.LEAD, Weight.STRONG)
            line.setAlignment(Qt.AlignmentFlag.AlignCenter)
            self.column.addWidget(line)
        self.column.addStretch(1)


class RedeemedView(View):
    """A reward was taken."""

    name = "redeemed"

    def __init__(self, speech: Speech, shown: ShowRedeemed) -> None:
        super().__init__(speech)
        self.column.addStretch(1)
        self.column.addLayout(self._icon("check-circle-fill", "right"))
        self.column.addWidget(self._title(shown.reward))
        if shown.remaining is not None:
            left = speech.translate("Display", "{points} points left").format(points=speech.points(shown.remaining))
            self.column.addWidget(self._note(left))
        self.column.addStretch(1)


class AwayView(View):
    """Nobody is at the register; soon nothing of anybody is on this screen."""

    name = "away"

    def __init__(self, speech: Speech, _shown: Away) -> None:
        super().__init__(speech)
        self.column.addStretch(1)
        self.column.addWidget(self._title(speech.translate("Display", "One moment, please")))
        self.column.addStretch(1)
        self.clears = QTimer(self)
        self.clears.setSingleShot(True)
        self.clears.start(CLEARS * 1000)
