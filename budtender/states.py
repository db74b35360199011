"""What each US state asks of a loyalty counter: ages, whether loyalty is allowed, what may be taken from an ID.

Not legal advice: read from laws, regulators' pages and law firms' notes in November 2026; a store's counsel confirms.
A state without an entry has the defaults, which are the careful ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import msgspec

#: The audit log's word for somebody too young; the report counts these rows, which tell nothing of the shopper.
AGE_BLOCKED = "age blocked"


class StateProfile(msgspec.Struct, frozen=True, kw_only=True):
    """The rules of one state.

    `fill_from_scan` says whether a licence scan may fill the sign-up form; where it may not, a scan only tells an age.
    Nothing else of a scan is ever kept. `patient_age` is for holders of a patient card, None where they have no
    age of their own. `loyalty_adult` and `loyalty_patient` say whether the program is allowed at all.
    """

    state: str = ""
    patient_age: int | None = 18
    loyalty_adult: bool = True
    loyalty_patient: bool = True
    fill_from_scan: bool = True
    #: Name and contact may be kept only with the shopper's stored yes.
    written_yes: bool = False


_PROFILES = (
    StateProfile(state="AK", fill_from_scan=False),
    StateProfile(state="AL", patient_age=19),
    # Swiping a licence is allowed for age, authenticity, legal duty and fraud, and for nothing else (Civil Code
    # 1798.90.1).
    StateProfile(state="CA", fill_from_scan=False),
    StateProfile(state="CO", fill_from_scan=False),
    StateProfile(state="KY", patient_age=21),
    # Loyalty programs of adult-use stores are reported as banned (935 CMR 500.105(4)(b)).
    StateProfile(state="MA", loyalty_adult=False, fill_from_scan=False, written_yes=True),
    StateProfile(state="ND", patient_age=19),
    StateProfile(state="NJ", fill_from_scan=False),
    StateProfile(state="NM", written_yes=True),
    # Retailers may not record or keep ID data (Oregon's regulator, in the press).
    StateProfile(state="OR", fill_from_scan=False, written_yes=True),
)
PROFILES = {profile.state: profile for profile in _PROFILES}


def profile_of(state: str) -> StateProfile:
    """The rules of a state by its two letters; the defaults for one without an entry, or none."""
    return PROFILES.get(state.upper()) or StateProfile(state=state.upper())


def least_age(profile: StateProfile, minimum_age: int, *, patient: bool) -> int:
    """The age from which somebody may take part: the store's own `minimum_age`, less with a patient card."""
    return minimum_age if not patient or profile.patient_age is None else min(profile.patient_age, minimum_age)


def age_on(born: date, today: date) -> int:
    """Full years; somebody born on February 29 is a year older on March 1 where there is none."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


# ── names ─────────────────────────────────────────────────────────────────────────────────────────────────

_STATES = """Alabama AL, Alaska AK, American Samoa AS, Arizona AZ,
Arkansas AR, California CA, Colorado CO, Connecticut CT, Delaware DE,
District of Columbia DC, Florida FL, Georgia GA, Guam GU,
Hawaii HI, Idaho ID, Illinois IL, Indiana IN, Iowa IA, Kansas KS,
Kentucky KY, Louisiana LA, Maine ME, Maryland MD, Massachusetts MA, Michigan MI, Minnesota MN, Mississippi MS,
Missouri MO, Montana MT, Nebraska NE, Nevada NV, New Hampshire NH, New Jersey NJ, New Mexico NM, New York NY,
North Carolina NC, North Dakota ND, Northern Mariana Islands MP, Ohio OH,
Oklahoma OK, Oregon OR, Pennsylvania PA, Puerto Rico PR,
Rhode Island RI, South Carolina SC, South Dakota SD, Tennessee TN, Texas TX, Utah UT, Vermont VT, Virginia VA,
Virgin Islands VI, Washington WA, West Virginia WV, Wisconsin WI, Wyoming WY"""
_LETTERS: Mapping[str, str] = {
    name.casefold(): letters for name, _, letters in (part.strip().rpartition(" ") for part in _STATES.split(","))
}


def state_letters(text: str | None) -> str:
    """A state as its two letters, however a till writes it; empty where it says none."""
    tidy = " ".join((text or "").replace(".", "").split())
    return _LETTERS.get(tidy.casefold(), tidy.upper())


def is_state(letters: str) -> bool:
    """Whether these are the two letters of a state, of the District or of a territory."""
    return letters in _LETTERS.values()
