"""A register that a test need not wait for."""

from __future__ import annotations

from pathlib import Path

from budtender.cache.database import Database
from budtender.clock import Clock
from budtender.events import Events
from budtender.home import SideFile
from budtender.pins import FLOOR, Hasher, Pins
from budtender.register import Register
from budtender.secrets import Vault


class BriskRegister(Register):
    """Asks AIQ as often as it wants to, for the far side is the test's own; its PINs cost the least that is allowed."""

    aiq_windows = ()

    def __init__(
        self, folder: Path, db: Database, vault: Vault, side: SideFile, clock: Clock, events: Events | None = None
    ) -> None:
        super().__init__(folder, db, vault, side, clock, events)
        self.pins = Pins(db, vault, clock, side.home_id, hasher=Hasher(FLOOR))
