"""A register that a test need not wait for: its far side is the test's own, and has no limits."""

from __future__ import annotations

from budtender.register import Register


class UnpacedRegister(Register):
    """Asks AIQ as often as it wants to."""

    aiq_windows = ()
