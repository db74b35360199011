"""Where a register keeps its data when nothing else is said; apart, because callers of the window import little."""

from __future__ import annotations

from pathlib import Path

import platformdirs


def default_home() -> Path:
    """The system's own place for an account's application data."""
    return Path(platformdirs.user_data_dir("Budtender", appauthor=False))
