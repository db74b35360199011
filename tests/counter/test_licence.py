"""A scanned licence at the counter: outcomes, the state's rules, and that nothing of it is kept."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budtender import aamva
from budtender.counter import licence
from budtender.counter.licence import Rules
from budtender.states import PROFILES, age_on, profile_of
from tests.cards import card, elements
from tests.counter.counter import SAM, Counter

TODAY = date(2026, 6, 15)
LATER = date(2031, 1, 3)
RULES = Rules(minimum_age=21, patient_age=None, fill=True, profile=profile_of(""))
MEDICAL = Rules(minimum_age=21, patient_age=18, fill=True, profile=profile_of(""))


def born(years: int, days: int = 0) -> date:
    """A birth date so many years before today, and some days later."""
    return TODAY.replace(year=TODAY.year - years) + timedelta(days=days)


def judged(birth: date, expires: date = LATER, by: Rules = RULES, *, patient: bool = False) -> licence.Scan:
    return licence.judge(aamva.read(card(elements(birth, expires))), TODAY, by, patient=patient)


def test_a_readable_one_fills_the_form() -> None:
    seen = judged(born(30))
    assert seen.outcome == "readable"
    assert seen.prefill == licence.Prefill(
        first_name="Dana", last_name="Reyes", birth_date=born(30), truncated=frozenset()
    )


def test_the_birthday_itself_is_old_enough() -> None:
    assert judged(born(21)).outcome == "readable"
    blocked = judged(born(21, days=1))
    assert (blocked.outcome, blocked.minimum_age, blocked.prefill) == ("under_age", 21, None)
    assert not blocked.patient_may


def test_a_patient_card_makes_a_difference_where_there_is_one() -> None:
    young = born(19)
    without = judged(young, by=MEDICAL)
    assert (without.outcome, without.patient_may) == ("under_age", True)
    assert judged(young, by=MEDICAL, patient=True).outcome == "readable"
    assert judged(born(18, days=1), by=MEDICAL, patient=True).outcome == "under_age"
    assert judged(young, patient=True).outcome == "under_age", "no patients are served here"


def test_an_id_is_good_on_its_last_day() -> None:
    assert judged(born(40), TODAY).outcome == "readable"
    over = judged(born(40), TODAY - timedelta(days=1))
    assert (over.outcome, over.expired, over.prefill) == ("expired", TODAY - timedelta(days=1), None)
    assert judged(born(20), TODAY - timedelta(days=1)).outcome == "under_age", "the graver one is told"


@pytest.mark.parametrize("birth", [date(1905, 1, 1), date(2030, 1, 1)])
def test_a_birth_date_that_nobody_has_is_not_readable(birth: date) -> None:
    assert judged(birth).outcome == "not_readable"
    assert licence.judge(None, TODAY, RULES).outcome == "not_readable"


@given(birth=st.dates(date(1920, 1, 1), date(2026, 6, 15)))
def test_age_is_counted_in_full_years(birth: date) -> None:
    age = age_on(birth, TODAY)
    assert (
        date(birth.year + age, 3, 1)
        if (birth.month, birth.day) == (2, 29)
        else birth.replace(year=birth.year + age) <= TODAY
    )
    assert (judged(birth).outcome == "under_age") == (age < 21)


def test_born_on_a_leap_day() -> None:
    assert age_on(date(2004, 2, 29), date(2025, 2, 28)) == 20
    assert age_on(date(2004, 2, 29), date(2025, 3, 1)) == 21


async def test_the_state_decides_what_a_scan_may_fill(unconnected: Counter) -> None:
    text = card(elements(date(1990, 4, 18), date(2090, 4, 18)))
    register = unconnected.register
    for state in ["", "WA", *PROFILES]:
        await unconnected.set(state=state)
        seen = licence.scan(register, text)
        assert seen.outcome == "readable"
        assert (seen.prefill is not None) == profile_of(state).fill_from_scan, state
    await unconnected.set(state="or")
    assert licence.scan(register, text).prefill is None, "Oregon: pass or fail only"
    await unconnected.set(fill_from_scan="on")
    assert licence.scan(register, text).prefill is not None
    await unconnected.set(state="", fill_from_scan="off")
    assert licence.scan(register, text).prefill is None


async def test_the_ages_come_from_settings_and_state(unconnected: Counter) -> None:
    register = unconnected.register
    assert licence.rules(register).patient_age is None
    await unconnected.set(patients="on")
    assert (licence.rules(register).minimum_age, licence.rules(register).patient_age) == (21, 18)
    for state, age in (("AL", 19), ("ND", 19), ("CO", 18)):
        await unconnected.set(state=state)
        assert licence.rules(register).patient_age == age
    await unconnected.set(state="KY")
    assert licence.rules(register).patient_age is None, "21 for patients too"
    await unconnected.set(state="", minimum_age=18)
    assert licence.rules(register).minimum_age == 18


async def test_nothing_of_a_scan_is_kept(unconnected: Counter) -> None:
    text = card(elements(date(1990, 4, 18), date(2090, 4, 18), first="QUETZALI", last="XANTHOPOULOS"))
    young = card(elements(date(2020, 4, 18), date(2090, 4, 18), first="QUETZALI", last="XANTHOPOULOS"))
    for scanned, outcome, kind in ((text, "readable", "ID seen"), (young, "under_age", "age blocked")):
        seen = licence.scan(unconnected.register, scanned)
        assert seen.outcome == outcome
        await licence.note_age(unconnected.register, seen, SAM)
        row = unconnected.audited(kind)[0]
        assert row == {"staff": "Sam", "minimum_age": 21, "outcome": outcome, "how": "scan"}
    tables = unconnected.register.db.read(
        lambda c: [
            str(tuple(row))
            for table in c.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            for row in c.execute(f"SELECT * FROM {table['name']}").fetchall()
        ]
    )
    logged = "".join(p.read_text(errors="replace") for p in unconnected.home.rglob("*.log*"))
    for secret in ("QUETZALI", "XANTHOPOULOS", "94-123-0142", "1990", "EXAMPLE ST"):
        assert not any(secret.lower() in row.lower() for row in tables), secret
        assert secret.lower() not in logged.lower()
