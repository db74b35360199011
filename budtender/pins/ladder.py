"""How often a PIN may be tried: every try is counted before it is checked, waits grow, the last wrong one locks.

Approving locks with the tenth. Signing in tries one PIN against everybody's, so it locks with the fifth in a row;
and because anybody's right PIN ends such a row, wrong ones are also counted until a manager or an owner signs in.

The count lies in the database and is mirrored in the secure storage, and the higher one counts, so that an old
database file put back does not start it again. Waits are measured on the monotonic clock, so setting the time of
day opens nothing.
"""

from __future__ import annotations

import asyncio
import math
from datetime import timedelta

import msgspec

from budtender.cache import staff
from budtender.cache.database import Connection, Database
from budtender.cache.staff import Failures
from budtender.clock import Clock
from budtender.errors import Locked
from budtender.model import Value
from budtender.secrets import Vault

#: Seconds to wait after the first, second, … wrong PIN.
WAITS = (0, 0, 30, 60, 120, 240, 480, 960, 1920)
#: The last of these locks; NIST SP 800-63B allows a PIN that unlocks a device at most 10.
TRIES = len(WAITS) + 1
#: From this count on the mirror is written before the check. Below it the mirror waits until the PIN has proved
#: wrong, because a write there takes some 30 ms and a PIN that is right at once shall not cause any.
MIRRORED_AHEAD_FROM = 3

#: Tries without naming who approves, where several could; and tries of the master PIN alone.
REGISTER, MASTER = "register", "master"
#: Signing in: wrong PINs in a row, and wrong ones since a manager or an owner last signed in.
SIGN_IN, SIGN_INS = "sign-in", "sign-ins"
#: More than any limit.
_NEVER_AGAIN = 1_000_000


class Limit(Value, frozen=True, kw_only=True):
    """How many wrong PINs lock a subject, and the seconds to wait after each of them."""

    tries: int = TRIES
    waits: tuple[int, ...] = WAITS

    def wait(self, count: int) -> int:
        """Seconds to wait after so many wrong PINs."""
        return self.waits[count - 1] if 0 < count <= len(self.waits) else 0


_LIMITS = {
    SIGN_IN: Limit(tries=5),
    # NIST SP 800-63B allows at most 100 wrong guesses online before something else has to prove who it is.
    SIGN_INS: Limit(tries=100, waits=()),
}


def limit_of(subject: str) -> Limit:
    """How often this subject may be tried."""
    return _LIMITS.get(subject, Limit())


def subject_of(staff_id: int) -> str:
    """The subject under which tries of one person's PIN are counted."""
    return f"staff:{staff_id}"


class Ladder:
    """The counts of all subjects. One task at a time may use it."""

    def __init__(self, db: Database, vault: Vault, clock: Clock) -> None:
        self._db = db
        self._vault = vault
        self._clock = clock
        self._mirror: dict[str, Failures] = {}

    async def load(self, *subjects: str) -> None:
        """Read what the secure storage remembers of these subjects; comes first, each time.

        Another process on the same home, as a command beside the window, may have changed it since.
        """
        for subject in set(subjects):
            self._mirror[subject] = _read(await asyncio.to_thread(self._vault.read, _entry(subject)))

    def closed(self, connection: Connection, subject: str) -> Locked | None:
        """Why no PIN may be tried on this subject now; None when one may."""
        tried, limit = self._tried(connection, subject), limit_of(subject)
        signing_in = subject in _LIMITS
        if tried.count >= limit.tries:
            hint = "Another manager can unlock it or approve instead, by name and with a PIN of their own."
            return Locked(
                f"Locked after {limit.tries} wrong PINs.",
                "A manager can unlock it with a PIN of their own." if signing_in else hint,
                until=None,
                code="pin_locked",
                tries=limit.tries,
            )
        wait = limit.wait(tried.count) - self._clock.since(tried.mono)
        if wait <= 0:
            return None
        return Locked(
            f"Too many wrong PINs: wait {in_words(wait)}.",
            "Wait, then type it again."
            if signing_in
            else "Another manager can approve instead, by name and with a PIN of their own.",
            until=self._clock.now() + timedelta(seconds=wait),
            code="pin_wait",
            tries_left=limit.tries - tried.count,
            wait_seconds=math.ceil(wait),
        )

    def tries_left(self, connection: Connection, subject: str) -> int:
        """How many wrong PINs are left before this subject is locked."""
        return max(0, limit_of(subject).tries - self._tried(connection, subject).count)

    async def count(self, subject: str) -> int:
        """Count one try, for good, before its PIN is looked at; returns how many there were. Raises Locked."""

        def while_open(connection: Connection) -> Failures:
            if locked := self.closed(connection, subject):
                raise locked
            return self._raise_by_one(connection, subject)

        tried = await self._db.write(while_open)
        if tried.count >= MIRRORED_AHEAD_FROM:
            await self._write_mirror(subject, tried)
        return tried.count

    async def count_wrong(self, subject: str) -> None:
        """Count one PIN that has proved wrong, on a subject that is counted beside the one that was tried."""
        tried = await self._db.write(lambda connection: self._raise_by_one(connection, subject))
        await self._write_mirror(subject, tried)

    def _raise_by_one(self, connection: Connection, subject: str) -> Failures:
        tried = Failures(count=self._tried(connection, subject).count + 1, mono=self._clock.mono())
        staff.set_failures(connection, subject, tried, at=self._clock.now())
        return tried

    async def mirror(self, subject: str) -> None:
        """Make sure that the secure storage knows the count; comes before anybody hears that a PIN was wrong."""
        tried = self._db.read(lambda connection: staff.failures(connection, subject))
        if tried.count > self._mirror[subject].count:
            await self._write_mirror(subject, tried)

    async def _write_mirror(self, subject: str, tried: Failures) -> None:
        await asyncio.to_thread(self._vault.write, _entry(subject), msgspec.json.encode(tried))
        self._mirror[subject] = tried

    async def unmirror(self, *subjects: str) -> None:
        """Forget these subjects in the secure storage; comes before `reset`, so that an error leaves them locked."""
        for subject in subjects:
            if self._mirror[subject].count:
                await asyncio.to_thread(self._vault.delete, _entry(subject))
                self._mirror[subject] = Failures()

    def counted(self, connection: Connection, subject: str) -> int:
        """How many wrong PINs are counted against this subject."""
        return self._tried(connection, subject).count

    def reset(self, connection: Connection, *subjects: str) -> None:
        """Start these subjects again at none, in the caller's transaction."""
        for subject in subjects:
            staff.forget_failures(connection, subject)

    def _tried(self, connection: Connection, subject: str) -> Failures:
        return max(staff.failures(connection, subject), self._mirror[subject], key=lambda tried: tried.count)


def in_words(seconds: float) -> str:
    """A wait as a person says it, rounded up."""
    whole = int(-(-seconds // 1))
    if whole < 120:
        return f"{whole} second{'' if whole == 1 else 's'}"
    return f"{-(-whole // 60)} minutes"


def _entry(subject: str) -> str:
    return f"pin-failures:{subject}"


def _read(entry: bytes | None) -> Failures:
    if entry is None:
        return Failures()
    try:
        return msgspec.json.decode(entry, type=Failures)
    except (msgspec.DecodeError, msgspec.ValidationError):
        # Somebody else wrote there: no try is certain to be left.
        return Failures(count=_NEVER_AGAIN)
