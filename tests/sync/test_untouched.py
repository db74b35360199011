"""A reward that is redeemed changes nothing in the till: AIQ takes the points, the till applies its own discount."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.sync.selling import Selling

INES = "3035550142"


@pytest.mark.requirement("F-018")
@pytest.mark.parametrize("selling", ["flourish", "posabit", "dutchie"], indirect=True)
async def test_redeeming_changes_points_in_aiq_and_nothing_in_the_till(selling: Selling) -> None:
    await selling.sync()
    before = selling.points(INES)
    await selling.redeem(await selling.visit(INES), "58213")
    await selling.sync()
    assert before - selling.points(INES) == Decimal(250)
    assert [effect for effect in selling.sim.ledger if effect.source == selling.system] == []
    if selling.system == "flourish":
        calls = [call for call in selling.sim.calls if call.path.startswith("/flourish/")]
        assert {call.method for call in calls} == {"GET"}
