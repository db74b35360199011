"""When a banner shows and goes, and why: by the outcomes of calls alone."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budtender.connectors.network import has_no_network, is_about_tls
from budtender.connectors.sentences import (
    Reason,
    asked_to_wait,
    misconfigured,
    not_found,
    not_understood,
    refused,
    unreachable,
)
from budtender.errors import RemoteError
from budtender.events import Change, Events
from budtender.health import GOES, SHOWS, Cause, Health, Standing, Watch, cause_of, changes_at, first, seen, told
from tests.hand_clock import HandClock

START = datetime(2026, 5, 1, 14, 14, tzinfo=UTC)
#: Tenths of a second between calls, and whether each succeeds.
CALLS = st.lists(st.tuples(st.integers(0, 150), st.booleans()), max_size=30)


def after(calls: list[tuple[int, bool]], then: int) -> tuple[Watch, list[tuple[int, bool]], int]:
    """The watch some tenths of a second after the last call, with the calls at their times."""
    watch, at, timed = Watch(), 0, []
    for gap, good in calls:
        at += gap
        watch = told(watch, None if good else Cause.SILENT, at / 10, START + timedelta(seconds=at / 10))
        timed.append((at, good))
    return seen(watch, (at + then) / 10), timed, at + then


def slowly(calls: list[tuple[int, bool]], end: int) -> bool:
    """The rule as it is said, a tenth of a second at a time: 5 s without a success, then 10 s without a failure."""
    down, failed, good = False, None, None
    waiting = list(calls)
    for tick in range(end + 1):
        if not down and failed is not None and tick - failed >= SHOWS * 10:
            down = True
        if down and good is not None and tick - good >= GOES * 10:
            down, failed, good = False, None, None
        while waiting and waiting[0][0] == tick:
            _, ok = waiting.pop(0)
            if not ok:
                failed, good = (tick if failed is None else failed), None
            elif down:
                good = tick if good is None else good
            else:
                failed = None
    return down


@given(calls=CALLS, then=st.integers(0, 300))
def test_the_decision_is_the_rule(calls: list[tuple[int, bool]], then: int) -> None:
    watch, timed, end = after(calls, then)
    assert watch.down == slowly(timed, end)


@given(calls=CALLS, then=st.integers(0, 300))
def test_asking_changes_nothing_and_the_next_change_is_told(calls: list[tuple[int, bool]], then: int) -> None:
    watch, _, end = after(calls, then)
    assert seen(watch, end / 10) == watch
    at = changes_at(watch)
    if at is None:
        assert seen(watch, end / 10 + 10_000) == watch
    else:
        assert at > end / 10
        assert seen(watch, at).down != watch.down
        assert seen(watch, at - 0.001).down == watch.down


@given(calls=CALLS)
def test_one_failure_between_successes_shows_nothing(calls: list[tuple[int, bool]]) -> None:
    watch = Watch()
    for n, _ in enumerate(calls):
        watch = told(watch, Cause.SILENT, n * 4.0, START)
        watch = told(watch, None, n * 4.0 + 3, START)
        assert not watch.down


def test_it_is_told_since_the_first_call_that_failed() -> None:
    watch = told(Watch(), Cause.SILENT, 100, START)
    watch = told(watch, Cause.NETWORK, 103, START + timedelta(seconds=3))
    assert not watch.down
    watch = seen(watch, 105)
    assert (watch.down, watch.since, watch.cause) == (True, START, Cause.NETWORK)
    good = told(watch, None, 110, START + timedelta(seconds=10))
    again = told(good, Cause.SILENT, 119, START + timedelta(seconds=19))
    assert (again.down, again.since) == (True, START), "the outage went on"
    assert seen(again, 10_000).down
    over = seen(told(again, None, 200, START), 210)
    assert over == Watch(last_good=START, last_try=START)


# ── causes ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("failure", "cause"),
    [
        (None, None),
        (unreachable("aiq", Reason.CONNECTION, sent=False, is_write=False, network=True), Cause.NETWORK),
        (unreachable("aiq", Reason.CONNECTION, sent=False, is_write=False), Cause.SILENT),
        (unreachable("aiq", Reason.SILENCE, sent=True, is_write=True), Cause.SILENT),
        (unreachable("aiq", Reason.LOST, sent=True, is_write=True), Cause.SILENT),
        (unreachable("aiq", Reason.PORTAL, sent=True, is_write=False), Cause.PORTAL),
        (unreachable("aiq", Reason.SECURE, sent=False, is_write=False), Cause.SECURE),
        (unreachable("aiq", Reason.SERVER, sent=True, is_write=False, status=503), Cause.TROUBLE),
        (not_understood("aiq", "garbled"), Cause.TROUBLE),
        (asked_to_wait("aiq", 3.0, status=429), Cause.LIMITED),
        (misconfigured("aiq", 401), Cause.KEY_REFUSED),
        (misconfigured("aiq", 403), None),
        (refused("aiq", 400), None),
        (not_found("aiq"), None),
    ],
)
def test_what_a_call_says_of_its_system(failure: RemoteError | None, cause: Cause | None) -> None:
    assert cause_of(failure) is cause


def test_what_lies_below_the_protocol() -> None:
    import socket
    import ssl

    nested = OSError("All connection attempts failed")
    nested.__cause__ = ExceptionGroup("tries", [ConnectionRefusedError(111, "refused"), OSError(101, "unreachable")])
    assert has_no_network(nested)
    name = ConnectionError("x")
    name.__context__ = socket.gaierror(-3, "Temporary failure in name resolution")
    assert has_no_network(name)
    assert not has_no_network(ConnectionRefusedError(111, "refused"))
    assert not has_no_network(TimeoutError())
    loop = ValueError("a")
    loop.__context__ = loop
    assert not has_no_network(loop)
    secure = OSError("x")
    secure.__cause__ = ssl.SSLCertVerificationError("bad")
    assert is_about_tls(secure)
    assert not is_about_tls(nested)


# ── several systems ───────────────────────────────────────────────────────────────────────────────────────


def standing(system: str, cause: Cause | None = None, minutes: int = 0) -> Standing:
    return Standing(
        system=system,
        name=system,
        down=cause is not None,
        cause=cause,
        since=START + timedelta(minutes=minutes) if cause else None,
        last_good=None,
        last_try=None,
    )


def test_the_gravest_is_told() -> None:
    assert first([]) is None
    assert first([standing("aiq"), standing("dutchie")]) is None
    out = first([standing("aiq"), standing("dutchie", Cause.TROUBLE)])
    assert out is not None
    assert (out.system, out.cause, out.systems) == ("dutchie", Cause.TROUBLE, ("dutchie",))
    both = first([standing("aiq", Cause.KEY_REFUSED, 5), standing("dutchie", Cause.TROUBLE, 1)])
    assert both is not None
    assert (both.system, both.cause, both.since) == ("aiq", Cause.KEY_REFUSED, START + timedelta(minutes=5))
    network = first([standing("aiq", Cause.SILENT, 2), standing("dutchie", Cause.NETWORK, 1)])
    assert network is not None
    assert (network.system, network.cause) == ("network", Cause.NETWORK)
    assert (network.since, network.systems) == (START + timedelta(minutes=1), ("aiq", "dutchie"))


def test_when_nothing_answers_it_is_the_way_there() -> None:
    all_silent = first([standing("aiq", Cause.SILENT), standing("dutchie", Cause.SILENT)])
    assert all_silent is not None
    assert (all_silent.system, all_silent.cause) == ("network", Cause.SILENT)
    alone = first([standing("aiq", Cause.SILENT)])
    assert alone is not None
    assert alone.system == "aiq", "of one system it cannot be known"
    one = first([standing("aiq", Cause.SILENT), standing("dutchie")])
    assert one is not None
    assert one.system == "aiq"


# ── of a register ─────────────────────────────────────────────────────────────────────────────────────────

DOWN = unreachable("aiq", Reason.SILENCE, sent=True, is_write=False)


def test_it_rings_when_there_is_something_to_look_at() -> None:
    clock, events, rung = HandClock(), Events(), list[Change]()
    events.listen(rung.append)
    health = Health(events, clock)
    health.note("aiq", "aiq", None)
    assert rung == []
    health.note("aiq", "aiq", DOWN)
    health.note("aiq", "aiq", DOWN)
    assert rung == [Change.HEALTH]
    assert health.due_in() == SHOWS
    assert health.outage() is None
    clock.pass_by(SHOWS)
    assert health.due_in() is None
    out = health.outage()
    assert out is not None
    assert out.since == clock.now() - timedelta(seconds=SHOWS)
    assert health.is_out("aiq")
    health.note("aiq", "aiq", None)
    assert rung == [Change.HEALTH] * 2
    assert health.due_in() == GOES
    clock.pass_by(GOES)
    assert health.outage() is None
    clock.epoch -= 86_400
    health.note("aiq", "aiq", DOWN)
    clock.pass_by(SHOWS)
    assert health.is_out("aiq"), "setting the clock back changes nothing"
    health.forget("aiq", "aiq")
    assert health.standings() == ()


def test_any_thread_may_tell() -> None:
    health = Health(Events(), HandClock())

    def work(name: str) -> None:
        for n in range(300):
            health.note("till", name, DOWN if n % 3 else None)
            health.standings()

    threads = [threading.Thread(target=work, args=(f"store {n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(health.standings()) == 4
