"""What becomes of every kind of intent whose answer is lost: wait, look, then decide; never a blind repeat."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from budtender.backoffice import integrations
from budtender.counter import stop, verify
from budtender.errors import Unreachable
from budtender.model import Kind, State
from budtender.simulator import points
from tests.faults.fast_register import OWNER
from tests.faults.lost_answers import (
    ADJUST,
    CUSTOMER,
    CUT,
    DROP_AFTER,
    DROP_BEFORE,
    LATE,
    NEW,
    OPT_OUT,
    PAGE,
    PRICE,
    PROVED,
    QUIET,
    REDEEM,
    SERVER_AFTER,
    SERVER_BEFORE,
    TEN_OFF,
    Fault,
    count,
    effects,
    redemption,
    reversal,
    sign_up,
    trip_after,
)
from tests.faults.one_till import START, OneTill, new_shopper, ten

#: Seconds that a visit lasts in which a reward may be taken again.
VISIT = 300

# ── redeeming ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("fault", [DROP_AFTER, LATE, SERVER_AFTER, CUT, PAGE])
def test_a_lost_redemption_that_happened_is_found_and_never_sent_again(till: OneTill, fault: Fault) -> None:
    lost = redemption(till, fault)
    assert lost.state is State.UNKNOWN
    trip_after(till, 10)
    assert till.intent(lost.id).state is State.UNKNOWN, "looked at before the quiet period was over"
    trip_after(till, QUIET)
    assert till.intent(lost.id).state is State.DONE
    trip_after(till, PROVED)
    assert (count(till, REDEEM), effects(till, "redeem")) == (1, 1)


@pytest.mark.parametrize("fault", [DROP_BEFORE, SERVER_BEFORE])
def test_a_lost_redemption_that_is_not_found_goes_to_a_person_with_both_numbers(till: OneTill, fault: Fault) -> None:
    lost = redemption(till, fault)
    for _ in range(5):
        trip_after(till, PROVED)
    asked = till.intent(lost.id)
    assert (asked.state, asked.needs_person) == (State.UNKNOWN, True)
    numbers = (asked.evidence["balance_before"], asked.evidence["points"], asked.evidence["balance_now"])
    assert [Decimal(str(number)) for number in numbers] == [START, -PRICE, START]
    assert asked.evidence["redemption_listed"] is False
    assert count(till, REDEEM) == 1


@pytest.mark.parametrize("status", [404, 405, 422])
def test_what_cannot_be_looked_up_goes_to_a_person_and_is_never_sent_again(till: OneTill, status: int) -> None:
    """AIQ's windows are on no page of its documents; an account that lacks them proves nothing."""
    till.sim.faults.add("status", match="GET /api/v1.1/redemptions/*", status=status, times=None)
    till.sim.faults.add("status", match="GET /api/v1.1/adjustments/*", status=status, times=None)
    lost, given_back = redemption(till, DROP_BEFORE), reversal(till, DROP_AFTER)
    for _ in range(5):
        trip_after(till, PROVED)
    for intent in (lost, given_back):
        asked = till.intent(intent.id)
        assert (asked.state, asked.needs_person) == (State.UNKNOWN, True)
    assert till.intent(lost.id).evidence["redemption_listed"] is None
    assert till.intent(given_back.id).evidence["adjustment_listed"] is None
    assert count(till, ADJUST) == effects(till, "adjust") == 1


def test_a_redemption_that_lags_reaches_a_person_and_settles_itself_when_it_is_seen(till: OneTill) -> None:
    till.sim.read_lag = 600
    lost = redemption(till, DROP_AFTER)
    trip_after(till, QUIET)
    assert till.intent(lost.id).needs_person
    trip_after(till, 600)
    settled = till.intent(lost.id)
    assert (settled.state, settled.needs_person) == (State.DONE, False)


