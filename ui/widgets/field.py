"""Fields to type into: label above, problem below, a border that is seen and a ring when it has the focus."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from ui import theme
from ui.theme import CONTROL, Size, Weight
from ui.widgets import shape
from ui.widgets.text import Text

#: More than anybody types; what is longer is refused in words by the engine, not cut in silence.
LONGEST_INPUT = 10_000


class Line(QLineEdit):
    """The bare line: no frame of its own, no menu that would show what was typed before."""

    pressed_enter = Signal()
    focus_changed = Signal()
    #: A person has gone to another field.
    left = Signal()

    def __init__(self, size: Size, *, figures: bool = False) -> None:
        super().__init__()
        self.setFrame(False)
        self.setMaxLength(LONGEST_INPUT)
        self.setFont(theme.now().font(size, figures=figures))
        self.setStyleSheet("background: transparent;")
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  (Qt's name)
        """Enter is told once, never repeated by a key that is held."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not event.isAutoRepeat():
                self.pressed_enter.emit()
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        super().focusInEvent(event)
        self.focus_changed.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        super().focusOutEvent(event)
        self.focus_changed.emit()
        if event.reason() in _LEAVING:
            self.left.emit()


#: A person goes to another field; a window that loses the focus is not left.
_LEAVING = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.MouseFocusReason)


class Frame(QWidget):
    """The border around a line."""

    def __init__(self, line: Line, height: int) -> None:
        super().__init__()
        self._line = line
        self.wrong = False
        px = theme.now().px
        self._height = height
        self.draw_in(False)
        row = QHBoxLayout(self)
        side = px(14) + shape.MARGIN
        row.setContentsMargins(side, shape.MARGIN, side, shape.MARGIN)
        row.addWidget(line)
        line.focus_changed.connect(self.update)
        self.setFocusProxy(line)

    def draw_in(self, close: bool) -> None:
        """Be as low as a finger lets it, or as high as it should be."""
        self.setMinimumHeight(theme.now().px(CONTROL if close else self._height) + 2 * shape.MARGIN)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Ground, border, ring."""
        c = theme.now().colours
        with QPainter(self) as painter:
            # One edge is enough: the ring, where there is one.
            ringed = self._line.hasFocus()
            line = c.wrong if self.wrong else None if ringed else c.field_line
            shape.paint_body(painter, shape.body_of(self, ringed=ringed), c.card, line, width=2 if self.wrong else 1)
            if ringed:
                shape.paint_ring(painter, self)


class Field(QWidget):
    """A labeled line. `text` is what was typed; a problem is told below it, in words."""

    changed = Signal(str)
    entered = Signal()

    def __init__(
        self, label: str, *, size: Size = Size.BODY, hint: str = "", figures: bool = False, height: int = CONTROL
    ) -> None:
        super().__init__()
        px = theme.now().px
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(2))
        self._label = Text(label, Size.SMALL, Weight.STRONG, ink="quiet")
        self._label.setContentsMargins(shape.MARGIN, 0, 0, 0)
        self.line = self.make_line(size, figures=figures)
        self._frame = Frame(self.line, height)
        self._problem = Text("", Size.SMALL, ink="wrong")
        self._problem.setContentsMargins(shape.MARGIN, 0, 0, 0)
        for part in (self._label, self._frame, self._problem):
            column.addWidget(part)
        self.line.setPlaceholderText(hint)
        self.line.setAccessibleName(label)
        self.line.textChanged.connect(self._typed)
        self.line.pressed_enter.connect(self.entered)
        self.setFocusProxy(self.line)

    def make_line(self, size: Size, *, figures: bool) -> Line:
        """The line that is typed into."""
        return Line(size, figures=figures)

    def _typed(self, text: str) -> None:
        self.say_problem("")
        self.changed.emit(text)

    @property
    def text(self) -> str:
        """What was typed."""
        return self.line.text()

    def fill(self, text: str) -> None:
        """Put something into the field."""
        self.line.setText(text)

    def draw_in(self, close: bool) -> None:
        """Take less room where there is little, or all that it should have."""
        self._frame.draw_in(close)

    def relabel(self, label: str) -> None:
        """Another label."""
        self._label.say(label)
        self.line.setAccessibleName(label)

    def say_problem(self, words: str) -> None:
        """Tell what is wrong with what was typed; empty when nothing is."""
        self._problem.say(words)
        self._frame.wrong = bool(words)
        self._frame.update()
        self.line.setAccessibleDescription(words)

    @property
    def problem(self) -> str:
        """What is told to be wrong."""
        return self.line.accessibleDescription()


class SecretField(Field):
    """For PINs: dots, nothing to copy."""

    def make_line(self, size: Size, *, figures: bool) -> Line:
        """A line that shows dots."""
        line = super().make_line(size, figures=figures)
        line.setEchoMode(QLineEdit.EchoMode.Password)
        line.setInputMethodHints(Qt.InputMethodHint.ImhDigitsOnly | Qt.InputMethodHint.ImhSensitiveData)
        return line
