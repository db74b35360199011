"""Writing to a register's database from a test that has no event loop."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from budtender.cache.database import Connection, Database, in_transaction

T = TypeVar("T")


def write_now(db: Database, work: Callable[[Connection], T]) -> T:
    """Run `work` in one transaction on the writer's connection, and wait for it."""
    return db.prepare(lambda writer: in_transaction(writer, work))
