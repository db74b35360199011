"""Reading settings: what is typed, and what an older version kept."""

from __future__ import annotations

import pytest

from budtender.settings import MINIMUM_AGE, STATE, Settings


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
