"""The sentences themselves, in rooms by what they speak of: one for each code of a failure, in one room only."""

from __future__ import annotations

from ui.sentences import lookup, pins, redeem, register, signup, systems, undo, verify
from ui.sentences.marking import Counting, Sentences

TOLD: Sentences = {
    code: told
    for room in (lookup, verify, signup, pins, redeem, undo, register, systems)
    for code, told in room.TOLD.items()
}
COUNTED: Counting = lookup.COUNTED | verify.COUNTED | pins.COUNTED | redeem.COUNTED | undo.COUNTED
