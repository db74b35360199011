"""Calls made with each credential in the last hour, so that a restart does not burst past a vendor's limit."""

from __future__ import annotations

from budtender.cache.database import Connection


def times(connection: Connection, credential: str, since: float) -> list[float]:
    """Epoch seconds of this credential's calls after `since`, oldest first."""
    rows = connection.execute("SELECT at FROM call WHERE credential = ? AND at > ? ORDER BY at", (credential, since))
    return [row["at"] for row in rows]


def bring_back(connection: Connection, credential: str, now: float) -> None:
    """Move what was recorded later than `now` to `now`: the clock was set back."""
    connection.execute("UPDATE call SET at = ? WHERE credential = ? AND at > ?", (now, credential, now))


def add(connection: Connection, credential: str, at: float, forget_before: float) -> None:
    """Remember one call, and forget those that no window reaches any more."""
    connection.execute("DELETE FROM call WHERE credential = ? AND at < ?", (credential, forget_before))
    connection.execute("INSERT INTO call (credential, at) VALUES (?, ?)", (credential, at))


def remove(connection: Connection, credential: str, at: float) -> None:
    """Forget the call recorded for `at`: it was not made. One of several of that moment goes."""
    connection.execute(
        "DELETE FROM call WHERE rowid = (SELECT rowid FROM call WHERE credential = ? AND at = ? LIMIT 1)",
        (credential, at),
    )


def held_until(connection: Connection, credential: str) -> float:
    """Until when the remote system asked for silence; 0.0 when it did not."""
    row = connection.execute("SELECT until FROM call_hold WHERE credential = ?", (credential,)).fetchone()
    return float(row["until"]) if row else 0.0


def hold(connection: Connection, credential: str, until: float) -> None:
    """The remote system asked for silence until then."""
    connection.execute(
        "INSERT INTO call_hold (credential, until) VALUES (?, ?) ON CONFLICT (credential) DO UPDATE SET until = ?",
        (credential, until, until),
    )
