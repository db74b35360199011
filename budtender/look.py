"""How the window shall open; apart, because a start of the window loads no command line."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Look:
    """How the window shall open. None leaves it as it was the last time."""

    compact: bool | None = None
    on_top: bool | None = None
    #: It waits in the tray, where there is one.
    hidden: bool = False
    #: It comes to the front with an empty phone field.
    new: bool = False
