"""The high-water mark: how far the audit log had come, kept in the keyring, where no copy of the database reaches.

Every step of an intent adds a row to the audit log, so an older database put back, or one that lost its `-wal`, ends
before the mark or holds another row there. The mark is written when a register is closed and after a round trip that
added rows, never for a single commit: what a killed process did since then is not missed by it, and neither is a
machine that was set back as a whole, its keyring included.
"""

from __future__ import annotations

import re
from typing import Any

from budtender.cache.database import Connection
from budtender.errors import Damaged
from budtender.model import Value
from budtender.secrets import Vault

ENTRY = "mark"
_FORM = re.compile(rb"(\d{1,18}):([0-9a-f]{64})")


class Mark(Value, frozen=True, kw_only=True):
    """One row of the audit log: its number, and the hash that contains all rows before it."""

    rows: int
    hash: str


def newest(connection: Connection) -> Mark | None:
    """The audit log's last row; None while it has none."""
    row = connection.execute("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1").fetchone()
    return Mark(rows=row["seq"], hash=row["hash"]) if row else None


def told(vault: Vault) -> Mark | None:
    """What the keyring remembers; None where nothing was kept yet."""
    found = _FORM.fullmatch(vault.read(ENTRY) or b"")
    return Mark(rows=int(found[1]), hash=found[2].decode()) if found else None


def keep(vault: Vault, mark: Mark) -> None:
    """Remember this row."""
    vault.write(ENTRY, f"{mark.rows}:{mark.hash}".encode())


def missing(connection: Any, mark: Mark) -> int | None:
    """How many rows the file lacks of what the mark has seen, 0 when it holds others; None when it is whole.

    What the file holds beyond the mark is no matter.
    """
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'audit'").fetchone():
        return mark.rows
    row = connection.execute("SELECT hash FROM audit WHERE seq = ?", (mark.rows,)).fetchone()
    if row is not None:
        return None if row["hash"] == mark.hash else 0
    last = newest(connection)
    return mark.rows - (last.rows if last else 0)


def check(connection: Any, mark: Mark | None) -> None:
    """Raise Damaged when the file is not the one that the mark has seen, before anything in it is changed."""
    lacking = None if mark is None else missing(connection, mark)
    if lacking is not None:
        raise Damaged(
            "The register's database is older than the last one used here: data was lost or replaced.",
            "Put the newest copy back, its -wal file included. If there is none, go on with: budtender recover",
            code="database_older",
            lacking=lacking,
        )
