"""Which system can be used, since when not and why: what the banner says, decided from the outcome of every call.

A banner comes 5 s after the first failed call, if none has succeeded since, and goes after 10 s of success: a call
that fails once shows nothing, and a network that comes and goes does not flicker. The decision is pure; `Health`
keeps it for all systems of a register, told by any thread.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

import msgspec

from budtender.clock import Clock
from budtender.errors import Misconfigured, ProtocolError, RateLimited, RemoteError, Unreachable
from budtender.events import Change, Events

#: Seconds of failure before it shows, and of success before it is over.
SHOWS, GOES = 5.0, 10.0


class Cause(StrEnum):
    """Why a system cannot be used."""

    #: This machine has no network, or no name server answers.
    NETWORK = "network"
    #: A sign-in page answers in its place.
    PORTAL = "portal"
    #: No connection, or no answer in time.
    SILENT = "silent"
    #: The secure connection fails, as with a wrong clock or a filter between.
    SECURE = "secure"
    #: It answers with an error of its own, or what makes no sense.
    TROUBLE = "trouble"
    KEY_REFUSED = "key_refused"
    LIMITED = "limited"


_OF_REASONS = {"portal": Cause.PORTAL, "secure": Cause.SECURE, "server": Cause.TROUBLE}


def cause_of(failure: RemoteError | None) -> Cause | None:
    """What a call's end says of its system; None when the system answered, whatever it said."""
    if isinstance(failure, Unreachable):
        return Cause.NETWORK if failure.facts.get("network") else _OF_REASONS.get(failure.code, Cause.SILENT)
    if isinstance(failure, RateLimited):
        return Cause.LIMITED
    if isinstance(failure, ProtocolError):
        return Cause.TROUBLE
    if isinstance(failure, Misconfigured) and failure.code == "key_refused":
        return Cause.KEY_REFUSED
    return None


# ── the decision ──────────────────────────────────────────────────────────────────────────────────────────


class Watch(msgspec.Struct, frozen=True, kw_only=True):
    """What is remembered of one system; times in seconds of a clock that never goes back, and on the wall."""

    down: bool = False
    cause: Cause | None = None
    #: The first failure of those that still count, and the first success since the last failure.
    failed: float | None = None
    since: datetime | None = None
    good: float | None = None
    last_good: datetime | None = None
    last_try: datetime | None = None


def seen(watch: Watch, now: float) -> Watch:
    """The same at a later time without another call."""
    if not watch.down and watch.failed is not None and now >= watch.failed + SHOWS:
        watch = msgspec.structs.replace(watch, down=True)
    if watch.down and watch.good is not None and now >= watch.good + GOES:
        watch = Watch(last_good=watch.last_good, last_try=watch.last_try)
    return watch


def told(watch: Watch, cause: Cause | None, now: float, wall: datetime) -> Watch:
    """The same after a call that ended at `now`, well or for `cause`."""
    watch = seen(watch, now)
    if cause is None:
        good = msgspec.structs.replace(watch, last_good=wall, last_try=wall)
        if not watch.down:
            return Watch(last_good=wall, last_try=wall)
        return good if watch.good is not None else msgspec.structs.replace(good, good=now)
    first = watch.failed is None
    return msgspec.structs.replace(
        watch,
        cause=cause,
        failed=now if first else watch.failed,
        since=wall if first else watch.since,
        good=None,
        last_try=wall,
    )


def changes_at(watch: Watch) -> float | None:
    """When `seen` will say something else if no call is made until then."""
    if watch.down:
        return None if watch.good is None else watch.good + GOES
    return None if watch.failed is None else watch.failed + SHOWS


# ── of a register ─────────────────────────────────────────────────────────────────────────────────────────


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """One credential's system as it stands; `since` is the first call that failed."""

    system: str
    name: str
    down: bool
    cause: Cause | None
    since: datetime | None
    last_good: datetime | None
    last_try: datetime | None


class Outage(msgspec.Struct, frozen=True, kw_only=True):
    """The one thing to tell: `system` is "network" when nothing beyond this machine, or nothing at all, answers."""

    system: str
    cause: Cause
    since: datetime
    systems: tuple[str, ...]


class Health:
    """How every system of a register stands. Any thread may tell and ask; `Change.HEALTH` rings when it matters."""

    def __init__(self, events: Events, clock: Clock) -> None:
        self._events = events
        self._clock = clock
        self._lock = threading.Lock()
        self._watches: dict[tuple[str, str], Watch] = {}

    def note(self, system: str, name: str, failure: RemoteError | None) -> None:
        """A call with this credential ended, with `failure` or an answer."""
        now, wall = self._clock.mono(), self._clock.now()
        with self._lock:
            before = self._watches.get((system, name), Watch())
            after = self._watches[system, name] = told(before, cause_of(failure), now, wall)
        if (before.down, before.cause, changes_at(before)) != (after.down, after.cause, changes_at(after)):
            self._events.ring(Change.HEALTH)

    def forget(self, system: str, name: str) -> None:
        """The credential was replaced or taken out: what its calls said counts no more."""
        with self._lock:
            self._watches.pop((system, name), None)
        self._events.ring(Change.HEALTH)

    def standings(self) -> tuple[Standing, ...]:
        """All systems that were called since the program began, AIQ first."""
        now = self._clock.mono()
        with self._lock:
            for key, watch in self._watches.items():
                self._watches[key] = seen(watch, now)
            watches = sorted(self._watches.items(), key=lambda item: (item[0][0] != "aiq", item[0]))
        return tuple(
            Standing(
                system=system,
                name=name,
                down=watch.down,
                cause=watch.cause if watch.down else None,
                since=watch.since if watch.down else None,
                last_good=watch.last_good,
                last_try=watch.last_try,
            )
            for (system, name), watch in watches
        )

    def is_out(self, system: str) -> bool:
        """Whether a system shows as one that cannot be used, with any of its credentials."""
        return any(standing.down for standing in self.standings() if standing.system == system)

    def due_in(self) -> float | None:
        """Seconds until something shows or goes by itself; None when only another call can change it."""
        now = self._clock.mono()
        with self._lock:
            times = [at for watch in self._watches.values() if (at := changes_at(seen(watch, now))) is not None]
        return max(0.0, min(times) - now) if times else None

    def outage(self) -> Outage | None:
        """What to tell first; None while everything can be used."""
        return first(self.standings())


def first(standings: Sequence[Standing]) -> Outage | None:
    """The gravest: no network at all, then AIQ, then a till."""
    out = [standing for standing in standings if standing.down and standing.cause and standing.since]
    if not out:
        return None
    nothing = {Cause.NETWORK, Cause.PORTAL}
    silent = all(s.down and s.cause in (Cause.SILENT, *nothing) for s in standings) and len(standings) > 1
    gravest = next((s for s in out if s.cause in nothing), out[0])
    assert gravest.cause is not None
    whole = silent or gravest.cause in nothing
    systems = tuple(dict.fromkeys(s.system for s in out))
    since = min(s.since for s in out if s.since is not None) if whole else gravest.since
    assert since is not None
    return Outage(system="network" if whole else gravest.system, cause=gravest.cause, since=since, systems=systems)
