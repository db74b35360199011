"""Beside the window: the shoppers' phones, the staff's PINs, numbers worth typing, and what can be made to go wrong."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent, QColor, QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from budtender.demo import spoken
from budtender.errors import Failure
from budtender.model import Role
from budtender.simulator import CASES, Simulation
from budtender.simulator.ledger import Text as Message
from ui import bridge, theme
from ui.demo.cast import Cast
from ui.demo.trouble import CUT, Trouble
from ui.desk import Desk
from ui.display.window import DisplayWindow
from ui.theme import Size, Weight
from ui.widgets.card import Card
from ui.widgets.choice import Choice
from ui.widgets.text import Text
from ui.words import tell

WIDTH = 460
GAP = 12
#: Milliseconds between two looks at the shoppers' phones.
GLANCE = 150
#: Messages that are shown, the newest first.
SHOWN = 4


class Toggle(Choice):
    """A switch with its words, and at its end whether it is on."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.setCheckable(True)
        self.toggled.connect(self._turned)
        self._turned(on=False)

    def _turned(self, on: bool) -> None:
        self.mark("toggle-right-fill" if on else "toggle-left", self.tr("On") if on else self.tr("Off"))


class Title(QWidget):
    """The violet of training, so that nobody takes this window for the register."""

    def __init__(self) -> None:
        super().__init__()
        px = theme.now().px
        column = QVBoxLayout(self)
        column.setContentsMargins(px(20), px(14), px(20), px(14))
        column.setSpacing(0)
        column.addWidget(Text(self.tr("Simulator"), Size.LEAD, Weight.STRONG, ink="on_ribbon"))
        column.addWidget(Text(self.tr("The shoppers, AIQ and the till. Nothing is real."), Size.SMALL, ink="on_ribbon"))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  (Qt's name)
        """Violet all over."""
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(theme.now().colours.ribbon))


