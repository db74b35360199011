"""What every noun is made of."""

from __future__ import annotations

import msgspec


class Value(msgspec.Struct, frozen=True, kw_only=True):
    """A frozen value: equal by content, safe to hand between threads."""
