"""Digits: the phone field in groups of 3, 3 and 4, the code in boxes, and the pad with telephone order."""

from __future__ import annotations

import unicodedata

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetrics,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QLineEdit, QSizePolicy, QWidget

from ui import theme
from ui.theme import PAD_KEY, Size, Weight
from ui.widgets import icons, shape
from ui.widgets.field import Field, Line

PHONE_DIGITS = 10
#: As wide as a number gets, with room for the cursor.
_WHOLE = "000 000 0000 "
#: What stands in place of a digit that is not to be read: `•`, as in a masked number.
DOT = 0x2022


def only_digits(text: str) -> str:
    """The digits of any script in a text, as ASCII."""
    return "".join(str(unicodedata.digit(c)) for c in text if c.isdigit() and unicodedata.digit(c, None) is not None)


def grouped(digits: str) -> str:
    """`303 555 0142`, also while it is being typed; more than ten digits are left alone."""
    if len(digits) > PHONE_DIGITS:
        return digits
    return " ".join(part for part in (digits[:3], digits[3:6], digits[6:]) if part)


class PhoneLine(Line):
    """Groups what is typed and keeps the cursor with the digit it stood behind."""

    def __init__(self) -> None:
        super().__init__(Size.TYPED, figures=True)
        self.setStyleSheet(f"{self.styleSheet()} lineedit-password-character: {DOT};")
        self.textEdited.connect(self._group)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  (Qt's name)
        """A whole number is always seen whole: where it has no room it is written smaller."""
        super().resizeEvent(event)
        for step in (Size.TYPED, Size.TITLE, Size.LEAD, Size.BODY):
            font = theme.now().font(step, figures=True)
            if QFontMetrics(font).horizontalAdvance(_WHOLE) <= event.size().width():
                break
        if font != self.font():
            self.setFont(font)

    def _group(self, text: str) -> None:
        if any(c.isalpha() for c in text):
            return  # a pasted name is told to be no number, not quietly thinned out
        before = len(only_digits(text[: self.cursorPosition()]))
        digits = only_digits(text)
        if len(digits) == PHONE_DIGITS + 1 and digits[0] == "1":
            digits, before = digits[1:], max(0, before - 1)
        wanted = grouped(digits)
        if wanted == text:
            return
        self.setText(wanted)
        seen = position = 0
        while position < len(wanted) and seen < before:
            seen += wanted[position].isdigit()
            position += 1
        self.setCursorPosition(position)


class PhoneField(Field):
    """Ten digits of a phone number. `digits` is what was typed without spaces."""

    def __init__(self, label: str) -> None:
        super().__init__(label, size=Size.TYPED, height=72, figures=True)
        self.line.setInputMethodHints(Qt.InputMethodHint.ImhDialableCharactersOnly)

    def make_line(self, size: Size, *, figures: bool) -> Line:
        """A line that groups."""
        return PhoneLine()

    @property
    def digits(self) -> str:
        """The digits typed."""
        return only_digits(self.line.text())

    @property
    def is_one_short(self) -> bool:
        """Whether the next digit that is typed here completes the number."""
        line = self.line
        at_end = line.cursorPosition() == len(line.text()) and not line.hasSelectedText()
        return (
            line.hasFocus() and at_end and line.text() == grouped(self.digits) and len(self.digits) == PHONE_DIGITS - 1
        )

    def fill(self, text: str) -> None:
        """Put a number into the field, in any spelling."""
        digits = only_digits(text)
        national = digits[1:] if len(digits) == PHONE_DIGITS + 1 and digits[0] == "1" else digits
        self.line.setText(grouped(national))

    def show_dots(self, on: bool) -> None:
        """Show dots in place of the digits, as soon as it is known whose they are; whoever changes them reads them."""
        wanted = QLineEdit.EchoMode.Password if on else QLineEdit.EchoMode.Normal
        if self.line.echoMode() is not wanted:
            self.line.setEchoMode(wanted)

    def type(self, digit: str) -> None:
        """One digit from the pad."""
        self.line.insert(digit)
        self.line.textEdited.emit(self.line.text())

    def erase(self) -> None:
        """The last digit away."""
        self.line.backspace()
        self.line.textEdited.emit(self.line.text())


class CodeBoxes(QWidget):
    """A texted code, one box a digit; the last digit is told once. Spaces and dashes that are pasted do no harm."""

    changed = Signal(str)
    filled = Signal(str)

    def __init__(self, length: int = 4) -> None:
        super().__init__()
        self._length, self._digits = length, ""
        self._wrong = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    @property
    def digits(self) -> str:
        """What was typed."""
        return self._digits

    def clear(self, *, wrong: bool = False) -> None:
        """Empty boxes; red ones after a wrong code, until something is typed."""
        self._digits, self._wrong = "", wrong
        self._tell()

    def type(self, text: str) -> None:
        """Take digits that were typed or pasted; a code that is complete takes no more."""
        digits = only_digits(text)
        if not digits or len(self._digits) == self._length:
            return
        self._wrong = False
        self._digits = (self._digits + digits)[: self._length]
        self._tell()
        if len(self._digits) == self._length:
            self.filled.emit(self._digits)

    def erase(self) -> None:
        """The last digit away."""
        self._digits = self._digits[:-1]
        self._tell()

    def _tell(self) -> None:
        self.setAccessibleDescription(" ".join(self._digits))
        self.update()
        self.changed.emit(self._digits)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  (Qt's name)
        """Digits, Backspace and paste; everything else is the page's."""
        if event.matches(QKeySequence.StandardKey.Paste):
            self.type(QGuiApplication.clipboard().text())
        elif event.key() == Qt.Key.Key_Backspace:
            self.erase()
        elif only_digits(event.text()):
            self.type(event.text())
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        super().focusOutEvent(event)
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        """Boxes side by side."""
        px = theme.now().px
        width = self._length * self._box + (self._length - 1) * px(8)
        return QSize(width + 2 * shape.MARGIN, px(76) + 2 * shape.MARGIN)

    @property
    def _box(self) -> int:
        """The width of a box: more of them take no more room than four."""
        px = theme.now().px
        return min(px(64), (4 * px(64) + (4 - self._length) * px(8)) // self._length)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """The boxes, the digits, the ring around the box that is typed into next."""
        px, c = theme.now().px, theme.now().colours
        with QPainter(self) as painter:
            painter.setFont(theme.now().font(Size.TYPED, Weight.STRONG, figures=True))
            for n in range(self._length):
                box = QRect(shape.MARGIN + n * (self._box + px(8)), shape.MARGIN, self._box, px(76))
                here = self.hasFocus() and n == min(len(self._digits), self._length - 1)
                line = c.wrong if self._wrong else c.focus if here else c.field_line
                shape.paint_body(painter, box, c.card, line, width=3 if here or self._wrong else 1)
                if n < len(self._digits):
                    painter.setPen(QColor(c.text))
                    painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), self._digits[n])


class PadKey(QAbstractButton):
    """A key of the number pad; it never takes the focus from what is typed into."""

    def __init__(self, name: str, face: str = "", *, icon: str = "", main: bool = False, narrows: bool = False) -> None:
        super().__init__()
        self._face, self._icon, self._main = face, icon, main
        self.narrows = narrows
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setMinimumSize(*PAD_KEY if narrows else self.sizeHint().toTuple())
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)

    def sizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """As large as the letters ask for."""
        px = theme.now().px
        return QSize(px(PAD_KEY[0]), px(PAD_KEY[1]))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """A key with a digit or an icon."""
        c, px = theme.now().colours, theme.now().px
        pressed = self.isDown() or self.underMouse()
        fill, ink = (
            (c.ground, c.quiet)
            if not self.isEnabled()
            else (c.main_down if pressed else c.main, c.on_main)
            if self._main
            else (c.chosen if pressed else c.card, c.text)
        )
        with QPainter(self) as painter:
            shape.paint_body(painter, self.rect(), fill, None if self._main and self.isEnabled() else c.line)
            if self._icon:
                side = px(28)
                box = QRect(0, 0, side, side)
                box.moveCenter(self.rect().center())
                icons.paint(painter, self._icon, ink, box)
            painter.setFont(theme.now().font(Size.TITLE, Weight.STRONG, figures=True))
            painter.setPen(QColor(ink))
            painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), self._face)


