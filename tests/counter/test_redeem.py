"""Redeeming: once, from an open visit, and every reason against it with nothing taken."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest

from budtender.counter import redeem, undo, verify
from budtender.errors import NotAllowed, RewardUnusable, Unreachable
from budtender.model import State
from budtender.sync.engine import Engine
from tests.counter.counter import PINS, SAM, Counter, exit_of

INES = "3035550142"
PUT = "PUT /api/v1.1/discount/redeem/*"


@pytest.mark.requirement("D-026", "X-03")
async def test_points_are_taken_once_and_the_till_is_told_what_to_apply(counter: Counter) -> None:
    await counter.connect_till()
    done = await counter.redeem(await counter.visit(INES), "58213")
    assert done.intent.state is State.DONE
    assert done.link is not None
    assert counter.points(INES) == Decimal("162.5")
    assert len(counter.effects("redeem")) == 1
    assert counter.audited("redeem")[0]["reward"] == "58213"


async def test_a_reward_may_be_named(counter: Counter) -> None:
    done = await counter.redeem(await counter.visit(INES), " ten DOLLARS off ")
    assert done.reward.id == "58213"


@pytest.mark.parametrize(
    ("phone", "reward", "code"),
    [
        (INES, "58999", "not_in_wallet"),
        (INES, "", "not_in_wallet"),
        (INES, "%", "not_in_wallet"),
        (INES, "x" * 5000, "not_in_wallet"),
        (INES, "58217", "short"),
        ("3035550109", "58214", "short"),
        ("3035550108", "58214", "negative"),
        ("3035550110", "58231", "expired"),
        ("3035550112", "58232", "tier"),
        ("3035550113", "58233", "two_values"),
        ("3035550114", "58234", "no_value"),
        ("3035550122", "58235", "foreign_address"),
    ],
)
@pytest.mark.requirement("D-057")
async def test_what_cannot_be_used_is_not_sent(counter: Counter, phone: str, reward: str, code: str) -> None:
    visit = await counter.visit(phone)
    with pytest.raises(RewardUnusable) as refusal:
        await counter.redeem(visit, reward)
    assert refusal.value.facts["code"] == code
    assert len(refusal.value.title) < 200
    assert exit_of(refusal.value) == 1
    assert counter.count("intent") == 0
    assert counter.effects("redeem") == []


async def test_a_reward_with_hidden_points_is_redeemed_by_aiqs_word(counter: Counter) -> None:
    done = await counter.redeem(await counter.visit("3035550107"), "58214")
    assert done.intent.state is State.DONE
    assert len(counter.effects("redeem")) == 1


async def test_a_second_redemption_within_five_minutes_takes_a_managers_pin(counter: Counter) -> None:
    await counter.hire()
    visit = await counter.visit(INES)
    await counter.redeem(visit, "58214")
    with pytest.raises(NotAllowed, match=r"^This shopper redeemed a reward less than 5 minutes ago\."):
        await counter.redeem(visit, "58215")
    opened = await verify.with_pin(
        counter.register, await counter.known(INES), PINS["Dana"], SAM, reason="two rewards", approver="Dana"
    )
    assert (await counter.redeem(opened.visit, "58215")).intent.state is State.DONE
    assert counter.points(INES) == Decimal("187.5")


async def test_after_five_minutes_a_second_redemption_is_one_like_any_other(counter: Counter) -> None:
    await counter.redeem(await counter.visit(INES), "58214")
    counter.clock.pass_by(301)
    await counter.redeem(await counter.visit(INES), "58215")
    assert counter.points(INES) == Decimal("187.5")


async def test_a_clock_set_forward_does_not_end_the_five_minutes(counter: Counter) -> None:
    visit = await counter.visit(INES)
    await counter.redeem(visit, "58214")
    counter.clock.set_back(-3600)
    with pytest.raises(NotAllowed):
        await counter.redeem(visit, "58215")


async def test_a_single_use_reward_is_gone_from_the_wallet_at_once(counter: Counter) -> None:
    visit = await counter.visit("3035550125")
    await counter.redeem(visit, "58220")
    assert "58220" not in {offer.reward.id for offer in counter.show(visit).offers}


async def test_two_presses_in_one_moment_are_one_redemption(counter: Counter) -> None:
    visit = await counter.visit(INES)
    counter.sim.latency_ms = 100
    pressed = await asyncio.gather(
        counter.redeem(visit, "58214"), counter.redeem(visit, "58214"), return_exceptions=True
    )
    assert sorted(type(answer).__name__ for answer in pressed) == ["Redeemed", "RewardUnusable"]
    assert len(counter.effects("redeem")) == 1


async def test_two_rewards_in_one_moment_are_one_redemption(counter: Counter) -> None:
    visit = await counter.visit(INES)
    counter.sim.latency_ms = 100
    pressed = await asyncio.gather(
        counter.redeem(visit, "58214"), counter.redeem(visit, "58215"), return_exceptions=True
    )
    assert sorted(type(answer).__name__ for answer in pressed) == ["Redeemed", "RewardUnusable"]
    assert len(counter.effects("redeem")) == 1


async def test_a_wallet_that_is_older_than_allowed_is_read_again_and_judged_anew(counter: Counter) -> None:
    visit = await counter.visit(INES)
    counter.sim.redeem_elsewhere(INES, "58216")
    counter.clock.pass_by(121)
    done = await counter.redeem(visit, "58214")
    assert done.intent.state is State.REFUSED
    assert "87.5 points short" in done.intent.last_error
    assert len(counter.effects("redeem")) == 1


# ── answers that do not come ──────────────────────────────────────────────────────────────────────────────


async def test_a_refusal_by_aiq_leaves_the_points_free(counter: Counter) -> None:
    visit = await counter.visit(INES)
    counter.sim.faults.add("status", match=PUT, status=400, body="json")
    done = await counter.redeem(visit, "58214")
    assert done.intent.state is State.REFUSED
    assert counter.show(visit).points.remaining == Decimal("412.5")
    assert counter.effects("redeem") == []
    assert (await counter.redeem(visit, "58215")).intent.state is State.DONE


async def test_a_visit_tries_each_reward_once_and_says_what_became_of_it(counter: Counter) -> None:
    await counter.set(second_redemption_minutes=0)
    visit = await counter.visit(INES)
    counter.sim.faults.add("status", match=PUT, status=400, body="json")
    await counter.redeem(visit, "58213")
    undone = await counter.redeem(visit, "58215")
    await undo.undo(counter.register, undone.intent.id, SAM)
    await counter.redeem(visit, "58214")
    told = {"58213": "refused_before", "58215": "usable", "58214": "redeemed_before"}
    offers = {offer.reward.id: offer.use for offer in counter.show(visit).offers}
    assert {reward: offers[reward].code for reward in told} == told
    assert [reward for reward in told if offers[reward].usable] == ["58215"]
    for reward, code in told.items():
        if offers[reward].usable:
            continue
        with pytest.raises(RewardUnusable) as refusal:
            await counter.redeem(visit, reward)
        assert refusal.value.facts["code"] == code
        assert refusal.value.hint
    counter.clock.pass_by(31)
    again = await counter.visit(INES)
    assert (await counter.redeem(again, "58213")).intent.state is State.DONE


@pytest.mark.parametrize("fault", ["drop_before", "drop_after"])
async def test_a_lost_answer_is_never_repeated_and_the_points_stay_held(counter: Counter, fault: str) -> None:
    visit = await counter.visit(INES)
    counter.sim.faults.add(fault, match=PUT)
    done = await counter.redeem(visit, "58214")
    assert done.intent.state is State.UNKNOWN
    assert counter.show(visit).points.remaining == Decimal("312.5")
    with pytest.raises(RewardUnusable, match="not settled yet") as refusal:
        await counter.redeem(visit, "58215")
    assert refusal.value.facts["code"] == "unsettled"
    assert len(counter.sim.calls.of("PUT", "/api/v1.1/discount/redeem/{uid}/{discountRef}/{token}")) == 1


async def test_a_lost_answer_that_took_effect_is_found_by_reading(counter: Counter) -> None:
    visit = await counter.visit(INES)
    counter.sim.faults.add("drop_after", match=PUT)
    done = await counter.redeem(visit, "58214")
    await counter.set(quiet_seconds=0, late_seconds=0)
    await Engine(counter.register).round_trip()
    assert counter.show(visit).points.remaining == Decimal("312.5")
    assert _state(counter, done.intent.id) is State.DONE
    assert len(counter.effects("redeem")) == 1


def _state(counter: Counter, intent_id: str) -> State:
    row = counter.register.db.read(
        lambda c: c.execute("SELECT state FROM intent WHERE id = ?", (intent_id,)).fetchone()
    )
    return State(row["state"])


# ── without a network ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.requirement("X-12")
@pytest.mark.parametrize(
    ("settings", "pin", "reward", "why"),
    [
        ({}, True, "58213", "switched off"),
        ({"offline_redeem": "on"}, False, "58213", "takes a manager's PIN"),
        ({"offline_redeem": "on"}, True, "58214", "Only rewards with a fixed amount"),
        ({"offline_redeem": "on", "offline_limit_cents": 900}, True, "58213", "more than the limit"),
        ({"offline_redeem": "on", "offline_age_minutes": 1}, True, "58213", "too old to redeem from"),
    ],
)
async def test_without_a_network_only_what_the_store_allows_is_saved(
    counter: Counter, settings: dict[str, object], pin: bool, reward: str, why: str
) -> None:
    await counter.hire()
    await counter.set(**settings)
    visit = await counter.visit(INES)
    counter.clock.pass_by(61)
    counter.sim.stop()
    if pin:
        known = await counter.known(INES)
        visit = (await verify.with_pin(counter.register, known, PINS["Dana"], SAM, reason="offline")).visit
    with pytest.raises(Unreachable, match="nothing was redeemed") as refusal:
        await counter.redeem(visit, reward, fresh=False)
    assert why in refusal.value.title
    assert exit_of(refusal.value) == 3
    assert counter.count("intent") == 0


@pytest.mark.requirement("X-12")
async def test_a_reward_takes_its_points_whole_and_one_a_shopper_without_network(counter: Counter) -> None:
    """No part of its price, and no second one before the first is known to have been taken."""
    await counter.hire()
    await counter.set(offline_redeem="on", second_redemption_minutes=0)
    await counter.visit(INES)
    counter.sim.stop()
    known = await counter.known(INES)
    opened = await verify.with_pin(counter.register, known, PINS["Dana"], SAM, reason="offline")
    done = await counter.redeem(opened.visit, "58215", fresh=False)
    assert (done.intent.state, -done.intent.points) == (State.WAITING, done.reward.points)
    with pytest.raises(RewardUnusable) as second:
        await counter.redeem(opened.visit, "58213", fresh=False)
    assert second.value.code == "unsettled"
    assert counter.count("intent") == 1


@pytest.mark.requirement("X-12")
async def test_what_was_redeemed_without_a_network_is_sent_once_it_is_back(counter: Counter) -> None:
    await counter.hire()
    await counter.set(offline_redeem="on")
    await counter.visit(INES)
    counter.sim.stop()
    known = await counter.known(INES)
    opened = await verify.with_pin(counter.register, known, PINS["Dana"], SAM, reason="offline")
    done = await counter.redeem(opened.visit, "58213", fresh=opened.fresh)
    assert done.intent.state is State.WAITING
    assert counter.show(opened.visit).points.remaining == Decimal("162.5")
    counter.sim.start()
    counter.clock.pass_by(60)
    trip = await Engine(counter.register).round_trip()
    assert trip.counts["waiting"] == 0
    assert counter.points(INES) == Decimal("162.5")
    assert len(counter.effects("redeem")) == 1


@pytest.mark.parametrize(("switch", "end"), [("none", []), ("path", ["R-1"])])
async def test_aiq_is_told_the_tills_sale_from_when_it_is_switched_on(
    counter: Counter, switch: str, end: list[str]
) -> None:
    await counter.set(append_transaction_id=switch)
    visit = await counter.visit(INES)
    done = await redeem.redeem(counter.register, visit, "58213", SAM, fresh=True, sale_id="R-1")
    assert done.intent.state is State.DONE
    assert done.intent.body["sale_id"] == "R-1"
    (call,) = [call for call in counter.sim.calls if call.method == "PUT" and "/discount/redeem/" in call.path]
    assert call.path.split("/")[8:] == end
