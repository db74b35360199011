"""Whether AIQ has kept a new phone or e-mail is read back; what it does not keep is put back or told."""

from __future__ import annotations

import pytest

from budtender.backoffice import outbox as outboxes
from budtender.cache import outbox
from budtender.counter import lookup
from budtender.model import State
from budtender.simulator import people
from tests.counter.contact.changing import (
    INES,
    NEW,
    OVERRIDE,
    again,
    all_done,
    apply,
    later,
    proof,
    writes,
)
from tests.counter.counter import Counter


@pytest.mark.requirement("A-029", "X-14")
async def test_a_number_that_aiq_blanks_is_put_back_and_told(shop: Counter) -> None:
    """AIQ judges by rules of its own, so a number that is sound by ours may be none to it."""
    proved = await proof(shop)
    refused_by_aiq = "7205550111"
    with pytest.MonkeyPatch.context() as patch:
        sound = people.is_phone
        patch.setattr(people, "is_phone", lambda text: text != refused_by_aiq and sound(text))
        done = await again(shop, proved, phone=refused_by_aiq)
    assert done.intent.state is State.REFUSED
    put_back = "AIQ did not keep the new number, so the old one was put back."
    assert done.intent.last_error == f"{put_back} Check it with the shopper; the till has it already."
    persona = shop.sim.world.find(INES)
    assert persona is not None
    assert persona.mobile == INES
    assert (await lookup.find_shopper(shop.register, INES)).name == "Ines C."


async def test_a_read_back_that_has_to_wait_repeats_nothing(shop: Counter) -> None:
    proved = await proof(shop)
    shop.sim.faults.add("rate_limit", match="GET /api/v2/loyaltyContact/override/*", times=None)
    done = await again(shop, proved, phone=NEW)
    assert done.intent.state is State.WAITING
    shop.sim.faults.clear()
    await shop.restart()
    await later(shop)
    all_done(shop)
    assert writes(shop).count(OVERRIDE) == 1


async def test_what_aiq_shows_later_is_looked_at_again_and_done(shop: Counter) -> None:
    proved = await proof(shop)
    known = await shop.known(INES)
    shop.take_a_moment()
    shop.sim.world.read_lag = 600
    shop.sim.clock.advance(601)
    done = await apply(shop, known, proved, phone=NEW)
    assert done.intent.state is State.UNKNOWN
    assert done.intent.last_error == "AIQ has taken the new number and does not show it yet."
    shop.sim.clock.advance(601)
    await later(shop, 1)
    all_done(shop)
    assert writes(shop).count(OVERRIDE) == 1


async def test_what_aiq_never_shows_goes_to_a_person(shop: Counter) -> None:
    proved = await proof(shop)
    known = await shop.known(INES)
    shop.take_a_moment()
    shop.sim.world.read_lag = 10**7
    done = await apply(shop, known, proved, phone=NEW)
    await later(shop, 4)
    left = shop.register.db.read(lambda c: outbox.find(c, done.intent.id))
    assert left is not None
    assert (left.state, left.needs_person, left.lost) == (State.UNKNOWN, True, 2)
    assert writes(shop).count(OVERRIDE) == 2
    assert outboxes.needs_decision(shop.register, left.id)
