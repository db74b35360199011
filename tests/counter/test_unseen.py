"""What is refused while nobody looks is told until somebody has taken note of it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from budtender.backoffice import outbox, status
from budtender.counter import lookup, unseen, verify
from budtender.counter.lookup import Found
from budtender.errors import NoIntent
from budtender.model import Intent, State
from budtender.sync.engine import Engine
from tests.counter.counter import KIM, PINS, SAM, Counter

INES = "3035550142"


async def refused_later(counter: Counter) -> Intent:
    """Redeemed without network; before it is back, another register has taken the points."""
    await counter.hire()
    await counter.set(offline_redeem="on")
    await counter.visit(INES)
    counter.sim.stop()
    known = await counter.known(INES)
    opened = await verify.with_pin(counter.register, known, PINS["Dana"], SAM, reason="offline")
    done = await counter.redeem(opened.visit, "58213", fresh=opened.fresh)
    assert done.intent.state is State.WAITING
    counter.sim.start()
    counter.sim.redeem_elsewhere(INES, "58213")
    counter.clock.pass_by(900)
    await Engine(counter.register).round_trip()
    return done.intent


async def found(counter: Counter) -> Found:
    return await lookup.find_shopper(counter.register, INES)


async def test_a_redemption_refused_in_the_background_is_told_until_it_is_seen(counter: Counter) -> None:
    saved = await refused_later(counter)
    assert counter.points(INES) == Decimal("162.5"), "nothing was taken for it"
    await counter.restart()
    (listed,) = outbox.listing(counter.register)
    assert (listed.id, listed.state, listed.unseen) == (saved.id, State.REFUSED, True)
    assert "points short" in listed.last_error
    assert outbox.refused_unseen(counter.register) == [listed]
    assert (await found(counter)).refused == (listed,)
    here = lookup.find_here(counter.register, INES)
    assert here is not None
    assert here.refused == (listed,)
    assert unseen.in_words(listed).startswith("The redemption of “Ten dollars off” saved on ")
    assert (await lookup.find_shopper(counter.register, "3035550101")).refused == ()

    noted = await unseen.take_note(counter.register, saved.id, KIM)
    assert (noted.state, noted.unseen) == (State.REFUSED, False)
    assert outbox.listing(counter.register) == []
    assert [intent.id for intent in outbox.listing(counter.register, closed=True)] == [saved.id]
    assert (await found(counter)).refused == ()
    (entry,) = counter.audited("refusal seen")
    assert (entry["staff"], entry["intent"]) == ("Kim", saved.id)
    with pytest.raises(NoIntent, match="Nothing of it waits to be seen"):
        await unseen.take_note(counter.register, saved.id, KIM)
    assert status.status(counter.register)


async def test_what_is_refused_before_the_budtenders_eyes_is_seen_already(counter: Counter) -> None:
    visit = await counter.visit(INES)
    counter.sim.faults.add("status", status=400, match="PUT /api/v1.1/discount/redeem/*")
    done = await counter.redeem(visit, "58213")
    assert (done.intent.state, done.intent.unseen) == (State.REFUSED, False)
    assert outbox.listing(counter.register) == []


async def test_what_is_only_waiting_cannot_be_seen_off(counter: Counter) -> None:
    counter.sim.faults.add("rate_limit", seconds=60, match="PUT /api/v1.1/discount/redeem/*")
    done = await counter.redeem(await counter.visit(INES), "58213")
    assert done.intent.state is State.WAITING
    with pytest.raises(NoIntent):
        await unseen.take_note(counter.register, done.intent.id, SAM)
    assert [intent.id for intent in outbox.listing(counter.register)] == [done.intent.id]
