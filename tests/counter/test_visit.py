"""An open visit: its time by both clocks, keeping it open, reading its wallet anew, and what was redeemed elsewhere."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest

from budtender.backoffice import staff
from budtender.cache.visits import Visit
from budtender.counter import redeem, verify, wallet
from budtender.counter import visit as visits
from budtender.errors import NotAllowed, NotVerified, PinRefused, Unreachable
from budtender.model import State
from tests.counter.counter import PINS, SAM, SYSTEM, WRONG_PIN, Counter

INES = "3035550142"


async def test_a_visit_can_be_kept_open_ten_times_its_length_and_no_longer(counter: Counter) -> None:
    visit = await counter.visit(INES)
    for _ in range(10):
        counter.clock.pass_by(290)
        assert 0 < visits.seconds_left(counter.register, visit) <= 10
        visit = await visits.keep_open(counter.register, visit, SAM)
        assert visits.seconds_left(counter.register, visit) == pytest.approx(300, abs=1)
    counter.clock.pass_by(290)
    assert not visits.can_keep_open(counter.register, visit) or visits.seconds_left(counter.register, visit) > 0
    counter.clock.pass_by(200)
    with pytest.raises(NotVerified, match="over"):
        await visits.keep_open(counter.register, visit, SAM)
    assert len(counter.audited("wallet kept open")) == 10


async def test_a_kept_visit_survives_a_restart(counter: Counter) -> None:
    visit = await counter.visit(INES)
    counter.clock.pass_by(290)
    await visits.keep_open(counter.register, visit, SAM)
    counter.clock.pass_by(200)
    await counter.restart()
    known = await counter.known(INES)
    opened = verify.open_visit(counter.register, known, SAM)
    assert opened is not None
    assert visits.seconds_left(counter.register, opened.visit) == pytest.approx(99, abs=2)


@pytest.mark.parametrize("back", [0, 3600])
async def test_setting_the_clock_back_wins_no_time(counter: Counter, back: float) -> None:
    visit = await counter.visit(INES)
    counter.clock.pass_by(301)
    counter.clock.set_back(back)
    assert visits.seconds_left(counter.register, visit) == 0


async def test_what_a_pin_opened_ends_as_approved(counter: Counter) -> None:
    await counter.hire()
    known = await counter.known(INES)
    opened = await verify.with_pin(counter.register, known, PINS["Dana"], SAM, reason="phone at home")
    assert not visits.can_keep_open(counter.register, opened.visit)
    with pytest.raises(NotVerified):
        await visits.keep_open(counter.register, opened.visit, SAM)


async def test_reading_again_shows_what_was_earned_meanwhile(counter: Counter) -> None:
    visit = await counter.visit(INES)
    counter.sim.earn(INES, 100)
    again = await visits.read_again(counter.register, visit)
    assert wallet.show(counter.register, again, fresh=True).points.remaining == Decimal("512.5")


async def test_a_redemption_of_another_register_is_told_and_ours_is_not(counter: Counter) -> None:
    visit = await counter.visit(INES)
    assert await visits.redeemed_elsewhere(counter.register, visit) is None
    await counter.redeem(visit, "58213")
    assert await visits.redeemed_elsewhere(counter.register, visit) is None
    counter.sim.redeem_elsewhere(INES, "58215")
    other = await visits.redeemed_elsewhere(counter.register, visit)
    assert other is not None
    assert other.name
    await counter.set(second_redemption_minutes=0)
    assert await visits.redeemed_elsewhere(counter.register, visit) is None


async def test_our_own_redemption_whose_answer_is_not_here_yet_is_no_other_register_s(counter: Counter) -> None:
    visit = await counter.visit(INES)
    counter.sim.faults.add("drop_after", match="PUT /api/v1.1/discount/redeem/*", times=1)
    done = await counter.redeem(visit, "58213")
    assert done.intent.state is not State.DONE
    assert [effect.kind for effect in counter.effects("redeem")] == ["redeem"]
    assert await visits.redeemed_elsewhere(counter.register, visit) is None
    counter.sim.redeem_elsewhere(INES, "58215")
    assert await visits.redeemed_elsewhere(counter.register, visit) is not None


async def test_who_took_the_same_reward_first_is_told_and_nobody_else(counter: Counter) -> None:
    visit = await counter.visit(INES)
    rewards = {offer.reward.id: offer.reward for offer in counter.show(visit).offers}
    mine, others = rewards["58213"], rewards["58215"]
    assert await visits.taken_elsewhere(counter.register, visit, mine) is None
    counter.sim.redeem_elsewhere(INES, "58215")
    assert await visits.taken_elsewhere(counter.register, visit, mine) is None
    other = await visits.taken_elsewhere(counter.register, visit, others)
    assert other is not None
    assert other.name == others.name
    counter.sim.stop()
    assert await visits.taken_elsewhere(counter.register, visit, others) is None


async def test_nobody_is_warned_while_the_window_of_redemptions_cannot_be_read(counter: Counter) -> None:
    visit = await counter.visit(INES)
    counter.sim.redeem_elsewhere(INES, "58215")
    counter.sim.stop()
    assert await visits.redeemed_elsewhere(counter.register, visit) is None


async def test_nobody_approves_their_own_wallet(counter: Counter) -> None:
    await counter.hire()
    await staff.add(counter.register, "ines  CALDER", "manager", "918273", SYSTEM)
    known = await counter.known(INES)
    with pytest.raises(NotAllowed) as refusal:
        await verify.with_pin(counter.register, known, "918273", SAM, reason="phone at home")
    assert refusal.value.code == "own_purchase"
    assert counter.count("visit") == 0


async def test_a_wallet_that_is_known_opens_by_pin_for_a_page_that_found_the_shopper_before(counter: Counter) -> None:
    await counter.hire()
    found_before = await counter.known(INES)
    assert found_before.wallet_at is None
    await counter.visit(INES)
    counter.sim.stop()
    opened = await verify.with_pin(counter.register, found_before, PINS["Dana"], SAM, reason="offline")
    assert not opened.fresh


async def test_the_rules_without_network_are_told_before_they_are_met(counter: Counter) -> None:
    await counter.hire()
    await counter.set(offline_redeem="on", offline_limit_cents=600)
    visit = await counter.visit(INES)
    rewards = {offer.reward.id: offer.reward for offer in counter.show(visit).offers}
    ten = next(reward for reward in rewards.values() if reward.cents_off == 1000)
    five = next(reward for reward in rewards.values() if reward.cents_off == 500)
    by_code = redeem.judge_offline(counter.register, visit, five)
    assert by_code is not None
    assert by_code.code == "offline_needs_pin"
    known = await counter.known(INES)
    by_pin = (await verify.with_pin(counter.register, known, PINS["Dana"], SAM, reason="offline")).visit
    assert redeem.judge_offline(counter.register, by_pin, five) is None
    dear = redeem.judge_offline(counter.register, by_pin, ten)
    assert isinstance(dear, Unreachable)
    assert dear.code == "offline_over_limit"
    with pytest.raises(Unreachable) as refusal:
        await counter.redeem(by_pin, ten.id, fresh=False)
    assert refusal.value.code == "offline_over_limit"

    async def allow(reward_id: str, pin: str, visit: Visit = by_pin) -> redeem.Allowed:
        return await redeem.allow_over_limit(counter.register, visit, reward_id, pin, SAM)

    with pytest.raises(PinRefused):
        await allow(ten.id, WRONG_PIN)
    with pytest.raises(Unreachable) as refusal:
        await allow(ten.id, PINS["Dana"], visit)
    assert refusal.value.code == "offline_needs_pin", "the limit alone can be lifted"
    allowed = await allow(ten.id, PINS["Dana"])
    assert counter.audited("PIN approved")[0]["cents"] == 1000
    counter.sim.stop()
    for other in (msgspec.structs.replace(allowed, reward_id=five.id), msgspec.structs.replace(allowed, visit_id="x")):
        with pytest.raises(Unreachable):
            await redeem.redeem(counter.register, by_pin, ten.id, SAM, fresh=False, over_limit=other)
    done = await redeem.redeem(counter.register, by_pin, ten.id, SAM, fresh=False, over_limit=allowed)
    assert done.intent.state is State.WAITING
    assert counter.audited("redeem")[0]["over_limit_allowed_by"] == "Dana"
