"""Python's collector of cycles, kept on the window's thread.

WORKAROUND: it runs on whichever thread happens to make the next object. When it finds a dropped widget while the
engine's thread works, the widget is destroyed there, and Qt aborts: a QObject belongs to the thread that made it.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

#: Milliseconds between two looks. What the engine drops meanwhile waits that long.
EVERY = 500


class Collector(QObject):
    """Collects on the thread that made it, as often and as deep as Python itself would."""

    def __init__(self) -> None:
        super().__init__()
        gc.disable()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)
        self._timer.start(EVERY)

    def look(self) -> None:
        """Collect the oldest generation that is due."""
        due = [
            n for n, (count, most) in enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True)) if count > most
        ]
        if due:
            gc.collect(max(due))

    def stop(self) -> None:
        """Leave the rest to Python again."""
        self._timer.stop()
        gc.enable()
