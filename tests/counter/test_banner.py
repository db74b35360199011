"""What the banner tells, with a real far side that goes away and comes back."""

from __future__ import annotations

import pytest

from budtender.backoffice import integrations
from budtender.counter import banner, lookup, stop
from budtender.errors import Misconfigured, RateLimited, Unreachable
from budtender.events import Change
from budtender.health import GOES, SHOWS, Cause
from budtender.model import State
from budtender.sync.engine import Engine
from tests.counter.counter import SAM, SYSTEM, Counter

INES = "3035550142"


async def ask(counter: Counter) -> None:
    counter.take_a_moment()
    await lookup.find_shopper(counter.register, INES, ask=True)


async def test_a_far_side_that_goes_and_comes_back(counter: Counter) -> None:
    rung: list[Change] = []
    await ask(counter)
    assert banner.read(counter.register).outage is None
    counter.register.events.listen(rung.append)
    counter.sim.faults.add("status", status=503, times=None)
    await ask(counter)  # tells what was known before
    assert Change.HEALTH in rung
    shown = banner.read(counter.register)
    assert shown.outage is None
    assert shown.due_in is not None
    assert 0 < shown.due_in <= SHOWS
    counter.clock.pass_by(SHOWS)
    out = banner.read(counter.register).outage
    assert out is not None
    assert (out.system, out.cause) == ("aiq", Cause.TROUBLE)
    counter.sim.faults.clear()
    counter.clock.pass_by(60)
    await ask(counter)
    assert banner.read(counter.register).outage == out, "it may come and go"
    counter.clock.pass_by(GOES)
    after = banner.read(counter.register)
    assert after.outage is None
    assert after.systems[0].last_good is not None


async def test_a_key_that_is_refused_and_a_trial_with_another(counter: Counter) -> None:
    await ask(counter)
    counter.sim.faults.add("status", status=401, times=None)
    with pytest.raises(Misconfigured):
        await ask(counter)
    counter.clock.pass_by(SHOWS)
    out = banner.read(counter.register).outage
    assert out is not None
    assert out.cause is Cause.KEY_REFUSED
    counter.sim.faults.clear()
    await counter.connect()
    assert banner.read(counter.register).outage is None, "a new key begins anew"
    with pytest.raises(Misconfigured):
        await integrations.connect_aiq(counter.register, counter.sim.uid, "wrong", SYSTEM, base_url=counter.sim.url)
    counter.clock.pass_by(SHOWS)
    assert banner.read(counter.register).outage is None, "a trial says nothing of the system"


async def test_a_pause_that_is_asked_for(counter: Counter) -> None:
    await ask(counter)
    counter.sim.faults.add("rate_limit", seconds=300.0, times=None)
    with pytest.raises((RateLimited, Unreachable)):
        await lookup.find_shopper(counter.register, "3035550116", ask=True)
    counter.clock.pass_by(SHOWS)
    out = banner.read(counter.register).outage
    assert out is not None
    assert out.cause is Cause.LIMITED


async def test_the_engine_looks_whether_it_is_back(counter: Counter) -> None:
    counter.sim.faults.add("status", status=503, times=None)
    with pytest.raises(Unreachable):
        await ask(counter)
    counter.clock.pass_by(SHOWS)
    assert banner.read(counter.register).outage is not None
    counter.sim.faults.clear()
    counter.clock.pass_by(60)
    engine = Engine(counter.register)
    await engine.run(lambda _trip: engine.stop())
    counter.clock.pass_by(GOES)
    assert banner.read(counter.register).outage is None


async def test_what_waits_here(counter: Counter) -> None:
    nothing = banner.read(counter.register).owed
    assert (nothing.waiting, nothing.checked, nothing.needs_person, nothing.oldest) == (0, 0, 0, None)
    counter.sim.faults.add("rate_limit", seconds=0.1, match="PUT /api/v2/optin/text/*")
    intent = await stop.stop_texts(counter.register, INES, SAM)
    assert intent.state is State.WAITING
    shown = banner.read(counter.register)
    assert (shown.owed.waiting, shown.stop_late) == (1, False)
    assert shown.owed.oldest == shown.owed.oldest_stop
    counter.clock.pass_by(25 * 3600)
    assert banner.read(counter.register).stop_late
