"""A key that is held down, as an X server tells it: released and pressed again at the same time."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

from ui.held import Held, as_repeat

DOWN, UP, ASKED = QEvent.Type.KeyPress, QEvent.Type.KeyRelease, QEvent.Type.ShortcutOverride


def move(kind: QEvent.Type, at: int, key: Qt.Key = Qt.Key.Key_Escape, text: str = "") -> QKeyEvent:
    event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, text)
    event.setTimestamp(at)
    return event


def strokes(*moves: QKeyEvent) -> list[bool]:
    """Of each press, and of each question for a shortcut, whether it was a stroke."""
    held, told = Held(), []
    for event in moves:
        if event.type() == UP:
            held.release(event)
        else:
            told.append(not held.is_repeat(event))
    return told


@pytest.mark.parametrize("kinds", [(DOWN,), (ASKED,), (ASKED, DOWN)])
def test_a_key_that_is_held_down_is_one_stroke(kinds: tuple[QEvent.Type, ...]) -> None:
    moves = [move(kind, 1000) for kind in kinds]
    for at in range(1660, 2400, 40):
        moves += [move(UP, at), *(move(kind, at + 1) for kind in kinds)]
    assert strokes(*moves) == [True] * len(kinds) + [False] * (len(moves) - len(kinds) - 19)
    assert sum(event.type() == UP for event in moves) == 19


@pytest.mark.parametrize(("down", "between"), [(5, 0), (120, 1), (700, 30)])
def test_a_key_that_is_struck_again_is_two(down: int, between: int) -> None:
    """A scanner's keys are short, and a finger takes longer to come back."""
    assert strokes(move(DOWN, 1000), move(UP, 1000 + down), move(DOWN, 1000 + down + between)) == [True, True]


def test_another_key_is_a_stroke_of_its_own() -> None:
    assert strokes(move(DOWN, 1000), move(UP, 1700), move(DOWN, 1700, Qt.Key.Key_F2)) == [True, True]


def test_times_that_nobody_tells_tell_nothing() -> None:
    assert strokes(move(DOWN, 0), move(UP, 0), move(DOWN, 0)) == [True, True]


def test_a_repetition_types_what_the_key_types() -> None:
    told = as_repeat(move(DOWN, 1000, Qt.Key.Key_5, "5"))
    assert (told.isAutoRepeat(), told.key(), told.text(), told.timestamp()) == (True, Qt.Key.Key_5, "5", 1000)
