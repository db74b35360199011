"""Catches what a scanner types before it reaches any field, wherever the focus is; a person's keys go on in order.

Keys are watched where they enter the window, and held back for the moment in which they may still belong to a scan.
What is no letter in a barcode, a scanner types as whatever key its maker chose, or as a number on the keypad with Alt
held down: nothing of that moves the focus, presses a button or opens a page.
"""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut, QWindow
from PySide6.QtWidgets import QApplication, QWidget

from ui.typed import Numbers, Struck, typed_by

if TYPE_CHECKING:
    from budtender.counter.scan import Burst, Taken

#: Keys that type nothing themselves: a scanner holds Shift for every capital, and Ctrl or Alt for some separators.
_HELD = frozenset(
    {
        Qt.Key.Key_Shift,
        Qt.Key.Key_Control,
        Qt.Key.Key_Alt,
        Qt.Key.Key_AltGr,
        Qt.Key.Key_Meta,
        Qt.Key.Key_CapsLock,
        Qt.Key.Key_NumLock,
    }
)
#: Seconds by which a busy machine may be late before keys are looked for that it has not read yet, and for how long.
_LATE, _READS = 0.02, 0.015


class Scanner(QObject):
    """Watches one window's keys. `scanned` tells a whole scan, which no field has seen.

    `waited_for` says of a key whether somebody waits for what it completes: that one is not held back. When a scan
    turns out to begin with it, `recalled` is told first.
    """

    scanned = Signal(str)
    recalled = Signal(str)

    def __init__(self, widget: QWidget, waited_for: Callable[[str], bool] = lambda _text: False) -> None:
        super().__init__(widget)
        self._widget = widget
        self._waited_for = waited_for
        self._kept: Burst | None = None
        self._commands: dict[str, QKeyEvent] = {}
        self._struck = Struck()
        # Windows makes characters of the numbers itself.
        self._numbers = Numbers(composes=sys.platform != "win32")
        self._due = QTimer(self)
        self._due.setSingleShot(True)
        self._due.setTimerType(Qt.TimerType.PreciseTimer)
        self._due.timeout.connect(self._paused)
        self._looked = False
        #: Switched off where no scanner is used: keys then pass at once.
        self.on = True

    @property
    def _burst(self) -> Burst:
        """The keys so far; made with the first one, because the first picture does without."""
        if self._kept is None:
            from budtender.counter.scan import Burst

            self._kept = Burst()
        return self._kept

    def watch(self, window: QWindow) -> None:
        """Begin to watch; a window has its handle once it is shown."""
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  (Qt's name)
        """Hold a key that types something, and a command where a scan has begun; another lets go what is held."""
        if not self.on:
            return False
        match event.type():
            case QEvent.Type.KeyPress:
                assert isinstance(event, QKeyEvent)
                return self._press(event)
            case QEvent.Type.ShortcutOverride:
                assert isinstance(event, QKeyEvent)
                return self._keeps_from_shortcuts(event)
            case QEvent.Type.KeyRelease:
                assert isinstance(event, QKeyEvent)
                if event.key() == Qt.Key.Key_Alt and (text := self._numbers.done()):
                    self._feed(text, self._struck.at(event))
        return False

    def _keeps_from_shortcuts(self, event: QKeyEvent) -> bool:
        """Whether this is a scan's: then it comes once more, as a press, and no shortcut is asked."""
        if event.key() in _HELD:
            return False
        if self._numbers.is_part(event) or self._burst.begun(self._struck.at(event)):
            event.accept()
            return True
        if typed_by(event) is None:
            # A shortcut is never told as a press: what was typed before it is handed on now, before it opens a page.
            self._let_go(self._burst.pause(math.inf))
            self._wait()
        return False

    def _press(self, event: QKeyEvent) -> bool:
        # Qt takes the second of two equal letters for a repetition where a scanner types both within a millisecond.
        if event.key() in _HELD or (event.isAutoRepeat() and self._burst.due is None):
            return False
        if self._numbers.is_part(event):
            self._numbers.add(event)
            return True
        at, text = self._struck.at(event), typed_by(event)
        if text is None:
            if not self._burst.begun(at):
                self._let_go(self._burst.pause(math.inf))
                self._wait()
                return False
            text = self._name(event)
        elif text in "\r\n" and self._burst.due is None:
            return False  # Enter alone is a person's
        self._feed(text, at)
        return True

    def _name(self, command: QKeyEvent) -> str:
        """The character that stands for a command among the keys that are held."""
        from budtender.counter.scan import COMMANDS

        name = chr(COMMANDS[len(self._commands) % len(COMMANDS)])
        self._commands[name] = _again(QEvent.Type.KeyPress, command)
        return name

    def _feed(self, text: str, at: float) -> None:
        self._looked = False
        self._let_go(self._burst.key(text, at, at_once=self._waited_for(text)))
        self._wait()

    def _wait(self) -> None:
        due = self._burst.due
        if due is None:
            self._due.stop()
            self._commands.clear()
        else:
            self._due.start(max(0, math.ceil((due - time.monotonic()) * 1000)))

    def _paused(self) -> None:
        now, due = time.monotonic(), self._burst.due
        if due is not None and now > due + _LATE and not self._looked:
            self._looked = True
            self._due.start(round(_READS * 1000))
            return
        self._let_go(self._burst.pause(now))
        self._wait()

    def _let_go(self, taken: Taken) -> None:
        self._hand_on(taken.released)
        if taken.recalled:
            self.recalled.emit(taken.recalled)
        if taken.scan is not None:
            self.scanned.emit("".join(self._meant(character) for character in taken.scan))
        self._hand_on(taken.after)

    def _meant(self, character: str) -> str:
        """What a scan's key stood for: a letter with Alt stuck down, or else a separator."""
        command = self._commands.get(character)
        if command is None:
            return character
        letter = command.text().isprintable() and not command.modifiers() & Qt.KeyboardModifier.ControlModifier
        return (letter and command.text()) or "\n"

    def _hand_on(self, keys: str) -> None:
        """Give a person's keys to the field that has the focus."""
        for character in keys:
            if character in self._commands:
                self._perform(self._commands[character])
                continue
            enter = character in "\r\n"
            key = Qt.Key.Key_Return if enter else Qt.Key(ord(character.upper()[0]))
            self._click(QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, character))

    def _perform(self, command: QKeyEvent) -> None:
        """Do what a key does that was held and is a person's after all."""
        ask = _again(QEvent.Type.ShortcutOverride, command)
        ask.ignore()
        QApplication.sendEvent(self._focused(), ask)
        wanted = QKeySequence(command.keyCombination())
        for shortcut in [] if ask.isAccepted() else self._widget.findChildren(QShortcut):
            if shortcut.isEnabled() and shortcut.key() == wanted:
                shortcut.activated.emit()
                return
        self._click(command)

    def _click(self, press: QKeyEvent) -> None:
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QApplication.sendEvent(self._focused(), _again(kind, press))

    def _focused(self) -> QWidget:
        focused: QWidget | None = self._widget.focusWidget()
        return self._widget if focused is None else focused


def _again(kind: QEvent.Type, event: QKeyEvent) -> QKeyEvent:
    """The same key, as another kind of event."""
    return QKeyEvent(kind, event.key(), event.modifiers(), event.text())
