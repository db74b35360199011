"""Expected failures: each carries one sentence for a person and the next step; anything else is a bug.

Failure
├── InputError              what was typed cannot be used
│   ├── PhoneError
│   └── RewardUnusable, TooYoung, …
├── RemoteError             a remote system; `system` says which
│   ├── Unreachable         no answer; `sent` says whether the request may have had its effect
│   ├── RateLimited         asked to wait; certainly not carried out
│   ├── Refused             a final no
│   ├── NotFound            the object is not there
│   ├── Misconfigured       key, account, address or route is wrong
│   └── ProtocolError       an answer that cannot be understood; the effect is unknown for a write
├── Denied                  verification, PIN, role or lock says no
└── HomeError               this register's own files, keys and database
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import IntEnum
from typing import Any, ClassVar


class Exit(IntEnum):
    """What the process answers to whoever started it."""

    DONE = 0
    REFUSED = 1
    USAGE = 2
    UNREACHABLE = 3
    BUG = 70


class Failure(Exception):
    """An expected failure.

    `title` is one sentence that says what is wrong, `hint` the one next step. `facts` are values for a program
    that reads the JSON form and for a translation: a stable `code`, and every number and name that the title holds.
    They never hold a key, a texted code or a PIN.
    """

    exit: ClassVar[Exit] = Exit.REFUSED

    def __init__(self, title: str, hint: str = "", **facts: Any) -> None:
        super().__init__(title)
        self.title = title
        self.hint = hint
        self.facts = facts

    @property
    def kind(self) -> str:
        """The stable name a script can switch on, such as `reward_unusable`."""
        name = type(self).__name__
        return "".join("_" + c.lower() if c.isupper() and i else c.lower() for i, c in enumerate(name))

    @property
    def code(self) -> str:
        """Which sentence of its kind this is; a window translates by kind, code and the other facts."""
        return str(self.facts.get("code") or self.kind)

    @property
    def told(self) -> dict[str, Any]:
        """Kind, code and facts, as they are kept beside an English sentence."""
        return {**self.facts, "kind": self.kind, "code": self.code}

    def __str__(self) -> str:
        return f"{self.title} {self.hint}".strip()


# ── what was typed ────────────────────────────────────────────────────────────────────────────────────────


class InputError(Failure):
    """A value that cannot be used; `field` in the facts names it."""


class PhoneError(InputError):
    """A number that is no phone number AIQ would keep."""


class SettingError(InputError):
    """A setting that does not exist, or a value it does not take."""


class UsageError(InputError):
    """A command that was given too little or too much."""

    exit = Exit.USAGE


# ── remote systems ────────────────────────────────────────────────────────────────────────────────────────


class RemoteError(Failure):
    """A remote system did not do what was asked; `system` is "aiq", "dutchie", …"""

    #: May the request have had its effect although no good answer came?
    maybe_done: ClassVar[bool] = False

    def __init__(self, title: str, hint: str = "", *, system: str, **facts: Any) -> None:
        super().__init__(title, hint, system=system, **facts)
        self.system = system


class Unreachable(RemoteError):
    """No answer.

    `sent` is False when it is certain that nothing was carried out (no connection was made), and True when the
    request left and its effect is unknown.
    """

    exit = Exit.UNREACHABLE

    def __init__(self, title: str, hint: str = "", *, system: str, sent: bool, **facts: Any) -> None:
        super().__init__(title, hint, system=system, sent=sent, **facts)
        self.sent = sent


class RateLimited(RemoteError):
    """The remote system, or our own limit for it, asks for a pause of `retry_after` seconds."""

    exit = Exit.UNREACHABLE

    def __init__(self, title: str, hint: str = "", *, system: str, retry_after: float, **facts: Any) -> None:
        super().__init__(title, hint, system=system, retry_after=retry_after, **facts)
        self.retry_after = retry_after


class Refused(RemoteError):
    """A final no to this request: repeating it as it is will not help. `status` is the HTTP status."""

    def __init__(self, title: str, hint: str = "", *, system: str, status: int, **facts: Any) -> None:
        super().__init__(title, hint, system=system, status=status, **facts)
        self.status = status


class NotFound(RemoteError):
    """The object asked for is not there."""


class Misconfigured(RemoteError):
    """The key, account, address or route is wrong: a manager has to mend the connection."""


class ProtocolError(RemoteError):
    """An answer that cannot be understood; after a write its effect is unknown."""

    exit = Exit.UNREACHABLE
    maybe_done = True


def maybe_done(error: RemoteError) -> bool:
    """Whether a write that ended in `error` may have had its effect all the same."""
    return error.sent if isinstance(error, Unreachable) else error.maybe_done


# ── the counter says no ───────────────────────────────────────────────────────────────────────────────────


class Denied(Failure):
    """Verification, a PIN, a role or a lock says no."""


class NotVerified(Denied):
    """The shopper has not been verified, or not recently enough."""


class CodeRefused(Denied):
    """The code is not the one that was sent, was used already, or has expired."""


class PinRefused(Denied):
    """The PIN is not that of anybody who may approve this."""


class Locked(Denied):
    """Too many tries, or too soon; `until` says when it opens again (None: a manager has to open it)."""

    def __init__(self, title: str, hint: str = "", *, until: datetime | None, **facts: Any) -> None:
        super().__init__(title, hint, until=until, **facts)
        self.until = until


class NotAllowed(Denied):
    """This person's role does not reach so far."""


