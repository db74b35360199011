"""After a restart the same step opens, for the person who was in it, as long as its own time lasts."""

from __future__ import annotations

import pytest

from budtender.counter import lookup, redeem, resume, undo, verify
from budtender.counter import visit as visits
from budtender.counter.resume import Place
from budtender.errors import CodeRefused, Denied, NoIntent
from budtender.model import State
from tests.counter.counter import KIM, SAM, Counter, other_than

INES = "3035550142"
E164 = f"+1{INES}"


async def looked_up(counter: Counter) -> int:
    known = await counter.known(INES)
    await resume.hold(counter.register, Place(page="lookup", phone=E164, persona_id=known.id), SAM)
    return known.id


async def test_nothing_was_begun(counter: Counter) -> None:
    assert resume.find(counter.register, SAM) is None
    await resume.let_go(counter.register, SAM)
    assert resume.find(counter.register, SAM) is None


async def test_a_shopper_who_was_looked_up(counter: Counter) -> None:
    persona_id = await looked_up(counter)
    await counter.restart()
    found = resume.find(counter.register, SAM)
    assert found is not None
    assert (found.step, found.phone, found.persona_id) == ("lookup", E164, persona_id)
    shown = lookup.find_here(counter.register, found.phone, persona=found.persona_id)
    assert shown is not None
    assert shown.name == "Ines C."
    assert resume.find(counter.register, KIM) is None, "it was somebody else's"
    counter.clock.pass_by(5 * 60)
    assert resume.find(counter.register, SAM) is None


async def test_a_code_that_was_sent_with_its_times(counter: Counter) -> None:
    persona_id = await looked_up(counter)
    code = await counter.send(INES)
    sent = counter.clock.now()
    counter.clock.pass_by(12)
    with pytest.raises(CodeRefused):
        await counter.enter(INES, other_than(code))
    await counter.restart()
    found = resume.find(counter.register, SAM)
    assert found is not None
    assert (found.step, found.phone, found.persona_id) == ("code", E164, persona_id)
    assert found.code is not None
    assert abs((found.code.sent - sent).total_seconds()) < 5
    assert (found.code.expires - found.code.sent).total_seconds() == 600
    assert 10 < (found.code.resend_at - counter.clock.now()).total_seconds() <= 18
    assert (found.code.sends_left, found.code.tries_left, found.code.locked_until) == (2, 4, None)
    assert (await counter.enter(INES, code)).visit.staff == "Sam"
    counter.clock.pass_by(601)
    assert resume.find(counter.register, SAM) is None


async def test_a_lock_is_told_too(counter: Counter) -> None:
    code = await counter.send(INES)
    for _ in range(5):
        counter.take_a_moment()
        with pytest.raises(Denied):
            await counter.enter(INES, other_than(code))
    await counter.restart()
    found = resume.find(counter.register, SAM)
    assert found is not None
    assert found.code is not None
    assert found.code.locked_until is not None
    assert 590 < (found.code.locked_until - counter.clock.now()).total_seconds() <= 600


async def test_an_open_wallet(counter: Counter) -> None:
    await looked_up(counter)
    visit = await counter.visit(INES)
    await counter.restart()
    found = resume.find(counter.register, SAM)
    assert found is not None
    assert found.visit is not None
    assert (found.step, found.visit.id, found.fresh) == ("wallet", visit.id, True)
    counter.clock.set_back(3600)
    counter.clock.pass_by(5 * 60)
    assert resume.find(counter.register, SAM) is None, "setting the clock back opens nothing"


async def test_a_machine_that_was_off_for_the_night_opens_no_wallet(counter: Counter) -> None:
    """The monotonic clock begins anew with the machine, so the wall clock counts as well."""
    known = await counter.known(INES)
    await counter.visit(INES)
    counter.clock.ahead += 8 * 3600
    counter.clock.passed -= counter.clock.mono() - 1
    assert resume.find(counter.register, SAM) is None
    assert verify.open_visit(counter.register, known, SAM) is None


async def test_a_redemption_that_was_saved_as_the_program_ended(counter: Counter) -> None:
    visit = await counter.visit(INES)
    done = await counter.redeem(visit, "58213")
    await counter.restart()
    found = resume.find(counter.register, SAM)
    assert found is not None
    assert found.redemption is not None
    assert (found.step, found.redemption.id) == ("redeemed", done.intent.id)
    again = redeem.reread(counter.register, found.redemption.id)
    assert (again.reward, again.intent.state, again.balance.shown) == (done.reward, State.DONE, done.balance.shown)
    await undo.undo(counter.register, done.intent.id, SAM)
    back = resume.find(counter.register, SAM)
    assert back is not None
    assert back.step == "wallet"
    with pytest.raises(NoIntent):
        redeem.reread(counter.register, "f" * 32)


async def test_a_redemption_whose_answer_was_lost(counter: Counter) -> None:
    visit = await counter.visit(INES)
    counter.sim.faults.add("drop_after", match="PUT /api/v1.1/discount/redeem/*")
    await counter.redeem(visit, "58213")
    await counter.restart()
    found = resume.find(counter.register, SAM)
    assert found is not None
    assert found.redemption is not None
    assert (found.step, found.redemption.state) == ("redeemed", State.UNKNOWN)


async def test_whoever_is_done_with_a_shopper_starts_anew(counter: Counter) -> None:
    visit = await counter.visit(INES)
    await counter.redeem(visit, "58213")
    counter.take_a_moment()
    await resume.let_go(counter.register, SAM)
    await counter.restart()
    assert resume.find(counter.register, SAM) is None
    counter.take_a_moment()
    await looked_up(counter)
    found = resume.find(counter.register, SAM)
    assert found is not None
    assert found.step == "lookup"


async def test_a_closed_visit_is_over(counter: Counter) -> None:
    visit = await counter.visit(INES)
    await visits.close_visit(counter.register, visit)
    assert resume.find(counter.register, SAM) is None
