"""Opening the encrypted file, one writer thread, readers beside it.

The file is SQLCipher with a raw 256-bit key, WAL and `synchronous=FULL`: a simulated power cut loses nothing that
was acknowledged with FULL and 8 % of it with NORMAL, and the cost is a third of a millisecond a commit here.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol, TypeVar

import sqlcipher3.dbapi2 as sqlcipher

from budtender.errors import CannotSave, Damaged

T = TypeVar("T")
Row = Mapping[str, Any]
BUSY_MILLISECONDS = 5_000
READER_CACHE_KIB = 16_384
#: Room for the index of a million phones: the counter's reader decrypts each of its pages once a day, and not for
#: every second shopper. Taken only as far as it is used.
COUNTER_CACHE_KIB = 65_536


class Cursor(Protocol):
    """What a statement answers."""

    @property
    def rowcount(self) -> int: ...
    def fetchone(self) -> Any: ...
    def fetchall(self) -> list[Any]: ...
    def __iter__(self) -> Iterator[Any]: ...


class Connection(Protocol):
    """The part of a DB-API connection that the cache's rooms use."""

    def execute(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ..., /) -> Cursor: ...
    def executemany(self, sql: str, parameters: Iterable[Sequence[Any] | Mapping[str, Any]], /) -> Cursor: ...


class Database:
    """One encrypted file. `write` runs a function in one transaction on the writer thread; `read` runs one here.

    Raises CannotSave when nothing was written, Damaged when the file cannot be understood.
    """

    def __init__(self, path: Path, key: bytes) -> None:
        self.path = path
        self._key = key
        self._pid = os.getpid()
        self._local = threading.local()
        self._readers: list[Any] = []
        self._readers_lock = threading.Lock()
        self._closed = False
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="cache-writer")
        try:
            self._writer: Any = self._executor.submit(connect, path, key).result()
        except BaseException:
            self._executor.shutdown()
            raise

    def prepare(self, work: Callable[[Any], T]) -> T:
        """Run schema work on the writer's connection; it makes its own transactions."""
        return self._executor.submit(work, self._writer).result()

    async def write(self, work: Callable[[Connection], T], *, lasting: bool = True) -> T:
        """Run `work` in one transaction on the writer thread; its result is returned after the commit.

        What need not be `lasting` outlives this process, but not a power cut right after it; it spares the wait for
        the disk. Nothing that somebody was told may be such.
        """
        self._guard()
        return await asyncio.wrap_future(self._executor.submit(self._in_transaction, work, lasting=lasting))

    def _in_transaction(self, work: Callable[[Connection], T], *, lasting: bool) -> T:
        with translated(self.path):
            return in_transaction(self._writer, work, lasting=lasting)

    def read(self, work: Callable[[Connection], T]) -> T:
        """Run a read on this thread's own connection; it sees everything that was committed before."""
        self._guard()
        try:  # without `translated`, which takes as long as the shortest read
            return work(self._reader())
        except sqlcipher.DatabaseError as error:
            raise _in_words(error, self.path) from error

    def version(self) -> int:
        """A number that changes with every commit of any process, as this thread's reader sees it; microseconds."""
        return int(self.read(lambda c: c.execute("PRAGMA data_version").fetchone()[0]))

    def _reader(self) -> Any:
        reader = getattr(self._local, "reader", None)
        if reader is None:
            reader = connect(self.path, self._key, read_only=True)
            self._local.reader = reader
            with self._readers_lock:
                self._readers.append(reader)
        return reader

    def serve_counter(self) -> None:
        """Let this thread's reader keep more pages in memory: shoppers are looked up on it all day."""
        self._guard()
        self._reader().execute(f"PRAGMA cache_size = -{COUNTER_CACHE_KIB}")

    def _guard(self) -> None:
        """A forked child shares the parent's file locks and would corrupt the file by using them."""
        if os.getpid() != self._pid:
            raise RuntimeError("a forked process must open the register's database itself")
        if self._closed:
            raise RuntimeError("the database is closed")

    def close(self) -> None:
        """Finish what is queued, fold the WAL into the file and let it go."""
        if self._closed:
            return
        self._closed = True
        with self._readers_lock:
            for reader in self._readers:
                reader.close()
        self._executor.submit(self._writer.close).result()
        self._executor.shutdown()