class NumberPad(QWidget):
    """For fingers: telephone order, Backspace and Enter at the bottom corners."""

    typed = Signal(str)
    erased = Signal()
    entered = Signal()

    def __init__(self, *, narrows: bool = False) -> None:
        """One that `narrows` gives way in a small window, as far as a finger lets it, and grows in a wide one."""
        super().__init__()
        self._narrows = narrows
        px = theme.now().px
        grid = QGridLayout(self)
        edge = shape.MARGIN if narrows else 0  # below a field it is as wide as what is seen of the field
        grid.setContentsMargins(edge, 0, edge, 0)
        grid.setSpacing(8 if narrows else px(8))
        digits = {face: self._digit(face) for face in "1234567890"}
        for n, face in enumerate("123456789"):
            grid.addWidget(digits[face], n // 3, n % 3)
        erase = PadKey(self.tr("Backspace"), icon="backspace", narrows=narrows)
        erase.clicked.connect(self.erased)
        enter = PadKey(self.tr("Enter"), icon="arrow-right-bold", main=True, narrows=narrows)
        enter.clicked.connect(self.entered)
        for column, key in enumerate((erase, digits["0"], enter)):
            grid.addWidget(key, 3, column)
        self._typing = [*digits.values(), erase]
        across = QSizePolicy.Policy.Preferred if narrows else QSizePolicy.Policy.Fixed
        self.setSizePolicy(across, QSizePolicy.Policy.Maximum if narrows else QSizePolicy.Policy.Fixed)

    def let_type(self, on: bool) -> None:
        """Where there is nothing to type into, the digits say so; Enter goes on."""
        for key in self._typing:
            key.setEnabled(on)

    def _digit(self, face: str) -> PadKey:
        key = PadKey(face, face, narrows=self._narrows)
        key.clicked.connect(lambda: self.typed.emit(face))
        return key
