"""How this program is started again: by the system at log-in, or for a shopper who is called up."""

from __future__ import annotations

import sys
from pathlib import Path


def command() -> list[str]:
    """The words that start it, before any option; where there is a start without a console, that one."""
    if not getattr(sys, "frozen", False):
        return [sys.executable, "-m", "ui"]
    started = Path(sys.executable)
    silent = started.with_name(f"budtenderw{started.suffix}")
    return [str(silent if silent.exists() else started)]