@pytest.mark.parametrize("happened", [True, False])
def test_a_person_settles_by_what_they_see(till: OneTill, happened: bool) -> None:
    shopper = new_shopper(till.sim)
    lost = redemption(till, DROP_BEFORE, phone=shopper.mobile)
    trip_after(till, QUIET)
    settled = till.do(till.decide(lost.id, happened=happened))
    assert settled.state is (State.DONE if happened else State.REFUSED)
    trip_after(till, PROVED)
    till.do(till.open_wallet(shopper.mobile))
    balance = till.balance(shopper.mobile)
    assert (balance.shown, balance.pending) == (START, 0)


def test_a_person_may_send_once_more(till: OneTill) -> None:
    lost = redemption(till, DROP_BEFORE)
    trip_after(till, QUIET)
    assert till.do(till.decide(lost.id, happened=False, once_more=True)).state is State.DONE
    assert (count(till, REDEEM), effects(till, "redeem")) == (2, 1)


@pytest.mark.parametrize("lag", [0, 30])
def test_the_row_of_an_earlier_redemption_is_no_proof(till: OneTill, lag: int) -> None:
    """The same reward within a minute: undone, and taken again; AIQ may list the first only after the second."""
    shopper = new_shopper(till.sim)
    first = redemption(till, phone=shopper.mobile)
    till.do(till.undo(first.id))
    till.sim.read_lag = lag
    till.pass_time(1)
    lost = redemption(till, DROP_BEFORE, phone=shopper.mobile)
    trip_after(till, QUIET)
    asked = till.intent(lost.id)
    assert (asked.state, asked.needs_person) == (State.UNKNOWN, True)


@pytest.mark.parametrize("named", [False, True])
@pytest.mark.parametrize("between", [0, 59, 61, 90, 99, 161, 300])
def test_a_reward_that_was_taken_again_is_told_from_the_one_that_was_undone(
    till: OneTill, between: int, named: bool
) -> None:
    """The window begins behind the row of the first; the first still does not pass for the one that was lost."""
    shopper = new_shopper(till.sim)
    first = redemption(till, phone=shopper.mobile)
    if named:
        trip_after(till, 1)
        assert till.intent(first.id).remote_ref is not None
    till.do(till.undo(first.id))
    till.pass_time(between)
    till.sim.faults.add(match=REDEEM, **DROP_AFTER)
    lost = till.do(till.redeem(shopper.mobile, TEN_OFF, same_visit=True))
    assert (lost.state, lost.turn) == (State.UNKNOWN, int(between < VISIT))
    trip_after(till, QUIET)
    settled = till.intent(lost.id)
    assert (settled.state, settled.needs_person) == (State.DONE, False)
    assert settled.remote_ref not in (None, till.intent(first.id).remote_ref)
    assert (count(till, REDEEM), effects(till, "redeem"), effects(till, "adjust")) == (2, 2, 1)
    trip_after(till, PROVED)
    assert till.balance(shopper.mobile).shown == START - PRICE


@pytest.mark.parametrize("between", [0, 61, 90, 161])
def test_the_row_of_what_was_undone_does_not_prove_that_it_was_taken_again(till: OneTill, between: int) -> None:
    shopper = new_shopper(till.sim)
    first = redemption(till, phone=shopper.mobile)
    till.do(till.undo(first.id))
    till.pass_time(between)
    till.sim.faults.add(match=REDEEM, **DROP_BEFORE)
    lost = till.do(till.redeem(shopper.mobile, TEN_OFF, same_visit=True))
    trip_after(till, QUIET)
    asked = till.intent(lost.id)
    assert (asked.state, asked.needs_person) == (State.UNKNOWN, True)
    assert asked.evidence["redemption_listed"] is False


def test_the_row_of_a_later_redemption_elsewhere_is_no_proof(till: OneTill) -> None:
    shopper = new_shopper(till.sim)
    lost = redemption(till, DROP_BEFORE, phone=shopper.mobile)
    till.pass_time(3_600)
    till.sim.redeem_elsewhere(shopper.mobile, TEN_OFF)
    trip_after(till, QUIET)
    asked = till.intent(lost.id)
    assert (asked.state, asked.needs_person) == (State.UNKNOWN, True)


