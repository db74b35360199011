"""The order of the queue: who says stop first, each shopper's own in turn, nobody behind somebody else's trouble."""

from __future__ import annotations

from budtender.counter import stop
from budtender.model import State
from tests.faults.fast_register import OWNER
from tests.faults.lost_answers import (
    ADJUST,
    DROP_BEFORE,
    OPT_OUT,
    PROVED,
    QUIET,
    REDEEM,
    SIGN_UP,
    count,
    redemption,
    sign_up,
    trip_after,
)
from tests.faults.one_till import OneTill, new_shopper, quietly, ten


def test_a_stop_goes_first_and_waits_for_nothing_older(till: OneTill) -> None:
    shopper = new_shopper(till.sim)
    redemption(till, DROP_BEFORE, phone=shopper.mobile)
    for call in (SIGN_UP, OPT_OUT):
        till.sim.faults.add("status", match=call, status=403)
    waiting = sign_up(till).intent
    stopped = till.do(stop.stop_texts(till.register, shopper.mobile, OWNER))
    assert (waiting.state, stopped.state) == (State.WAITING, State.WAITING)
    till.sim.calls.clear()
    till.do(till.engine.round_trip())
    assert till.intent(stopped.id).state is State.DONE
    writes = [call.method + " " + call.template for call in till.sim.calls if call.method in ("PUT", "POST")]
    assert writes.index("PUT /api/v2/optin/text/{phone}/{status}") < writes.index(SIGN_UP)


def test_what_a_shopper_is_owed_goes_in_its_order(till: OneTill) -> None:
    shopper = new_shopper(till.sim)
    taken = redemption(till, phone=shopper.mobile)
    till.sim.faults.add("status", match=ADJUST, status=403)
    entry = till.do(till.undo(taken.id))
    second = redemption(till, phone=shopper.mobile)
    assert entry is not None
    assert (entry.state, second.state) == (State.WAITING, State.WAITING)
    assert count(till, REDEEM) == 1, "the second went before the older entry"
    trip_after(till, 1)
    assert [e.kind for e in till.sim.ledger] == ["redeem", "adjust", "redeem"]


def test_a_shopper_who_needs_a_person_blocks_nobody_else(till: OneTill) -> None:
    stuck = redemption(till, DROP_BEFORE)
    till.sim.faults.add("status", match=SIGN_UP, status=403)
    waiting = sign_up(till).intent
    trip_after(till, QUIET)
    assert till.intent(stuck.id).needs_person
    assert till.intent(waiting.id).state is State.DONE


def test_a_refused_key_stops_the_queue_and_a_mended_one_sends_it_in_order(till: OneTill) -> None:
    shoppers = [new_shopper(till.sim) for _ in range(12)]
    taken = [redemption(till, phone=shopper.mobile) for shopper in shoppers]
    till.sim.faults.add("status", status=403, every=1)
    entries = [till.do(till.undo(each.id)) for each in taken]
    till.sim.calls.clear()
    trip_after(till, 1)
    assert len(till.sim.calls) < len(shoppers) / 2, "a refused key was tried for every intent"
    assert {till.intent(entry.id).state for entry in entries if entry} == {State.WAITING}
    till.sim.faults.clear()
    trip_after(till, 1)
    assert {till.intent(entry.id).state for entry in entries if entry} == {State.DONE}
    returned = [effect.phone for effect in till.sim.ledger if effect.kind == "adjust"]
    assert sorted(returned) == sorted(shopper.mobile for shopper in shoppers)


def test_a_long_queue_comes_back_in_order(till: OneTill) -> None:
    """Saved while AIQ is away, of several shoppers by turns; each shopper's own come in the order of the taps."""
    shoppers = [new_shopper(till.sim) for _ in range(5)]
    till.queue_adjustments([shoppers[n % 5] for n in range(300)])
    till.sim.faults.add("drop_before", times=6)
    for _ in range(4):
        trip_after(till, 400)
    trip_after(till, PROVED)
    trip_after(till, PROVED)
    assert {intent.state for intent in till.intents()} == {State.DONE}
    for shopper in shoppers:
        sent = [intent.key for intent in till.intents() if ten(intent.phone) == shopper.mobile]
        done = [e.note.rpartition(" ")[2] for e in till.sim.ledger if e.kind == "adjust" and e.phone == shopper.mobile]
        assert done == sent


def test_a_pause_does_not_grow_with_a_clock_that_is_set_back(till: OneTill) -> None:
    waiting = redemption(till, {"name": "rate_limit", "seconds": 5})
    assert waiting.state is State.WAITING
    till.set_clock(-172_800)
    trip_after(till, 3_700)
    assert till.intent(waiting.id).state is State.DONE


def test_what_nothing_depends_on_any_more_is_closed(till: OneTill) -> None:
    lost = redemption(till, DROP_BEFORE)
    entry = till.do(till.undo(lost.id))
    assert entry is not None
    trip_after(till, QUIET)
    till.do(till.decide(lost.id, happened=False))
    trip_after(till, 1)
    assert till.intent(entry.id).state is State.REFUSED
    assert till.do(quietly(till.undo(lost.id))) is None


def test_a_stop_that_aiq_refuses_is_tried_again_every_hour(till: OneTill) -> None:
    shopper = new_shopper(till.sim)
    till.sim.faults.add("status", match=OPT_OUT, status=400, times=2)
    stopped = till.do(stop.stop_texts(till.register, shopper.mobile, OWNER))
    for pause, asked in ((0, 1), (QUIET + 1, 1), (3600, 2), (QUIET + 1, 2)):
        trip_after(till, pause)
        kept = till.intent(stopped.id)
        assert (kept.state, kept.needs_person, count(till, OPT_OUT)) == (State.UNKNOWN, True, asked)
    trip_after(till, 3600)
    assert till.intent(stopped.id).state is State.DONE
    assert count(till, OPT_OUT) == 3
