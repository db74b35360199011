"""A copy of the whole database, under the same key, made before a schema step may change it."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

from budtender.cache.database import connect, translated

#: Copies that are kept, the newest; a copy is as large as the database.
KEPT = 2


def copy_before(connection: Any, path: Path, key: bytes, step: str) -> Path:
    """Copy the database beside itself, named by the step that follows. Raises CannotSave when it cannot be kept.

    The copy has its name only when it is whole.
    """
    made, draft = path.with_name(f"{path.stem}.before-{step}.db"), path.with_name(f"{path.stem}.copying.db")
    _remove(draft)
    try:
        copy = connect(draft, key)
        try:
            with translated():
                connection.backup(copy)
        finally:
            copy.close()
    except BaseException:
        _remove(draft)
        raise
    draft.replace(made)
    copies = sorted(path.parent.glob(f"{path.stem}.before-*.db"), key=lambda old: old.stat().st_mtime)
    for old in copies[:-KEPT]:
        _remove(old)
    return made


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        with contextlib.suppress(OSError):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
