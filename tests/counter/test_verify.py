"""Proving that the shopper is here: every way in, every refusal beside it, and what a restart leaves of each."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from budtender.counter import verify
from budtender.counter import visit as visits
from budtender.errors import (
    Ambiguous,
    CodeRefused,
    Denied,
    InputError,
    Locked,
    NoShopper,
    NotVerified,
    RateLimited,
    Unreachable,
)
from tests.counter.counter import AIQ_PIN, KIM, SAM, Counter, exit_of, other_than

INES, MAYA = "3035550142", "3035550101"
VERIFY = ("POST", "/api/v2/verify/contact/wallet")
VIEW = ("POST", "/api/v2/view/contact/wallet")


# ── codes ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.requirement("D-038", "D-039")
async def test_one_call_sends_one_text_and_its_code_opens_one_wallet(counter: Counter) -> None:
    code = await counter.send(INES)
    assert [effect.phone for effect in counter.effects("text")] == [INES]
    opened = await counter.enter(INES, f" {code[:2]}-{code[2:]} ")
    assert (opened.visit.method, opened.visit.staff, opened.fresh) == ("code", "Sam", True)
    assert counter.count("visit") == 1
    assert counter.audited("wallet opened")[0]["how"] == "code"


async def test_a_number_that_moved_on_opens_nobodys_wallet_until_it_is_looked_up_again(counter: Counter) -> None:
    looked_up = await counter.known(INES)
    ines, heir = counter.sim.world.find(INES), counter.sim.world.find(MAYA)
    assert ines is not None
    assert heir is not None
    await counter.register.aiq.override(ines.contact_id, phone="+13035550188")
    await counter.register.aiq.override(heir.contact_id, phone="+13035550142")
    code = await counter.send(INES)
    with pytest.raises(Ambiguous, match="another shopper by now"):
        await verify.with_code(counter.register, looked_up, code, SAM)
    assert counter.count("visit") == 0
    counter.clock.pass_by(60)
    opened = await counter.enter(INES, await counter.send(INES))
    now = await counter.known(INES)
    assert (opened.visit.persona_id, now.persona and now.persona.contact_id) == (now.id, heir.contact_id)


@pytest.mark.requirement("D-039", "X-11")
async def test_a_wrong_code_opens_nothing_and_counts_down_to_a_lock(counter: Counter) -> None:
    code = await counter.send(INES)
    wrong = other_than(code)
    for left in ("4 tries", "3 tries", "2 tries", "1 try"):
        counter.clock.pass_by(1)
        with pytest.raises(CodeRefused) as refusal:
            await counter.enter(INES, wrong)
        assert refusal.value.title == f"That is not the code we sent. {left} left."
        assert exit_of(refusal.value) == 1
    with pytest.raises(Locked, match=r"^Too many tries\. Locked until"):
        await counter.enter(INES, wrong)
    with pytest.raises(Locked, match=r"^Too many tries\. Locked until"):
        await counter.enter(INES, code)
    assert counter.count("visit") == 0
    assert len(counter.sim.calls.of(*VIEW)) == 5


@pytest.mark.requirement("X-11")
async def test_a_lock_holds_over_a_restart_and_a_clock_set_back_and_ends(counter: Counter) -> None:
    await _lock(counter)
    await counter.restart()
    counter.clock.set_back(6 * 3600)
    for again in (counter.enter(INES, "1234"), counter.send(INES)):
        with pytest.raises(Locked):
            await again
    counter.clock.pass_by(9 * 60)
    with pytest.raises(Locked):
        await counter.send(INES)
    counter.clock.pass_by(61)
    assert (await counter.visit(INES)).method == "code"


async def test_a_clock_set_forward_does_not_end_a_lock(counter: Counter) -> None:
    await _lock(counter)
    counter.clock.set_back(-24 * 3600)
    with pytest.raises(Locked):
        await counter.send(INES)


async def _lock(counter: Counter) -> None:
    await counter.set(code_tries=1, shopper_age_minutes=10_080)
    code = await counter.send(INES)
    with pytest.raises(Locked):
        await counter.enter(INES, other_than(code))


async def test_a_locked_number_locks_no_other(counter: Counter) -> None:
    await _lock(counter)
    assert (await counter.visit(MAYA)).method == "code"


async def test_without_a_code_sent_no_code_is_right(counter: Counter) -> None:
    with pytest.raises(CodeRefused, match=r"^No code was sent to this shopper\.") as refusal:
        await counter.enter(INES, "1234")
    assert refusal.value.hint == "Send one first: budtender code PHONE"
    assert not counter.sim.calls.of(*VIEW)


async def test_a_code_expires_here_even_if_aiq_would_take_it(counter: Counter) -> None:
    await counter.set(code_life_minutes=5)
    code = await counter.send(INES)
    counter.clock.pass_by(5 * 60 + 1)
    with pytest.raises(CodeRefused, match=r"^This code has expired\."):
        await counter.enter(INES, code)
    assert not counter.sim.calls.of(*VIEW)


async def test_a_code_that_aiq_no_longer_takes_is_a_wrong_one(counter: Counter) -> None:
    await counter.set(code_life_minutes=60)
    code = await counter.send(INES)
    counter.sim.clock.advance(601)
    with pytest.raises(CodeRefused, match=r"4 tries left\."):
        await counter.enter(INES, code)


async def test_a_code_opens_a_wallet_once(counter: Counter) -> None:
    code = await counter.send(INES)
    await counter.enter(INES, code)
    with pytest.raises(CodeRefused, match=r"^This code has been used\."):
        await counter.enter(INES, code)
    await counter.restart()
    with pytest.raises(CodeRefused, match=r"^This code has been used\."):
        await counter.enter(INES, code)
    assert len(counter.sim.calls.of(*VIEW)) == 1


async def test_a_code_that_is_given_twice_at_once_opens_one_wallet(counter: Counter) -> None:
    """Whether AIQ takes a code twice is on no page of its documents."""
    await counter.send(INES)
    slow = counter.sim.faults.add("latency", match=" ".join(VIEW), seconds=0.3, times=2)
    both = await asyncio.gather(*(counter.enter(INES, AIQ_PIN) for _ in range(2)), return_exceptions=True)
    assert slow.fired == 2
    assert sorted(type(one).__name__ for one in both) == ["CodeRefused", "Opened"]
    (refused,) = (one for one in both if isinstance(one, CodeRefused))
    assert refused.code == "code_used"


async def test_a_code_opens_nobody_elses_wallet(counter: Counter) -> None:
    code = await counter.send(INES)
    own = await counter.send(MAYA)
    with pytest.raises(CodeRefused, match="not the code we sent"):
        await counter.enter(MAYA, code if code != own else other_than(own))
    assert counter.count("visit") == 0


@pytest.mark.parametrize("typed", ["", "123", "123456789", "12a4", "١٢٣٤", "12.4", "9" * 5000, "🌿🌿🌿🌿"])
async def test_what_cannot_be_a_code_costs_no_try(counter: Counter, typed: str) -> None:
    await counter.send(INES)
    with pytest.raises(InputError, match=r"^The code has 4 digits\."):
        await counter.enter(INES, typed)
    assert counter.register.db.read(lambda c: c.execute("SELECT tries FROM code_try").fetchone()["tries"]) == 0
    assert not counter.sim.calls.of(*VIEW)


@pytest.mark.requirement("D-038", "X-11")
async def test_a_second_code_waits_thirty_seconds(counter: Counter) -> None:
    await counter.send(INES)
    with pytest.raises(Locked, match=r"^New code in (29|28|27) seconds\."):
        await counter.send(INES)
    await counter.restart()
    counter.clock.pass_by(15)
    with pytest.raises(Locked, match=r"^New code in (9|1[0-3]) seconds\."):
        await counter.send(INES)
    counter.clock.pass_by(16)
    await counter.send(INES)
    assert len(counter.effects("text")) == 2


@pytest.mark.requirement("X-11")
async def test_a_fourth_code_waits_until_the_window_has_room(counter: Counter) -> None:
    for _ in range(3):
        await counter.send(INES)
        counter.clock.pass_by(31)
    await counter.restart()
    counter.clock.set_back(3600)
    with pytest.raises(Locked, match=r"^3 codes were sent\. Another one can be sent at \d\d:\d\d\."):
        await counter.send(INES)
    assert len(counter.effects("text")) == 3
    counter.clock.pass_by(10 * 60 - 3 * 31 + 1)
    await counter.send(INES)


async def test_only_the_newest_code_is_right(counter: Counter) -> None:
    first = await counter.send(INES)
    counter.clock.pass_by(31)
    second = await counter.send(INES)
    if first != second:
        with pytest.raises(CodeRefused):
            await counter.enter(INES, first)
    assert (await counter.enter(INES, second)).fresh


async def test_a_number_that_aiq_blocked_since_gets_no_text(counter: Counter) -> None:
    await counter.known(INES)
    counter.sim.block(INES)
    with pytest.raises(NoShopper, match="never signed up, or it is blocked") as refusal:
        await counter.send(INES)
    assert exit_of(refusal.value) == 1
    assert counter.effects("text") == []
    assert counter.count("code_sent") == 0


async def test_a_text_whose_answer_was_lost_counts_as_sent(counter: Counter) -> None:
    await counter.known(INES)
    counter.sim.faults.add("drop_after", match="POST /api/v2/verify/contact/wallet")
    with pytest.raises(Unreachable, match="may be on its way all the same") as refusal:
        await counter.send(INES)
    assert exit_of(refusal.value) == 3
    assert len(counter.effects("text")) == 1
    with pytest.raises(Locked, match="New code in"):
        await counter.send(INES)
    assert (await counter.enter(INES, counter.sim.last_code(INES))).fresh


async def test_a_text_that_was_never_asked_for_costs_nothing(counter: Counter) -> None:
    await counter.known(INES)
    counter.sim.stop()
    with pytest.raises(Unreachable, match="cannot be reached"):
        await counter.send(INES)
    counter.sim.start()
    await counter.send(INES)
    assert len(counter.effects("text")) == 1


async def test_a_code_that_aiq_could_not_look_at_costs_no_try(counter: Counter) -> None:
    code = await counter.send(INES)
    counter.sim.faults.add("rate_limit", match="POST /api/v2/view/contact/wallet", times=None, seconds=60)
    with pytest.raises(RateLimited):
        await counter.enter(INES, other_than(code))
    assert counter.register.db.read(lambda c: c.execute("SELECT tries FROM code_try").fetchone()["tries"]) == 0


@pytest.mark.requirement("D-015", "D-040", "X-04")
async def test_the_text_code_is_on_until_a_manager_switches_it_off(counter: Counter) -> None:
    with pytest.raises(NotVerified, match="verified first"):
        await verify.without_code(counter.register, await counter.known(INES), SAM)
    await counter.set(text_code="off")
    with pytest.raises(Denied, match="text code is switched off, so no text was sent"):
        await counter.send(INES)
    opened = await verify.without_code(counter.register, await counter.known(INES), SAM)
    assert opened.visit.method == "off"
    assert counter.effects("text") == []
    assert counter.audited("wallet opened")[0]["how"] == "text code off"
    assert counter.audited("setting changed")[0] == {"staff": "set-up", "key": "text_code", "from": None, "to": "off"}


async def test_of_several_people_with_one_number_only_the_wallet_of_the_chosen_one_opens(counter: Counter) -> None:
    await counter.set(text_code="off")
    opened = []
    for choose in (1, 2, 3):
        known = await counter.known("3035550102", choose)
        with suppress(Ambiguous):
            opened.append((known.id, (await verify.without_code(counter.register, known, SAM)).visit.persona_id))
    assert len(opened) == 1
    assert opened[0][0] == opened[0][1]


async def test_a_wallet_without_a_contact_id_is_taken_for_the_shoppers_own(counter: Counter) -> None:
    visit = await counter.visit("3035550121")
    assert counter.show(visit).points.available is not None


# ── an open visit ─────────────────────────────────────────────────────────────────────────────────────────


async def test_a_visit_goes_on_with_its_code_for_the_same_budtender_and_five_minutes(counter: Counter) -> None:
    code = await counter.send(INES)
    visit = (await counter.enter(INES, code)).visit
    known = await counter.known(INES)
    going_on = verify.open_visit(counter.register, known, SAM, code=code)
    assert going_on is not None
    assert going_on.visit.id == visit.id
    assert verify.open_visit(counter.register, known, SAM, code=other_than(code)) is None
    assert verify.open_visit(counter.register, known, KIM, code=code) is None
    await counter.restart()
    assert verify.open_visit(counter.register, known, SAM) is not None
    counter.clock.pass_by(5 * 60)
    assert verify.open_visit(counter.register, known, SAM) is None


async def test_a_closed_visit_stays_closed(counter: Counter) -> None:
    visit = await counter.visit(INES)
    await visits.close_visit(counter.register, visit)
    assert verify.open_visit(counter.register, await counter.known(INES), SAM) is None
