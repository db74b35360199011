"""The menu beside the clock says what was chosen."""

from __future__ import annotations

from PySide6.QtGui import QAction, QIcon
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from ui.theme import RESOURCES
from ui.tray import Tray


def entries(tray: Tray) -> dict[str, QAction]:
    """The menu by its words."""
    menu = tray._icon.contextMenu()
    assert isinstance(menu, QMenu)
    return {action.text(): action for action in menu.actions() if action.text()}


def test_every_entry_says_what_was_chosen(qtbot: QtBot) -> None:
    tray = Tray(QIcon(str(RESOURCES / "icons" / "budtender.svg")))
    said: list[object] = []
    tray.shown.connect(lambda: said.append("show"))
    tray.locked.connect(lambda: said.append("lock"))
    tray.ended.connect(lambda: said.append("end"))
    tray.compacted.connect(lambda on: said.append(("panel", on)))
    tray.put_on_top.connect(lambda on: said.append(("top", on)))
    tray.autostarted.connect(lambda on: said.append(("start", on)))
    for action in entries(tray).values():
        action.trigger()
    assert said == ["show", "lock", ("panel", True), ("top", True), ("start", True), "end"]
    tray.close()


def test_switches_show_how_it_is_without_choosing_anything(qtbot: QtBot) -> None:
    tray = Tray(QIcon(str(RESOURCES / "icons" / "budtender.svg")))
    said: list[bool] = []
    tray.put_on_top.connect(said.append)
    tray.on_top.setChecked(True)
    assert said == []
    assert entries(tray)["Always on top"].isChecked()
    tray.close()