# ── undoing ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("fault", [DROP_AFTER, LATE, SERVER_AFTER, CUT, PAGE])
def test_a_lost_adjustment_is_known_by_its_mark(till: OneTill, fault: Fault) -> None:
    lost = reversal(till, fault)
    assert lost.state is State.UNKNOWN
    trip_after(till, QUIET)
    assert till.intent(lost.id).state is State.DONE
    assert (count(till, ADJUST), effects(till, "adjust")) == (1, 1)


def test_an_adjustment_that_did_not_happen_is_sent_once_more_when_that_is_certain(till: OneTill) -> None:
    lost = reversal(till, DROP_BEFORE)
    trip_after(till, QUIET)
    assert (till.intent(lost.id).state, count(till, ADJUST)) == (State.UNKNOWN, 1)
    trip_after(till, PROVED)
    assert till.intent(lost.id).state is State.DONE
    assert (count(till, ADJUST), effects(till, "adjust")) == (2, 1)


def test_something_newer_in_the_window_proves_it_sooner(till: OneTill) -> None:
    lost = reversal(till, DROP_BEFORE)
    till.pass_time(40)
    with till.sim.world.moment() as world:
        points.adjust(world, new_shopper(till.sim), Decimal(1), note="by hand", source="elsewhere")
    trip_after(till, QUIET - 40)
    assert till.intent(lost.id).state is State.DONE
    assert effects(till, "adjust") == 1


def test_an_adjustment_lost_twice_goes_to_a_person(till: OneTill) -> None:
    lost = reversal(till, DROP_BEFORE | {"times": 2})
    for _ in range(6):
        trip_after(till, PROVED)
    asked = till.intent(lost.id)
    assert (asked.state, asked.needs_person, asked.lost) == (State.UNKNOWN, True, 2)
    assert (count(till, ADJUST), effects(till, "adjust")) == (2, 0)


@pytest.mark.parametrize("jump", [-3_600, 3_600, 172_800])
@pytest.mark.parametrize("point", ["claimed", "answered"])
def test_a_clock_that_was_wrong_when_it_was_sent_does_not_send_it_twice(till: OneTill, jump: float, point: str) -> None:
    taken = redemption(till)
    till.set_clock(jump)
    till.crash_in(point, till.undo(taken.id))
    trip_after(till, QUIET)
    trip_after(till, PROVED)
    entry = next(intent for intent in till.intents() if intent.kind is Kind.ADJUST)
    assert entry.state is State.DONE
    assert (count(till, ADJUST), effects(till, "adjust")) == (1, 1)


@pytest.mark.parametrize("unread", ["null_fields", "wrong_types"])
def test_rows_whose_notes_cannot_be_read_never_send_an_adjustment_again(till: OneTill, unread: str) -> None:
    """The keys of AIQ's rows are not public: where the note is not found, our mark is not missing."""
    till.sim.faults.add(unread, match="GET /api/v1.1/adjustments/*", times=None)
    lost = reversal(till, DROP_AFTER)
    trip_after(till, QUIET)
    assert not till.intent(lost.id).needs_person
    for _ in range(3):
        trip_after(till, PROVED)
    asked = till.intent(lost.id)
    assert (asked.state, asked.needs_person) == (State.UNKNOWN, True)
    assert asked.evidence["adjustment_listed"] is None
    assert count(till, ADJUST) == effects(till, "adjust") == 1
    till.sim.faults.clear()
    trip_after(till, 3_700)
    assert till.intent(lost.id).state is State.DONE


