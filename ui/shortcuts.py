"""The keys that work in the window now."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from ui.page import Key


class Shortcuts:
    """One shortcut for every key that has ever worked in a window; `let_work` says which do now.

    They are kept and switched, since making one costs more than a page has time for.
    """

    def __init__(self, window: QWidget) -> None:
        self._window = window
        self._made: dict[str, QShortcut] = {}
        self._presses: dict[str, Callable[[], None]] = {}

    def let_work(self, keys: Iterable[Key]) -> None:
        """These keys work from now on, as far as they are enabled, and no others."""
        self._presses = {key.keys: key.press for key in keys if key.enabled}
        for name in self._presses.keys() - self._made.keys():
            shortcut = self._made[name] = QShortcut(QKeySequence(name), self._window)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(partial(self._press, name))
        for name, shortcut in self._made.items():
            shortcut.setEnabled(name in self._presses)

    def works(self, name: str) -> bool:
        """Whether a key works now."""
        return name in self._presses

    def _press(self, name: str) -> None:
        if name in self._presses:
            self._presses[name]()
