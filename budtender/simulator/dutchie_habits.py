"""How a Dutchie till behaves where its papers leave several ways open; tests and lessons choose."""

from __future__ import annotations

import msgspec

NEGATIVE, POSITIVE, MIXED = "negative", "positive", "mixed"


class Habits(msgspec.Struct, frozen=True):
    """The ways of one till.

    Args:
        returns: the sign of a return's figures: all negative, all positive, or amounts negative and quantities not.
        taxed_prices: whether a line's total price holds the tax, as the description has it and real data do not.
        hides_archived: whether archived profiles are left out of lists and not found by id.
        shares_profiles: whether every location sees all profiles of the company, or only those made there.
        no_inventory: whether the plain inventory list is empty for a good key, the one for reporting is not.
        delay: simulated seconds until a change can be pulled; a row's own time of change stays behind by that.
        product_delay: the same for products; the vendor speaks of up to an hour.
        integrator: the second half of the keys, where they come in two; empty where they do not.
        plain_report: whether the closing report has only the fields that its older form had.
    """

    returns: str = NEGATIVE
    taxed_prices: bool = False
    hides_archived: bool = False
    shares_profiles: bool = True
    no_inventory: bool = False
    delay: float = 0.0
    product_delay: float = 0.0
    integrator: str = ""
    plain_report: bool = False
