"""What the shopper sees, one view a thing to do. Views say what was done and decide nothing."""

from __future__ import annotations

import msgspec
from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QImage

from ui import theme
from ui.display.headline import Headline
from ui.display.layout import View, middle
from ui.display.signature import KEPT_SCREEN, SignaturePad, png
from ui.display.speech import Speech
from ui.display.storefront import Storefront
from ui.shopper import (
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
from ui.widgets.tick import Tick

#: Lines longer than this (at 100 %) are hard to read.
READ = 900
#: As wide as the pad, and what belongs to it.
PAD = 420
#: Seconds after which a screen that nobody touches is cleared.
CLEARS = 30


class IdleView(View):
    """Nobody is served: the store's name, and one thing to begin with."""

    name = "idle"

    def __init__(self, speech: Speech, store: str, picture: QImage | None = None) -> None:
        super().__init__(speech)
        begin = Button(speech.translate("Display", "Type my phone number"), "main", icon="phone", size=Size.LEAD)
        begin.clicked.connect(self.begun)
        if picture is None:
            self.read(self.icon("leaf-fill", "right"))
        else:
            front = Storefront(picture)
            front.setAccessibleName(store)
            self.column.insertWidget(0, front, 6)
        self.read(self.title(store or speech.translate("Display", "Welcome")))
        self.read(self.note(speech.translate("Display", "Earn and use your points here.")))
        self.touch(begin)


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
        self.touch(middle(self._phone, PAD), middle(pad, PAD))
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
        self.read(self.title(hello))
        self.read(self.note(ends))
        self.touch(self.pair(yes, no, PAD))


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
        self.read(self.title(speech.translate("Display", "Check what you agree to")))
        self.read(self.note(speech.translate("Display", "Both are your choice. You can buy without.")))
        self.read(middle(self._join, READ))
        self.read(middle(self._texts, READ))
        self.touch(self.pair(done, later, READ))

    def _done(self) -> None:
        whole = self.words.lines if self.words.scrolls else self
        shown = whole.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
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
        self.read(self.title(speech.translate("Display", "Please sign here")))
        self.touch(middle(self.pad, READ), self.pair(self._done, again, READ))

    def _finish(self) -> None:
        self.answer(msgspec.structs.replace(self._agreed, signature=self.pad.png()))


class PointsView(View):
    """Points, and what they are good for."""

    name = "points"

    def __init__(self, speech: Speech, shown: ShowPoints) -> None:
        super().__init__(speech)
        if shown.points is not None:
            words = speech.translate("Display", "Your points")
            self.setAccessibleName(words)
            self.read(self.note(words))
            self.read(Headline(speech.points(shown.points), weight=Weight.HEAVY, figures=True))
        else:
            self.setObjectName("S28.offline" if shown.old else "S28.hidden")
            self.read(self.title(speech.translate("Display", "Welcome back")))
            if shown.old:
                self.read(self.note(speech.translate("Display", "Your points cannot be read right now.")))
        if shown.rewards:
            self.words.column.addSpacing(theme.now().px(12))
            self.read(self.note(speech.translate("Display", "Your rewards")))
        for reward in shown.rewards[:4]:
            self.read(self.note(reward, Weight.STRONG))
        self.touch()


class RedeemedView(View):
    """A reward was taken."""

    name = "redeemed"

    def __init__(self, speech: Speech, shown: ShowRedeemed) -> None:
        super().__init__(speech)
        self.read(self.icon("check-circle-fill", "right"))
        self.read(self.title(shown.reward))
        if shown.remaining is not None:
            left = speech.translate("Display", "{points} points left").format(points=speech.points(shown.remaining))
            self.read(self.note(left))
        self.touch()


class AwayView(View):
    """Nobody is at the register; soon nothing of anybody is on this screen."""

    name = "away"

    def __init__(self, speech: Speech, _shown: Away) -> None:
        super().__init__(speech)
        self.read(self.title(speech.translate("Display", "One moment, please")))
        self.touch()
        self.clears = QTimer(self)
        self.clears.setSingleShot(True)
        self.clears.start(CLEARS * 1000)
