"""The whole number: by role, by somebody's PIN, and never without a trace."""

from __future__ import annotations

import pytest

from budtender.backoffice import staff
from budtender.counter import reveal
from budtender.errors import NoShopper, NotAllowed, PinRefused
from budtender.model import Actor, Role
from tests.counter.counter import PINS, SAM, WRONG_PIN, Counter

INES = "3035550142"
LEE = Actor(name="Lee", role=Role.LEAD)


async def test_a_lead_sees_the_number_and_it_is_written_down(counter: Counter) -> None:
    known = await counter.known(INES)
    assert await reveal.reveal(counter.register, known.id, LEE) == "(303) 555-0142"
    row = counter.audited("number shown")[0]
    assert row == {"staff": "Lee", "persona": known.id, "allowed_by": "Lee", "register": "Register 1"}
    assert "555" not in str(row)


async def test_a_budtender_needs_somebodys_pin(counter: Counter) -> None:
    await counter.hire()
    known = await counter.known(INES)
    with pytest.raises(NotAllowed) as refusal:
        await reveal.reveal(counter.register, known.id, SAM)
    assert (refusal.value.code, refusal.value.facts["needs"]) == ("role_too_low", "lead")
    with pytest.raises(PinRefused):
        await reveal.reveal(counter.register, known.id, SAM, pin=WRONG_PIN)
    assert counter.audited("number shown") == []
    assert await reveal.reveal(counter.register, known.id, SAM, pin=PINS["Omar"]) == "(303) 555-0142"
    row = counter.audited("number shown")[0]
    assert (row["staff"], row["allowed_by"]) == ("Sam", "Omar")
    assert counter.audited("PIN approved")[0]["for"] == "reveal"


async def test_the_store_decides_from_which_role(counter: Counter) -> None:
    known = await counter.known(INES)
    await counter.set(reveal_role="budtender")
    assert await reveal.reveal(counter.register, known.id, SAM)
    await counter.set(reveal_role="owner")
    with pytest.raises(NotAllowed):
        await reveal.reveal(counter.register, known.id, Actor(name="Omar", role=Role.MANAGER))


async def test_where_there_is_no_number_there_is_none_to_show(counter: Counter) -> None:
    known = await counter.known(INES)
    await counter.register.db.write(lambda c: c.execute("UPDATE persona SET phone = NULL WHERE id = ?", (known.id,)))
    with pytest.raises(NoShopper):
        await reveal.reveal(counter.register, known.id, LEE)
    assert staff.list_staff(counter.register) == []
