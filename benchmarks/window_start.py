"""Rows 7 and 8: a start in a process of its own, of the window as it ships and of the empty one that is the floor.

Nothing is loaded here that the started window would not load itself.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from resource import RUSAGE_SELF, getpagesize, getrusage
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from budtender.errors import Exit
    from budtender.look import Look
    from budtender.register import Register


def say(**facts: Any) -> None:
    """One line to whoever measures."""
    used = getrusage(RUSAGE_SELF)
    line = {**facts, "at": time.time(), "processor": used.ru_utime + used.ru_stime}
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def resident() -> float:
    """MiB of memory that this process holds now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * getpagesize() / 2**20


def empty() -> None:
    """The floor of start and memory: an empty window with one line edit."""
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

    application = QApplication([])
    window = QWidget()
    line = QLineEdit()
    QVBoxLayout(window).addWidget(line)
    window.resize(1080, 760)
    window.show()
    window.activateWindow()
    line.setFocus()
    poll = QTimer()

    def end() -> None:
        say(mib=resident())
        application.quit()

    def look() -> None:
        if application.focusWidget() is line:
            poll.stop()
            say(ready=True)
            QTimer.singleShot(2000, end)

    poll.timeout.connect(look)
    poll.start(1)
    application.exec()


def start(home: Path) -> None:
    """The program as a person starts it, to a field that takes keys; then until whoever sits there can sign in."""
    from ui import __main__ as program

    class Watched(program.Desktop):
        def open(self, home: Path, look: Look) -> Exit:
            _watch()
            return super().open(home, look)

    program.Desktop = Watched  # type: ignore[misc]
    program.main(["--home", str(home)])


def _watch() -> None:
    from ui import binding  # as the program itself, before any of Qt  # isort: skip
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication, QLineEdit

    from ui import app
    from ui.desk import Desk

    assert binding is not None

    made, there = app.make_application, Desk.open

    def make(home: Path | None = None) -> app.Application:
        application = made(home)
        poll = QTimer(application)

        def look() -> None:
            if isinstance(QApplication.focusWidget(), QLineEdit):
                poll.stop()
                say(ready=True)

        poll.timeout.connect(look)
        poll.start(1)
        return application

    def open_desk(self: Desk, register: Register) -> None:
        there(self, register)
        say(open=True)
        QTimer.singleShot(0, QApplication.instance().quit_wished.emit)  # type: ignore[union-attr]

    app.make_application = make
    Desk.open = open_desk  # type: ignore[method-assign]


if __name__ == "__main__":
    if sys.argv[1] == "empty":
        empty()
    else:
        start(Path(sys.argv[2]))
