"""Every command, by the room it belongs to; importing this registers them all."""

from __future__ import annotations

from budtender.cli import counter, manage, run, world

__all__ = ["counter", "manage", "run", "world"]
