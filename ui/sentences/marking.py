"""How a sentence of the tables is marked for translation, and what the tables hold."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication

translate = QCoreApplication.translate

#: Title and hint by `kind.code`, code or kind.
Sentences = dict[str, tuple[str, str]]
#: Titles that count, by code: the fact with the number, and the sentence.
Counting = dict[str, tuple[str, Callable[[int], str]]]


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:  # noqa: N802  (the name that Qt's extraction knows)
    """Mark a text for translation where it stands; it is translated where it is told."""
    return text
