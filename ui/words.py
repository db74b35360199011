"""Expected failures and reasons in the window's language: what happened, then the one next key.

The engine's own sentences are English and made for the command line; here the same facts are told for the window.
A failure without an entry is told in the engine's words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from PySide6.QtCore import QCoreApplication

from budtender.errors import Failure
from ui import language

translate = QCoreApplication.translate
Facts = Mapping[str, Any]


class Told(msgspec.Struct, frozen=True):
    """A sentence, and the next step."""

    title: str
    hint: str = ""


def tell(failure: Failure) -> Told:
    """A failure in the window's language."""
    for name in (f"{failure.kind}.{failure.facts.get('code')}", failure.kind):
        if name in _TOLD:
            return _TOLD[name](failure.facts)
    return Told(failure.title, failure.hint)


def _no_shopper(_facts: Facts) -> Told:
    return Told(
        translate("Failure", "No member with this number."),
        translate("Failure", "Compare the digits. Enter signs the shopper up."),
    )


def _code_wrong(facts: Facts) -> Told:
    left = int(facts.get("tries_left", 0))
    return Told(translate("Failure", "That is not the code we sent. %n tries left.", "", left))


def _locked(facts: Facts) -> Told:
    until = facts.get("until")
    hint = translate("Failure", "A manager can help with F7.")
    if until is None:
        return Told(translate("Failure", "Too many tries. Locked until a manager unlocks it."), hint)
    title = translate("Failure", "Too many tries. Locked until {time}.").format(time=language.clock_time(until))
    return Told(title, hint)


_TOLD: dict[str, Callable[[Facts], Told]] = {
    "no_shopper": _no_shopper,
    "code_refused": _code_wrong,
    "locked": _locked,
}
