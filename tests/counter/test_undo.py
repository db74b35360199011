"""Undoing: a reversing entry, once, by who may; never before it is known what is to be reversed."""

from __future__ import annotations

from decimal import Decimal

import pytest

from budtender.backoffice import outbox
from budtender.cache.database import Connection
from budtender.counter import undo, verify
from budtender.counter.redeem import Redeemed
from budtender.errors import NotAllowed, NotUndoable, PinRefused
from budtender.model import Actor, Role, State
from budtender.sync.engine import Engine
from tests.counter.counter import KIM, PINS, SAM, SYSTEM, WRONG_PIN, Counter, exit_of

INES = "3035550142"
DANA = Actor(name="Dana", role=Role.OWNER, staff_id=1)
ADJUST = ("PUT", "/api/v1.1/adjust/loyaltyPoints/{uid}/{contactID}")


async def redeemed(counter: Counter) -> Redeemed:
    return await counter.redeem(await counter.visit(INES), "58213")


async def test_the_same_budtender_undoes_in_time(counter: Counter) -> None:
    done = await redeemed(counter)
    undone = await undo.undo(counter.register, done.intent.id, SAM, reason=" wrong \n reward ")
    assert undone.entry is not None
    assert undone.entry.state is State.DONE
    assert undone.points == 250
    assert undone.balance is not None
    assert undone.balance.shown == Decimal("412.5")
    assert counter.points(INES) == Decimal("412.5")
    assert [effect.points for effect in counter.effects("redeem", "adjust")] == [-250, 250]
    assert done.intent.id in counter.effects("adjust")[0].note
    assert counter.audited("undo")[0]["reason"] == "wrong reward"


async def test_an_undo_may_be_named_by_the_beginning_of_its_id(counter: Counter) -> None:
    done = await redeemed(counter)
    undone = await undo.undo(counter.register, done.intent.id[:8], SAM)
    assert undone.redemption.id == done.intent.id


async def test_another_budtender_may_not(counter: Counter) -> None:
    done = await redeemed(counter)
    with pytest.raises(NotAllowed, match=r"^Another budtender redeemed this\.") as refusal:
        await undo.undo(counter.register, done.intent.id, KIM)
    assert exit_of(refusal.value) == 1
    assert counter.effects("adjust") == []
    assert counter.count("intent") == 1


@pytest.mark.parametrize("back", [0, 3600])
async def test_nobody_may_later_but_a_manager_with_a_pin(counter: Counter, back: float) -> None:
    done = await redeemed(counter)
    counter.clock.pass_by(10 * 60 + 1)
    counter.clock.set_back(back)
    with pytest.raises(NotAllowed, match=r"^This was redeemed more than 10 minutes ago\."):
        await undo.undo(counter.register, done.intent.id, SAM)
    undone = await undo.undo(counter.register, done.intent.id, SAM, approver="Dana", reason="customer came back")
    assert undone.entry is not None
    assert undone.entry.state is State.DONE
    written = counter.audited("undo")[0]
    assert (written["staff"], written["approver"]) == ("Sam", "Dana")


async def test_a_managers_name_alone_is_no_approval(counter: Counter) -> None:
    done = await redeemed(counter)
    with pytest.raises(NotAllowed):
        await undo.undo(counter.register, done.intent.id, DANA)
    assert counter.effects("adjust") == []


async def test_points_come_back_once(counter: Counter) -> None:
    done = await redeemed(counter)
    await undo.undo(counter.register, done.intent.id, SAM)
    with pytest.raises(NotUndoable, match=r"^This redemption has been undone already\."):
        await undo.undo(counter.register, done.intent.id, SAM)
    assert len(counter.sim.calls.of(*ADJUST)) == 1


async def test_after_an_undo_the_shopper_may_redeem_again_at_once(counter: Counter) -> None:
    visit = await counter.visit(INES)
    done = await counter.redeem(visit, "58213")
    await undo.undo(counter.register, done.intent.id, SAM)
    assert (await counter.redeem(visit, "58214")).intent.state is State.DONE


@pytest.mark.parametrize("redemption", ["", "nothing", "%", "x" * 5000])
async def test_what_is_no_redemption_cannot_be_undone(counter: Counter, redemption: str) -> None:
    await redeemed(counter)
    with pytest.raises(NotUndoable, match=r"^There is no redemption with this number\."):
        await undo.undo(counter.register, redemption, SAM)


