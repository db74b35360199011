"""Register: this till's open engine, its parts opened and closed in order."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import ClassVar, Self
from weakref import WeakKeyDictionary

from budtender import log
from budtender.cache import audit, books, copying, mark, till
from budtender.cache.books import Connected
from budtender.cache.database import Connection, Database
from budtender.cache.rows import to_ms
from budtender.clock import Clock
from budtender.connectors import CONNECTORS, Pos
from budtender.connectors.aiq import Aiq
from budtender.connectors.answer import go_on
from budtender.connectors.limiter import AIQ_WINDOWS, Limiter, Window
from budtender.errors import Failure, NotConnected, WrongKey
from budtender.events import Change, Events
from budtender.health import Health
from budtender.home import SideFile, open_home
from budtender.model import Actor, Can
from budtender.owners import Owners
from budtender.pins import Pins
from budtender.secrets import Vault
from budtender.settings import LAST_BACKUP, Settings, checked, find, words_in
from budtender.sync.calls import SavedCallLog
from budtender.sync.engine import RoundTrip
from budtender.sync.progress import Board
from budtender.sync.settle import find_orphans
from budtender.sync.thread import SyncThread

LOG = log.get_logger(__name__)


class Register:
    """An open register. Everything the counter and the back office do takes one.

    Open it with `Register.open`, close it with `close`; as an async context manager it closes itself. It belongs to
    the loop it was opened on; another loop of the same process takes one of its own with `beside`.
    """

    #: How often AIQ may be asked; a simulation of one's own need not be spared.
    aiq_windows: ClassVar[Sequence[Window]] = AIQ_WINDOWS

    def __init__(
        self, folder: Path, db: Database, vault: Vault, side: SideFile, clock: Clock, events: Events | None = None
    ) -> None:
        self.folder = folder
        self.db = db
        self.vault = vault
        self.clock = clock
        self.events = events or Events()
        self.board = Board(self.events)
        self.health = Health(self.events, clock)
        self._side = side
        self.installation = side.home_id
        self._changed = db.read(books.settings)
        self._settings = Settings(self._changed)
        #: Another register of this process has changed a setting since it was read.
        self._outdated = False
        self._deaf = self.events.listen(self._hear)
        self.pins = Pins(db, vault, clock, side.home_id)
        self.in_flight: set[str] = set()
        self._owners = Owners(folder)
        self._aiq: Aiq | None = None
        self._tills: dict[str, Pos] = {}
        self._known: dict[str, Connected] = {}
        self._keyless: dict[str, NotConnected] = {}
        self._calls = SavedCallLog(db)
        self._limiters: WeakKeyDictionary[Aiq | Pos, Limiter] = WeakKeyDictionary()
        #: Called between the pieces of long work; beside a counter it waits while somebody types there.
        self.aside: Callable[[], None] = go_on
        #: How far the keyring knows the audit log to have come.
        self.seen: mark.Mark | None = None

    @classmethod
    async def open(
        cls,
        folder: Path,
        *,
        vault: Vault | None = None,
        clock: Clock | None = None,
        events: Events | None = None,
        accept_older: bool = False,
    ) -> Self:
        """Open the register that lives in `folder`, making it when it is new. Raises a HomeError.

        `vault` is handed in for training only: its keys die with it, and the folder with them. `events` are those of
        a listener that was there before. `accept_older` is for recovering only, as in `open_home`.
        """
        db, vault, side, seen = await open_home(folder, vault, accept_older=accept_older)
        async with contextlib.AsyncExitStack() as undone:
            undone.callback(db.close)
            log.configure(folder)
            register = cls(folder, db, vault, side, clock or Clock(), events)
            undone.push_async_callback(register._disconnect)
            register.seen = seen
            register._owners.enter(register.clock)
            undone.callback(register._owners.leave)
            await register.reread()
            await find_orphans(register)
            undone.pop_all()
        return register

    @contextlib.asynccontextmanager
    async def beside(self) -> AsyncIterator[Register]:
        """The same open register for another loop of this process, such as the engine's on its own thread.

        Database, keys, events, the calls made and what is being sent are one; only the connections are its own. It
        ends before this one is closed.
        """
        other = type(self)(self.folder, self.db, self.vault, self._side, self.clock, self.events)
        other._owners, other.in_flight, other.board = self._owners, self.in_flight, self.board
        other.health, other.seen = self.health, self.seen
        other.aside = self.board.stand_aside
        try:
            await other.reread()
            yield other
        finally:
            await other._disconnect()

    def engine(self, told: Callable[[RoundTrip], None], failed: Callable[[BaseException], None]) -> SyncThread:
        """The sync engine on a thread of its own beside this loop; start it, and stop it before this is closed.

        Both are called on that thread: `told` after every round trip, `failed` with what ended the engine for good.
        """
        return SyncThread(self.beside, told, failed)

    async def _disconnect(self) -> None:
        self._deaf()
        for connector in [self._aiq, *self._tills.values()]:
            if connector is not None:
                await connector.aclose()

    async def close(self) -> None:
        """Close the connections, then the database, then say that this process no longer sends."""
        await self._disconnect()
        try:
            await self.keep_mark()
        finally:
            self.db.close()
        self._owners.leave()

    async def keep_mark(self) -> None:
        """Let the keyring know how far the audit log has come; one that does not answer is told the next time."""
        try:
            newest = self.db.read(mark.newest)
            if newest is not None and newest != self.seen:
                await asyncio.to_thread(mark.keep, self.vault, newest)
                self.seen = newest
        except Failure as failure:
            LOG.warning("mark not kept", why=failure.kind)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_exc: object) -> None:
        await self.close()

    # ── who else runs on this home ────────────────────────────────────────────────────────────────────────

    @property
    def owner(self) -> str:
        """This process, as intents that it sends remember it."""
        return self._owners.id

    def owner_lives(self, owner: str) -> bool:
        """Whether the process that took an intent for sending still runs: it holds its lock until it dies."""
        return self._owners.lives(owner)

    def alone(self) -> contextlib.AbstractContextManager[None]:
        """No other engine runs on this home meanwhile; the lock ends with the process that holds it."""
        return self._owners.alone()

    # ── remote systems ────────────────────────────────────────────────────────────────────────────────────

    @property
    def aiq(self) -> Aiq:
        """The AIQ account."""
        if self._aiq is None:
            raise self._keyless.get(Aiq.name) or NotConnected(
                "AIQ is not connected yet.",
                "Connect it with: budtender connect aiq --uid UID",
                system="aiq",
                code="not_connected",
            )
        return self._aiq

    @property
    def tills(self) -> Mapping[str, Pos]:
        """The till credentials by store name that may be asked: connected, and of no kind that is frozen."""
        frozen = words_in(self.settings.get(LAST_BACKUP))
        if not frozen:
            return self._tills
        return {name: till for name, till in self._tills.items() if till.name not in frozen}

    def till(self, name: str) -> Pos:
        """One connected till by store name. Raises NotConnected, as when its key is gone or it is frozen."""
        if name in self._tills and name not in self.tills:
            raise NotConnected(
                f"“{name}” is frozen: the last backup is used, and its till is not asked anything.",
                'If that is over: budtender settings set last_backup ""',
                system=self._tills[name].name,
                code="till_frozen",
                name=name,
            )
        if name not in self._tills:
            raise self._keyless.get(name) or NotConnected(
                f"No till is connected as “{name}”.",
                "See what is connected with: budtender doctor",
                code="till_not_connected",
                name=name,
            )
        return self._tills[name]

    def make(self, connected: Connected, key: str) -> Aiq | Pos:
        """A connector for a system and its key, with the limiter that its credential shares.

        The second line of `key` is the other half of a key that comes in two.
        """
        if connected.system == Aiq.name:
            limiter = Limiter(f"aiq:{connected.account}", self.aiq_windows, self._calls, clock=self.clock.wall)
            aiq = Aiq.connect(connected.base_url, connected.account, key, limiter)
            self._limiters[aiq] = limiter
            return aiq
        kind = CONNECTORS[connected.system]
        # A key that reaches several locations is counted once, however many of them are connected.
        whose = _fingerprint(key) if Can.MANY_LOCATIONS in kind.can else connected.name
        limiter = Limiter(f"{connected.system}:{whose}", kind.windows, self._calls, clock=self.clock.wall)
        first, _, second = key.partition("\n")
        limiter.aside = self.aside
        till = kind.connect(
            connected.base_url,
            first,
            limiter,
            second_key=second,
            location=connected.account,
            details=connected.details,
        )
        self._limiters[till] = limiter
        return till

    def counted_as(self, connected: Connected) -> str:
        """The name under which the calls of a connected system's credential are counted."""
        connector = self._aiq if connected.system == Aiq.name else self._tills.get(connected.name)
        limiter = self._limiters.get(connector) if connector is not None else None
        return limiter.credential if limiter is not None else f"{connected.system}:{connected.name}"

    async def reread(self) -> None:
        """Take over settings, connections and keys that another process of this home has changed.

        A system whose key is gone is not connected until somebody connects it again; all else goes on.
        """
        if self._read_settings():
            self.events.ring(Change.SETTINGS)
        there = self.db.read(books.connections)
        for name in {*self._known, *self._keyless} - {connected.name for connected in there}:
            await self._drop(name)
        for connected in there:
            if self._known.get(connected.name) == connected:
                continue
            key = await self._key_of(connected)
            if key is None:
                if connected.name not in self._keyless:
                    LOG.warning("key missing", system=connected.system)
                self._keyless[connected.name] = _keyless(connected)
            else:
                await self._keep(connected, self.make(connected, key))
                self.events.ring(Change.CONNECTIONS)

    async def _key_of(self, connected: Connected) -> str | None:
        """The key of a system; None when it is gone or is none any more."""
        try:
            key = await asyncio.to_thread(self.vault.read, connected.key_entry)
            return None if key is None else key.decode()
        except (WrongKey, UnicodeDecodeError):
            return None

    async def _keep(self, connected: Connected, connector: Aiq | Pos) -> None:
        before: Aiq | Pos | None
        if isinstance(connector, Aiq):
            before, self._aiq = self._aiq, connector
        else:
            before = self._tills.get(connected.name)
            self._tills[connected.name] = connector
        self._known[connected.name] = connected
        self._keyless.pop(connected.name, None)
        if connector in self._limiters:
            # Only now: what came of a trial with a key that is not kept says nothing of the system.
            self._limiters[connector].heard = partial(self.health.note, connected.system, connected.name)
        if before is not None:
            self.health.forget(connected.system, connected.name)
            await before.aclose()

    async def _drop(self, name: str) -> None:
        """A system that is connected no more: it is asked nothing, and what its calls said counts no more."""
        connected = self._known.pop(name, None)
        self._keyless.pop(name, None)
        connector: Aiq | Pos | None = self._tills.pop(name, None)
        if name == Aiq.name:
            connector, self._aiq = self._aiq, None
        if connector is not None:
            if connector in self._limiters:
                self._limiters[connector].heard = lambda _: None
            await connector.aclose()
        if connected is not None:
            self.health.forget(connected.system, name)
        self.events.ring(Change.CONNECTIONS)

    async def forget_key(self, connected: Connected) -> bool:
        """Take the key of a system that is connected no more out of the keyring; False when there was none."""
        there = await asyncio.to_thread(self.vault.read, connected.key_entry) is not None
        await asyncio.to_thread(self.vault.delete, connected.key_entry)
        return there

    async def add_connection(self, connected: Connected, key: str, connector: Aiq | Pos, by: Actor) -> None:
        """Keep a system that has been proved to answer: its key in the keyring, the rest in the books."""
        await asyncio.to_thread(self.vault.write, connected.key_entry, key.encode())
        at = to_ms(self.clock.now())

        def work(c: Connection) -> None:
            before = next((row for row in books.connections(c) if row.name == connected.name), None)
            if before is not None and before.details != connected.details:
                # Rows that were refused by the old description are read again by the new one.
                till.drop_cursors(c, connected.name)
            books.connect(c, connected)
            copying.expedite(c, connected.name)
            facts = {"system": connected.system, "name": connected.name, "base_url": connected.base_url}
            audit.append(c, at=at, kind="connected", staff=by.name, facts=facts)

        await self.db.write(work)
        kept = next(row for row in self.db.read(books.connections) if row.name == connected.name)
        await self._keep(kept, connector)
        self.events.ring(Change.CONNECTIONS)

    # ── settings ──────────────────────────────────────────────────────────────────────────────────────────

    @property
    def settings(self) -> Settings:
        """The settings in force, as any register of this process left them; another process's with `reread`."""
        if self._outdated:
            self._read_settings()
        return self._settings

    def _hear(self, change: Change) -> None:
        if change is Change.SETTINGS:
            self._outdated = True

    def _read_settings(self) -> bool:
        """Read them; True when they have changed."""
        self._outdated = False
        before, self._changed = self._changed, self.db.read(books.settings)
        self._settings = Settings(self._changed)
        return before != self._changed

    async def change_setting(self, key: str, value: str, by: Actor) -> str:
        """Change a setting, with who and when in the audit log; returns the text that was kept."""
        setting = find(key)
        text = checked(setting, value)
        at = self.clock.now()

        def work(c: Connection) -> None:
            before = books.settings(c).get(key)
            books.set_setting(c, key, text, at=at, by=by.name)
            facts = {"key": key, "from": before, "to": text}
            audit.append(c, at=to_ms(at), kind="setting changed", staff=by.name, facts=facts)

        await self.db.write(work)
        self.events.ring(Change.SETTINGS)
        return text


def _fingerprint(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:16]


def _keyless(connected: Connected) -> NotConnected:
    if connected.system == Aiq.name:
        name, again = "AIQ", f"budtender connect aiq --uid {connected.account}"
    else:
        name, again = f"“{connected.name}”", f'budtender connect {connected.system} --store "{connected.name}"'
    return NotConnected(
        f"The key of {name} is not in the secure storage.",
        f"Connect it again with: {again}",
        system=connected.system,
        code="key_missing",
        name=connected.name,
    )
