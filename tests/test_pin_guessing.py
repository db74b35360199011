"""Guessing PINs: counted before the check, slowed, locked; nothing sets the count back, and a lock is one person's."""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from budtender.errors import Locked, NotAllowed, PinRefused
from budtender.model import Role
from budtender.pins import MASTER, Approver, subject_of
from budtender.pins.ladder import TRIES, WAITS
from tests.small_register import DANA, DANA_PIN, MASTER_PIN, OMAR_PIN, WRONG, Counting, SmallRegister
from tests.writing import write_now


@pytest.fixture
async def register(tmp_path: Path) -> AsyncIterator[SmallRegister]:
    made = SmallRegister(tmp_path)
    await made.set_up()
    yield made
    made.db.close()


# ── guessing ──────────────────────────────────────────────────────────────────────────────────────────────


async def test_the_ladder(register: SmallRegister) -> None:
    for tries, wait in enumerate(WAITS, start=1):
        refusal = await register.guess()
        assert isinstance(refusal, PinRefused)
        assert refusal.facts["tries_left"] == TRIES - tries
        assert f"{TRIES - tries} tr" in refusal.title
        if wait:
            register.clock.pass_by(wait - 0.5)
            waiting = await register.guess(DANA_PIN)
            assert isinstance(waiting, Locked)
            assert waiting.until is not None
            assert (waiting.until - register.clock.now()).total_seconds() == pytest.approx(0.5)
            register.clock.pass_by(0.5)
        assert register.hasher.evaluated == tries
    last = await register.guess()
    assert isinstance(last, PinRefused)
    assert "last try" in last.title
    register.clock.pass_by(10 * 365 * 86_400)
    locked = await register.guess(DANA_PIN)
    assert isinstance(locked, Locked)
    assert locked.until is None
    assert register.hasher.evaluated == TRIES


async def test_of_ten_thousand_guesses_ten_are_evaluated(register: SmallRegister) -> None:
    hand = random.Random(13)
    for number in range(10_000):
        register.clock.epoch += hand.choice((0, 3600, -7200, 86_400))
        register.clock.monotonic += hand.choice((0, 10, 4000))
        if number % 1000 == 500:
            register.restart()
        guess = f"{hand.randrange(10**6):06}"
        assert isinstance(await register.guess(guess if guess != DANA_PIN else WRONG), PinRefused | Locked)
    assert register.hasher.evaluated == TRIES


async def test_guesses_all_at_once_are_counted_one_by_one(register: SmallRegister) -> None:
    refusals = await asyncio.gather(*(register.guess(f"{number}04285") for number in range(10, 60)))
    assert register.hasher.evaluated == 3
    assert sum(isinstance(refusal, Locked) for refusal in refusals) == 47


@pytest.mark.parametrize("tries", [2, 9])
async def test_the_right_pin_starts_the_count_again(register: SmallRegister, tries: int) -> None:
    await register.fail(tries)
    assert await register.guess(DANA_PIN) is None
    assert register.count(subject_of(DANA)) == 0
    assert register.vault.read(f"pin-failures:{subject_of(DANA)}") is None
    register.restart()
    await register.fail(TRIES)


async def test_a_right_pin_costs_no_write_to_the_secure_storage(register: SmallRegister) -> None:
    assert await register.guess(DANA_PIN) is None
    assert await register.guess(OMAR_PIN, None) is None
    assert register.vault.written == 0


class Dying(Counting):
    """A hasher that is killed whenever it is asked."""

    def matches(self, verifier: str, secret: bytes) -> bool:
        raise InterruptedError("killed")


async def test_a_try_that_dies_at_the_check_has_been_counted(register: SmallRegister) -> None:
    live, register.hasher = register.hasher, Dying()
    for tries in range(1, TRIES + 1):
        register.restart()
        with pytest.raises(InterruptedError):
            await register.guess(DANA_PIN)
        assert register.count(subject_of(DANA)) == tries
        register.clock.pass_by(WAITS[-1])
    register.hasher = live
    register.restart()
    assert isinstance(await register.guess(DANA_PIN), Locked)


