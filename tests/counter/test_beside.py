"""The engine on its own thread beside the counter: one home, one owner, and nothing lost or sent twice."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Callable

import pytest

from budtender.connectors.http import Priority
from budtender.connectors.limiter import AIQ_WINDOWS, Limiter, LimiterBusy, Window
from budtender.counter import stop
from budtender.errors import EngineRunning
from budtender.events import Change, Events
from budtender.model import Intent, State
from budtender.register import Register
from budtender.settings import SYNC_EVERY
from budtender.sync.calls import SavedCallLog
from budtender.sync.engine import Engine, RoundTrip
from budtender.sync.thread import SyncThread
from budtender.sync.wiring import Wiring
from tests.counter.counter import SAM, Counter
from tests.patience import PATIENCE

INES = "3035550142"
STOP = "PUT /api/v2/optin/text/*"


class Heard:
    """What the engine's thread told, waited for on the window's loop."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._news = asyncio.Event()
        self.trips: list[RoundTrip] = []
        self.failures: list[BaseException] = []
        self.threads: set[str] = set()

    def told(self, trip: RoundTrip) -> None:
        self.trips.append(trip)
        self.threads.add(threading.current_thread().name)
        self._loop.call_soon_threadsafe(self._news.set)

    def failed(self, error: BaseException) -> None:
        self.failures.append(error)
        self._loop.call_soon_threadsafe(self._news.set)

    def changed(self, _change: Change) -> None:
        self._loop.call_soon_threadsafe(self._news.set)

    async def until(self, state: Callable[[], bool]) -> None:
        """Wait for a state, looking again whenever there is news."""
        async with asyncio.timeout(PATIENCE):
            while not state():
                self._news.clear()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(0.05):  # not every state rings
                        await self._news.wait()


@pytest.fixture
async def heard(counter: Counter) -> Heard:
    heard = Heard()
    counter.register.events.listen(heard.changed)
    return heard


@pytest.fixture
async def engine(counter: Counter, heard: Heard) -> AsyncIterator[SyncThread]:
    await counter.set(sync_seconds=5)
    thread = SyncThread(counter.register.beside, heard.told, heard.failed)
    thread.start()
    await heard.until(lambda: bool(heard.trips))
    yield thread
    thread.stop()
    assert not heard.failures
    assert not [t for t in threading.enumerate() if t.name.startswith("sync-engine")]


def state_of(counter: Counter, intent: Intent) -> State:
    row = counter.register.db.read(
        lambda c: c.execute("SELECT state FROM intent WHERE id = ?", (intent.id,)).fetchone()
    )
    return State(row["state"])


async def test_what_the_counter_could_not_send_the_engine_sends(
    counter: Counter, heard: Heard, engine: SyncThread
) -> None:
    counter.sim.faults.add("rate_limit", seconds=0.1, match=STOP)
    intent = await stop.stop_texts(counter.register, INES, SAM)
    assert intent.state is State.WAITING
    counter.clock.pass_by(60)
    engine.hurry()
    await heard.until(lambda: state_of(counter, intent) is State.DONE)
    await heard.until(lambda: engine.last is not None and engine.last.pushed == 1)
    assert all(name.startswith("sync-engine") for name in heard.threads)


async def test_the_engine_leaves_alone_what_the_counter_is_sending(
    counter: Counter, heard: Heard, engine: SyncThread
) -> None:
    visit = await counter.visit(INES)
    reward = next(offer for offer in counter.show(visit).offers if offer.use.usable).reward
    counter.sim.faults.add("latency", seconds=10_000, match="PUT /api/v1.1/discount/redeem/*")
    redeeming = asyncio.create_task(counter.redeem(visit, reward.id))
    await heard.until(lambda: counter.count("intent WHERE state = 'sending'") == 1)
    before = len(heard.trips)
    engine.hurry()
    await heard.until(lambda: len(heard.trips) > before)
    assert counter.count("intent WHERE state = 'sending'") == 1, "the engine did not take it for lost"
    counter.sim.faults.clear()
    assert (await redeeming).intent.state is State.DONE
    assert len(counter.effects("redeem")) == 1


async def test_a_stop_is_clean_and_lets_another_engine_begin(counter: Counter, heard: Heard) -> None:
    thread = SyncThread(counter.register.beside, heard.told, heard.failed)
    thread.start()
    await heard.until(lambda: bool(heard.trips))
    with pytest.raises(EngineRunning):
        await Engine(counter.register).once()
    with pytest.raises(RuntimeError):
        thread.start()
    thread.stop()
    thread.stop()
    await Engine(counter.register).once()
    trips = len(heard.trips)
    thread.start()
    await heard.until(lambda: len(heard.trips) > trips)
    thread.stop()
    assert not heard.failures


async def test_stopped_before_it_has_begun(counter: Counter, heard: Heard) -> None:
    thread = SyncThread(counter.register.beside, heard.told, heard.failed)
    thread.stop()
    thread.start()
    thread.stop()
    assert not heard.failures


