"""Every command, by the room it belongs to; importing this registers them all."""

from __future__ import annotations

from budtender.cli import counter, desktop, manage, run, world

__all__ = ["counter", "desktop", "manage", "run", "world"]