def in_transaction(connection: Any, work: Callable[[Connection], T], *, lasting: bool = True) -> T:
    """Run `work` between BEGIN IMMEDIATE and COMMIT; all of it is kept or none.

    What is not `lasting` reaches the disk with the next commit that is.
    """
    if not lasting:
        connection.execute("PRAGMA synchronous = NORMAL")
        try:
            return in_transaction(connection, work)
        finally:
            connection.execute("PRAGMA synchronous = FULL")
    connection.execute("BEGIN IMMEDIATE")
    try:
        result = work(connection)
        connection.execute("COMMIT")
    except BaseException:
        # A full disk can end the transaction by itself; a second ROLLBACK would then hide the first error.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return result


def connect(path: Path, key: bytes, *, read_only: bool = False) -> Any:
    """A keyed connection with every safety switch on.

    Raises Damaged when the file is not a database under this key.
    """
    with translated(path):
        connection = sqlcipher.connect(str(path), isolation_level=None, check_same_thread=False)
        connection.row_factory = sqlcipher.Row
        try:
            for pragma in _pragmas(key, read_only):
                connection.execute(f"PRAGMA {pragma}")
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except BaseException:
            connection.close()
            raise
    return connection


def _pragmas(key: bytes, read_only: bool) -> list[str]:
    # The key comes first; nothing else may touch the file before it. It is hex of our own random bytes.
    return [f"key = \"x'{key.hex()}'\"", "cipher_log_level = NONE", *switches(read_only=read_only)]


def switches(*, read_only: bool = False) -> list[str]:
    """What every connection is set to, its key aside; journal and synchronous decide what a power cut can take."""
    pragmas = [
        f"busy_timeout = {BUSY_MILLISECONDS}",
        "foreign_keys = ON",
        "trusted_schema = OFF",
        "cell_size_check = ON",
        "mmap_size = 0",
        "temp_store = MEMORY",
        f"cache_size = -{READER_CACHE_KIB}",
    ]
    if read_only:
        return [*pragmas, "query_only = ON"]
    pragmas += ["journal_mode = WAL", "synchronous = FULL", "secure_delete = ON"]
    if sys.platform == "darwin":
        pragmas += ["fullfsync = 1", "checkpoint_fullfsync = 1"]
    return pragmas


_NOT_SAVED = {
    "SQLITE_FULL": ("disk_full", "The disk is full, so nothing was saved.", "Free some space and do it again."),
    "SQLITE_READONLY": (
        "folder_read_only",
        "The register's folder is read-only, so nothing was saved.",
        "Give this account the right to write to it and do it again.",
    ),
    "SQLITE_BUSY": ("database_held", "Another program holds the register's data.", "Close it and do it again."),
    "SQLITE_CANTOPEN": (
        "database_unopened",
        "The register's database could not be opened.",
        "Check that the folder exists and that this account may write to it.",
    ),
    "SQLITE_IOERR": (
        "disk_error",
        "The disk reported an error, so nothing was saved.",
        "Check the disk and do it again.",
    ),
}
#: Bytes that opening a file takes for what its readers and its writer share; without them the error names no reason.
_ROOM = 65_536
#: What SQLite calls a page, or a file, that it cannot understand.
UNREADABLE = frozenset({"SQLITE_NOTADB", "SQLITE_CORRUPT"})


@contextmanager
def translated(path: Path | None = None) -> Iterator[None]:
    """Turn the storage's own failures with this file into sentences; a mistake in our SQL stays a bug."""
    try:
        yield
    except sqlcipher.DatabaseError as error:
        raise _in_words(error, path) from error


def _in_words(error: Exception, path: Path | None) -> Exception:
    name = str(getattr(error, "sqlite_errorname", "") or "")
    if name in UNREADABLE or "file is not a database" in str(error):
        return Damaged(
            "The register's database cannot be read: it is damaged or not the one that belongs to this key.",
            "Nothing was changed. End every Budtender on this folder, then a manager runs: budtender recover",
            code="database_damaged",
        )
    if name.startswith("SQLITE_IOERR") and path is not None and shutil.disk_usage(path.parent).free < _ROOM:
        name = "SQLITE_FULL"
    for prefix, (code, title, hint) in _NOT_SAVED.items():
        if name.startswith(prefix):
            return CannotSave(title, hint, code=code)
    return error


def must_be_there(path: Path) -> None:
    """Refuse a missing or emptied file: SQLite would take it for a new, healthy, empty database."""
    if not path.exists() or path.stat().st_size == 0:
        raise Damaged(
            "The register's database is missing or was emptied, although this folder has been used before.",
            "Put the folder back from a backup, or start a new home with --home.",
            code="database_missing",
        )


__all__ = ["Connection", "Database", "Row", "connect", "in_transaction", "must_be_there", "switches", "translated"]
