"""Copying a till: page and cursor together, taken up where it was left, and never believed when half is missing."""

from __future__ import annotations

import asyncio
import io
import itertools
import re
import threading
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from msgspec.structs import replace
from rich.console import Console

from budtender.cache import copying, snapshots
from budtender.cli.bars import bars
from budtender.cli.output import Output
from budtender.connectors import answer
from budtender.counter import progress
from budtender.errors import EngineRunning, Unreachable
from budtender.events import Change, Events
from budtender.model import Batch, PosDiscount, Resource
from budtender.simulator import Simulation
from budtender.simulator.records import till_time
from budtender.sync import mirror
from budtender.sync.engine import Engine
from budtender.sync.progress import TYPING, Board, Progress
from tests.counter.counter import Counter

STORE = "Harbor Street"


def customers_of(shop: Counter) -> set[str]:
    rows = shop.register.db.read(lambda c: c.execute("SELECT id FROM customer").fetchall())
    return {row["id"] for row in rows}


def world_of(sim: Simulation) -> set[str]:
    with sim.world.moment():
        return {str(c.customer_id) for c in sim.world.customers if not c.is_anonymous}


def touch_all(sim: Simulation) -> None:
    """Every customer was changed at some time of the last year, evenly spread, so that windows have work."""
    with sim.world.moment():
        people = list(sim.world.customers)
        for n, customer in enumerate(people):
            at = sim.world.now - timedelta(days=360).total_seconds() * (1 - n / len(people))
            sim.world.customers.put(replace(customer, last_modified=till_time(at)))


def till_calls(sim: Simulation) -> int:
    return sum(not call.path.startswith("/api/") for call in sim.calls)


def after(batches: int) -> Callable[[], bool]:
    """Leave after so many batches."""
    came = itertools.count(1)
    return lambda: next(came) >= batches


def state_of(shop: Counter, resource: Resource) -> copying.Copying:
    return shop.register.db.read(lambda c: copying.find(c, STORE, resource))


async def test_a_copy_that_is_left_goes_on_behind_what_is_stored(shop: Counter, sim: Simulation) -> None:
    touch_all(sim)
    runs, lengths = 0, []
    finished = False
    while not finished:
        finished = await mirror.copy_resource(shop.register, STORE, Resource.CUSTOMERS, after(3))
        runs += 1
        lengths.append(len(customers_of(shop)))
        state = state_of(shop, Resource.CUSTOMERS)
        assert state.number == 1
        assert (state.begun is None) == finished
        shop.clock.pass_by(60)  # the till's pace is not what is tried here
        await shop.restart()
    assert runs >= 3
    assert lengths == sorted(lengths)
    assert customers_of(shop) == world_of(sim)


async def test_what_was_stored_stays_when_the_till_goes_away(shop: Counter, sim: Simulation) -> None:
    touch_all(sim)
    assert not await mirror.copy_resource(shop.register, STORE, Resource.CUSTOMERS, lambda: True)
    before = customers_of(shop)
    shop.clock.pass_by(60)
    sim.stop()
    with pytest.raises(Unreachable):
        await mirror.copy_resource(shop.register, STORE, Resource.CUSTOMERS)
    state = state_of(shop, Resource.CUSTOMERS)
    assert customers_of(shop) == before
    assert state.failures == 1
    assert state.error
    assert state.next is not None
    assert state.next > shop.clock.now()
    sim.start()
    shop.clock.pass_by(60)
    assert await mirror.copy_resource(shop.register, STORE, Resource.CUSTOMERS)
    state = state_of(shop, Resource.CUSTOMERS)
    assert (state.failures, state.error) == (0, "")
    assert customers_of(shop) == world_of(sim)


async def test_nothing_more_is_fetched_while_somebody_types(shop: Counter, sim: Simulation) -> None:
    """Whoever types a number does not wait for what the download does with its rows."""
    touch_all(sim)
    times: list[float] = []

    def told(_batch: Batch) -> None:
        times.append(time.monotonic())
        if len(times) == 1:
            progress.give_way(shop.register)

    assert await mirror.copy_resource(shop.register, STORE, Resource.CUSTOMERS, told=told)
    assert times[1] - times[0] >= TYPING
    assert customers_of(shop) == world_of(sim)