async def test_a_step_that_hangs_is_cut_off(counter: Counter, heard: Heard) -> None:
    counter.sim.faults.add("rate_limit", seconds=0.1, match=STOP)
    intent = await stop.stop_texts(counter.register, INES, SAM)
    counter.clock.pass_by(60)
    held = counter.sim.faults.add("latency", seconds=10_000, match=STOP)
    thread = SyncThread(counter.register.beside, heard.told, heard.failed)
    thread.start()
    await heard.until(lambda: held.fired > 0)
    await asyncio.to_thread(thread.stop, 0.2)
    assert not heard.trips, "it did not wait until the call gave up by itself"
    assert not heard.failures
    counter.sim.faults.clear()
    for _ in range(2):
        counter.clock.pass_by(400)
        await Engine(counter.register).round_trip(wait_for_tills=False)
    assert state_of(counter, intent) is State.DONE


async def test_another_engine_is_waited_for_and_taken_over_from(
    counter: Counter, heard: Heard, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "budtender.sync.thread")
    await counter.set(sync_seconds=5)
    thread = SyncThread(counter.register.beside, heard.told, heard.failed)
    with counter.register.alone():
        thread.start()
        await heard.until(lambda: "waits for another engine" in caplog.text)
        assert not heard.trips
    thread.hurry()
    await heard.until(lambda: bool(heard.trips))
    thread.stop()
    assert not heard.failures


async def test_a_bug_is_told_and_never_swallowed(counter: Counter, heard: Heard) -> None:
    @contextlib.asynccontextmanager
    async def broken() -> AsyncIterator[Wiring]:
        async with counter.register.beside() as register:
            register.clock = None  # type: ignore[assignment]
            yield register

    thread = SyncThread(broken, heard.told, heard.failed)
    thread.start()
    await heard.until(lambda: bool(heard.failures))
    thread.stop()
    (bug,) = heard.failures
    assert isinstance(bug, AttributeError)


# ── what the two registers share ──────────────────────────────────────────────────────────────────────────


async def test_a_setting_changed_on_one_side_counts_on_the_other(counter: Counter) -> None:
    async with counter.register.beside() as other:
        await counter.set(sync_seconds=77)
        assert other.settings.get(SYNC_EVERY) == 77
        await other.change_setting("sync_seconds", "78", SAM)
        assert counter.register.settings.get(SYNC_EVERY) == 78
    assert counter.register.aiq.base_url


async def test_what_another_program_changed_is_rung_once(counter: Counter) -> None:
    rung: list[Change] = []
    events = Events()
    events.listen(rung.append)
    second = await Register.open(counter.home, vault=counter.vault, clock=counter.clock, events=events)
    assert second.events is events
    await counter.set(sync_seconds=79)
    rung.clear()
    await second.reread()
    await second.reread()
    assert rung == [Change.SETTINGS]
    assert second.settings.get(SYNC_EVERY) == 79
    await second.close()


async def test_the_counter_goes_first_whoever_else_uses_the_key(counter: Counter) -> None:
    """Two registers and another program's share one log of calls; a backfill leaves the counter its room."""
    clock = counter.clock
    start = clock.wall()
    passed = 0.0

    def now() -> float:
        return start + passed

    logs = [SavedCallLog(counter.register.db), SavedCallLog(counter.register.db)]
    background, ahead = (Limiter("aiq:shared", AIQ_WINDOWS, log, clock=now) for log in logs)
    waits = []
    for second in range(12):
        passed = float(second)
        for _ in range(6):
            with contextlib.suppress(LimiterBusy):
                await background.acquire(Priority.BACKGROUND, 0)
        wait = 0.0
        for _ in range(50):
            if await _admitted(ahead):
                break
            passed += 0.05
            wait += 0.05
        waits.append(wait)
    assert max(waits) <= 0.25


async def test_a_slot_taken_anew_is_kept_once_in_the_file(counter: Counter) -> None:
    now = counter.clock.wall()
    limiter = Limiter(
        "aiq:late", (Window(1, 10),), SavedCallLog(counter.register.db), clock=lambda: now, steady=lambda: now
    )
    taken = await limiter.acquire(Priority.COUNTER, 0)
    now += 5
    assert (await limiter.renew(taken, Priority.COUNTER, 0)).at == now
    assert counter.count("call WHERE credential = 'aiq:late'") == 1
    now += 6
    with pytest.raises(LimiterBusy):
        await limiter.acquire(Priority.COUNTER, 0)


async def test_a_pause_that_is_over_comes_back_by_no_clock(counter: Counter) -> None:
    now = 1_800_000_000.0
    limiter = Limiter(
        "aiq:paused", AIQ_WINDOWS, SavedCallLog(counter.register.db), clock=lambda: now, steady=lambda: now
    )
    await limiter.hold(7)
    now += 8
    await limiter.acquire(Priority.COUNTER, 0)
    now -= 3600
    await limiter.acquire(Priority.COUNTER, 0)


async def _admitted(limiter: Limiter) -> bool:
    try:
        await limiter.acquire(Priority.COUNTER, 0)
    except LimiterBusy:
        return False
    return True
