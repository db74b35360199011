"""Which processes run on a home: each holds a lock of its own until it dies, and one of them the engine's."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from budtender.clock import Clock
from budtender.errors import EngineRunning
from budtender.place import saving

#: Seconds after which a lock without a process is surely left over.
STALE_LOCK = 3600.0


class Owners:
    """The processes of one home, seen from one of them, which is known to all by its id.

    Every call raises CannotSave when the folder cannot be used.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.id = uuid.uuid4().hex
        self._own = FileLock(self._path(self.id))

    def enter(self, clock: Clock) -> None:
        """Say that this process lives, and remove what killed ones left behind."""
        with saving(self._folder):
            self._own.acquire(timeout=0)
        self._sweep(clock.wall() - STALE_LOCK)

    def leave(self) -> None:
        """Say that it does no more."""
        self._own.release()
        with contextlib.suppress(OSError):  # a disk that has become read-only; nobody holds what is left
            self._path(self.id).unlink(missing_ok=True)

    def lives(self, owner: str) -> bool:
        """Whether the process of this id still runs."""
        if owner == self.id:
            return True
        path = self._path(owner) if owner else None
        if path is None or not path.exists():
            return False
        probe = FileLock(path)
        with saving(self._folder):
            try:
                probe.acquire(timeout=0)
            except Timeout:
                return True
            probe.release()
            path.unlink(missing_ok=True)
        return False

    def others(self) -> list[str]:
        """The ids of the other processes that run on this home."""
        there = [path.stem for path in (self._folder / "running").glob("*.lock")]
        return [owner for owner in there if owner != self.id and self.lives(owner)]

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """No other engine runs on this home meanwhile; raises EngineRunning when one does."""
        lock = FileLock(self._folder / "engine.lock", thread_local=False)
        with saving(self._folder):
            try:
                lock.acquire(timeout=0)
            except Timeout as error:
                raise EngineRunning(
                    "Another Budtender is syncing this register already.",
                    "Let it go on, or end it first; what you do at the counter is sent either way.",
                    code="engine_running",
                ) from error
        try:
            yield
        finally:
            lock.release()

    def _path(self, owner: str) -> Path:
        running = self._folder / "running"
        with saving(self._folder):
            running.mkdir(exist_ok=True, mode=0o700)
        return running / f"{owner}.lock"

    def _sweep(self, before: float) -> None:
        """Remove the locks of processes that were killed; young ones may belong to one that is just starting."""
        for path in (self._folder / "running").glob("*.lock"):
            with contextlib.suppress(FileNotFoundError):  # its process has just ended by itself
                if path.stem != self.id and path.stat().st_mtime < before:
                    self.lives(path.stem)