async def test_an_undo_cannot_be_undone(counter: Counter) -> None:
    done = await redeemed(counter)
    undone = await undo.undo(counter.register, done.intent.id, SAM)
    assert undone.entry is not None
    with pytest.raises(NotUndoable, match="no redemption"):
        await undo.undo(counter.register, undone.entry.id, SAM)


async def test_a_redemption_that_aiq_refused_has_nothing_to_undo(counter: Counter) -> None:
    visit = await counter.visit(INES)
    counter.sim.faults.add("status", match="PUT /api/v1.1/discount/redeem/*", status=400, body="json")
    done = await counter.redeem(visit, "58213")
    with pytest.raises(NotUndoable, match=r"^This redemption did not happen"):
        await undo.undo(counter.register, done.intent.id, SAM)


async def test_a_redemption_that_was_never_sent_is_withdrawn(counter: Counter) -> None:
    await counter.hire()
    await counter.set(offline_redeem="on")
    await counter.visit(INES)
    counter.sim.stop()
    opened = await verify.with_pin(counter.register, await counter.known(INES), PINS["Dana"], SAM, reason="offline")
    done = await counter.redeem(opened.visit, "58213", fresh=False)
    undone = await undo.undo(counter.register, done.intent.id, SAM)
    assert (undone.entry, undone.redemption.state) == (None, State.REFUSED)
    assert counter.show(opened.visit).points.remaining == Decimal("412.5")
    counter.sim.start()
    counter.clock.pass_by(60)
    await Engine(counter.register).round_trip()
    assert counter.effects("redeem", "adjust") == []


@pytest.mark.parametrize(("fault", "taken"), [("drop_after", True), ("drop_before", False)])
async def test_an_undo_waits_until_a_lost_answer_is_settled(counter: Counter, fault: str, taken: bool) -> None:
    visit = await counter.visit(INES)
    counter.sim.faults.add(fault, match="PUT /api/v1.1/discount/redeem/*")
    done = await counter.redeem(visit, "58213")
    undone = await undo.undo(counter.register, done.intent.id, SAM)
    assert undone.entry is not None
    assert undone.entry.state is State.WAITING
    assert not counter.sim.calls.of(*ADJUST)
    await counter.set(quiet_seconds=0, late_seconds=0)
    counter.clock.passed += 1000  # so much that AIQ's reads surely show it, had it happened
    await Engine(counter.register).round_trip()
    if not taken:
        # Reading cannot tell; a person sees that nothing was taken.
        await outbox.settle(counter.register, done.intent.id, SYSTEM, "never")
    await Engine(counter.register).round_trip()
    assert len(counter.sim.calls.of(*ADJUST)) == (1 if taken else 0)
    assert counter.points(INES) == Decimal("412.5")
    assert counter.show(visit).points.remaining == Decimal("412.5")
    assert outbox.listing(counter.register) == []


async def test_a_lost_answer_to_an_undo_is_found_by_its_mark(counter: Counter) -> None:
    done = await redeemed(counter)
    counter.sim.faults.add("drop_after", match="PUT /api/v1.1/adjust/*")
    undone = await undo.undo(counter.register, done.intent.id, SAM)
    assert undone.entry is not None
    assert undone.entry.state is State.UNKNOWN
    await counter.set(quiet_seconds=0, late_seconds=0)
    await Engine(counter.register).round_trip()
    assert len(counter.sim.calls.of(*ADJUST)) == 1
    assert counter.points(INES) == Decimal("412.5")
    with pytest.raises(NotUndoable):
        await undo.undo(counter.register, done.intent.id, SAM)


async def test_an_undo_is_saved_when_aiq_is_silent(counter: Counter) -> None:
    done = await redeemed(counter)
    counter.sim.stop()
    undone = await undo.undo(counter.register, done.intent.id, SAM)
    assert undone.entry is not None
    assert undone.entry.state is State.WAITING
    counter.sim.start()
    counter.clock.pass_by(60)
    await Engine(counter.register).round_trip()
    assert counter.points(INES) == Decimal("412.5")


# ── the last ones of this register ────────────────────────────────────────────────────────────────────────


