"""What a support engineer asks of the file: is it whole, which steps built it, how full is it, what reads it."""

from __future__ import annotations

from typing import Any

import sqlcipher3.dbapi2 as sqlcipher

from budtender.cache.database import Connection

#: Of a damaged file no more complaints than these are kept.
MOST_COMPLAINTS = 5


def complaints(connection: Connection) -> list[str]:
    """What is wrong with the file, page by page under its key and then as a database; empty when it is whole.

    Reads all of it.
    """
    sealed = [row[0] for row in connection.execute("PRAGMA cipher_integrity_check").fetchall()]
    checked = [row[0] for row in connection.execute(f"PRAGMA quick_check({MOST_COMPLAINTS})").fetchall()]
    return [*sealed, *(line for line in checked if line != "ok")][:MOST_COMPLAINTS]


def steps(connection: Connection) -> list[str]:
    """The names of the schema steps that built the file, oldest first."""
    sql = "SELECT name FROM _sqlite_migrations WHERE migration_set = 'budtender' ORDER BY name"
    return [row["name"] for row in connection.execute(sql)]


def rows(connection: Connection) -> dict[str, int]:
    """How many rows each table holds."""
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%sqlite_%'")
    # Our own schema's names; nothing typed by anybody.
    return {n: _count(connection, n) for n in sorted(row["name"] for row in names)}


def _count(connection: Connection, table: str) -> int:
    return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608


def versions() -> dict[str, str]:
    """The SQLite and the SQLCipher that are built in; asked of a database in memory, so no home is needed."""
    connection: Any = sqlcipher.connect(":memory:")
    try:
        cipher = connection.execute("PRAGMA cipher_version").fetchone()
        return {"SQLite": sqlcipher.sqlite_version, "SQLCipher": cipher[0] if cipher else "missing"}
    finally:
        connection.close()
