"""A home that cannot be used: full, read-only, newer, damaged, without its key. A sentence, and nothing overwritten."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from budtender.cache.database import Connection
from budtender.register import Register
from budtender.secrets import KeyringVault
from budtender.simulator import Simulation
from tests.patience import reached
from tests.stories.command_line import Answer, CommandLine, ended
from tests.stories.conftest import connect
from tests.stories.test_refusals import INES, refused
from tests.test_salvage import damage

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="this is how Linux says it")


def contents(home: Path) -> dict[str, bytes]:
    """Every file of a home that holds data."""
    return {
        path.name: path.read_bytes() for path in home.iterdir() if path.suffix in (".db", ".json") and path.is_file()
    }


def vault_of(home: Path) -> KeyringVault:
    return KeyringVault.open(msgspec.json.decode((home / "home.json").read_bytes())["home_id"])


def told(answer: Answer, kind: str, sentence: str) -> None:
    """As any refusal, with a next step."""
    refused(answer, 1, kind, sentence)
    assert answer.next_step


# ── disks ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def small_disk(new_home: CommandLine, tmp_path: Path) -> Iterator[Path]:
    """A disk of three megabytes with the home on it."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("a disk that is full or read-only is a small tmpfs, and mounting one takes root on Linux")
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", disk], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"a small tmpfs cannot be mounted here: {mounted.stderr.strip()}")
    new_home.home = disk / "home"
    yield disk
    subprocess.run(["umount", "--lazy", disk], check=True)


