"""The head of an open wallet: who it is, three figures with their age, what is not final, and what ends soon."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from budtender.counter.wallet import WalletView
from ui import language, theme
from ui.counter import offer as offers
from ui.theme import Size
from ui.widgets.card import Card
from ui.widgets.figures import Figure, Figures
from ui.widgets.shopper import ShopperStrip, Sign
from ui.widgets.text import Text

translate = QCoreApplication.translate


def bought(view: WalletView) -> str:
    """What was bought today, in points where the store has set a rate; empty when there was nothing."""
    today = view.today
    if today is None:
        return ""
    if today.points is not None:
        return translate("Balance", "About +{points} from today, not final").format(points=offers.points(today.points))
    return translate("Balance", "{money} bought today, points not final").format(money=language.money(today.cents))


def ending(view: WalletView) -> str:
    """How many rewards end soon; AIQ tells of no points when they do."""
    return translate("Balance", "%n rewards end within 30 days", "", view.ending) if view.ending else ""


def unreadable(view: WalletView) -> str:
    """How many rewards are missing from the list, because what AIQ sent of them cannot be read."""
    if not view.unreadable:
        return ""
    return translate("Balance", "%n rewards could not be read; tell a manager", "", view.unreadable)


class BalanceCard(Card):
    """Available, redeemed now, remaining."""

    def __init__(self, beside: QWidget) -> None:
        """`beside` stands behind the shopper's number."""
        super().__init__(gap=16)
        self._strip = ShopperStrip(beside)
        self._available = Figure(self.tr("Available"))
        self._redeemed = Figure(self.tr("Redeemed now"))
        self._remaining = Figure(self.tr("Remaining"))
        self._figures = Figures(self._available, self._redeemed, self._remaining)
        self._figures.setObjectName("figures")
        self._source = Text("", Size.SMALL, ink="quiet")
        self._today = Text("", Size.SMALL, ink="quiet", figures=True)
        self._ending = Text("", Size.SMALL, ink="quiet")
        self._unreadable = Text("", Size.SMALL)
        self.column.addWidget(self._strip)
        self.column.addSpacing(theme.now().px(8))
        self.column.addWidget(self._figures)
        below = QVBoxLayout()
        below.setSpacing(theme.now().px(6))
        for line in (self._source, self._today, self._ending, self._unreadable):
            below.addWidget(line)
        self.column.addLayout(below)

    def say_who(self, name: str, phone: str, signs: Sequence[Sign], *, whole: bool) -> None:
        """Who it is; `phone` as in `ShopperStrip`."""
        self._strip.say(name, phone, list(signs), whole=whole)

    def say(self, view: WalletView, now: datetime, *, grey: bool = False, closed: bool = False) -> None:
        """The figures; `grey` while they are being read anew, none of them once the wallet is `closed`."""
        points, ink = view.points, "quiet" if grey else "text"
        self._figures.setVisible(points.remaining is not None and not closed)
        if points.remaining is not None and points.available is not None and points.redeemed is not None:
            self._redeemed.say(language.points(points.redeemed), ink=ink)
            for figure, value in ((self._available, points.available), (self._remaining, points.remaining)):
                figure.say(language.points(value), ink="wrong" if value < 0 else ink)
        when = language.moment(points.as_of, now) if points.as_of is not None else ""
        self._source.say(self.tr("From AIQ, {when}").format(when=when) if when and not closed else "")
        self._today.say("" if closed else bought(view))
        self._ending.say("" if closed else ending(view))
        self._unreadable.say("" if closed else unreadable(view))
