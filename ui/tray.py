"""The icon beside the clock: bring the window up, lock it, place it, end the program."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, SignalInstance
from PySide6.QtGui import QAction, QIcon
from PySide6.QtWidgets import QMenu, QSystemTrayIcon


class Tray(QObject):
    """Says what was chosen; whoever owns the window does it. Only where the desktop shows such icons."""

    shown = Signal()
    locked = Signal()
    ended = Signal()
    compacted = Signal(bool)
    put_on_top = Signal(bool)
    autostarted = Signal(bool)

    def __init__(self, icon: QIcon) -> None:
        super().__init__()
        self._menu = QMenu()
        self._entry(self.tr("Show Budtender"), self.shown)
        self._entry(self.tr("Lock"), self.locked)
        self._menu.addSeparator()
        self.compact = self._switch(self.tr("Narrow panel at the edge"), self.compacted)
        self.on_top = self._switch(self.tr("Always on top"), self.put_on_top)
        self.autostart = self._switch(self.tr("Open at log-in"), self.autostarted)
        self._menu.addSeparator()
        self._entry(self.tr("Quit"), self.ended)
        self._icon = QSystemTrayIcon(icon)
        self._icon.setToolTip("Budtender")
        self._icon.setContextMenu(self._menu)
        self._icon.activated.connect(self._activated)
        self._icon.show()

    @staticmethod
    def is_available() -> bool:
        """Whether this desktop shows tray icons; without one, closing the window ends the program."""
        return QSystemTrayIcon.isSystemTrayAvailable()

    def close(self) -> None:
        """Take the icon away."""
        self._icon.hide()

    def say(self, words: str) -> None:
        """A short message beside the icon."""
        self._icon.showMessage("Budtender", words, self._icon.icon(), 5_000)

    def _entry(self, words: str, chosen: SignalInstance) -> None:
        self._menu.addAction(words).triggered.connect(chosen)

    def _switch(self, words: str, chosen: SignalInstance) -> QAction:
        action = self._menu.addAction(words)
        action.setCheckable(True)
        action.triggered.connect(chosen)
        return action

    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason in (QSystemTrayIcon.ActivationReason.Trigger, QSystemTrayIcon.ActivationReason.DoubleClick):
            self.shown.emit()
