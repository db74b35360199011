"""The register's own books: its identity, changed settings and connected systems."""

from __future__ import annotations

from datetime import datetime

import msgspec

from budtender.cache.database import Connection
from budtender.cache.rows import dump, from_ms, to_ms
from budtender.model import Value


class Connected(Value, frozen=True, kw_only=True):
    """A connected system. Its key lies in the OS keyring under `key_entry`, never here."""

    name: str
    system: str
    base_url: str
    account: str
    market: str
    added: datetime
    added_by: str
    #: What the till has to be told beside its key.
    details: str = ""

    @property
    def key_entry(self) -> str:
        """The keyring entry that holds this connection's key."""
        return f"key:{self.system}:{self.name}"


def fact(connection: Connection, key: str) -> str | None:
    """One line of the register's identity."""
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return row["value"] if row else None


def set_fact(connection: Connection, key: str, value: str) -> None:
    """Write one line of the register's identity."""
    connection.execute("INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = ?", (key, value, value))


def settings(connection: Connection) -> dict[str, str]:
    """The settings that were changed, as text; everything else has its default."""
    return {row["key"]: row["value"] for row in connection.execute("SELECT key, value FROM setting")}


def setting_changed(connection: Connection, key: str) -> datetime | None:
    """When a setting got the value it has; None when it was never changed."""
    row = connection.execute("SELECT changed_at FROM setting WHERE key = ?", (key,)).fetchone()
    return from_ms(row["changed_at"]) if row else None


def set_setting(connection: Connection, key: str, value: str, *, at: datetime, by: str) -> None:
    """Change one setting."""
    connection.execute(
        """INSERT INTO setting VALUES (?, ?, ?, ?)
           ON CONFLICT (key) DO UPDATE SET value = excluded.value, changed_at = excluded.changed_at,
               changed_by = excluded.changed_by""",
        (key, value, to_ms(at), by),
    )


def connections(connection: Connection) -> list[Connected]:
    """The connected systems, in the order they were added."""
    rows = connection.execute("SELECT * FROM connection ORDER BY added_at, name")
    return [
        Connected(
            name=row["name"],
            system=row["system"],
            base_url=row["base_url"],
            account=row["account"],
            market=row["market"],
            added=from_ms(row["added_at"]),
            added_by=row["added_by"],
            details=row["details"],
        )
        for row in rows
    ]


def formers(connection: Connection) -> list[Connected]:
    """The systems that were disconnected, each as it was: what was read of them is kept under their names."""
    rows = connection.execute("SELECT value FROM meta WHERE key GLOB 'former:*' ORDER BY key")
    return [msgspec.json.decode(row["value"], type=Connected) for row in rows]


def ever_connected(connection: Connection) -> list[Connected]:
    """The connected systems, then those that were: whatever rows may belong to."""
    return [*connections(connection), *formers(connection)]


def disconnect(connection: Connection, connected: Connected) -> None:
    """Take a system out, and remember what its name stood for."""
    set_fact(connection, f"former:{connected.name}", dump(connected))
    connection.execute("DELETE FROM connection WHERE name = ?", (connected.name,))


def connect(connection: Connection, connected: Connected) -> None:
    """Add a connected system, or replace the one of the same name; the time tells others that its key is new."""
    connection.execute("DELETE FROM meta WHERE key = ?", (f"former:{connected.name}",))
    connection.execute(
        """INSERT INTO connection VALUES (?, ?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT (name) DO UPDATE SET system = excluded.system, base_url = excluded.base_url,
               account = excluded.account, market = excluded.market, added_at = excluded.added_at,
               details = excluded.details""",
        (
            connected.name,
            connected.system,
            connected.base_url,
            connected.account,
            connected.market,
            to_ms(connected.added),
            connected.added_by,
            connected.details,
        ),
    )
