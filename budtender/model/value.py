"""What every noun is made of."""

from __future__ import annotations

import msgspec


class Value(msgspec.Struct, frozen=True, kw_only=True):
    """A frozen value: equal by content, safe to hand between threads."""


class Row(Value, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """A value that comes by the million: it holds no cycle, so the collector need not look at it, and what it does not
    say is not written down."""
