"""What another process of this home has changed, such as a command in a terminal beside the window.

SQLite tells by one number whether anybody has committed anything; only then are the few things read that a page may
hang on. What this process has changed itself is told once more by it, which costs whoever hears it one reading.
"""

from __future__ import annotations

from budtender.cache import books, outbox, staff, unseen
from budtender.cache.books import Connected
from budtender.cache.database import Connection
from budtender.cache.owed import Owed, owed
from budtender.cache.staff import Person
from budtender.events import Change
from budtender.model import Value
from budtender.register import Register


class _Signs(Value, frozen=True, kw_only=True):
    """What is compared; each is a few rows or a count over an index."""

    settings: dict[str, str]
    connections: list[Connected]
    staff: list[Person]
    owed: Owed
    unseen: int
    newest: int


class News:
    """Ask `look` now and then, always on the thread that made this."""

    def __init__(self, register: Register) -> None:
        self._register = register
        self._version = register.db.version()
        self._signs = register.db.read(_read)

    async def look(self) -> frozenset[Change]:
        """Take over what is new and ring; returns what has changed, and mostly nothing."""
        register = self._register
        version = register.db.version()
        if version == self._version:
            return frozenset()
        before, now = self._signs, register.db.read(_read)
        self._version, self._signs = version, now
        pairs = {
            Change.SETTINGS: before.settings != now.settings,
            Change.CONNECTIONS: before.connections != now.connections,
            Change.STAFF: before.staff != now.staff,
            Change.OUTBOX: (before.owed, before.unseen, before.newest) != (now.owed, now.unseen, now.newest),
        }
        changed = frozenset(change for change, new in pairs.items() if new)
        if Change.CONNECTIONS in changed:
            await register.reread()
        register.events.ring(*sorted(changed))
        return changed


def _read(connection: Connection) -> _Signs:
    return _Signs(
        settings=dict(books.settings(connection)),
        connections=list(books.connections(connection)),
        staff=staff.people(connection),
        owed=owed(connection),
        unseen=unseen.count(connection),
        newest=outbox.newest(connection),
    )
