"""What becomes of every kind of intent whose answer is lost: wait, look, then decide; never a blind repeat."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from budtender.backoffice import integrations
from budtender.counter import signup, stop, verify
from budtender.errors import Unreachable
from budtender.model import Intent, Kind, State
from budtender.simulator import points
from tests.faults.fast_register import OWNER
from tests.faults.one_till import START, OneTill, new_shopper, quietly, ten

REDEEM = "PUT /api/v1.1/discount/redeem/*"
ADJUST = "PUT /api/v1.1/adjust/*"
SIGN_UP = "POST /api/v2/loyalty"
OPT_OUT = "PUT /api/v2/optin/*"
CUSTOMER = "POST /customer/customer"
TEN_OFF, PRICE = "58213", Decimal(250)
#: Seconds: just after the quiet period, and after the longest lag and late effects together.
QUIET, PROVED = 61, 931
NEW = "7205550777"

Fault = dict[str, Any]
DROP_BEFORE: Fault = {"name": "drop_before"}
DROP_AFTER: Fault = {"name": "drop_after"}
LATE: Fault = {"name": "late", "seconds": 29}
SERVER_BEFORE: Fault = {"name": "status", "status": 500, "effect": False}
SERVER_AFTER: Fault = {"name": "status", "status": 502, "effect": True}
CUT: Fault = {"name": "truncate"}
PAGE: Fault = {"name": "not_json", "effect": True}


def count(till: OneTill, call: str) -> int:
    """How often AIQ or the till received a call."""
    verb, _, path = call.partition(" ")
    return sum(c.method == verb and c.path.startswith(path.rstrip("*")) for c in till.sim.calls)


def effects(till: OneTill, kind: str) -> int:
    """How often something really happened through this register."""
    return sum(effect.kind == kind and effect.source == "aiq" for effect in till.sim.ledger)


def trip_after(till: OneTill, seconds: float) -> None:
    """Time goes by, then one round trip."""
    till.pass_time(seconds)
    till.do(till.engine.round_trip())


def redemption(till: OneTill, fault: Fault | None = None, *, phone: str | None = None) -> Intent:
    """A redemption whose request meets a fault."""
    number = phone or new_shopper(till.sim).mobile
    if fault:
        till.sim.faults.add(match=REDEEM, **fault)
    return till.do(till.redeem(number, TEN_OFF))


def reversal(till: OneTill, fault: Fault) -> Intent:
    """The undoing of a redemption that was answered; its request meets a fault."""
    taken = redemption(till)
    till.sim.faults.add(match=ADJUST, **fault)
    entry = till.do(till.undo(taken.id))
    assert entry is not None
    return entry


def sign_up(till: OneTill, phone: str = NEW) -> signup.SignedUp:
    """A new shopper."""
    form = signup.Form(
        phone=phone,
        first_name="Zoë",
        last_name="Quist",
        birth_date="1990-01-02",
        join=True,
        address="1 Main St",
        city="Pueblo",
        state="CO",
        zip="81003",
    )
    return till.do(signup.sign_up(till.register, form, OWNER))


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


# ── signing up ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("fault", [DROP_AFTER, LATE, SERVER_AFTER, CUT, PAGE])
def test_a_lost_sign_up_that_happened_is_found_by_phone(till: OneTill, fault: Fault) -> None:
    till.sim.faults.add(match=SIGN_UP, **fault)
    assert sign_up(till).intent.state is State.UNKNOWN
    trip_after(till, QUIET)
    assert [intent.state for intent in till.intents()] == [State.DONE]
    assert (count(till, SIGN_UP), effects(till, "signup")) == (1, 1)


def test_a_sign_up_that_did_not_happen_is_sent_again_once(till: OneTill) -> None:
    till.sim.faults.add(match=SIGN_UP, times=2, **DROP_BEFORE)
    sign_up(till)
    trip_after(till, QUIET)
    assert count(till, SIGN_UP) == 1
    for _ in range(6):
        trip_after(till, PROVED)
    (asked,) = till.intents()
    assert (asked.state, asked.needs_person) == (State.UNKNOWN, True)
    assert (count(till, SIGN_UP), effects(till, "signup")) == (2, 0)


def test_a_sign_up_sent_again_makes_one_persona(till: OneTill) -> None:
    till.sim.faults.add(match=SIGN_UP, **DROP_BEFORE)
    sign_up(till)
    trip_after(till, PROVED)
    assert (count(till, SIGN_UP), effects(till, "signup")) == (2, 1)


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


# ── the queue ─────────────────────────────────────────────────────────────────────────────────────────────


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