class Panel(QWidget):
    """The far side of training as a window of its own."""

    def __init__(self, simulation: Simulation, cast: Cast, desk: Desk) -> None:
        super().__init__(None, Qt.WindowType.Window)
        self.setObjectName("simulator")
        self.setWindowTitle(self.tr("Budtender's simulator"))
        self._simulation, self._trouble = simulation, Trouble(simulation)
        self._desk = desk
        self._display: DisplayWindow | None = None
        self._told = -1
        self._phones = QVBoxLayout()
        self._copied = Text("", Size.SMALL, ink="right")
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        px = theme.now().px
        self._column.setContentsMargins(px(20), px(16), px(20), px(20))
        self._column.setSpacing(px(4))
        self._add_staff(cast)
        self._section(self.tr("Shoppers' phones"))
        self._phones.setSpacing(px(8))
        self._column.addLayout(self._phones)
        self._section(self.tr("What the shopper sees"))
        self._add_toggle("display", self.tr("The shopper's own screen"), self._show_display)
        self._add_trouble()
        self._add_cases()
        self._column.addStretch(1)
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.verticalScrollBar().setStyleSheet(theme.scroll_bar())
        scroll.setWidget(inside)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(Title())
        whole.addWidget(scroll, 1)
        self.resize(px(WIDTH), px(780))
        timer = QTimer(self)
        timer.timeout.connect(self.look)
        timer.start(GLANCE)
        self.look()

    def beside(self, window: QWidget) -> None:
        """Stand to the right of the register, both on the screen, without taking the keyboard from it."""
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        free = window.screen().availableGeometry()
        both = window.width() + GAP + self.width()
        if both <= free.width() and window.height() < free.height():
            window.move(free.left() + (free.width() - both) // 2, window.y())
        left = window.x() + window.width() + GAP
        if left + self.width() > free.right() + 1:  # the register is a panel at this edge
            left = max(free.left(), window.x() - GAP - self.width())
        self.setGeometry(left, window.y(), self.width(), window.height())
        self.show()
        window.activateWindow()

    def look(self) -> None:
        """Show what reached the shoppers' phones, when something new did."""
        texts = self._simulation.texts
        if len(texts) == self._told:
            return
        self._told = len(texts)
        _empty(self._phones)
        for text in reversed(texts[-SHOWN:]):
            self._phones.addWidget(_phone(text))
        if not texts:
            self._phones.addWidget(Text(self.tr("No message yet."), Size.SMALL, ink="quiet"))

    def _section(self, words: str) -> None:
        self._column.addSpacing(theme.now().px(8))
        self._column.addWidget(Text(words, Size.SMALL, Weight.STRONG, ink="quiet"))

    def _add_staff(self, cast: Cast) -> None:
        self._section(self.tr("Who works here"))
        roles = {
            Role.BUDTENDER: self.tr("budtender"),
            Role.LEAD: self.tr("shift lead"),
            Role.MANAGER: self.tr("manager"),
            Role.OWNER: self.tr("owner"),
        }
        for person in cast:
            row = QHBoxLayout()
            row.addWidget(Text(f"{person.name}, {roles[person.role]}", Size.BODY), 1)
            row.addWidget(Text(self.tr("PIN {pin}").format(pin=person.pin), Size.BODY, Weight.STRONG, figures=True))
            self._column.addLayout(row)

    def _add_trouble(self) -> None:
        self._section(self.tr("What goes wrong"))
        for word, words in (
            (CUT, self.tr("The network is cut")),
            ("slow", self.tr("AIQ takes three seconds")),
            ("limited", self.tr("AIQ asks for a pause")),
            ("lost", self.tr("AIQ's answer to the next redemption is lost")),
        ):
            self._add_toggle(word, words, partial(self._turn, word))

    def _add_toggle(self, word: str, words: str, turned: Callable[[bool], None]) -> None:
        toggle = Toggle(words)
        toggle.setObjectName(f"simulator.{word}")
        toggle.toggled.connect(turned)
        self._column.addWidget(toggle)

    def _show_display(self, wanted: bool) -> None:
        """The second screen as a window of its own, because a desk rarely has a second screen."""
        if self._display is not None:
            self._display.close()
            self._display.deleteLater()
            self._display = None
        if wanted:
            self._display = DisplayWindow(self._desk)
            self._display.resize(theme.now().px(760), theme.now().px(600))
            self._display.show()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802  (Qt's name)
        """The shopper's screen goes with it."""
        self._show_display(wanted=False)
        super().closeEvent(event)

    def _turn(self, word: str, wanted: bool) -> None:
        bridge.alone(self._trouble.switch(word, wanted), self._not_turned)

    def _not_turned(self, failure: Failure) -> None:
        """The far side did not do as the switch says."""
        self._desk.announce(str(tell(failure)), assertive=True)

    def _add_cases(self) -> None:
        self._section(self.tr("Numbers worth typing; a click copies"))
        self._column.addWidget(self._copied)
        for case in CASES:
            row = Choice(spoken(case.number), f"{' '.join(case.name)}: {case.about}", icon="copy")
            row.setObjectName(f"simulator.case.{case.key}")
            row.clicked.connect(partial(self._copy, case.number))
            self._column.addWidget(row)

    def _copy(self, number: str) -> None:
        QGuiApplication.clipboard().setText(number)
        self._copied.say(self.tr("{number} is copied.").format(number=spoken(number)))


def _phone(text: Message) -> Card:
    """One message as it stands on a shopper's phone, the code large enough to be read aloud."""
    card = Card(pad=14, gap=2)
    to = spoken(text.to) if text.to.isdigit() else text.to
    card.column.addWidget(Text(to, Size.SMALL, Weight.STRONG, ink="quiet", figures=True))
    if text.code is not None:
        code = Text(text.code, Size.POINTS, Weight.HEAVY, figures=True, wrap=False)
        code.setObjectName("simulator.code")
        card.column.addWidget(code)
    card.column.addWidget(Text(text.body, Size.SMALL))
    return card


def _empty(layout: QVBoxLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
