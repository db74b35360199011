"""The secure storage is the operating system's, proved by a round trip, and nothing weaker ever takes its place."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import keyring.core
import pytest
from keyring.backend import KeyringBackend, get_all_keyring
from keyring.backends import SecretService

from budtender.errors import InputError, KeyringLocked, NoSecureStorage, WrongKey
from budtender.secrets import KeyringVault, MemoryVault, Vault, key_check, new_key

WITH_SECRET_SERVICE = Path(__file__).parent.parent / ".ci" / "with-secret-service"
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="this is how Linux keeps secrets")


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A Secret Service of this test's own, unlocked; the folder it keeps its keyring in."""
    folder = tmp_path / "keyring"
    with subprocess.Popen(
        [WITH_SECRET_SERVICE, "sh", "-c", 'echo "$DBUS_SESSION_BUS_ADDRESS"; cat'],
        env={**os.environ, "BUDTENDER_KEYRING_DIR": str(folder)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", process.stdout.readline().strip())
        yield folder
        process.communicate(timeout=60)


def lock() -> None:
    """Lock the service's keyring, as a desktop does at log-out."""
    collection = SecretService.Keyring().get_preferred_collection()  # type: ignore[no-untyped-call]
    collection.lock()
    collection.connection.close()


class PlaintextKeyring(KeyringBackend):
    """What `keyrings.alt` brings along: found without asking, and it always succeeds."""

    priority = 0.5
    written: list[str] = []  # noqa: RUF012 - the library makes the instances

    def get_password(self, service: str, username: str) -> str | None:
        return None

    def set_password(self, service: str, username: str, password: str) -> None:
        self.written.append(password)

    def delete_password(self, service: str, username: str) -> None:
        self.written.clear()


# ── what a vault does ─────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(params=["memory", "system"])
def vault(request: pytest.FixtureRequest) -> Vault:
    """Both kinds; the system's is the real one of the session that the tests run in."""
    return MemoryVault() if request.param == "memory" else KeyringVault.open(f"test {new_key().hex()}")


def test_a_vault_keeps_replaces_and_forgets(vault: Vault) -> None:
    assert vault.read("database") is None
    key = new_key()
    vault.write("database", key)
    vault.write("aiq", b"\x00\xff not text")
    assert vault.read("database") == key
    vault.write("database", b"")
    assert vault.read("database") == b""
    vault.delete("database")
    vault.delete("database")
    assert vault.read("database") is None
    assert vault.read("aiq") == b"\x00\xff not text"
    vault.delete("aiq")


def test_two_homes_do_not_see_each_other() -> None:
    one, two = (KeyringVault.open(f"test {new_key().hex()}") for _ in range(2))
    one.write("database", b"one")
    assert two.read("database") is None
    one.delete("database")


def test_the_proof_leaves_nothing_behind() -> None:
    vault = KeyringVault.open(f"test {new_key().hex()}")
    vault.prove()
    assert vault.name in {"SecretService.Keyring", "macOS.Keyring", "Windows.WinVaultKeyring"}


def test_keys_are_fresh_and_their_check_tells_them_apart() -> None:
    one, two = new_key(), new_key()
    assert len(one) == 32
    assert one != two
    assert key_check(one) == key_check(one) != key_check(two)
    assert len(key_check(one)) == 16
    assert key_check(bytes(32)) == "43e1deb5e04a083b"


def test_a_value_no_store_could_keep_is_refused_before_it_is_written() -> None:
    with pytest.raises(InputError, match="at most 900 bytes"):
        KeyringVault.open("test").write("aiq", b"x" * 5_000)


# ── what goes wrong ───────────────────────────────────────────────────────────────────────────────────────


@linux_only
def test_without_a_service_nothing_opens_and_the_way_out_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    with pytest.raises(NoSecureStorage) as failure:
        KeyringVault.open("test")
    assert "apt-get install --no-install-recommends gnome-keyring dbus-daemon" in failure.value.hint
    assert ".ci/with-secret-service" in failure.value.hint


@linux_only
@pytest.mark.usefixtures("service")
def test_a_locked_service_is_called_locked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    vault = KeyringVault.open("test")
    vault.write("database", b"key")
    lock()
    monkeypatch.setattr(time, "sleep", pytest.fail)  # between two tries; a locked one is not tried again
    with pytest.raises(KeyringLocked):
        vault.read("database")
    with pytest.raises(KeyringLocked):
        vault.write("database", b"other")
    with pytest.raises(KeyringLocked):
        vault.prove()


@linux_only
def test_a_service_without_a_keyring_that_nobody_can_unlock_is_called_locked(tmp_path: Path) -> None:
    """The password does not fit: the daemon runs, offers a locked keyring, and nobody answers its prompt."""
    script = "from budtender.secrets import KeyringVault as V; V.open('test').prove()"
    command = [str(WITH_SECRET_SERVICE), sys.executable, "-c", script]
    environment = {**os.environ, "BUDTENDER_KEYRING_DIR": str(tmp_path / "keyring")}
    subprocess.run(command, env=environment, check=True, timeout=60)
    (tmp_path / "keyring" / "password").write_text("another")
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "budtender.errors.KeyringLocked: The secure storage is locked." in done.stderr


@linux_only
@pytest.mark.usefixtures("service")
def test_a_service_that_is_gone_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    vault = KeyringVault.open("test")
    vault.write("database", b"key")
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")
    with pytest.raises(NoSecureStorage):
        vault.read("database")
    with pytest.raises(NoSecureStorage):
        KeyringVault.open("test")


class Drowsy(PlaintextKeyring):
    """A store that loses the first calls, as one does that is still starting or serves many programs."""

    def __init__(self, lost: int) -> None:
        self.lost = lost

    def get_password(self, service: str, username: str) -> str | None:
        self.lost -= 1
        if self.lost >= 0:
            raise ConnectionResetError
        return "a2V5"


def test_a_call_that_was_lost_is_made_again_and_not_for_ever() -> None:
    assert KeyringVault("test", Drowsy(lost=2)).read("database") == b"key"
    with pytest.raises(NoSecureStorage) as failure:
        KeyringVault("test", Drowsy(lost=3)).read("database")
    assert failure.value.facts["found"] == "ConnectionResetError"


def test_a_plaintext_store_is_refused_even_when_the_account_asks_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", f"{__name__}.PlaintextKeyring")
    with pytest.raises(NoSecureStorage) as failure:
        KeyringVault.open("test")
    assert failure.value.facts["found"] == f"{__name__}.PlaintextKeyring"
    assert PlaintextKeyring.written == []


@linux_only
def test_a_plaintext_store_that_is_merely_installed_is_never_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PlaintextKeyring, "priority", 9)
    assert KeyringVault.open("test").name == "SecretService.Keyring"
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.chainer.ChainerBackend")
    assert KeyringVault.open("test").name == "SecretService.Keyring"
    monkeypatch.delenv("PYTHON_KEYRING_BACKEND")
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS")
    vars(get_all_keyring).pop("saved_result")
    keyring.core.init_backend()
    assert isinstance(keyring.core.get_keyring(), PlaintextKeyring), "the library alone would take it"
    with pytest.raises(NoSecureStorage):
        KeyringVault.open("test")
    assert PlaintextKeyring.written == []


@pytest.mark.parametrize("backend", ["", "nowhere.Keyring", "keyring.backends.fail.Missing"])
def test_a_backend_that_does_not_exist_is_a_sentence(monkeypatch: pytest.MonkeyPatch, backend: str) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", backend)
    with pytest.raises(NoSecureStorage):
        KeyringVault.open("test")


def test_an_entry_that_somebody_edited_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    home_id = f"test {new_key().hex()}"
    vault = KeyringVault.open(home_id)
    keyring.core.set_password(f"budtender {home_id}", "database", "not base64!")
    with pytest.raises(WrongKey, match="database"):
        vault.read("database")
    keyring.core.delete_password(f"budtender {home_id}", "database")


# ── the wrapper for machines without a desktop ────────────────────────────────────────────────────────────


@linux_only
def test_the_wrapper_hands_input_output_and_exit_code_through(tmp_path: Path) -> None:
    done = subprocess.run(
        [WITH_SECRET_SERVICE, "sh", "-c", "cat; echo oops >&2; exit 37"],
        input=b"a\0b\nno line end",
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (37, b"a\0b\nno line end", b"oops\n")


@linux_only
def test_the_wrapper_keeps_a_named_keyring_between_runs_and_encrypted(tmp_path: Path) -> None:
    folder = tmp_path / "a folder"
    environment = {**os.environ, "BUDTENDER_KEYRING_DIR": str(folder)}
    for line in ("V.open('test').write('aiq', b'canary')", "assert V.open('test').read('aiq') == b'canary'"):
        script = f"from budtender.secrets import KeyringVault as V; {line}"
        subprocess.run([WITH_SECRET_SERVICE, sys.executable, "-c", script], env=environment, check=True, timeout=60)
    for file in folder.rglob("*"):
        if file.is_file():
            assert not file.stat().st_mode & 0o077
            assert b"Y2FuYXJ5" not in file.read_bytes()


@linux_only
def test_the_wrapper_names_what_is_missing(tmp_path: Path) -> None:
    done = subprocess.run(
        ["/bin/sh", WITH_SECRET_SERVICE, "true"],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "apt-get install --no-install-recommends gnome-keyring dbus-daemon" in done.stderr


@linux_only
def test_the_wrapper_explains_itself() -> None:
    told = subprocess.run([WITH_SECRET_SERVICE, "--help"], capture_output=True, text=True, check=True)
    assert ".ci/with-secret-service COMMAND" in told.stdout
    assert "BUDTENDER_KEYRING_PASSWORD" in told.stdout
    assert told.stderr == ""
