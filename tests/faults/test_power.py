"""What the outbox has acknowledged outlives a power cut at any storage operation."""

from __future__ import annotations

import os
import random
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import apsw
import pytest

from budtender.cache import audit, calls, outbox, schema
from budtender.cache.database import Connection as AnyConnection
from budtender.cache.database import in_transaction, switches
from budtender.model import Intent, Kind, State
from tests.faults.power import Connection, Disk, PowerVfs
from tests.faults.seed import SEED, tell

pytestmark = pytest.mark.drawn
CUTS = int(os.environ.get("BUDTENDER_CUTS", "300"))
#: A life is cut within so many storage operations; a commit takes five or six of them.
LONGEST_LIFE = 500
#: Pages after which the log is folded into the file, so that a cut meets that too.
FOLD = 12
AT = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class Found:
    """What is there after all cuts."""

    acked: int = 0
    lost: int = 0
    corrupt: int = 0


@pytest.fixture
def template(tmp_path: Path) -> Path:
    """An empty database of this version."""
    path = tmp_path / "template.db"
    connection = Connection(path)
    for _, step in schema.STEPS:
        step(SimpleNamespace(conn=connection))
    connection.close()
    return path


def _intent(n: int) -> Intent:
    return Intent(
        id=f"{n:032x}",
        kind=Kind.REDEEM,
        state=State.WAITING,
        system="aiq",
        phone="+13035550142",
        body={"reward": {"id": "58213", "name": "Ten dollars off " * 4}},
        staff="Ann",
        created=AT,
    )


def _record(connection: AnyConnection, intent: Intent) -> None:
    outbox.record(connection, intent)
    audit.append(connection, at=0, kind="redeem", staff="Ann", facts={"intent": intent.id})


def _claim(connection: AnyConnection, intent: Intent) -> None:
    assert outbox.claim(connection, intent.id, owner="me", sent=AT, mono=1.0)


def _finish(connection: AnyConnection, intent: Intent) -> None:
    outbox.finish(connection, intent.id, at=AT, mono=2.0)


def _live(path: Path, pragmas: list[str], acked: dict[str, State]) -> None:
    """Record, claim and finish intents until the power goes; `acked` holds what each commit has promised."""
    connection = Connection(path, "power")
    try:
        for pragma in (*pragmas, f"wal_autocheckpoint = {FOLD}"):
            connection.execute(f"PRAGMA {pragma}")
        for n in range(LONGEST_LIFE):
            intent = _intent(n)
            steps = {State.WAITING: _record, State.SENDING: _claim, State.DONE: _finish}
            for state, step in steps.items():
                if "synchronous = FULL" in pragmas:
                    # As before a call: the call itself is noted without waiting for the disk.
                    noted = partial(calls.add, credential="aiq", at=n, forget_before=0)
                    in_transaction(connection, noted, lasting=False)
                in_transaction(connection, partial(step, intent=intent))
                acked[intent.id] = state
    except apsw.IOError:
        return
    finally:
        connection.close()


def _cut(template: Path, folder: Path, disk: Disk, pragmas: list[str], found: Found) -> None:
    """One life, one cut, and what ordinary SQLite finds afterwards."""
    before, after = folder / "before", folder / "after"
    for each in (before, after):
        shutil.rmtree(each, ignore_errors=True)
        each.mkdir(parents=True)
    shutil.copy(template, before / "outbox.db")
    vfs = PowerVfs(disk)
    acked: dict[str, State] = {}
    try:
        _live(before / "outbox.db", pragmas, acked)
    finally:
        vfs.unregister()
    disk.after_the_cut(after)
    found.acked += len(acked)
    _inspect(after / "outbox.db", acked, found)


def _inspect(path: Path, acked: dict[str, State], found: Found) -> None:
    connection = Connection(path)
    try:
        whole = connection.execute("PRAGMA integrity_check").fetchall() == [{"integrity_check": "ok"}]
        kept = {intent.id: intent.state for intent in outbox.listing(connection, closed=True, limit=10_000)}
        whole = whole and audit.first_break(connection) is None
    except (apsw.CorruptError, apsw.NotADBError):
        whole, kept = False, {}
    finally:
        connection.close()
    order = [State.WAITING, State.SENDING, State.DONE]
    found.corrupt += not whole
    found.lost += sum(i not in kept or order.index(kept[i]) < order.index(state) for i, state in acked.items())


def _cuts(template: Path, folder: Path, pragmas: list[str], cuts: int) -> Found:
    rng, found = random.Random(SEED), Found()
    for n in range(cuts):
        # Drawn from one stretch of a life after the other, so that every part of it is cut.
        first, end = (1 + (LONGEST_LIFE - 1) * each // cuts for each in (n, n + 1))
        _cut(template, folder, Disk(rng, rng.randrange(first, max(end, first + 1))), pragmas, found)
    tell(cuts=cuts, found=found)
    return found


@pytest.mark.timeout(300)
def test_power_cuts_lose_nothing_that_was_acknowledged(template: Path, tmp_path: Path) -> None:
    found = _cuts(template, tmp_path, switches(), CUTS)
    assert found.lost == 0
    assert found.corrupt == 0
    assert found.acked > 3 * CUTS


@pytest.mark.timeout(300)
def test_the_same_cuts_take_intents_where_commits_are_not_synced(template: Path, tmp_path: Path) -> None:
    """Proves that the disk above really loses what was not synced."""
    full, normal = "synchronous = FULL", "synchronous = NORMAL"
    assert full in switches()
    pragmas = [normal if pragma == full else pragma for pragma in switches()]
    found = _cuts(template, tmp_path, pragmas, max(60, CUTS // 5))
    assert found.lost > 0
