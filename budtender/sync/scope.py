"""What is copied and passed on: how far back, of which market, and nothing from a till that is frozen."""

from __future__ import annotations

from datetime import datetime, timedelta

from budtender.cache import books, till
from budtender.cache.database import Connection
from budtender.connectors import Pos
from budtender.model import Can, Customer, Resource
from budtender.settings import HISTORY_DAYS, MIRROR_ARCHIVES, Settings
from budtender.states import state_letters

#: Why AIQ is not told of somebody while only the key's market is synced.
OUTSIDE = "Lives outside the market of this key."


# ── the market of a key ───────────────────────────────────────────────────────────────────────────────────


def in_market(state: str | None, market: str) -> bool:
    """Whether somebody of this state belongs to a key's market.

    Who has no address was served at the key's own store and belongs to it; a key without a market takes everybody.
    """
    lives = state_letters(state)
    return not market or not lives or lives == state_letters(market)


def markets(connection: Connection) -> dict[str, str]:
    """The market of each till's key: what was said when it was connected, else where its location is."""
    places = {(name, place.id): place.state for name, place in till.locations(connection)}
    return {
        one.name: one.market or state_letters(places.get((one.name, one.account)))
        for one in books.ever_connected(connection)
    }


# ── how far back ──────────────────────────────────────────────────────────────────────────────────────────


def reach(now: datetime, days: int, *, archives: bool) -> datetime | None:
    """Where the first copy of customers and sales begins; None is everything there is.

    AIQ's integrations look back about one year unless set otherwise, and over all there is where the store mirrors
    its archives (AIQ's article on the Dutchie connection).
    """
    return None if archives else now - timedelta(days=days)


def mirrors_archives(settings: Settings, source: Pos) -> bool:
    """Whether the archives of this till are copied as well."""
    return settings.get(MIRROR_ARCHIVES) and Can.ARCHIVES in source.can


def from_archive(customer: Customer, horizon: datetime | None) -> bool:
    """Whether only mirroring the archives brings this customer: nothing happened to them since the horizon."""
    last = customer.modified or customer.created
    return horizon is not None and last is not None and last < horizon


def horizon(settings: Settings, connected: datetime) -> datetime:
    """Up to where a till that was connected at this time would have been read without its archives."""
    return connected - timedelta(days=settings.get(HISTORY_DAYS))


def reopen(connection: Connection, credential: str, resource: Resource, at: datetime) -> None:
    """Once after the archives were switched on, a copy begins at the beginning, over what is there already."""
    fact = f"archives:{credential}:{resource.value}"
    if books.fact(connection, fact) is None:
        till.drop_cursor(connection, credential, resource)
        books.set_fact(connection, fact, at.isoformat(timespec="seconds"))


def archives_since(connection: Connection, credential: str) -> datetime | None:
    """When the archives of a till began to be copied."""
    said = books.fact(connection, f"archives:{credential}:{Resource.CUSTOMERS.value}")
    return datetime.fromisoformat(said) if said else None


def archives_anywhere(connection: Connection) -> datetime | None:
    """When the first archive of any till began to be copied."""
    found = (archives_since(connection, one.name) for one in books.connections(connection))
    return min((since for since in found if since is not None), default=None)


def why_negative(since: datetime) -> str:
    """Why a balance can be below zero after archives were mirrored, for whoever asks at the counter."""
    return (
        f"Older sales and redemptions were added from the till's archive since {since:%b} {since.day}, {since.year}; "
        "AIQ evens most balances out by itself. Earning goes on."
    )
