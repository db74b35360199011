"""Replacing a damaged database by what can be read of it, with nobody else at work and nothing thrown away."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime
from pathlib import Path

from budtender.cache import health
from budtender.cache.database import Database, must_be_there
from budtender.cache.salvage import Salvaged, salvage
from budtender.errors import Damaged, HomeInUse
from budtender.home import alone, key_of, patiently, read_side_file
from budtender.owners import Owners
from budtender.place import saving
from budtender.secrets import KeyringVault, Vault


async def mend_home(folder: Path, vault: Vault | None = None) -> tuple[Path, Salvaged] | None:
    """Replace a damaged database by what can be read of it; None when it is whole, or nothing was ever kept here.

    The damaged file keeps its rows under another name, which is returned. Raises HomeInUse while another process
    runs on it, Damaged when nothing can be saved, and what opening the home raises.
    """
    side = read_side_file(folder)
    if side is None or not side.ready:
        return None
    if vault is None:
        vault = await patiently(KeyringVault.open, side.home_id)
    key = await key_of(side, vault)
    async with alone(folder):
        return await asyncio.to_thread(_mend, folder, key)


def _mend(folder: Path, key: bytes) -> tuple[Path, Salvaged] | None:
    path, draft = (folder / f"budtender.{name}" for name in ("db", "salvaging.db"))
    with saving(folder):
        must_be_there(path)
    if not _is_damaged(path, key):
        return None
    if Owners(folder).others():
        raise HomeInUse(
            "The database is damaged, and another Budtender still works with it.",
            "End every Budtender on this folder, then do it again.",
            code="home_in_use",
        )
    with saving(folder):
        _remove(draft)
        now = datetime.now(UTC)
        aside = folder / f"budtender.damaged-{now:%Y%m%d-%H%M%S}.db"
        salvaged = salvage(path, draft, key, at=now, aside=aside.name)
        # Both names first: whenever this is cut off, there is a database, and the damaged one is kept.
        os.link(path, aside)
        _move(path, aside)
        draft.replace(path)
    return aside, salvaged


def _is_damaged(path: Path, key: bytes) -> bool:
    try:
        db = Database(path, key)
        try:
            return bool(db.read(health.complaints))
        finally:
            db.close()
    except Damaged:
        return True


def _move(path: Path, aside: Path) -> None:
    """What lies beside the file goes with it; without it an older one would be read, which is noticed."""
    for suffix in ("-wal", "-shm"):
        there = path.with_name(path.name + suffix)
        if there.exists():
            there.rename(aside.with_name(aside.name + suffix))


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