def fill(disk: Path) -> Path:
    """Leave no room at all."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while file.write(b"\0" * 4096):
                pass
        except OSError:
            pass
    return filler


def test_a_full_disk_saves_nothing_and_says_so(small_disk: Path, new_home: CommandLine, sim: Simulation) -> None:
    asyncio.run(connect(new_home.home, sim))
    assert new_home("lookup", INES).code == 0
    filler = fill(small_disk)
    for _ in range(2):
        answer = new_home("optout", INES)
        assert (answer.code, answer.document["error"]["kind"]) == (1, "cannot_save"), answer.err
        assert answer.said == "The disk is full, so nothing was saved."
    assert sim.ledger == []
    filler.unlink()
    assert new_home("outbox", "list", "--all").document == {"intents": []}
    assert new_home("optout", INES).code == 0


@pytest.mark.parametrize("command", [("redeem", INES, "58213"), ("optout", INES)])
def test_what_was_sent_while_the_disk_filled_up_is_not_said_to_have_failed(
    small_disk: Path, new_home: CommandLine, sim: Simulation, command: tuple[str, ...]
) -> None:
    asyncio.run(connect(new_home.home, sim))
    for setting, value in (("text_code", "off"), ("quiet_seconds", "0"), ("late_seconds", "0")):
        assert new_home("settings", "set", setting, value).code == 0
    assert new_home("wallet", INES).code == 0
    sim.faults.add("drip", match="PUT *")
    sent = new_home.start(*command)
    reached(lambda: sim.ledger, "the far side has carried it out")
    filler = fill(small_disk)
    answer = ended(sent)
    refused(answer, 3, "saved_only", "It is saved, but what became of it could not be noted: the disk is full.")
    assert answer.next_step.startswith("Do not do it again.")
    filler.unlink()
    left = new_home("outbox", "list").document["intents"]
    assert [(intent["id"], intent["state"]) for intent in left] == [(answer.document["error"]["intent"], "unknown")]
    for _ in range(3):
        assert new_home("sync", "--once").code == 0
    assert new_home("outbox", "list").document == {"intents": []}
    assert len(sim.ledger) == (1 if command[0] == "redeem" else 2)  # the stop is repeated, which does no harm


def test_no_home_is_made_on_a_full_disk(small_disk: Path, new_home: CommandLine) -> None:
    new_home.home.mkdir()
    filler = fill(small_disk)
    answer = new_home("staff", "list")
    assert (answer.code, answer.document["error"]["kind"]) == (1, "cannot_save"), answer.err
    filler.unlink()
    assert new_home("staff", "list").code == 0


def test_a_read_only_home_saves_nothing_and_says_so(small_disk: Path, new_home: CommandLine, sim: Simulation) -> None:
    asyncio.run(connect(new_home.home, sim))
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    before = contents(new_home.home)
    answer = new_home("optout", INES)
    assert (answer.code, answer.document["error"]["kind"]) == (1, "cannot_save"), answer.err
    assert contents(new_home.home) == before
    assert sim.ledger == []


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may write wherever it likes")
def test_a_folder_that_may_not_be_written_to(new_home: CommandLine) -> None:
    new_home.home.mkdir(mode=0o500)
    answer = new_home("staff", "list")
    assert (answer.code, answer.document["error"]["kind"]) == (1, "cannot_save")


def test_a_home_that_is_a_file_or_has_an_impossible_name(new_home: CommandLine) -> None:
    new_home.home.write_text("a file of somebody's")
    answer = new_home("staff", "list")
    assert (answer.code, answer.document["error"]["kind"]) == (1, "cannot_save")
    assert new_home.home.read_text() == "a file of somebody's"
    new_home.home = new_home.home.with_name("x" * 5000)
    answer = new_home("staff", "list")
    assert (answer.code, answer.document["error"]["kind"]) == (1, "cannot_save")


# ── what a newer version, or an accident, left ────────────────────────────────────────────────────────────


def test_a_home_of_a_newer_format_is_left_alone(shop: CommandLine) -> None:
    side = shop.home / "home.json"
    newer = msgspec.json.decode(side.read_bytes()) | {"format": 2, "something_new": True}
    side.write_bytes(msgspec.json.encode(newer))
    before = contents(shop.home)
    told(
        shop("staff", "list"),
        "newer_home",
        "This folder was written by a newer version of Budtender; nothing was changed.",
    )
    assert contents(shop.home) == before


def test_a_database_with_a_step_of_a_newer_version_is_left_alone(shop: CommandLine) -> None:
    def step(connection: Connection) -> None:
        connection.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) "
            "SELECT migration_set, '9999_future', applied_at FROM _sqlite_migrations LIMIT 1"
        )

    async def change() -> None:
        async with await Register.open(shop.home) as register:
            await register.db.write(step)

    asyncio.run(change())
    before = contents(shop.home)
    told(
        shop("staff", "list"),
        "newer_home",
        "This folder was written by a newer version of Budtender; nothing was changed.",
    )
    assert contents(shop.home) == before


@pytest.mark.parametrize("left", [0, 100, 4096, 40_000])
def test_a_truncated_database_is_left_alone(shop: CommandLine, left: int) -> None:
    database = shop.home / "budtender.db"
    os.truncate(database, left)
    before = contents(shop.home)
    answer = shop("staff", "list")
    assert (answer.code, answer.document["error"]["kind"]) == (1, "damaged"), answer.err
    assert answer.next_step
    assert contents(shop.home) == before


@pytest.mark.parametrize("what", ["gone", "another file"])
def test_a_database_that_is_gone_or_replaced_is_not_made_anew(shop: CommandLine, what: str) -> None:
    database = shop.home / "budtender.db"
    database.unlink()
    if what == "another file":
        database.write_bytes(b"SQLite format 3\0" + b"\0" * 8000)
    answer = shop("staff", "list")
    assert (answer.code, answer.document["error"]["kind"]) == (1, "damaged")
    assert database.exists() == (what == "another file")


def test_an_older_database_is_refused_until_a_manager_goes_on_with_it(shop: CommandLine) -> None:
    database = shop.home / "budtender.db"
    assert shop("settings", "set", "store_name", "Elm").code == 0
    older = database.read_bytes()
    assert shop("settings", "set", "store_name", "Pine").code == 0
    assert shop("recover").document == {"recovered": False, "lacking": None, "doubted": 0, "salvaged": None}
    database.write_bytes(older)
    before = contents(shop.home)
    told(
        shop("settings", "list"),
        "damaged",
        "The register's database is older than the last one used here: data was lost or replaced.",
    )
    assert contents(shop.home) == before
    assert shop("recover").document == {"recovered": True, "lacking": 1, "doubted": 0, "salvaged": None}
    assert shop("settings", "get", "store_name").document["value"] == "Elm"


def test_a_damaged_database_is_replaced_by_what_can_be_read_of_it(shop: CommandLine) -> None:
    async def page_of(table: str) -> int:
        async with await Register.open(shop.home) as register:
            sql = "SELECT rootpage FROM sqlite_master WHERE name = ?"
            return int(register.db.read(lambda c: c.execute(sql, (table,)).fetchone()["rootpage"]))

    assert shop("settings", "set", "store_name", "Elm").code == 0
    damage(shop.home / "budtender.db", asyncio.run(page_of("movement")))
    hurt = (shop.home / "budtender.db").read_bytes()
    mended = shop("recover").document
    assert (mended["recovered"], mended["lacking"]) == (True, None)
    assert set(mended["salvaged"]["lost"]) == {"movement"}
    assert (mended["salvaged"]["intents"], mended["salvaged"]["switched_off"]) == ([], [])
    assert (shop.home / mended["salvaged"]["aside"]).read_bytes() == hurt
    assert shop("settings", "get", "store_name").document["value"] == "Elm"
    assert shop("recover").document["recovered"] is False


@pytest.mark.parametrize("left", [b"", b"{", b"[]", b"\xff\xfe", b'{"format": "1"}', b'{"format": 1}', b"null"])
def test_a_damaged_side_file_is_left_alone(shop: CommandLine, left: bytes) -> None:
    side = shop.home / "home.json"
    side.write_bytes(left)
    before = contents(shop.home)
    told(shop("staff", "list"), "damaged", f"{side} is damaged.")
    assert contents(shop.home) == before


def test_a_database_without_its_side_file_is_left_alone(shop: CommandLine) -> None:
    (shop.home / "home.json").unlink()
    before = contents(shop.home)
    told(
        shop("staff", "list"),
        "damaged",
        "This folder holds a database but not the file home.json that belongs to it.",
    )
    assert contents(shop.home) == before


# ── keys ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_without_its_key_the_home_stays_shut(shop: CommandLine) -> None:
    vault = vault_of(shop.home)
    key = vault.read("database")
    assert key is not None
    vault.delete("database")
    told(shop("staff", "list"), "wrong_key", "The key of this register's database is not in the secure storage.")
    vault.write("database", bytes(32))
    told(shop("staff", "list"), "wrong_key", "The key in the secure storage is not the one of this database.")
    vault.write("database", key)
    assert shop("staff", "list").code == 0


@linux_only
@pytest.mark.parametrize(
    "environment",
    [
        {"DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent/bus"},
        {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"},
        {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"},
    ],
)
def test_without_a_keyring_nothing_is_opened_or_written(new_home: CommandLine, environment: dict[str, str]) -> None:
    answer = new_home.process("staff", "list", environment=environment)
    refused(
        answer,
        1,
        "no_secure_storage",
        "The secure storage of this computer cannot be used, so nothing was opened or written.",
    )
    assert "sudo apt-get install --no-install-recommends gnome-keyring dbus-daemon" in answer.next_step
    assert contents(new_home.home) == {}
