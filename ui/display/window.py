"""The shopper's window on the second screen."""

from __future__ import annotations

import asyncio
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent, QImage, QResizeEvent, QScreen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QScroller, QVBoxLayout, QWidget

from budtender.errors import Failure
from budtender.events import Change
from budtender.log import get_logger
from budtender.settings import LANGUAGE, STORE_NAME, STORE_PICTURE
from ui import bridge, theme
from ui.desk import Desk
from ui.display.layout import View
from ui.display.speech import Speech
from ui.display.storefront import NoPicture, read
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
from ui.strips import Ribbon
from ui.theme import Size
from ui.widgets.button import Button

log = get_logger(__name__)
#: A window lower than this (at 100 %) has no room for air.
LOW = 420
#: Seconds that a shopper's language outlives what was shown to them; their code and their signing take less.
SPEAKS = 120
_NAMES = {"en": "English", "es": "Español"}


class DisplayWindow(QWidget):
    """Shows what the desk says, and tells the desk what the shopper did. A register without it works as well."""

    def __init__(self, desk: Desk) -> None:
        # Touched or clicked, it leaves the keyboard to the register: budtender and scanner type there all the while.
        super().__init__(None, Qt.WindowType.Window | Qt.WindowType.WindowDoesNotAcceptFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self._desk = desk
        self._shown: Shown = Idle()
        self.speech = Speech(desk.settings.get(LANGUAGE))
        self.view: View | None = None
        self._scroll, self._language = QScrollArea(), Button("", "quiet", icon="globe-simple", size=Size.LEAD)
        self._lay_out()
        #: The store's own picture, once it is read.
        self.picture: QImage | None = None
        self._picture_of = ""
        self._clears = QTimer(self)
        self._clears.setSingleShot(True)
        self._clears.setInterval(CLEARS * 1000)
        self._clears.timeout.connect(lambda: self.show_shopper(Idle()))
        self._speaks = QTimer(self)
        self._speaks.setSingleShot(True)
        self._speaks.setInterval(SPEAKS * 1000)
        self._speaks.timeout.connect(self.greet_anew)
        desk.displayed.connect(self.show_shopper)
        desk.changed.connect(self._changed)
        desk.add_display(self)
        self.show_shopper(Idle())
        self._look_for_picture()

    def _lay_out(self) -> None:
        """The other language on top, and what the shopper sees; where it has no room, it scrolls."""
        self.setWindowTitle(self.tr("Budtender: the shopper's screen"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        if self._desk.training:
            column.addWidget(Ribbon())
        top = self._top = QHBoxLayout()
        top.addStretch(1)
        self._language.setObjectName("S28.language")
        self._language.clicked.connect(self._switch)
        top.addWidget(self._language)
        column.addLayout(top)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.verticalScrollBar().setStyleSheet(theme.scroll_bar())
        QScroller.grabGesture(self._scroll.viewport(), QScroller.ScrollerGestureType.TouchGesture)
        column.addWidget(self._scroll, 1)

    def show_on(self, screen: QScreen) -> None:
        """Fill a screen."""
        self.setGeometry(screen.geometry())
        self.showFullScreen()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  (Qt's name)
        """A low window has no air above the other language."""
        super().resizeEvent(event)
        low = event.size().height() < theme.now().px(LOW)
        self._top.setContentsMargins(16, 4 if low else theme.now().px(16), 16, 0)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802  (Qt's name)
        """Without it the register asks on paper."""
        self._desk.drop_display(self)
        super().closeEvent(event)

    # ── the store's picture ───────────────────────────────────────────────────────────────────────────────

    def _changed(self, change: Change) -> None:
        if change is Change.SETTINGS:
            self._look_for_picture()

    def _look_for_picture(self) -> None:
        """Read it where there is another one than before; a photograph takes longer than a picture of the window."""
        wanted = self._desk.settings.get(STORE_PICTURE)
        if wanted == self._picture_of:
            return
        self._picture_of = wanted
        bridge.cancel(self)
        if wanted:
            bridge.run(self, _picture(wanted), self.show_picture, _unexpected, word="picture")
        else:
            self.show_picture(None)

    def show_picture(self, picture: QImage | None) -> None:
        """Show the store's picture wherever nobody is served from now on; None shows a leaf."""
        self.picture = picture
        if isinstance(self.view, IdleView):
            self.show_shopper(Idle())

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
        return IdleView(speech, self._desk.settings.get(STORE_NAME), self.picture)

    def _put(self, view: View) -> None:
        if self.view is not None:
            self._scroll.takeWidget()
            self.view.hide()
            self.view.deleteLater()
        self.view = view
        view.answered.connect(self._answered)
        view.begun.connect(lambda: self.show_shopper(AskPhone()))
        if isinstance(view, ConsentView):
            view.signing.connect(self.sign)
        view.setAutoFillBackground(False)
        self._scroll.setWidget(view)
        other = next(code for code in LANGUAGES if code != self.speech.code)
        self._language.say(_NAMES[other])
        # While a question is open the register changes its language, with the words that are kept.
        self._language.setVisible(not isinstance(view, SignatureView))
        view.setFocus()
        if isinstance(view, IdleView):
            self._speaks.start()
        else:
            self._speaks.stop()

    def sign(self, agreed: Consented) -> None:
        """Let what was agreed to be signed."""
        self._put(SignatureView(self.speech, agreed))

    def speak(self, language: str) -> None:
        """Use another language from now on."""
        self.speech = Speech(language)
        self._put(self._view_of(self._shown))

    def greet_anew(self) -> None:
        """Speak the store's language again: whoever comes next has not chosen another."""
        if self.speech.code != self._desk.settings.get(LANGUAGE):
            self.speak(self._desk.settings.get(LANGUAGE))

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


async def _picture(path: str) -> QImage | None:
    try:
        return await asyncio.to_thread(read, Path(path))
    except NoPicture as problem:
        log.warning("the store's picture cannot be shown", why=str(problem))
        return None


def _unexpected(failure: Failure) -> None:
    """Nothing of the engine is asked."""
    raise failure
