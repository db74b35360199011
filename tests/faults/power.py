"""A disk that can lose its power: what was synced stays, of the rest any sectors, some of them torn.

It assumes that the disk keeps what it says it has synced, and that directory entries last.
"""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import apsw

SECTOR = 512


class Disk:
    """The files of one machine: what of each has surely reached the disk, and the writes since."""

    def __init__(self, rng: random.Random, lasts: int) -> None:
        """The power goes at the storage operation number `lasts`."""
        self.rng = rng
        self.left = lasts
        self._synced: dict[str, bytes] = {}
        self._since: dict[str, list[tuple[int, bytes | None]]] = {}

    def operation(self) -> None:
        """One more storage operation; none succeeds without power."""
        self.left -= 1
        if self.left < 0:
            raise apsw.IOError("the power is off")

    def opened(self, path: str) -> None:
        """A file that was there before has long been synced."""
        if path not in self._synced:
            self._synced[path] = Path(path).read_bytes() if Path(path).exists() else b""
            self._since[path] = []

    def written(self, path: str, offset: int, data: bytes | None) -> None:
        """Bytes that the system has taken and the disk need not have; None cuts the file there."""
        self._since[path].append((offset, data))

    def synced(self, path: str) -> None:
        """All that was written has reached the disk."""
        image = bytearray(self._synced[path])
        for offset, data in self._since[path]:
            _apply(image, offset, data)
        self._synced[path], self._since[path] = bytes(image), []

    def deleted(self, path: str) -> None:
        """A directory entry that is gone stays gone."""
        self._synced.pop(path, None)
        self._since.pop(path, None)

    def after_the_cut(self, folder: Path) -> None:
        """Write what is found when the power is back; shared memory is not among it."""
        share = self.rng.choice((0.0, 0.1, 0.5, 0.9, 1.0))
        for path in self._synced:
            if not path.endswith("-shm"):
                (folder / Path(path).name).write_bytes(self._image(path, share))

    def _image(self, path: str, share: float) -> bytes:
        image = bytearray(self._synced[path])
        for offset, data in self._since[path]:
            if data is None:
                if self.rng.random() < share:
                    _apply(image, offset, None)
                continue
            for at, part in _sectors(offset, data):
                if self.rng.random() < share:
                    torn = self.rng.random() < 0.05
                    _apply(image, at, part[: self.rng.randrange(len(part))] if torn else part)
        return bytes(image)


def _sectors(offset: int, data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(data):
        length = min(SECTOR - (offset + at) % SECTOR, len(data) - at)
        yield offset + at, data[at : at + length]
        at += length


def _apply(image: bytearray, offset: int, data: bytes | None) -> None:
    if data is None:
        del image[offset:]
        return
    image.extend(bytes(max(0, offset - len(image))))
    image[offset : offset + len(data)] = data


class PowerVfs(apsw.VFS):
    """Storage that writes through to real files and tells the disk; register one for each life of a machine."""

    def __init__(self, disk: Disk) -> None:
        self.disk = disk
        super().__init__("power", base="")

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> _File:  # noqa: N802
        """Open a file of the database."""
        return _File(self.disk, name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: N802
        """Delete a journal."""
        self.disk.operation()
        super().xDelete(filename, syncdir)
        self.disk.deleted(filename)


class _File(apsw.VFSFile):
    def __init__(self, disk: Disk, name: str | apsw.URIFilename | None, flags: list[int]) -> None:
        self._disk = disk
        self._path = name.filename() if isinstance(name, apsw.URIFilename) else str(name)
        disk.opened(self._path)
        super().__init__("", name, flags)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        self._disk.operation()
        super().xWrite(data, offset)
        self._disk.written(self._path, offset, bytes(data))

    def xTruncate(self, newsize: int) -> None:  # noqa: N802
        self._disk.operation()
        super().xTruncate(newsize)
        self._disk.written(self._path, newsize, None)

    def xSync(self, flags: int) -> None:  # noqa: N802
        self._disk.operation()
        self._disk.synced(self._path)


# ── the part of a DB-API connection that the cache's rooms use ───────────────────────────────────────────────


class Answer:
    """What a statement answered."""

    def __init__(self, rows: list[dict[str, Any]], rowcount: int) -> None:
        self.rowcount = rowcount
        self._rows = iter(rows)

    def fetchone(self) -> dict[str, Any] | None:
        """The next row."""
        return next(self._rows, None)

    def fetchall(self) -> list[dict[str, Any]]:
        """The rows that are left."""
        return list(self._rows)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return self._rows


class Connection:
    """An apsw connection with rows by name."""

    def __init__(self, path: Path, vfs: str | None = None) -> None:
        self._connection = apsw.Connection(str(path), vfs=vfs)

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open."""
        return self._connection.in_transaction

    def execute(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = (), /) -> Answer:
        """Run one statement to its end."""
        before = self._connection.total_changes()
        cursor = self._connection.execute(sql, dict(parameters) if isinstance(parameters, Mapping) else parameters)
        rows = [dict(zip([column[0] for column in cursor.get_description()], row, strict=True)) for row in cursor]
        return Answer(rows, self._connection.total_changes() - before)

    def executemany(self, sql: str, parameters: Iterable[Sequence[Any] | Mapping[str, Any]], /) -> Answer:
        """Run one statement for each."""
        counts = [self.execute(sql, each).rowcount for each in parameters]
        return Answer([], sum(counts))

    def create_function(self, name: str, width: int, work: Callable[..., Any], *, deterministic: bool = False) -> None:
        """What a step of the schema computes in Python."""
        self._connection.create_scalar_function(name, work, width, deterministic=deterministic)

    def close(self) -> None:
        """Let the file go; without power even that fails, and the machine is off anyway."""
        with contextlib.suppress(apsw.IOError):
            self._connection.close(True)
