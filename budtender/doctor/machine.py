"""The machine a register stands on: its folder, its disk, its secure storage, and what is installed."""

from __future__ import annotations

import asyncio
import os
import platform
import shutil
import stat
import sys
import uuid
from collections.abc import Callable
from pathlib import Path

from budtender import __version__
from budtender.cache import health
from budtender.doctor.check import Check, failed
from budtender.errors import Failure
from budtender.home import KEYRING_PATIENCE
from budtender.secrets import KeyringVault, Vault

#: Less than this and a day's work may not fit.
LEAST_SPACE = 200 * 1024 * 1024


async def look(folder: Path, vault: Vault | None) -> list[Check]:
    """What can be said of it before any register is open."""
    return [_disk("home", _folder, folder), _disk("disk", _space, folder), await _storage(vault), _versions()]


def _disk(name: str, examined: Callable[[Path], Check], folder: Path) -> Check:
    try:
        return examined(folder)
    except OSError as error:
        reason = (error.strerror or "the system refused").lower()
        hint = "Give this account the right to read and write there, or name another folder with --home."
        return Check(name=name, ok=False, detail=f"{folder}: {reason}", hint=hint)


def _folder(folder: Path) -> Check:
    if not (folder / "home.json").exists():
        return Check(
            name="home",
            ok=False,
            detail=f"{folder} is no register yet.",
            hint="Connect AIQ to make it one (budtender connect aiq --uid UID), or name another with --home.",
        )
    if sys.platform != "win32":
        opened = [path.name for path in (folder, *folder.glob("*")) if stat.S_IMODE(path.stat().st_mode) & 0o077]
        if opened:
            return Check(
                name="home",
                ok=False,
                detail=f"{folder}: other accounts may get at {', '.join(sorted(opened))}.",
                hint=f"Take their rights away: chmod -R go= '{folder}'",
            )
    if not os.access(folder, os.W_OK):
        return Check(
            name="home", ok=False, detail=f"{folder} is read-only.", hint="Give this account the right to write there."
        )
    return Check(name="home", ok=True, detail=f"{folder}, for this account only")


def _space(folder: Path) -> Check:
    there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    free = shutil.disk_usage(there).free
    text = f"{free / 1024**3:.1f} GB free" if free >= 1024**3 else f"{free / 1024**2:.0f} MB free"
    if free < LEAST_SPACE:
        return Check(name="disk", ok=False, detail=text, hint="Free some space; a full disk saves nothing.")
    return Check(name="disk", ok=True, detail=text)


async def _storage(vault: Vault | None) -> Check:
    """The secure storage, with a round trip of a random value."""
    try:
        name = await asyncio.wait_for(asyncio.to_thread(_round_trip, vault), KEYRING_PATIENCE)
    except Failure as failure:
        return failed("secure storage", failure)
    except TimeoutError:
        return Check(
            name="secure storage",
            ok=False,
            detail="The secure storage did not answer within a minute.",
            hint="Unlock it and start again.",
        )
    return Check(name="secure storage", ok=True, detail=f"{name}, a value was stored, read and deleted")


def _round_trip(vault: Vault | None) -> str:
    """Which store answers; not under the home's own name, so that it is told for a damaged home as well."""
    if vault is not None:
        return vault.name  # training: its keys are in memory
    keyring = KeyringVault.open(f"doctor {uuid.uuid4().hex}")
    keyring.prove()
    return keyring.name


def _versions() -> Check:
    parts = {"Budtender": __version__, "Python": platform.python_version(), **health.versions()}
    text = ", ".join(f"{name} {version}" for name, version in parts.items())
    return Check(name="versions", ok=True, detail=f"{text}, {platform.system()} {platform.release()}")
