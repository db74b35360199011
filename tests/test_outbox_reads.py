"""What every round trip asks of the outbox takes no longer for all that was ever done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from budtender.cache import once, outbox, redemptions, schema, unseen
from budtender.cache.database import Connection, Database
from budtender.cache.owed import owed
from budtender.model import Kind
from budtender.secrets import new_key

NOW = datetime(2026, 3, 1, tzinfo=UTC)
READS: dict[str, Callable[[Connection], object]] = {
    "due": partial(outbox.due, now=NOW),
    "lost answers": partial(outbox.lost_answers, now=NOW),
    "orphaned dependents": outbox.orphaned_dependents,
    "senders": outbox.senders,
    "sent by": partial(outbox.sent_by, owner="somebody"),
    "owing personas": partial(outbox.owing_personas, now=NOW),
    "held up": outbox.held_up,
    "open for": partial(outbox.open_for, name="aiq"),
    "counts": outbox.counts,
    "claimed": partial(outbox.claimed_refs, kind=Kind.REDEEM),
    "listing": outbox.listing,
    "refused unseen": unseen.listing,
    "refused of a phone": partial(unseen.of_phone, phone="3035550142"),
    "owed": owed,
    "room": partial(once.room, kind=Kind.ENROL, most=9),
}


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "cache.db", new_key())
    opened.prepare(schema.migrate)
    yield opened
    opened.close()


def plan_of(connection: Any, read: Callable[[Connection], object]) -> list[str]:
    """How SQLite goes about each statement of a read."""
    asked: list[str] = []
    connection.set_trace_callback(asked.append)
    read(connection)
    connection.set_trace_callback(None)
    assert asked
    return [row[3] for sql in asked for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}")]


@pytest.mark.parametrize("read", READS)
def test_what_is_done_is_not_read_again(db: Database, read: str) -> None:
    steps = db.read(lambda c: plan_of(c, READS[read]))
    tables = [step for step in steps if step.split()[1] in {"intent", "i", "d", "e"}]
    assert tables
    assert [step for step in tables if not (step.startswith("SEARCH") or "COVERING INDEX" in step)] == []


def test_the_newest_redemptions_are_found_from_the_end(db: Database) -> None:
    steps = db.read(lambda c: plan_of(c, partial(redemptions.newest, limit=5)))
    assert steps[0] == "SCAN i"
    assert not any("TEMP B-TREE" in step for step in steps)
