"""The AIQ account is read whole, goes on being read, and never takes more calls than the account has."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest

from budtender.backoffice import integrations
from budtender.cache import account, copying, personas, till
from budtender.cache.copying import Copying
from budtender.connectors.aiq_options import PAGE
from budtender.errors import Misconfigured
from budtender.model import Cursor
from budtender.simulator import Simulation
from budtender.sync import plan
from budtender.sync.account import Account
from budtender.sync.census import AIQ
from tests.connectors.odd_account import ODDITIES, PEOPLE, pages_of
from tests.connectors.page_server import Page, PageServer
from tests.counter.counter import SYSTEM
from tests.sync.huge_account import HugeAccount
from tests.sync.selling import Selling


@pytest.fixture
def crowd() -> Iterator[Simulation]:
    with Simulation(shoppers=1_200, limits=False) as running:
        yield running


@pytest.fixture
def market(crowd: Simulation) -> Simulation:
    return crowd


def after(pages: int) -> Callable[[], bool]:
    """Leave after so many looks."""
    came = itertools.count(1)
    return lambda: next(came) > pages


def listed(crowd: Simulation) -> set[str]:
    with crowd.world.moment():
        return {p.contact_id.lower() for p in crowd.world.personas.everyone() if not p.blocked and readable(p.points)}


def readable(points: Decimal) -> bool:
    """One of the named cases has a balance that no register believes."""
    return abs(points) < 10**9


def known(counter: Selling) -> set[str]:
    rows = counter.register.db.read(
        lambda c: c.execute("SELECT contact_id FROM persona WHERE gone_at IS NULL").fetchall()
    )
    return {row["contact_id"].lower() for row in rows}


@pytest.mark.requirement("D-031")
async def test_the_whole_account_is_read_and_then_what_is_new(register: Selling, crowd: Simulation) -> None:
    assert (await register.sync()).failures == {}
    assert known(register) == listed(crowd)
    assert register.register.db.read(account.catalogue)
    assert register.register.db.read(till.stores)
    with crowd.world.moment() as world:
        newest = world.personas.everyone()[0]
        world.personas.put(
            type(newest)(contact_id="new-one", source_ids=("x",), mobile="7205550166", inserted=int(world.now)),
            world.now,
        )
    await register.sync(3_600)
    assert "new-one" in known(register)
    state = register.register.db.read(lambda c: copying.find(c, AIQ, plan.ALL_PERSONAS))
    assert state.number == 1  # all of them are read once a week


async def test_a_pass_that_is_left_goes_on_and_loses_nobody_to_merges(register: Selling, crowd: Simulation) -> None:
    reading = Account(register.register)
    await reading.read_due(after(8))
    state = register.register.db.read(lambda c: copying.find(c, AIQ, plan.ALL_PERSONAS))
    assert state.begun is not None
    assert 0 < state.rows < 1_200
    first = sorted(crowd.world.personas.everyone(), key=lambda p: p.inserted)[:40]
    for persona in first:
        if persona.mobile:
            crowd.block(persona.mobile)
    await register.restart()
    await register.sync()
    assert listed(crowd) <= known(register)


async def test_a_look_far_back_can_be_left_between_its_days(register: Selling, crowd: Simulation) -> None:
    """A machine that was off for months is not deaf to Ctrl+C until it has caught up."""
    long_ago = register.register.clock.now() - timedelta(days=60)
    for window in (plan.REDEMPTIONS, plan.ADJUSTMENTS):
        await register.register.db.write(
            partial(till.set_cursor, credential=AIQ, resource=window, value=Cursor(at=long_ago))
        )
    before = len(crowd.calls)
    await Account(register.register).read_due(after(5), whole=True)
    assert len(crowd.calls) - before < 20
    caught_up = register.register.db.read(lambda c: till.cursor(c, AIQ, plan.REDEMPTIONS))
    assert caught_up is not None
    assert caught_up.at > long_ago


async def test_a_pause_lets_the_pass_rest_where_it_is(register: Selling, crowd: Simulation) -> None:
    reading, open_now = Account(register.register), register.register

    def state() -> Copying:
        return open_now.db.read(lambda c: copying.find(c, AIQ, plan.ALL_PERSONAS))

    await reading.read_due(after(8))
    before = state()
    assert before.begun is not None
    open_now.board.pause(open_now.clock.mono(), 600)
    register.clock.pass_by(60)
    await reading.read_due(whole=True)
    assert state().rows == before.rows
    open_now.board.go_on()
    await reading.read_due(whole=True)
    assert (state().number, state().good is None) == (1, False)
    assert known(register) == listed(crowd)


async def test_who_is_not_listed_any_more_is_looked_for_and_marked(register: Selling, crowd: Simulation) -> None:
    await register.sync()
    victim = next(p for p in crowd.world.personas.everyone() if p.mobile and readable(p.points) and not p.blocked)
    crowd.block(victim.mobile)
    await register.sync(timedelta(days=8).total_seconds())
    await register.sync()
    found = register.register.db.read(lambda c: personas.find_by_contact(c, victim.contact_id))
    assert found is not None
    assert found.gone is not None
    assert known(register) == listed(crowd)


async def test_points_spent_elsewhere_show_up_here(register: Selling, crowd: Simulation) -> None:
    await register.sync()
    shopper = next(
        p
        for p in crowd.world.personas.everyone()
        if p.member and p.mobile and 300 < p.points < 10**6 and not p.hides_points
    )
    reward = next(r for r in crowd.world.rewards.values() if r.id in shopper.rewards and 0 < r.points < 300)
    crowd.redeem_elsewhere(shopper.mobile, reward.id)
    crowd.earn(shopper.mobile, 7)
    await register.sync()
    here = register.register.db.read(lambda c: personas.find_by_contact(c, shopper.contact_id))
    assert here is not None
    shown = register.register.db.read(lambda c: personas.balance(c, here.id)).shown
    assert shown == register.points(shopper.mobile)
    assert register.count("movement") >= 1
    assert register.count("reread") == 0


@pytest.mark.parametrize("code", [404, 405, 422, 500])
@pytest.mark.parametrize("path", ["/api/v2/discount/*", "/api/v1.1/redemptions/*", "/api/v1.1/stores/*"])
async def test_a_list_that_aiq_does_not_offer_keeps_nothing_else_from_being_read(
    register: Selling, crowd: Simulation, path: str, code: int
) -> None:
    crowd.faults.add("status", match=f"GET {path}", status=code, times=None)
    trip = await register.sync()
    assert list(trip.failures) == ["aiq"]
    assert known(register) == listed(crowd)
    asked = {call.path.split("/")[3] for call in crowd.calls}
    assert {"discount", "redemptions", "adjustments", "stores", "piis"} <= asked


async def test_a_refused_key_is_not_tried_on_every_list(register: Selling, crowd: Simulation) -> None:
    crowd.faults.add("status", match="GET /*", status=403, times=None)
    asked = len(crowd.calls)
    with pytest.raises(Misconfigured):
        await Account(register.register).read_due(whole=True)
    assert len(crowd.calls) == asked + 1


@pytest.mark.requirement("D-031")
@pytest.mark.parametrize("oddity", ODDITIES)
async def test_nobody_is_lost_however_odd_the_pages(tmp_path: Path, crowd: Simulation, oddity: str) -> None:
    counter = Selling(tmp_path / "home", crowd)
    await counter.open()
    with PageServer(Page(body={"data": None})) as aiq:
        aiq.answers("GET /api/v1.1/piis/9001", pages_of(oddity))
        await integrations.connect_aiq(counter.register, "9001", "a-key", SYSTEM, base_url=aiq.url)
        await Account(counter.register).read_due(whole=True)
        assert counter.count("persona") == PEOPLE
        assert counter.register.db.read(lambda c: copying.find(c, AIQ, plan.ALL_PERSONAS)).good is not None
        assert len(aiq.asked) < 60
    await counter.register.close()


@pytest.mark.timeout(600)
async def test_the_plan_holds_for_an_account_of_337000(tmp_path: Path, crowd: Simulation) -> None:
    counter = Selling(tmp_path / "home", crowd)
    await counter.open()
    with HugeAccount(337_000, counter.clock) as aiq:
        await integrations.connect_aiq(counter.register, "9001", "a-key", SYSTEM, base_url=aiq.url)
        reading = Account(counter.register)
        began = counter.clock.wall()
        while counter.register.db.read(lambda c: copying.find(c, AIQ, plan.ALL_PERSONAS)).good is None:
            await reading.read_due()
            counter.clock.pass_by(20)
        took = counter.clock.wall() - began
        assert counter.count("persona") == 337_000
        assert aiq.pages == -(-337_000 // PAGE)
        assert aiq.most_within(3_600) <= 1_440
        assert aiq.most_within(60) <= 110
        assert took < 2 * 3_600
    await counter.register.close()


def _calls_an_hour(personas: int, *, new_in_two_days: int, page: int) -> dict[str, float]:
    """What reading AIQ comes to in an hour in which a pass over all personas runs."""
    hour = timedelta(hours=1)
    pages = -(-personas // page)
    return {
        plan.STORES: hour / plan.EVERY[plan.STORES],
        plan.REWARDS: hour / plan.EVERY[plan.REWARDS],
        plan.REDEMPTIONS: hour / plan.EVERY[plan.REDEMPTIONS],
        plan.ADJUSTMENTS: hour / plan.EVERY[plan.ADJUSTMENTS],
        plan.NEW_PERSONAS: (hour / plan.EVERY[plan.NEW_PERSONAS]) * (1 + new_in_two_days // page),
        plan.ALL_PERSONAS: min(pages, hour.total_seconds() / plan.PAGE_PAUSE),
        "unlisted": plan.ONE_BY_ONE * (hour / plan.ROUND),
        "moved elsewhere": plan.ONE_BY_ONE * (hour / plan.ROUND),
    }


def test_the_plan_leaves_room_for_what_aiq_is_told() -> None:
    hour = _calls_an_hour(337_000, new_in_two_days=1_000, page=PAGE)
    assert hour[plan.ALL_PERSONAS] == 674
    assert sum(hour.values()) < 1_440 - 60
    larger = _calls_an_hour(2_000_000, new_in_two_days=5_000, page=PAGE)
    assert sum(larger.values()) < 1_440 + 100
