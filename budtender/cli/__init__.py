"""The command line: everything the window can do, for scripts and for support."""

from __future__ import annotations

from budtender.cli.app import Window, main, tell_end

__all__ = ["Window", "main", "tell_end"]
