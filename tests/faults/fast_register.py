"""A register for fault tests: real file, real HTTP, no limits of a vendor's, every wait on a clock of the test's."""

from __future__ import annotations

import time
from typing import Any

from budtender.cache.books import Connected
from budtender.clock import Clock
from budtender.connectors import CONNECTORS, Pos
from budtender.connectors.aiq import Aiq
from budtender.connectors.aiq_options import KEY_HEADER
from budtender.connectors.http import Http
from budtender.model import Actor, Role
from budtender.register import Register

OWNER = Actor(name="Ann", role=Role.OWNER)


class DatedHttp(Http):
    """Measures how far AIQ's clock is ahead against the register's own clock, which a test may have moved."""

    def __init__(self, clock: Clock, **options: Any) -> None:
        self._register_clock = clock
        self._ahead = 0.0
        super().__init__(**options, clock=clock.mono)

    @property
    def clock_offset(self) -> float:
        """Seconds that the far side's clock is ahead."""
        return self._ahead

    @clock_offset.setter
    def clock_offset(self, ahead_of_machine: float) -> None:
        told = ahead_of_machine != 0.0
        self._ahead = ahead_of_machine + time.time() - self._register_clock.wall() if told else 0.0


class FastRegister(Register):
    """A register whose credentials are not limited, and whose breaker rests by the register's clock."""

    aiq_class: type[Aiq] = Aiq

    def make(self, connected: Connected, key: str) -> Aiq | Pos:
        """A connector without a limiter."""
        if connected.system != Aiq.name:
            return CONNECTORS[connected.system].connect(connected.base_url, key)
        http = DatedHttp(self.clock, system=Aiq.name, base_url=connected.base_url, headers={KEY_HEADER: key})
        return self.aiq_class(http, connected.account)
