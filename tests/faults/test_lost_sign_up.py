"""A sign-up whose answer is lost: nothing but a search can tell of it, and AIQ gives itself a day to list it."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from budtender.model import State
from tests.faults.lost_answers import (
    CUT,
    DAY,
    DROP_AFTER,
    DROP_BEFORE,
    LATE,
    PAGE,
    PROVED,
    QUIET,
    SERVER_AFTER,
    SERVER_BEFORE,
    SIGN_UP,
    Fault,
    count,
    effects,
    sign_up,
    trip_after,
)
from tests.faults.one_till import OneTill, new_shopper


@pytest.mark.parametrize("fault", [DROP_AFTER, LATE, SERVER_AFTER, CUT, PAGE])
def test_a_lost_sign_up_that_happened_is_found_by_phone(till: OneTill, fault: Fault) -> None:
    till.sim.faults.add(match=SIGN_UP, **fault)
    assert sign_up(till).intent.state is State.UNKNOWN
    trip_after(till, QUIET)
    assert [intent.state for intent in till.intents()] == [State.DONE]
    assert (count(till, SIGN_UP), effects(till, "signup")) == (1, 1)


def test_a_sign_up_that_did_not_happen_is_sent_again_once_after_a_day(till: OneTill) -> None:
    till.sim.faults.add(match=SIGN_UP, times=2, **DROP_BEFORE)
    sign_up(till)
    trip_after(till, QUIET)
    (lost,) = till.intents()
    assert (lost.state, lost.needs_person) == (State.UNKNOWN, False)
    trip_after(till, PROVED)
    (asked,) = till.intents()
    assert (asked.state, asked.needs_person, asked.evidence["listed"]) == (State.UNKNOWN, True, False)
    assert count(till, SIGN_UP) == 1
    trip_after(till, DAY)
    assert count(till, SIGN_UP) == 2
    for _ in range(6):
        trip_after(till, DAY)
    (asked,) = till.intents()
    assert (asked.state, asked.needs_person) == (State.UNKNOWN, True)
    assert (count(till, SIGN_UP), effects(till, "signup")) == (2, 0)


def test_a_sign_up_sent_again_makes_one_persona(till: OneTill) -> None:
    till.sim.faults.add(match=SIGN_UP, **DROP_BEFORE)
    sign_up(till)
    trip_after(till, QUIET)
    trip_after(till, DAY)
    (made,) = till.intents()
    assert (made.state, made.needs_person) == (State.DONE, False)
    assert (count(till, SIGN_UP), effects(till, "signup")) == (2, 1)


def test_newer_personas_do_not_prove_that_a_sign_up_is_missing(till: OneTill) -> None:
    """AIQ takes in what it is sent by many ways, and a newer one may overtake an older one."""
    till.sim.faults.add(match=SIGN_UP, name="late", seconds=80_000)
    sign_up(till)
    for n in range(3):
        till.pass_time(PROVED)
        world = till.sim.world
        with world.moment():
            newcomer = msgspec.structs.replace(new_shopper(till.sim), inserted=int(world.now), mobile=f"720555078{n}")
            world.personas.put(newcomer, world.now)
        trip_after(till, PROVED)
    (asked,) = till.intents()
    assert (asked.state, count(till, SIGN_UP)) == (State.UNKNOWN, 1)
    trip_after(till, 80_000)
    (found,) = till.intents()
    assert (found.state, found.needs_person) == (State.DONE, False)
    assert (count(till, SIGN_UP), effects(till, "signup")) == (1, 1)


def test_a_day_is_counted_at_a_register_that_is_switched_off_every_night(till: OneTill) -> None:
    till.sim.faults.add(match=SIGN_UP, **DROP_BEFORE)
    sign_up(till)
    for _ in range(4):
        trip_after(till, 30_000)
        till.reboot()
    trip_after(till, 100)
    (made,) = till.intents()
    assert (made.state, effects(till, "signup")) == (State.DONE, 1)


def test_a_person_may_sign_up_once_more_before_the_day_is_over(till: OneTill) -> None:
    till.sim.faults.add(match=SIGN_UP, **DROP_BEFORE)
    sign_up(till)
    trip_after(till, PROVED)
    (asked,) = till.intents()
    assert till.do(till.decide(asked.id, happened=False, once_more=True)).state is State.DONE
    assert effects(till, "signup") == 1


def test_a_sign_up_looks_before_it_is_sent_when_nobody_could_look_before(till: OneTill) -> None:
    """AIQ does not answer the first search, and takes what comes after it."""
    shopper = new_shopper(till.sim)
    till.sim.faults.add("status", match="GET /api/v1.1/piis/*", times=3, status=500)
    assert sign_up(till, shopper.mobile).intent.state is State.DONE
    assert (count(till, SIGN_UP), effects(till, "signup")) == (0, 0)


#: Seconds between two looks; a day lies in the middle of what several of them add up to.
_spans = st.sampled_from([1, 61, 931, 4_000, 20_000, 43_200, 86_431])
_delays = st.sampled_from([0, 45, 899, 4_000, 30_000, 60_000, 86_399])
_events = st.lists(
    st.tuples(_spans, st.sampled_from(["go on", "restart", "crash", "reboot", "clock ahead", "clock back"])),
    min_size=1,
    max_size=8,
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    what=st.sampled_from([DROP_BEFORE, DROP_AFTER, SERVER_BEFORE, SERVER_AFTER, CUT, PAGE, {"name": "late"}]),
    late=_delays,
    lag=_delays,
    events=_events,
)
@example(what=DROP_AFTER, late=0, lag=86_399, events=[(931, "go on"), (4_000, "crash"), (20_000, "clock ahead")])
def test_no_sign_up_happens_twice_however_far_aiq_lags_within_its_day(
    till: OneTill, what: Fault, late: int, lag: int, events: list[tuple[int, str]]
) -> None:
    """Late to happen, late to be found, or both, a day in all; a register that lives on, dies, or has its clock set."""
    phone = new_number(till)
    is_late = what["name"] == "late"
    fault = what | {"seconds": late} if is_late else what
    till.sim.faults.add(match=SIGN_UP, **fault)
    till.sim.read_lag = min(lag, 86_399 - late) if is_late else lag
    signed_up = sign_up(till, phone).intent
    for seconds, event in events:
        till.pass_time(seconds)
        happen(till, event)
        till.do(till.engine.round_trip())
        assert made(till, phone) <= 1
    till.sim.read_lag = 0
    for _ in range(3):
        trip_after(till, DAY)
    assert made(till, phone) == 1
    assert till.intent(signed_up.id).state is State.DONE


def new_number(till: OneTill) -> str:
    """A number that nobody has signed up."""
    return f"720{2_000_000 + len(till.intents())}"


def happen(till: OneTill, event: str) -> None:
    """Something befalls the register."""
    match event:
        case "restart":
            till.restart()
        case "crash":
            till.crash()
        case "reboot":
            till.reboot()
        case "clock ahead":
            till.set_clock(172_800)
        case "clock back":
            till.set_clock(-172_800)


def made(till: OneTill, phone: str) -> int:
    """How often a number was signed up through this register."""
    return sum(e.kind == "signup" and e.source == "aiq" and e.phone == phone for e in till.sim.ledger)
