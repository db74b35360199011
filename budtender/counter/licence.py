"""A scanned licence: readable or not, expired, old enough; and what of it may fill the sign-up form.

Nothing of a scan is kept. Its text is read, judged and let go; where the state allows it, the names and the birth
date go into the form, as if they had been typed, and become the shopper's own answer with the sign-up.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from budtender import aamva
from budtender.aamva import Licence, is_licence
from budtender.cache import audit
from budtender.cache.rows import to_ms
from budtender.joining import OLDEST, least_age_here
from budtender.model import Actor, Value
from budtender.register import Register
from budtender.settings import FILL_FROM_SCAN, STATE
from budtender.states import AGE_BLOCKED, StateProfile, age_on, profile_of

__all__ = ["Prefill", "Rules", "Scan", "is_licence", "judge", "note_age", "rules", "scan"]

Outcome = Literal["readable", "not_readable", "expired", "under_age"]


class Rules(Value, frozen=True, kw_only=True):
    """What this store goes by. `patient_age` is None where a patient card makes no difference."""

    minimum_age: int
    patient_age: int | None
    fill: bool
    profile: StateProfile


class Prefill(Value, frozen=True, kw_only=True):
    """What the sign-up form may take over. An empty name could not be told; `truncated` names fields the card cut."""

    first_name: str
    last_name: str
    birth_date: date
    truncated: frozenset[str]


class Scan(Value, frozen=True, kw_only=True):
    """What came of a scan.

    `expired` is the date on which the ID ended. `patient_may` says that a patient card would be old enough.
    `prefill` is there only for a readable one, and only where the state lets a scan fill a form.
    """

    outcome: Outcome
    minimum_age: int
    expired: date | None = None
    patient_may: bool = False
    prefill: Prefill | None = None


def rules(register: Register) -> Rules:
    """The store's settings over its state's profile."""
    settings = register.settings
    profile = profile_of(settings.get(STATE))
    chosen = settings.get(FILL_FROM_SCAN)
    adult, patient = least_age_here(settings), least_age_here(settings, patient=True)
    return Rules(
        minimum_age=adult,
        patient_age=patient if patient < adult else None,
        fill=profile.fill_from_scan if chosen == "state" else chosen == "on",
        profile=profile,
    )


def scan(register: Register, text: str) -> Scan:
    """Judge a scan by today's date here. Keeps nothing."""
    return judge(aamva.read(text), register.clock.today(), rules(register))


def judge(licence: Licence | None, today: date, by: Rules, *, patient: bool = False) -> Scan:
    """The outcome: not readable first, then too young, then expired; an ID is good on its last day.

    `patient` says that a patient card was shown.
    """
    least = by.patient_age if patient and by.patient_age is not None else by.minimum_age
    if licence is None or not 0 <= age_on(licence.born, today) <= OLDEST:
        return Scan(outcome="not_readable", minimum_age=least)
    age = age_on(licence.born, today)
    if age < least:
        may = by.patient_age is not None and by.patient_age <= age
        return Scan(outcome="under_age", minimum_age=least, patient_may=may)
    if licence.expires is not None and licence.expires < today:
        return Scan(outcome="expired", minimum_age=least, expired=licence.expires)
    prefill = Prefill(
        first_name=licence.first_name,
        last_name=licence.last_name,
        birth_date=licence.born,
        truncated=licence.truncated,
    )
    return Scan(outcome="readable", minimum_age=least, prefill=prefill if by.fill else None)


async def note_age(register: Register, seen: Scan, acting: Actor) -> None:
    """Write down that an ID was looked at: old enough or not, by whom and when, and nothing of the shopper."""
    at = to_ms(register.clock.now())
    kind = AGE_BLOCKED if seen.outcome == "under_age" else "ID seen"
    facts = {"minimum_age": seen.minimum_age, "outcome": seen.outcome, "how": "scan"}
    await register.db.write(lambda c: audit.append(c, at=at, kind=kind, staff=acting.name, facts=facts))
