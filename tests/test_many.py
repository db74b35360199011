"""A hundred rows in one statement end as the same rows one by one, also where one row comes several times."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budtender.cache import many, till
from budtender.cache.database import Connection, Database
from budtender.cache.schema import migrate
from budtender.model import Customer
from tests.writing import write_now

INTO, THEN = "kept (id, body)", "ON CONFLICT (id) DO UPDATE SET body = excluded.body, version = version + 1"
SINCE = datetime(2026, 3, 1, tzinfo=UTC)


def outcome(rows: list[tuple[int, str]], put: Any) -> list[Any]:
    with sqlite3.connect(":memory:") as plain:
        plain.execute("CREATE TABLE kept (id INTEGER PRIMARY KEY, body TEXT, version INTEGER DEFAULT 1)")
        put(plain, rows)
        return plain.execute("SELECT * FROM kept ORDER BY id").fetchall()


@given(st.lists(st.tuples(st.integers(0, 120), st.sampled_from(["a", "b", "c"])), max_size=60), st.integers(1, 40))
def test_many_at_once_are_as_one_by_one(some: list[tuple[int, str]], times: int) -> None:
    rows = some * times

    def one_by_one(connection: sqlite3.Connection, given: list[tuple[int, str]]) -> None:
        connection.executemany(f"INSERT INTO {INTO} VALUES (?, ?) {THEN}", given)

    together = outcome(rows, lambda connection, given: many.insert(connection, INTO, THEN, given))
    assert together == outcome(rows, one_by_one)


@pytest.mark.parametrize("count", [3, many.SIZES[0] + 3])
def test_who_comes_twice_is_the_one_that_comes_last(tmp_path: Path, count: int) -> None:
    """Whether AIQ is told again is judged for each by itself, in the order in which they came."""
    db = Database(tmp_path / "many.db", bytes(32))
    db.prepare(migrate)
    old, new = SINCE - timedelta(days=1), SINCE + timedelta(days=1)
    people = [Customer(id=str(n), first_name="Ann", modified=old) for n in range(count)]
    again = [Customer(id=str(n), first_name="Bea", modified=new if n % 2 else old) for n in range(count)]
    last = [Customer(id=str(n), first_name="Cy", modified=old) for n in range(count)]

    def work(c: Connection) -> list[Any]:
        till.put_customers(c, "Elm", people)
        c.execute("UPDATE customer SET due = 0")
        till.put_customers(c, "Elm", [one for pair in zip(again, last, strict=True) for one in pair], since=SINCE)
        return [tuple(row) for row in c.execute("SELECT id, body ->> 'first_name', due, version FROM customer")]

    kept = write_now(db, work)
    db.close()
    assert sorted(kept) == sorted((str(n), "Cy", n % 2, 3) for n in range(count))
