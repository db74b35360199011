"""What nobody expected: one window with a number that is also in the log, and Qt's own complaints in the log.

Neither shows what happened in detail: a traceback means nothing at a counter, and its values may be a shopper's.
"""

from __future__ import annotations

import asyncio
import faulthandler
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

from PySide6.QtCore import QMessageLogContext, QObject, Qt, QtMsgType, Signal, qInstallMessageHandler
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from budtender import log
from ui import bridge, theme
from ui.theme import Size, Weight
from ui.widgets.button import Button
from ui.widgets.text import Text

LOG = log.get_logger(__name__)
#: Without letters and digits that are read for one another on the telephone.
_LETTERS = "ACDEFGHJKLMNPQRTUVWXYZ234679"


def new_number() -> str:
    """A number to tell on the telephone, such as `K7Q-2MX`."""
    import secrets

    drawn = [secrets.choice(_LETTERS) for _ in range(6)]
    return f"{''.join(drawn[:3])}-{''.join(drawn[3:])}"


class BugWindow(QWidget):
    """The number, and two ways on."""

    #: The person wants the program to end.
    closing = Signal()
    closed = Signal()

    def __init__(self) -> None:
        super().__init__(None, Qt.WindowType.Window | Qt.WindowType.WindowStaysOnTopHint)
        self.setObjectName("bug")
        self.setWindowTitle(self.tr("Budtender has a fault"))
        px = theme.now().px
        self.number = Text(size=Size.POINTS, weight=Weight.HEAVY, figures=True, wrap=False)
        self.log_line = Text(size=Size.SMALL, ink="quiet")
        go_on = Button(self.tr("Continue"), "main", key="Enter")
        go_on.setObjectName("bug.go-on")
        go_on.clicked.connect(self.close)
        end = Button(self.tr("Close Budtender"), "quiet")
        end.setObjectName("bug.end")
        end.clicked.connect(self.closing)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(32), px(32), px(32), px(24))
        column.setSpacing(px(16))
        column.addWidget(Text(self.tr("Something went wrong in Budtender."), Size.TITLE, Weight.STRONG))
        column.addWidget(Text(self.tr("What was saved is not lost. Tell support this number:")))
        column.addWidget(self.number)
        column.addWidget(self.log_line)
        row = QHBoxLayout()
        row.addWidget(end)
        row.addStretch(1)
        row.addWidget(go_on)
        column.addLayout(row)
        self.setMinimumWidth(px(520))
        self._go_on = go_on

    def show_number(self, number: str, *, kept: bool) -> None:
        """Show a fault's number, unless an earlier one is being shown: it is the cause more often than not."""
        if self.isVisible():
            return
        self.number.say(number)
        self.log_line.say(
            self.tr("The log has the details under this number.")
            if kept
            else self.tr("The log could not be written. See what is wrong with: budtender doctor")
        )
        self.setAccessibleName(f"{self.windowTitle()} {number}")
        self.adjustSize()
        middle = self.screen().availableGeometry().center()
        self.move(middle - self.rect().center())
        self.show()
        self.raise_()
        self.activateWindow()
        self._go_on.setFocus()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802  (Qt's name)
        """The number has been read."""
        super().closeEvent(event)
        self.closed.emit()


class Bugs(QObject):
    """Hears of every exception that nobody handled, on whichever thread, and shows its number once."""

    _numbered = Signal(str)

    def __init__(self, end: Callable[[], None]) -> None:
        super().__init__()
        self._end = end
        self._window: BugWindow | None = None
        self._crash_file: TextIO | None = None
        self._numbered.connect(self._show)

    def install(self, loop: asyncio.AbstractEventLoop) -> None:
        """Be told of what slots, tasks, threads and Qt itself complain about."""
        sys.excepthook = self._from_slot
        threading.excepthook = lambda told: self.report(told.exc_value) if told.exc_value is not None else None
        loop.set_exception_handler(self._from_loop)
        bridge.on_bug = self.report_failure
        qInstallMessageHandler(_qt_message)

    def keep_crashes(self, home: Path) -> None:
        """Have a crash below Python leave its stack, without values, beside the log."""
        try:
            self._crash_file = (home / "logs" / "crash.txt").open("a", encoding="utf-8")
        except OSError as error:
            LOG.warning("no crash file", why=error.strerror)
        else:
            faulthandler.enable(self._crash_file)

    def uninstall(self) -> None:
        """Leave everything as it was found."""
        sys.excepthook, threading.excepthook = sys.__excepthook__, threading.__excepthook__
        bridge.on_bug = None
        qInstallMessageHandler(None)
        if self._crash_file is not None:
            faulthandler.disable()
            self._crash_file.close()
        if self._window is not None:
            self._window.close()

    def report(self, error: BaseException) -> str:
        """Write a fault to the log and show its number, which is returned. May be called on any thread."""
        number = new_number()
        LOG.error("bug", number=number, exc_info=(type(error), error, error.__traceback__))
        self._numbered.emit(number)
        return number

    async def read(self, ended: asyncio.Event) -> None:
        """Wait until the window with the number, if there is one, has been closed, or the program is to end."""
        await asyncio.sleep(0)
        if self._window is not None and self._window.isVisible():
            self._window.closed.connect(ended.set)
            await ended.wait()

    def report_failure(self, error: BaseException) -> None:
        """The same for whoever has no use for the number."""
        self.report(error)

    def _from_slot(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            self._end()
            return
        self.report(error.with_traceback(trace))

    def _from_loop(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if isinstance(error, BaseException):
            self.report(error)
        else:
            LOG.warning("loop", message=str(context.get("message")))

    def _show(self, number: str) -> None:
        if self._window is None:
            self._window = BugWindow()
            self._window.closing.connect(self._end)
        self._window.show_number(number, kept=log.is_kept())


def _qt_message(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    """Qt's complaints belong in the log; its chatter does not."""
    if kind in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg):
        return
    level = LOG.warning if kind is QtMsgType.QtWarningMsg else LOG.error
    level("qt", category=context.category, message=message)
