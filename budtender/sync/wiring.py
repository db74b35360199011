"""What the sync rooms need of the register they run in."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from budtender.cache.database import Database
from budtender.clock import Clock
from budtender.connectors import Pos
from budtender.connectors.aiq import Aiq
from budtender.events import Events
from budtender.health import Health
from budtender.settings import Settings
from budtender.sync.progress import Board


class Wiring(Protocol):
    """An open register, seen from below."""

    @property
    def db(self) -> Database: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def events(self) -> Events: ...
    @property
    def settings(self) -> Settings: ...
    @property
    def health(self) -> Health: ...
    @property
    def owner(self) -> str:
        """This running process, as intents that are being sent remember it."""
        ...

    @property
    def in_flight(self) -> set[str]:
        """The intents that this process is sending at this moment."""
        ...

    @property
    def installation(self) -> str:
        """This home's own id, fixed for its life."""
        ...

    @property
    def aiq(self) -> Aiq:
        """The AIQ account; raises NotConnected when there is none."""
        ...

    @property
    def tills(self) -> Mapping[str, Pos]:
        """The connected till credentials by name."""
        ...

    @property
    def board(self) -> Board:
        """What is being copied at this moment, for whoever watches."""
        ...

    @property
    def folder(self) -> Path:
        """This home's own folder."""
        ...

    def alone(self) -> AbstractContextManager[None]:
        """No other engine runs on this home meanwhile; raises EngineRunning when one does."""
        ...

    async def keep_mark(self) -> None:
        """Let the keyring know how far this register has come."""
        ...

    async def reread(self) -> None:
        """Take over settings, connections and keys that another process of this home has changed."""
        ...

    def owner_lives(self, owner: str) -> bool:
        """Whether the process that took an intent for sending still runs."""
        ...
