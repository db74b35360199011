"""The command line: everything the window can do, for scripts and for support."""

from __future__ import annotations

from budtender.cli.app import Look, Window, main

__all__ = ["Look", "Window", "main"]
