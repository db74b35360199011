"""The only door to the operating system's keyring: the database key, API keys, the PIN pepper.

It fails closed. Which store answers is decided by a list, not by what happens to be installed: the `keyring`
library takes a plain text file when nothing better is there, and then reports success.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import os
import platform
import secrets
import time
from collections.abc import Callable
from typing import Protocol, Self, TypeVar

import keyring.core
from keyring.backend import KeyringBackend, get_all_keyring
from keyring.backends.chainer import ChainerBackend
from keyring.errors import KeyringError
from keyring.errors import KeyringLocked as BackendLocked

from budtender.errors import Failure, InputError, KeyringLocked, NoSecureStorage, WrongKey

T = TypeVar("T")

#: Stores that encrypt, and that unlock with the account's own log-in. A class that is not here is refused.
TRUSTED = frozenset(
    {
        "Windows.WinVaultKeyring",
        "macOS.Keyring",
        "SecretService.Keyring",
        "libsecret.Keyring",
        "kwallet.DBusKeyring",
    }
)
KEY_BYTES = 32
#: Windows keeps at most 2,560 bytes of UTF-16 in one entry; what fits there fits everywhere.
LONGEST_VALUE = 900
#: Seconds after which a store that did not answer is asked once more: at log-in it may start later than Budtender
#: does, and one that serves several programs can lose a call. Every call here may be made twice.
PAUSES = (0.1, 0.5)


class Vault(Protocol):
    """Keeps small secrets by name. Calls may block while the system asks somebody to unlock it."""

    @property
    def name(self) -> str:
        """Which store this is; kept beside the database, because another store does not hold its key."""

    def read(self, entry: str) -> bytes | None:
        """The secret, or None where nothing was stored."""

    def write(self, entry: str, value: bytes) -> None:
        """Store the secret, replacing what was there."""

    def delete(self, entry: str) -> None:
        """Forget the secret; nothing happens where nothing was stored."""


class KeyringVault:
    """The secrets of one home, in the operating system's keyring.

    Every call raises NoSecureStorage or KeyringLocked when the store does not answer, and never falls back.
    """

    def __init__(self, home_id: str, backend: KeyringBackend) -> None:
        self.name = _name(type(backend))
        self._service = f"budtender {home_id}"
        self._backend = backend

    @classmethod
    def open(cls, home_id: str) -> Self:
        """Choose the store; raises NoSecureStorage when none on the list is there.

        A store that is there may still be locked or dead: only `prove` or a read tells.
        """
        return cls(home_id, _asked(_choose))

    def prove(self) -> None:
        """Store, read back and delete a random value; for set-up, before anything depends on the store."""
        entry, value = f"proof {secrets.token_hex(8)}", new_key()
        self.write(entry, value)
        kept = self.read(entry)
        self.delete(entry)
        if kept != value or self.read(entry) is not None:
            raise _no_storage(self.name)

    def read(self, entry: str) -> bytes | None:
        text = _asked(lambda: self._backend.get_password(self._service, entry))
        if text is None:
            return None
        try:
            return base64.b64decode(text, validate=True)
        except binascii.Error as error:
            raise WrongKey(
                f"The entry “{entry}” of “{self._service}” in the secure storage is not what Budtender put there.",
                "Restore that entry of the keyring, or start a new home with --home.",
                code="entry_damaged",
                entry=entry,
                service=self._service,
            ) from error

    def write(self, entry: str, value: bytes) -> None:
        if len(value) > LONGEST_VALUE:
            raise InputError(
                f"The secure storage keeps at most {LONGEST_VALUE} bytes.",
                "Check what was pasted.",
                code="secret_too_long",
                longest=LONGEST_VALUE,
            )
        text = base64.b64encode(value).decode("ascii")
        _asked(lambda: self._backend.set_password(self._service, entry, text))

    def delete(self, entry: str) -> None:
        def forget() -> None:
            if self._backend.get_password(self._service, entry) is not None:
                self._backend.delete_password(self._service, entry)

        _asked(forget)


class MemoryVault:
    """Training homes: secrets that die with the process, and their data with them."""

    name = "memory"

    def __init__(self) -> None:
        self._entries: dict[str, bytes] = {}

    def read(self, entry: str) -> bytes | None:
        return self._entries.get(entry)

    def write(self, entry: str, value: bytes) -> None:
        self._entries[entry] = value

    def delete(self, entry: str) -> None:
        self._entries.pop(entry, None)


def new_key() -> bytes:
    """A fresh database key: 32 random bytes."""
    return secrets.token_bytes(KEY_BYTES)


def key_check(key: bytes) -> str:
    """Sixteen hex digits that tell one key from another and nothing about it; they lie beside the database."""
    return hmac.digest(key, b"kcv", "sha256")[:8].hex()


def _name(backend: type[KeyringBackend]) -> str:
    return f"{backend.__module__}.{backend.__qualname__}".removeprefix("keyring.backends.")


def _is_trusted(backend: KeyringBackend) -> bool:
    return _name(type(backend)) in TRUSTED


def _choose() -> KeyringBackend:
    """What the account configured, else the best store on the list; raises NoSecureStorage for any other.

    A chain that the account configured stands for its first member: the limit leaves it none but trusted ones,
    and a key must always be looked for where it was put.
    """
    vars(get_all_keyring).pop("saved_result", None)  # looked up once a process; a store may have started since
    keyring.core.init_backend(limit=_is_trusted)
    backend = keyring.core.get_keyring()
    if isinstance(backend, ChainerBackend) and backend.backends:
        backend = backend.backends[0]
    if not _is_trusted(backend):
        raise _no_storage(f"{type(backend).__module__}.{type(backend).__qualname__}")
    return backend


def _asked(call: Callable[[], T]) -> T:
    """Call the store, again after each pause while it does not answer, and say its failure in our words.

    Each store raises classes of its own (D-Bus, GLib, Windows) that share no ancestor, and every one of them
    means the same here: no answer, so nothing is opened.
    """
    for pause in (*PAUSES, None):
        try:
            return call()
        except NoSecureStorage:
            if pause is None:
                raise
        except Exception as error:
            failure = _translated(error)
            if pause is None or not isinstance(failure, NoSecureStorage):
                raise failure from error
        time.sleep(pause)
    raise AssertionError  # the last turn returns or raises


def _translated(error: Exception) -> Failure:
    """Locked where unlocking helps; else no storage.

    A store without a default keyring asks for one to be made: nobody there to answer shows as a dismissed prompt.
    """
    locked = isinstance(error, BackendLocked) or type(error).__name__ in {"LockedException", "PromptDismissedException"}
    if locked or (isinstance(error, KeyringError) and "dismissed" in str(error)):
        return KeyringLocked("The secure storage is locked.", _how_to_unlock(), code="keyring_locked")
    return _no_storage(type(error).__name__)


def _no_storage(found: str) -> NoSecureStorage:
    return NoSecureStorage(
        "The secure storage of this computer cannot be used, so nothing was opened or written.",
        _how_to_install(),
        found=found,
        code="no_secure_storage",
    )


def _how_to_unlock() -> str:
    if platform.system() == "Linux" and not _has_screen():
        return "Without a desktop, start Budtender through .ci/with-secret-service, which unlocks a keyring of its own."
    return "Log in to this computer or unlock its keyring, then try again."


def _how_to_install() -> str:
    if platform.system() == "Linux":
        return (
            "On Debian and Ubuntu run: sudo apt-get install --no-install-recommends gnome-keyring dbus-daemon. "
            "Then log in to the desktop, or without one start Budtender through .ci/with-secret-service."
        )
    return "Log in with an account that has a keychain or a credential store of its own, then try again."


def _has_screen() -> bool:
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
