"""Expected failures and reasons in the window's language: what happened, then the one next key.

The engine's own sentences are English and made for the command line; here the same facts are told for the window,
found by the failure's stable code. What has no entry is told in the engine's words.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec
from PySide6.QtCore import QCoreApplication

from budtender.errors import Failure
from budtender.names import titled
from ui import language
from ui.running import Running
from ui.sentences import COUNTED, TOLD
from ui.sentences.redeem import OTHER, REASONS
from ui.sentences.signup import FIELDS
from ui.sentences.systems import vendor

if TYPE_CHECKING:  # the first picture does without the engine
    from budtender.model import Intent

translate = QCoreApplication.translate
Facts = Mapping[str, Any]


class Told(msgspec.Struct, frozen=True):
    """A sentence, and the next step."""

    title: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.title} {self.hint}".strip()


def tell(failure: Failure) -> Told:
    """A failure in the window's language."""
    told = told_of(failure.kind, failure.code, failure.facts)
    return told if told is not None else Told(failure.title, failure.hint)


def tell_form(failure: Failure, again: str = "") -> Told:
    """As `tell`, for a page on which F5 and F7 do nothing: `again` says how to try again there, by default Enter."""
    told = tell(failure)
    asks = {translate("Failure", TOLD[kind][1]) for kind in ("unreachable", "protocol_error")}
    return Told(told.title, again or translate("Failure", "Enter tries again.")) if told.hint in asks else told


def why(intent: Intent) -> Told:
    """Why something that was to be sent was not carried out."""
    facts = intent.error_facts
    told = told_of(str(facts.get("kind", "")), str(facts.get("code", "")), facts)
    return told if told is not None else Told(intent.last_error)


def told_of(kind: str, code: str, facts: Facts) -> Told | None:
    """The sentence for a code of this kind of failure; None when there is none."""
    if kind == "reward_unusable" and (short := _why_not(code, facts)):
        return Told(short, translate("Failure", OTHER))
    for name in _names(kind, code, facts):
        if name in COUNTED or name in TOLD:
            title, hint = TOLD.get(name, ("", ""))
            if name in COUNTED:
                fact, counted = COUNTED[name]
                title = counted(int(facts.get(fact) or 0))
            else:
                title = translate("Failure", title)
            waits = bool(facts.get("wait_seconds")) or "{wait_seconds}" not in hint
            return Told(_filled(title, facts), _filled(translate("Failure", hint), facts) if hint and waits else "")
    return None


def _why_not(code: str, facts: Facts) -> str:
    """The reason that the wallet tells by a reward, as a sentence; empty where this code has one of its own."""
    if f"reward_unusable.{code}" in TOLD or code in TOLD:
        return ""
    words = reason(str(facts.get("why") or code), {**facts, **(facts.get("why_facts") or {})})
    return f"{words}." if words else ""


def _names(kind: str, code: str, facts: Facts) -> tuple[str, ...]:
    """Where the sentence stands, the first that is there; what a till did is never told of AIQ."""
    if facts.get("system") in (None, "", "aiq"):
        return (f"{kind}.{code}", code, kind)
    own = (code,) if code != kind else ()
    return (f"{kind}.{code}", *own, f"till.{kind}", kind)


def reason(code: str, facts: Facts) -> str:
    """Why a reward cannot be used now, in a few words; empty for a code without any."""
    words = REASONS.get(code)
    return "" if words is None else _filled(translate("Reward", words), facts)


def _filled(template: str, facts: Facts) -> str:
    """The template with its facts, each written as this language writes it."""
    if ("{wait_seconds}" in template or "{until}" in template) and facts.get("wait_seconds"):

        def sentence(left: str) -> str:
            return template.format_map(_Written({**facts, "wait_seconds": left}))

        return Running(sentence, float(facts["wait_seconds"]), translate("Failure", "Try again now."))
    return template.format_map(_Written(facts)) if "{" in template else template


class _Written(dict[str, str]):
    """Facts as text; one that is missing leaves a dash and no broken sentence."""

    def __init__(self, facts: Facts) -> None:
        super().__init__({name: _write(name, value) for name, value in facts.items()})

    def __missing__(self, name: str) -> str:
        return "–"


def _write(name: str, value: Any) -> str:
    if isinstance(value, datetime):
        return language.day(value) if name == "expires" else language.hour(value)
    if isinstance(value, Decimal):
        return language.points(value)
    if name == "wait_seconds" and not isinstance(value, str):
        return language.wait(float(value))
    if name == "system":
        return vendor(str(value))
    if name == "missing" and not isinstance(value, str):
        return ", ".join(translate("Field", FIELDS.get(field, field)) for field in value)
    if name.endswith("_cents"):
        return language.money(int(value))
    return language.isolated(titled(str(value)) if name == "name" else str(value))
