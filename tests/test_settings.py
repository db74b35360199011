"""Reading settings: what is typed, and what an older version kept."""

from __future__ import annotations

import pytest

from budtender.settings import MINIMUM_AGE, MIRROR_ARCHIVES, STATE, SYNC_PERSONAS, Settings


def test_a_state_is_kept_as_its_two_letters() -> None:
    assert [STATE.read(typed) for typed in ("ma", "Massachusetts", "new  york", "D.C.", "")] == [
        *("MA", "MA", "NY", "DC", "")
    ]


@pytest.mark.parametrize("slip", ["ZZ", "MQ", "M", "Masachusetts", "٣٤"])
def test_a_slip_is_no_state_whose_rules_would_silently_not_apply(slip: str) -> None:
    with pytest.raises(ValueError, match=r"^$"):
        STATE.read(slip)


def test_what_only_an_older_version_took_keeps_no_register_from_opening() -> None:
    kept = Settings({"state": "ZZ", "minimum_age": "17"})
    assert (kept.get(STATE), kept.get(MINIMUM_AGE)) == ("", 21)


@pytest.mark.requirement("D-053", "D-064", "X-09")
def test_what_reaches_back_and_what_does_not_is_each_told_by_itself() -> None:
    """Changes of people count from a day on, archived sales from the beginning: one word for both would be wrong."""
    assert "It does not reach back" in SYNC_PERSONAS.help
    assert "it reaches back as well" in MIRROR_ARCHIVES.help
    assert not SYNC_PERSONAS.default
    assert not MIRROR_ARCHIVES.default
