"""The strips of the window: the ribbon of training, who works here and where, and the keys that work now."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui import theme
from ui.desk import Desk
from ui.page import Key
from ui.theme import CONTROL, Size, Weight
from ui.widgets.button import Button
from ui.widgets.flow import Flow
from ui.widgets.icon import Icon
from ui.widgets.text import Text

#: A window so high has room for two lines of keys, without hiding rewards.
TALL = 900


class Ribbon(QWidget):
    """The violet ribbon of training: nothing below it is real."""

    def __init__(self) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        px = theme.now().px
        row.setContentsMargins(px(16), px(4), px(16), px(4))
        words = Text(self.tr("Training. Nothing is real."), Size.SMALL, Weight.STRONG, ink="on_ribbon")
        words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        row.addWidget(words)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  (Qt's name)
        """Violet from side to side."""
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(theme.now().colours.ribbon))


class Bar(QWidget):
    """A strip across the window, a line on one side of it."""

    def __init__(self, *, below: bool) -> None:
        super().__init__()
        self._below = below
        self.setAutoFillBackground(False)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Ground and line."""
        c = theme.now().colours
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(c.card))
            y = self.height() - 1 if self._below else 0
            painter.fillRect(0, y, self.width(), 1, QColor(c.line))


class Header(Bar):
    """Store and register on the left, who works here on the right."""

    locked = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__(below=True)
        self._desk = desk
        px = theme.now().px
        row = QHBoxLayout(self)
        row.setSpacing(px(10))
        self.fit(low=False)
        row.addWidget(Icon(28, "leaf-fill", "right"))
        self._place = Text("", Size.SMALL, ink="quiet")
        row.addWidget(self._place, 1)
        self._who = Button("", "quiet", icon="user-circle", key="Ctrl+L", size=Size.SMALL)
        self._who.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._who.clicked.connect(self.locked)
        row.addWidget(self._who)
        desk.signed_in.connect(self._signed_in)
        self._signed_in()

    def fit(self, *, low: bool) -> None:
        """Slim in a low window."""
        px, layout = theme.now().px, self.layout()
        assert layout is not None
        ends = 0 if low else px(4)
        layout.setContentsMargins(px(16), ends, px(12), ends)
        self.setMinimumHeight(px(CONTROL) + px(6 if low else 18))

    def opened(self) -> None:
        """Say which store and register this is."""
        from budtender.settings import REGISTER_NAME, STORE_NAME

        settings = self._desk.settings
        self._place.say(" · ".join(part for part in (settings.get(STORE_NAME), settings.get(REGISTER_NAME)) if part))

    def _signed_in(self) -> None:
        self._who.setVisible(self._desk.somebody)
        if self._desk.somebody:
            self._who.say(self._desk.acting.name)
            self._who.setAccessibleName(self.tr("{name}, lock").format(name=self._desk.acting.name))


class Footer(Bar):
    """The keys that work now; each can be clicked as well."""

    def __init__(self) -> None:
        super().__init__(below=False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self._flow = Flow(gap=4, sides=16, ends=4, lines=1)
        column.addWidget(self._flow)
        self._keys: list[Key] = []
        self._buttons: list[Button] = []

    def fit(self, height: int) -> None:
        """A second line of keys where a window of this height has room for it; the rest stands behind F1."""
        self._flow.limit(2 if height >= theme.now().px(TALL) else 1)
        self._flow.end_with(0 if theme.now().is_low(height) else 4)

    def show_keys(self, keys: list[Key]) -> None:
        """Show these keys instead. Buttons are made when there are others: a key that begins to work costs nothing."""
        before, self._keys = self._keys, keys
        if [(key.keys, key.label) for key in keys] != [(key.keys, key.label) for key in before]:
            self._buttons = [self._button(key, n) for n, key in enumerate(keys)]
            self._flow.fill(list(self._buttons))
        for button, key in zip(self._buttons, keys, strict=True):
            button.setEnabled(key.enabled)

    def _button(self, key: Key, place: int) -> Button:
        button = Button(key.label, "quiet", key=key.keys, size=Size.SMALL, pad=8)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.clicked.connect(partial(self._press, place))
        return button

    def _press(self, place: int) -> None:
        self._keys[place].press()
