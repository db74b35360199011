"""Before a schema step the database is copied, and a step that is cut off is carried out again."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from budtender.cache import backup, schema
from budtender.cache.database import Database, connect
from budtender.errors import CannotSave
from budtender.home import DATABASE_KEY, open_home
from budtender.secrets import MemoryVault
from tests.writing import write_now

LAST = schema.STEP_NAMES[-1]
SECRET = "Harbor-Street-4711"


def applied(path: Path, key: bytes) -> set[str]:
    connection = connect(path, key)
    try:
        return schema.applied(connection)
    finally:
        connection.close()


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def killed_at(path: Path, key: bytes, step: int) -> int:
    """How a process ended that migrates the file and is killed in this of its steps."""
    return subprocess.run([sys.executable, "-c", KILLED_AT, path, key.hex(), str(step)], check=False).returncode


async def older_home(home: Path, vault: MemoryVault, before: str = LAST) -> bytes:
    """A home that the version before this step has left, with something in it; returns its key."""
    db, *_ = await open_home(home, vault)
    db.close()
    (home / "budtender.db").unlink()
    key = vault.read(DATABASE_KEY)
    assert key is not None
    db = Database(home / "budtender.db", key)
    db.prepare(lambda c: schema.STEPS.apply(c, stop_before=before))
    write_now(db, lambda c: c.execute("INSERT INTO meta VALUES ('canary', ?)", (SECRET,)))
    db.close()
    return key


async def test_an_upgrade_leaves_an_encrypted_copy_of_what_was(tmp_path: Path) -> None:
    vault = MemoryVault()
    key = await older_home(tmp_path, vault)
    (await open_home(tmp_path, vault))[0].close()
    copy = tmp_path / f"budtender.before-{LAST}.db"
    assert applied(tmp_path / "budtender.db", key) == set(schema.STEP_NAMES)
    assert applied(copy, key) == set(schema.STEP_NAMES[:-1])
    connection = connect(copy, key)
    assert connection.execute("SELECT value FROM meta WHERE key = 'canary'").fetchone()[0] == SECRET
    assert connection.execute("PRAGMA cipher_integrity_check").fetchall() == []
    connection.close()
    assert SECRET.encode() not in copy.read_bytes()
    assert not [name for name in files(tmp_path) if "copying" in name]


async def test_a_home_that_needs_no_step_is_not_copied(tmp_path: Path) -> None:
    vault = MemoryVault()
    for _ in range(2):
        (await open_home(tmp_path, vault))[0].close()
    assert [name for name in files(tmp_path) if name.endswith(".db")] == ["budtender.db"]


async def test_without_room_for_the_copy_nothing_is_changed(tmp_path: Path) -> None:
    vault = MemoryVault()
    key = await older_home(tmp_path, vault)
    (tmp_path / "budtender.copying.db").mkdir()
    with pytest.raises(CannotSave):
        await open_home(tmp_path, vault)
    assert applied(tmp_path / "budtender.db", key) == set(schema.STEP_NAMES[:-1])


async def test_the_newest_copies_are_kept(tmp_path: Path) -> None:
    vault = MemoryVault()
    key = await older_home(tmp_path, vault)
    connection = connect(tmp_path / "budtender.db", key)
    for step in "abcd":
        backup.copy_before(connection, tmp_path / "budtender.db", key, step)
    connection.close()
    assert [name for name in files(tmp_path) if "before" in name] == [
        "budtender.before-c.db",
        "budtender.before-d.db",
    ]


KILLED_AT = """
import os, signal, sys
from pathlib import Path
from budtender.cache import schema
from budtender.cache.database import Database

count = 0
def told(sql):
    global count
    count += "INSERT INTO" in sql and "_sqlite_migrations" in sql
    if count == int(sys.argv[3]):
        os.kill(os.getpid(), signal.SIGKILL)

db = Database(Path(sys.argv[1]), bytes.fromhex(sys.argv[2]))
db.prepare(lambda c: c.set_trace_callback(told))
db.prepare(schema.migrate)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no kill -9 on Windows")
@pytest.mark.parametrize("step", range(1, len(schema.STEP_NAMES)))
async def test_a_step_that_is_killed_is_carried_out_again(tmp_path: Path, step: int) -> None:
    vault = MemoryVault()
    key = await older_home(tmp_path, vault, before=schema.STEP_NAMES[1])
    assert killed_at(tmp_path / "budtender.db", key, step) == -9
    assert applied(tmp_path / "budtender.db", key) == set(schema.STEP_NAMES[:step])
    (await open_home(tmp_path, vault))[0].close()
    connection = connect(tmp_path / "budtender.db", key)
    assert schema.applied(connection) == set(schema.STEP_NAMES)
    assert [row[0] for row in connection.execute("PRAGMA integrity_check")] == ["ok"]
    assert connection.execute("SELECT value FROM meta WHERE key = 'canary'").fetchone()[0] == SECRET
    connection.close()
