"""What the sign-up form shows beside what was typed, and what it tells of a licence that is scanned."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from PySide6.QtCore import QCoreApplication

from ui import language
from ui.page import State
from ui.widgets.card import Tone

translate = QCoreApplication.translate


class SignUpState(State, frozen=True, kw_only=True):
    """What the form shows beside what was typed. `problems` tells by field what is wrong, in words."""

    title: str = ""
    hint: str = ""
    tone: Tone = "card"
    problems: Mapping[str, str] = {}
    choices: tuple[str, ...] = ()
    waiting: str = ""


def scanning() -> SignUpState:
    """The licence is asked for."""
    title = translate("SignUpPage", "Scan the back of the license.")
    hint = translate("SignUpPage", "Or type what it says.")
    return SignUpState(name="scanning", tone="chosen", title=title, hint=hint)


def unreadable() -> SignUpState:
    """The scan told nothing that can be used."""
    title = translate("SignUpPage", "This license cannot be read.")
    return SignUpState(name="unreadable", tone="warn", title=title, hint=translate("SignUpPage", "Type what it says."))


def expired(day: date) -> SignUpState:
    """The scanned ID is over; nothing of it is kept."""
    title = translate("SignUpPage", "This ID expired on {day}.").format(day=language.date_text(day))
    hint = translate("SignUpPage", "Ask for another one. Nothing of it was kept.")
    return SignUpState(name="id_expired", tone="wrong", title=title, hint=hint)


def age_seen() -> SignUpState:
    """Old enough, and more may not be taken from a scan here."""
    title = translate("SignUpPage", "Old enough.")
    hint = translate("SignUpPage", "Here a scan may only tell an age: type the name and birth date as on the ID.")
    return SignUpState(name="age_seen", tone="right", title=title, hint=hint)
