"""A reward that was undone is redeemed again in the same visit, once each time, as soon as the undo is settled."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest

from budtender.backoffice import outbox as backoffice
from budtender.cache.visits import Visit
from budtender.counter import redeem, undo, verify, wallet
from budtender.counter import visit as visits
from budtender.errors import RewardUnusable
from budtender.model import Intent, State
from budtender.sync.engine import Engine
from tests.brisk import BriskRegister
from tests.counter.counter import PINS, SAM, SYSTEM, Counter

INES = "3035550142"
TEN_OFF, ONCE = "58213", "58220"
PUT, ADJUST = "PUT /api/v1.1/discount/redeem/*", "PUT /api/v1.1/adjust/*"


async def undone(counter: Counter, visit: Visit, reward: str = TEN_OFF) -> Intent:
    """Redeemed, and taken back."""
    done = await counter.redeem(visit, reward)
    await undo.undo(counter.register, done.intent.id, SAM)
    return done.intent


async def refused(counter: Counter, visit: Visit, reward: str = TEN_OFF, *, fresh: bool = True) -> RewardUnusable:
    """Why it cannot be redeemed now; the wallet says the same of an undo that is not settled."""
    with pytest.raises(RewardUnusable) as refusal:
        await counter.redeem(visit, reward, fresh=fresh)
    offers = {offer.reward.id: offer.use for offer in counter.show(visit).offers}
    if refusal.value.code == "undoing_before":
        assert offers[reward].code == "undoing_before"
    assert refusal.value.hint
    return refusal.value


def taken(counter: Counter) -> tuple[int, int]:
    """How often AIQ took points, and how often it gave some back."""
    return len(counter.effects("redeem")), len(counter.effects("adjust"))


@pytest.mark.requirement("D-026", "X-12")
async def test_what_was_undone_can_be_redeemed_again_and_again(counter: Counter) -> None:
    await counter.set(second_redemption_minutes=0)
    visit = await counter.visit(INES)
    for turn in range(3):
        first = await undone(counter, visit)
        assert (first.turn, counter.points(INES)) == (turn, Decimal("412.5"))
        assert {o.reward.id: o.use.usable for o in counter.show(visit).offers}[TEN_OFF]
    last = await counter.redeem(visit, TEN_OFF)
    assert (last.intent.state, last.intent.turn) == (State.DONE, 3)
    assert taken(counter) == (4, 3)
    assert counter.points(INES) == Decimal("162.5")
    shown = counter.show(visit).points
    assert (shown.available, shown.redeemed, shown.remaining) == (Decimal("412.5"), Decimal(250), Decimal("162.5"))
    assert (await refused(counter, visit)).code in {"redeemed_before", "short"}
    await Engine(counter.register).round_trip()
    assert counter.show(visit).points.remaining == Decimal("162.5")


async def test_the_next_time_it_goes_by_an_address_read_anew(counter: Counter) -> None:
    """Nobody says what AIQ makes of an address that was used."""
    visit = await counter.visit(INES)
    await undone(counter, visit)
    counter.sim.calls.clear()
    await counter.redeem(visit, TEN_OFF)
    assert [call.path.split("/")[3] for call in counter.sim.calls][:1] == ["wallet"]


async def test_a_reading_in_between_does_not_hide_it(counter: Counter) -> None:
    """AIQ said that it is not available while the points were gone; they are back."""
    visit = await counter.visit(INES)
    done = await counter.redeem(visit, TEN_OFF)
    counter.clock.pass_by(60)
    await Engine(counter.register).round_trip()
    assert not {o.reward.id: o.reward.available for o in counter.show(visit).offers}[TEN_OFF]
    await undo.undo(counter.register, done.intent.id, SAM)
    assert (await counter.redeem(visit, TEN_OFF)).intent.state is State.DONE


@pytest.mark.parametrize("reading", [False, True])
async def test_a_wallet_that_lags_does_not_hide_it(counter: Counter, reading: bool) -> None:
    """It still shows what was taken, and not that it came back."""
    visit = await counter.visit(INES)
    done = await counter.redeem(visit, TEN_OFF)
    if reading:
        counter.clock.pass_by(60)
        await Engine(counter.register).round_trip()
    counter.sim.clock.advance(100)
    await undo.undo(counter.register, done.intent.id, SAM)
    counter.sim.read_lag = 50
    again = await counter.redeem(visit, TEN_OFF)
    assert (again.intent.state, again.intent.last_error) == (State.DONE, "")
    assert taken(counter) == (2, 1)


async def test_what_aiq_ruled_out_by_points_that_came_back_is_asked_for_once(counter: Counter) -> None:
    """The wallet was read while they were lacking, and beside a balance that could not be replaced."""
    visit = await counter.visit(INES)
    done = await counter.redeem(visit, TEN_OFF)
    counter.sim.faults.add("status", match="GET /api/v1.1/redemptions/*", status=404, times=None)
    visit = await visits.read_again(counter.register, visit)
    assert wallet.came_back_since(counter.register, counter.show(visit), visit) == ""
    counter.sim.faults.clear()
    back = await undo.undo(counter.register, done.intent.id, SAM)
    assert back.entry is not None
    view = counter.show(visit)
    assert {o.reward.id for o in view.offers if o.use.code == "not_available"} >= {TEN_OFF}
    assert wallet.came_back_since(counter.register, view, visit) == back.entry.id
    counter.clock.pass_by(1)
    visit = await visits.read_again(counter.register, visit)
    view = counter.show(visit)
    assert TEN_OFF in {o.reward.id for o in view.offers if o.use.usable}
    assert wallet.came_back_since(counter.register, view, visit) == ""


async def test_points_that_are_gone_are_not_made_up_for_by_what_came_back(counter: Counter) -> None:
    visit = await counter.visit(INES)
    await undone(counter, visit)
    await Engine(counter.register).round_trip()
    assert counter.show(visit).points.pending == 0
    counter.sim.redeem_elsewhere(INES, "58216")
    again = await counter.redeem(visit, TEN_OFF)
    assert again.intent.state is State.REFUSED
    assert "237.5 points short" in again.intent.last_error
    assert taken(counter)[0] == 2, "the one that was undone, and the one elsewhere"


# ── an undo that is not settled ───────────────────────────────────────────────────────────────────────────


async def test_while_the_undo_waits_it_says_so_and_afterwards_it_goes_on(counter: Counter) -> None:
    visit = await counter.visit(INES)
    counter.sim.faults.add("status", match=ADJUST, status=429, effect=False)
    await undone(counter, visit)
    refusal = await refused(counter, visit)
    assert refusal.code == "undoing_before"
    assert "budtender outbox list" in refusal.hint
    counter.clock.pass_by(60)
    await Engine(counter.register).round_trip()
    assert (await counter.redeem(visit, TEN_OFF)).intent.state is State.DONE
    assert taken(counter) == (2, 1)


@pytest.mark.parametrize("fault", ["drop_after", "drop_before"])
async def test_while_the_undo_is_unknown_it_says_so(counter: Counter, fault: str) -> None:
    await counter.set(quiet_seconds=0, late_seconds=0)
    visit = await counter.visit(INES)
    counter.sim.faults.add(fault, match=ADJUST)
    await undone(counter, visit)
    assert (await refused(counter, visit)).code == "undoing_before"
    counter.clock.passed += 1000
    for _ in range(2):
        await Engine(counter.register).round_trip()
    assert (await counter.redeem(visit, TEN_OFF)).intent.state is State.DONE
    assert taken(counter) == (2, 1)


async def test_an_undo_that_aiq_refuses_opens_no_next_turn(counter: Counter) -> None:
    await counter.set(second_redemption_minutes=0)
    visit = await counter.visit("3035550110")
    counter.sim.faults.add("status", match=ADJUST, status=400, body="json")
    await undone(counter, visit, "58214")
    assert (await refused(counter, visit, "58214")).code == "redeemed_before"
    assert taken(counter) == (1, 0)


async def test_a_pair_that_was_dropped_without_a_network_is_saved_again(counter: Counter) -> None:
    await counter.hire()
    await counter.set(offline_redeem="on")
    await counter.visit(INES)
    counter.sim.stop()
    opened = await verify.with_pin(counter.register, await counter.known(INES), PINS["Dana"], SAM, reason="offline")
    dropped = await counter.redeem(opened.visit, TEN_OFF, fresh=False)
    await undo.undo(counter.register, dropped.intent.id, SAM)
    again = await counter.redeem(opened.visit, TEN_OFF, fresh=False)
    assert (again.intent.state, again.intent.turn) == (State.WAITING, 1)
    assert (await refused(counter, opened.visit, fresh=False)).code == "unsettled"
    counter.sim.start()
    await counter.restart()  # a new program has not given AIQ up for a while
    counter.clock.pass_by(60)
    await Engine(counter.register).round_trip()
    assert taken(counter) == (1, 0)
    assert counter.points(INES) == Decimal("162.5")


@pytest.mark.parametrize("asked", [False, True])
async def test_what_a_manager_saw_not_to_have_happened_is_open_again_if_it_was_to_be_undone(
    counter: Counter, asked: bool
) -> None:
    await counter.set(quiet_seconds=0, late_seconds=0)
    visit = await counter.visit(INES)
    counter.sim.faults.add("drop_before", match=PUT)
    lost = await counter.redeem(visit, TEN_OFF)
    if asked:
        await undo.undo(counter.register, lost.intent.id, SAM)
    await Engine(counter.register).round_trip()
    assert (await refused(counter, visit)).code == "unsettled"
    await backoffice.settle(counter.register, lost.intent.id, SYSTEM, "never")
    await Engine(counter.register).round_trip()
    if not asked:
        assert (await refused(counter, visit)).code == "refused_before"
        return
    assert (await counter.redeem(visit, TEN_OFF)).intent.state is State.DONE
    assert taken(counter) == (1, 0)


# ── once only ─────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_reward_for_one_use_is_told_as_used_as_aiq_counts_it(counter: Counter) -> None:
    visit = await counter.visit("3035550125")
    first = await undone(counter, visit, ONCE)
    refusal = await refused(counter, visit, ONCE)
    assert (refusal.code, refusal.facts["name"]) == ("used_up", "Birthday treat")
    assert "used" in refusal.title
    assert (await refused(counter, visit, " birthday TREAT ")).code == "used_up"
    assert first.state is State.DONE
    assert len(counter.effects("redeem")) == 1


@pytest.mark.parametrize("beside", [False, True])
async def test_two_presses_after_an_undo_are_one_redemption(counter: Counter, beside: bool) -> None:
    visit = await counter.visit(INES)
    await undone(counter, visit)
    counter.sim.latency_ms = 100
    counter.take_a_moment()
    other = (
        await BriskRegister.open(counter.home, vault=counter.vault, clock=counter.clock) if beside else counter.register
    )
    both = [redeem.redeem(one, visit, TEN_OFF, SAM, fresh=True) for one in (counter.register, other)]
    pressed = await asyncio.gather(*both, return_exceptions=True)
    if beside:
        await other.close()
    assert sorted(type(answer).__name__ for answer in pressed) == ["Redeemed", "RewardUnusable"]
    assert taken(counter) == (2, 1)


async def test_a_press_from_before_the_undo_is_none_after_it(counter: Counter) -> None:
    """It waited for the disk while the other was redeemed and undone: nobody has asked for another."""
    visit = await counter.visit(INES)
    first = await undone(counter, visit)
    late = first.turn
    with pytest.raises(RewardUnusable) as refusal:
        counter.register.db.read(
            lambda c: redeem.refuse_meanwhile(
                c, visit, next(o.reward for o in counter.show(visit).offers if o.reward.id == TEN_OFF), late
            )
        )
    assert refusal.value.code == "undone_meanwhile"


async def test_a_crash_after_the_second_was_saved_sends_it_once(counter: Counter) -> None:
    visit = await counter.visit(INES)
    await undone(counter, visit)
    counter.sim.faults.add("status", match=PUT, status=429, effect=False)
    saved = await counter.redeem(visit, TEN_OFF)
    assert saved.intent.state is State.WAITING
    await counter.restart()
    counter.clock.pass_by(60)
    for _ in range(3):
        await Engine(counter.register).round_trip()
    assert taken(counter) == (2, 1)
