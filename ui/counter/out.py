"""The ways out of every page with a shopper on it: it is somebody else, or they want no more texts."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication

from ui.desk import Desk
from ui.page import Key
from ui.steps import Lookup, Stop
from ui.widgets.digits import PHONE_DIGITS, only_digits

translate = QCoreApplication.translate


def out_keys(desk: Desk, whose: Callable[[], Stop], leave: Callable[[], None] | None = None) -> tuple[Key, Key]:
    """Alt+N and Alt+S. `whose` says at the press whose texts would stop, and needs a whole number for it.

    `leave` is the way Home of a page behind an open wallet, which is shut on it.
    """

    def stop() -> None:
        step = whose()
        if len(only_digits(step.phone)) >= PHONE_DIGITS:
            desk.go(step)

    return (
        Key(keys="Alt+N", label=translate("Out", "Not this shopper"), press=leave or (lambda: desk.go(Lookup()))),
        Key(keys="Alt+S", label=translate("Out", "Stop texts"), press=stop),
    )