class NoShopper(Failure):
    """Nobody with this number is known, here or in AIQ."""


class Ambiguous(Failure):
    """Several people match; `candidates` in the facts are masked and numbered, and none was picked.

    `rows` are the same as frozen values, in the same order, for a page.
    """

    def __init__(self, title: str, hint: str = "", *, rows: Sequence[Any] = (), **facts: Any) -> None:
        super().__init__(title, hint, **facts)
        self.rows = tuple(rows)


class ShopperBlocked(Failure):
    """This shopper's number cannot use points here."""


class RewardUnusable(Failure):
    """The reward cannot be used now, for the one reason given."""


class TooYoung(Failure):
    """Not old enough for loyalty here; nothing was saved."""


class Duplicate(Failure):
    """The number belongs to somebody already; `candidates` in the facts are masked, `rows` frozen values of them."""

    def __init__(self, title: str, hint: str = "", *, rows: Sequence[Any] = (), **facts: Any) -> None:
        super().__init__(title, hint, **facts)
        self.rows = tuple(rows)


class NotUndoable(Failure):
    """The redemption cannot be undone as asked."""


class NoIntent(Failure):
    """No such entry in the outbox, or it is not in a state that allows this."""


class NotConnected(Failure):
    """The system that is needed has not been connected yet."""


# ── this register's own files ─────────────────────────────────────────────────────────────────────────────


class HomeError(Failure):
    """The register's folder, key or database cannot be used."""


class CannotSave(HomeError):
    """Nothing was saved: the disk is full, read-only, or held by another program."""


class SavedOnly(HomeError):
    """What was done is in the outbox for good; what has become of it since could not be saved, or is not waited for.

    `intent` names it; of a command that was stopped `intents` tells how far each has come that it saved.
    """

    exit = Exit.UNREACHABLE


class NewerHome(HomeError):
    """The folder was written by a newer version; nothing was changed."""


class Damaged(HomeError):
    """The database is damaged, missing or was replaced; nothing was overwritten."""


class WrongKey(HomeError):
    """The key in the secure storage is not the one of this database."""


class NoSecureStorage(HomeError):
    """The operating system offers no secure storage that may be used."""


class KeyringLocked(HomeError):
    """The secure storage is there but locked."""


class HomeInUse(HomeError):
    """Another Budtender holds this folder."""


class EngineRunning(HomeError):
    """Another sync engine runs on this home already."""
