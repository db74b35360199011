"""The shopper's window on the second screen."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent, QScreen
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from budtender.settings import LANGUAGE, STORE_NAME
from ui import theme
from ui.desk import Desk
from ui.display.speech import Speech
from ui.display.views import (
    CLEARS,
    AwayView,
    ConsentView,
    GreetView,
    IdleView,
    PhoneView,
    PointsView,
    RedeemedView,
    SignatureView,
    View,
)
from ui.language import LANGUAGES
from ui.shopper import (
    Answer,
    AskConsent,
    AskPhone,
    Away,
    Confirmed,
    Consented,
    Declined,
    Greet,
    Idle,
    LanguageChosen,
    PhoneTyped,
    Shown,
    ShowPoints,
    ShowRedeemed,
)
from ui.theme import Size, Weight
from ui.widgets.button import Button
from ui.widgets.text import Text

_NAMES = {"en": "English", "es": "Español"}


class DisplayWindow(QWidget):
    """Shows what the desk says, and tells the desk what the shopper did. A register without it works as well."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._shown: Shown = Idle()
        self.speech = Speech(desk.settings.get(LANGUAGE))
        self.view: View | None = None
        self.setWindowTitle("Budtender")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        px = theme.now().px
        if desk.training:
            ribbon = Text("TRAINING", Size.SMALL, Weight.STRONG, ink="conflict")
            ribbon.setAlignment(Qt.AlignmentFlag.AlignCenter)
            self._column.addWidget(ribbon)
        top = QHBoxLayout()
        top.setContentsMargins(px(24), px(16), px(24), 0)
        top.addStretch(1)
        self._language = Button("", "quiet", icon="globe-simple", size=Size.LEAD)
        self._language.clicked.connect(self._switch)
        top.addWidget(self._language)
        self._column.addLayout(top)
        self._place = QVBoxLayout()
        self._column.addLayout(self._place, 1)
        self._clears = QTimer(self)
        self._clears.setSingleShot(True)
        self._clears.setInterval(CLEARS * 1000)
        self._clears.timeout.connect(lambda: self.show_shopper(Idle()))
        desk.displayed.connect(self.show_shopper)
        desk.has_display = True
        self.show_shopper(Idle())

    def show_on(self, screen: QScreen) -> None:
        """Fill a screen."""
        self.setGeometry(screen.geometry())
        self.showFullScreen()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802  (Qt's name)
        """Without it the register asks on paper."""
        self._desk.has_display = False
        super().closeEvent(event)

    # ── showing ───────────────────────────────────────────────────────────────────────────────────────────

    def show_shopper(self, shown: Shown) -> None:
        """Show this instead of what is there."""
        self._shown = shown
        if isinstance(shown, AskConsent) and shown.language != self.speech.code:
            self.speech = Speech(shown.language)
        self._put(self._view_of(shown))
        if isinstance(shown, (Away, ShowRedeemed, Greet, AskPhone)):
            self._clears.start()
        else:
            self._clears.stop()

    def _view_of(self, shown: Shown) -> View:
        speech = self.speech
        match shown:
            case AskPhone():
                return PhoneView(speech)
            case Greet():
                return GreetView(speech, shown)
            case AskConsent():
                return ConsentView(speech, shown)
            case ShowPoints():
                return PointsView(speech, shown)
            case ShowRedeemed():
                return RedeemedView(speech, shown)
            case Away():
                return AwayView(speech, shown)
        return IdleView(speech, self._desk.settings.get(STORE_NAME))

    def _put(self, view: View) -> None:
        if self.view is not None:
            self._place.removeWidget(self.view)
            self.view.hide()
            self.view.deleteLater()
        self.view = view
        view.answered.connect(self._answered)
        view.begun.connect(lambda: self.show_shopper(AskPhone()))
        if isinstance(view, ConsentView):
            view.signing.connect(self.sign)
        self._place.addWidget(view)
        other = next(code for code in LANGUAGES if code != self.speech.code)
        self._language.say(_NAMES[other])
        # While a question is open the register changes its language, with the words that are kept.
        self._language.setVisible(not isinstance(view, SignatureView))
        view.setFocus()

    def sign(self, agreed: Consented) -> None:
        """Let what was agreed to be signed."""
        self._put(SignatureView(self.speech, agreed))

    def speak(self, language: str) -> None:
        """Use another language from now on."""
        self.speech = Speech(language)
        self._put(self._view_of(self._shown))

    # ── what the shopper does ─────────────────────────────────────────────────────────────────────────────

    def _answered(self, answer: Answer) -> None:
        self._desk.answer(answer)
        if isinstance(answer, (Consented, Declined, PhoneTyped)) or (isinstance(answer, Confirmed) and not answer.yes):
            self.show_shopper(Idle())

    def _switch(self) -> None:
        """The other language; an open question is asked again in it, in the words that would be kept."""
        other = next(code for code in LANGUAGES if code != self.speech.code)
        if isinstance(self._shown, AskConsent):
            self._desk.answer(LanguageChosen(language=other))
        else:
            self.speak(other)
