"""A register for fault tests: real file, real HTTP, no limits of a vendor's, every wait on a clock of the test's."""

from __future__ import annotations

from typing import Any

from budtender.cache.books import Connected
from budtender.connectors import CONNECTORS, Pos
from budtender.connectors.aiq import Aiq
from budtender.connectors.aiq_options import KEY_HEADER
from budtender.connectors.far_clock import FarClock
from budtender.connectors.http import Http
from budtender.model import Actor, Role
from budtender.register import Register

OWNER = Actor(name="Ann", role=Role.OWNER)


class FastRegister(Register):
    """A register whose credentials are not limited, and whose breaker rests by the register's clock."""

    aiq_class: type[Aiq] = Aiq
    far_clock_class: type[FarClock] = FarClock

    def make(self, connected: Connected, key: str) -> Aiq | Pos:
        """A connector without a limiter."""
        if connected.system != Aiq.name:
            return CONNECTORS[connected.system].connect(connected.base_url, key)
        # How far AIQ's clock is ahead is measured against the register's own, which a test may have moved.
        far_clock = self.far_clock_class(self.clock.wall, self.clock.mono)
        words: dict[str, Any] = {"system": Aiq.name, "base_url": connected.base_url, "headers": {KEY_HEADER: key}}
        http = Http(**words, clock=self.clock.mono, far_clock=far_clock)
        return self.aiq_class(http, connected.account)
