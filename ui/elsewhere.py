"""What another process of this home changes, such as a command in a terminal: looked for twice a second."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from budtender.counter.news import News
from budtender.errors import Failure
from budtender.log import get_logger
from budtender.register import Register
from ui import bridge

log = get_logger(__name__)
#: Milliseconds between two looks; each reads one number while nobody has written anything.
EVERY = 500


class Elsewhere(QObject):
    """Has the register take over what is new; its events tell the pages."""

    def __init__(self, register: Register) -> None:
        super().__init__()
        self._news = News(register)
        self._looks = QTimer(self)
        self._looks.setInterval(EVERY)
        self._looks.timeout.connect(self._look)
        self._looks.start()

    def _look(self) -> None:
        bridge.run(self, self._news.look(), lambda _changed: None, _failed, word="news")

    def close(self) -> None:
        """Look no more."""
        self._looks.stop()
        bridge.cancel(self)


def _failed(failure: Failure) -> None:
    """A disk that is read again in half a second: for the log."""
    log.warning("what others have changed was not read", why=failure.kind)