async def test_the_last_redemptions_and_how_long_they_can_be_undone(counter: Counter) -> None:
    assert undo.last(counter.register, SAM) == ()
    done = await redeemed(counter)
    (row,) = undo.last(counter.register, SAM)
    assert (row.redemption.id, row.shopper, int(row.points)) == (done.intent.id, "Ines C.", 250)
    assert row.reward == done.reward
    assert 590 < row.seconds_left <= 600
    assert not row.others
    (other,) = undo.last(counter.register, KIM)
    assert (other.others, other.seconds_left) == (True, 0)
    counter.clock.pass_by(9 * 60)
    assert 0 < undo.last(counter.register, SAM)[0].seconds_left <= 60
    counter.clock.set_back(3600)
    counter.clock.pass_by(61)
    assert undo.last(counter.register, SAM)[0].seconds_left == 0
    await counter.restart()
    assert undo.last(counter.register, SAM)[0].redemption.id == done.intent.id


async def test_what_was_undone_or_refused_is_not_offered_again(counter: Counter) -> None:
    done = await redeemed(counter)
    undone = await undo.undo(counter.register, done.intent.id, SAM, reason=undo.Reason.CHANGED_MIND)
    assert undone.outcome == "undone"
    assert undo.last(counter.register, SAM) == ()
    assert undone.entry is not None
    assert undone.entry.body["reason"] == "changed their mind"


async def test_five_are_shown_the_newest_first(counter: Counter) -> None:
    done = await redeemed(counter)
    rows = 7

    def copies(c: Connection) -> None:
        for n in range(rows):
            c.execute(
                """INSERT INTO intent (id, kind, state, system, persona_id, phone, reward_id, points_e4, body, staff,
                       created_at, moved_mono)
                   SELECT ?, kind, 'done', system, persona_id, phone, reward_id, ?, body, staff, created_at, moved_mono
                   FROM intent WHERE id = ?""",
                (f"{n:032x}", -10_000 * (n + 1), done.intent.id),
            )

    await counter.register.db.write(copies)
    assert [int(row.points) for row in undo.last(counter.register, SAM)] == [7, 6, 5, 4, 3]
    assert len(undo.last(counter.register, SAM, limit=100)) == rows + 1


async def test_a_manager_undoes_with_a_pin_and_the_reason_is_kept(counter: Counter) -> None:
    await counter.hire()
    done = await redeemed(counter)
    counter.clock.pass_by(3600)
    with pytest.raises(NotAllowed) as refusal:
        await undo.undo(counter.register, done.intent.id, SAM)
    assert (refusal.value.code, refusal.value.facts["minutes"]) == ("too_late", 10)
    with pytest.raises(PinRefused):
        await undo.undo_with_pin(counter.register, done.intent.id, WRONG_PIN, SAM, reason="other")
    undone = await undo.undo_with_pin(
        counter.register, done.intent.id, PINS["Omar"], SAM, reason=undo.Reason.WRONG_REWARD
    )
    assert undone.outcome == "undone"
    row = counter.audited("undo")[0]
    assert (row["approver"], row["reason"], row["staff"]) == ("Omar", "wrong reward", "Sam")
    approved = counter.audited("PIN approved")[0]
    assert (approved["for"], approved["redemption"]) == ("undo", done.intent.id)
    with pytest.raises(NotUndoable):
        await undo.undo_with_pin(counter.register, done.intent.id, PINS["Omar"], SAM, reason="other")
    assert len(counter.audited("PIN approved")) == 1, "no PIN is asked for what cannot be undone"


async def test_a_pair_that_was_never_sent_is_dropped_with_its_reason(counter: Counter) -> None:
    visit = await counter.visit(INES)
    counter.sim.faults.add("rate_limit", seconds=0.1, match="PUT /api/v1.1/discount/redeem/*")
    done = await counter.redeem(visit, "58213")
    assert done.intent.state is State.WAITING
    undone = await undo.undo(counter.register, done.intent.id, SAM, reason=undo.Reason.WRONG_SHOPPER)
    assert (undone.outcome, undone.entry) == ("dropped", None)
    assert counter.audited("intent withdrawn")[0]["reason"] == "wrong shopper"
    assert undone.redemption.error_facts == {"code": "withdrawn"}
    assert undo.last(counter.register, SAM) == ()


async def test_an_undo_whose_answer_was_lost_is_told_as_unknown(counter: Counter) -> None:
    done = await redeemed(counter)
    counter.sim.faults.add("drop_after", match="PUT /api/v1.1/adjust/*")
    undone = await undo.undo(counter.register, done.intent.id, SAM)
    assert undone.outcome == "unknown"
    assert undone.entry is not None
    assert undone.entry.error_facts["kind"] == "unreachable"
