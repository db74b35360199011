"""What came of taking a redemption back, as a state of the page: its name, and the words for it."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QCoreApplication

from budtender.counter.undo import Undoable, Undone
from ui.counter import offer as offers
from ui.page import State
from ui.words import why

translate = QCoreApplication.translate

#: The states in which the points are back, or will be; with the others, nothing is left to do here.
UNDONE = frozenset({"undone", "pos_discount", "offline_pair", "saved_offline"})
ENDS = UNDONE | {"nothing", "unknown", "refused", "failed"}


class UndoState(State, frozen=True, kw_only=True):
    """Where the undoing stands: the list, one of it, and what came of it."""

    rows: tuple[Undoable, ...] = ()
    one: Undoable | None = None
    reason: str = ""
    undone: Undone | None = None
    till: str = ""
    title: str = ""
    hint: str = ""
    waiting: str = ""
    now: datetime


def ended(undone: Undone, one: Undoable | None, till: str, now: datetime) -> UndoState:
    """The end of it. `till` is how the shop calls its till, or "" where none is connected."""
    name, title = _outcome(undone)
    hint = ""
    if undone.outcome == "refused":
        assert undone.entry is not None
        hint = why(undone.entry).title
    elif undone.link is not None and undone.outcome != "unknown":
        discount, place = offers.called(undone.link.name), till or translate("UndoPage", "the till")
        hint = translate("UndoPage", "Remove “{name}” in {till} too.").format(name=discount, till=place)
    return UndoState(name=name, one=one, undone=undone, till=till, now=now, title=title, hint=hint)


def _outcome(undone: Undone) -> tuple[str, str]:
    """The state's name, and what is said."""
    points = offers.points(undone.points)
    match undone.outcome:
        case "undone":
            name = "pos_discount" if undone.link is not None else "undone"
            return name, translate("UndoPage", "Undone. {points} are back.").format(points=points)
        case "dropped":
            return "offline_pair", translate("UndoPage", "Undone. Nothing had been sent, and nothing will be.")
        case "waiting":
            saved = translate("UndoPage", "Saved here. {points} come back when the internet is back.")
            return "saved_offline", saved.format(points=points)
        case "unknown":
            return "unknown", translate("UndoPage", "AIQ's answer was lost. It is being checked; do not repeat it.")
        case "refused":
            return "refused", translate("UndoPage", "AIQ did not give the points back. A manager has to decide.")
