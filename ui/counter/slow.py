"""What is said when AIQ takes long: that it does, and then the way that is left."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

translate = QCoreApplication.translate
#: Seconds after which AIQ is called slow, and after which the way out is told.
SLOW, TOO_SLOW = 3.0, 8.0


def later(way: str) -> tuple[tuple[float, str], ...]:
    """The words for a page's `Wait`; `way` is a sentence that names the key which goes on without AIQ."""
    slow = translate("Slow", "AIQ is slow…")
    return ((SLOW, slow), (TOO_SLOW, translate("Slow", "AIQ is slow. {way}").format(way=way)))


def goes_on() -> tuple[tuple[float, str], ...]:
    """The words for what was saved first and goes on when it is left."""
    return later(translate("Slow", "Esc leaves it; it goes on by itself."))


def moment() -> str:
    """What is said while this computer itself takes a moment."""
    return translate("Slow", "One moment…")
