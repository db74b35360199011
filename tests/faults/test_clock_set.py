"""This machine's clock is set while AIQ does not tell its own: nothing is read twice over, and nothing is missed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest

from budtender.backoffice.status import status
from budtender.cache import till as positions
from budtender.connectors.far_clock import FarClock
from budtender.doctor.systems import clocks
from budtender.simulator import Simulation
from budtender.sync import plan
from budtender.sync.account import Account
from tests.faults.one_till import CrashingRegister, OneTill, new_shopper

YEAR = 365 * 86_400


class Silent(FarClock):
    """Of an AIQ whose answers bear no date, once it is `silent`."""

    silent = False

    def note(self, headers: Mapping[str, str]) -> None:
        """Take what an answer tells, if there is anything."""
        if not self.silent:
            super().note(headers)


class SilentRegister(CrashingRegister):
    far_clock_class = Silent


class SilentTill(OneTill):
    register_class = SilentRegister


@pytest.fixture
def till(standing_still: Simulation, tmp_path: Path) -> Iterator[SilentTill]:
    opened = SilentTill(standing_still, tmp_path)
    look(opened)
    Silent.silent = True
    yield opened
    Silent.silent = False
    opened.close()


def look(till: OneTill) -> int:
    """Read what AIQ lists; returns how many calls its two windows took."""
    before = len(till.sim.calls)
    till.pass_time(3_600)
    till.do(Account(till.register).read_due())
    paths = [call.path for call in till.sim.calls][before:]
    return sum("/redemptions/" in path or "/adjustments/" in path for path in paths)


def position(till: OneTill) -> datetime:
    read = partial(positions.cursor, credential="aiq", resource=plan.REDEMPTIONS)
    cursor = till.register.db.read(read)
    assert cursor is not None
    return cursor.at


def told(till: OneTill) -> set[str]:
    """What the status and the doctor say of the clock."""
    rows = [one.state.error for system in status(till.register) for one in system.copied if one.state.error]
    return {*rows, *(check.detail for check in till.do(clocks(till.register)) if not check.ok)}


def movements(till: OneTill) -> int:
    return int(till.register.db.read(lambda c: c.execute("SELECT count(*) AS n FROM movement").fetchone()["n"]))


@pytest.mark.parametrize("restarted", [False, True])
@pytest.mark.parametrize("years", [-56, 60])
def test_a_clock_that_was_set_is_told_and_costs_no_calls(till: SilentTill, years: int, restarted: bool) -> None:
    shopper = new_shopper(till.sim)
    before = position(till)
    till.set_clock(years * YEAR)
    if restarted:
        till.restart()
    looks = [look(till) for _ in range(4)]
    assert position(till) >= before
    assert max(looks) <= (2 if years < 0 else 20)
    assert any("clock says" in sentence for sentence in told(till)), told(till)
    till.sim.redeem_elsewhere(shopper.mobile, "58213")
    till.set_clock(-years * YEAR)
    if restarted:
        till.restart()
    seen = movements(till)
    assert look(till) <= 4
    assert movements(till) == seen + 1
    assert not told(till)


def test_what_is_taken_elsewhere_is_seen_while_the_clock_says_1970(till: SilentTill) -> None:
    shopper = new_shopper(till.sim)
    till.set_clock(-56 * YEAR)
    for _ in range(3):
        till.sim.redeem_elsewhere(shopper.mobile, "58213")
        seen = movements(till)
        look(till)
        assert movements(till) == seen + 1


def test_an_offset_from_before_the_clock_was_set_is_none() -> None:
    wall, mono = [1_000_000.0], [50.0]
    far = FarClock(lambda: wall[0], lambda: mono[0])
    far.note({"date": "Thu, 01 Jan 1970 00:00:00 GMT"})
    assert far.ahead == 0.5 - 1_000_000
    wall[0], mono[0] = wall[0] + 500, mono[0] + 500
    assert far.ahead == 0.5 - 1_000_000
    wall[0] -= 400_000
    assert far.ahead == 0.0
    far.note({"date": "Thu, 01 Jan 1970 00:00:00 GMT"})
    assert far.ahead == 0.5 - wall[0]
    far.note({})
    assert far.ahead == 0.5 - wall[0], "an answer without one tells nothing new"
