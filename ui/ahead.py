"""The pages that are not seen yet are loaded beforehand, so that their first opening does not wait.

On a thread of its own: beside a running download a page takes up to a tenth of a second, and no key is heard meanwhile.
"""

from __future__ import annotations

import threading

# WORKAROUND: the binding makes a type of Qt's when it is named for the first time, and ends with a violation of memory
# where two threads do that at once (PySide6 6.11.3). What only pages name is therefore named here, on the window's own
# thread, and loading a page makes none.
from PySide6.QtCore import QObject, QSignalBlocker, Signal  # noqa: F401
from PySide6.QtGui import QTextDocument  # noqa: F401

from ui.pages import every_page

#: Seconds between two pages, in which the window alone has the interpreter.
REST = 0.05


class Ahead(QObject):
    """Loads every page once, after `start`; `loaded` is emitted when all are there."""

    loaded = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin; the second time it does nothing."""
        if self._thread is None and not self._stopped.is_set():
            self._thread = threading.Thread(target=self._load, name="pages-ahead", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End after the page at hand, and wait for that."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()

    def _load(self) -> None:
        for _page in every_page():
            if self._stopped.wait(REST):
                return
        self.loaded.emit()