async def test_a_page_at_hand_lets_whoever_types_by(
    shop: Counter, sim: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine beside a window stops between the pieces of a page, and only a thread that no loop runs on waits."""
    threads: list[threading.Thread] = []
    monkeypatch.setattr(answer, "SHORT", 0)
    monkeypatch.setattr(Board, "stand_aside", lambda _board: threads.append(threading.current_thread()))
    touch_all(sim)
    async with shop.register.beside() as engine:
        assert await mirror.copy_resource(engine, STORE, Resource.CUSTOMERS)
    assert threads
    assert threading.current_thread() not in threads
    threads.clear()
    assert await mirror.copy_resource(shop.register, STORE, Resource.CUSTOMERS)
    assert not threads


def test_standing_aside_lasts_as_long_as_somebody_types_and_no_longer() -> None:
    board = Board(Events())
    began = time.monotonic()
    board.stand_aside()
    assert time.monotonic() - began < TYPING / 2
    board.give_way()
    board.stand_aside()
    assert time.monotonic() - began >= TYPING


async def test_progress_is_told_and_ends(shop: Counter, sim: Simulation) -> None:
    touch_all(sim)
    heard: list[tuple[int, int]] = []
    register = shop.register

    def listen(change: Change) -> None:
        if change is Change.PROGRESS:
            heard.append((len(register.board.under_way()), sum(p.rows for p in register.board.under_way())))

    stop = register.events.listen(listen)
    await mirror.copy_resource(register, STORE, Resource.CUSTOMERS)
    stop()
    assert [rows for under_way, rows in heard if under_way][-1] >= len(world_of(sim))
    assert heard[-1] == (0, 0)


async def test_the_terminal_draws_how_much_is_done(shop: Counter) -> None:
    def drawn(share: float | None) -> int:
        seen, output = io.StringIO(), Output(as_json=False)
        output.console = Console(file=seen, force_terminal=True, no_color=True, width=100)
        with bars(shop.register, output):
            shop.register.board.tell(Progress(credential="Elm", resource="customers", rows=1_200, share=share))
        assert "1,200" in seen.getvalue()
        shop.register.board.end("Elm", "customers")
        return max(len(bar) for bar in re.findall("━*", seen.getvalue()))

    assert 0 < drawn(0.25) < drawn(0.75) < drawn(1.0)


async def test_a_halved_list_is_held_back_until_a_person_accepts_it(shop: Counter, sim: Simulation) -> None:
    register = shop.register
    await mirror.copy_resource(register, STORE, Resource.DISCOUNTS)

    def names() -> set[str]:
        return {d.id for d in register.db.read(lambda c: snapshots.discounts(c, STORE))}

    padding = 30
    extra = [PosDiscount(id=f"old-{n}", name=f"Old {n}") for n in range(padding)]
    number = state_of(shop, Resource.DISCOUNTS).number
    await register.db.write(lambda c: snapshots.put_discounts(c, STORE, extra, number))
    before = names()
    for held in (1, 2, 3):
        await mirror.copy_resource(register, STORE, Resource.DISCOUNTS)
        assert names() == before
        assert state_of(shop, Resource.DISCOUNTS).held == held
    assert "accept" in state_of(shop, Resource.DISCOUNTS).hint
    assert await mirror.accept(register, STORE, Resource.DISCOUNTS)
    await mirror.copy_resource(register, STORE, Resource.DISCOUNTS)
    assert len(names()) == len(before) - padding
    assert state_of(shop, Resource.DISCOUNTS).error == ""
    assert not await mirror.accept(register, STORE, Resource.DISCOUNTS)


async def test_the_second_engine_says_so_and_stops(shop: Counter) -> None:
    first, second = Engine(shop.register), Engine(shop.register)
    went_round = asyncio.Event()
    ran = asyncio.create_task(first.run(lambda _trip: went_round.set()))
    await went_round.wait()
    with pytest.raises(EngineRunning):
        await second.run(lambda _trip: None)
    with pytest.raises(EngineRunning):
        await second.once()
    first.stop()
    await ran
    assert not (await second.once()).failures


async def test_a_till_is_read_by_the_schedule_and_not_more_often(shop: Counter, sim: Simulation) -> None:
    engine = Engine(shop.register)
    await engine.once()

    async def calls_after(seconds: float) -> int:
        shop.clock.pass_by(seconds)
        before = till_calls(sim)
        await engine.round_trip(wait_for_tills=False)
        await engine.wait_for_tills()
        return till_calls(sim) - before

    assert await calls_after(10) == 0
    assert await calls_after(600) > 0
    assert await calls_after(10) == 0


async def test_a_till_is_read_as_soon_as_its_key_is_renewed(shop: Counter, sim: Simulation) -> None:
    """What failed is tried ever more seldom, in the end once an hour: nobody waits for that who has mended it."""
    engine = Engine(shop.register)
    sim.faults.add("status", match="GET /customer/*", status=401, times=None)

    async def trip() -> copying.Copying:
        await engine.round_trip(wait_for_tills=False)
        await engine.wait_for_tills()
        return shop.register.db.read(lambda c: copying.find(c, STORE, Resource.CUSTOMERS))

    for _ in range(4):
        failed = await trip()
        shop.clock.pass_by(3_600)
    failed = await trip()
    assert failed.failures
    sim.faults.clear()
    assert (await trip()).failures == failed.failures
    await shop.connect_till(fresh=True)
    assert (await trip()).failures == 0


async def test_one_failing_till_leaves_its_words_behind(shop: Counter, sim: Simulation) -> None:
    sim.stop()
    trip = await Engine(shop.register).once()
    assert STORE in trip.failures
    sim.start()
    shop.clock.pass_by(3600)
    assert STORE not in (await Engine(shop.register).once()).failures
