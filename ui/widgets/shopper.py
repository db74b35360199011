"""Who is served: name, masked number, and the signs that matter; never more than others may see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QCoreApplication, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from budtender.counter.lookup import Candidate
from ui import language, theme
from ui.theme import Size, Weight
from ui.widgets import icons
from ui.widgets.card import Tone
from ui.widgets.choice import Choice
from ui.widgets.icon import Icon
from ui.widgets.text import Text

translate = QCoreApplication.translate


class Sign(QWidget):
    """A small label with an icon: member, texts stopped, pending."""

    def __init__(self, words: str, icon: str, tone: Tone = "chosen", *, icon_ink: str = "") -> None:
        super().__init__()
        self._words, self._icon, self._tone, self._icon_ink = words, icon, tone, icon_ink
        self.setAccessibleName(words)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFont(theme.now().font(Size.SMALL, Weight.STRONG))

    def say(self, words: str) -> None:
        """Show another word."""
        self._words = words
        self.setAccessibleName(words)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """As wide as its word."""
        px = theme.now().px
        return QSize(QFontMetrics(self.font()).horizontalAdvance(self._words) + px(20 + 6 + 24), px(32))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """A rounded ground, icon, word."""
        c, px = theme.now().colours, theme.now().px
        ground = c.chosen if self._tone in ("chosen", "card") else getattr(c, f"{self._tone}_ground")
        ink = c.main if self._tone in ("chosen", "card") else getattr(c, self._tone)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(ground))
            painter.drawRoundedRect(self.rect(), self.height() / 2, self.height() / 2)
            mark = getattr(c, self._icon_ink) if self._icon_ink else ink
            icons.paint(painter, self._icon, mark, QRect(px(12), (self.height() - px(20)) // 2, px(20), px(20)))
            painter.setPen(QColor(ink))
            painter.setFont(self.font())
            box = self.rect().adjusted(px(12 + 20 + 6), 0, 0, 0)
            painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter), self._words)


def member_sign() -> Sign:
    """The yellow star of an enrolled shopper, with its word."""
    return Sign(translate("Sign", "Member"), "star-fill", "stale", icon_ink="star")


def candidate_rows(rows: Sequence[Candidate]) -> list[Choice]:
    """Some of several shoppers: name and initial, city, the month of the last visit.

    Those who are alike in that show the month since which AIQ has known them.
    """
    seen = Counter(_looks(row) for row in rows)
    return [_candidate_row(row, number, since=seen[_looks(row)] > 1) for number, row in enumerate(rows, 1)]


def some_alike(rows: Sequence[Candidate]) -> bool:
    """Whether two of these cannot be told apart by what their rows may show."""
    return len({(*_looks(row), row.since, bool(row.member)) for row in rows}) < len(rows)


def _looks(row: Candidate) -> tuple[str, str, date | None]:
    return row.name, row.city or "", row.last_visit


def _candidate_row(row: Candidate, number: int, *, since: bool) -> Choice:
    parts = [row.city or ""]
    if row.last_visit:
        parts.append(translate("Candidate", "last here in {month}").format(month=language.month(row.last_visit)))
    if since and row.since:
        parts.append(translate("Candidate", "in AIQ since {month}").format(month=language.month(row.since)))
    member = translate("Sign", "Member") if row.member else ""
    return Choice(row.name, " · ".join(part for part in parts if part), end=member, number=number)


class ShopperStrip(QWidget):
    """A shopper in one line: picture, name, masked number, signs; where it is narrow the signs go below.

    `beside` stands behind the number.
    """

    def __init__(self, beside: QWidget | None = None) -> None:
        super().__init__()
        self._beside = beside
        px = theme.now().px
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(px(14))
        self._grid.setVerticalSpacing(px(8))
        self._grid.setColumnStretch(1, 1)
        words = QVBoxLayout()
        words.setSpacing(0)
        self._name = Text("", Size.LEAD, Weight.STRONG)
        self._phone = Text("", Size.BODY, ink="quiet", figures=True, wrap=False)
        words.addWidget(self._name)
        words.addWidget(self._phone)
        self._signs = QWidget()
        self._row = QHBoxLayout(self._signs)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(px(8))
        self._grid.addWidget(Icon(44, "user-circle-fill", "main"), 0, 0)
        self._grid.addLayout(words, 0, 1)
        if beside is not None:
            self._grid.addWidget(beside, 0, 2)
        self._grid.addWidget(self._signs, 0, 3)
        self._below = False
        self._wide = 0

    def say(self, name: str, phone: str, signs: list[Sign] | None = None, *, whole: bool = False) -> None:
        """Show somebody; `phone` is masked already, or `whole` and to be read."""
        self._name.say(name)
        self._phone.say(phone)
        self._phone.ink("text" if whole else "quiet")
        while (item := self._row.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for sign in signs or []:
            self._row.addWidget(sign)
        self._row.addStretch(1)
        # The layout itself counts a new sign only once it is shown.
        self._wide = sum(sign.sizeHint().width() + self._row.spacing() for sign in signs or [])
        self._signs.setVisible(bool(signs))
        told = ", ".join([name, phone, *(sign.accessibleName() for sign in signs or [])])
        self.setAccessibleName(told)
        self._place(self.width())

    def minimumSizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """As narrow as it is with the signs below: beside the name they have no say in it, for they can go."""
        least = super().minimumSizeHint()
        if self._below or not self._wide:
            return least
        return QSize(max(least.width() - self._wide - self._grid.horizontalSpacing(), self._wide), least.height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Another width, another place for the signs."""
        super().resizeEvent(event)
        self._place(event.size().width())

    def _place(self, width: int) -> None:
        beside = self._beside.sizeHint().width() if self._beside is not None else 0
        below = width < theme.now().px(260) + self._wide + beside
        if below == self._below:
            return
        self._below = below
        self._grid.removeWidget(self._signs)
        if below:
            self._grid.addWidget(self._signs, 1, 0, 1, 3)
        else:
            self._grid.addWidget(self._signs, 0, 3)
