"""The register's folder: its side file, its key in the OS keyring, and the encrypted database they open.

The side file `home.json` holds nothing secret. It tells a first start from a lost database, which SQLite cannot,
and a wrong key from a damaged file, which SQLCipher cannot.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import uuid
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import ParamSpec, TypeVar

import msgspec
from filelock import FileLock, Timeout

from budtender import __version__
from budtender.cache import mark, schema
from budtender.cache.backup import copy_before
from budtender.cache.database import Database, must_be_there
from budtender.errors import CannotSave, Damaged, HomeInUse, KeyringLocked, NewerHome, NoSecureStorage, WrongKey
from budtender.place import harden, saving
from budtender.secrets import KeyringVault, Vault, key_check, new_key

P = ParamSpec("P")
T = TypeVar("T")
#: What this version writes; a higher number comes from a newer one.
FORMAT = 1
DATABASE_KEY = "database"
KEYRING_PATIENCE = 60.0


class SideFile(msgspec.Struct, kw_only=True):
    """What lies in the open beside the database."""

    format: int
    home_id: str
    keyring: str
    key_check: str
    created: datetime
    created_by: str
    ready: bool = False


async def open_home(
    folder: Path, vault: Vault | None = None, *, accept_older: bool = False
) -> tuple[Database, Vault, SideFile, mark.Mark | None]:
    """Open a register's folder, or make a new one; the last value is how far the keyring knows it to have come.

    `vault` is given for training only; otherwise the OS keyring is used. `accept_older` opens a database that is
    older than the last one used here, which is otherwise refused as Damaged. Raises CannotSave, NewerHome, Damaged,
    WrongKey, NoSecureStorage or KeyringLocked; nothing is overwritten then.
    """
    harden()
    _make_folder(folder)
    side = read_side_file(folder)
    if side is None or not side.ready:
        async with alone(folder):
            # Whoever held the lock before may just have made it.
            side = read_side_file(folder)
            if side is None or not side.ready:
                return await _new_home(folder, side, vault)
    if vault is None:
        vault = await patiently(KeyringVault.open, side.home_id)
    return await _existing_home(folder, side, vault, accept_older=accept_older)


@contextlib.asynccontextmanager
async def alone(folder: Path) -> AsyncIterator[None]:
    """No other process makes or migrates this home meanwhile: two would each move the other's database aside."""
    lock = FileLock(folder / "home.lock", thread_local=False)
    with saving(folder):
        try:
            await asyncio.to_thread(lock.acquire, timeout=KEYRING_PATIENCE)
        except Timeout as error:
            raise HomeInUse(
                "Another Budtender is still setting this folder up.", "Try again when it is done.", code="home_in_use"
            ) from error
    try:
        yield
    finally:
        lock.release()


def _make_folder(folder: Path) -> None:
    with saving(folder):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)


async def _new_home(folder: Path, side: SideFile | None, vault: Vault | None) -> tuple[Database, Vault, SideFile, None]:
    path = folder / "budtender.db"
    with saving(folder):
        is_there = path.exists()
    if side is None and is_there:
        raise Damaged(
            "This folder holds a database but not the file home.json that belongs to it.",
            "Put home.json back from a backup, or start a new home with --home.",
            code="side_file_missing",
        )
    home_id = side.home_id if side else uuid.uuid4().hex
    if vault is None:
        keyring = await patiently(KeyringVault.open, home_id)
        await patiently(keyring.prove)
        vault = keyring
    key = new_key()
    side = SideFile(
        format=FORMAT,
        home_id=home_id,
        keyring=vault.name,
        key_check=key_check(key),
        created=datetime.now(UTC),
        created_by=__version__,
    )
    _write_side_file(folder, side)
    await patiently(vault.write, DATABASE_KEY, key)
    # A set-up that was cut off left a file that nothing was ever acknowledged from; it is moved aside all the same.
    if is_there:
        with saving(folder):
            path.rename(path.with_suffix(f".cut-off-{uuid.uuid4().hex[:8]}"))
    db = _open_database(path, key)
    side.ready = True
    _write_side_file(folder, side)
    return db, vault, side, None


async def _existing_home(
    folder: Path, side: SideFile, vault: Vault, *, accept_older: bool
) -> tuple[Database, Vault, SideFile, mark.Mark | None]:
    key = await key_of(side, vault)
    path = folder / "budtender.db"
    # Read before the file is opened: another process may go on in it meanwhile, and only ever adds to it.
    seen = await patiently(mark.told, vault)
    async with alone(folder):
        # After an upgrade the first to open it migrates it, and the others find it done.
        with saving(folder):
            must_be_there(path)
        return _open_database(path, key, None if accept_older else seen), vault, side, seen


async def key_of(side: SideFile, vault: Vault) -> bytes:
    """The key of a home that is in use. Raises NoSecureStorage, WrongKey or KeyringLocked."""
    if vault.name != side.keyring:
        raise NoSecureStorage(
            f"This register's key was stored in {side.keyring}, and this session offers {vault.name}.",
            "Sign in the way the register was set up, so that the same secure storage is there.",
            code="other_keyring",
            kept=side.keyring,
            offered=vault.name,
        )
    key = await patiently(vault.read, DATABASE_KEY)
    if key is None:
        raise WrongKey(
            "The key of this register's database is not in the secure storage.",
            "Sign in as the account that set the register up; the data cannot be read without its key.",
            code="database_key_missing",
        )
    if key_check(key) != side.key_check:
        raise WrongKey(
            "The key in the secure storage is not the one of this database.",
            "Nothing was changed. Restore the keyring entry, or start a new home with --home.",
            code="database_key_wrong",
        )
    return key


def _open_database(path: Path, key: bytes, seen: mark.Mark | None = None) -> Database:
    db = Database(path, key)
    try:
        db.prepare(lambda connection: mark.check(connection, seen))
        step = db.prepare(schema.next_step)
        if step is not None:
            with saving(path.parent):
                db.prepare(lambda connection: copy_before(connection, path, key, step))
        db.prepare(schema.migrate)
    except BaseException:
        db.close()
        raise
    return db


async def patiently(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Ask the keyring in a worker thread: a prompt of the OS may keep it waiting."""
    try:
        async with asyncio.timeout(KEYRING_PATIENCE):
            return await asyncio.to_thread(call, *args, **kwargs)
    except TimeoutError as error:
        raise KeyringLocked(
            "The secure storage did not answer within a minute.", "Unlock it and start again.", code="keyring_silent"
        ) from error


def read_side_file(folder: Path) -> SideFile | None:
    """What lies beside the database; None in a folder that was never used."""
    path = folder / "home.json"
    try:
        raw = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise CannotSave(
            f"{path} cannot be read.",
            "Give this account the right to read it, or choose another folder with --home.",
            code="folder_unreadable",
            path=str(path),
        ) from error
    try:
        number = msgspec.json.decode(raw).get("format")
        if isinstance(number, int) and number > FORMAT:
            raise NewerHome(
                "This folder was written by a newer version of Budtender; nothing was changed.",
                "Install that version again, or start a new home with --home.",
                code="newer_version",
            )
        return msgspec.json.decode(raw, type=SideFile)
    except (msgspec.MsgspecError, AttributeError) as error:
        raise Damaged(
            f"{path} is damaged.",
            "Put it back from a backup, or start a new home with --home.",
            code="side_file_damaged",
            path=str(path),
        ) from error


def _write_side_file(folder: Path, side: SideFile) -> None:
    with saving(folder):
        draft = folder / "home.json.new"
        with draft.open("wb") as file:
            file.write(msgspec.json.format(msgspec.json.encode(side), indent=2) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(folder / "home.json")
