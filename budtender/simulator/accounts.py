"""What a register needs to reach one store of a simulated till."""

from __future__ import annotations

import msgspec


class Account(msgspec.Struct, frozen=True):
    """One credential at one store; `second_key` and `location` are empty where a till needs none."""

    system: str
    store: str
    base_url: str
    key: str
    second_key: str = ""
    location: str = ""