def test_a_restart_of_the_machine_hides_no_adjustment(till: OneTill) -> None:
    """Sent by a clock a little ahead and lost; the machine restarts twice, so it seems lost later than it was."""
    taken = redemption(till)
    till.set_clock(90)
    till.reboot()
    till.sim.faults.add(match=ADJUST, **DROP_AFTER)
    lost = till.do(till.undo(taken.id))
    assert lost is not None
    till.reboot()
    till.reboot()
    trip_after(till, 3_700)
    assert till.intent(lost.id).state is State.DONE
    assert (count(till, ADJUST), effects(till, "adjust")) == (1, 1)


def test_a_clock_that_was_behind_makes_nothing_certain(till: OneTill) -> None:
    """What is newer than a wrong time of sending may still be older than the sending."""
    taken = redemption(till)
    reversal(till, LATE | {"seconds": 0})
    trip_after(till, QUIET)
    till.set_clock(-3_600)
    till.restart()
    till.sim.faults.add(match=ADJUST, **DROP_AFTER)
    lost = till.do(till.undo(taken.id))
    assert lost is not None
    assert lost.state is State.UNKNOWN
    till.sim.read_lag = 100
    trip_after(till, QUIET)
    assert till.intent(lost.id).state is State.UNKNOWN
    trip_after(till, QUIET)
    assert till.intent(lost.id).state is State.DONE
    assert (count(till, ADJUST), effects(till, "adjust")) == (2, 2)


# ── the till's profile ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("fault", [DROP_BEFORE, DROP_AFTER, SERVER_BEFORE, SERVER_AFTER])
def test_a_lost_till_profile_is_made_once(till: OneTill, fault: Fault) -> None:
    sim = till.sim
    till.do(integrations.connect_till(till.register, "dutchie", "Harbor", sim.dutchie_key, OWNER, base_url=sim.url))
    sim.faults.add(match=CUSTOMER, **fault)
    signed_up = sign_up(till)
    assert signed_up.customer is not None
    assert signed_up.customer.state is State.UNKNOWN
    trip_after(till, QUIET)
    assert till.intent(signed_up.customer.id).state is State.DONE
    assert sum(ten(customer.phone) == NEW for customer in sim.world.customers) == 1


# ── stopping texts, and codes ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("fault", [DROP_BEFORE, DROP_AFTER])
def test_a_stop_is_repeated_until_it_is_answered(till: OneTill, fault: Fault) -> None:
    shopper = new_shopper(till.sim)
    till.sim.faults.add(match=OPT_OUT, times=9, **fault)
    stopped = till.do(stop.stop_texts(till.register, shopper.mobile, OWNER))
    assert stopped.state is State.UNKNOWN
    for _ in range(12):
        trip_after(till, PROVED)
    settled = till.intent(stopped.id)
    assert (settled.state, settled.needs_person) == (State.DONE, False)
    known = till.sim.world.find(shopper.mobile)
    assert known is not None
    assert known.optout_at > 0


@pytest.mark.parametrize(("fault", "texts"), [(DROP_BEFORE, 0), (DROP_AFTER, 1), (SERVER_BEFORE, 0)])
def test_a_code_text_is_never_repeated(open_till: Callable[..., OneTill], fault: Fault, texts: int) -> None:
    till = open_till(text_code="on")
    shopper = new_shopper(till.sim)
    found = till.do(till.look_up(shopper.mobile))
    assert found.known is not None
    till.sim.faults.add(match="POST /api/v2/verify/contact/wallet", **fault)
    with pytest.raises(Unreachable):
        till.do(verify.send_code(till.register, found.known, OWNER))
    till.restart()
    for _ in range(3):
        trip_after(till, PROVED)
    assert count(till, "POST /api/v2/verify/contact/wallet") == 1
    assert sum(text.to == shopper.mobile for text in till.sim.texts) == texts


def test_a_lost_answer_of_aiq_without_its_key_stops_no_round_trip(till: OneTill) -> None:
    lost = redemption(till, DROP_AFTER)
    till.vault.delete("key:aiq:aiq")
    till.restart()
    trip_after(till, QUIET + 1)
    assert till.intent(lost.id).state is State.UNKNOWN
