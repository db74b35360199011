"""How this program is started again: by the system at log-in, or for a shopper who is called up."""

from __future__ import annotations

import sys


def command() -> list[str]:
    """The words that start it, before any option."""
    return [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "ui"]
