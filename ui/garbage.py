"""Python's collector of cycles, kept on the window's thread.

WORKAROUND: it runs on whichever thread happens to make the next object. When it finds a dropped widget while the
engine's thread works, the widget is destroyed there, and Qt aborts: a QObject belongs to the thread that made it.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

#: Milliseconds between two looks. What the engine drops meanwhile waits that long.
EVERY = 500
#: New objects that are too many to look through: a page of a download, which is let go again within a moment.
MANY = 5_000
#: Milliseconds after which a look that was put off for that is due again, and how often it may be put off.
SOON, PATIENCE = 25, 80


class Collector(QObject):
    """Collects on the thread that made it, as often and as deep as Python itself would."""

    def __init__(self) -> None:
        super().__init__()
        gc.disable()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)
        self._timer.start(EVERY)
        self._put_off = 0

    def keep(self) -> None:
        """What is there now stays for good: modules, pages and tables, which a deep look goes through for nothing."""
        gc.freeze()

    def look(self) -> None:
        """Collect the oldest generation that is due; a moment later while the engine has its hands full."""
        if gc.get_count()[0] > MANY and self._put_off < PATIENCE:
            self._put_off += 1
            self._timer.setInterval(SOON)
            return
        if self._put_off:
            self._put_off = 0
            self._timer.setInterval(EVERY)
        due = [
            n for n, (count, most) in enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True)) if count > most
        ]
        if due:
            gc.collect(max(due))

    def stop(self) -> None:
        """Leave the rest to Python again.

        WORKAROUND: what was dropped lately goes before. Objects of Qt die one after the other now, each under a lock
        and with a call into Python on the way; a collection in there that finds another one waits for that very lock
        for ever.
        """
        self._timer.stop()
        gc.collect(1)
        gc.enable()
