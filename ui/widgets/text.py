"""Words on a screen: plain text always, because a shopper's name is data and never markup."""

from __future__ import annotations

import itertools
import re
import unicodedata

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QLabel, QSizePolicy

from ui import running, theme
from ui.theme import Size, Weight

#: A word longer than this may break, or it would push the layout apart.
LONGEST_WORD = 24
_LONG_WORD = re.compile(rf"\S{{{LONGEST_WORD},}}")
BREAK = "\u200b"


def breakable(words: str) -> str:
    """The same text with places to break inside very long words."""
    return _LONG_WORD.sub(lambda word: _broken(word[0]), words)


def _broken(word: str) -> str:
    """With a place to break before every letter; joined letters would fall apart, so theirs come in twelves."""
    if any(unicodedata.bidirectional(letter) == "AL" for letter in word):
        return BREAK.join(word[i : i + 12] for i in range(0, len(word), 12))
    broken = word[0]
    for before, letter in itertools.pairwise(word):
        joins = unicodedata.category(letter)[0] in "MC" or unicodedata.category(before) == "Cf"
        broken += letter if joins else BREAK + letter
    return broken


class Text(QLabel):
    """A line or paragraph. `ink` is the name of a color in the theme; `figures` keeps digits in columns.

    A time left in the words runs.
    """

    #: The time left in the words is over.
    over = Signal()

    def __init__(
        self,
        words: str = "",
        size: Size = Size.BODY,
        weight: Weight = Weight.PLAIN,
        *,
        ink: str = "text",
        figures: bool = False,
        wrap: bool = True,
    ) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        self.setWordWrap(wrap)
        # A name that runs from right to left stands where every other name does.
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter)
        self.setFont(theme.now().font(size, weight, figures=figures))
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(wrap)
        self.setSizePolicy(policy)
        self.ink(ink)
        #: The step of the type scale that it was made in.
        self.size_step = size
        self._words = words
        self._pulse: running.Pulse | None = None
        self.say(words)

    def say(self, words: str) -> None:
        """Show these words; an empty line takes no room."""
        self._words = words
        self._write()
        if not self.accessibleName():
            self.hide()
        elif self.parentWidget() is not None:  # without one it would become a window
            self.show()
        if self._pulse is None and isinstance(words, running.Running):
            self._pulse = running.Pulse(self, self._write, self.over.emit)
        if self._pulse is not None:
            self._pulse.follow(words)

    def _write(self) -> None:
        words = running.present(self._words)
        self.setText(breakable(words) if self.wordWrap() else words)
        self.setAccessibleName(words)

    def ink(self, name: str) -> None:
        """Change the color."""
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.WindowText, QColor(getattr(theme.now().colours, name)))
        self.setPalette(palette)

    def minimumSizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """Wrapped text may become narrow; its height follows."""
        hint = super().minimumSizeHint()
        return hint if not self.wordWrap() else QSize(min(hint.width(), theme.now().px(120)), hint.height())
