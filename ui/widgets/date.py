"""A birth date as it stands on a US licence: month, day, year; slashes come by themselves."""

from __future__ import annotations

import contextlib
from datetime import date

from PySide6.QtCore import QCoreApplication, Qt

from ui.theme import Size
from ui.widgets.digits import only_digits
from ui.widgets.field import Field, Line

_DIGITS = 8


class DateLine(Line):
    """Groups digits as 04/18/1990 while they are typed."""

    def __init__(self) -> None:
        super().__init__(Size.BODY, figures=True)
        self.setInputMethodHints(Qt.InputMethodHint.ImhDigitsOnly)
        self._before = ""
        self.textEdited.connect(self._group)

    def _group(self, text: str) -> None:
        deleting = self._before.startswith(text)
        self._before = text
        if deleting or self.cursorPosition() != len(text) or any(c.isalpha() for c in text):
            return
        digits = only_digits(text)[:_DIGITS]
        wanted = "/".join(part for part in (digits[:2], digits[2:4], digits[4:]) if part)
        self._before = wanted
        if wanted != text:
            self.setText(wanted)


class DateField(Field):
    """A date of birth. `iso` is what the engine takes: YYYY-MM-DD, or the text as it is when it is no date."""

    def __init__(self, label: str) -> None:
        super().__init__(label, hint=QCoreApplication.translate("Field", "MM/DD/YYYY"), figures=True)

    def make_line(self, size: Size, *, figures: bool) -> Line:
        """A line that groups."""
        return DateLine()

    @property
    def iso(self) -> str:
        """The date that was typed."""
        month, _, rest = self.text.partition("/")
        day, _, year = rest.partition("/")
        try:
            return date(int(year), int(month), int(day)).isoformat()
        except ValueError:
            return self.text

    @property
    def whole(self) -> bool:
        """Whether all digits are there."""
        return len(only_digits(self.text)) == _DIGITS

    def fill(self, text: str) -> None:
        """Put a date in, as YYYY-MM-DD or as typed."""
        with contextlib.suppress(ValueError):
            text = f"{date.fromisoformat(text):%m/%d/%Y}"
        super().fill(text)