async def test_from_the_third_on_even_a_try_that_dies_outlives_yesterdays_file(register: SmallRegister) -> None:
    yesterday = register.copy_file()
    await register.fail(2)
    live, register.hasher = register.hasher, Dying()
    register.restart()
    with pytest.raises(InterruptedError):
        await register.guess()
    register.hasher = live
    register.restart(yesterday)
    assert isinstance(await register.guess(DANA_PIN), Locked)


KILLED = """
import asyncio, os, sys
from pathlib import Path
from budtender.cache.database import Database
from budtender.clock import Clock
from budtender.pins import FLOOR, Hasher, Pins
from budtender.secrets import MemoryVault

class Killed(Hasher):
    def matches(self, verifier, secret):
        os.kill(os.getpid(), 9)

path, key, pepper = sys.argv[1:]
vault = MemoryVault()
vault.write("pepper", bytes.fromhex(pepper))
pins = Pins(Database(Path(path), bytes.fromhex(key)), vault, Clock(), "register-1", hasher=Killed(FLOOR))
asyncio.run(pins.approve("570318", approver="Dana", acting="Sam"))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no signal 9")
async def test_a_killed_process_has_been_counted(register: SmallRegister) -> None:
    pepper = register.vault.read("pepper")
    assert pepper is not None
    for tries in (1, 2):
        register.db.close()
        arguments = [sys.executable, "-c", KILLED, str(register.path), register.key.hex(), pepper.hex()]
        child = await asyncio.to_thread(subprocess.run, arguments, check=False, timeout=60)
        assert child.returncode == -9
        register.start()
        assert register.count(subject_of(DANA)) == tries


async def test_a_restart_and_the_time_of_day_open_nothing(register: SmallRegister) -> None:
    for _ in range(4):
        await register.guess()
        register.clock.pass_by(30)
    for moved in (-86_400.0, 86_400.0 * 400):
        register.clock.epoch += moved
        register.restart()
        assert isinstance(await register.guess(DANA_PIN), Locked)
    # The machine starts again: its monotonic clock does too, and the whole wait with it.
    register.clock.monotonic = 1.0
    register.restart()
    refusal = await register.guess(DANA_PIN)
    assert isinstance(refusal, Locked)
    assert refusal.until is not None
    assert (refusal.until - register.clock.now()).total_seconds() == pytest.approx(WAITS[3] - 1)
    register.clock.pass_by(WAITS[3])
    assert await register.guess(DANA_PIN) is None


async def test_two_programs_on_one_home_count_together(register: SmallRegister) -> None:
    db, pins = register.beside()
    await register.fail(4)
    with pytest.raises(PinRefused) as refusal:
        await pins.approve(WRONG, approver="Dana", acting="Sam")
    assert refusal.value.facts["tries_left"] == TRIES - 5
    register.clock.pass_by(WAITS[-1])
    await pins.approve(DANA_PIN, approver="Dana", acting="Sam")
    await register.fail(2)
    db.close()


@pytest.mark.parametrize("tries", [1, 2, 5, TRIES])
async def test_yesterdays_file_does_not_set_the_count_back(register: SmallRegister, tries: int) -> None:
    yesterday = register.copy_file()
    await register.fail(tries)
    register.restart(yesterday)
    assert register.count(subject_of(DANA)) == 0
    if tries == TRIES:
        assert isinstance(await register.guess(DANA_PIN), Locked)
    else:
        refusal = await register.guess()
        assert isinstance(refusal, PinRefused)
        assert refusal.facts["tries_left"] == TRIES - tries - 1


async def test_a_mirror_that_cannot_be_read_locks(register: SmallRegister) -> None:
    register.vault.write(f"pin-failures:{subject_of(DANA)}", b"none at all")
    register.restart()
    assert isinstance(await register.guess(DANA_PIN), Locked)
    assert await register.guess(OMAR_PIN, "Omar") is None


MOVES = st.lists(
    st.sampled_from(("guess", "guess", "guess", "wait", "wait", "restart", "restore", "reboot", "back", "forward")),
    min_size=20,
    max_size=60,
)


def test_no_order_of_events_gives_an_eleventh_guess(tmp_path_factory: pytest.TempPathFactory) -> None:
    async def story(moves: list[str]) -> int:
        register = SmallRegister(tmp_path_factory.mktemp("register"))
        await register.set_up()
        yesterday = register.copy_file()
        for move in moves:
            if move == "guess":
                assert await register.guess() is not None
            else:
                _happen(register, move, yesterday)
        register.db.close()
        return register.hasher.evaluated

    @settings(max_examples=10, deadline=None)
    @given(MOVES)
    def run(moves: list[str]) -> None:
        assert asyncio.run(story(moves)) <= TRIES

    run()


def _happen(register: SmallRegister, move: str, yesterday: Path) -> None:
    changes: dict[str, Any] = {
        "wait": lambda: register.clock.pass_by(2000),
        "restart": register.restart,
        "restore": lambda: register.restart(yesterday),
        "reboot": lambda: setattr(register.clock, "monotonic", 3.0),
        "back": lambda: setattr(register.clock, "epoch", register.clock.epoch - 90_000),
        "forward": lambda: setattr(register.clock, "epoch", register.clock.epoch + 90_000),
    }
    changes[move]()


# ── one lock is not the others' ───────────────────────────────────────────────────────────────────────────


async def test_one_locked_manager_stops_no_other(register: SmallRegister) -> None:
    await register.fail(TRIES, "Dana")
    assert isinstance(await register.guess(DANA_PIN, "Dana"), Locked)
    assert await register.guess(OMAR_PIN, "Omar") is None
    assert await register.guess(OMAR_PIN, None) is None
    refusal = await register.guess(DANA_PIN, None)
    assert isinstance(refusal, PinRefused), "leaving out the name is no way round the lock"


async def test_the_register_locks_without_stopping_who_is_named(register: SmallRegister) -> None:
    await register.fail(TRIES, None)
    assert isinstance(await register.guess(DANA_PIN, None), Locked)
    assert await register.guess(DANA_PIN, "Dana") is None
    assert isinstance(await register.guess(DANA_PIN, None), Locked)


async def test_the_only_pin_is_counted_as_itself(register: SmallRegister) -> None:
    write_now(register.db, lambda connection: connection.execute("UPDATE staff SET verifier = NULL WHERE id <> 1"))
    await register.fail(6, None)
    await register.fail(4, "Dana")
    assert isinstance(await register.guess(DANA_PIN, None), Locked)


async def test_all_locked_is_locked(register: SmallRegister) -> None:
    await register.fail(TRIES, "Dana")
    await register.fail(TRIES, "Omar")
    refusal = await register.guess(OMAR_PIN, None)
    assert isinstance(refusal, Locked)
    assert refusal.until is None


async def test_another_manager_unlocks(register: SmallRegister) -> None:
    await register.fail(TRIES, "Dana")
    omar = await register.pins.approve(OMAR_PIN, approver="Omar", acting="Omar")
    await register.pins.unlock(subject_of(DANA), omar)
    assert register.last_audit()[:2] == ("PIN unlocked", "Omar")
    register.restart()
    assert await register.guess(DANA_PIN, "Dana") is None


async def test_nobody_unlocks_themselves_or_with_the_master_pin(register: SmallRegister) -> None:
    await register.pins.set_master(MASTER_PIN, "Dana")
    await register.fail(TRIES, "Dana")
    refused = [
        Approver(name="dana", role=Role.MANAGER, how="personal PIN"),
        Approver(name="Omar", role=Role.MANAGER, how="master PIN"),
        Approver(name="Lee", role=Role.LEAD, how="personal PIN"),
    ]
    for approver in refused:
        with pytest.raises(NotAllowed):
            await register.pins.unlock(subject_of(DANA), approver)
    assert isinstance(await register.guess(DANA_PIN, "Dana"), Locked)


async def test_a_new_pin_starts_a_new_count(register: SmallRegister) -> None:
    await register.pins.set_master(MASTER_PIN, "Dana")
    write_now(register.db, lambda connection: connection.execute("UPDATE staff SET verifier = NULL"))
    await register.fail(TRIES, "Omar")
    assert register.count(MASTER) == TRIES
    assert isinstance(await register.guess(MASTER_PIN, None), Locked)
    await register.pins.set_master("918273645018", "Dana")
    register.restart()
    assert await register.guess("918273645018", None) is None
