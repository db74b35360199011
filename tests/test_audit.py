"""The audit log shows every edit and refuses the ordinary ways of making one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sqlcipher3 import dbapi2 as sqlcipher

from budtender.cache import audit, schema
from budtender.cache.database import Connection, Database
from tests.writing import write_now

ROWS = 6
COLUMNS = ("seq", "at", "kind", "staff", "facts", "previous", "hash")


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "register.db", os.urandom(32))
    database.prepare(schema.migrate)
    write_now(database, _fill)
    yield database
    database.close()


def _fill(connection: Connection) -> None:
    for number in range(ROWS):
        facts = {"subject": f"staff:{number}", "tries": number, "reason": "Schön – ok"}
        audit.append(connection, at=1_767_225_600_000 + number, kind="PIN wrong", staff="Renée", facts=facts)


def _tampered(connection: Connection, work: Any) -> int | None:
    """What the check says after a change that is made past the triggers and taken back afterwards."""
    connection.execute("SAVEPOINT tampering")
    try:
        connection.execute("DROP TRIGGER audit_keeps")
        connection.execute("DROP TRIGGER audit_stays")
        work(connection)
        return audit.first_break(connection)
    finally:
        connection.execute("ROLLBACK TO tampering")


def test_an_untouched_log_is_whole(db: Database) -> None:
    assert db.read(audit.first_break) is None
    assert [row["seq"] for row in db.read(audit.latest)] == [6, 5, 4, 3, 2, 1]


@pytest.mark.parametrize("sql", ["DELETE FROM audit WHERE seq = 2", "UPDATE audit SET staff = 'x' WHERE seq = 2"])
def test_rows_cannot_be_changed_or_deleted(db: Database, sql: str) -> None:
    with pytest.raises(sqlcipher.DatabaseError, match="append-only"):
        write_now(db, lambda connection: connection.execute(sql))
    assert db.read(audit.first_break) is None


def _edited(value: Any, place: int, change: int) -> Any:
    """The value with one byte changed, or one bit of a number."""
    if isinstance(value, int):
        return value ^ (1 << (place % 40))
    data = bytearray(value.encode())
    data[place % len(data)] ^= change
    return bytes(data)


@pytest.mark.requirement("D-016")
def test_any_changed_byte_shows(db: Database) -> None:
    @settings(max_examples=300, deadline=None)
    @given(st.integers(1, ROWS), st.sampled_from(COLUMNS), st.integers(0, 10_000), st.integers(1, 127))
    def changed(seq: int, column: str, place: int, change: int) -> None:
        rows = db.read(lambda connection: connection.execute("SELECT * FROM audit ORDER BY seq").fetchall())
        value = _edited(rows[seq - 1][column], place, change)
        # Another row has this number, or 0 would move the row before the first.
        assume(column != "seq" or value > ROWS)

        def edit(connection: Connection) -> None:
            cast = "?" if isinstance(value, int) else "CAST(? AS TEXT)"
            connection.execute(f"UPDATE audit SET {column} = {cast} WHERE seq = ?", (value, seq))

        assert write_now(db, lambda connection: _tampered(connection, edit)) == seq

    changed()


@pytest.mark.parametrize("seq", range(1, ROWS))
def test_a_removed_row_shows(db: Database, seq: int) -> None:
    def remove(connection: Connection) -> None:
        connection.execute("DELETE FROM audit WHERE seq = ?", (seq,))

    assert write_now(db, lambda connection: _tampered(connection, remove)) == seq


def test_a_removed_row_shows_although_the_numbers_were_closed_up(db: Database) -> None:
    def remove(connection: Connection) -> None:
        connection.execute("DELETE FROM audit WHERE seq = 3")
        for seq in range(4, ROWS + 1):
            connection.execute("UPDATE audit SET seq = ? WHERE seq = ?", (seq - 1, seq))

    assert write_now(db, lambda connection: _tampered(connection, remove)) == 3


def test_swapped_rows_show(db: Database) -> None:
    def swap(connection: Connection) -> None:
        for old, new in ((2, 99), (3, 2), (99, 3)):
            connection.execute("UPDATE audit SET seq = ? WHERE seq = ?", (new, old))

    assert write_now(db, lambda connection: _tampered(connection, swap)) == 2


def test_a_row_put_in_between_shows(db: Database) -> None:
    def put_in(connection: Connection) -> None:
        for seq in range(ROWS, 3, -1):
            connection.execute("UPDATE audit SET seq = ? WHERE seq = ?", (seq + 1, seq))
        connection.execute(
            "INSERT INTO audit SELECT 4, at, kind, staff, facts, hash, hash FROM audit WHERE seq = 3",
        )

    assert write_now(db, lambda connection: _tampered(connection, put_in)) == 4


def test_a_row_and_what_it_records_are_one(db: Database) -> None:
    def work(connection: Connection) -> None:
        audit.append(connection, at=1, kind="PIN set", staff="Renée", facts={})
        raise RuntimeError("the rest of the transaction failed")

    with pytest.raises(RuntimeError, match="the rest"):
        write_now(db, work)
    assert len(db.read(audit.latest)) == ROWS
    assert db.read(audit.first_break) is None
