"""Two programs on one home, and numbers that change hands: nothing is undone, doubled or given to the wrong one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from decimal import Decimal

import pytest

from budtender.backoffice import outbox as backoffice
from budtender.cache import outbox, personas
from budtender.connectors.http import Priority
from budtender.counter import lookup, signup, stop, undo, verify
from budtender.errors import Duplicate, Failure, NoIntent, NotUndoable
from budtender.model import Intent, Kind, State
from budtender.register import Register
from budtender.simulator import Simulation
from budtender.sync import push as pushing
from budtender.sync.engine import Engine
from tests.counter.counter import SAM, SYSTEM, Counter
from tests.patience import until

PHONE, TEN_OFF, PRICE = "3035550142", "58213", Decimal(250)
NEW = "7205550177"


@pytest.fixture
async def beside(counter: Counter) -> AsyncIterator[Register]:
    """A second program on the same home."""
    register = await Register.open(counter.home, vault=counter.vault, clock=counter.clock)
    yield register
    await register.close()


def form(**answers: object) -> signup.Form:
    values = {"phone": NEW, "first_name": "Zoë", "last_name": "Quist", "birth_date": "1990-01-02", "join": True}
    return signup.Form(**{**values, **answers})  # type: ignore[arg-type]


async def lost(counter: Counter) -> Intent:
    """A redemption whose answer was lost before it had any effect."""
    visit = await counter.visit(PHONE)
    counter.sim.faults.add("drop_before", match="PUT /api/v1.1/discount/redeem/*")
    return (await counter.redeem(visit, TEN_OFF)).intent


async def test_a_failed_try_beside_another_does_not_set_it_free(counter: Counter, beside: Register) -> None:
    """One program reads the wallet before it sends and fails; meanwhile the other has sent. It is sent once."""
    visit = await counter.visit(PHONE)
    counter.sim.faults.add("status", match="PUT /api/v1.1/discount/redeem/*", status=429, effect=False)
    waiting = (await counter.redeem(visit, TEN_OFF)).intent
    assert waiting.state is State.WAITING
    counter.take_a_moment()
    slow = counter.sim.faults.add("latency", match="POST /api/v2/wallet", seconds=10_000)
    late = asyncio.create_task(pushing.push(counter.register, waiting.id, Priority.COUNTER))
    await until(lambda: slow.fired, "its look at the wallet")
    assert (await pushing.push(beside, waiting.id, Priority.COUNTER)).state is State.DONE
    counter.sim.faults.clear()
    await late
    await Engine(counter.register).round_trip()
    assert len(counter.effects("redeem")) == 1
    intent = counter.register.db.read(lambda c: outbox.find(c, waiting.id))
    assert intent is not None
    assert intent.state is State.DONE


async def test_a_stop_holds_although_a_sign_up_with_texts_still_waits(counter: Counter, sim: Simulation) -> None:
    sim.stop()
    waiting = await signup.sign_up(counter.register, form(texts=True), SAM)
    assert waiting.intent.state is State.WAITING
    await stop.stop_texts(counter.register, NEW, SAM)
    sim.start()
    await counter.restart()  # a new program has not given AIQ up for a while
    for _ in range(3):
        counter.clock.pass_by(400)
        await Engine(counter.register).round_trip()
    persona = sim.world.find(NEW)
    assert persona is not None
    assert not persona.optin_at


async def test_one_shopper_is_signed_up_once_by_two_programs_at_once(counter: Counter, beside: Register) -> None:
    counter.sim.faults.add("latency", match="GET /api/v1.1/piis/*", seconds=0.3, times=2)
    both = (signup.sign_up(counter.register, form(), SAM), signup.sign_up(beside, form(), SAM))
    ended = await asyncio.gather(*both, return_exceptions=True)
    assert sorted(type(end).__name__ for end in ended) == ["Duplicate", "SignedUp"]
    assert isinstance(next(end for end in ended if isinstance(end, Failure)), Duplicate)
    assert len(counter.effects("signup")) == 1


async def test_a_standing_visit_is_not_that_of_another_shopper_with_the_number(counter: Counter) -> None:
    shared = "3035550102"
    await counter.set(text_code="off")
    first, second = await counter.known(shared, choose=1), await counter.known(shared, choose=2)
    opened = None
    for known, other in ((first, second), (second, first)):
        try:
            opened = await verify.without_code(counter.register, known, SAM)
        except Failure:
            continue
        assert verify.open_visit(counter.register, known, SAM) is not None
        assert verify.open_visit(counter.register, other, SAM) is None
    third = await counter.known(shared, choose=3)
    if opened is None:
        opened = await verify.without_code(counter.register, third, SAM)
        assert verify.open_visit(counter.register, first, SAM) is None
        assert verify.open_visit(counter.register, second, SAM) is None


async def test_what_is_owed_stays_with_the_shopper_whose_number_moved_on(counter: Counter, sim: Simulation) -> None:
    visit = await counter.visit(PHONE)
    done = await counter.redeem(visit, TEN_OFF)
    sim.faults.add("status", match="PUT /api/v1.1/adjust/*", status=503, times=None)
    await undo.undo(counter.register, done.intent.id, SAM)
    persona, heir = sim.world.find(PHONE), sim.world.find("3035550101")
    assert persona is not None
    assert heir is not None
    await counter.register.aiq.override(persona.contact_id, phone="+13035550188")
    await counter.register.aiq.override(heir.contact_id, phone="+13035550142")
    await lookup.find_shopper(counter.register, PHONE, ask=True)
    owed = counter.register.db.read(lambda c: outbox.of_phone(c, "+13035550142", Kind.ADJUST))
    holder = counter.register.db.read(lambda c: personas.get(c, owed[0].persona_id or 0))
    assert holder.persona is not None
    assert holder.persona.contact_id == persona.contact_id
    assert holder.phone == "+13035550188"


async def test_a_sign_up_whose_record_was_merged_away_leaves_one_shopper(counter: Counter, sim: Simulation) -> None:
    await signup.sign_up(counter.register, form(email="zoe@example.org"), SAM)
    await counter.register.db.write(
        lambda c: c.execute("UPDATE persona SET contact_id = 'gone-in-the-night' WHERE pending_since IS NOT NULL")
    )
    found = await lookup.find_shopper(counter.register, NEW, ask=True)
    assert found.known is not None
    assert found.known.persona is not None
    assert found.known.persona.contact_id == (sim.world.find(NEW) or pytest.fail("AIQ knows her")).contact_id


async def test_nobody_decides_on_a_lost_answer_while_it_may_still_take_effect(counter: Counter) -> None:
    intent = await lost(counter)
    decisions: tuple[backoffice.Decision, ...] = ("happened", "never")
    for decision in decisions:
        with pytest.raises(NoIntent, match="too early"):
            await backoffice.settle(counter.register, intent.id, SYSTEM, decision)


async def test_a_waiting_redemption_is_undone_once_by_two_programs_at_once(counter: Counter, beside: Register) -> None:
    visit = await counter.visit(PHONE)
    counter.sim.faults.add("status", match="PUT /api/v1.1/discount/redeem/*", status=429, effect=False)
    waiting = (await counter.redeem(visit, TEN_OFF)).intent
    both = (undo.undo(counter.register, waiting.id, SAM), undo.undo(beside, waiting.id, SAM))
    ended = await asyncio.gather(*both, return_exceptions=True)
    assert sorted(type(end).__name__ for end in ended) == ["NotUndoable", "Undone"]
    assert any(isinstance(end, NotUndoable) for end in ended)
    assert counter.show(visit).points.remaining == Decimal("412.5")
